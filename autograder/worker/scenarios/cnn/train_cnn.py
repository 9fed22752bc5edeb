"""Small problems for `train_cnn`."""

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.easy_training import (
    IMAGE,
    STUMBLED,
    Problem,
    easy_parts,
    note_easy_training,
    note_seeds,
    note_whole_passes,
    patient,
)
from autograder.worker.scenarios.instruments.models import form
from autograder.worker.scenarios.instruments.real_training import train_on_real_images
from autograder.worker.scenarios.instruments.training_spy import TrainingSpy
from autograder.worker.scenarios.instruments.worlds import WatchedDataset, loaders_of

CALL = "train_cnn(loaders, seed={})"

MANY = 470
"""Batches of a pass: a limit on steps that leaves out images of the real data shows in one pass."""


@scenario(seconds=120)
def training_on_easy_images(answer: Any, probe: Probe) -> None:
    """250 images in batches of 16, the last of 10: three patterns with some noise."""
    note_easy_training(answer, probe, CALL.format(7), Problem())


@scenario(seconds=120)
def training_on_many_batches(answer: Any, probe: Probe) -> None:
    """As many batches as 60,000 images give, but of two images: does a pass use all?

    A hasty look suffices where it does; nothing is held against an answer before a real training.
    """
    note_whole_passes(answer, probe, f"train_cnn(loaders, 7) with {MANY} batches", MANY)


@scenario(seconds=120)
def training_with_seeds(answer: Any, probe: Probe) -> None:
    """Three short trainings on the same images: with one seed twice, and with another."""
    note_seeds(answer, probe, CALL, Problem(counts=(20, 300)))


@scenario()
def training_on_nothing(answer: Any, probe: Probe) -> None:
    """No training images, and a single batch of them."""
    _, validation, test = easy_parts(probe, 16)
    empty = WatchedDataset(torch.zeros(0, *IMAGE), torch.zeros(0, dtype=torch.int64))
    usual = loaders_of(test, validation, test, probe.seed, size=16)
    none = usual._replace(train=DataLoader(empty, batch_size=16))
    probe.note(attempt=probe.attempt("train_cnn(loaders, 7) with no images", answer, none, 7))
    few = WatchedDataset(validation.images[:16], validation.labels[:16])
    single = usual._replace(train=DataLoader(few, batch_size=16, shuffle=True))
    model = probe.call("train_cnn(loaders, 7) with one batch", patient(answer, False), single, 7)
    if model is STUMBLED:
        several = loaders_of(easy_parts(probe, 300)[0], validation, test, probe.seed, size=16)
        model = probe.call("train_cnn(loaders, 7) with 19 batches", answer, several, 7)
    probe.note(single="a model" if isinstance(model, nn.Module) else form(model))


@scenario()
def training_on_a_device(answer: Any, probe: Probe) -> None:
    """On the `meta` device, which holds shapes only: did model and images move there?"""
    train, validation, test = easy_parts(probe, 300)  # see `patient`
    loaders = loaders_of(train, validation, test, probe.seed, size=16)
    with TrainingSpy(train.images) as spy:
        # Numbers can't be read there, so this raises somewhere after the first forward pass.
        probe.attempt('train_cnn(loaders, 7, device="meta")', answer, loaders, 7, device="meta")
    probe.note(devices=spy.devices[-1:])


@scenario(seconds=1500)
def milestone(answer: Any, probe: Probe) -> None:
    """Real images; at most 5 passes over them."""
    train_on_real_images(answer, probe, CALL.format(probe.seed), passes=5)
