"""The bank of mistakes: runnable wrong answers, a file an exercise.

A mistake is a function or class with `@mistake("train_epoch", see="03_training#section")` above it.
Its own name is its id, its docstring is what a student who made it is told.
"""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder.course.catalogue import Exercise, exercises
from fashion_course.kit.words import _

AnswerT = TypeVar("AnswerT", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give.

    Attributes:
        id: the name of the function or class; unique in the course.
        exercise: what it answers wrongly.
        answer: the runnable wrong answer.
        sentence: what to tell the student: what happens in their code, and why it matters.
        question: one question that leads on.
        see: `stem#heading` of the lesson section that heals it.
        both: the ids of the two mistakes that are made together here, or ().
        craft: whether it breaks craft alone: it passes, and is told as a suggestion.
    """

    id: str
    exercise: str
    answer: Callable[..., Any]
    sentence: str
    question: str
    see: str
    both: tuple[str, ...]
    craft: bool

    @property
    def told(self) -> str:
        """The sentence in the student's language."""
        return _(self.sentence)

    @property
    def asked(self) -> str:
        """The question in the student's language."""
        return _(self.question)


_registry: dict[str, Mistake] = {}


def mistake(
    exercise: str, *, see: str, both: tuple[str, ...] = (), craft: bool = False
) -> Callable[[AnswerT], AnswerT]:
    """Register a wrong answer to `exercise`.

    The docstring has two paragraphs: the sentence, and the question that leads on.
    """

    def register(answer: AnswerT) -> AnswerT:
        name = answer.__name__
        paragraphs = [" ".join(p.split()) for p in (inspect.getdoc(answer) or "").split("\n\n")]
        if len(paragraphs) != 2 or not paragraphs[1].endswith("?"):
            raise ValueError(f"mistake {name}: its docstring needs a sentence and a question")
        if name in _registry and _registry[name].answer.__module__ != answer.__module__:
            raise ValueError(f"two mistakes are called {name!r}: rename one")
        sentence, question = paragraphs
        _registry[name] = Mistake(name, exercise, answer, sentence, question, see, both, craft)
        return answer

    return register


def mistakes_of(exercise: Exercise) -> list[Mistake]:
    """Return the known mistakes of an exercise, single ones first."""
    importlib.import_module(f"{__name__}.{exercise.unit}.{exercise.name}")
    mine = (m for m in _registry.values() if m.exercise == exercise.name)
    return sorted(mine, key=lambda m: len(m.both))


def all_mistakes() -> list[Mistake]:
    """Return the whole bank in the order of the course."""
    for exercise in exercises().values():
        importlib.import_module(f"{__name__}.{exercise.unit}.{exercise.name}")
    return [m for name in exercises() for m in _registry.values() if m.exercise == name]
