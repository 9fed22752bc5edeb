"""Mishaps: a full disk, an editor in the same moment, a name that means something else now."""

import errno
import os

import pytest

from autograder.course.catalogue import exercises
from fashion_course.kit import files
from fashion_course.kit.notebook import memory, modulefile
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
OTHER = COUNT.replace("requires_grad)", "requires_grad is True)")
ACCURACY = exercises()["accuracy"]
MODEL = exercises()["FashionMNISTModelV0"].solution
STUB = exercises()["count_parameters"].stub
NAME = "count_parameters"
SUM = "def accuracy(logits, labels):\n    return sum([1, 2])"
SIZES = f"def {NAME}(model):\n    return sum(map(size, model.parameters()))"


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("broken", [memory, modulefile])
def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_half_written(
    notebook, monkeypatch, broken
):
    notebook.edit(STUB, STUB.replace("# YOUR CODE HERE", "# my notes"))
    before = notebook.text()
    with monkeypatch.context() as patch:
        patch.setattr(broken, "write_whole", full)
        told = notebook.run(COUNT)
    assert "No space left on device. Fix that, then run the cell again." in told.text
    assert notebook.text() == before
    assert notebook.kept() == {}
    assert "Saved" in notebook.run(COUNT).text
    assert "# my notes" in notebook.kept()[f"baseline-{NAME}-1.py"]


def test_a_read_only_file_with_notes_does_not_fill_the_folder_with_copies(notebook):
    notebook.edit(STUB, STUB.replace("# YOUR CODE HERE", "# my notes"))
    os.chmod(notebook.file(), 0o444)
    told = notebook.run(COUNT, COUNT)
    assert "baseline.py is read-only. Allow writing to it, then run the cell again." in told.text
    assert notebook.kept() == {}


def test_an_editor_that_saves_while_we_write_is_not_overwritten(notebook, monkeypatch):
    real, mine = files.os.fsync, []

    def slow(handle):
        if not mine:
            mine.append(notebook.file().write_text(f"{notebook.text()}\n# mine\n", "utf-8"))
        real(handle)

    monkeypatch.setattr(files.os, "fsync", slow)
    assert "Saved" in notebook.run(COUNT).text
    assert COUNT in notebook.text()
    assert notebook.text().endswith("\n# mine\n")
    names = {path.suffix for path in notebook.file().parent.iterdir() if path.is_file()}
    assert names == {".py"}


def test_a_stub_whose_answer_in_the_file_cannot_be_used_is_told_and_stops_nothing(notebook):
    notebook.file().write_text(f"{notebook.text().replace(STUB, OTHER)}\n1 / 0\n", "utf-8")
    notebook.file("training").write_text("def evaluate():\n    raise NotImplementedError\n")
    told = notebook.run(f"{STUB}\n\n\ndef evaluate(model):\n    return 1")
    assert "could not be imported: ZeroDivisionError: division by zero. Fix that" in told.text
    assert "Saved `evaluate` in fashion_course/training.py" in told.text
    assert "extension raised" not in told.text


def test_keeping_the_file_keeps_its_helper_and_puts_the_notebooks_aside(notebook):
    notebook.run("def size(p):\n    return p.numel()", SIZES)
    notebook.edit("return p.numel()", "return 1 * p.numel()")
    notebook.run("def size(p):\n    return p.numel() + 0")
    told = notebook.run(f"keep('{NAME}', 'file')")
    both = f"def size(p):\n    return 1 * p.numel()\n\n\n{SIZES}"
    assert both in told.text
    assert notebook.shell.rl_next_input == both
    assert notebook.kept() == {"baseline-size-1.py": "def size(p):\n    return p.numel() + 0\n"}
    assert notebook.run(both).text.strip() == ""


def test_methods_from_outside_are_told_also_where_their_cell_is_that_of_the_class(notebook):
    told = notebook.run(f"{MODEL}\n\n\nFashionMNISTModelV0.forward = lambda self, images: images")
    assert "Methods of `FashionMNISTModelV0` were set outside the class: `forward`." in told.text
    told = notebook.run(f"{MODEL}\n\n\nFashionMNISTModelV0.more = lambda self: 1")
    assert "were set outside the class: `more`." in told.text
    told = notebook.run(f"{MODEL}\n    def _extra(self):\n        return 1\n    more = _extra")
    assert "outside" not in told.text


@pytest.mark.parametrize("line", ["%time x = 9", "x = !echo 9", "get_ipython()"])
def test_a_magic_line_in_an_answer_is_told_and_nothing_saved(notebook, line):
    before = notebook.text()
    told = notebook.run(f"def {NAME}(model):\n    {line}\n    return x")
    assert f"`{NAME}` is not saved: it has a line with `%` or `!` in it" in told.text
    assert notebook.text() == before


@pytest.mark.parametrize("cell", ["def sum(values):\n    return 5", "from numpy import sum"])
def test_a_name_of_python_is_not_taken_from_other_answers_of_the_file(notebook, cell):
    notebook.edit(ACCURACY.stub, SUM)
    told = notebook.run(cell, COUNT)
    assert f"`{NAME}` is not saved: `sum` means different things in this notebook" in told.text
    assert notebook.saved("accuracy")(1, 1) == 3
    assert "Saved" in notebook.run(f"del sum\n{COUNT}").text


@pytest.mark.parametrize("cells", [[f"{COUNT}\n\n{NAME} = 3"], [COUNT, f"{NAME} = 3"]])
def test_a_result_that_takes_the_name_of_its_answer_is_told_with_the_remedy(notebook, cells):
    told = notebook.run(*cells)
    assert f"`{NAME}` now means a value of type `int`, which hides your answer" in told.text
    assert "Give the value another name" in told.text
    assert "now means a value" in notebook.run(f"check('{NAME}')").text


def test_a_deleted_name_needs_no_word_and_the_file_answers(notebook):
    assert notebook.run(COUNT, f"del {NAME}").text.strip() == ""
    told = notebook.run(f"check('{NAME}')")
    assert "Checked: your answer in fashion_course/baseline.py." in told.text
    told = notebook.run("%reset -f", "from autograder import check", f"check('{NAME}')")
    assert "Checked: your answer in fashion_course/baseline.py." in told.text


def test_where_only_a_constant_differs_the_one_way_to_keep_is_told_and_works(notebook):
    notebook.edit("from torch import Tensor, nn", "from torch import Tensor, nn\n\nEPS = 3")
    told = notebook.run(f"EPS = 2\ndef {NAME}(model):\n    return EPS")
    assert "-EPS = 3" in told.text
    told = notebook.run(f"keep('{NAME}', 'file')")
    assert "has no answer to `count_parameters` that could be kept." in told.text
    assert f'keep what this notebook has: `keep("{NAME}", "notebook")`' in told.text
    assert f"Saved `{NAME}`" in notebook.run(f"keep('{NAME}', 'notebook')").text
    assert notebook.kept() == {"baseline-EPS-1.py": "EPS = 3\n"}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_keeping_a_file_that_has_the_same_text_puts_nothing_aside(notebook, ends):
    notebook.edit(STUB, COUNT)
    notebook.file().write_bytes(notebook.text().replace("\n", ends).encode())
    assert COUNT in notebook.run(COUNT, f"keep('{NAME}', 'file')").text
    assert notebook.kept() == {}


def test_a_restarted_kernel_uses_what_an_editor_made_of_the_answer_meanwhile(notebook):
    name = str(notebook.home / "exercises" / "02.ipynb")
    notebook.again(name).run(COUNT)
    notebook.edit("return sum(p", "return 7 + sum(p")
    again = notebook.again(name)
    assert "Checked: your answer in fashion_course/base" in again.run(f"check('{NAME}')").text
    assert "holds another version" in again.run(COUNT).text
    assert "return 7 + sum(p" in notebook.text()


def test_reloading_by_ipython_itself_changes_nothing_of_that(notebook):
    notebook.run("%load_ext autoreload\n%autoreload 2", COUNT)
    notebook.run(f"from fashion_course import baseline\nfrom fashion_course.baseline import {NAME}")
    notebook.edit("return sum(p", "return 7 + sum(p")
    told = notebook.run(f"{NAME}(nn.Linear(2, 3)), baseline.{NAME}(nn.Linear(2, 3))")
    assert "(16, 16)" in told.text
    assert "holds another version" in notebook.run(OTHER).text
    assert "return 7 + sum(p" in notebook.text()
