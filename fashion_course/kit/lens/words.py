"""Says in words where a batch was lost, and what would make a layer fit what arrives at it."""

import re
from collections.abc import Sequence
from math import prod

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd

from fashion_course.kit.words import plural

from .passing import Shape, Step


def images_in(shape: Shape, steps: Sequence[Step]) -> int | None:
    """Return how many images the input holds; None for one image without a batch dimension.

    The first layer that knows tells: a `Conv2d` takes three dimensions for one image.
    """
    for step in steps:
        dimensions = sides_of(step.module)
        if dimensions and step.given:
            if step.given == (1, *shape) or (step.given == shape and len(shape) == dimensions + 1):
                return None
            break
    return shape[0] if len(shape) > 1 else None


def sides_of(module: nn.Module | None) -> int:
    """Return 2 for a `Conv2d` or a `MaxPool2d`, 1 for a `Conv1d`, and 0 for most others."""
    found = re.search(r"(\d)d$", type(module).__name__)
    return int(found[1]) if found and type(module).__module__.startswith("torch.nn.") else 0


def lost_batch(where: str, given: Shape, got: Shape, images: int | None) -> str:
    """Say what a step did to the batch dimension; "" where it kept it.

    Args:
        where: what the step is called.
        given, got: shapes before and after it; `given` still begins with the batch.
        images: from `images_in`.
    """
    if images is None:
        if len(given) == 3 and got == (given[0], given[1] * given[2]):
            return f"{where} read {_many(given[0], 'channel')} as {_many(given[0], 'image')}"
        return ""
    if given[:1] != (images,) or got[:1] == (images,) or sorted(given) == sorted(got):
        return ""
    if got == (prod(given),):
        return f"at {where} {_many(images, 'image')} became one long vector of {got[0]:,} values"
    if got and got != given[1:] and got[0] % images == 0 and prod(got) == prod(given):
        return f"at {where} {_many(images, 'image')} became {got[0]:,} rows"
    if len(got) < len(given):
        return f"at {where} the batch dimension was lost: {given} became {got}"
    return ""


def misfit(step: Step, earlier: Sequence[Step], images: int | None, lost: str) -> str:
    """Say why the layer that raised does not fit what arrives; "" where that is not the cause.

    Args:
        step: the one that raised.
        earlier: the steps before it.
        images: from `images_in`.
        lost: what an earlier step did to the batch dimension, or "".
    """
    module, given = step.module, step.given
    if module is None or not given:
        return ""
    if isinstance(module, nn.Linear) and given[-1] != module.in_features:
        return _linear(module.in_features, given, earlier, images, lost)
    if isinstance(module, _ConvNd):
        return _convolution(module, given, images)
    if isinstance(module, _NormBase):
        channels = given[1] if len(given) > 1 else 0
        if channels and channels != module.num_features:
            return (
                f"{_arriving(channels)}; the layer expects {module.num_features}: "
                f"use num_features={channels}"
            )
    if sides_of(module) and len(given) < sides_of(module) + 1:
        return _flat(sides_of(module), given)
    return ""


def _linear(
    expected: int, given: Shape, earlier: Sequence[Step], images: int | None, lost: str
) -> str:
    came = (step.given for step in reversed(earlier) if step.got == given != step.given)
    wide = next(came, None) or ()  # the shape before it was flattened
    image = wide if images is None else wide[1:]
    arriving = given[-1]
    if lost and wide:
        cure = (
            "The input has no batch dimension; images.unsqueeze(0) gives it one"
            if images is None
            else "Keep the batch dimension, as nn.Flatten() does"
        )
        then = f"{_values(prod(image), image)} an image arrive{_fits(prod(image), expected)}"
        return f"{lost}. {cure}: then {then}"
    flat = prod(given[1:])
    if len(given) == 4 or (len(given) == 3 and flat == expected):
        then = f"{_values(flat, given[1:])} an image arrive{_fits(flat, expected)}"
        return (
            f"the layer reads the last dimension of {given} alone, {_values(arriving)}. "
            f"Flatten before it: then {then}"
        )
    each = "an image" if len(given) == 2 and given[0] == images else "a row"
    sizes = image if prod(image) == arriving else ()
    return f"{_values(arriving, sizes)} {each} arrive{_fits(arriving, expected)}"


def _fits(values: int, expected: int) -> str:
    if values == expected:
        return ", as the layer expects"
    return f"; the layer expects {expected:,}: use in_features={values}"


def _values(count: int, sizes: Shape = ()) -> str:
    product = f" ({_by(sizes)})" if len(sizes) > 1 else ""
    return f"{count:,} values{product}"


def _arriving(channels: int) -> str:
    return f"{_many(channels, 'channel')} {'arrives' if channels == 1 else 'arrive'}"


def _many(count: int, word: str) -> str:
    return f"{count:,} {plural(word, count)}"


def _convolution(module: _ConvNd, given: Shape, images: int | None) -> str:
    sides = len(module.kernel_size)
    if len(given) not in (sides + 1, sides + 2):
        return _flat(sides, given)
    channels, expected = given[-sides - 1], module.in_channels
    if channels != expected:
        if images is None and expected == 1:
            return (
                f"{given} is read as one image of {channels} channels. Are they {channels} images "
                "of one channel? images.unsqueeze(1) gives them their channel dimension"
            )
        said = f"{_arriving(channels)}; the layer expects {expected}"
        if given[-1] == expected and len(given) == sides + 2:
            order = (0, sides + 1, *range(1, sides + 1))
            return f"{said}. They come last in {given}: images.permute{order} puts them second"
        return f"{said}: use in_channels={channels}"
    sizes, kernel, padding = given[-sides:], module.kernel_size, module.padding
    if isinstance(padding, tuple):
        room = [size + 2 * int(more) for size, more in zip(sizes, padding, strict=True)]
        if any(side < width for side, width in zip(room, kernel, strict=True)):
            return (
                f"the {_by(kernel)} kernel does not fit into the {_by(sizes)} pixels that "
                "arrive: pool less, or add padding"
            )
    return ""


def _flat(sides: int, given: Shape) -> str:
    wanted = {1: "(B, C, L)", 2: "(B, C, H, W)", 3: "(B, C, D, H, W)"}[sides]
    return f"{given} arrives; the layer takes {wanted}. Was the image flattened too early?"


def _by(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))


def other_kind(module: nn.Module | None, images: Tensor) -> str:
    """Say that images are of another dtype, or elsewhere, than the weights they meet; or ""."""
    weight = next(iter(module.parameters()), None) if module is not None else None
    if weight is None:
        return ""
    if weight.device != images.device:
        return (
            f"the images are on {images.device}, the weights on {weight.device}: "
            f'use images.to("{weight.device}")'
        )
    if weight.dtype != images.dtype:
        have, want = (str(each.dtype).removeprefix("torch.") for each in (images, weight))
        scaled = " / 255" if not images.is_floating_point() else ""
        return f"the images are {have}, the weights {want}: use images.to(torch.{want}){scaled}"
    return ""
