"""Says where a batch was lost, and what would make a layer fit what arrives at it."""

from collections.abc import Sequence
from math import prod

import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd

from fashion_course.kit.calls import Call
from fashion_course.kit.words import _, ngettext

from .following import Shape


def images_in(shape: Shape, steps: Sequence[Call]) -> int | None:
    """Return how many images the input holds; None for one image without a batch dimension.

    Of three dimensions the first layer that knows tells: a `Conv2d` takes them for one image.
    """
    layers = (step for step in steps if not step.function)
    first = next((each for each in layers if type(each.module).__name__.endswith("2d")), None)
    is_one = len(shape) == 3 and first is not None and len(first.given.shape or ()) == 3
    return None if is_one or len(shape) < 2 else shape[0]


def lost_batch(label: str, given: Shape, got: Shape, images: int | None) -> str:
    """Say what a step did to the batch dimension; "" where it kept it.

    Args:
        label: what the step is called.
        given, got: shapes before and after it; `given` still begins with the batch.
        images: from `images_in`.
    """
    if images is None:
        if len(given) == 3 and got == (given[0], given[1] * given[2]):
            return _("{layer} read {count} channels as {count} images", layer=label, count=given[0])
        return ""
    if given[:1] != (images,) or got[:1] == (images,) or len(got) >= len(given):
        return ""
    said = _("At {layer} the batch dimension was lost: {given} became {got}")
    return said.format(layer=label, given=given, got=got)


def misfit(
    module: nn.Module, given: Shape, flattened: Shape, images: int | None, lost: str
) -> list[str]:
    """Say in sentences why a layer that raised does not fit; none where that is not the cause.

    Args:
        module: the layer.
        given: what arrives at it.
        flattened: the shape that became `given` in an earlier step, or ().
        images: from `images_in`.
        lost: what an earlier step did to the batch dimension, or "".
    """
    if isinstance(module, nn.Linear) and given[-1] != module.in_features:
        image = flattened if images is None else flattened[1:]
        if lost and image:
            cure = _("Keep the batch dimension, as nn.Flatten() does")
            if images is None:
                cure = _("The input has no batch dimension; images.unsqueeze(0) gives it one")
            return [lost, cure, *_linear(image, module)]
        if len(given) > 2:
            said = _("The layer reads only the last dimension of {shape}", shape=given)
            return [said, _("Flatten before it"), *_linear(given[1:], module)]
        return _linear(image if prod(image) == given[-1] else given[-1:], module)
    if isinstance(module, _ConvNd):
        return _convolution(module, given, images)
    if isinstance(module, _NormBase) and given[1:2] not in ((), (module.num_features,)):
        return _channels("num_features", given[1], module.num_features)
    return []


def _linear(image: Shape, layer: nn.Linear) -> list[str]:
    """Say whether an image fits once it is flattened."""
    size = prod(image)
    values = ngettext("An image has {count} value", "An image has {count:,} values", size)
    if len(image) > 1:
        values += f" ({' x '.join(map(str, image))})"
    if size == layer.in_features:
        return [_("{values}, as the layer expects", values=values)]
    said = _("{values}; the layer expects {size:,}", values=values, size=layer.in_features)
    return [said, _("Use {setting}={value}", setting="in_features", value=size)]


def _convolution(layer: _ConvNd, given: Shape, images: int | None) -> list[str]:
    sides, expected = len(layer.kernel_size), layer.in_channels
    channels = given[-sides - 1] if len(given) in (sides + 1, sides + 2) else expected
    if channels == expected:
        return []
    if images is None and expected == 1:
        return [
            _("{shape} is read as one image of {count} channels", shape=given, count=channels),
            _("If they are images, images.unsqueeze(1) gives them their channel dimension"),
        ]
    if given[-1] == expected:
        cure = _("They seem to come last in {shape}: put them second", shape=given)
        return [_arriving(channels, expected), cure]
    return _channels("in_channels", channels, expected)


def _channels(setting: str, channels: int, expected: int) -> list[str]:
    cure = _("Use {setting}={value}", setting=setting, value=channels)
    return [_arriving(channels, expected), cure]


def _arriving(channels: int, expected: int) -> str:
    return ngettext(
        "The input has {count} channel; the layer expects {expected}",
        "The input has {count:,} channels; the layer expects {expected}",
        channels,
        expected=expected,
    )


def other_dtype(module: nn.Module, dtype: torch.dtype | None) -> list[str]:
    """Say that what arrives is of another dtype than the weights that it meets; [] where not."""
    if not isinstance(module, (nn.Linear, _ConvNd)) or dtype in (None, module.weight.dtype):
        return []
    have, want = (str(each).removeprefix("torch.") for each in (dtype, module.weight.dtype))
    said = _("The input is {have}; the weights are {want}", have=have, want=want)
    scaled = "" if have.startswith(("float", "bfloat")) else " / 255"
    return [said, _("Use {call}", call=f"images.to(torch.{want}){scaled}")]
