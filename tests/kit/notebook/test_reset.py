"""A stub comes back on demand, and what stood there is kept; a deleted file is told."""

import re

import pytest
from typer.testing import CliRunner

from autograder.course.catalogue import exercises
from autograder.course.stubs import stub_module
from fashion_course.kit.cli import app
from fashion_course.kit.notebook.reset import reset_answer
from tests.support.shell import changes, make_home
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
NAME = "count_parameters"
STUB = exercises()[NAME].stub
DATED = r"baseline-count_parameters-\d{4}-\d\d-\d\d-1\.py"


def test_a_reset_in_the_notebook_brings_the_stub_back_and_keeps_a_dated_copy(notebook):
    before = notebook.text()
    told = notebook.run(COUNT, f"reset('{NAME}')")
    assert "`count_parameters` in fashion_course/baseline.py is the stub again." in told.text
    assert notebook.text() == before
    ((name, text),) = notebook.kept().items()
    assert re.fullmatch(DATED, name)
    assert text.strip() == COUNT
    assert notebook.shell.rl_next_input == STUB
    assert f"{NAME}: not attempted" in notebook.run(f"check('{NAME}')").text
    assert f"Saved `{NAME}`" in notebook.run(COUNT).text  # the way back


@pytest.mark.parametrize("broken", [False, True], ids=["python", "no python"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_reset_touches_nothing_else_be_the_answer_python_or_not(tmp_path, broken, ends):
    home = make_home(tmp_path / "course")
    path = home / "fashion_course" / "baseline.py"
    whole = path.read_text("utf-8")
    answer = COUNT.replace("(model", "(model(" if broken else "(model")
    path.write_bytes(whole.replace(STUB, f"@staticmethod\n{answer}").replace("\n", ends).encode())
    assert "is kept in .fashion-course-kept/baseline-count_parameters-" in reset_answer(home, NAME)
    assert path.read_bytes() == whole.replace("\n", ends).encode()
    assert reset_answer(home, NAME).endswith("is the stub already.")


def test_a_reset_of_what_is_not_there_puts_the_stub_at_the_end(tmp_path):
    home = make_home(tmp_path / "course")
    path = home / "fashion_course" / "baseline.py"
    path.write_text("import torch\n", "utf-8")
    reset_answer(home, NAME)
    assert path.read_text("utf-8") == f"import torch\n\n\n{STUB}\n"


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_a_deleted_module_is_told_with_the_command_that_makes_it_anew(tmp_path, monkeypatch):
    monkeypatch.delenv("FASHION_COURSE_HOME", raising=False)
    home = make_home(tmp_path / "course")
    monkeypatch.chdir(home)
    file = home / "fashion_course" / "cnn.py"
    text = file.read_text("utf-8")
    file.unlink()
    sentence = "fashion_course/cnn.py is missing: `fashion-course reset conv_output_size` makes it"
    for arguments in (["status"], ["check", "train_cnn"]):
        told = " ".join(run(*arguments).output.split())
        assert sentence in told
    done = run("reset", "train_cnn")
    assert done.exit_code == 0
    assert "was missing and is there again, with all its stubs" in " ".join(done.output.split())
    assert file.read_text("utf-8") == text
    assert "is missing" not in run("status").output


def test_in_the_notebook_a_deleted_module_is_told_likewise(notebook):
    notebook.file("cnn").unlink()
    assert "fashion_course/cnn.py is missing" in notebook.run("check('train_cnn')").text
    assert "fashion_course/cnn.py is missing" in notebook.run("status()").text
    assert "is there again" in notebook.run("reset('train_cnn')").text
    assert notebook.text("cnn") == stub_module(units_of("cnn"))
    assert changes(notebook.text("cnn"), stub_module(units_of("cnn"))) == ([], [])


def units_of(name):
    from autograder.course.catalogue import units

    return next(unit for unit in units() if unit.name == name)


def test_without_a_course_folder_a_reset_says_how_to_get_one(notebook, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    notebook.home = None
    told = notebook.again().run(f"reset('{NAME}')")
    assert "there is no course folder here" in told.text
