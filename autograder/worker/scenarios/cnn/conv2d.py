"""Small problems for `conv2d`."""

from typing import Any

import torch
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.models import TorchCalls, form, gradients, plain

CONV = "conv2d(images, kernels)"


def _draw(probe: Probe, *shapes: tuple[int, ...], dtype: torch.dtype) -> list[Tensor]:
    return [torch.randn(shape, generator=probe.generator, dtype=dtype) for shape in shapes]


@scenario()
def convolutions_by_hand(answer: Any, probe: Probe) -> None:
    """One channel, several, kernels of one pixel, kernels as large as the image, turned images."""
    cases = {
        "single": [((1, 1, 5, 4), (1, 1, 2, 2)), ((2, 1, 6, 6), (1, 1, 3, 3))],
        "channels": [((2, 2, 5, 7), (3, 2, 3, 3)), ((1, 3, 4, 4), (2, 3, 2, 2))],
        "extremes": [((2, 3, 4, 5), (4, 3, 1, 1)), ((2, 2, 3, 3), (5, 2, 3, 3))],
    }
    for kind, shapes in cases.items():
        maps = {}
        for pair in shapes:
            images, kernels = _draw(probe, *pair, dtype=torch.float32)
            shown = f"{CONV} with images {pair[0]} and kernels {pair[1]}"
            maps[shown] = plain(probe.call(shown, answer, images, kernels))
        probe.note(**{kind: maps})
    images, kernels = _draw(probe, (2, 2, 7, 5), (3, 2, 2, 2), dtype=torch.float32)
    shown = f"{CONV} with images.transpose(2, 3) of shape (2, 2, 5, 7)"
    probe.note(turned=plain(probe.call(shown, answer, images.transpose(2, 3), kernels)))


@scenario()
def convolutions_of_other_kinds(answer: Any, probe: Probe) -> None:
    """Two dtypes; dtypes that differ; and the device, where new tensors land on another.

    An answer may refuse dtypes that differ, or get lost where new tensors land on `meta`; what it
    returns has to be of the dtype and on the device of the images all the same. Images of the finer
    dtype, because PyTorch's own arithmetic keeps that.
    """
    shapes, forms = ((2, 2, 4, 5), (3, 2, 2, 2)), {}
    for dtype in (torch.float32, torch.float64):
        images, kernels = _draw(probe, *shapes, dtype=dtype)
        shown = f"{CONV} of {_name(dtype)}"
        fine = probe.call(shown, answer, images, kernels)
        forms[shown] = form(fine)
        probe.note(forms=forms)
    probe.note(fine=plain(fine))
    (images,) = _draw(probe, shapes[0], dtype=torch.float64)
    (kernels,) = _draw(probe, shapes[1], dtype=torch.float32)
    told = probe.attempt(f"{CONV} of float64 images, float32 kernels", answer, images, kernels)
    probe.note(mixed=form(told.get("returned", images)).split()[0])
    kernels = kernels.to(images)
    with torch.device("meta"):
        told = probe.attempt(f'{CONV} within torch.device("meta")', answer, images, kernels)
    made = told.get("returned")
    probe.note(device=made.device.type if isinstance(made, Tensor) else images.device.type)


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


@scenario()
def convolution_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the result: inputs, random states, the result of an earlier call."""
    images, kernels = _draw(probe, (2, 2, 4, 5), (3, 2, 2, 2), dtype=torch.float64)
    inputs = {"images": images, "kernels": kernels}
    before = {name: value.clone() for name, value in inputs.items()}
    with Bystanders() as others:
        first = plain(probe.call(CONV, answer, images, kernels))
    changed = [name for name, value in inputs.items() if not torch.equal(value, before[name])]
    if isinstance(first, Tensor):
        kept = first.clone()
        more, _ = _draw(probe, (2, 2, 4, 5), (3, 2, 2, 2), dtype=torch.float64)
        probe.call(f"{CONV} with other images", answer, more, before["kernels"])
        changed += [] if torch.equal(first, kept) else ["the result of an earlier call"]
    probe.note(changed=[*changed, *others.changed])


@scenario()
def convolution_with_gradients(answer: Any, probe: Probe) -> None:
    """What reaches the images and the kernels on the way back."""
    pair = _draw(probe, (2, 2, 4, 5), (3, 2, 2, 2), dtype=torch.float32)
    images, kernels = (each.requires_grad_() for each in pair)
    result = probe.call(CONV, answer, images, kernels)
    to_images, to_kernels = gradients(probe, result, [images, kernels])
    probe.note(to_images=to_images, to_kernels=to_kernels)


@scenario()
def functions_behind_the_convolution(answer: Any, probe: Probe) -> None:
    """Which of torch's convolutions are called."""
    images, kernels = _draw(probe, (1, 2, 4, 5), (3, 2, 2, 2), dtype=torch.float32)
    with TorchCalls("conv1d", "conv2d", "conv3d", "conv_", "convol") as spy:
        result = probe.call(CONV, answer, images, kernels)
    probe.note(result=plain(result), borrowed=spy.told())


@scenario()
def convolutions_that_cannot_be(answer: Any, probe: Probe) -> None:
    """Wrong numbers of dimensions, other channels, kernels that do not fit."""
    cases = (
        ((4, 5), (2, 2)),
        ((2, 4, 5), (3, 2, 2, 2)),
        ((2, 3, 5), (4, 3, 2, 2)),
        ((1, 2, 4, 5), (2, 2, 2)),
        ((1, 2, 4, 5), (3, 1, 2, 2)),
        ((1, 1, 4, 5), (3, 2, 2, 2)),
        ((1, 2, 4, 6), (3, 2, 5, 5)),
        ((1, 2, 6, 4), (3, 2, 5, 5)),
    )
    attempts = []
    for pair in cases:
        images, kernels = _draw(probe, *pair, dtype=torch.float64)
        shown = f"{CONV} with images {pair[0]} and kernels {pair[1]}"
        attempts.append(probe.attempt(shown, answer, images, kernels))
    probe.note(attempts=attempts)
