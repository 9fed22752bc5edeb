"""Attempts of beginners, kept as text in `attempts/`: what each is told, graded as from a notebook.

The wrong ones were written by kind of misunderstanding, at least three a kind, before anybody
looked at how the grader finds out; the right ones are as short as the task allows.
"""

from pathlib import Path

import msgspec
import pytest

from autograder.course.catalogue import exercises, find_exercise, units
from autograder.nbgrader.answers import graded, submission_of
from autograder.record import ExerciseResult

FOLDER = Path(__file__).with_name("attempts")


class Attempt(msgspec.Struct, forbid_unknown_fields=True):
    """One answer: what is wrong with it, or which way it takes; and what has to be told of it."""

    exercise: str
    code: str
    kind: str = ""
    wrong: str = ""
    way: str = ""
    told: str = ""


def kept(path: Path) -> list[Attempt]:
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Attempt]])["attempt"]


RIGHT = kept(FOLDER / "right.toml")
WRONG = [each for path in sorted(FOLDER.glob("[A-Z].toml")) for each in kept(path)]


def named(attempts: list[Attempt]) -> list[object]:
    return [pytest.param(each, id=f"{each.kind[:3]}{each.exercise}") for each in attempts]


def grade(attempt: Attempt) -> ExerciseResult:
    unit = next(u for u in units() if u.name == find_exercise(attempt.exercise).unit)
    cells = [unit.imports, attempt.code]
    submission = submission_of(cells, f"{unit.name}.ipynb", [attempt.exercise])
    (result,) = graded(submission, [attempt.exercise], seed=11).exercises
    return result


def words(result: ExerciseResult) -> str:
    parts = (part.text for check in result.every_check for part in check.told)
    return " ".join(" ".join([result.message, *parts]).split())


@pytest.mark.parametrize("attempt", named(WRONG))
def test_a_wrong_attempt_is_told_what_is_wrong(attempt: Attempt) -> None:
    result = grade(attempt)
    assert any(check.verdict != "passed" for check in result.every_check)
    assert attempt.told in words(result), attempt.wrong


@pytest.mark.parametrize("attempt", named(RIGHT))
def test_a_right_attempt_gets_all_points(attempt: Attempt) -> None:
    result = grade(attempt)
    assert (result.verdict, result.points) == ("passed", result.max_points), attempt.way


def test_there_are_three_attempts_of_each_kind() -> None:
    kinds = [attempt.kind for attempt in WRONG]
    assert len(set(kinds)) > 65
    assert {kind: kinds.count(kind) for kind in kinds if kinds.count(kind) < 3} == {}
    assert all(attempt.told for attempt in WRONG)
    assert {attempt.exercise for attempt in WRONG} == set(exercises())
