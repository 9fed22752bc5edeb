"""A watched model and problems for it, for scenarios that train: units 3 and 6.

Everything is as the contract says it (float32 images of 28 x 28 pixels, 10 classes), so that an
answer which insists on that is not refused.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.worlds import (
    Batch,
    WatchedDataset,
    draw_batches,
    fixed_weights,
)

PIXELS = 28
LABELS = 10
CONTRAST = 0.2
"""Keeps the logits small enough that no softmax is saturated and every image still pulls."""


class Log:
    """What went through a watched model, a list entry for each forward pass.

    Attributes:
        images: the first pixel of each image, which tells the image.
        modes: whether the model was in train mode.
        recorded: whether the logits can be differentiated.
        devices: of the weights and of the images.
    """

    def __init__(self) -> None:
        self.images: list[list[float]] = []
        self.modes: list[bool] = []
        self.recorded: list[bool] = []
        self.devices: list[list[str]] = []

    def __deepcopy__(self, memo: object) -> "Log":
        return self  # an answer that works on a copy of the model is watched too

    def seen(self) -> int:
        """Return how many different images went through."""
        return len({image for batch in self.images for image in batch})

    def broke_off(self) -> bool:
        """Say whether a pass began that never got to the model's end."""
        return len(self.images) > len(self.recorded)

    def modes_while_training(self, images: Tensor) -> list[bool]:
        """Return the modes of those passes that recorded gradients and began with `images`."""
        own = set(images[:, 0, 0, 0].tolist())
        passes = zip(self.images, self.modes, self.recorded, strict=False)
        return [mode for batch, mode, recorded in passes if recorded and batch[0] in own]


class EntranceLayer(nn.Module):
    """The first layer: notes images and mode.

    A layer rather than a hook on the model, because `model.forward(images)` passes hooks by.
    """

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def forward(self, images: Tensor) -> Tensor:
        """Return the images as they came."""
        self.log.images.append(images.detach()[:, 0, 0, 0].tolist())
        self.log.modes.append(self.training)
        return images


class Mood(nn.Module):
    """Like a dropout, but the same each time: in train mode, every other pixel counts double.

    So the mode shows in the output, and an extra forward pass changes nothing.
    """

    def forward(self, flat: Tensor) -> Tensor:
        """Return `flat`, thinned out in train mode: `(B, F)`."""
        if not self.training:
            return flat
        mask = torch.zeros(flat.shape[1], device=flat.device, dtype=flat.dtype)  # (F)
        mask[::2] = 2.0
        return flat * mask


class BreakingLayer(nn.Module):
    """A layer that breaks at a glaring image, so that an answer has an error to let through."""

    GLARE = 1e6

    def forward(self, flat: Tensor) -> Tensor:
        """Return `flat`, `(B, F)`, as it came; raise where a glaring image is among them."""
        # A thousandth: an answer may have scaled the images before.
        if bool((flat.abs() > self.GLARE / 1000).any()):
            raise RuntimeError("a layer of the model failed on this batch")
        return flat


class ExitLayer(nn.Module):
    """The last layer: notes whether gradients are recorded."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def forward(self, logits: Tensor) -> Tensor:
        """Return the logits as they came."""
        self.log.recorded.append(logits.requires_grad)
        return logits


def watched_model(
    generator: torch.Generator, log: Log, middle: nn.Module, classes: int = LABELS
) -> nn.Module:
    """Return a float32 linear classifier with `middle` between the pixels and the weights."""
    layers = OrderedDict(
        entrance=EntranceLayer(log),
        flatten=nn.Flatten(),
        middle=middle,
        linear=nn.Linear(PIXELS * PIXELS, classes),
        exit=ExitLayer(log),
    )
    return fixed_weights(nn.Sequential(layers), generator).float()


def images_for(generator: torch.Generator, sizes: Iterable[int]) -> list[Batch]:
    """Return float32 batches of 28 x 28 images with labels in 0 to 9."""
    batches = draw_batches(generator, sizes, PIXELS, LABELS, torch.float32)
    return [(CONTRAST * images, labels) for images, labels in batches]


def dataset_for(generator: torch.Generator, count: int) -> WatchedDataset:
    """Return `count` such images one by one."""
    ((images, labels),) = images_for(generator, (count,))
    return WatchedDataset(images, labels)


def with_a_glaring_image(batch: Batch) -> Batch:
    """Return the batch with an image in it that breaks a `BreakingLayer`."""
    images = batch[0].clone()
    images[len(images) // 2, 0, 0, 0] = BreakingLayer.GLARE
    return images, batch[1]


def copies_of(batches: Iterable[Batch]) -> list[Batch]:
    """Return the batches as they are now, to compare with later."""
    return [(images.clone(), labels.clone()) for images, labels in batches]


def altered(batches: Iterable[Batch], copies: Iterable[Batch]) -> list[str]:
    """Return in words what of some batches is no longer as it was when they were copied."""
    changed: dict[str, None] = {}
    for batch, copied in zip(batches, copies, strict=True):
        for name, now, before in zip(("images", "labels"), batch, copied, strict=True):
            if not torch.equal(now, before):
                changed[f"the {name}"] = None
            if now.requires_grad:
                changed[f"requires_grad of the {name}"] = None
    return list(changed)


def graded(
    model: nn.Module, batches: list[Batch], right: Iterable[int], generator: torch.Generator
) -> list[Batch]:
    """Return the batches with labels of which `model`, as it is now, gets `right` right in each.

    So the share of correct images differs from batch to batch, whatever the seed. In the other
    mode the model gets fewer right; one with batch norm is asked in eval mode alone, because its
    statistics are not ours to move.
    """
    middle, linear = model.get_submodule("middle"), model.get_submodule("linear")
    was_training = middle.training
    mode = was_training and not isinstance(middle, nn.BatchNorm1d)
    relabelled = []
    for (images, _), count in zip(batches, right, strict=True):
        with torch.no_grad():
            other = linear(middle.eval()(images.flatten(1))).argmax(1)  # (B)
            said = linear(middle.train(mode)(images.flatten(1))).argmax(1)  # (B)
        miss = torch.randint(1, LABELS, said.shape, generator=generator)  # (B)
        miss = torch.where((said + miss) % LABELS == other, miss % (LABELS - 1) + 1, miss)
        chance = torch.rand(said.shape, generator=generator)  # (B)
        miss[((said == other) + chance).argsort()[:count]] = 0
        relabelled.append((images, (said + miss) % LABELS))
    middle.train(was_training)
    return relabelled


def smooth_loss(probe: Probe, calls: list[int] | None = None) -> Callable[[Tensor, Tensor], Tensor]:
    """Return a mean loss that is not plain cross-entropy, and tells when it is differentiated.

    Args:
        probe: gets the events "loss" and "backward".
        calls: gets the length of each batch, to count or to stop at one.
    """

    def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
        probe.events.append("loss")
        if calls is not None:
            calls.append(len(labels))
        loss = nn.functional.cross_entropy(logits, labels, label_smoothing=0.2)
        if loss.requires_grad:
            loss.register_hook(lambda _: probe.events.append("backward"))
        return loss

    return loss_fn


class Traveller(nn.Module):
    """A linear classifier that notes on which devices it meets its images."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.linear = nn.Linear(PIXELS * PIXELS, LABELS)
        self.log = log

    def forward(self, images: Tensor) -> Tensor:
        """Return logits `(B, 10)`."""
        self.log.devices.append([self.linear.weight.device.type, images.device.type])
        logits: Tensor = self.linear(images.flatten(1))  # (B, 784) -> (B, 10)
        return logits


class Readable(TorchFunctionMode):
    """While it is entered, reading numbers from the device `meta` gives zeros.

    That device holds shapes only, so that reading raises. With this, an answer that would get to
    its end on a GPU gets there on `meta` too, on any computer.
    """

    READS = (
        *("item", "tolist", "numpy", "cpu", "to"),
        *("__float__", "__int__", "__bool__", "__index__", "__array__"),
    )

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Call `function`; where it can't read a tensor of shapes, let it read zeros."""
        kwargs = kwargs or {}
        name = getattr(function, "__name__", "")
        if name not in self.READS or not (isinstance(args[0], Tensor) and args[0].is_meta):
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        except (NotImplementedError, RuntimeError):
            zeros = torch.zeros(args[0].shape, dtype=args[0].dtype)
            return function(zeros, *args[1:], **kwargs)


def devices_met(
    probe: Probe,
    shown: str,
    answer: Callable[..., Any],
    call: Callable[[nn.Module], tuple[Any, ...]],
) -> None:
    """Note where model and images first met when the answer was asked to compute on `meta`.

    That device holds shapes but no numbers, and is on every computer. No answer gets to the end
    there; where one reads a number before the model runs, nothing can be said: an empty list.

    Args:
        probe: gets the note `devices`.
        shown: the call as the student reads it.
        answer: what is called.
        call: makes the arguments for a model.
    """
    log = Log()
    probe.attempt(shown, answer, *call(Traveller(log)))
    probe.note(devices=log.devices[:1])
