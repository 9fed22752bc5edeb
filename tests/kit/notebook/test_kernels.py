"""Kernels that are started anew, side by side, late, or in some other folder."""

import os
import time

import pytest

from autograder.course.catalogue import exercises
from autograder.reading.statements import statements_of
from fashion_course.kit.notebook.memory import Memory
from fashion_course.kit.notebook.saving import Defined, Keeper
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
OTHER = COUNT.replace("requires_grad)", "requires_grad is True)")
THIRD = COUNT.replace("requires_grad)", "requires_grad == True)")
NAME = "count_parameters"


def save_elsewhere(notebook, text, name):
    """Save an answer from another kernel that was started just now, for a notebook of that name."""
    now = time.time()
    keeper = Keeper(Memory(notebook.home, name, now))
    defined = Defined({NAME: statements_of(text)[0]}, {NAME: now})
    assert keeper.save("baseline", [NAME], defined).saved


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
    assert f"FASHION_COURSE_HOME names {tmp_path / 'none'}, which is no course folder" in told.text
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


def test_a_second_kernel_of_the_same_notebook_is_told_apart(notebook):
    name = "exercises/02.ipynb"
    first = notebook.again(str(notebook.home / name))
    first.run(COUNT)
    save_elsewhere(notebook, OTHER, name)  # it takes the first one's text for its own: a restart
    told = first.run(THIRD)
    assert "holds another version, which is not overwritten" in told.text
    assert f"The file's was saved from {name}." in told.text
    assert OTHER in notebook.text()


def test_a_second_terminal_is_told_apart(notebook):
    notebook.run(COUNT)
    save_elsewhere(notebook, OTHER, "")
    assert notebook.kept() == {"baseline-count_parameters-1.py": f"{COUNT}\n"}
    told = notebook.run(THIRD)
    assert "holds another version, which is not overwritten" in told.text
    assert OTHER in notebook.text()


def test_what_an_earlier_terminal_saved_is_put_aside_when_it_is_replaced(notebook):
    notebook.run(COUNT)
    told = notebook.again().run(OTHER)
    assert "Saved `count_parameters`" in told.text
    assert "What it replaces is kept in" in told.text
    assert notebook.kept() == {"baseline-count_parameters-1.py": f"{COUNT}\n"}
    assert "kept" not in notebook.run(THIRD).text


def test_saving_another_answer_does_not_make_the_file_newer(notebook):
    notebook.edit(exercises()[NAME].stub, OTHER)
    earlier = time.time() - 90
    os.utime(notebook.file(), (earlier, earlier))
    assert "This notebook's is newer" in notebook.run(COUNT).text
    notebook.run(exercises()["accuracy"].solution)
    assert notebook.file().stat().st_mtime > earlier + 60
    assert "This notebook's is newer" in notebook.run(COUNT).text
    assert "This notebook's is newer" in notebook.run(f"check('{NAME}')").text
