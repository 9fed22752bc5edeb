"""Trains a model of the course out of the course's own functions, from pictures to weights."""

import contextlib
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from fashion_course.kit.data.dataset import FashionMNIST, TensorImages, as_tensors
from fashion_course.kit.live.training import LiveTraining
from fashion_course.kit.runs.answers import Answers
from fashion_course.kit.runs.recipe import MODELS, Model, Recipe
from fashion_course.kit.types import Epoch, Loaders
from fashion_course.kit.words import _


@dataclass(frozen=True)
class Prepared:
    """The three parts of the data as normalised tensors, float32 `(N, 1, 28, 28)`."""

    train: TensorImages
    validation: TensorImages
    test: TensorImages
    mean: float  # of the training pixels in [0, 1], by which all three were normalised
    std: float
    source: str  # where they were found, in human words
    is_subset: bool  # whether they are the small subset that ships with the course


@dataclass(frozen=True)
class TrainingRun:
    """A trained model and how it came about; `seconds` is the training alone."""

    name: Model
    model: nn.Module
    optimizer: Optimizer
    history: list[Epoch]
    recipe: Recipe
    data: Prepared
    device: str
    seconds: float


def needed_answers(name: Model) -> list[str]:
    """Return the exercises that `prepare` and `train_model` call for a model."""
    prepared = ["image_to_tensor", "split", "channel_stats", "build_transform"]
    trained = ["make_loaders", "seed_everything", MODELS[name], "cross_entropy", "fit"]
    return [*prepared, *trained]


def find_device(name: str) -> str:
    """Return "cpu", "cuda" or "mps"; "auto" is the fastest that this computer has.

    Raises:
        ValueError: there is no such device here.
    """
    has = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    here = [device for device in has if has[device]]
    if name not in ("auto", *here):
        told = _("device is {name}: PyTorch finds {here} here; pass auto")
        raise ValueError(told.format(name=name, here=", ".join(here)))
    return here[0] if name == "auto" else name


def prepare(train: FashionMNIST, test: FashionMNIST, answers: Answers, recipe: Recipe) -> Prepared:
    """Split the training images, normalise all by those that are trained on, hold the results.

    Transforms that the images have are not used; `recipe` decides the split.
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
    name: Model,
    answers: Answers,
    data: Prepared,
    recipe: Recipe,
    device: str = "cpu",
    live: bool = False,
) -> TrainingRun:
    """Train a model of the course by its recipe; reseeds the global random state, sets threads.

    The test images are not touched. `live` shows training while it goes on and changes no digit.
    """
    loaders = loaders_of(data, answers, recipe)
    answers("seed_everything")(recipe.seed)
    model: nn.Module = answers(MODELS[name])(hidden_units=recipe.hidden_units)
    lay_out(model.to(device), device)
    optimizer = AdamW(model.parameters(), lr=recipe.learning_rate)
    steps = recipe.epochs * len(loaders.train)
    schedule = OneCycleLR(optimizer, recipe.learning_rate, total_steps=steps)
    loss_fn, fit = answers("cross_entropy"), answers("fit")
    began = time.perf_counter()
    torch.set_num_threads(recipe.threads)
    with LiveTraining(loaders, recipe.epochs) if live else contextlib.nullcontext() as shown:
        watched = shown.watch(loss_fn) if shown else loss_fn
        history = fit(model, loaders, watched, optimizer, recipe.epochs, device, schedule)
    seconds = time.perf_counter() - began
    return TrainingRun(name, model, optimizer, history, recipe, data, device, seconds)


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
