"""Small problems for `FashionMNISTModelV0`."""

from typing import Any

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.baseline.shared import (
    V0,
    and_everything_else,
    by_default,
    of_other_sizes,
    that_learns,
    with_known_weights,
)


@scenario()
def v0_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments."""
    by_default(answer, probe, V0)


@scenario()
def v0_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Another image, other widths."""
    of_other_sizes(answer, probe, V0)


@scenario()
def v0_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes."""
    with_known_weights(answer, probe, V0)


@scenario()
def v0_that_learns(answer: Any, probe: Probe) -> None:
    """Which parameters training moves."""
    that_learns(answer, probe, V0)


@scenario()
def v0_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the logits."""
    and_everything_else(answer, probe, V0)
