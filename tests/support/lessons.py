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

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
INLINE = "module://matplotlib_inline.backend_inline"
SECONDS = 120  # of one cell

WORDS_A_MINUTE = 130  # of prose, for a reader whose first language need not be English
LINES_A_MINUTE = 30  # of code in sight
MINUTES_A_PREDICTION = 1.5  # to think, to write it down, to compare
MINUTES_A_PICTURE = 1 / 3
MINUTES_A_QUIZ_QUESTION = 1.5  # its options included
LOOKED_UP = "Common mistakes by symptom"  # a section that nobody reads through


class Section(NamedTuple):
    """What stands under one heading of a lesson; the title and the setup come first, as ""."""

    heading: str
    deeper: bool  # folded away: optional
    cells: list[NotebookNode]


def sections(book: NotebookNode) -> list[Section]:
    """Cut a lesson at its headings of the second level."""
    found = [Section("", False, [])]
    for cell in book.cells:
        title = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if title:
            folded = bool(cell.metadata.get("jp-MarkdownHeadingCollapsed"))
            found.append(Section(title[1], folded, []))
        found[-1].cells.append(cell)
    return found


def is_hidden(cell: NotebookNode) -> bool:
    """Return whether the source of a code cell is folded away."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


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
            elif is_hidden(cell):
                total += MINUTES_A_PICTURE * draws(cell.source)
            else:
                total += len(cell.source.splitlines()) / LINES_A_MINUTE
    return total


def stated(part: Iterable[Section]) -> int:
    """Return the minutes that a lesson states for some sections: to the next five."""
    return 5 * math.ceil(minutes(part) / 5)


def draws(source: str) -> bool:
    """Return whether a cell shows a picture of matplotlib."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return any(ast.unparse(call.func) == "show" for call in calls)


def read(path: Path) -> NotebookNode:
    """Return a notebook as it is stored."""
    return nbformat.read(path, nbformat.NO_CONVERT)


def execute(path: Path, folder: Path) -> NotebookNode:
    """Return a lesson with its outputs, run in a folder; its kernel knows of no data folder."""
    env = {name: value for name, value in os.environ.items() if name != "FASHION_MNIST_DIR"}
    paths = filter(None, (str(ROOT), env.get("PYTHONPATH")))
    env |= {"MPLBACKEND": INLINE, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    book = read(path)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources=resources)
    client.execute(env=env)
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
