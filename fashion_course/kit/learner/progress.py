"""Remembers in the course folder what a learner's checks found, and which hints were shown.

Where there is no folder, or none that can be written to, this process remembers.
"""

import ast
import contextlib
import hashlib
import json
from pathlib import Path

import msgspec

from autograder.course.catalogue import exercises
from autograder.reading.submission import Submission
from autograder.record import ExerciseResult, Verdict
from fashion_course.kit.files import write_whole

FILE = ".fashion-course-progress.json"


class Entry(msgspec.Struct, frozen=True):
    """The last verdict of an exercise, and a fingerprint of the answer that it was given for.

    `solved` says whether the exercise has passed at some time: then its solution may be seen.
    `hint` is the number of the hint that was shown last, from 1; 0 where none was.
    """

    verdict: Verdict = "not attempted"
    points: float = 0.0
    max_points: float = 0.0
    answer: str = ""
    solved: bool = False
    hint: int = 0


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
    answer = submission.answers.get(name)
    text = ast.unparse(answer.node) if answer is not None and answer.node is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_unwritten: dict[Path | None, dict[str, Entry]] = {}


def _read(home: Path | None) -> dict[str, Entry]:
    if home is None or home in _unwritten:
        return dict(_unwritten.get(home, {}))
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=dict[str, Entry])
    except (OSError, msgspec.MsgspecError):  # a lost memory costs one more check
        return {}


def _write(home: Path | None, entries: dict[str, Entry]) -> None:
    _unwritten[home] = entries
    if home is not None:
        text = json.dumps(msgspec.to_builtins(entries), indent=1)
        with contextlib.suppress(OSError):
            write_whole(home / FILE, text.encode(), mode=0o600)
            del _unwritten[home]


def remember(home: Path | None, submission: Submission, results: list[ExerciseResult]) -> None:
    """Note the verdicts of some checks."""
    entries = _read(home)
    for result in results:
        before = entries.get(result.name, Entry())
        entries[result.name] = Entry(
            result.verdict,
            result.points,
            result.max_points,
            fingerprint(submission, result.name),
            solved=result.verdict == "passed" or before.solved,
            hint=before.hint,
        )
    _write(home, entries)


def solved(home: Path | None) -> set[str]:
    """Return the exercises that have passed at some time."""
    entries = _read(home).items()
    return {name for name, entry in entries if entry.solved or entry.verdict == "passed"}


def next_hint(home: Path | None, name: str) -> int:
    """Return the number of the hint that comes next, from 1; after the last one the first."""
    return _read(home).get(name, Entry()).hint % len(exercises()[name].hints) + 1


def note_hint(home: Path | None, name: str, step: int) -> None:
    """Note that a hint was shown."""
    entries = _read(home)
    entries[name] = msgspec.structs.replace(entries.get(name, Entry()), hint=step)
    _write(home, entries)


def standings(home: Path, submission: Submission) -> list[Standing]:
    """Return where the learner stands with every exercise, in the order of the course."""
    entries = _read(home)
    found = []
    for name, exercise in exercises().items():
        answer, entry = submission.answers.get(name), entries.get(name)
        attempted = name in submission.broken or (answer is not None and answer.is_attempted)
        if not attempted:
            found.append(Standing(name, exercise.unit, "not attempted", 0.0, 0.0, False))
        elif entry is None or entry.verdict == "not attempted":
            found.append(Standing(name, exercise.unit, "not checked", 0.0, 0.0, False))
        else:
            stale = entry.answer != fingerprint(submission, name)
            verdict, points = entry.verdict, entry.points
            found.append(Standing(name, exercise.unit, verdict, points, entry.max_points, stale))
    return found
