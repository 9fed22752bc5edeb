"""A small training run that is watched, for the tests of live training."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader

from autograder.course.reference import reference_answer
from fashion_course.kit import LiveTraining, Loaders
from fashion_course.kit.data.dataset import TensorImages

fit, train_epoch, evaluate = map(reference_answer, ("fit", "train_epoch", "evaluate"))
NO_LOADERS = Loaders([], [], [])
TRAIN, VALIDATION = 22, 10  # images, in batches of 8, 8, 6 and of 8, 2


def images(count, seed):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.rand(count, 1, 6, 6, generator=generator)
    return TensorImages(pixels, torch.randint(3, (count,), generator=generator))


def loaders_of(train=TRAIN):
    shuffling = torch.Generator().manual_seed(1)
    return Loaders(
        DataLoader(images(train, 0), 8, shuffle=True, generator=shuffling),
        DataLoader(images(VALIDATION, 1), 8),
        DataLoader(images(1, 2), 8),
    )


def model_and_optimizer():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.Dropout(), nn.Linear(8, 3))
    return model, torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)


def train(epochs=2, loss_fn=None, batches=None, fit=fit):
    """Run `fit` watched; return what it returned and the `LiveTraining`."""
    batches = batches or loaders_of()
    model, optimizer = model_and_optimizer()
    with LiveTraining(batches, epochs) as shown:
        watched = shown.watch(loss_fn or nn.CrossEntropyLoss())
        history = fit(model, batches, watched, optimizer, epochs)
    return history, shown


def flat(history):
    return [
        number
        for epoch in history
        for number in (epoch.epoch, *epoch.train, *epoch.validation)
        if not math.isnan(number)
    ]
