"""Rubric and samples of a written question are shown to whoever has answered it, and not before."""

import pytest
from typer.testing import CliRunner

from autograder.course.catalogue import units
from autograder.sync.assignments import TEXT_STUB, notebook_text
from fashion_course.kit.cli import app
from fashion_course.kit.learner.reveal import question_told
from tests.support.shell import make_home

QUESTIONS = [(unit, question) for unit in units() for question in unit.questions]
UNIT, QUESTION = next(pair for pair in QUESTIONS if pair[1].name == "silent-class")
RUBRIC = "not overfitting: training and test accuracy agree"


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path / "course")


def answer(home, text):
    file = home / "exercises" / f"{UNIT.stem}.ipynb"
    file.parent.mkdir(exist_ok=True)
    file.write_text(notebook_text(UNIT, "exercise").replace(TEXT_STUB, text), "utf-8")


def test_before_it_is_answered_nothing_is_shown(home):
    for text in (None, TEXT_STUB):
        if text is not None:
            answer(home, text)
        told = question_told(home, QUESTION.name)
        assert "Answer it in its cell and save the notebook" in told.text
        assert RUBRIC not in told.text + told.html


def test_once_it_is_answered_rubric_and_samples_are_shown(home):
    answer(home, "The last ReLU did it.")
    told = question_told(home, QUESTION.name)
    for shown in (told.text, " ".join(told.html.split())):
        assert RUBRIC in " ".join(shown.split())
    assert all(sample.text in told.text for sample in QUESTION.samples)


def test_the_answer_to_one_question_opens_no_other(home):
    answer(home, "The last ReLU did it.")
    for _, other in QUESTIONS:
        told = question_told(home, other.name)
        assert (other.rubric_text in told.text) == (other.name == QUESTION.name)


def test_without_a_course_folder_or_with_half_a_notebook_nothing_is_shown(home):
    answer(home, "The last ReLU did it.")
    file = home / "exercises" / f"{UNIT.stem}.ipynb"
    file.write_text(file.read_text("utf-8")[:500], "utf-8")
    for place in (None, home):
        assert RUBRIC not in question_told(place, QUESTION.name).text


def test_an_exercise_is_no_question(home):
    assert question_told(home, "fit") is None


@pytest.mark.parametrize("form", ["exercise", "release"])
def test_no_notebook_of_a_student_holds_a_rubric(form):
    for unit in units():
        text = notebook_text(unit, form)
        for question in unit.questions:
            assert question.rubric[0].text not in text
            assert (f'solution(\\"{question.name}\\")' in text) == (form == "exercise")


def test_the_command_line_keeps_to_the_same_rule(home, monkeypatch):
    monkeypatch.chdir(home)
    monkeypatch.delenv("FASHION_COURSE_HOME", raising=False)
    before = CliRunner().invoke(app, ["solution", QUESTION.name])
    assert "is a written question" in before.output
    answer(home, "The last ReLU did it.")
    after = CliRunner().invoke(app, ["solution", QUESTION.name])
    assert RUBRIC in " ".join(after.output.split())


def test_in_the_notebook_it_is_the_same_call(notebook):
    answer(notebook.home, "The last ReLU did it.")
    assert RUBRIC in " ".join(notebook.run(f"solution('{QUESTION.name}')").text.split())
