"""Measures receptive fields: which pixels can change a number inside a model at all.

A pixel that is no number (nan) makes everything that is computed from it no number either, whatever
the weights are: zero times nan is nan, and the maximum of nan and 3 is nan. So one image for
each row and each column of pixels, with nan in it, tells for every number of every layer how high
and how wide the patch is that it depends on. Unlike a gradient it is not stopped by a ReLU or by a
pixel that is not the largest, and unlike a formula it needs no list of the layers that there are.

The pass runs on the CPU in float64, where convolutions are summed pixel by pixel; faster ones that
work tile by tile would smear the nan over the tile.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from fashion_course.kit.words import _

from .following import Following, Step, quiet_pass, silence, tensors_in
from .misfits import sides_of
from .passing import Shape, work_of

Field = tuple[int, int]
"""Height and width of a patch in pixels of the image."""

MOST_PROBES = 200  # rows and columns of pixels
MOST_WORK = 20_000_000_000  # multiply-adds, some seconds


class Reach(NamedTuple):
    """What one tensor sees: its shape without the batch, and the largest patch; None is unknown."""

    shape: Shape | None
    field: Field | None


def measure(
    subject: nn.Module, images: Tensor, steps: Sequence[Step], unbatched: bool
) -> tuple[Field | None, str]:
    """Find the receptive field of the output of each step: of that number of it that sees most.

    Args:
        subject: in eval mode; it is changed to float64 on the CPU.
        images: `(B, C, H, W)` or `(B, H, W)`, or `(C, H, W)` when unbatched; their values do not
            matter.
        steps: of a pass of the same model, all of them; they get their `field`.
        unbatched: there is no batch dimension.

    Returns:
        Height and width of the image, None where the input is none; and why fields are unknown.
    """
    is_sequence = images.dim() == 3 and any(sides_of(each) == 1 for each in subject.modules())
    if is_sequence or images.dim() not in ((3,) if unbatched else (3, 4)):
        return None, ""
    height, width = images.shape[-2:]
    count, start = height + width, 0 if unbatched else 1
    work = sum(map(work_of, steps)) // (1 if unbatched else len(images))
    if count > MOST_PROBES or work * count > MOST_WORK:
        return (height, width), _("measuring it would take long")
    shape = images.shape[start:]
    image = torch.linspace(0, 1, shape.numel(), dtype=torch.float64, device="cpu").reshape(shape)
    probes = torch.stack([image] * (count + 1))  # (H + W + 1, ...), the last one stays whole
    for row in range(height):
        probes[row, ..., row, :] = torch.nan
    for column in range(width):
        probes[height + column, ..., column] = torch.nan
    followed, why_not = _follow(subject.cpu().double(), probes)
    # What depends on the images comes in the same order, whatever is done to weights in between.
    ours, theirs = ([each for each in one if each.depends] for one in (steps, followed))
    for step, again in zip(ours, theirs, strict=False):
        same = step.function == again.function and step.got.shape is not None
        if same and step.got.shape[start:] == again.got.shape:
            step.field = again.got.field
    return (height, width), why_not


def _follow(subject: nn.Module, probes: Tensor) -> tuple[list[Step], str]:
    watch: _Watch = _Watch()  # type: ignore[no-untyped-call]  # torch's own class
    height = probes.shape[-2]

    def look(value: Any) -> Reach:
        with _disable_current_modes():
            floats = [each for each in tensors_in(value) if each.is_floating_point()]
            if watch.stopped_by or not floats or floats[0].shape[:1] != probes.shape[:1]:
                return Reach(None, None)
            return Reach(tuple(floats[0].shape[1:]), _field(floats[0], height))

    why_not = ""
    following = Following(look, subject, probes)
    with silence(), quiet_pass(), watch, following:
        try:
            subject(probes)
        except Exception as error:  # the model's own, or what only this pass meets: another dtype
            why_not = _(
                "the pass that measures them, {count} images in float64, raised {error}",
                count=len(probes),
                error=type(error).__name__,
            )
    if watch.stopped_by:
        why_not = _("a comparison ({name}) decides what comes after it", name=watch.stopped_by)
    return following.steps, why_not


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
    if high.numel() == 0 or not (high * wide).any():
        return None
    best = (high * wide).argmax()
    return int(high[best]), int(wide[best])


def _spans(broken: Tensor) -> Tensor:
    """Return how far it is from the first to the last True of each column, both counted."""
    flags = broken.to(torch.uint8)  # (H or W, N)
    first, last = flags.argmax(dim=0), len(flags) - 1 - flags.flip(0).argmax(dim=0)  # (N,) each
    return torch.where(broken.any(dim=0), last - first + 1, 0)  # (N,)


class _Watch(TorchDispatchMode):
    """Notices the operation that makes numbers out of nan: from there on nothing can be told.

    Comparisons do, and what is computed from their outcome.
    """

    stopped_by = ""

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Run an operation, and see what becomes of nan in it."""
        given = not self.stopped_by and _has_nan(args)
        result = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__
        makes_new = name.endswith("_like") or name.startswith("new_")  # only the shape is used
        if given and not makes_new and not _has_nan(result):
            self.stopped_by = name.strip("_")
        return result


def _has_nan(values: Any) -> bool:
    return any(bool(each.isnan().any()) for each in tensors_in(values) if each.is_floating_point())
