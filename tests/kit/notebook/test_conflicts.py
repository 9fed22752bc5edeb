"""An answer has two doors: what was changed through both is never overwritten silently."""

import os
import re
import time

import pytest

from autograder.course.catalogue import exercises
from fashion_course.kit.notebook.memory import FILE, KEPT
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
EDITED = COUNT.replace("p.numel()", "1 * p.numel()")
CHANGED = COUNT.replace("p.numel()", "p.numel() * 1")
NAME = "count_parameters"


def edited(notebook, seconds=5):
    """Change the file in an editor, some seconds after the notebook saved."""
    notebook.edit("return sum(p.numel()", "return sum(1 * p.numel()")
    later = time.time() + seconds
    os.utime(notebook.file(), (later, later))


def test_a_file_that_was_edited_is_not_overwritten_by_its_old_cell(notebook):
    notebook.run(COUNT)
    edited(notebook)
    told = notebook.run(COUNT)
    assert "`count_parameters`: fashion_course/baseline.py holds another version" in told.text
    assert "The file is newer: the file was changed at" in told.text
    assert "-    return sum(1 * p.numel()" in told.text
    assert "+    return sum(p.numel()" in told.text
    assert 'keep("count_parameters", "notebook")' in told.text
    assert 'keep("count_parameters", "file")' in told.text
    assert "not saved</span>" in told.html
    assert EDITED in notebook.text()


def test_the_notebook_is_newer_where_its_cell_was_changed_after_the_file(notebook):
    notebook.run(COUNT)
    edited(notebook, seconds=-60)
    told = notebook.run(CHANGED)
    assert "This notebook's is newer" in told.text
    assert EDITED in notebook.text()


def test_an_answer_that_was_written_in_an_editor_first_is_not_overwritten(notebook):
    notebook.edit(exercises()[NAME].stub, EDITED)
    told = notebook.run(COUNT)
    assert "holds another version, which is not overwritten" in told.text
    assert EDITED in notebook.text()


def test_the_same_code_on_both_sides_is_no_conflict_and_the_files_comments_stay(notebook):
    mine = EDITED.replace("return", "# by hand\n    return")
    notebook.edit(exercises()[NAME].stub, mine)
    assert notebook.run(EDITED).text.strip() == ""
    assert mine in notebook.text()
    assert "holds another version" in notebook.run(COUNT).text


def test_what_was_pasted_from_the_file_goes_on_from_there(notebook):
    notebook.edit(exercises()[NAME].stub, EDITED)
    assert notebook.run(EDITED).text.strip() == ""
    assert "Saved" in notebook.run(CHANGED).text


def test_check_tells_which_version_it_looked_at_and_which_is_newer(notebook):
    notebook.run("def count_parameters(model):\n    return 1")
    notebook.edit("return 1", "return 2")
    later = time.time() + 5
    os.utime(notebook.file(), (later, later))
    told = notebook.run(f"check('{NAME}')")
    assert "Checked: this notebook's version. fashion_course/baseline.py holds another" in told.text
    assert "The file is newer" in told.text
    assert 'keep("count_parameters", "file")' in told.text
    assert "is 1, not" in told.text
    assert "Checked: this notebook" in told.html


def test_keeping_the_notebook_saves_it_and_puts_the_files_version_aside(notebook):
    notebook.run(COUNT)
    edited(notebook)
    told = notebook.run(CHANGED, f"keep('{NAME}', 'notebook')")
    assert "Saved `count_parameters`" in told.text
    assert f"{KEPT}/baseline-count_parameters-1.py" in told.text
    assert CHANGED in notebook.text()
    assert notebook.kept() == {"baseline-count_parameters-1.py": f"{EDITED}\n"}
    assert "Checked" not in notebook.run(f"check('{NAME}')").text
    assert notebook.run(CHANGED).text.strip() == ""


def test_keeping_the_file_uses_it_here_shows_it_and_puts_the_cell_aside(notebook):
    notebook.run(COUNT)
    edited(notebook)
    told = notebook.run(f"keep('{NAME}', 'file')")
    assert EDITED in told.text
    assert "1 * p.numel()" in re.sub(r"<[^>]+>", "", told.html)
    assert notebook.shell.rl_next_input == EDITED
    assert notebook.kept() == {"baseline-count_parameters-1.py": f"{COUNT}\n"}
    assert EDITED in notebook.text()
    assert (
        "Checked: your answer in fashion_course/baseline.py."
        in notebook.run(f"check('{NAME}')").text
    )
    assert notebook.run("count_parameters.__module__").text.strip().endswith("baseline'")
    assert "holds another version" in notebook.run(COUNT).text
    assert notebook.run(EDITED).text.strip() == ""


def test_nothing_that_was_put_aside_is_ever_overwritten(notebook):
    for number in (1, 2):
        notebook.run(COUNT, f"keep('{NAME}', 'notebook')")
        notebook.edit("return sum(p.numel()", f"return sum({number} * p.numel()")
        notebook.run(f"keep('{NAME}', 'notebook')")
    texts = notebook.kept()
    assert "sum(1 * p.numel" in texts["baseline-count_parameters-1.py"]
    assert "sum(2 * p.numel" in texts["baseline-count_parameters-2.py"]


def test_a_version_that_cannot_be_put_aside_is_not_replaced(notebook):
    notebook.run(COUNT)
    edited(notebook)
    (notebook.home / KEPT).write_text("a file where the folder should be")
    told = notebook.run(CHANGED, f"keep('{NAME}', 'notebook')")
    assert "is not saved" in told.text
    assert EDITED in notebook.text()
    assert "is not saved" in notebook.run(f"keep('{NAME}', 'file')").text


def test_a_helper_that_was_edited_in_the_file_is_a_conflict_too(notebook):
    notebook.run("def size(p):\n    return p.numel()")
    notebook.run("def count_parameters(model):\n    return sum(map(size, model.parameters()))")
    notebook.edit("return p.numel()", "return 1 * p.numel()")
    told = notebook.run("def size(p):\n    return p.numel() + 0")
    assert "holds another version" in told.text
    assert "-    return 1 * p.numel()" in told.text
    assert "return 1 * p.numel()" in notebook.text()
    notebook.run(f"keep('{NAME}', 'notebook')")
    assert "return p.numel() + 0" in notebook.text()
    assert list(notebook.kept()) == ["baseline-size-1.py"]


def test_another_answer_of_the_same_cell_is_saved_all_the_same(notebook):
    notebook.edit(exercises()[NAME].stub, EDITED)
    told = notebook.run(f"{COUNT}\n\n\n{exercises()['accuracy'].solution}")
    assert "Saved `accuracy`" in told.text
    assert "`count_parameters`: fashion_course/baseline.py holds another version" in told.text
    assert EDITED in notebook.text()


def test_another_notebook_does_not_overwrite_the_answer_of_the_first(notebook):
    first = notebook.again(str(notebook.home / "exercises" / "02_baseline.ipynb"))
    first.run(COUNT)
    second = first.again(str(notebook.home / "exercises" / "copy.ipynb"))
    told = second.run(CHANGED)
    assert "holds another version, which is not overwritten" in told.text
    assert COUNT in notebook.text()
    second.run(f"keep('{NAME}', 'notebook')")
    assert CHANGED in notebook.text()
    third = second.again(str(notebook.home / "exercises" / "02_baseline.ipynb"))
    assert "holds another version" in third.run(COUNT).text


def test_the_same_answer_in_two_notebooks_can_be_changed_in_either(notebook):
    paths = [str(notebook.home / "exercises" / f"{name}.ipynb") for name in "ab"]
    notebook.again(paths[0]).run(COUNT)
    notebook.again(paths[1]).run(COUNT)
    assert "Saved" in notebook.again(paths[0]).run(CHANGED).text


def test_a_stub_in_the_notebook_hides_no_answer_of_the_file(notebook):
    notebook.edit(exercises()[NAME].stub, EDITED)
    told = notebook.run(exercises()[NAME].stub)
    assert "this cell is still the stub, so your answer in fashion_course/baseline.py" in told.text
    assert notebook.run("count_parameters(nn.Linear(2, 3))").text.strip().endswith(": 9")
    told = notebook.run(f"check('{NAME}')")
    assert "count_parameters: passed" in told.text
    assert "Checked: your answer in fashion_course/baseline.py." in told.text


def test_names_imported_from_a_module_follow_its_file(notebook):
    notebook.run("from fashion_course.baseline import count_parameters as count, accuracy")
    notebook.edit(exercises()[NAME].stub, EDITED)
    assert notebook.run("count(nn.Linear(2, 3))").text.strip().endswith(": 9")
    assert "count_parameters: passed" in notebook.run(f"check('{NAME}')").text


def test_modules_that_build_on_a_saved_answer_use_it(notebook):
    notebook.run("import fashion_course.training as t", exercises()["accuracy"].solution)
    assert "fashion_course.baseline" in notebook.run("t.accuracy.__module__").text
    told = notebook.run("import torch\nt.accuracy(torch.eye(2), torch.arange(2))")
    assert told.text.strip().endswith(": 1.0")


def test_a_file_broken_in_the_middle_of_editing_leaves_its_last_version_in_use(notebook):
    notebook.run(COUNT)
    notebook.run("from fashion_course import baseline")
    notebook.file().write_text(notebook.text() + "\ndef half(:\n", "utf-8")
    told = notebook.run("baseline.count_parameters(nn.Linear(2, 3))")
    assert ": 9" in told.text
    assert "baseline.py was changed; its earlier version stays in use here" in told.text
    assert notebook.run("None").text.strip() == ""


def test_an_answer_that_vanished_from_the_file_is_told(notebook):
    notebook.run(COUNT)
    notebook.edit(COUNT, exercises()[NAME].stub)
    told = notebook.run(f"check('{NAME}')")
    assert "which is not in fashion_course/baseline.py: run the answer's cell again." in told.text
    assert "Saved" in notebook.run(COUNT).text


def test_an_answer_that_is_no_definition_is_checked_and_said_not_to_be_in_the_file(notebook):
    notebook.run(COUNT, "count_parameters = lambda model: 1")
    told = notebook.run(f"check('{NAME}')")
    assert "is 1, not" in told.text
    assert "version, which is not in fashion_course/baseline.py: `count_parameters`" in told.text
    assert COUNT in notebook.text()


def test_keep_has_a_word_for_every_case_without_a_conflict(notebook):
    assert "has no answer to" in notebook.run(f"keep('{NAME}', 'file')").text
    assert "run its cell first" in notebook.run(f"keep('{NAME}', 'notebook')").text
    notebook.run(COUNT)
    assert "nothing to choose" in notebook.run(f"keep('{NAME}', 'notebook')").text
    notebook.file().write_text(notebook.text() + "\ndef half(:\n", "utf-8")
    assert "is not valid Python" in notebook.run(f"keep('{NAME}', 'file')").text
    assert "is not valid Python" in notebook.run(f"keep('{NAME}', 'notebook')").text


def test_keep_refuses_what_it_does_not_know(notebook):
    told = notebook.run("keep('count', 'file')")
    assert isinstance(told.error, ValueError)
    told = notebook.run(f"keep('{NAME}', 'editor')")
    assert str(told.error) == 'version is \'editor\': pass "notebook" or "file"'
    told = notebook.run("%unload_ext fashion_course\n", f"keep('{NAME}', 'file')")
    assert "Run `%load_ext fashion_course` first" in told.text


def test_without_the_extension_nothing_is_saved(notebook):
    notebook.run("%unload_ext fashion_course")
    assert notebook.run(COUNT).text.strip() == ""
    assert COUNT not in notebook.text()


def test_a_failure_of_the_extension_itself_is_one_calm_line(notebook, monkeypatch):
    from fashion_course.kit.notebook.desk import Keeper

    def broken(*_):
        raise RuntimeError("oh")

    monkeypatch.setattr(Keeper, "save", broken)
    told = notebook.run(COUNT)
    assert told.text.strip() == (
        "! Nothing was saved: the course's notebook extension raised RuntimeError: oh."
        " Run the cell again."
    )
    assert told.error is None

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Keeper, "save", interrupted)
    assert "extension raised KeyboardInterrupt" in notebook.run(CHANGED).text


@pytest.mark.parametrize("where", ["nowhere", "nbgrader", "running", "named"])
def test_answers_are_saved_in_a_folder_of_the_students_own_alone(
    notebook, tmp_path, monkeypatch, where
):
    home = tmp_path / "other"
    (home / "fashion_course").mkdir(parents=True)
    monkeypatch.chdir(home)
    if where == "nbgrader":  # an instructor's folder inside of a course folder
        (notebook.home / "class").mkdir()
        (notebook.home / "class" / "nbgrader_config.py").write_text("")
        monkeypatch.chdir(notebook.home / "class")
    if where == "running":
        monkeypatch.chdir(notebook.home)
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    if where == "named":
        monkeypatch.setenv("FASHION_COURSE_HOME", str(notebook.home))
    before = notebook.text()
    told = notebook.again().run(COUNT)
    saved = where == "named"
    assert (COUNT in notebook.text()) == saved
    assert saved or notebook.text() == before
    assert list((home / "fashion_course").iterdir()) == []
    assert ("there is no course folder here" in told.text) == (where in ("nowhere", "nbgrader"))
    told = notebook.again().run(COUNT, f"check('{NAME}')")
    assert "count_parameters: passed" in told.text
    assert not (home / FILE).exists()


def test_that_there_is_no_course_folder_is_said_once(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    again = notebook.again()
    assert "`!fashion-course start my-course` (once)" in again.run(COUNT).text
    assert again.run(CHANGED).text.strip() == ""
    assert "there is no course folder here" in again.run(f"keep('{NAME}', 'file')").text
    assert again.run("def count_parameters(m):\n    return (").text.count("Not saved") == 0
