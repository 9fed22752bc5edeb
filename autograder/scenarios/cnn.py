"""Scenarios of unit 4: sizes, convolution by hand, blocks, Model V2."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.models import (
    TorchCalls,
    fill_by_shape,
    fill_evenly,
    form,
    gradients,
    layout_of,
    note_form,
    note_laws,
    parameters_of,
    plain,
    size_of,
)

V2 = "FashionMNISTModelV2"
IMAGE = (1, 28, 28)

# --- conv_output_size ----------------------------------------------------------------------------


@scenario()
def lengths_of_outputs(answer: Any, probe: Probe) -> None:
    """Kernels alone, with padding, with strides that fit and that do not."""
    draws = torch.randint(1, 6, (4, 4), generator=probe.generator).tolist()
    some = [(a + b + 3, b, c + 1, d) for a, b, c, d in draws]
    cases: dict[str, list[tuple[int, ...]]] = {
        "alone": [(28, 3), (28, 5), (7, 7), (5, 1), *((a, b) for a, b, _, _ in some)],
        "padded": [(28, 3, 1, 1), (28, 5, 1, 1), *((a, b, 1, d) for a, b, _, d in some)],
        "strided": [(28, 2, 2), (7, 2, 2), (8, 3, 2), (9, 3, 4), (5, 2, 6)],
        "both": [(28, 3, 2, 1), (1, 3, 2, 1), *some],
    }
    for kind, calls in cases.items():
        lengths = {}
        for given in calls:
            shown = f"conv_output_size({', '.join(map(str, given))})"
            lengths[shown] = probe.call(shown, answer, *given)
        probe.note(**{kind: lengths})
    named = {"size": 11, "kernel_size": 4, "padding": 2, "stride": 3}
    shown = ", ".join(f"{key}={value}" for key, value in named.items())
    probe.note(named=probe.call(f"conv_output_size({shown})", answer, **named))


@scenario()
def lengths_that_cannot_be(answer: Any, probe: Probe) -> None:
    """Arguments that are too small, and kernels that do not fit."""
    small = [(0, 1), (-3, 2), (5, 0), (5, -1), (5, 3, 0), (5, 3, -1), (5, 3, 1, -1)]
    large = [(3, 4), (3, 6, 1, 1), (2, 9, 3, 2)]
    for kind, calls in (("too_small", small), ("too_large", large)):
        shown = [f"conv_output_size({', '.join(map(str, given))})" for given in calls]
        attempts = [probe.attempt(s, answer, *g) for s, g in zip(shown, calls, strict=True)]
        probe.note(**{kind: attempts})


# --- conv2d --------------------------------------------------------------------------------------

CONV = "conv2d(images, kernels)"


def _draw(probe: Probe, *shapes: tuple[int, ...], dtype: torch.dtype) -> list[Tensor]:
    return [torch.randn(shape, generator=probe.generator, dtype=dtype) for shape in shapes]


@scenario()
def convolutions_by_hand(answer: Any, probe: Probe) -> None:
    """One channel, several, kernels of one pixel, kernels as large as the image."""
    cases = {
        "single": [((1, 1, 5, 4), (1, 1, 2, 2)), ((2, 1, 6, 6), (1, 1, 3, 3))],
        "channels": [((2, 2, 5, 7), (3, 2, 3, 3)), ((1, 3, 4, 4), (2, 3, 2, 2))],
        "extremes": [((2, 3, 4, 5), (4, 3, 1, 1)), ((2, 2, 3, 3), (5, 2, 3, 3))],
    }
    kept = True
    for kind, shapes in cases.items():
        maps = {}
        for pair in shapes:
            images, kernels = _draw(probe, *pair, dtype=torch.float64)
            before = images.clone(), kernels.clone()
            shown = f"{CONV} with images {pair[0]} and kernels {pair[1]}"
            maps[shown] = plain(probe.call(shown, answer, images, kernels))
            kept = kept and torch.equal(images, before[0]) and torch.equal(kernels, before[1])
        probe.note(**{kind: maps}, untouched=kept)


@scenario()
def convolution_of_float32(answer: Any, probe: Probe) -> None:
    """The dtype of real images."""
    forms = {}
    for dtype in (torch.float32, torch.float64):
        images, kernels = _draw(probe, (2, 2, 4, 5), (3, 2, 2, 2), dtype=dtype)
        shown = f"{CONV} of {str(dtype).removeprefix('torch.')}"
        forms[shown] = form(probe.call(shown, answer, images, kernels))
        probe.note(forms=forms)


@scenario()
def convolution_with_gradients(answer: Any, probe: Probe) -> None:
    """What reaches the images and the kernels on the way back."""
    pair = _draw(probe, (2, 2, 4, 5), (3, 2, 2, 2), dtype=torch.float64)
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


# --- conv_block ----------------------------------------------------------------------------------


@scenario()
def block_of_layers(answer: Any, probe: Probe) -> None:
    """Kind, size and outputs of blocks; even and odd images."""
    block = probe.call("block = conv_block(2, 5)", answer, 2, 5)
    probe.note(is_sequential=isinstance(block, nn.Sequential))
    sides = ((28, 28), (14, 14), (9, 12), (15, 10))
    forms = {}
    for height, width in sides:
        images = torch.randn(3, 2, height, width, generator=probe.generator)
        shown = f"block(images) with images of shape {tuple(images.shape)}"
        _tell_layers(probe, block, images)
        forms[shown] = form(probe.call(shown, block, images))
    probe.note(forms=forms, parameters=size_of(block))


@scenario()
def block_with_known_weights(answer: Any, probe: Probe) -> None:
    """What a block computes."""
    block = probe.call("block = conv_block(2, 5)", answer, 2, 5)
    images = torch.randn(4, 2, 9, 12, generator=probe.generator)
    kept = images.clone()
    shown = "block(images) with images of shape (4, 2, 9, 12)"
    probe.call(shown, block, images)
    probe.note(untouched=torch.equal(images, kept))
    for kind, number in (("plus", 0.1), ("minus", -0.1)):
        fill_evenly(block, number)
        told = f"{shown} and every weight at {number}"
        probe.note(**{kind: plain(probe.call(told, block, kept.clone()))})
    probe.note(layout=layout_of(block))
    fill_by_shape(block, probe.seed)
    probe.note(maps=plain(probe.call(f"{shown} and known weights", block, kept.clone())))


@scenario()
def two_blocks(answer: Any, probe: Probe) -> None:
    """Do two blocks have weights of their own?"""
    blocks = [probe.call("conv_block(4, 4)", answer, 4, 4) for _ in range(2)]
    first, second = ({id(p) for p in parameters_of(block)} for block in blocks)
    probe.note(shared=len(first & second))


def _tell_layers(probe: Probe, model: Any, images: Tensor) -> None:
    """Keep what each layer makes of the images as events: they explain, nothing is claimed."""

    def tell(layer: nn.Module, inputs: Any, output: Any) -> None:
        probe.event(f"{type(layer).__name__} gives {form(output)}")

    modules = model.modules() if isinstance(model, nn.Module) else ()
    layers = [module for module in modules if not list(module.children())]
    handles = [layer.register_forward_hook(tell) for layer in layers]
    probe.attempt("model(images)", model, images)
    for handle in handles:
        handle.remove()


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


@scenario()
def v2_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments."""
    _tell_layers(probe, probe.call(f"{V2}()", answer), torch.zeros(2, *IMAGE))
    note_form(answer, probe, V2, IMAGE)


@scenario()
def v2_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Coloured images, other widths."""
    note_form(answer, probe, V2, (3, 28, 28), in_channels=3, hidden_units=6, classes=4)


@scenario()
def v2_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes."""
    sizes = {"in_channels": 2, "hidden_units": 4, "classes": 6}
    note_laws(answer, probe, V2, (2, 28, 28), **sizes)
    model = answer(**sizes)
    images = torch.randn(3, 2, 28, 28, generator=probe.generator)
    probe.call("model(images)", model, images)
    probe.note(layout=layout_of(model))
    fill_by_shape(model, probe.seed, even_matrices=True)
    probe.note(known=plain(probe.call("model(images) with known weights", model, images)))
