"""Runs scenarios in this very interpreter: for a learner's own kernel."""

import contextlib
import inspect
from collections.abc import Iterator
from typing import Any

from autograder.course.reference import reference_answer
from autograder.runners.runner import Task
from autograder.worker.observation import Observation
from autograder.worker.scenarios import observe
from autograder.worker.trace import describe


class InlineRunner:
    """Observes answers that live in this interpreter; `data` is the milestone's folder, or ""."""

    level = "inline"

    def __init__(self, data: str = "") -> None:
        self.data = data

    def observe(self, task: Task, seed: int) -> dict[str, Observation]:
        """Run the scenarios here.

        Raises:
            ValueError: the answer is text alone.
        """
        if task.answer.live is None:
            raise ValueError(f"{task.answer.exercise.name} is text: use a ProcessRunner")
        try:
            answer = task.answer.live()
        except Exception as error:
            return {name: Observation(name, error=describe(error)) for name in task.scenarios}
        with _lent(task, answer):
            return {name: observe(name, answer, seed, self.data) for name in task.scenarios}


@contextlib.contextmanager
def _lent(task: Task, answer: Any) -> Iterator[None]:
    """Have all live answers find the reference under the names that are lent."""
    names = {each.name: reference_answer(each.name) for each in task.lent}
    spaces = _spaces(answer)
    for other in task.submission.alive.values() if names else ():
        with contextlib.suppress(Exception):  # an import that fails is told at its own exercise
            spaces |= _spaces(other.live() if other.live else None)
    kept = [(space, {n: space[n] for n in names if n in space}) for space in spaces.values()]
    for space, own in kept:
        space.update({name: names[name] for name in own})
    try:
        yield
    finally:
        for space, own in kept:
            space.update(own)


def _spaces(answer: Any) -> dict[int, dict[str, Any]]:
    """Return the globals that the functions of an answer read, by identity."""
    answer = inspect.unwrap(answer) if callable(answer) else answer
    parts = [answer, *(vars(answer).values() if inspect.isclass(answer) else ())]
    functions = [getattr(part, "__func__", part) for part in parts]
    spaces = (f.__globals__ for f in functions if inspect.isfunction(f))
    return {id(space): space for space in spaces}
