"""Small problems for `train_capstone`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.easy_training import (
    Problem,
    note_easy_training,
    note_seeds,
    note_whole_passes,
)
from autograder.worker.scenarios.instruments.real_training import (
    threads_in,
    train_on_real_images,
)

CALL = "train_capstone(loaders, seed={})"

OTHERS = (8, 40)
FEW = Problem((18, 26), 4, OTHERS, changed=True, model="FashionMNISTModelV3", luck=1.6)
FEWEST = Problem(counts=(4, 30), size=2, others=OTHERS)
"""A network of 500,000 parameters takes about 3 ms an image and pass on one core."""

MANY = 104
"""Batches of a pass: a limit of 10 or 100 steps shows in it."""


@scenario(seconds=300)
def capstone_on_easy_images(answer: Any, probe: Probe) -> None:
    """18 images in batches of 4, the last of 2: three patterns with some noise."""
    note_easy_training(answer, probe, CALL.format(7), FEW)


@scenario(seconds=300)
def capstone_on_many_batches(answer: Any, probe: Probe) -> None:
    """A pass of 104 batches of two images: does it use all?"""
    note_whole_passes(answer, probe, f"{CALL.format(7)} with {MANY} batches", MANY, OTHERS)


@scenario(seconds=300)
def capstone_with_seeds(answer: Any, probe: Probe) -> None:
    """Three short trainings on the same images: with one seed twice, and with another."""
    note_seeds(answer, probe, CALL, FEWEST)


@scenario(seconds=7200)
def capstone_milestone(answer: Any, probe: Probe) -> None:
    """Real images; at most 20 passes over them, changed ones counted as what they were."""
    torch.set_num_threads(threads_in(probe.data))  # put back when the scenario ends
    train_on_real_images(answer, probe, CALL.format(probe.seed), passes=20, changed=True)
