"""Runs scenarios in this very interpreter: for a learner's own kernel."""

import contextlib
import inspect
import signal
import threading
from collections.abc import Iterator
from typing import Any

from autograder.course.reference import reference_answer
from autograder.runners.runner import Task
from autograder.worker.observation import Observation
from autograder.worker.scenarios import find_scenario, observe
from autograder.worker.trace import describe


class OutOfTime(KeyboardInterrupt):
    """An answer takes too long; nothing on the way here may take this for an error of its own."""


class InlineRunner:
    """Observes answers that live in this interpreter; `data` is the milestone's folder, or ""."""

    level = "inline"
    parts: tuple[str, ...] = ()
    starting = False

    def __init__(self, data: str = "") -> None:
        self.data = data

    def observe(self, task: Task, seed: int) -> dict[str, Observation]:
        """Run the scenarios here, until one does not come back in time.

        Raises:
            ValueError: the answer is text alone.
        """
        if task.answer.live is None:
            raise ValueError(f"{task.answer.exercise.name} is text: use a ProcessRunner")
        seen = {name: Observation(name, stopped="not run") for name in task.scenarios}
        name = task.scenarios[0]
        try:
            try:
                with _limit(find_scenario(name).seconds):
                    answer = task.answer.live()
            except Exception as error:
                return {each: Observation(each, error=describe(error)) for each in seen}
            with _lent(task, answer):
                for name in seen:
                    with _limit(find_scenario(name).seconds):
                        seen[name] = observe(name, answer, seed, self.data)
        except OutOfTime:
            seen[name] = Observation(name, stopped="timed out")
        return seen

    def sitting(self) -> contextlib.AbstractContextManager[None]:
        """Return a context that does nothing."""
        return contextlib.nullcontext()

    def close(self) -> None:
        """Do nothing: it started nothing."""


@contextlib.contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` after some seconds, where the system can ring in the middle of a loop."""
    is_main = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not is_main:
        yield
        return

    def ring(*_: object) -> None:
        raise OutOfTime

    handler = signal.signal(signal.SIGALRM, ring)
    before = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again: a loop may catch it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)


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
