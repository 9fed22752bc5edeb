"""Runs scenarios in this very interpreter: for a learner's own kernel."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder.reading.submission import Submission
from autograder.worker.observation import Observation
from autograder.worker.scenarios import observe
from autograder.worker.trace import describe


class InlineRunner:
    """Observes answers that live in this interpreter.

    Args:
        find: `find(unit, exercise)` returns the answer, or raises what its import raises.
        data: folder with the images of the milestone, or "".
    """

    level = "inline"

    def __init__(self, find: Callable[[str, str], Any], data: str = "") -> None:
        self.find = find
        self.data = data

    def observe(
        self, submission: Submission, unit: str, exercise: str, scenarios: Sequence[str], seed: int
    ) -> list[Observation]:
        """Run the scenarios here."""
        try:
            answer = self.find(unit, exercise)
        except Exception as error:
            return [Observation(name, error=describe(error)) for name in scenarios]
        return [observe(name, answer, seed, self.data) for name in scenarios]
