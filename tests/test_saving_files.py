"""A student's file keeps its form, and whatever can't be written to is left as it is."""

import json
import os
import stat

import pytest

from autograder.catalogue import exercises
from fashion_course.kit.notebook import saving
from fashion_course.kit.notebook.memory import FILE, KEPT
from tests.submissions import COUNT

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
        (lambda p: p.write_bytes(p.read_bytes() + "# é\n".encode("latin-1")), "not UTF-8 text"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\ndef half(:\n"), "no valid Python (line"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\n\0"), "no valid Python"),
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
    assert "leads out of the course folder" in notebook.run(COUNT).text
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
    assert json.loads((notebook.home / FILE).read_text())["baseline.count_parameters"]
    assert not (notebook.home / KEPT).exists()
