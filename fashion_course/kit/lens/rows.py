"""Puts together the rows of the table, and the sentences below it, from what a pass showed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from fashion_course.kit.words import _

from .fields import Field
from .following import Step
from .misfits import lost_batch, misfit, other_kind
from .passing import Passed, work_of

# These multiply, so where the counter has seen nothing it has no formula for how they do it here.
MULTIPLYING = (
    nn.Linear,
    nn.Bilinear,
    nn.RNNBase,
    nn.RNNCellBase,
    nn.MultiheadAttention,
    nn.modules.conv._ConvNd,
)


@dataclass(frozen=True)
class Row:
    """One call of a layer, or of a function in a forward, in the order of execution.

    Attributes:
        name: the layer's dotted path in the model, "" for the model itself. For a function, that of
            the module in whose forward it is called.
        kind: the layer's class, such as "Conv2d", or the function's name, such as "flatten()".
        shape: of what came out, as text; for a module that is no step, why it is here.
        parameters: trainable ones; those of a layer that had its turn above are not counted again.
        frozen: parameters that training leaves alone.
        multiply_adds: of one image; None is unknown.
        field: height and width in pixels of the patch that one number of the output depends on;
            None is unknown.
        failed: the forward pass ended here with an exception.
        ran: it had its turn; without one it is here for its parameters, or because it never ran.
        is_layer: it is no function.
    """

    name: str
    kind: str
    shape: str
    parameters: int = 0
    frozen: int = 0
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
    """Makes the rows of one pass: of its steps, then of what else has parameters or never ran.

    Args:
        subject: the model that ran.
        passed: what happened.
        images: how many images there were, or None for one without a batch dimension.

    Attributes:
        rows: in the order of the table.
        notes: sentences about them.
        lost: what became of the batch dimension, until it is back.
    """

    def __init__(self, subject: nn.Module, passed: Passed, images: int | None) -> None:
        self._passed, self._images = passed, images
        self._names = {id(module): name for name, module in subject.named_modules()}
        self._own = {id(each) for each in subject.parameters()}
        self._counted: dict[int, str] = {}  # the row that a parameter was counted in, by its id
        self.notes: list[str] = []
        self.lost = ""
        self.rows = [self._row(step) for step in passed.steps]
        self._rest(subject)

    def _row(self, step: Step) -> Row:
        module = step.call.module
        name, kind = self._names.get(id(module), ""), type(module).__name__
        if step.function:
            kind = "[ ]" if step.function == "__getitem__" else f"{step.function}()"
        label = f"{name} {kind}".strip()
        counts = (0, 0) if step.function else self._layer(module, label)
        if step.got is None:
            return Row(name, kind, "", *counts, failed=True, is_layer=not step.function)
        self._follow_batch(step, label)
        work: int | None = round(work_of(step) / (self._images or 1))
        if not work and isinstance(module, MULTIPLYING) and not step.function:
            work = None
            said = _("{layer}: PyTorch has no formula for its multiplications", layer=label)
            self.notes.append(said)
        is_layer = not step.function
        return Row(name, kind, step.got.text, *counts, work, step.field, is_layer=is_layer)

    def _layer(self, module: nn.Module, label: str) -> tuple[int, int]:
        """Count the parameters of a layer, and say what is special about them."""
        parameters = [*module.parameters()]
        if id(module) in self._names:
            owners = {self._counted[id(each)] for each in parameters if id(each) in self._counted}
            if label in owners:
                self.notes.append(_("{layer}: the same weights again", layer=label))
            elif owners:
                said = _("{layer}: shares weights with {layers}", layer=label, layers=_list(owners))
                self.notes.append(said)
            return self._count(parameters, label)
        count = sum(each.numel() for each in parameters if not is_lazy(each))
        if count and not any(id(each) in self._own for each in parameters):
            self.notes.append(
                _(
                    "{layer}: no part of the model, so that no optimizer sees its {count:,} "
                    "parameters: make the layer in __init__ and assign it to self, a list of "
                    "layers as nn.ModuleList",
                    layer=label,
                    count=count,
                )
            )
        return 0, 0

    def _count(self, parameters: Sequence[nn.Parameter], label: str) -> tuple[int, int]:
        """Count the parameters that were not counted yet: trainable and frozen ones."""
        fresh = [each for each in parameters if id(each) not in self._counted]
        self._counted |= {id(each): label for each in fresh}
        known = [each for each in fresh if not is_lazy(each)]
        trainable = sum(each.numel() for each in known if each.requires_grad)
        return trainable, sum(each.numel() for each in known) - trainable

    def _follow_batch(self, step: Step, label: str) -> None:
        """Notice when a step swallows the batch dimension, and when a later one brings it back."""
        given, got = step.given.shape, step.got.shape
        if given is None or got is None:
            return
        if self.lost:
            self.lost = "" if got[:1] == (self._images,) else self.lost
        else:
            self.lost = lost_batch(label, given, got, self._images)
            self.notes += [self.lost] * bool(self.lost)

    def _rest(self, subject: nn.Module) -> None:
        """Add what has parameters and no row yet, and the layers that never ran."""
        whole = [step.call.module for step in self._passed.steps if not step.function]
        inside = {id(part) for module in whole for part in module.modules()}
        for name, module in subject.named_modules():
            if id(module) in inside:
                continue
            counts = self._count([*module.parameters(recurse=False)], name)
            said = ""
            if id(module) in self._passed.called:
                said = _("its own parameters") if any(counts) else ""
            elif self._passed.error is not None:
                said = _("not reached") if any(counts) else ""
            elif not any(module.children()):
                said = _("never called")
            if said:
                self.rows.append(Row(name, type(module).__name__, said, *counts, ran=False))


def _list(labels: Iterable[str]) -> str:
    return ", ".join(sorted(labels))


def explain(passed: Passed, images: Tensor, count: int | None, rows: Rows) -> str:
    """Say why the pass failed: what does not fit, else what was raised."""
    error, (*earlier, step) = passed.error, passed.steps
    said = " ".join(str(error).split())
    raised = f"{type(error).__name__}: {said}" if said else type(error).__name__
    label = next(row.label for row in rows.rows if row.failed)
    module, given = step.call.module, step.given.shape
    why = [] if step.function else other_kind(module, images)
    if not why and given and not step.function:
        came = (each.given.shape for each in reversed(earlier) if each.got.shape == given)
        flattened = next((shape for shape in came if shape and shape != given), ())
        why = misfit(module, given, flattened, count, rows.lost)
    if why:
        told = " ".join(each if each.endswith("?") else f"{each}." for each in why)
        return _("{layer}: {why} PyTorch says: {raised}", layer=label, why=told, raised=raised)
    return _("{layer}, when {shape} arrived: {raised}", layer=label, shape=given, raised=raised)
