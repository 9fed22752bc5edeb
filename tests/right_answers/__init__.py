"""Right answers in unusual styles, by unit: every one must get all points.

`@right("train_epoch")` registers a function or class; its docstring says what is unusual about it.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

Answer = TypeVar("Answer", bound=Callable[..., Any])


class Right(NamedTuple):
    exercise: str
    name: str
    answer: Callable[..., Any]


_registry: dict[str, Right] = {}


def right(exercise: str) -> Callable[[Answer], Answer]:
    def register(answer: Answer) -> Answer:
        assert answer.__doc__, f"{answer.__name__} must say what is unusual about it"
        _registry[answer.__name__] = Right(exercise, answer.__name__, answer)
        return answer

    return register


def all_right_answers() -> list[Right]:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return list(_registry.values())
