"""Remembers a learner's last verdicts in the course folder, for `fashion-course status`."""

import ast
import contextlib
import hashlib
import json
from pathlib import Path

import msgspec

from autograder.catalogue import exercises, is_attempted
from autograder.record import ExerciseResult, Verdict
from autograder.submission import Submission
from fashion_course.kit.files import write_whole

FILE = ".fashion-course-progress.json"


class Entry(msgspec.Struct, frozen=True):
    """The last verdict of an exercise, and a fingerprint of the answer that it was given for.

    `solved` says whether the exercise has passed at some time: then its solution may be seen.
    """

    verdict: Verdict
    points: float
    max_points: float
    answer: str
    solved: bool = False


class Standing(msgspec.Struct, frozen=True):
    """Where a learner stands with one exercise; `stale`: the answer changed since its check."""

    name: str
    unit: str
    verdict: str
    points: float
    max_points: float
    stale: bool


def fingerprint(submission: Submission, name: str) -> str:
    """Return a hash of an answer's source; comments and layout do not change it."""
    definition = submission.definition(name)
    text = ast.unparse(definition) if definition is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(home: Path) -> dict[str, Entry]:
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=dict[str, Entry])
    except (OSError, msgspec.MsgspecError):  # a lost memory costs one more check
        return {}


def remember(home: Path, submission: Submission, results: list[ExerciseResult]) -> None:
    """Write the verdicts down; a folder that can't be written to is left without."""
    entries = _read(home)
    for result in results:
        answer, before = fingerprint(submission, result.name), entries.get(result.name)
        solved = result.verdict == "passed" or (before is not None and before.solved)
        entries[result.name] = Entry(
            result.verdict, result.points, result.max_points, answer, solved
        )
    text = json.dumps(msgspec.to_builtins(entries), indent=1)
    with contextlib.suppress(OSError):
        write_whole(home / FILE, text.encode(), mode=0o600)


def solved(home: Path) -> set[str]:
    """Return the exercises that have passed at some time."""
    entries = _read(home).items()
    return {name for name, entry in entries if entry.solved or entry.verdict == "passed"}


def standings(home: Path, submission: Submission) -> list[Standing]:
    """Return where the learner stands with every exercise, in the order of the course."""
    entries = _read(home)
    found = []
    for name, exercise in exercises().items():
        definition, entry = submission.definition(name), entries.get(name)
        attempted = name in submission.broken or (
            definition is not None and is_attempted(definition)
        )
        if not attempted:
            found.append(Standing(name, exercise.unit, "not attempted", 0.0, 0.0, False))
        elif entry is None or entry.verdict == "not attempted":
            found.append(Standing(name, exercise.unit, "not checked", 0.0, 0.0, False))
        else:
            stale = entry.answer != fingerprint(submission, name)
            verdict, points = entry.verdict, entry.points
            found.append(Standing(name, exercise.unit, verdict, points, entry.max_points, stale))
    return found
