"""Puts a submitted notebook back into the form of the release, whatever became of its cells.

A cell is known again by its grade_id, or by its id, which is the same in this course's notebooks.
"""

import copy
from collections.abc import Mapping
from typing import Any

import nbformat

from autograder.course.catalogue import units
from autograder.reading.cells import NotebookError, raw_cells
from autograder.sync.assignments import ANSWER, CHECK

MISSING_CODE = "# This cell was missing from the submission."
MISSING_TEXT = (
    "*This cell was missing from the submission. If its answer stands in another cell, grade that.*"
)

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
    known = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if _is_known(cell)}
    made: Node = copy.deepcopy(release)
    try:
        submitted = raw_cells(data)
    except NotebookError as error:
        told = f"**The submitted file is missing or can't be read:** {error}"
        made.cells = [_plain("markdown", told), *release.cells]
        return made
    ids = [_grade_id(cell, known) for cell in submitted]
    chosen = _chosen(submitted, ids, known)
    cells: list[Node] = []
    for place, cell in enumerate(submitted):
        grade_id = ids[place]
        if grade_id is None:
            cells.append(_plain(str(cell.get("cell_type")), cell["source"]))
        elif chosen[grade_id] == place:
            cells.append(_filled(known[grade_id], cell))
        elif cell["source"].strip() != known[grade_id].source.strip():
            cells.append(_plain(str(cell.get("cell_type")), cell["source"]))
    made.cells = _with_rubrics(_with_missing(cells, known))
    return made


def _is_known(cell: Node) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade_id"))


def _grade_id(cell: Mapping[str, Any], known: Mapping[str, Node]) -> str | None:
    metadata = cell.get("metadata")
    inner = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    for name in (inner.get("grade_id") if isinstance(inner, dict) else None, cell.get("id")):
        if isinstance(name, str) and name in known:
            return name
    return None


def _chosen(
    submitted: list[dict[str, Any]], ids: list[str | None], known: Mapping[str, Node]
) -> dict[str, int]:
    """Return grade_id to the place of the cell that counts: the last one that is written in."""
    chosen: dict[str, int] = {}
    for place, grade_id in enumerate(ids):
        if grade_id is None:
            continue
        before = chosen.get(grade_id)
        untouched = submitted[place]["source"].strip() == known[grade_id].source.strip()
        if before is None or not untouched or _same(submitted[before], known[grade_id]):
            chosen[grade_id] = place
    return chosen


def _same(cell: Mapping[str, Any], released: Node) -> bool:
    return bool(cell["source"].strip() == released.source.strip())


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
    """Add what is missing after the cell that it followed; nothing added may hide an answer.

    So an answer cell comes back empty, not as a stub, and its check runs after all other cells.
    """
    cells = list(cells)
    here = {c.metadata.nbgrader.grade_id for c in cells if _is_known(c)}
    before: str | None = None
    for name, released in known.items():
        if name not in here:
            cell: Node = copy.deepcopy(released)
            if cell.metadata.nbgrader.solution:
                cell.source = MISSING_CODE if cell.cell_type == "code" else MISSING_TEXT
            if name.endswith(CHECK) and name.removesuffix(CHECK) + ANSWER not in here:
                cells.append(cell)
                continue
            names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in cells]
            cells.insert(names.index(before) + 1 if before in names else 0, cell)
        before = name
    return cells


def _with_rubrics(cells: list[Node]) -> list[Node]:
    rubrics = {q.name + ANSWER: q.rubric_text for unit in units() for q in unit.questions}
    made = []
    for cell in cells:
        made.append(cell)
        rubric = rubrics.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if rubric is not None:
            made.append(_plain("markdown", f"**How this answer is graded**\n\n{rubric}"))
    return made
