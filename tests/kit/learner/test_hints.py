"""Hints speak of the check that failed last, and go from a question to a skeleton with gaps."""

import dataclasses

import pytest

from autograder.claims.registry import checks_of
from autograder.course.catalogue import find_exercise
from autograder.record import CheckResult, ExerciseResult, Part
from fashion_course.kit.learner import hints, progress
from fashion_course.kit.learner.hints import ladder_of, next_hint, note_hint
from tests.support.shell import make_home

NAME = "train_epoch"
FIRST, SECOND = checks_of(find_exercise(NAME))[:2]
GAPS = "for images, labels in ...:\n    ..."


@pytest.fixture
def home(tmp_path, monkeypatch):
    exercise = dataclasses.replace(find_exercise(NAME), skeleton=GAPS)
    monkeypatch.setattr(hints, "find_exercise", lambda name: exercise)
    return make_home(tmp_path / "course")


@pytest.fixture
def fail(home, monkeypatch):
    """Note that a check failed with a question, and how one might think about it."""

    def failed(check, asked, thought=""):
        known = [dataclasses.replace(c, thought=thought) for c in checks_of(find_exercise(NAME))]
        monkeypatch.setattr(progress, "checks_of", lambda exercise, full=True: known)
        told = (Part("hint", asked),) if asked else ()
        one = CheckResult(
            name=check.name,
            sentence=check.sentence,
            verdict="failed",
            points=0,
            max_points=1,
            told=told,
        )
        result = ExerciseResult(
            name=NAME, unit="training", verdict="failed", points=0, max_points=1, checks=(one,)
        )
        progress.remember(home, progress.Submission("", {}), [result])

    return failed


def test_before_any_check_the_ladder_of_the_task_is_gone_down(home):
    *general, last = ladder_of(home, NAME)
    assert [rung.text for rung in general] == list(find_exercise(NAME).hints)
    assert last.source == GAPS


def test_after_a_failed_check_the_hints_are_about_it(home, fail):
    fail(FIRST, "Which one?", "Think of this.")
    question, thought, skeleton = ladder_of(home, NAME)
    assert question.text == f"About “{FIRST.sentence}”: Which one?"
    assert thought.text == "Think of this."
    assert skeleton.source == GAPS


def test_a_check_without_a_line_of_thought_leads_on_to_the_ladder_of_the_task(home, fail):
    fail(FIRST, "Which one?")
    question, *general, _ = ladder_of(home, NAME)
    assert question.text.endswith("Which one?")
    assert [rung.text for rung in general] == list(find_exercise(NAME).hints)


def test_the_hints_count_on_until_another_check_fails(home, fail):
    fail(FIRST, "Which one?", "Think of this.")
    assert next_hint(home, NAME) == 1
    note_hint(home, NAME, 1)
    fail(FIRST, "Which one?", "Think of this.")
    assert next_hint(home, NAME) == 2
    fail(SECOND, "And now?", "Think of that.")
    assert next_hint(home, NAME) == 1
    assert "And now?" in ladder_of(home, NAME)[0].text
