"""A small nbgrader course for tests: two exercises, a written question, and answers to them.

Beside it stands an assignment that is not the course's.
"""

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from autograder.course.catalogue import course_root, exercises, units
from autograder.nbgrader.course import write_course

NAME, FOREIGN = "02_baseline", "hw0"
KEPT = ("baseline-", "count_parameters-", "accuracy-", "silent-class-")
COUNT, ACCURACY, WRITTEN = 3, 5.5, 5  # points
OWN = 2  # points of a test cell that the instructor added to the course's notebook

RIGHT = {name: exercises()[name].solution for name in ("count_parameters", "accuracy")}
PARTLY = """
def accuracy(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item() / len(labels)
"""  # right, but for labels of another shape, which give a share and no error
LOUD = """
import logging, os, sys, warnings
logging.basicConfig()

def accuracy(logits, labels):
    os.write(2, b"noise"), print("noise", file=sys.stderr), warnings.warn("noise")
    logging.getLogger("mine").error("noise")
    return (logits.argmax(dim=1) == labels).sum().item() / len(labels)
"""  # the same with noise of every kind on stderr
CRASHING = "def accuracy(logits, labels):\n    return {}['<b>oops</b>']\n"
WRONG = "def accuracy(logits, labels):\n    return 1.0\n"
WHERE = "import sys\n\ndef accuracy(logits, labels):\n    raise OSError(sys.orig_argv)\n"
LATE = """
from nbgrader.plugins import BasePlugin


class PointADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late // 86_400


c.AssignLatePenalties.plugin_class = PointADay
"""


def make(folder: Path) -> Path:
    """Write a course folder of the baseline unit, its source cut to what is used here.

    A test cell of the instructor's own is added, and an assignment that is all the instructor's.
    """
    write_course(folder, "test_course", [u for u in units() if u.name == "baseline"])
    path = folder / "source" / NAME / f"{NAME}.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells = [cell for cell in book.cells if cell.id.startswith(KEPT)]
    source = f"open({str(folder / 'ran-own')!r}, 'w').close()\nassert accuracy"
    own = _cell("own-check", source, grade=True, locked=True, solution=False, points=OWN)
    book.cells.insert([c.id for c in book.cells].index("accuracy-check") + 1, own)
    nbformat.write(book, path)
    foreign = nbformat.v4.new_notebook()
    # One grade_id is like the course's; the cell is not.
    foreign.cells = [
        _cell("answer", "# YOUR CODE HERE", grade=False, locked=False, solution=True),
        _cell("accuracy-check", "double(2) / 4", grade=True, locked=True, solution=False, points=1),
    ]
    (folder / "source" / FOREIGN).mkdir()
    nbformat.write(foreign, folder / "source" / FOREIGN / f"{FOREIGN}.ipynb")
    return folder


def _cell(name: str, source: str, **told: object) -> nbformat.NotebookNode:
    made = nbformat.v4.new_code_cell(source, id=name)
    common = {"schema_version": 3, "grade_id": name, "task": False, "cell_type": "code"}
    made.metadata["nbgrader"] = common | told
    return made


def nbgrader(folder: Path, *arguments: str) -> str:
    """Run the untouched program in a folder; return what it told."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FASHION_COURSE")}
    home = folder.parent / "jupyter"
    env = {**kept, "PYTHONPATH": str(course_root()), "JUPYTER_CONFIG_DIR": str(home)}
    env |= {"IPYTHONDIR": str(home / "ipython"), "JUPYTER_DATA_DIR": str(home / "data")}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    return told


class Book:
    """A notebook as one student edits it."""

    def __init__(self, release: nbformat.NotebookNode) -> None:
        self.book = copy.deepcopy(release)

    def cell(self, grade_id: str) -> nbformat.NotebookNode:
        return next(c for c in self.book.cells if c.get("id") == grade_id)

    def write(self, **answers: str) -> "Book":
        """Write answers into their cells; `_` in a name stands for what the grade_id has."""
        for name, text in answers.items():
            grade_id = "silent-class" if name == "silent" else name
            self.cell(f"{grade_id}-answer").source = text
        return self

    def add(self, source: str) -> "Book":
        """Add a code cell of the student's own, on top."""
        self.book.cells.insert(0, nbformat.v4.new_code_cell(source))
        return self

    def delete(self, *grade_ids: str) -> "Book":
        self.book.cells = [c for c in self.book.cells if c.id not in grade_ids]
        return self

    def reverse(self) -> "Book":
        self.book.cells.reverse()
        return self

    def double(self, *grade_ids: str, source: str | None = None) -> "Book":
        """Append a copy of cells, ids and all, with a text of its own if wanted."""
        for grade_id in grade_ids:
            made = copy.deepcopy(self.cell(grade_id))
            made.source = made.source if source is None else source
            self.book.cells.append(made)
        return self

    def strip(self) -> "Book":
        """Lose all metadata and ids, as other programs do."""
        for cell in self.book.cells:
            cell.metadata = {}
            del cell["id"]
        self.book.nbformat_minor = 4
        return self

    def json(self) -> str:
        return json.dumps(self.book)

    def old(self) -> str:
        """Return it as nbformat 3 wrote notebooks."""
        return nbformat.writes(nbformat.convert(copy.deepcopy(self.book), 3), version=3)


def submit(
    folder: Path, student: str, text: str | None, name: str = NAME, assignment: str = NAME
) -> Path:
    """Put a file where nbgrader collects it; None hands in an empty folder. Return the folder."""
    place = folder / "submitted" / student / assignment
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    if text is not None:
        (place / f"{name}.ipynb").write_text(text, "utf-8")
    return place
