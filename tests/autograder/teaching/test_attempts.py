"""Attempts of beginners, kept as text in `attempts/`: what each is told, graded as a file.

The wrong ones were written by kind of misunderstanding, at least three a kind, before anybody
looked at how the grader finds out; the right ones are as short as the task allows.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import msgspec
import pytest

from autograder.course.catalogue import exercises, find_exercise, units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.nbgrader.answers import lent_sources
from autograder.reading.submission import assemble
from autograder.record import ExerciseResult
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import Runner

FOLDER = Path(__file__).with_name("attempts")


class Attempt(msgspec.Struct, forbid_unknown_fields=True):
    """One answer: what is wrong with it, or which way it takes; and what has to be told of it."""

    exercise: str
    code: str
    kind: str = ""
    wrong: str = ""
    way: str = ""
    told: str = ""


Grade = Callable[[Attempt], ExerciseResult]


def kept(path: Path) -> list[Attempt]:
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Attempt]])["attempt"]


RIGHT = kept(FOLDER / "right.toml")
WRONG = [each for path in sorted(FOLDER.glob("[A-Z].toml")) for each in kept(path)]


def named(attempts: list[Attempt]) -> list[object]:
    return [pytest.param(each, id=f"{each.kind[:3]}{each.exercise}") for each in attempts]


@pytest.fixture(scope="module")
def grade() -> Iterator[Grade]:
    """Give what grades an attempt: all are seen in one worker, and in one exam."""
    runner = ProcessRunner()
    yield partial(graded, runner=runner, exam=Exam(11))
    runner.close()


def graded(attempt: Attempt, runner: Runner, exam: Exam) -> ExerciseResult:
    """Grade it as the module of its unit, on the course's own answers to the units before."""
    unit = next(u for u in units() if u.name == find_exercise(attempt.exercise).unit)
    text = f"{unit.imports}\n\n{attempt.code}"
    handed_in = assemble(unit.name, {PurePosixPath(f"{unit.name}.py"): text.encode()})
    sources = lent_sources(unit.name) | handed_in.sources
    return Grading(replace(handed_in, sources=sources), runner, exam).exercise(attempt.exercise)


def words(result: ExerciseResult) -> str:
    parts = (part.text for check in result.every_check for part in check.told)
    return " ".join(" ".join([result.message, *parts]).split())


@pytest.mark.parametrize("attempt", named(WRONG))
def test_a_wrong_attempt_is_told_what_is_wrong(attempt: Attempt, grade: Grade) -> None:
    result = grade(attempt)
    assert any(check.verdict != "passed" for check in result.every_check)
    assert attempt.told in words(result), attempt.wrong


@pytest.mark.parametrize("attempt", named(RIGHT))
def test_a_right_attempt_gets_all_points(attempt: Attempt, grade: Grade) -> None:
    result = grade(attempt)
    assert (result.verdict, result.points) == ("passed", result.max_points), attempt.way


def test_there_are_three_attempts_of_each_kind() -> None:
    kinds = [attempt.kind for attempt in WRONG]
    assert len(set(kinds)) > 65
    assert {kind: kinds.count(kind) for kind in kinds if kinds.count(kind) < 3} == {}
    assert all(attempt.told for attempt in WRONG)
    assert {attempt.exercise for attempt in WRONG} == set(exercises())
