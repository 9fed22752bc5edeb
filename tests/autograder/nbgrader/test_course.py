"""The course folder for nbgrader: whole, valid, and a release that nbgrader would make itself."""

import re

import nbformat
import pytest
from nbgrader import preprocessors
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum
from typer.testing import CliRunner

from autograder.course.catalogue import exercises, units
from autograder.sync import assignments
from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError

# Those of `nbgrader generate_assignment` in nbgrader 0.9.6, but the ones that need a database.
STRIPPING = ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata", "ComputeChecksums")
STRIPPING += ("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums", "CheckCellMetadata")


def run(*arguments):
    return CliRunner().invoke(app, ["nbgrader", *map(str, arguments)])


def released_by_nbgrader(unit):
    book = nbformat.reads(assignments.notebook_text(unit, "source"), as_version=4)
    for name in STRIPPING:
        book, _ = getattr(preprocessors, name)().preprocess(book, {})
    return book


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_the_release_is_what_nbgrader_makes_of_the_source(unit):
    made = nbformat.reads(assignments.notebook_text(unit, "release"), as_version=4)
    stripped = released_by_nbgrader(unit)
    for cell in stripped.cells:
        assert compute_checksum(cell) == cell.metadata.nbgrader.pop("checksum")
        for lock in ("deletable", "editable"):
            cell.metadata.pop(lock, None)
    assert made == stripped


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
@pytest.mark.parametrize("form", ["source", "release"])
def test_the_notebooks_are_valid_for_nbgrader(unit, form):
    book = nbformat.reads(assignments.notebook_text(unit, form), as_version=4)
    nbformat.validate(book)
    MetadataValidator().validate_nb(book)
    assert [cell.id for cell in book.cells] == [c.metadata.nbgrader.grade_id for c in book.cells]


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_exercise_and_release_differ_in_setup_checks_and_what_only_one_of_them_can(unit):
    exercise = nbformat.reads(assignments.notebook_text(unit, "exercise"), as_version=4)
    release = nbformat.reads(assignments.notebook_text(unit, "release"), as_version=4)
    ids = [cell.id for cell in exercise.cells[len(release.cells) :]]  # what comes at the end
    assert ids == [f"{unit.name}-finale-{n}" for n, _cell in enumerate(unit.finale, 1)]
    for mine, theirs in zip(exercise.cells, release.cells, strict=False):
        assert mine.metadata == theirs.metadata
        if mine.id == f"{unit.name}-title":
            only = re.search(r" An answer that you run is saved .* beside it\.", mine.source)
            last = re.search(r" Last comes a finale, .* at work\.", mine.source)
            assert (last is not None) == bool(unit.finale)
            assert mine.source.replace(only[0], "").replace(last[0] if last else "", "") == (
                theirs.source
            )
        elif mine.id.endswith("-question"):
            only = re.search(r" Save the notebook; then .* samples\.", mine.source)
            assert mine.source.replace(only[0], "") == theirs.source
        elif not mine.id.endswith(("-setup", "-check")):
            assert mine == theirs


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_the_release_holds_no_answer_no_mistake_and_no_check(unit):
    text = assignments.notebook_text(unit, "release")
    assert "BEGIN" not in text
    for exercise in unit.exercises:
        body = exercise.solution.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
        assert not [x for x in body.splitlines() if len(x.strip()) > 25 and x.strip() in text]
    for secret in (
        "autograder.mistakes",
        "autograder.checks",
        "autograder.course.reference",
        "expect(",
    ):
        assert secret not in text


def test_init_makes_sources_rubrics_and_settings_for_every_unit(tmp_path):
    folder = tmp_path / "my class"
    result = run("init", folder, "--course-id", "fc101")
    assert result.exit_code == 0, result.output
    for unit in units():
        path = folder / "source" / unit.stem / f"{unit.stem}.ipynb"
        assert path.read_text("utf-8") == assignments.notebook_text(unit, "source")
        page = (folder / "rubrics" / f"{unit.stem}.md").read_text("utf-8")
        for question in unit.questions:
            assert question.rubric_text in page
            assert all(sample.text in page for sample in question.samples)
    assert "course_id = 'fc101'" in (folder / "nbgrader_config.py").read_text("utf-8")
    assert "nbgrader generate_assignment 01_data" in result.output


def test_init_makes_one_unit_on_demand(tmp_path):
    assert run("init", tmp_path / "a", "--unit", "cnn").exit_code == 0
    assert [p.name for p in (tmp_path / "a" / "source").iterdir()] == ["04_cnn"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("init", "{}"), "not empty"),
        (("init", "{}/new", "--unit", "cnm"), "there is no unit 'cnm'. There are: data, baseline"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_remedy(tmp_path, arguments, word):
    (tmp_path / "mine.txt").write_text("dear")
    result = run(*[each.format(tmp_path) for each in arguments])
    assert isinstance(result.exception, UserError)
    assert word in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_every_exercise_has_its_cells_in_the_source():
    ids = {
        cell.id
        for unit in units()
        for cell in nbformat.reads(assignments.notebook_text(unit, "source"), as_version=4).cells
    }
    assert {f"{name}-{part}" for name in exercises() for part in ("answer", "check")} <= ids
