"""The shape lens: what each layer of a model makes of an image, what it costs, what it sees."""

import copy
import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from fashion_course.kit.words import _, ngettext

from .fields import Field, measure
from .misfits import images_in
from .passing import Passed, run, untouched
from .rows import Row, Rows, explain
from .table import Cells, Page

__all__ = ["Row", "ShapeLens", "shape_lens"]

MOST_LINES = 100


@dataclass(frozen=True, repr=False)
class ShapeLens:
    """What `shape_lens` saw; it shows itself as a table, in a terminal and in a notebook.

    Attributes:
        title: the model and its input, in words.
        rows: the layers in the order in which they ran, then what has no turn in it.
        parameters: trainable ones of the whole model, shared ones once.
        frozen: parameters that training leaves alone.
        multiply_adds: of one image through the whole model; None where a part is unknown.
        image_size: height and width of the images; None where the input is none.
        problem: why the forward pass ended early, or "".
        notes: sentences about rows and about what could not be told.
    """

    title: str
    rows: tuple[Row, ...]
    parameters: int
    frozen: int
    multiply_adds: int | None
    image_size: Field | None
    problem: str
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return self._page().as_text()

    def _repr_html_(self) -> str:
        return self._page().as_html()

    def _page(self) -> Page:
        lines = [(self._cells(row), row.failed) for row in self.rows]
        if len(lines) > MOST_LINES:
            more = _("… {count} more", count=len(lines) - MOST_LINES)
            half = MOST_LINES // 2
            lines[half:-half] = [((more, "", "", "", ""), False)]
        work = _number(self.multiply_adds)
        total = (_("total"), "", f"{self.parameters:,}", work, "")
        problem = [f"✗ {self.problem}"] if self.problem else []
        return Page(self.title, lines, total, [*problem, *self.notes])

    def _cells(self, row: Row) -> Cells:
        parameters = f"{row.parameters:,}" if row.is_layer else ""
        if row.failed:
            return row.label, _("✗ stopped here"), parameters, "", ""
        if not row.ran:
            return row.label, row.shape, parameters, "", ""
        return row.label, row.shape, parameters, _number(row.multiply_adds), self._field(row.field)

    def _field(self, field: Field | None) -> str:
        if self.image_size is None:
            return ""
        if field == self.image_size:
            return _("whole image")
        return f"{field[0]} x {field[1]}" if field else "?"


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
    states stay as they are. (A model that cannot be copied is run itself, and put back.)

    Args:
        model: any module, lazy ones too.
        images: a tensor such as `(B, 1, 28, 28)`, a batch `(images, labels)` as loaders give
            it, or a shape alone, for which zeros are taken.

    Raises:
        ValueError: `model` is no module, or `images` none of these.
    """
    model = getattr(model, "_orig_mod", model)  # of what torch.compile gave
    _check_model(model)
    return _see(model, _as_tensor(images, model))


def _see(model: nn.Module, given: Tensor) -> ShapeLens:
    """Run a model on images; return what was seen."""
    size, why_not = None, _("the model cannot be copied")
    with untouched(model) as (subject, is_copy):
        passed = run(subject, given)
        count = images_in(tuple(given.shape), passed.steps)
        if is_copy:
            copied = copy.deepcopy(subject)
            size, why_not = measure(copied, given, passed.followed, count is None)
        rows = Rows(subject, passed, count)
        problem = explain(passed, given, count, rows) if passed.error else ""
    name, shape = type(model).__name__, tuple(given.shape)
    return ShapeLens(
        title=_("{model}, input {shape}", model=name, shape=shape),
        rows=tuple(rows.rows),
        parameters=sum(row.parameters for row in rows.rows),
        frozen=sum(row.frozen for row in rows.rows),
        multiply_adds=_sum(rows.rows),
        image_size=size,
        problem=problem,
        notes=tuple(_notes(passed, rows, why_not, problem)),
    )


def _notes(passed: Passed, rows: Rows, why_not: str, problem: str) -> list[str]:
    notes = [note for note in rows.notes if note not in problem]
    frozen = [row for row in rows.rows if row.frozen]
    if frozen:
        count, layers = sum(row.frozen for row in frozen), ", ".join(row.label for row in frozen)
        notes.append(
            ngettext(
                "{count} more parameter is frozen, in {layers}",
                "{count:,} more parameters are frozen, in {layers}",
                count,
                layers=layers,
            )
        )
    if passed.error is None and passed.output is None:
        notes.append(_("forward gives None: does it end in return?"))
    if why_not and not problem and not rows.lost:
        notes.append(_("Receptive fields marked ? are unknown: {why}", why=why_not))
    return list(dict.fromkeys(notes))


def _sum(rows: list[Row]) -> int | None:
    counts = [row.multiply_adds for row in rows if row.ran]
    return None if None in counts else sum(count for count in counts if count is not None)


def _check_model(model: object) -> None:
    if inspect.isclass(model):
        name = model.__name__
        raise ValueError(f"model is the class {name}: pass an object of it, such as {name}()")
    if not isinstance(model, nn.Module):
        raise ValueError(f"model is of type {type(model).__name__}: pass an nn.Module")


def _as_tensor(images: Any, model: nn.Module) -> Tensor:
    """Return the images of a tensor, an array, a batch `(images, labels)`, or a shape."""
    if isinstance(images, (tuple, list)) and images and isinstance(images[0], Tensor):
        images = images[0]
    if isinstance(images, np.ndarray):
        images = torch.from_numpy(images)
    if isinstance(images, (tuple, list)) and all(type(size) is int for size in images):
        weights = (each for each in model.parameters() if each.is_floating_point())
        like = next(weights, torch.empty(0))
        if not images or min(images) < 1:
            raise ValueError(f"images is the shape {images}: pass sizes of at least 1")
        return torch.zeros(images, dtype=like.dtype, device=like.device)
    if not isinstance(images, Tensor):
        raise ValueError(
            f"images is of type {type(images).__name__}: pass a tensor, a batch (images, labels), "
            "or a shape such as (1, 1, 28, 28)"
        )
    if images.numel() == 0:
        raise ValueError(f"images has shape {tuple(images.shape)}: pass at least one image")
    return images.detach()


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
