"""What a learner's checks found and which hints were shown: kept in the course folder."""

import ast
import hashlib
from pathlib import Path

import msgspec

from autograder.claims.registry import checks_of
from autograder.course.catalogue import exercises
from autograder.reading.submission import Submission
from autograder.record import CheckResult, ExerciseResult
from fashion_course.kit.notebook.memory import Checked, Notes, note, recall

TOLD = ("failed", "crashed", "timed out", "out of memory")
"""The verdicts that a hint may speak of."""


class Standing(msgspec.Struct, frozen=True):
    """Where a learner stands with one exercise; `stale`: the answer changed since its check."""

    name: str
    unit: str
    verdict: str
    points: float = 0.0
    max_points: float = 0.0
    stale: bool = False
    star: bool = False


def fingerprint(submission: Submission, name: str) -> str:
    """Return a hash of an answer's source; comments and layout do not change it."""
    answer = submission.answers.get(name)
    text = ast.unparse(answer.node) if answer is not None and answer.node is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def remember(home: Path | None, submission: Submission, results: list[ExerciseResult]) -> None:
    """Note the verdicts of some checks; what the milestone gave once is kept beside them."""

    def change(remembered: Notes) -> None:
        for each in results:
            before = remembered.checked.get(each.name, Checked())
            result, trained = _parted(each)
            points = sum(c.points for c in trained), sum(c.max_points for c in trained)
            passed = bool(trained) and all(c.verdict == "passed" for c in trained)
            missed = next((c for c in result.every_check if c.verdict in TOLD), None)
            failed = missed.name if missed else ""
            remembered.checked[result.name] = Checked(
                result.verdict,
                result.points,
                result.max_points,
                fingerprint(submission, result.name),
                solved=result.verdict == "passed" or before.solved,
                hint=before.hint if failed == before.failed else 0,
                star=result.star,
                failed=failed,
                claim=missed.sentence if missed else "",
                asked=missed.said("hint") if missed else "",
                thought=_thought_of(result.name, failed),
                craft=missed in result.craft,
                milestone=max(before.milestone, points),
                reached=before.reached or passed,
            )

    note(home, change)


def _thought_of(name: str, failed: str) -> str:
    """Return the line of thought of a check, as the bank has it; "" for none."""
    checks = checks_of(exercises()[name])
    return next((check.thought for check in checks if check.name == failed), "")


def _parted(result: ExerciseResult) -> tuple[ExerciseResult, list[CheckResult]]:
    """Return what the quick checks found, and the checks of the milestone."""
    from autograder.judge.verdicts import sum_up  # imports torch, which `standings` does without

    exercise = exercises()[result.name]
    quick = {check.name for check in checks_of(exercise, full=False)}
    extra = [check for check in result.checks if check.name not in quick]
    if not extra:
        return result, extra
    rest = [check for check in result.checks if check.name in quick]
    return sum_up(exercise, rest, result.printed, result.craft), extra


def reached(home: Path | None) -> set[str]:
    """Return the exercises whose milestone has passed at some time."""
    return {name for name, checked in recall(home).checked.items() if checked.reached}


def solved(home: Path | None) -> set[str]:
    """Return the exercises that have passed at some time."""
    return {name for name, checked in recall(home).checked.items() if checked.solved}


def standings(home: Path | None, submission: Submission) -> list[Standing]:
    """Return where the learner stands with every exercise, in the order of the course."""
    checked = recall(home).checked
    return [_standing(name, submission, checked.get(name, Checked())) for name in exercises()]


def _standing(name: str, submission: Submission, last: Checked) -> Standing:
    unit, answer = exercises()[name].unit, submission.answers.get(name)
    written = answer is not None and answer.is_attempted
    if not written and name not in submission.broken:
        return Standing(name, unit, "not attempted")
    if last.verdict == "not attempted":
        return Standing(name, unit, "not checked")
    stale = last.answer != fingerprint(submission, name)
    points, most = last.points + last.milestone[0], last.max_points + last.milestone[1]
    return Standing(name, unit, last.verdict, points, most, stale, last.star and not stale)
