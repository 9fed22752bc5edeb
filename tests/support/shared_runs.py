"""Small trainings that one process does alone, or that several do together.

`torchrun … -m tests.support.shared_runs FOLDER` leaves what each process got in a file of its own.
All compute in float64, whose rounding stays out of sight.
"""

import contextlib
import sys
from dataclasses import replace
from pathlib import Path

import torch

from autograder.course.reference import reference_answer
from fashion_course.kit import fashion_mnist
from fashion_course.kit.data.dataset import TensorImages
from fashion_course.kit.runs.distributed import ApartError, is_first, joined
from fashion_course.kit.runs.recipe import Recipe
from fashion_course.kit.runs.train import prepare, train_model, train_own

RECIPE = Recipe(epochs=2)
COUNTS = 257, 291  # training images: the last batch has one, or 35, which two can't halve


class PowerCut(Exception):
    pass


def data_of(count):
    images = fashion_mnist("train", quick=True)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:500]
    images.images, images.labels = images.images[order], images.labels[order]
    data = prepare(images, images, reference_answer, RECIPE)

    def part(found, length):
        return TensorImages(found.images[:length].double(), found.labels[:length])

    return replace(data, train=part(data.train, count), validation=part(data.validation, 25))


def cut_in_the_second_epoch():
    """Return the reference's answers, with a `fit` that breaks off."""
    left = iter(range(1))

    def fit(*arguments):
        if next(left, None) is None:
            raise PowerCut
        return reference_answer("fit")(*arguments)

    return lambda exercise: fit if exercise == "fit" else reference_answer(exercise)


def by_hand(exercise):
    """Give a `train_cnn` that steps without an optimizer, so that nobody can average for it."""

    def train_cnn(loaders, seed, device):
        torch.manual_seed(seed)
        model = reference_answer("FashionMNISTModelV0")()
        for images, labels in loaders.train:
            model.zero_grad()
            torch.nn.functional.cross_entropy(model(images), labels).backward()
            with torch.no_grad():
                for each in model.parameters():
                    each -= 0.1 * each.grad
        return model

    return train_cnn if exercise == "train_cnn" else reference_answer(exercise)


def told(run):
    """Return what a run came to, as plain data."""
    history = [[epoch, *train, *validation] for epoch, train, validation in run.history]
    weights = torch.cat([value.flatten() for value in run.model.state_dict().values()])
    return {"history": history, "weights": weights}


def resumed(data, folder):
    """Break off after the first of two epochs, and go on."""
    draft = folder / "unfinished.pt"
    with contextlib.suppress(PowerCut):
        train_model("v2", cut_in_the_second_epoch(), data, RECIPE, draft=draft)
    if torch.distributed.is_initialized():  # who goes on does so when the draft is written
        torch.distributed.barrier()
    torch.manual_seed(5)  # whatever happens meanwhile
    return train_model("v2", reference_answer, data, RECIPE, draft=draft)


def results(folder):
    """Return what each training came to."""
    torch.set_default_dtype(torch.float64)
    try:
        few, more = map(data_of, COUNTS)
        made = {
            "one left": train_model("v2", reference_answer, few, RECIPE),
            "no half": train_model("v2", reference_answer, more, RECIPE),
        }
        made["train_cnn"] = train_own("v2", reference_answer, more, 3, "cpu")
        made["resumed"] = resumed(more, folder)
        made["v3"] = train_model("v3", reference_answer, data_of(40), Recipe(epochs=1))
        found = {name: told(run) for name, run in made.items()}
        try:
            train_own("v2", by_hand, few, 3, "cpu")
        except ApartError as error:
            found["by hand"] = str(error)
        return found
    finally:
        torch.set_default_dtype(torch.float32)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with joined("cpu"):
        torch.save(results(folder), folder / ("first.pt" if is_first() else "second.pt"))
