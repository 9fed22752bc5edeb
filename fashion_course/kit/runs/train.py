"""Trains a model of the course out of the course's own functions, from pictures to weights."""

import contextlib
import io
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from fashion_course.kit.data.dataset import FashionMNIST, TensorImages, as_tensors
from fashion_course.kit.files import write_whole
from fashion_course.kit.live.bars import NOTHING
from fashion_course.kit.live.training import LiveTraining
from fashion_course.kit.runs.answers import Answers
from fashion_course.kit.runs.distributed import (
    averaged_steps,
    is_first,
    over_all,
    parallel,
    require_one_model,
    shared,
)
from fashion_course.kit.runs.recipe import MODELS, OWN_RECIPES, Model, Precision, Recipe
from fashion_course.kit.states import keep_memory
from fashion_course.kit.types import Epoch, Loaders, Metrics
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
    optimizer: Optimizer | None  # None where `train_cnn` or `train_capstone` kept it for itself
    history: list[Epoch]
    recipe: Recipe | None  # likewise
    data: Prepared
    device: str
    precision: Precision
    seconds: float


PREPARED = ["image_to_tensor", "split", "channel_stats", "build_transform", "make_loaders"]


def needed_answers(name: Model, own: bool = False) -> list[str]:
    """Return the exercises that `prepare` and `train_model` call for a model, or `train_own`."""
    if own:
        return [*PREPARED, "evaluate", MODELS[name], OWN_RECIPES[name]]
    return [*PREPARED, "seed_everything", MODELS[name], "cross_entropy", "fit"]


def new_model(name: Model, answers: Answers, hidden_units: int) -> nn.Module:
    """Return a new model; V3 chooses its widths itself."""
    new = answers(MODELS[name])
    made: nn.Module = new() if name == "v3" else new(hidden_units=hidden_units)
    return made


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
    return shared(made)


def train_model(
    name: Model,
    answers: Answers,
    data: Prepared,
    recipe: Recipe,
    device: str = "cpu",
    live: bool = False,
    draft: Path | None = None,
    precision: Precision = "float32",
) -> TrainingRun:
    """Train a model of the course by its recipe; reseeds the global random state, sets threads.

    The test images are not touched. `live` shows training while it goes on and changes no digit. In
    the file `draft` stands after each epoch what it takes to go on; if there is one, training does.
    """
    loaders = loaders_of(data, answers, recipe)
    answers("seed_everything")(recipe.seed)
    model = new_model(name, answers, recipe.hidden_units)
    lay_out(model.to(device), device)
    optimizer, schedule = steps_of(recipe, model, recipe.epochs * len(loaders.train))
    loss_fn, fit = answers("cross_entropy"), answers("fit")
    history = _resumed(draft, loaders, model, optimizer, schedule)
    trained = parallel(model, loaders.train)
    began = time.perf_counter()
    _make_ready(recipe.threads)
    left = range(len(history) + 1, recipe.epochs + 1)
    with LiveTraining(loaders, len(left)) if live and left else contextlib.nullcontext() as shown:
        watched = shown.watch(loss_fn) if shown else loss_fn
        for epoch in left:
            with in_precision(type(model), precision, device):
                made = fit(trained, loaders, watched, optimizer, 1, device, schedule)
            history += [over_all(each._replace(epoch=epoch), loaders, device) for each in made]
            _keep(draft, loaders, history, model, optimizer, schedule)
    seconds = time.perf_counter() - began
    return TrainingRun(name, model, optimizer, history, recipe, data, device, precision, seconds)


def steps_of(recipe: Recipe, model: nn.Module, count: int) -> tuple[AdamW, OneCycleLR]:
    """Return a recipe's optimizer of a model, and its schedule of so many steps."""
    rate, decay = recipe.learning_rate, recipe.weight_decay
    optimizer = AdamW(model.parameters(), rate, recipe.betas, weight_decay=decay)
    return optimizer, OneCycleLR(optimizer, rate, count, pct_start=recipe.pct_start)


def _make_ready(threads: int) -> None:
    """Set threads and memory for a training in this process."""
    keep_memory()
    if threads:
        torch.set_num_threads(threads)


def _keep(draft: Path | None, loaders: Loaders, history: list[Epoch], *parts: Any) -> None:
    """Write what it takes to go on after an epoch, whole or not at all."""
    if draft is not None and is_first():
        states = [torch.get_rng_state(), *(each.get_state() for each in _generators(loaders))]
        buffer = io.BytesIO()
        said = [[epoch, *train, *validation] for epoch, train, validation in history]
        content = {"history": said, "parts": [p.state_dict() for p in parts], "random": states}
        torch.save(content, buffer)
        write_whole(draft, buffer.getvalue())


def _resumed(draft: Path | None, loaders: Loaders, *parts: Any) -> list[Epoch]:
    """Go back to where a draft was written; return the epochs so far, none without a draft.

    Raises:
        ValueError: it is damaged, or another run's.
    """
    if draft is None or not draft.exists():
        _keep(draft, loaders, [], *parts)
        return []
    try:
        # To the CPU: the GPU that it was written on need not be here, or is another process's.
        content = torch.load(draft, map_location="cpu", weights_only=True)
        for part, state in zip(parts, content["parts"], strict=True):
            part.load_state_dict(state)
        sources = [torch.set_rng_state, *(each.set_state for each in _generators(loaders))]
        for restore, state in zip(sources, content["random"], strict=True):
            restore(state)
    except Exception as error:  # whatever torch raises at a file that is none of its own
        raise ValueError(_("{file} is damaged or another run's", file=draft)) from error
    return [Epoch(row[0], Metrics(*row[1:3]), Metrics(*row[3:])) for row in content["history"]]


def _generators(loaders: Loaders) -> list[torch.Generator]:
    """Return what decides on the next shuffles."""
    parts = [p for loader in loaders[:2] for p in (loader, loader.sampler, loader.batch_sampler)]
    found = (getattr(part, "generator", None) for part in parts)
    return [each for each in found if isinstance(each, torch.Generator)]


def train_own(
    name: Model,
    answers: Answers,
    data: Prepared,
    seed: int,
    device: str,
    precision: Precision = "float32",
    threads: int = Recipe.threads,
) -> TrainingRun:
    """Train by a `train_cnn` or `train_capstone` that chooses its recipe, and show it meanwhile.

    Raises:
        ApartError: several processes train, and their weights differ in the end.
    """
    loaders, loss_fn = loaders_of(data, answers, Recipe(seed=seed)), nn.CrossEntropyLoss()
    began = time.perf_counter()
    _make_ready(threads)
    with (
        LiveTraining(loaders, None) as live,
        live.watch_torch(),
        averaged_steps(loaders.train),
        in_precision(answers(MODELS[name]), precision, device),
    ):
        model = answers(OWN_RECIPES[name])(loaders, seed, device)
    require_one_model(model)
    seconds = time.perf_counter() - began

    def measured(part: Iterable[Any]) -> Metrics:
        made: Metrics = answers("evaluate")(model, part, loss_fn, device)
        return made

    history = live.history or [Epoch(1, measured(loaders.train), NOTHING)]  # a loss of its own
    if math.isnan(history[-1].validation.loss):  # it was not asked for meanwhile
        history[-1] = history[-1]._replace(validation=measured(loaders.validation))
    history = [over_all(each, loaders, device) for each in history]
    return TrainingRun(name, model, None, history, None, data, device, precision, seconds)


def require_precision(precision: Precision, device: str) -> None:
    """See that a device can compute in a precision.

    Raises:
        ValueError: it can't.
    """
    if precision == "float32" or device == "cpu":
        return
    if device != "cuda" or not torch.cuda.is_bf16_supported(including_emulation=False):
        told = _("precision is {name}: {device} can't compute in it here; pass float32")
        raise ValueError(told.format(name=precision, device=device))


def in_precision(
    model: type[nn.Module], precision: Precision, device: str
) -> contextlib.AbstractContextManager[object]:
    """While it is entered, let models of a class compute convolutions and products in bfloat16.

    Weights, gradients and logits stay float32, and so does the loss: whoever trains sees no change.
    """
    if precision == "float32":
        return contextlib.nullcontext()
    forward = model.forward

    def shorter(self: nn.Module, images: Tensor) -> Tensor:
        with torch.autocast(device, torch.bfloat16):
            logits: Tensor = forward(self, images)  # (B, K)
        return logits.float()

    return mock.patch.object(model, "forward", shorter)


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
