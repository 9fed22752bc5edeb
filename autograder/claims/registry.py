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
        needs: the name of a check without which this one says nothing.
        full: whether it belongs to the full grading alone, because it trains for a minute.
        claim: the test function.
    """

    name: str
    exercise: str
    scenario: str
    points: float
    hint: str
    needs: str | None
    full: bool
    claim: Claim

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
    needs: Claim | None = None,
    full: bool = False,
) -> Callable[[Claim], Claim]:
    """Register a test as a check of `exercise`; the arguments are those of `Check`."""

    def register(claim: Claim) -> Claim:
        name = claim.__name__.removeprefix("test_")
        needed = needs.__name__.removeprefix("test_") if needs else None
        _registry[name] = Check(name, exercise, scenario, points, hint, needed, full, claim)
        return claim

    return register


def checks_of(exercise: Exercise, full: bool = True) -> list[Check]:
    """Return the checks of an exercise in the order of their file; the milestone only if full."""
    importlib.import_module(f"autograder.checks.{exercise.unit}.test_{exercise.name}")
    mine = (c for c in _registry.values() if c.exercise == exercise.name)
    return [check for check in mine if full or not check.full]


def all_checks() -> dict[str, Check]:
    """Return every check of the course by name."""
    return {check.name: check for each in exercises().values() for check in checks_of(each)}
