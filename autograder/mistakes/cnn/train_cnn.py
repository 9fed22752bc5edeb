"""Wrong answers to `train_cnn`."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from fashion_course.kit import Loaders

Device = str | torch.device

Optimizer = torch.optim.Optimizer


def train(
    loaders: Loaders,
    seed: int,
    device: Device = "cpu",
    *,
    epochs: int = 2,
    make: Callable[[nn.Module], Optimizer] | None = None,
    model: nn.Module | None = None,
    forward: Callable[[nn.Module, Tensor], Tensor] | None = None,
    batches_on: Device | None = None,
    forget: bool = True,
) -> nn.Module:
    """Train as is right, but for what is passed in its place."""
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has 0 batches: pass at least one")
    reference_answer("seed_everything")(seed)
    model = model if model is not None else reference_answer("FashionMNISTModelV2")()
    model.to(device).train()
    optimizer = make(model) if make else torch.optim.AdamW(model.parameters(), lr=0.003)
    for _ in range(epochs):
        for images, labels in loaders.train:
            images, labels = images.to(batches_on or device), labels.to(batches_on or device)
            logits = forward(model, images) if forward else model(images)
            loss = F.cross_entropy(logits, labels)
            if forget:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
    return model


class Exchanged:
    """Batches of a loader whose labels are drawn anew from those of the batch."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for images, labels in self.loader:
            yield images, labels[torch.randperm(len(labels))]


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_with_tiny_steps(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """The loss hardly falls below log(10) = 2.303, the loss of guessing, as with steps that are too
    small to get anywhere in five passes.

    What does the loss do in the first hundred batches if you take steps ten times as large?
    """
    return train(loaders, seed, device, make=lambda m: torch.optim.SGD(m.parameters(), lr=1e-5))


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_with_huge_steps(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """The loss becomes nan, or stays at or above the loss of guessing, as with steps so large that
    each one overshoots the minimum further than the one before.

    What does the loss do in the first ten batches if you take steps a hundred times as small?
    """
    return train(loaders, seed, device, make=lambda m: torch.optim.SGD(m.parameters(), lr=300.0))


@mistake("train_cnn", see="03_training#downhill-by-hand")
def train_cnn_climbs(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Your steps increase the loss instead of reducing it: the longer you train, the more confident
    the model is of wrong labels. Most often a minus is missing, in a loss that is written by hand.

    Does the loss that you call `backward` on get smaller when the model gets better?
    """
    return train(
        loaders,
        seed,
        device,
        make=lambda m: torch.optim.AdamW(m.parameters(), lr=0.003, maximize=True),
    )


@mistake("train_cnn", see="03_training#the-optimizer-remembers")
def train_cnn_moves_another_model(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """The weights of your model never move. Most often the optimizer holds the parameters of
    another model than the one that is trained; a learning rate of 0 has the same effect.

    Which model's parameters did the optimizer get, and was the model replaced after that?
    """
    other = reference_answer("FashionMNISTModelV2")()
    return train(
        loaders, seed, device, make=lambda m: torch.optim.AdamW(other.to(device).parameters())
    )


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_returns_a_fresh_model(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The model that you return has never seen an image, as when one model is trained and another
    one is returned.

    How many models does your function make, and which one is in the `return`?
    """
    train(loaders, seed, device, epochs=1)
    fresh: nn.Module = reference_answer("FashionMNISTModelV2")()
    return fresh.to(device)


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom")
def train_cnn_returns_an_untrained_model(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You return the model as it was made: it is trained on no batch.

    Which line of your function calls the training, and is it reached?
    """
    return train(loaders, seed, device, epochs=0)


@mistake("train_cnn", see="03_training#every-image-once-per-epoch")
def train_cnn_stops_after_the_first_batch(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on the first batch of each epoch and leave the loop, so most of the images are
    never used. Perhaps a `break` or a `return` is left over from a try.

    What has to happen with the second batch of an epoch?
    """
    first: Any = Firsts(loaders.train)
    return train(loaders._replace(train=first), seed, device, epochs=5)


@mistake("train_cnn", see="03_training#every-image-once-per-epoch")
def train_cnn_stops_after_ten_batches(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Each pass ends after a fixed number of batches, as with `if i == 10: break`. With the real
    data most of the images are left out.

    Which line ends the loop over the batches, and is it left over from a try?
    """
    first: Any = Firsts(loaders.train, 10)
    return train(loaders._replace(train=first), seed, device, epochs=5)


@mistake("train_cnn", see="03_training#gradients-pile-up")
def train_cnn_without_zero_grad(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """The gradients are not cleared after each step, so they accumulate: a step also follows
    batches before its own.

    What does `parameter.grad` hold when the next batch arrives?
    """
    return train(loaders, seed, device, epochs=3, forget=False)


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_trains_on_the_validation_images_too(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on `loaders.validation` too. Whatever you compare on these images afterwards says
    nothing about new ones.

    Which images has the model not learnt from, so that two recipes can be compared on them?
    """
    model = train(loaders, seed, device)
    return train(loaders._replace(train=loaders.validation), seed, device, model=model, epochs=1)


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_trains_on_the_validation_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on `loaders.validation` and never on `loaders.train`. Then no images are left to
    compare recipes on, and most of the images are never used.

    Which of the three parts of `loaders` is for what?
    """
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has 0 batches: pass at least one")
    return train(loaders._replace(train=loaders.validation), seed, device, epochs=5)


@mistake("train_cnn", see="03_training#softmax-before-the-loss")
def train_cnn_applies_softmax_before_the_loss(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Your loss gets probabilities. `cross_entropy` applies softmax itself, so it is applied twice:
    gradients get small, and even a perfect model could not get below 1.46.

    What does `cross_entropy` expect: scores, or probabilities?
    """
    return train(loaders, seed, device, forward=lambda m, x: m(x).softmax(1))


@mistake("train_cnn", see="03_training#measuring-without-recording")
def train_cnn_leaves_gradients_off(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You switch gradients off and never on again. Whoever trains after you gets an error.

    Which form of `no_grad` ends by itself?
    """
    model = train(loaders, seed, device)
    torch.set_grad_enabled(False)
    reference_answer("evaluate")(model, loaders.validation, F.cross_entropy, device)
    return model


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_mixes_labels(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Your loss gets labels that are not those of its images, as when images or labels are put into
    another order, and the others are not. Where no label fits but by chance, all that can be learnt
    is how often each comes up.

    Where do images and labels part, and does one permutation reach both?
    """
    exchanged: Any = Exchanged(loaders.train)
    return train(loaders._replace(train=exchanged), seed, device)


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_trains_on_the_test_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on the test images too. Whatever accuracy is measured on them afterwards says
    nothing about images that the model has not seen.

    Which of the three parts of `loaders` may change weights?
    """
    model = train(loaders, seed, device, epochs=1)
    return train(loaders._replace(train=loaders.test), seed, device, model=model, epochs=1)


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_picks_by_the_test_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You look at the test images to see how training goes, or to pick the best epoch. A choice
    that was made with them can't be judged by them.

    Which part of `loaders` is there for choices?
    """
    model = train(loaders, seed, device)
    reference_answer("evaluate")(model, loaders.test, F.cross_entropy, device)
    return model


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_makes_8_passes(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """You train on the images more than five times. More passes give a little accuracy for much
    time; the task is to find a recipe that needs five.

    How many epochs do you train?
    """
    return train(loaders, seed, device, epochs=8)


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_keeps_batches_for_more_passes(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You read the loader once and then train on the kept batches more than five times. What counts
    is how often each image is trained on, wherever it is kept.

    How often does each image go through `backward`?
    """
    kept: Any = list(loaders.train)
    return train(loaders._replace(train=kept), seed, device, epochs=8)


@mistake("train_cnn", see="03_training#seeds-and-spread")
def train_cnn_without_a_seed(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Two calls with the same seed give different weights, so no result can be repeated: the seed
    is not set, or not all that is random follows it.

    What draws random numbers in your function before the first batch comes?
    """
    model = reference_answer("FashionMNISTModelV2")()
    return train(loaders, seed, device, model=model)


@mistake("train_cnn", see="03_training#seeds-and-spread")
def train_cnn_seeds_after_the_weights(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You set the seed after the model is made, so its first weights are drawn before that, from
    whatever state the random numbers are in.

    Which line of your function draws the first random number?
    """
    model = _v2(device)
    return train(loaders, seed, device, model=model, epochs=1)


@mistake("train_cnn", see="03_training#seeds-and-spread")
def train_cnn_with_seed_42(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Every seed gives the same weights, so nobody can see how much a result depends on luck.

    Where in your function is the argument `seed` used?
    """
    return train(loaders, 42, device)


@mistake("train_cnn", see="03_training#to-returns-a-new-tensor", craft=True)
def train_cnn_stays_on_the_cpu(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Model and images are on the CPU, whatever `device` is: a GPU would have nothing to do.

    What has to be moved to the device before the first batch, and what with each batch?
    """
    return train(loaders, seed)


@mistake("train_cnn", see="03_training#to-returns-a-new-tensor", craft=True)
def train_cnn_leaves_the_images_behind(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The model is moved to the device and the images are not, so they are on different devices.

    What does `images.to(device)` change: `images`, or what it returns?
    """
    return train(loaders, seed, device, batches_on="cpu")


@mistake("train_cnn", see="04_cnn#from-28-to-14-to-7")
def train_cnn_with_20_hidden_units(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Your model does not have 10 hidden units, so it does not have 7,740 parameters.

    With which arguments do you make the model?
    """
    reference_answer("seed_everything")(seed)
    model = reference_answer("FashionMNISTModelV2")(hidden_units=20)
    return train(loaders, seed, device, model=model, epochs=1)


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom")
def train_cnn_returns_the_history(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> list[float]:
    """You return what `fit` returns, the history of the training; the trained model is asked for.

    Which object holds the weights at the end?
    """
    train(loaders, seed, device, epochs=1)
    return [0.5]


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom")
def train_cnn_returns_nothing(loaders: Loaders, seed: int, device: Device = "cpu") -> None:
    """Your function ends without returning the model, so the caller gets None.

    What does a Python function give back that has no `return`?
    """
    train(loaders, seed, device, epochs=1)


def _v2(device: Device) -> nn.Module:
    """Return a model on the device; `_train` leaves it there."""
    model: nn.Module = reference_answer("FashionMNISTModelV2")()
    return model.to(device)


class Firsts:
    """Yields the first batches of a loader."""

    def __init__(self, loader: Any, count: int = 1) -> None:
        self.loader, self.count = loader, count

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(iter(self.loader), self.count)


class _Once:
    """Yields a loader's batches, and nothing where there are none."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __len__(self) -> int:
        return max(1, len(self.loader))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.loader)


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom", craft=True)
def train_cnn_of_nothing(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """With no training images at all you return a model without an error. It has learnt nothing.

    Which error would you like to get if the path to your images were wrong?
    """
    batches: Any = _Once(loaders.train)
    return train(loaders._replace(train=batches), seed, device)


@mistake(
    "train_cnn",
    see="03_training#seeds-and-spread",
    both=("train_cnn_picks_by_the_test_images", "train_cnn_without_a_seed"),
)
def train_cnn_picks_by_the_test_images_without_a_seed(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Two things: the test images are read while you train, and two calls with the same seed give
    different weights.

    Which part of `loaders` is for the very end, and which line makes your run repeatable?
    """
    model = train_cnn_without_a_seed(loaders, seed, device)
    reference_answer("evaluate")(model, loaders.test, F.cross_entropy, device)
    return model
