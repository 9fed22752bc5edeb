"""Measures receptive fields: which pixels can change a number inside a model at all.

A pixel that is no number (nan) makes everything that is computed from it no number either, whatever
the weights are: zero times nan is nan, and the maximum of nan and 3 is nan. So one image for
each row and each column of pixels, with nan in it, tells for every number of every layer how high
and how wide the patch is that it depends on. Unlike a gradient it is not stopped by a ReLU or by a
pixel that is not the largest, and unlike a formula it needs no list of the layers that there are.

The pass runs on the CPU in float64, where convolutions are summed pixel by pixel; faster ones that
work tile by tile would smear the nan over the tile.
"""

import contextlib
import io
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from fashion_course.kit.calls import Call
from fashion_course.kit.words import _

from .following import Shape, follow, tensors_in

Field = tuple[int, int]
"""Height and width of a patch in pixels of the image."""

MOST_PROBES = 200  # rows and columns of pixels
MOST_WORK = 20_000_000_000  # multiply-adds, some seconds


class Reach(NamedTuple):
    """What a tensor sees: the largest patch of one number, if known; whether any nan is left."""

    field: Field | None
    has_nan: bool


def measure(
    model: nn.Module, shape: Shape, work: int, steps: Sequence[Call]
) -> tuple[list[Field | None], str]:
    """Find the receptive field of the output of each step: of that number of it that sees most.

    Args:
        model: in eval mode; it is changed to float64 on the CPU.
        shape: of an image, `(C, H, W)`.
        work: multiply-adds for it.
        steps: of a pass of the same model.

    Returns:
        A field for each step, None where it is unknown; and why.
    """
    fields: list[Field | None] = [None] * len(steps)
    height, width = shape[1:]
    count = height + width
    if count > MOST_PROBES or work * count > MOST_WORK:
        return fields, _("measuring it would take long")
    image = torch.linspace(0, 1, height * width, dtype=torch.float64).reshape(height, width)
    probes = image.expand(count + 1, *shape).clone()  # (H + W + 1, C, H, W), the last stays whole
    for row in range(height):
        probes[row, :, row] = torch.nan
    for column in range(width):
        probes[height + column, ..., column] = torch.nan

    def look(value: Any) -> Reach:
        tensors = tensors_in(value)
        has_nan = any(bool(each.isnan().any()) for each in tensors)
        is_whole = tensors and tensors[0].dim() and len(tensors[0]) == len(probes)
        return Reach(_field(tensors[0], height) if is_whole else None, has_nan)

    # The model has printed and warned in the pass before this one.
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        again, error, _none = follow(model.cpu().double(), probes, look)
    for index, (step, probed) in enumerate(zip(steps, again, strict=False)):
        if probed.got is None or step.function != probed.function:
            break
        is_new = step.function.startswith("new_") or step.function.endswith("_like")
        if probed.given.has_nan and not probed.got.has_nan and not is_new:  # the shape alone counts
            name = f"{step.function}()" if step.function else type(step.module).__name__
            return fields, _("they cannot be followed through {name}", name=name)
        fields[index] = probed.got.field
    raised = _("measuring them, in float64, raised {error}", error=type(error).__name__)
    return fields, raised if error else ""


def _field(numbers: Tensor, height: int) -> Field | None:
    """Return the largest patch that one number depends on.

    Args:
        numbers: `(H + W + 1, ...)`, of each probe: rows, then columns, then the untouched image.
        height: how many rows there are.
    """
    broken = numbers.isnan().reshape(len(numbers), -1)  # (H + W + 1, N)
    if broken[-1].any():
        return None
    high, wide = _spans(broken[:height]), _spans(broken[height:-1])  # (N,) each
    if not (high * wide).any():
        return None
    best = (high * wide).argmax()
    return int(high[best]), int(wide[best])


def _spans(broken: Tensor) -> Tensor:
    """Return how far it is from the first to the last True of each column, both counted."""
    flags = broken.to(torch.uint8)  # (H or W, N)
    first, last = flags.argmax(dim=0), len(flags) - 1 - flags.flip(0).argmax(dim=0)  # (N,) each
    return torch.where(broken.any(dim=0), last - first + 1, 0)  # (N,)
