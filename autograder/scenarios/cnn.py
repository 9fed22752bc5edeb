"""Scenarios of unit 4: convolutions, blocks, TinyVGG, and its training."""

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.placing import UseOrder, place_weights, shapes_of
from autograder.scenarios.worlds import Items, loaders_of, weights_of
from fashion_course.kit import Loaders, fashion_mnist

SIZES = ((28, 3, 1, 1), (28, 5, 1, 0), (28, 2, 2, 0), (13, 4, 3, 2), (7, 7, 1, 0), (10, 3, 2, 0))
REFUSED = ((3, 5, 1, 0), (5, 3, 0, 0), (5, 0, 1, 0), (5, 3, 1, -1), (0, 1, 1, 0))


@scenario()
def sizes_of_outputs(answer: Any, probe: Probe) -> None:
    """Sides of many lengths through many windows, and some that leave nothing."""
    drawn = torch.randint(1, 4, (6, 4), generator=probe.generator).tolist()
    asked = [*SIZES, *((20 + a, 2 * b, c, d) for a, b, c, d in drawn)]
    results = []
    for size, kernel, stride, padding in asked:
        call = f"conv_output_size({size}, {kernel}, stride={stride}, padding={padding})"
        results.append(probe.call(call, answer, size, kernel, stride=stride, padding=padding))
    probe.note(asked=[list(a) for a in asked], results=results)
    probe.note(defaults=probe.call("conv_output_size(9, 4)", answer, 9, 4))


@scenario()
def sizes_that_leave_nothing(answer: Any, probe: Probe) -> None:
    """A kernel larger than the padded side, and arguments that make no sense."""
    attempts = []
    for asked in REFUSED:
        call = "conv_output_size({}, {}, stride={}, padding={})".format(*asked)
        attempts.append(probe.attempt(call, answer, *asked))
    probe.note(too_large=attempts[0], senseless=attempts[1:])


@scenario()
def convolution_by_hand(answer: Any, probe: Probe) -> None:
    """Two oblong images of 2 channels and 3 asymmetric kernels, and the gradients of both."""
    images = torch.randn(2, 2, 6, 5, generator=probe.generator, dtype=torch.float64)
    kernels = torch.randn(3, 2, 3, 3, generator=probe.generator, dtype=torch.float64)
    kept = images.clone(), kernels.clone()
    images.requires_grad_()
    kernels.requires_grad_()
    with UseOrder() as order:
        result = probe.call("conv2d(images, kernels)", answer, images, kernels)
    probe.note(result=result, functions=sorted(set(order.functions)))
    same = torch.equal(images.detach(), kept[0]) and torch.equal(kernels.detach(), kept[1])
    probe.note(inputs_untouched=same)
    if isinstance(result, Tensor) and result.requires_grad:
        (result * torch.arange(1.0, result.numel() + 1).reshape(result.shape)).sum().backward()
    probe.note(image_gradient=images.grad, kernel_gradient=kernels.grad)


@scenario()
def other_convolutions(answer: Any, probe: Probe) -> None:
    """One pixel wide kernels, a kernel as large as the image, float32, a single channel."""
    draw = probe.generator
    results = []
    for images, kernels in (((1, 1, 4, 4), (1, 1, 2, 2)), ((2, 3, 4, 5), (2, 3, 1, 1))):
        pair = torch.randn(images, generator=draw), torch.randn(kernels, generator=draw)
        results.append(probe.call(f"conv2d({images}, {kernels})", answer, *pair))
    whole = torch.randn(1, 2, 3, 3, generator=draw), torch.randn(4, 2, 3, 3, generator=draw)
    results.append(probe.call("conv2d((1, 2, 3, 3), (4, 2, 3, 3))", answer, *whole))
    probe.note(results=results)


@scenario()
def convolutions_that_do_not_fit(answer: Any, probe: Probe) -> None:
    """Kernels for another number of channels, and kernels larger than the image."""
    images = torch.zeros(1, 2, 4, 4)
    other, large = torch.zeros(1, 3, 2, 2), torch.zeros(1, 2, 5, 5)
    probe.note(channels=probe.attempt("conv2d(2 channels, kernels for 3)", answer, images, other))
    probe.note(large=probe.attempt("conv2d((1, 2, 4, 4), (1, 2, 5, 5))", answer, images, large))


@scenario()
def block_at_work(answer: Any, probe: Probe) -> None:
    """A block from 2 to 3 channels with known weights, on an even and on an odd size."""
    block = probe.call("block = conv_block(2, 3)", answer, 2, 3)
    probe.note(is_sequential=isinstance(block, nn.Sequential))
    probe.call("block.double()", lambda: block.double())
    images = torch.randn(2, 2, 8, 8, generator=probe.generator, dtype=torch.float64)
    odd = torch.randn(1, 2, 7, 9, generator=probe.generator, dtype=torch.float64)
    outputs = [probe.call("block(images)  # (2, 2, 8, 8)", block, images)]
    outputs.append(probe.call("block(images)  # (1, 2, 7, 9)", block, odd))
    probe.note(shapes=shapes_of(outputs), parameters=sum(p.numel() for p in block.parameters()))
    place_weights(block, lambda: block(images), probe.seed)
    probe.note(result=probe.call("block(images)  # known weights", block, images))


def _look_at_v2(answer: Any, probe: Probe, sizes: dict[str, int]) -> None:
    shown = ", ".join(f"{name}={value}" for name, value in sizes.items())
    model = probe.call(f"model = FashionMNISTModelV2({shown})", answer, **sizes)
    probe.call("model.double()", lambda: model.double())
    channels = sizes.get("in_channels", 1)
    draw = {"generator": probe.generator, "dtype": torch.float64}
    images = torch.randn(3, channels, 28, 28, **draw)  # type: ignore[call-overload]
    outputs = [probe.call("model(images)  # 3 images", model, images)]
    outputs.append(probe.call("model(images)  # 1 image", model, images[:1]))
    probe.note(shapes=shapes_of(outputs), parameters=sum(p.numel() for p in model.parameters()))
    place_weights(model, lambda: model(images), probe.seed)
    logits = probe.call("model(images)  # known weights", model, images)
    probe.note(logits=logits)
    if isinstance(logits, Tensor) and logits.requires_grad:
        logits.square().sum().backward()
    probe.note(without_gradient=sum(p.grad is None for p in model.parameters()))


@scenario()
def usual_v2(answer: Any, probe: Probe) -> None:
    """TinyVGG with its defaults and known weights."""
    _look_at_v2(answer, probe, {})


@scenario()
def small_v2(answer: Any, probe: Probe) -> None:
    """TinyVGG of other sizes, with known weights."""
    _look_at_v2(answer, probe, {"in_channels": 2, "hidden_units": 3, "classes": 4})


class Passes:
    """Counts the images that go through whole models while gradients are recorded."""

    def __init__(self) -> None:
        self.images = 0
        self._depth = 0

    def __enter__(self) -> "Passes":
        every = nn.modules.module
        self._handles = [
            every.register_module_forward_pre_hook(self._enter),
            every.register_module_forward_hook(self._leave, always_call=True),
        ]
        return self

    def _enter(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        images = inputs[0] if inputs else None
        outermost = self._depth == 0 and isinstance(images, Tensor) and images.ndim == 4
        if outermost and torch.is_grad_enabled():
            self.images += len(inputs[0])
        self._depth += 1

    def _leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._depth -= 1

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()


FEW = 960
"""Real images that a quick check trains on: enough for any working recipe to leave chance behind,
few enough to take a second."""


def few_loaders(probe: Probe, count: int) -> Loaders:
    """Return loaders of normalised images of the shipped subset, chosen anew for each grading."""
    given = fashion_mnist("train", quick=True)
    draw = torch.Generator().manual_seed(probe.seed)
    chosen = torch.randperm(len(given), generator=draw)
    images = (given.images[chosen].unsqueeze(1).float() / 255 - 0.286) / 0.353
    labels = given.labels[chosen]
    train, validation = slice(0, count), slice(count, count + 200)
    test = slice(count + 200, count + 500)
    first, second, third = (Items(images[p], labels[p]) for p in (train, validation, test))
    return loaders_of(first, second, third, probe.seed, size=16)


@scenario(seconds=120.0)
def training_on_few_images(answer: Any, probe: Probe) -> None:
    """960 real images in batches of 16: passes, test images, and what was learnt."""
    loaders = few_loaders(probe, FEW - 7)  # the last batch is smaller
    train, test = cast(Items, loaders.train.dataset), cast(Items, loaders.test.dataset)
    seed = probe.seed % 1000
    with Passes() as passes:
        model = probe.call(f"model = train_cnn(loaders, seed={seed})", answer, loaders, seed)
    probe.note(trained_images=passes.images, images=len(train), test_reads=test.reads)
    probe.note(kind=type(model).__name__, is_module=isinstance(model, nn.Module))
    if not isinstance(model, nn.Module):
        return
    probe.note(parameters=sum(p.numel() for p in model.parameters()))
    model.eval()
    with torch.inference_mode():
        logits = probe.call("model.eval()(images)", model, test.images)
    probe.note(logits_shape=list(logits.shape))
    probe.note(share=float((logits.argmax(1) == test.labels).double().mean()))


@scenario(seconds=60.0)
def training_twice(answer: Any, probe: Probe) -> None:
    """A few images, twice with one seed and once with another; fresh loaders each time."""
    weights = []
    for offset in (0, 0, 1):
        seed = probe.seed % 1000 + offset
        model = probe.call(f"train_cnn(loaders, seed={seed})", answer, few_loaders(probe, 40), seed)
        state = probe.call("model.state_dict()", lambda model=model: weights_of(model))
        weights.append(list(state.values()))
    probe.note(again=_equal(weights[0], weights[1]), other=_equal(weights[0], weights[2]))


def _equal(first: list[Tensor], second: list[Tensor]) -> bool:
    return len(first) == len(second) and all(map(torch.equal, first, second))


@scenario(seconds=1800.0)
def milestone(answer: Any, probe: Probe) -> None:
    """Real images: training parts with labels, test images without."""
    from pathlib import Path

    folder = Path(probe.data)
    images, test = (
        torch.from_numpy(np.load(folder / f"{name}_images.npy")).unsqueeze(1).float() / 255
        for name in ("train", "test")
    )
    labels = torch.from_numpy(np.load(folder / "train_labels.npy")).long()
    order = torch.randperm(len(images), generator=probe.generator)
    held_out, fit_on = order[: len(order) // 20], order[len(order) // 20 :]
    mean, std = images[fit_on].mean(), images[fit_on].std()
    images, test = (images - mean) / std, (test - mean) / std

    def loader(pictures: Tensor, truth: Tensor, shuffle: bool) -> DataLoader[Any]:
        own = torch.Generator().manual_seed(probe.seed)
        data = TensorDataset(pictures, truth)
        return DataLoader(data, batch_size=64, shuffle=shuffle, generator=own)

    loaders = Loaders(
        loader(images[fit_on], labels[fit_on], True),
        loader(images[held_out], labels[held_out], False),
        loader(test, torch.zeros(len(test), dtype=torch.int64), False),
    )
    seed = probe.seed % 100_000
    with Passes() as passes:
        model = probe.call(f"train_cnn(loaders, seed={seed})", answer, loaders, seed)
    probe.note(trained_images=passes.images, images=len(fit_on))
    model.eval()
    with torch.inference_mode():
        outputs = [probe.call("model(images)", model, part) for part in test.split(500)]
    probe.note(logits=torch.cat(outputs).float())
