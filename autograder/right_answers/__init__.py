"""Right answers in unusual styles, a file an exercise: every one must get all points.

`@right("train_epoch")` registers a function or class; its docstring says what is unusual about it.
"""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from autograder.course.catalogue import exercises

AnswerT = TypeVar("AnswerT", bound=Callable[..., Any])


class Right(NamedTuple):
    """A right answer: what it answers, what it is called, and the answer itself."""

    exercise: str
    name: str
    answer: Callable[..., Any]


_registry: dict[str, Right] = {}


def right(exercise: str) -> Callable[[AnswerT], AnswerT]:
    """Register a right answer to `exercise`."""

    def register(answer: AnswerT) -> AnswerT:
        assert answer.__doc__, f"{answer.__name__} must say what is unusual about it"
        _registry[answer.__name__] = Right(exercise, answer.__name__, answer)
        return answer

    return register


def all_right_answers() -> list[Right]:
    """Return the whole bank in the order of the course."""
    for exercise in exercises().values():
        importlib.import_module(f"{__name__}.{exercise.unit}.{exercise.name}")
    return [right for name in exercises() for right in _registry.values() if right.exercise == name]
