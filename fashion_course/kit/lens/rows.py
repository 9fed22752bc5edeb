"""Puts together the rows of the table, and the sentences below it, from what a pass showed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch.nn.parameter import is_lazy

from fashion_course.kit.calls import Call
from fashion_course.kit.words import _

from .fields import Field
from .following import Pass, Shape
from .misfits import lost_batch, misfit, other_dtype

# Where the counter has seen nothing of these, it has no formula for how they multiply here.
MULTIPLYING = nn.Linear, nn.Bilinear, nn.RNNBase, nn.RNNCellBase, _ConvNd


class Value(NamedTuple):
    """What was seen of a value on its way through the model.

    Attributes:
        shape: of its first tensor, or None.
        dtype: likewise.
        text: the shapes of all its tensors, as text.
        work: multiply-adds for all images up to there.
    """

    shape: Shape | None
    dtype: torch.dtype | None
    text: str
    work: int


@dataclass(frozen=True)
class Row:
    """One call of a layer, or of a function in a forward, in the order of execution.

    Attributes:
        name: the layer's dotted path in the model, "" for the model itself. For a function, that of
            the module in whose forward it is called.
        kind: the layer's class, such as "Conv2d", or the function's name, such as "flatten()".
        shape: of what came out, as text; for a row without output, why there is none.
        parameters: trainable ones; those of a layer that had its turn above are not counted again.
        multiply_adds: of one image; None is unknown.
        field: height and width in pixels of the patch that one number of the output depends on;
            None is unknown.
        failed: the forward pass ended here with an exception.
        ran: something came out. Else it failed, or is here for its parameters.
        is_layer: it is no function.
    """

    name: str
    kind: str
    shape: str
    parameters: int = 0
    multiply_adds: int | None = None
    field: Field | None = None
    failed: bool = False
    ran: bool = True
    is_layer: bool = True

    @property
    def label(self) -> str:
        """What the row is called: `layers.3 Linear`."""
        return f"{self.name} {self.kind}".strip()


class Rows:
    """Makes the rows of one pass: of its steps, then of what else has parameters.

    Args:
        model: it ran.
        passed: what happened.
        fields: of its steps.
        images: how many images there were, or None for one without a batch dimension.

    Attributes:
        rows: in the order of the table.
        hints: sentences about them.
        lost: what became of the batch dimension, until it is back.
    """

    def __init__(
        self, model: nn.Module, passed: Pass, fields: Sequence[Field | None], images: int | None
    ) -> None:
        self._images = images
        self._names = {id(module): name for name, module in model.named_modules()}
        self._counted: set[int] = set()  # ids of parameters
        self.hints: list[str] = []
        self.lost = ""
        steps = zip(passed.steps, fields, strict=True)
        self.rows = [self._row(step, field) for step, field in steps if _is_shown(step)]
        self.rows += self._rest(model)

    def _row(self, step: Call, field: Field | None) -> Row:
        module, function = step.module, step.function
        name, kind = self._names.get(id(module), ""), type(module).__name__
        parameters = 0
        if function:
            kind = "[ ]" if function == "__getitem__" else f"{function}()"
        elif id(module) in self._names:
            parameters = self._count(module.parameters())
        elif next(module.parameters(), None) is not None:
            hint = _(
                "{layer} is not part of the model, so no optimizer updates it: assign it to self"
            )
            self.hints.append(hint.format(layer=kind))
        if step.got is None:
            said, is_layer = _("✗ stopped here"), not function
            return Row(name, kind, said, parameters, None, None, True, False, is_layer)
        work: int | None = round(work_of(step) / (self._images or 1))
        if not work and not function and isinstance(module, MULTIPLYING):
            work = None
        row = Row(name, kind, step.got.text, parameters, work, field, is_layer=not function)
        given, got = step.given.shape, step.got.shape
        if given is not None and got is not None and not self.lost:
            self.lost = lost_batch(row.label, given, got, self._images)
        elif got is not None and got[:1] == (self._images,):
            self.lost = ""
        return row

    def _count(self, parameters: Iterable[nn.Parameter]) -> int:
        """Count the trainable parameters that were not counted yet."""
        fresh = [each for each in parameters if id(each) not in self._counted]
        self._counted |= set(map(id, fresh))
        return sum(each.numel() for each in fresh if each.requires_grad and not is_lazy(each))

    def _rest(self, model: nn.Module) -> Iterator[Row]:
        """Yield what has parameters and no row yet."""
        for name, module in model.named_modules():
            count = self._count(module.parameters(recurse=False))
            if count:
                is_whole = module is model or any(module.children())
                said = _("its own parameters") if is_whole else _("gave no output")
                yield Row(name, type(module).__name__, said, count, ran=False)


def _is_shown(step: Call) -> bool:
    """Say whether a step is worth a row.

    Functions that change neither shape nor cost are not, but for those of `F`, such as relu;
    nor are those inside of a layer, which tells them as a whole.
    """
    if not step.function or step.got is None:
        return True
    if step.inside is None or step.inside.got is not None:
        return False
    return work_of(step) > 0 or step.given.shape != step.got.shape or hasattr(F, step.function)


def work_of(step: Call) -> int:
    """Return how many multiply-adds a step took for all images."""
    return step.got.work - step.given.work if step.got else 0


def explain(passed: Pass, images: int | None, rows: Rows) -> str:
    """Say why the pass failed: what does not fit, else what was raised."""
    error, (*earlier, step) = passed.error, passed.steps
    raised = f"{type(error).__name__}: {' '.join(str(error).split())}"
    label, given = next(row.label for row in rows.rows if row.failed), step.given.shape
    why = []
    if given and not step.function:
        came = (each.given.shape for each in reversed(earlier) if each.got.shape == given)
        flattened = next((shape for shape in came if shape and shape != given), ())
        why = other_dtype(step.module, step.given.dtype)
        why = why or misfit(step.module, given, flattened, images, rows.lost)
    if why:
        told = " ".join(f"{each}." for each in why)
        return _("{layer}: {why} PyTorch says: {raised}", layer=label, why=told, raised=raised)
    return _("{layer}, with input {shape}: {raised}", layer=label, shape=given, raised=raised)
