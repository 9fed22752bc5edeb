"""Right answers in unusual styles, a file an exercise: every one must get all points.

`@right("train_epoch")` registers a function or class; its docstring says what is unusual about it.
It must earn the star, too, unless it is short on purpose: `@right("train_epoch", craft=False)`.
"""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from autograder.course.catalogue import exercises

AnswerT = TypeVar("AnswerT", bound=Callable[..., Any])


class Right(NamedTuple):
    """A right answer: what it answers, its name, itself, and whether it has the craft as well."""

    exercise: str
    name: str
    answer: Callable[..., Any]
    craft: bool


_registry: dict[str, Right] = {}


def right(exercise: str, *, craft: bool = True) -> Callable[[AnswerT], AnswerT]:
    """Register a right answer to `exercise`."""

    def register(answer: AnswerT) -> AnswerT:
        assert answer.__doc__, f"{answer.__name__} must say what is unusual about it"
        _registry[answer.__name__] = Right(exercise, answer.__name__, answer, craft)
        return answer

    return register


def right_answers_of(name: str) -> list[Right]:
    """Return the right answers to an exercise."""
    importlib.import_module(f"{__name__}.{exercises()[name].unit}.{name}")
    return [each for each in _registry.values() if each.exercise == name]


def all_right_answers() -> list[Right]:
    """Return the whole bank in the order of the course."""
    return [each for name in exercises() for each in right_answers_of(name)]
