"""The register of checks: each is one claim about an answer, with its points.

A check is a pytest test `test_…(seen, expected)`: `seen` is what the answer did in the scenario,
`expected` what the reference did. Its name, read as a sentence, is what the student is told.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.course.catalogue import Exercise, exercises
from fashion_course.kit.words import _

Claim = Callable[[Any, Any], None]


@dataclass(frozen=True)
class Check:
    """A registered check.

    Attributes:
        name: the function's name without `test_`; unique in the course.
        exercise: what it judges.
        scenario: where it looks.
        points: what it is worth.
        hint: a question that leads on, shown when it fails.
        claim: the test function.
        thought: the line of thought behind the question, for who asks for a hint after it failed.
        see: `stem#heading` of the lesson section that teaches what is claimed.
        needs: the name of a check without which this one says nothing.
        full: whether it belongs to the full grading alone, because it trains for a minute.
        craft: whether it is craft: what a careful library would add, and no part of passing.
    """

    name: str
    exercise: str
    scenario: str
    points: float
    hint: str
    claim: Claim
    thought: str = ""
    see: str = ""
    needs: str | None = None
    full: bool = False
    craft: bool = False

    @property
    def claimed(self) -> str:
        """The claim in English: `train_epoch trains in train mode`."""
        words = self.name.removeprefix(self.exercise).strip("_").replace("_", " ")
        return f"{self.exercise} {words}"

    @property
    def sentence(self) -> str:
        """The claim in the student's language."""
        return _(self.claimed)

    @property
    def asked(self) -> str:
        """The hint in the student's language."""
        return _(self.hint)


_registry: dict[str, Check] = {}


def check(
    exercise: str,
    *,
    scenario: str,
    points: float = 1.0,
    hint: str,
    thought: str = "",
    see: str = "",
    needs: Claim | None = None,
    full: bool = False,
    craft: bool = False,
) -> Callable[[Claim], Claim]:
    """Register a test as a check of `exercise`; the arguments are those of `Check`."""

    def register(claim: Claim) -> Claim:
        name = claim.__name__.removeprefix("test_")
        needed = needs.__name__.removeprefix("test_") if needs else None
        _registry[name] = Check(
            name, exercise, scenario, points, hint, claim, thought, see, needed, full, craft
        )
        return claim

    return register


def checks_of(exercise: Exercise, full: bool = True) -> list[Check]:
    """Return the checks of an exercise in the order of their file, craft after the core.

    Those of the milestone are among them only if `full`.
    """
    importlib.import_module(f"autograder.checks.{exercise.unit}.test_{exercise.name}")
    mine = (c for c in _registry.values() if c.exercise == exercise.name)
    return sorted((c for c in mine if full or not c.full), key=lambda check: check.craft)


def all_checks() -> dict[str, Check]:
    """Return every check of the course by name."""
    return {check.name: check for each in exercises().values() for check in checks_of(each)}
