"""A submitted notebook gets the form of the release again, and loses nothing that was written."""

import json

import nbformat
import pytest

from autograder.course.catalogue import units
from autograder.nbgrader.restore import missing_told, restored
from autograder.sync.assignments import TEXT_STUB, unit_notebook
from tests.support.nbgrader_course import RIGHT, Book

RELEASE = unit_notebook(next(u for u in units() if u.name == "baseline"), "release")
RUBRIC = "How this answer is graded"


def restore(book):
    made = restored(book.json().encode(), RELEASE)
    nbformat.validate(made)
    return made


def ids(book):
    return [c.metadata.nbgrader.grade_id for c in book.cells if "nbgrader" in c.metadata]


def cell(book, grade_id):
    (found,) = [c for c in book.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id]
    return found


def without_rubrics(book):
    return [c for c in book.cells if RUBRIC not in c.source]


def test_an_honest_notebook_comes_back_as_it_is_with_a_rubric_after_the_written_answer():
    book = Book(RELEASE).write(**RIGHT, silent="Because.")
    made = restore(book)
    assert without_rubrics(made) == book.book.cells
    place = made.cells.index(cell(made, "silent-class-answer"))
    assert RUBRIC in made.cells[place + 1].source


def test_locked_cells_are_overwritten_and_answers_are_not():
    book = Book(RELEASE).write(accuracy="def accuracy(): return 1")
    book.cell("accuracy-check").source = "1.0"
    book.cell("accuracy-check").metadata.nbgrader.points = 100
    made = restore(book)
    assert cell(made, "accuracy-check") == Book(RELEASE).cell("accuracy-check")
    assert cell(made, "accuracy-answer").source == "def accuracy(): return 1"


def test_deleted_cells_come_back_in_their_places_but_not_as_stubs():
    gone = ("baseline-title", "accuracy-check", "count_parameters-answer", "silent-class-answer")
    made = restore(Book(RELEASE).delete(*gone))
    assert ids(made) == ids(RELEASE)
    assert cell(made, "count_parameters-answer").source == missing_told("code")
    assert cell(made, "silent-class-answer").source == missing_told("markdown")


def test_of_doubled_answers_the_last_written_one_counts_and_the_other_stays_to_be_read():
    book = Book(RELEASE).write(accuracy="first = 1").double("accuracy-answer", source="second = 2")
    book.double("accuracy-answer", source=Book(RELEASE).cell("accuracy-answer").source)
    made = restore(book)
    assert cell(made, "accuracy-answer").source == "second = 2"
    assert [c.source for c in made.cells if c.source == "first = 1"] == ["first = 1"]
    assert sorted(ids(made)) == sorted(ids(RELEASE))


def test_without_any_metadata_the_text_is_kept_and_waits_for_a_person():
    made = restore(Book(RELEASE).write(**RIGHT, silent="Because.").strip())
    assert sorted(ids(made)) == sorted(ids(RELEASE))
    assert "Because." in [c.source for c in made.cells]
    assert cell(made, "silent-class-answer").source == missing_told("markdown")


def test_cells_are_known_by_their_id_where_nbgraders_metadata_is_lost():
    book = Book(RELEASE).write(silent="Because.")
    for each in book.book.cells:
        each.metadata = {}
    made = restore(book)
    assert ids(made) == ids(RELEASE)
    assert cell(made, "silent-class-answer").source == "Because."


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"cells": 3}', b"\xff\xfe"])
def test_what_cannot_be_read_gives_the_untouched_release_and_says_so(data):
    made = restored(data, RELEASE)
    nbformat.validate(made)
    assert "can't be read" in made.cells[0].source
    assert made.cells[1:] == RELEASE.cells
    assert cell(made, "silent-class-answer").source == TEXT_STUB


@pytest.mark.parametrize(
    "strange",
    [
        {"cell_type": "code"},
        {"cell_type": "martian", "source": ["a", "b"]},
        {"cell_type": "code", "source": 7, "metadata": None},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": "lost"}, "id": 5},
        {"cell_type": "markdown", "source": "x", "id": "silent-class-answer", "attachments": 1},
        "no cell at all",
    ],
)
def test_strange_cells_do_no_harm(strange):
    cells = [*json.loads(Book(RELEASE).json())["cells"], strange]
    made = restored(json.dumps({"cells": cells}).encode(), RELEASE)
    nbformat.validate(made)
    assert sorted(ids(made)) == sorted(ids(RELEASE))
