"""The shape lens: what each layer of a model makes of an image, what it costs, what it sees."""

import copy
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from fashion_course.kit.words import _

from .fields import Field, measure
from .following import Pass, follow, tensors_in
from .misfits import images_in
from .rows import Row, Rows, Value, explain, work_of
from .table import CellTexts, Page, as_html, as_text

__all__ = ["Row", "ShapeLens", "multiply_adds_of", "shape_lens"]

# What torch's counter has no formula for, as it occurs on CPUs and with small inputs. Each gives
# two operations a multiply-add, from the shapes of the arguments.
ATEN = torch.ops.aten
FORMULAS = {
    ATEN.mv: lambda matrix, vector, **_: 2 * prod(matrix),
    ATEN.addmv: lambda added, matrix, vector, **_: 2 * prod(matrix),
    ATEN.mkldnn_rnn_layer: (
        lambda steps, inner, outer, *_, **__: 2 * prod(steps[:2]) * (prod(inner) + prod(outer))
    ),
    ATEN._scaled_dot_product_flash_attention_for_cpu: (
        lambda query, key, value, *_, **__: sdpa_flop_count(query, key, value)
    ),
}


@dataclass(frozen=True, repr=False)
class ShapeLens:
    """What `shape_lens` saw; it shows itself as a table, in a terminal and in a notebook.

    Attributes:
        title: the model and its input, in words.
        rows: the layers in the order in which they ran, then what has no turn in it.
        image_size: height and width of the images; None where the input is none.
        problem: why the forward pass ended early, or "".
        notes: sentences about rows and about what could not be told.
    """

    title: str
    rows: tuple[Row, ...]
    image_size: Field | None
    problem: str
    notes: tuple[str, ...]

    @property
    def parameters(self) -> int:
        """Trainable ones of the whole model, shared ones once."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int | None:
        """Of one image through the whole model; None where a part is unknown."""
        counts = [row.multiply_adds for row in self.rows if row.ran or row.failed]
        return None if None in counts else sum(count or 0 for count in counts)

    def __repr__(self) -> str:
        return as_text(*self._page())

    def _repr_html_(self) -> str:
        return as_html(*self._page())

    def _page(self) -> Page:
        problem = [f"✗ {self.problem}"] if self.problem else []
        total = (_("total"), "", f"{self.parameters:,}", _number(self.multiply_adds), "")
        return self.title, [*map(self._cells, self.rows)], total, [*problem, *self.notes]

    def _cells(self, row: Row) -> CellTexts:
        parameters = f"{row.parameters:,}" if row.is_layer else ""
        if not row.ran:
            return row.label, row.shape, parameters, "", ""
        field = "{} x {}".format(*row.field) if row.field else "?"
        if self.image_size is None:
            field = ""
        elif row.field == self.image_size:
            field = _("whole image")
        return row.label, row.shape, parameters, _number(row.multiply_adds), field


def shape_lens(model: nn.Module, images: Any) -> ShapeLens:
    """Run a model once and show what each of its layers did.

    The table tells of each layer, in the order of execution:
    * the shape of its output, the batch dimension included;
    * its trainable parameters; those of a layer that runs twice, or are shared, count once;
    * the multiply-adds for one image: the multiplications in convolutions, linear layers, matrix
      products and attention, each with the addition that follows it. Biases, activations, pooling,
      normalisation and products number by number are not in it;
    * the receptive field: the height and width in pixels of the patch of the image that one number
      of the output depends on (of the number that sees most). "?" is unknown.

    Below it stands where the batch dimension was lost, and why a layer does not fit what arrives
    at it: a forward pass that raises is explained, not raised again.

    The pass runs on a copy of the model in eval mode, without gradients. Model, images and random
    states stay as they are.

    Args:
        model: any module, lazy ones too.
        images: a tensor such as `(B, 1, 28, 28)`, a batch `(images, labels)` as loaders give
            it, or a shape alone, for which zeros are taken.

    Raises:
        ValueError: `model` is no module, or `images` none of these.
    """
    return _see(_copied(model), _as_tensor(images, model))


def multiply_adds_of(model: nn.Module, shape: tuple[int, ...]) -> int | None:
    """Return the multiply-adds for one input of a shape, `(1, C, H, W)`; None where it raises.

    They are those of `shape_lens`, counted alone: that is as fast as a forward pass.
    """
    passed = _run(_copied(model), _as_tensor(shape, model))
    return None if passed.error else sum(map(work_of, passed.steps))


def _see(model: nn.Module, images: Tensor) -> ShapeLens:
    """Run a model, which may be changed, on images; return what was seen."""
    passed, shape = _run(model, images), tuple(images.shape)
    count = images_in(shape, passed.steps)
    fields: list[Field | None] = [None] * len(passed.steps)
    size, unknown = None, ""
    if len(shape) == (3 if count is None else 4):
        size = shape[-2], shape[-1]
        work = sum(map(work_of, passed.steps)) // (count or 1)
        fields, unknown = measure(_copied(model), shape[-3:], work, passed.steps)
    rows = Rows(model, passed, fields, count)
    problem = explain(passed, count, rows) if passed.error else ""
    notes = [*rows.hints]
    if rows.lost and rows.lost not in problem:
        notes.append(rows.lost)
    if passed.gave_none:
        notes.append(_("forward gives None: does it end in return?"))
    elif unknown and not problem and not rows.lost:
        notes.append(_("Receptive fields marked ? are unknown: {why}", why=unknown))
    title = _("{model}, input {shape}", model=type(model).__name__, shape=shape)
    return ShapeLens(title, tuple(rows.rows), size, problem, tuple(notes))


def _run(subject: nn.Module, images: Tensor) -> Pass:
    counter = FlopCounterMode(display=False, custom_mapping=FORMULAS)

    def look(value: Any) -> Value:
        tensors = tensors_in(value)
        shapes = [tuple(tensor.shape) for tensor in tensors]
        text = ", ".join(map(str, shapes)) or type(value).__name__
        dtype = tensors[0].dtype if tensors else None
        return Value(shapes[0] if shapes else None, dtype, text, counter.get_total_flops() // 2)

    with counter:
        return follow(subject, images, look)


def _copied(model: object) -> nn.Module:
    """Return a copy in eval mode, of the model inside where `torch.compile` gave it."""
    if not isinstance(model, nn.Module):
        raise ValueError(f"model is {model!r:.60}: pass an object of an nn.Module")
    inside: nn.Module = getattr(model, "_orig_mod", model)
    try:
        return copy.deepcopy(inside).eval()
    except Exception:  # it keeps what can't be copied, such as a tensor with its graph: share that
        return copy.deepcopy(inside, _shared(inside)).eval()


def _shared(model: nn.Module) -> dict[int, Any]:
    """Return, by identity, what the modules keep and can't be copied deeply; lists are new ones."""
    shared: dict[int, Any] = {}
    for module in model.modules():
        for value in [kept for name, kept in vars(module).items() if name[0] != "_"]:
            try:
                copy.deepcopy(value)
            except Exception:
                shared[id(value)] = copy.copy(value) if isinstance(value, list | dict) else value
    return shared


def _as_tensor(images: Any, model: nn.Module) -> Tensor:
    """Return the images of a tensor, a batch `(images, labels)`, or a shape."""
    if isinstance(images, (tuple, list)) and images:
        if all(type(size) is int and size > 0 for size in images):
            like = next(model.parameters(), torch.empty(0))
            return torch.zeros(*images, dtype=like.dtype, device=like.device)
        images = images[0] if isinstance(images[0], Tensor) else images
    if not isinstance(images, Tensor) or images.numel() == 0:
        raise ValueError(
            f"images is {' '.join(repr(images).split()):.40}: pass a tensor of at least one image, "
            "a batch (images, labels), or a shape such as (1, 1, 28, 28)"
        )
    return images


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
