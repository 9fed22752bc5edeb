"""A student's file keeps its form, and whatever can't be written to is left as it is."""

import json
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from torch import nn

from autograder.course.catalogue import exercises
from fashion_course.kit import files
from fashion_course.kit.files import alone, write_whole
from fashion_course.kit.notebook import modulefile, saving
from fashion_course.kit.notebook.memory import FILE, KEPT, put_aside
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
OTHER = COUNT.replace("requires_grad)", "requires_grad is True)")
STUB = exercises()["count_parameters"].stub


def test_windows_line_ends_stay(notebook):
    data = notebook.file().read_bytes().replace(b"\n", b"\r\n")
    notebook.file().write_bytes(b"\xef\xbb\xbf" + data)
    notebook.run("import math\nEPS = 0", COUNT.replace("return ", "return EPS + math.floor(0) + "))
    after = notebook.file().read_bytes()
    assert after.startswith(b"\xef\xbb\xbf#")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert b"EPS = 0\r\n" in after
    assert b"import math\r\n" in after
    assert notebook.run(COUNT.replace("return ", "return EPS + math.floor(0) + ")).text == ""
    assert "Saved" in notebook.run(COUNT).text


def test_a_file_without_a_final_newline_gets_a_whole_answer(notebook):
    notebook.file().write_text("from torch import nn", "utf-8")
    notebook.run(COUNT)
    assert notebook.text() == f"from torch import nn\n\n\n{COUNT}\n"


def test_permissions_stay(notebook):
    os.chmod(notebook.file(), 0o640)
    notebook.run(COUNT)
    assert stat.S_IMODE(notebook.file().stat().st_mode) == 0o640


def test_no_temporary_file_is_left_behind(notebook):
    notebook.run(COUNT)
    names = {path.name for path in notebook.file().parent.iterdir()} - {"__pycache__"}
    assert names == {f"{name}.py" for name in {e.unit for e in exercises().values()}}


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda p: p.write_bytes(p.read_bytes() + "# é\n".encode("latin-1")), "codec can't decode"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\ndef half(:\n"), "is not valid Python"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\n\0"), "is not valid Python"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\n1 / 0\n"), "ZeroDivisionError"),
        (lambda p: os.chmod(p, 0o444), "is read-only"),
        (lambda p: (p.unlink(), p.mkdir()), "could not be read or written"),
    ],
    ids=["latin-1", "half", "nul", "raises", "read-only", "folder"],
)
def test_a_file_that_cannot_take_an_answer_stays_as_it_is(notebook, spoil, word):
    spoil(notebook.file())
    before = notebook.file().read_bytes() if notebook.file().is_file() else None
    told = notebook.run(COUNT)
    assert "`count_parameters` is not saved: " in told.text
    assert word in told.text
    assert "Traceback" not in told.text
    if before is not None:
        assert notebook.file().read_bytes() == before
    told = notebook.run("check('count_parameters')")
    assert (
        "Checked: this notebook's version, which is not in fashion_course/baseline.py" in told.text
    )


def test_a_link_out_of_the_course_folder_is_not_followed(notebook, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_text(notebook.text(), "utf-8")
    notebook.file().unlink()
    notebook.file().symlink_to(outside)
    assert "is a link to a place outside the course folder" in notebook.run(COUNT).text
    assert STUB in outside.read_text("utf-8")


def test_a_deleted_file_is_made_anew(notebook):
    notebook.run(COUNT)
    notebook.file().unlink()
    told = notebook.run(OTHER)
    assert "Saved" in told.text
    assert OTHER in notebook.text()
    assert exercises()["accuracy"].stub in notebook.text()


def test_a_file_that_changes_while_it_is_saved_is_read_again(notebook, monkeypatch):
    real, seen = saving.read_module, []

    def read_then_lose(home, unit):
        module = real(home, unit)
        if not seen:
            seen.append(notebook.file().write_text(notebook.text() + "\n# mine\n", "utf-8"))
        return module

    monkeypatch.setattr(saving, "read_module", read_then_lose)
    assert "Saved" in notebook.run(COUNT).text
    assert COUNT in notebook.text()
    assert notebook.text().endswith("# mine\n")


def test_a_damaged_memory_is_no_obstacle(notebook):
    (notebook.home / FILE).write_text("{half")
    assert "Saved" in notebook.run(COUNT).text
    assert json.loads((notebook.home / FILE).read_text())["saved"]["baseline.count_parameters"]
    assert not (notebook.home / KEPT).exists()


def test_a_file_that_is_parsed_but_not_compiled_is_no_valid_python(notebook):
    notebook.file().write_text(f"{notebook.text()}\ndef f(a, a):\n    pass\n", "utf-8")
    assert "is not valid Python" in notebook.run(COUNT).text
    told = notebook.run("check('count_parameters')")
    assert "count_parameters: passed" in told.text
    assert "version, which is not in fashion_course/baseline.py" in told.text


def test_notes_in_a_stub_are_put_aside(notebook):
    notes = STUB.replace(
        "# YOUR CODE HERE", "# numel of each parameter,\n    # but not of frozen ones"
    )
    notebook.edit(STUB, notes)
    told = notebook.run(COUNT)
    assert "Saved `count_parameters`" in told.text
    assert "What it replaces is kept in .fashion-course-kept/baseline-count_param" in told.text
    assert notebook.kept() == {"baseline-count_parameters-1.py": f"{notes}\n"}


def test_a_link_within_the_course_folder_is_followed_and_stays_one(notebook):
    real = notebook.home / "mine.py"
    notebook.file().rename(real)
    notebook.file().symlink_to(real)
    assert "Saved" in notebook.run(COUNT).text
    assert notebook.file().is_symlink()
    assert COUNT in real.read_text("utf-8")


def test_a_folder_that_vanished_is_told(notebook):
    shutil.rmtree(notebook.file().parent)
    told = notebook.run(COUNT)
    assert "`count_parameters` is not saved: baseline.py could not be read or written" in told.text
    assert "count_parameters: passed" in notebook.run("check('count_parameters')").text


EDITS = {
    "another answer": lambda text: text.replace(STUB, OTHER),
    "comments": lambda text: text.replace("# YOUR CODE HERE", "# my notes"),
    "docstring": lambda text: text.replace("Count the numbers", "My words"),
    "in an if": lambda text: f"{text}\nif True:\n    {OTHER.replace(chr(10), chr(10) + '    ')}\n",
    "twice": lambda text: f"{text}\n\n{OTHER}\n",
    "lambda": lambda text: f"{text}\ncount_parameters = lambda model: 3  # mine\n",
    "imported": lambda text: f"from .data import split as count_parameters\n{text}",
    "on one line": lambda text: f"{text}\nx = 1; count_parameters = 2; y = 3\n",
    "tabs": lambda text: text.replace(STUB, OTHER.replace("    ", "\t")),
    "CRLF": lambda text: text.replace(STUB, OTHER).replace("\n", "\r\n"),
    "above and below": lambda text: f"#!python\n# mine\n{text}\n# the end",
    "only this": lambda text: OTHER,
    "empty": lambda text: "",
}  # fmt: skip


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_no_line_that_somebody_wrote_into_the_file_is_ever_lost(notebook, edit, keep):
    notebook.file().write_bytes(edit(notebook.text()).encode())
    mine = {x.strip() for x in notebook.text().splitlines()} - {
        x.strip() for x in STUB.splitlines()
    }
    told = notebook.run(COUNT)
    told = notebook.run("keep('count_parameters', 'notebook')") if keep else told
    assert "extension raised" not in told.text
    assert told.error is None
    there = notebook.text() + "".join(notebook.kept().values())
    assert mine <= {line.strip() for line in there.splitlines()}
    if keep:
        assert notebook.saved("count_parameters")(nn.Linear(2, 3)) == 9
        assert notebook.run(COUNT).text.strip() == ""


def test_two_notebooks_write_one_after_the_other(notebook, monkeypatch):
    def write_as_the_only_one(*given):
        with pytest.raises(TimeoutError), alone(notebook.home):
            raise AssertionError("two are in")
        return write_whole(*given)

    monkeypatch.setattr(modulefile, "write_whole", write_as_the_only_one)
    monkeypatch.setattr(files, "LOCK_SECONDS", 0)
    assert "Saved" in notebook.run(COUNT).text
    assert COUNT in notebook.text()
    with alone(notebook.home):
        assert "another program is writing baseline.py" in notebook.run(OTHER).text
    assert COUNT in notebook.text()


def test_a_disk_without_locks_is_no_obstacle(notebook, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert "Saved" in notebook.run(COUNT).text


def test_what_is_put_aside_in_the_same_moment_gets_names_of_its_own(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        texts = [f"x = {n}\n" for n in range(24)]
        paths = list(pool.map(lambda text: put_aside(tmp_path, "data", "split", text), texts))
    assert [path.read_text() for path in paths] == texts
