"""The lessons: run once for all who look at their outputs, cut into sections, and timed.

The time of a lesson is computed, by the pace below: that of a newcomer who reads it for the first
time, writes each prediction down and runs each cell. What a lesson states must be what comes out.
"""

import ast
import math
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import nbformat
from filelock import FileLock
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = ROOT / "tests" / "lessons" / "claims"
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
INLINE = "module://matplotlib_inline.backend_inline"
SECONDS = 120  # of one cell

WORDS_A_MINUTE = 130  # of prose, for a reader whose first language need not be English
LINES_A_MINUTE = 30  # of code, but for the calls that draw: one looks at their pictures
MINUTES_A_PREDICTION = 1.5  # to think, to write it down, to compare
MINUTES_A_PICTURE = 1 / 3
MINUTES_A_QUIZ_QUESTION = 1.5  # its options included
LOOKED_UP = "Common mistakes by symptom"  # a section that nobody reads through
DEEPER = "*Deeper, optional: no exercise needs it.*"
"""What stands below the heading of a section that may be left out."""


class Section(NamedTuple):
    """What stands under one heading of a lesson; the title and the setup come first, as ""."""

    heading: str
    deeper: bool  # optional, and says so
    cells: list[NotebookNode]


def sections(book: NotebookNode) -> list[Section]:
    """Cut a lesson at its headings of the second level."""
    found = [Section("", False, [])]
    for cell in book.cells:
        title = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if title:
            found.append(Section(title[1], DEEPER in cell.source, []))
        found[-1].cells.append(cell)
    return found


def minutes(part: Iterable[Section]) -> float:
    """Return how long a newcomer needs for some sections, by the pace above."""
    total = 0.0
    for section in part:
        if section.heading == LOOKED_UP:
            continue
        for cell in section.cells:
            if section.heading == "Quiz":
                total += MINUTES_A_QUIZ_QUESTION * cell.source.count("**Question ")
            elif cell.cell_type == "markdown":
                told = re.sub(
                    r"<details>.*?</details>|\]\(\S+\)|[|`*#─>]", " ", cell.source, flags=re.S
                )
                total += len(told.split()) / WORDS_A_MINUTE
                total += MINUTES_A_PREDICTION * cell.source.count("**Predict.**")
            else:
                calls = drawing_calls(cell.source)
                drawn = sum((call.end_lineno or 0) - call.lineno + 1 for call in calls)
                total += (len(cell.source.splitlines()) - drawn) / LINES_A_MINUTE
                total += MINUTES_A_PICTURE * len(calls)
    return total


def stated(part: Iterable[Section]) -> int:
    """Return the minutes that a lesson states for some sections: to the next five."""
    return 5 * math.ceil(minutes(part) / 5)


def drawing_calls(source: str) -> list[ast.Call]:
    """Return the calls of a cell that draw: those of functions of `kit.plots`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func).startswith("plots.plot_")]


def claims(path: Path) -> dict[str, str]:
    """Return what holds a lesson's statements against its code: asserts, by the cell before."""
    text = (CLAIMS / f"{path.stem[3:]}.py").read_text("utf-8")
    _, *parts = re.split(r"^# %% ([a-z0-9-]+)\n", text, flags=re.M)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def read(path: Path) -> NotebookNode:
    """Return a notebook as it is stored."""
    return nbformat.read(path, nbformat.NO_CONVERT)


def execute(path: Path, folder: Path) -> NotebookNode:
    """Return a lesson with its outputs, run in a folder; its kernel knows of no data folder.

    The lesson's claims run too, each below its cell, and leave no trace.
    """
    env = {name: value for name, value in os.environ.items() if name != "FASHION_MNIST_DIR"}
    paths = filter(None, (str(ROOT), env.get("PYTHONPATH")))
    env |= {"MPLBACKEND": INLINE, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    book, asserts = read(path), claims(path)
    told = {cell.id for cell in book.cells}
    book.cells = [
        one
        for cell in book.cells
        for one in (cell, *(new_code_cell(asserts[name]) for name in [cell.id] if name in asserts))
    ]
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources=resources)
    client.execute(env=env)
    book.cells = [cell for cell in book.cells if cell.id in told]
    return book


def executed_once(shared: Path, path: Path) -> NotebookNode:
    """Return a lesson with its outputs; run it if no other process did.

    Args:
        shared: a folder of all processes of this session.
        path: of the lesson.
    """
    folder, done = shared / path.stem, shared / path.name
    with FileLock(shared / f"{path.stem}.lock"):
        if not done.exists():
            folder.mkdir()
            book = execute(path, folder)
            assert not list(folder.iterdir()), f"{path.name} left files behind"
            nbformat.write(book, done)
    return read(done)
