"""Puts together the rows of the table, and the sentences below it, from what a pass showed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from .fields import Field, Fields
from .passing import Passed, Step
from .words import lost_batch, misfit, other_kind

FUNCTIONS = {"__getitem__": "[ ]", "?": "(in forward)"}  # what their names do not tell
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
        shape: of what came out, in words; for a module that is no step, why it is here.
        parameters: trainable ones; those of a layer that had its turn above are not counted again.
        frozen: parameters that training leaves alone.
        multiply_adds: of one image; None is unknown.
        field: height and width in pixels of the patch that one number of the output depends on;
            None is unknown.
        note: what is special about it, in whole sentences, or "".
        failed: the forward pass ended here with an exception.
        ran: it had its turn; without one it is here for its parameters, or because it never ran.
    """

    name: str
    kind: str
    shape: str
    parameters: int = 0
    frozen: int = 0
    multiply_adds: int | None = None
    field: Field | None = None
    note: str = ""
    failed: bool = False
    ran: bool = True
    is_layer: bool = True

    @property
    def label(self) -> str:
        """What the row is called: `layers.3 Linear`."""
        return f"{self.name} {self.kind}".strip()


class Rows:
    """Makes the rows of one pass, in order.

    Args:
        passed: what happened.
        images: how many images there were, or None for one without a batch dimension.
    """

    def __init__(self, passed: Passed, images: int | None) -> None:
        self._passed, self._images = passed, images
        self._names = {id(module): name for name, module in passed.subject.named_modules()}
        self._counted: dict[int, str] = {}  # the layer that a parameter was counted for, by its id
        self._ran: set[int] = set()
        self._own = {id(each) for each in passed.subject.parameters()}
        self.lost = ""  # what became of the batch dimension, until it is back
        self.rows: list[Row] = []
        for step in passed.steps:
            self.rows.append(self._row(step))
        self._rest()

    def with_fields(self, fields: Fields) -> list[Row]:
        """Return the rows with the receptive fields of the same pass."""
        steps = self._passed.steps
        seen = [
            replace(row, field=self._field(step, fields))
            for row, step in zip(self.rows, steps, strict=False)
        ]
        return seen + self.rows[len(steps) :]

    def _field(self, step: Step, fields: Fields) -> Field | None:
        if step.event is None or step.got is None:
            return None
        return fields.at(step.event, step.got if self._images is None else step.got[1:])

    def _row(self, step: Step) -> Row:
        row = self._function(step) if step.function else self._layer(step.module)
        notes = [row.note] if row.note else []
        if step.source is not None:
            notes.append(self._branch(step.source))
        work = self._work(step)
        if work is None and step.operations is not None:
            notes.append("its multiplications are not counted: there is no formula for them")
        said = [f"{row.label}: {'; '.join(notes)}"] if notes else []
        said += self._batch(step, row.label)
        return replace(
            row,
            shape=step.shapes,
            multiply_adds=work,
            note=". ".join(said),
            failed=step.failed,
        )

    def _function(self, step: Step) -> Row:
        """Return the row of a function: where it is called, and its name with brackets."""
        where = self._names.get(id(step.module), "")
        name = FUNCTIONS.get(step.function, f"{step.function}()")
        return Row(where, name, "", is_layer=False)

    def _layer(self, module: nn.Module | None) -> Row:
        """Return the row of a layer with what belongs to the layer itself."""
        assert module is not None, "a step without a function is a layer's"
        name = self._names.get(id(module))
        again = id(module) in self._ran
        self._ran.add(id(module))
        parameters = [*module.parameters()]
        if name is None:
            return _stranger(module, any(id(each) in self._own for each in parameters))
        owners = {self._counted[id(p)] for p in parameters if id(p) in self._counted}
        trainable, frozen = self._count(parameters, name)
        kind = self._passed.kinds[id(module)]
        note = ""
        if again and parameters:
            note = "the same weights again"
        elif owners and not again:
            note = f"shares weights with {', '.join(sorted(owners))}"
        elif kind.startswith("Lazy") and type(module).__name__ != kind:
            note = f"becomes a {type(module).__name__} like this with the first image"
        return Row(name, kind, "", trainable, frozen, note=note)

    def _count(self, parameters: Sequence[nn.Parameter], name: str) -> tuple[int, int]:
        """Count the parameters that were not counted yet: trainable and frozen ones."""
        fresh = [each for each in parameters if id(each) not in self._counted]
        self._counted |= {id(each): name for each in fresh}
        known = [each for each in fresh if not is_lazy(each)]
        trainable = sum(each.numel() for each in known if each.requires_grad)
        frozen = sum(each.numel() for each in known if not each.requires_grad)
        return trainable, frozen

    def _branch(self, source: int) -> str:
        if source < 0:
            return "takes the images themselves"
        row = self.rows[source]
        return f"takes what {row.label} gave"

    def _batch(self, step: Step, where: str) -> list[str]:
        """Notice when a step swallows the batch dimension, and when a later one brings it back."""
        if step.given is None or step.got is None:
            return []
        if self.lost:
            if step.got[:1] == (self._images,):
                self.lost = ""
            return []
        self.lost = lost_batch(where, step.given, step.got, self._images)
        return [f"A{self.lost[1:]}" if self.lost.startswith("at ") else self.lost] * bool(self.lost)

    def _work(self, step: Step) -> int | None:
        uncounted = step.operations == 0 and isinstance(step.module, MULTIPLYING)
        if step.operations is None or uncounted:
            return None
        return round(step.operations / (self._images or 1))

    def _rest(self) -> None:
        """Add what has parameters and no row yet, and the layers that never ran."""
        whole = {id(step.module) for step in self._passed.steps if not step.function}
        inside = {
            id(part)
            for module in self._passed.subject.modules()
            if id(module) in whole
            for part in module.modules()
        }
        for name, module in self._passed.subject.named_modules():
            if id(module) in inside:
                continue
            trainable, frozen = self._count([*module.parameters(recurse=False)], name)
            if id(module) in self._passed.called:
                said = "its own parameters" if trainable or frozen else ""
            elif self._passed.error is not None:
                said = "not reached" if trainable or frozen else ""
            else:
                said = "" if any(module.children()) else "never called"
            if said:
                kind = self._passed.kinds[id(module)]
                self.rows.append(Row(name, kind, said, trainable, frozen, ran=False))


def _stranger(module: nn.Module, is_known: bool) -> Row:
    """Return the row of a layer that is no attribute of the model or of its parts."""
    kind = type(module).__name__
    count = sum(each.numel() for each in module.parameters() if not is_lazy(each))
    if not count or is_known:
        return Row("", kind, "")
    return Row(
        "",
        kind,
        "",
        note=(
            f"no part of the model, so that no optimizer sees its {count:,} parameters: make the "
            "layer in __init__ and assign it to self, a list of layers as nn.ModuleList"
        ),
    )


def explain(passed: Passed, images: Tensor, count: int | None, rows: Rows) -> str:
    """Say why the pass failed: what does not fit, else what was raised."""
    error, step = passed.error, passed.steps[-1]
    said = " ".join(str(error).split())
    raised = f"{type(error).__name__}: {said}" if said else type(error).__name__
    row = next(row for row in rows.rows if row.failed)
    why = ""
    if not step.function:
        why = other_kind(step.module, images) or misfit(step, passed.steps[:-1], count, rows.lost)
    if why:
        stop = "" if why.endswith("?") else "."
        return f"{row.label}: {why}{stop} PyTorch says: {raised}"
    return f"{row.label}, when {step.given} arrived: {raised}"
