"""Whose functions a command works with: missing ones are named, borrowed ones are few."""

import re

import pytest

from autograder.course.catalogue import exercises
from autograder.course.reference import reference_answer
from fashion_course.kit.home import HOME_VARIABLE
from fashion_course.kit.runs.answers import find_answers, missing_answers
from tests.support.submissions import stubs


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Make a course folder of untouched stubs; returns a function that writes solutions."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    stubs(tmp_path / "fashion_course")

    def write(*names):
        for name in names:
            with (tmp_path / f"fashion_course/{exercises()[name].unit}.py").open(
                "a", encoding="utf-8"
            ) as file:
                file.write(f"\n\n{exercises()[name].solution}\n")

    return write


def test_the_reference_needs_no_course_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "nowhere"))
    assert find_answers("reference", ["fit"]) is reference_answer


def test_missing_answers_and_what_they_build_on_are_named_in_the_order_of_the_course(course):
    assert missing_answers(["fit"]) == ["accuracy", "train_epoch", "evaluate", "fit"]


def test_an_answer_that_is_written_is_not_missing(course):
    course("accuracy", "fit")
    assert missing_answers(["fit"]) == ["train_epoch", "evaluate"]
    course("train_epoch", "evaluate")
    assert missing_answers(["fit"]) == []


def test_an_answer_asks_only_for_what_it_uses_itself(course, tmp_path):
    text = "\n\ndef fit(*arguments):\n    return [len(arguments)]\n"
    with (tmp_path / "fashion_course/training.py").open("a", encoding="utf-8") as file:
        file.write(text)
    assert missing_answers(["fit"]) == []


def test_the_message_names_all_that_is_missing_and_both_ways_out(course):
    told = (
        "These of your answers are not written yet: split, conv_block. Write them first, or use"
        " --answers reference."
    )
    with pytest.raises(ValueError, match=re.escape(told)):
        find_answers("mine", ["split", "conv_block"])


def test_a_file_that_is_no_python_is_told_with_its_line(course, tmp_path):
    (tmp_path / "fashion_course/data.py").write_text("def split(:\n")
    with pytest.raises(match=r"data\.py, line 1.*fix that first"):
        find_answers("mine", ["split"])


def test_a_folder_without_the_course_in_it_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    with pytest.raises(match="no such file or folder"):
        find_answers("mine", ["split"])
