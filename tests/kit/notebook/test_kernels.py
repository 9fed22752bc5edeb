"""Kernels that are started anew, side by side, late, or in some other folder."""

import pytest

from autograder.course.catalogue import exercises
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
OTHER = COUNT.replace("requires_grad)", "requires_grad is True)")
THIRD = COUNT.replace("requires_grad)", "requires_grad == True)")
NAME = "count_parameters"


@pytest.mark.parametrize("folder", [".", "exercises", "exercises/deep", "lessons"])
def test_answers_are_saved_from_any_folder_of_the_course(notebook, monkeypatch, folder):
    here = notebook.home / folder
    here.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(here)
    assert "Saved" in notebook.again().run(COUNT).text
    assert COUNT in notebook.text()


@pytest.mark.parametrize("absolute", [True, False])
def test_a_kernel_elsewhere_saves_in_the_course_of_its_notebook(
    notebook, tmp_path, monkeypatch, absolute
):
    monkeypatch.chdir(tmp_path)  # as in VS Code, where a setting may name the workspace
    name = str(notebook.home / "exercises" / "02.ipynb") if absolute else "02.ipynb"
    told = notebook.again(name).run(COUNT)
    assert ("Saved" in told.text) == absolute
    assert (COUNT in notebook.text()) == absolute


def test_the_variable_may_name_a_folder_of_the_user(notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("FASHION_COURSE_HOME", f"~/{notebook.home.name}")
    monkeypatch.chdir(tmp_path)
    assert "Saved" in notebook.again().run(COUNT).text


def test_a_variable_that_names_no_course_folder_is_told(notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_COURSE_HOME", str(tmp_path / "none"))
    told = notebook.again().run(COUNT)
    assert f"FASHION_COURSE_HOME is {tmp_path / 'none'}, which is not a course folder" in told.text
    assert COUNT not in notebook.text()


def test_a_notebook_that_walks_away_still_remembers_at_home(notebook, tmp_path):
    notebook.run(COUNT, f"%cd {tmp_path}", f"check('{NAME}')")
    assert "passed" in (notebook.home / ".fashion-course-memory.json").read_text()
    assert "Saved" in notebook.run(OTHER).text


def test_a_folder_made_later_takes_in_what_was_answered_before(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    again = notebook.again()
    again.run("from fashion_course import baseline", "K = 0", COUNT.replace("sum(", "K + sum("))
    told = again.run(f"%cd {notebook.home}", "%reload_ext fashion_course")
    assert "Saved `count_parameters` in fashion_course/baseline.py, with `K`." in told.text
    assert "K + sum(" in notebook.text()
    assert again.run("baseline.count_parameters(nn.Linear(2, 3))").text.strip().endswith("9")


def test_answers_from_before_the_extension_was_loaded_are_saved_with_it(notebook):
    notebook.run("%unload_ext fashion_course", "import functools")
    notebook.run(f"@functools.cache\n{COUNT}", exercises()["FashionMNISTModelV0"].solution)
    told = notebook.run("%load_ext fashion_course")
    assert "Saved `count_parameters`, `FashionMNISTModelV0`" in told.text
    assert f"@functools.cache\n{COUNT}" in notebook.text()
    assert notebook.run("%reload_ext fashion_course").text.strip() == ""


def test_of_the_cells_before_only_what_has_run_counts(notebook):
    notebook.run("%unload_ext fashion_course", COUNT, f"1 / 0\n{OTHER}")
    notebook.run(f"exec({exercises()['accuracy'].solution!r})")
    told = notebook.run("%load_ext fashion_course")
    assert "✓ Saved `count_parameters` in fashion_course/baseline.py." in told.text
    assert "! `accuracy` is not saved: only a `def` or `class`" in told.text
    assert COUNT in notebook.text()
    assert exercises()["accuracy"].stub in notebook.text()


def test_what_another_kernel_of_the_same_notebook_saved_is_kept_when_it_is_replaced(notebook):
    book = str(notebook.home / "exercises" / "02.ipynb")
    notebook.again(book).run(COUNT)
    second = notebook.again(book)
    second.run(OTHER)
    assert OTHER in notebook.text()
    assert notebook.kept() == {"baseline-count_parameters-1.py": f"{COUNT}\n"}
    second.run(COUNT)  # its own last version is no loss
    assert len(notebook.kept()) == 1
