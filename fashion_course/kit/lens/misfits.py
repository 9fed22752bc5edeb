"""Says where a batch was lost, and what would make a layer fit what arrives at it."""

import re
from collections.abc import Sequence
from math import prod
from operator import ge

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd

from fashion_course.kit.words import _, ngettext

from .following import Step
from .passing import Shape


def images_in(shape: Shape, steps: Sequence[Step]) -> int | None:
    """Return how many images the input holds; None for one image without a batch dimension.

    The first layer that knows tells: a `Conv2d` takes three dimensions for one image.
    """
    for step in steps:
        dimensions, given = sides_of(step.call.module), step.given.shape
        if dimensions and given:
            if given == (1, *shape) or (given == shape and len(shape) == dimensions + 1):
                return None
            break
    return shape[0] if len(shape) > 1 else None


def sides_of(module: nn.Module) -> int:
    """Return 2 for a `Conv2d` or a `MaxPool2d`, 1 for a `Conv1d`, and 0 for most others."""
    found = re.search(r"(\d)d$", type(module).__name__)
    return int(found[1]) if found and type(module).__module__.startswith("torch.nn.") else 0


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
    if given[:1] != (images,) or got[:1] == (images,) or sorted(given) == sorted(got):
        return ""
    many = ngettext("{count} image", "{count:,} images", images)
    values = {"layer": label, "images": many, "count": got[0] if got else 0}
    if got == (prod(given),):
        return _("At {layer} {images} became one long vector of {count:,} values", **values)
    if got and got != given[1:] and got[0] % images == 0 and prod(got) == prod(given):
        return _("At {layer} {images} became {count:,} rows", **values)
    if len(got) < len(given):
        return _(
            "At {layer} the batch dimension was lost: {given} became {got}",
            layer=label,
            given=given,
            got=got,
        )
    return ""


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
    sides = sides_of(module)
    if isinstance(module, nn.Linear) and given[-1] != module.in_features:
        image = flattened if images is None else flattened[1:]
        if lost and image:
            return [lost, *_kept(images, image, module.in_features)]
        return _linear(given, image, images, module.in_features)
    if sides and len(given) not in (sides + 1, sides + 2):
        layout = ("(B, C, L)", "(B, C, H, W)", "(B, C, D, H, W)")[sides - 1]
        said = _("{shape} arrives; the layer takes {layout}", shape=given, layout=layout)
        return [said, _("Was the image flattened too early?")]
    if isinstance(module, _ConvNd):
        return _convolution(module, given, images)
    if isinstance(module, _NormBase) and len(given) > 1 and given[1] != module.num_features:
        return [_channels(given[1], module.num_features), _use("num_features", given[1])]
    return []


def _kept(images: int | None, image: Shape, expected: int) -> list[str]:
    """Say how to keep the batch dimension, and what arrives then."""
    if images is None:
        cure = _("The input has no batch dimension; images.unsqueeze(0) gives it one")
    else:
        cure = _("Keep the batch dimension, as nn.Flatten() does")
    return [cure, *_then(image, expected)]


def _linear(given: Shape, image: Shape, images: int | None, expected: int) -> list[str]:
    """Say why rows of another length arrive; `image` is the shape of one before it was flat."""
    arriving = given[-1]
    if len(given) == 4 or (len(given) == 3 and prod(given[1:]) == expected):
        last = _values((arriving,))
        said = _(
            "the layer reads the last dimension of {shape}, {values}", shape=given, values=last
        )
        return [said, _("Flatten before it"), *_then(given[1:], expected)]
    values = _values(image if prod(image) == arriving else (arriving,))
    if len(given) == 2 and given[0] == images:
        said = _(
            "{values} an image arrive; the layer expects {size:,}", values=values, size=expected
        )
    else:
        said = _("{values} a row arrive; the layer expects {size:,}", values=values, size=expected)
    return [said, _use("in_features", arriving)]


def _then(image: Shape, expected: int) -> list[str]:
    """Say whether an image fits once it is flattened as it should be."""
    values = _values(image)
    if prod(image) == expected:
        return [_("Then {values} an image arrive, as the layer expects", values=values)]
    said = _(
        "Then {values} an image arrive; the layer expects {size:,}", values=values, size=expected
    )
    return [said, _use("in_features", prod(image))]


def _convolution(module: _ConvNd, given: Shape, images: int | None) -> list[str]:
    sides = len(module.kernel_size)
    channels, expected = given[-sides - 1], module.in_channels
    if channels != expected and images is None and expected == 1:
        return [
            _("{shape} is read as one image of {count} channels", shape=given, count=channels),
            _("Are they {count} images of one channel?", count=channels),
            _("images.unsqueeze(1) gives them their channel dimension"),
        ]
    if channels != expected:
        said = _channels(channels, expected)
        if given[-1] != expected or len(given) == sides + 1:
            return [said, _use("in_channels", channels)]
        call = f"images.permute{(0, sides + 1, *range(1, sides + 1))}"
        return [
            said,
            _("They come last in {shape}: {call} puts them second", shape=given, call=call),
        ]
    sizes, padding = given[-sides:], module.padding
    if isinstance(padding, str):  # "same" or "valid"
        return []
    rooms = [size + 2 * more for size, more in zip(sizes, padding, strict=True)]
    if all(map(ge, rooms, module.kernel_size)):
        return []
    kernel, pixels = _by(module.kernel_size), _by(sizes)
    return [
        _(
            "the {kernel} kernel does not fit into the {size} pixels that arrive",
            kernel=kernel,
            size=pixels,
        ),
        _("Pool less, or add padding"),
    ]


def _use(setting: str, value: int) -> str:
    return _("Use {setting}={value}", setting=setting, value=value)


def _values(sizes: Shape) -> str:
    product = f" ({_by(sizes)})" if len(sizes) > 1 else ""
    return ngettext("{count} value", "{count:,} values", prod(sizes)) + product


def _channels(count: int, expected: int) -> str:
    return ngettext(
        "{count} channel arrives; the layer expects {expected}",
        "{count:,} channels arrive; the layer expects {expected}",
        count,
        expected=expected,
    )


def _by(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))


def other_kind(module: nn.Module, images: Tensor) -> list[str]:
    """Say that images are of another dtype, or elsewhere, than the weights they meet."""
    weight = next(module.parameters(), images)
    if images.device != weight.device:
        call = f'images.to("{weight.device}")'
        told = {"have": images.device, "want": weight.device, "call": call}
        return [_("the images are on {have}, the weights on {want}: use {call}", **told)]
    if images.dtype != weight.dtype:
        call = f"images.to({weight.dtype}){'' if images.is_floating_point() else ' / 255'}"
        have, want = (str(each.dtype).removeprefix("torch.") for each in (images, weight))
        return [
            _(
                "the images are {have}, the weights {want}: use {call}",
                have=have,
                want=want,
                call=call,
            )
        ]
    return []
