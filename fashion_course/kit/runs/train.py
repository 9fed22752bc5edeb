"""Trains a model of the course out of the course's own functions, from pictures to weights."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from fashion_course.kit.data.dataset import FashionMNIST, TensorImages, as_tensors
from fashion_course.kit.live.bars import Moment, OnMoment
from fashion_course.kit.live.watching import Tally, WatchedLoss, batch_of
from fashion_course.kit.runs.answers import Answers
from fashion_course.kit.runs.recipe import MODELS, Recipe
from fashion_course.kit.types import Epoch, Loaders
from fashion_course.kit.words import _


@dataclass(frozen=True)
class Prepared:
    """The three parts of the data as normalised tensors, float32 `(N, 1, 28, 28)`.

    Attributes:
        mean, std: of the training pixels in [0, 1], by which all three were normalised.
        source: where the data were found, in human words.
        is_subset: whether they are the small subset that ships with the course.
    """

    train: TensorImages
    validation: TensorImages
    test: TensorImages
    mean: float
    std: float
    source: str
    is_subset: bool


@dataclass(frozen=True)
class TrainingRun:
    """A trained model and how it came about; `seconds` is the training alone."""

    name: str
    model: nn.Module
    optimizer: Optimizer
    history: list[Epoch]
    recipe: Recipe
    data: Prepared
    device: str
    seconds: float


def needed_answers(name: str) -> list[str]:
    """Return the exercises that `prepare` and `train_model` call for a model."""
    prepared = ["image_to_tensor", "split", "channel_stats", "build_transform"]
    trained = ["make_loaders", "seed_everything", MODELS[name], "cross_entropy", "fit"]
    return [*prepared, *trained]


def find_device(name: str) -> str:
    """Return "cpu", "cuda" or "mps"; "auto" is the fastest that this computer has.

    Raises:
        ValueError: there is no such device here.
    """
    has = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if has[device])
    if not has.get(name, False):
        told = _("device is {name}: PyTorch finds none here. It finds {here}; pass auto")
        raise ValueError(told.format(name=name, here=", ".join(each for each in has if has[each])))
    return name


def prepare(train: FashionMNIST, test: FashionMNIST, answers: Answers, recipe: Recipe) -> Prepared:
    """Split the training images, normalise all by those that are trained on, hold the results.

    Args:
        train: the training images; a transform that it has is not used.
        test: the test images, likewise.
        answers: gives the functions of unit 1.
        recipe: its fraction and seed decide the split.
    """
    image_to_tensor = answers("image_to_tensor")

    def scale(image: Image.Image) -> Any:
        return image_to_tensor(np.array(image))

    pictures = FashionMNIST(train.images, train.labels, scale)
    fit_on, held_out = answers("split")(pictures, recipe.validation_fraction, recipe.seed)
    mean, std = answers("channel_stats")(fit_on)
    # The two parts read `pictures`, and so through its new transform from here on.
    pictures.transform = answers("build_transform")(mean, std)
    return Prepared(
        train=as_tensors(fit_on),
        validation=as_tensors(held_out),
        test=as_tensors(FashionMNIST(test.images, test.labels, pictures.transform)),
        mean=mean,
        std=std,
        source=train.source,
        is_subset=train.is_subset,
    )


def loaders_of(data: Prepared, answers: Answers, recipe: Recipe) -> Loaders:
    """Return fresh loaders: their shuffling starts from the seed, whatever ran before."""
    made: Loaders = answers("make_loaders")(
        data.train, data.validation, data.test, recipe.batch_size, recipe.seed
    )
    return made


def train_model(
    name: str,
    answers: Answers,
    data: Prepared,
    recipe: Recipe,
    device: str = "cpu",
    progress: OnMoment | None = None,
) -> TrainingRun:
    """Train a model of the course by its recipe. The global random state is reseeded.

    Args:
        name: "v0", "v1" or "v2".
        answers: gives the functions of units 1 to 4.
        data: the images; the test part is not touched.
        recipe: how long, how fast, from which seed.
        device: "cpu", "cuda" or "mps".
        progress: told after each batch and each epoch.
    """
    loaders = loaders_of(data, answers, recipe)
    batches = len(loaders.train)
    answers("seed_everything")(recipe.seed)
    model: nn.Module = answers(MODELS[name])(hidden_units=recipe.hidden_units)
    lay_out(model.to(device), device)
    optimizer = AdamW(model.parameters(), lr=recipe.learning_rate)
    schedule = OneCycleLR(optimizer, recipe.learning_rate, total_steps=recipe.epochs * batches)
    began, history = time.perf_counter(), []
    with _threads(recipe.threads):
        for number in range(1, recipe.epochs + 1):
            loss_fn = answers("cross_entropy")
            if progress is not None:
                loss_fn = _watched(loss_fn, number, batches, progress)
            (epoch,) = answers("fit")(model, loaders, loss_fn, optimizer, 1, device, schedule)
            history.append(Epoch(number, epoch.train, epoch.validation))
            if progress is not None:
                progress(Moment(number, batches, batches, epoch.train, history[-1]))
    seconds = time.perf_counter() - began
    return TrainingRun(name, model, optimizer, history, recipe, data, device, seconds)


def _watched(loss_fn: Any, epoch: int, batches: int, progress: OnMoment) -> WatchedLoss:
    """Return a loss function that tells how far an epoch is; validation is not told."""
    tally = Tally()

    def see(loss: Tensor, logits: Tensor, labels: Tensor, is_sum: bool) -> None:
        if torch.is_grad_enabled():  # else it is the validation
            tally.add(batch_of(loss, logits, labels, is_sum))
            progress(Moment(epoch, min(len(tally.curve), batches), batches, tally.metrics()))

    return WatchedLoss(loss_fn, see)


@contextlib.contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def lay_out(model: nn.Module, device: str) -> None:
    """Lay out the weights so that convolutions are fastest on a CPU; the numbers stay the same.

    A model that flattens with `view` cannot work on this layout, and is left as it is.
    """
    if device != "cpu":
        return
    was_training = model.training
    model.eval().to(memory_format=torch.channels_last)
    try:
        with torch.inference_mode():
            model(torch.zeros(2, 1, 28, 28))
    except RuntimeError:
        model.to(memory_format=torch.contiguous_format)
    finally:
        model.train(was_training)
