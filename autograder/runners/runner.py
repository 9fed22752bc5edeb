"""What a level of isolation has to do."""

from collections.abc import Sequence
from typing import Protocol

from autograder.reading.submission import Submission
from autograder.worker.observation import Observation


class GraderError(Exception):
    """The grader itself failed; this is never counted against the student."""


class Runner(Protocol):
    """Observes one exercise of one submission; `level` names the isolation in every result."""

    level: str

    def observe(
        self, submission: Submission, unit: str, exercise: str, scenarios: Sequence[str], seed: int
    ) -> list[Observation]:
        """Return one observation a scenario, in order."""
        ...
