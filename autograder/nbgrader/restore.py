"""Puts a submitted notebook back into the form of the release, whatever became of its cells.

A cell is known again by its grade_id, or by its id, which is the same in this course's notebooks.
"""

import copy
from collections.abc import Mapping
from typing import Any

import nbformat

from autograder.course.catalogue import units
from autograder.reading.cells import NotebookError, raw_cells
from autograder.sync.assignments import ANSWER
from fashion_course.kit.words import _

Node = nbformat.NotebookNode


def restored(data: bytes, release: Node) -> Node:
    """Return the release with the student's answers in it, and the student's other cells.

    Of several cells with one grade_id the last counts in which something was written. Locked cells
    have the text of the release. A rubric follows each written answer. What can't be read at all
    gives the release untouched, below a cell that says so.

    Args:
        data: the bytes of the submitted file; b"" where there is none.
        release: the notebook that the class was given.
    """
    made: Node = copy.deepcopy(release)
    try:
        submitted = raw_cells(data)
    except NotebookError as error:
        told = _("The submitted file is missing or can't be read:")
        made.cells.insert(0, _plain("markdown", f"**{told}** {error}"))
        return made
    known = {cell.metadata.nbgrader.grade_id: cell for cell in made.cells if _id_of(cell)}
    names = [_name_of(cell, known) for cell in submitted]
    written = [
        name is None or cell["source"].strip() != known[name].source.strip()
        for name, cell in zip(names, submitted, strict=True)
    ]
    chosen: dict[str, int] = {}  # grade_id to the place of the cell that counts
    for place, name in enumerate(names):
        if name is not None and (name not in chosen or written[place]):
            chosen[name] = place
    cells: list[Node] = []
    for place, (name, cell) in enumerate(zip(names, submitted, strict=True)):
        if name is not None and chosen[name] == place:
            cells.append(_filled(known[name], cell))
        elif written[place]:
            cells.append(_plain(str(cell.get("cell_type")), cell["source"]))
    made.cells = _with_rubrics(_with_missing(cells, known))
    return made


def _id_of(cell: Mapping[str, Any]) -> Any:
    metadata = cell.get("metadata")
    inner = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return inner.get("grade_id") if isinstance(inner, dict) else None


def _name_of(cell: Mapping[str, Any], known: Mapping[str, Node]) -> str | None:
    names = (_id_of(cell), cell.get("id"))
    return next((name for name in names if isinstance(name, str) and name in known), None)


def _filled(released: Node, cell: Mapping[str, Any]) -> Node:
    made: Node = copy.deepcopy(released)
    if made.metadata.nbgrader.solution:
        made.source = cell["source"]
        pictures = cell.get("attachments")
        if made.cell_type == "markdown" and isinstance(pictures, dict):
            made.attachments = {k: v for k, v in pictures.items() if isinstance(v, dict)}
    return made


def _plain(kind: str, source: str) -> Node:
    make = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}
    made: Node = make.get(kind, nbformat.v4.new_markdown_cell)(source)  # type: ignore[no-untyped-call]
    return made


def _with_missing(cells: list[Node], known: Mapping[str, Node]) -> list[Node]:
    """Add what is missing after the cell that it followed; an answer comes back empty, no stub."""
    here = [_id_of(cell) for cell in cells]
    before: str | None = None
    for name, released in known.items():
        if name not in here:
            cell: Node = copy.deepcopy(released)
            if cell.metadata.nbgrader.solution:
                cell.source = missing_told(cell.cell_type)
            place = 0 if before is None else here.index(before) + 1
            cells.insert(place, cell)
            here.insert(place, name)
        before = name
    return cells


def missing_told(kind: str) -> str:
    """Return what stands in place of an answer whose cell was not handed in."""
    told = _("This cell was missing from the submission.")
    if kind == "code":
        return f"# {told}"
    return f"*{told} {_('If its answer is in another cell, grade that one.')}*"


def _with_rubrics(cells: list[Node]) -> list[Node]:
    rubrics = {q.name + ANSWER: q.rubric_text for unit in units() for q in unit.questions}
    made = []
    for cell in cells:
        made.append(cell)
        if rubric := rubrics.get(_id_of(cell)):
            made.append(_plain("markdown", f"**{_('How this answer is graded')}**\n\n{rubric}"))
    return made
