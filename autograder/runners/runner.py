"""What a level of isolation has to do: make observations of one answer."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from autograder.course.catalogue import Exercise
from autograder.reading.answer import Answer
from autograder.reading.submission import Submission
from autograder.worker.observation import Observation


class GraderError(Exception):
    """The grader itself failed; this is never counted against the student."""


@dataclass(frozen=True)
class Task:
    """One answer to observe.

    Attributes:
        submission: what was handed in, for the modules around the answer.
        answer: whose behaviour is looked at.
        scenarios: the names of the problems that it meets, in order.
        lent: exercises whose reference stands in the place of the submission's own answer.
    """

    submission: Submission
    answer: Answer
    scenarios: tuple[str, ...]
    lent: tuple[Exercise, ...] = ()


class Runner(Protocol):
    """Observes answers; `level` and `parts` name the isolation, and what held, in every result.

    `starting` says that its worker still imports torch: there is time for other work.
    """

    level: str
    parts: tuple[str, ...]
    starting: bool

    def observe(self, task: Task, seed: int) -> dict[str, Observation]:
        """Return what the answer does: scenario name to observation.

        Raises:
            GraderError: the grader itself failed.
        """
        ...

    def sitting(self) -> AbstractContextManager[None]:
        """Return a context within which all answers are of one submission: they may share a start.

        Nothing of them is left after it.
        """
        ...

    def close(self) -> None:
        """End what it started."""
        ...
