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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from .following import Following, Key, quiet_pass, silence, tensors_in
from .passing import Shape
from .words import sides_of

Field = tuple[int, int]
"""Height and width of a patch in pixels of the image."""

MOST_PROBES = 200  # rows and columns of pixels
MOST_WORK = 20_000_000_000  # multiply-adds, some seconds


@dataclass(frozen=True)
class Reach:
    """What one tensor sees: its shape without the batch, and the largest patch; None is unknown."""

    shape: Shape | None
    field: Field | None


@dataclass
class Fields:
    """The receptive fields of one pass.

    Attributes:
        reaches: of the result of each event of the pass, by its key in `Following.events`.
        size: height and width of the image, or None where the input is none.
        why_not: why they are unknown, or from where on, or "".
    """

    reaches: dict[Key, Reach]
    size: Field | None = None
    why_not: str = ""

    def at(self, event: Key, shape: Shape) -> Field | None:
        """Return the field of an event's result, if it is known and has this shape for an image."""
        reach = self.reaches.get(event)
        return reach.field if reach is not None and reach.shape == shape else None


def measure(subject: nn.Module, images: Tensor, unbatched: bool, work: int) -> Fields:
    """Find the receptive field of each layer's output: of that number of it that sees most.

    Args:
        subject: a copy in eval mode; it is changed to float64 on the CPU.
        images: `(B, C, H, W)` or `(B, H, W)`, or `(C, H, W)` when unbatched; their values do not
            matter.
        work: multiply-adds of one image.
    """
    is_sequence = images.dim() == 3 and any(sides_of(each) == 1 for each in subject.modules())
    if is_sequence or images.dim() not in ((3,) if unbatched else (3, 4)):
        return Fields({})
    height, width = images.shape[-2:]
    if height + width > MOST_PROBES or work * (height + width) > MOST_WORK:
        return Fields({}, (height, width), "measuring it would take long")
    shape = images.shape if unbatched else images.shape[1:]
    image = torch.linspace(0, 1, shape.numel(), dtype=torch.float64, device="cpu").reshape(shape)
    probes = torch.stack([image] * (height + width + 1))  # the last one stays whole
    for row in range(height):
        probes[row, ..., row, :] = torch.nan
    for column in range(width):
        probes[height + column, ..., column] = torch.nan
    return _follow(subject.cpu().double(), probes)


def _follow(subject: nn.Module, probes: Tensor) -> Fields:
    watch: _Watch = _Watch()  # type: ignore[no-untyped-call]  # torch's own class
    height, width = probes.shape[-2:]

    def look(value: Any) -> Reach:
        with watch.paused():
            floats = [each for each in tensors_in(value) if each.is_floating_point()]
            if watch.stopped_by or not floats or floats[0].shape[:1] != probes.shape[:1]:
                return Reach(None, None)
            return Reach(tuple(floats[0].shape[1:]), _field(floats[0], height))

    why_not = ""
    following = Following(look, subject)
    with silence(), quiet_pass(), watch, following:
        try:
            subject(probes)
        except Exception as error:  # the model's own, or what only this pass meets: another dtype
            why_not = (
                f"the pass that measures them, {len(probes)} images in float64, raised "
                f"{type(error).__name__}"
            )
    if watch.stopped_by:
        why_not = f"a comparison ({watch.stopped_by}) decides what comes after it"
    return Fields(
        {key: event.got for key, event in following.events.items()}, (height, width), why_not
    )


def _field(numbers: Tensor, height: int) -> Field | None:
    """Return the largest patch that one number depends on.

    Args:
        numbers: one entry a probe: rows, then columns, then the untouched image.
        height: how many rows there are.
    """
    broken = numbers.isnan().reshape(len(numbers), -1)  # (probes, numbers of the layer)
    if broken[-1].any():
        return None
    high, wide = _spans(broken[:height]), _spans(broken[height:-1])
    if high.numel() == 0 or not (high * wide).any():
        return None
    best = (high * wide).argmax()
    return int(high[best]), int(wide[best])


def _spans(broken: Tensor) -> Tensor:
    """Return how far it is from the first to the last True of each column, both counted."""
    flags = broken.to(torch.uint8)
    first, last = flags.argmax(dim=0), len(flags) - 1 - flags.flip(0).argmax(dim=0)
    return torch.where(broken.any(dim=0), last - first + 1, 0)


class _Watch(TorchDispatchMode):
    """Notices the operation that makes numbers out of nan: from there on nothing can be told.

    Comparisons do, and what is computed from their outcome.
    """

    stopped_by = ""
    _is_looking = True

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Let operations pass unseen."""
        self._is_looking = False
        try:
            yield
        finally:
            self._is_looking = True

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run an operation, and see what becomes of nan in it."""
        given = _has_nan(args) if self._is_looking and not self.stopped_by else False
        result = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__
        makes_new = name.endswith("_like") or name.startswith("new_")  # only the shape is used
        if given and not makes_new and not _has_nan(result):
            self.stopped_by = name.strip("_")
        return result


def _has_nan(values: Any) -> bool:
    return any(bool(each.isnan().any()) for each in tensors_in(values) if each.is_floating_point())
