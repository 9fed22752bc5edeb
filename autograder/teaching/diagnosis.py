"""Names the mistake behind a failed check, by running the known mistakes through its scenario.

A mistake *fits* a failed check where it fails that check too and did the same as the answer: in all
scenarios of the exercise, in the check's own scenario, or at least in what the check looked at.
What fits in all of them is told as a fact. What fits less well has to pass every check that the
answer passed, and is told as a guess.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.claims.registry import Check
from autograder.claims.seen import Seen
from autograder.course.catalogue import Exercise
from autograder.judge.exam import Exam, fails
from autograder.judge.verdicts import judge_check
from autograder.mistakes import Mistake, mistakes_of
from autograder.reading.answer import Answer
from autograder.teaching.sameness import same, same_values, tells_apart
from autograder.worker.observation import Observation

ALL, SCENARIO, LOOKED_AT = 3, 2, 1
"""How much of what was seen a mistake explains."""

MAX_GUESSES = 3
"""More mistakes than that, none of which explains everything, are no help."""


@dataclass(frozen=True)
class Diagnosis:
    """The mistakes that fit a failed check equally well.

    Attributes:
        mistakes: one or more.
        certain: whether they explain all that was seen, and hardly another mistake does the same.
    """

    mistakes: tuple[Mistake, ...]
    certain: bool


@dataclass
class Case:
    """What is known of an answer to an exercise.

    Attributes:
        exercise: what it answers.
        observations: scenario name to what the answer did.
        expected: scenario name to what the reference did there.
        exam: the very same problems, and what the mistakes do in them.
        answer: its source; None where there is none.
        passed: the checks that the answer passed.
    """

    exercise: Exercise
    observations: Mapping[str, Observation]
    expected: Mapping[str, Any]
    exam: Exam
    answer: Answer | None = None
    passed: Sequence[Check] = ()


def diagnose(check: Check, case: Case) -> Diagnosis | None:
    """Return the mistakes that fit a failed check best, or None where none does."""
    right = case.expected[check.scenario]
    verdict = judge_check(check, case.observations[check.scenario], right)[0].verdict
    if verdict not in ("failed", "crashed"):
        return None
    looked_at = values_read(check, case)
    fitting: dict[int, list[Mistake]] = {}
    for mistake in mistakes_of(case.exercise):
        if not fails(mistake, check) or any(fails(mistake, passed) for passed in case.passed):
            continue  # what fails where the answer passed is not this answer's mistake
        theirs = case.exam.mistaken(mistake, check.scenario)
        if judge_check(check, theirs, right)[0].verdict == verdict:
            evidence = _evidence(mistake, check.scenario, case, looked_at)
            fitting.setdefault(evidence, []).append(mistake)
    for evidence in (ALL, SCENARIO, LOOKED_AT):
        found = fitting.get(evidence, [])
        found = [mistake for mistake in found if not mistake.both] or found
        if found and (evidence == ALL or len(found) <= MAX_GUESSES):
            seen = case.observations.items()
            telling = any(tells_apart(each, case.expected[name].whole) for name, each in seen)
            return Diagnosis(tuple(found), evidence == ALL and telling)
    return None


def _evidence(mistake: Mistake, scenario: str, case: Case, looked_at: frozenset[str]) -> int:
    mine, theirs = case.exam.mistaken(mistake, scenario), case.observations[scenario]
    if same(mine, theirs):
        others = (name for name in case.observations if name != scenario)
        everything = all(
            same(case.exam.mistaken(mistake, name), case.observations[name]) for name in others
        )
        return ALL if everything else SCENARIO
    if theirs.error is None and looked_at and same_values(mine, theirs, looked_at):
        return LOOKED_AT
    return 0


def values_read(check: Check, case: Case) -> frozenset[str]:
    """Return the names of all values that a check looks at, though it may fail at the first."""
    reader = Seen(case.expected[check.scenario].whole)
    with contextlib.suppress(Exception):  # a claim about what the reference never has
        check.claim(reader, case.expected[check.scenario])
    return reader.names_read()
