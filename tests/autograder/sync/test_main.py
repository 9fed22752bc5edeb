"""Derived files are fresh, are what nbgrader would make, and never swallow anybody's work."""

import ast
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearSolutions

from autograder.claims.registry import checks_of
from autograder.course import catalogue
from autograder.course.catalogue import SourceError, course_root, exercises, strip, units
from autograder.reading.attempted import is_attempted
from autograder.sync import __main__ as sync
from autograder.sync.assignments import TEXT_STUB, notebook_text


def test_derived_files_in_the_repository_are_fresh(capsys):
    assert sync.main(["--check"]) == 0, capsys.readouterr().err


@pytest.fixture
def clone(tmp_path):
    """Return a copy of the repository's sources that a test may change."""
    for name in ("solutions", "fashion_course", "exercises", "autograder", "docs"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(course_root() / name, tmp_path / name, ignore=ignore)
    return tmp_path


def run_sync(clone, *arguments):
    command = [sys.executable, "-m", "autograder.sync", *arguments]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)


def test_one_changed_letter_in_a_docstring_is_noticed_and_mended(clone):
    path = clone / "solutions" / "training.py"
    text = path.read_text("utf-8")
    path.write_text(text.replace("Make one update of", "Make one update 0f"), "utf-8")
    check = run_sync(clone, "--check")
    assert check.returncode == 1
    assert "stale: fashion_course/training.py" in check.stderr.replace("\\", "/")
    assert "Mend with: python -m autograder.sync" in check.stderr
    assert run_sync(clone).returncode == 0
    assert run_sync(clone, "--check").returncode == 0
    assert "Make one update 0f" in (clone / "fashion_course" / "training.py").read_text("utf-8")


def test_an_answer_in_a_stub_is_never_overwritten(clone):
    stub = clone / "fashion_course" / "baseline.py"
    mine = stub.read_text("utf-8") + "\n\ndef count_parameters(model):\n    return 7\n"
    stub.write_text(mine, "utf-8")
    other = clone / "exercises" / "01_data.ipynb"
    other.unlink()
    done = run_sync(clone)
    assert done.returncode == 2
    assert "holds answers: count_parameters" in done.stderr
    assert stub.read_text("utf-8") == mine
    assert not other.exists()


def test_a_written_answer_in_an_exercise_notebook_is_never_overwritten(clone):
    path = clone / "exercises" / "02_baseline.ipynb"
    text = path.read_text("utf-8").replace(TEXT_STUB, "The ReLU on the logits did it.")
    path.write_text(text, "utf-8")
    done = run_sync(clone)
    assert done.returncode == 2
    assert "holds answers: silent-class" in done.stderr
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("def f():\n    ### BEGIN SOLUTION\n    return 1", "without its END"),
        ("def f():\n    return 1\n    ### END SOLUTION", "without its BEGIN"),
        ("def f():\n    return 1", "no solution is marked"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "a second BEGIN"),
    ],
)
def test_unbalanced_markers_are_refused(source, word):
    with pytest.raises(SourceError, match=word):
        strip(source, "here")


def test_unbalanced_markers_in_a_file_end_in_one_line_and_write_nothing(clone):
    path = clone / "solutions" / "data.py"
    path.write_text(path.read_text("utf-8").replace("### END SOLUTION", "", 1), "utf-8")
    done = run_sync(clone)
    assert done.returncode == 2
    assert done.stderr.startswith("error: solutions/data.py")
    assert "Traceback" not in done.stderr


def test_an_exercise_without_a_check_is_refused_by_name(clone):
    (clone / "autograder" / "checks" / "data" / "test_split.py").unlink()
    done = run_sync(clone)
    assert done.returncode == 2
    assert "error: autograder/checks/data/test_split.py has no check of split" in done.stderr


@pytest.mark.parametrize("name", exercises())
def test_stubs_equal_what_nbgrader_strips(name):
    cell = nbformat.v4.new_code_cell(exercises()[name].solution)
    cell.metadata["nbgrader"] = {"solution": True, "grade": False, "locked": False}
    cell, _ = ClearSolutions().preprocess_cell(cell, {"language": "python"}, 0)
    assert exercises()[name].stub == cell.source


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_exercise_notebooks_are_valid_for_nbgrader(unit):
    notebook = nbformat.reads(notebook_text(unit, "exercise"), as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    cells = {cell.id: cell for cell in notebook.cells}
    for exercise in unit.exercises:
        assert cells[f"{exercise.name}-check"].source == f'check("{exercise.name}")'
        assert cells[f"{exercise.name}-answer"].metadata.nbgrader.solution
        assert re.search(rf"`{exercise.name}\(.*\)", cells[f"{exercise.name}-task"].source)
        assert "minutes" in cells[f"{exercise.name}-task"].source
    for question in unit.questions:
        assert question.task in cells[f"{question.name}-question"].source
        answer = cells[f"{question.name}-answer"]
        assert answer.cell_type == "markdown"
        assert answer.metadata.nbgrader.points == question.points
        assert answer.source == TEXT_STUB


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_nothing_of_a_solution_is_in_what_students_get(unit):
    given = sync.stub_module(unit) + notebook_text(unit, "exercise")
    for exercise in unit.exercises:
        body = exercise.solution.split(catalogue.BEGIN)[1].split(catalogue.END)[0]
        long_lines = [x.strip() for x in body.splitlines() if len(x.strip()) > 25]
        assert [line for line in long_lines if line in given] == []


@pytest.mark.parametrize("unit", units(), ids=lambda u: u.name)
def test_every_stub_is_untouched_and_every_solution_attempted(unit):
    for exercise in unit.exercises:
        assert not is_attempted(ast.parse(exercise.stub).body[0])
        assert is_attempted(ast.parse(exercise.solution).body[0])


@pytest.mark.parametrize("name", exercises())
def test_hints_ask_before_they_tell_and_hold_no_line_of_the_solution(name):
    exercise = exercises()[name]
    assert 2 <= len(exercise.hints) <= 5
    assert "?" in exercise.hints[0]
    body = exercise.solution.split(catalogue.BEGIN)[1].split(catalogue.END)[0]
    for line in (x.strip() for x in body.splitlines() if len(x.strip()) > 12):
        assert all(line not in hint for hint in exercise.hints)
        assert all(line not in each.hint + each.thought for each in checks_of(exercise))
        in_skeleton = line in map(str.strip, exercise.skeleton.splitlines())
        assert not in_skeleton or line.startswith(("for ", "while ", "with ", "def ", "class "))
