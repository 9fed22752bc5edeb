"""What to do about an exercise, told from the texts alone: what to observe, or what is settled."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autograder.claims.registry import Check, checks_of
from autograder.course.catalogue import Exercise, exercises
from autograder.judge.verdicts import same_for_all
from autograder.reading.statements import DEFINITIONS, parsed
from autograder.reading.submission import Submission
from autograder.record import ExerciseResult
from autograder.runners.runner import Task
from autograder.slips.started import hidden_told, runs_when_started
from autograder.teaching.explain import explain_syntax
from autograder.teaching.words import with_meaning
from fashion_course.kit.words import _


@dataclass(frozen=True)
class Plan:
    """One answer to observe, for some checks.

    Attributes:
        task: what the runner does.
        checks: what the judge looks at, in order.
    """

    task: Task
    checks: tuple[Check, ...]


def plan(
    submission: Submission,
    exercise: Exercise,
    wrong: Collection[str] = (),
    told_at: str = "",
    milestone: bool = False,
) -> Plan | ExerciseResult:
    """Return what to observe of an exercise, or its result where the text alone settles it.

    What an answer builds on and is not there, or is wrong, is lent to it: then its own faults are
    seen, and what else is wrong is told at its own exercise. Only what comes earlier in the course
    is lent: a later exercise may do all the work of this one.

    Args:
        submission: what was handed in.
        exercise: what is to be graded; it is never lent.
        wrong: names of exercises whose answer does not pass.
        told_at: the exercise at which a syntax error that breaks several is told; "" for this one.
        milestone: plan the checks that train a model instead of the quick ones.
    """
    checks = tuple(check for check in checks_of(exercise) if check.full == milestone)
    if exercise.name in submission.broken:
        return _unreadable(submission.broken[exercise.name], exercise, checks, told_at)
    answer = submission.answers.get(exercise.name)
    if answer is None or (answer.node is not None and runs_when_started(answer.node)):
        return same_for_all(exercise, checks, "not attempted", _missing(submission, exercise))
    if not answer.is_attempted:
        return same_for_all(exercise, checks, "not attempted", "")
    there = {name for name, each in submission.answers.items() if each.is_attempted}
    right = there - submission.broken.keys() - set(wrong)
    lent = tuple(each for each in below(submission, exercise) if each.name not in right)
    scenarios = tuple(dict.fromkeys(check.scenario for check in checks))
    return Plan(Task(submission, answer, scenarios, lent), checks)


def below(submission: Submission, exercise: Exercise) -> list[Exercise]:
    """Return the earlier exercises that an answer builds on, directly or not, in order."""
    found: set[str] = set()
    left = [exercise.name]
    while left:
        answer = submission.answers.get(left.pop())
        new = answer.builds_on - found if answer is not None else frozenset[str]()
        found |= new
        left += new
    course = list(exercises().values())
    return [each for each in course[: course.index(exercise)] if each.name in found]


def _unreadable(
    error: str, exercise: Exercise, checks: Sequence[Check], told_at: str
) -> ExerciseResult:
    if told_at not in ("", exercise.name):
        place = error.partition(": ")[0]
        told = _(
            "Blocked by the syntax error in {place}, reported at {first}.",
            place=place,
            first=told_at,
        )
        return same_for_all(exercise, checks, "blocked", told)
    result = same_for_all(exercise, checks, "crashed", f"SyntaxError: {error}")
    means = explain_syntax(error)
    return result if means is None else with_meaning(result, means)


def _missing(submission: Submission, exercise: Exercise) -> str:
    """Say that a definition is missing, and which name may have been meant for it."""
    source = submission.sources.get(exercise.unit)
    if source is None:
        return ""
    module = parsed(source.text)
    if told := hidden_told(exercise.name, module, source.origin):
        return told
    others = [n.name for n in module.body if isinstance(n, DEFINITIONS)]
    others = [name for name in others if name not in exercises()]
    near = difflib.get_close_matches(exercise.name, others, 1, 0.6)
    told = _("{file} does not define `{exercise}`.", file=source.origin, exercise=exercise.name)
    if not near:
        return told
    return told + " " + _("Did you mean `{near}`? Then rename it.", near=near[0])
