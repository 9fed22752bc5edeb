"""Which level of isolation there is, and which one a grading gets."""

from autograder.runners.process import ProcessRunner
from autograder.runners.runner import Runner


class IsolationError(Exception):
    """The level that was demanded does not hold on this machine; the message says what to do."""


def open_runner(level: str | None = None, data: str = "") -> Runner:
    """Return a runner of this level.

    Args:
        level: "process" or "sandbox"; None for the best that holds here.
        data: folder of the milestone's data, which the worker may read.

    Raises:
        IsolationError: the level does not hold here.
        ValueError: there is no such level.
    """
    return ProcessRunner(data)
