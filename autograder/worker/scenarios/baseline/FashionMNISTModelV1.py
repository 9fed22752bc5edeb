"""Small problems for `FashionMNISTModelV1`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.baseline.shared import (
    IMAGE,
    V1,
    note_default_model,
    note_known_weights,
    note_learning,
    note_other_sizes,
)
from autograder.worker.scenarios.instruments.models import note_everything_else


@scenario()
def v1_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments."""
    note_default_model(answer, probe, V1)


@scenario()
def v1_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Another image, other widths."""
    note_other_sizes(answer, probe, V1)


@scenario()
def v1_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes."""
    note_known_weights(answer, probe, V1)


@scenario()
def v1_that_learns(answer: Any, probe: Probe) -> None:
    """Which parameters training moves."""
    note_learning(answer, probe, V1)


@scenario()
def v1_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the logits."""
    images = torch.randn(4, *IMAGE, generator=probe.generator)  # (4, 1, 28, 28)
    note_everything_else(probe, f"{V1}()", answer, images)
