"""Takes the Python out of a notebook by parsing: imports, definitions and cheap constants."""

import ast
import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import (
    DEFINITIONS,
    IMPORTS,
    is_of_grader,
    is_simple,
    tree_of_cell,
)
from fashion_course.kit.words import _


class NotebookError(ValueError):
    """The file is no notebook that can be read."""


def raw_cells(data: bytes) -> list[dict[str, Any]]:
    """Return the cells as they stand in the file, in order; each has a text as its "source".

    Only the JSON is looked at, and leniently: lost metadata, unknown cells, stray types and
    versions from 3 on do no harm.

    Raises:
        NotebookError: not JSON, or not of a notebook's shape.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"not a notebook: its JSON is broken ({error}).") from error
    if not isinstance(content, dict):
        raise NotebookError("not a notebook: no cells in it.")
    cells = content.get("cells")
    if cells is None and isinstance(content.get("worksheets"), list):  # nbformat 3
        sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells", [])]
    if not isinstance(cells, list):
        raise NotebookError("not a notebook: no cells in it.")
    return [cell | {"source": _source_of(cell)} for cell in cells if isinstance(cell, dict)]


def _source_of(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str))


def code_cells(data: bytes) -> list[str]:
    """Return the sources of the code cells, in order.

    Raises:
        NotebookError: not JSON, or not of a notebook's shape.
    """
    return [cell["source"] for cell in raw_cells(data) if cell.get("cell_type") == "code"]


Place = tuple[int, int]
"""A code cell, counted from 1, and a line in it."""


class CellsModule(NamedTuple):
    """The module that a notebook's cells make.

    Attributes:
        text: of the module.
        broken: exercise name to reason for each definition in a cell with a syntax error.
        places: line of the text to where it stands in the notebook.
        left_out: names that get a value in the notebook, and not in the module, to where they do.
    """

    text: str
    broken: dict[str, str]
    places: dict[int, Place]
    left_out: dict[str, Place]


def module_from_cells(cells: list[str]) -> CellsModule:
    """Return the module made of the cells, and what could not be taken.

    Of several definitions of one exercise the last that somebody wrote counts, so that a stub
    pasted below an answer does not hide it.
    """
    nodes: list[ast.stmt] = []
    cell_of: dict[ast.stmt, int] = {}
    broken: dict[str, str] = {}
    for number, source in enumerate(cells, 1):
        try:
            found = tree_of_cell(source).body
        except (SyntaxError, ValueError, RecursionError) as error:
            reason = f"code cell {number}{syntax_told(error)}"
            for name in re.findall(r"^\s*(?:def|class)\s+(\w+)", source, re.MULTILINE):
                broken[name] = reason
        else:
            nodes += found
            cell_of |= dict.fromkeys(found, number)
    kept = [n for n in nodes if isinstance(n, IMPORTS) and not is_of_grader(n)]
    definitions = _last_attempts([n for n in nodes if isinstance(n, DEFINITIONS)])
    constants = _needed_constants(nodes, definitions)
    body = [*_hoist_future(kept), *constants, *definitions]
    text = "\n\n".join(ast.unparse(node) for node in body)
    return CellsModule(text, broken, _places(body, text, cell_of), _left_out(nodes, body, cell_of))


def _places(body: list[ast.stmt], text: str, cell_of: dict[ast.stmt, int]) -> dict[int, Place]:
    """Return where each line of the text came from: both are the same tree, written differently."""
    places: dict[int, Place] = {}
    for before, after in zip(body, ast.parse(text).body, strict=True):
        for old, new in zip(ast.walk(before), ast.walk(after), strict=False):
            if isinstance(old, (ast.stmt, ast.expr)) and isinstance(new, (ast.stmt, ast.expr)):
                places.setdefault(new.lineno, (cell_of[before], old.lineno))
    return places


def _left_out(
    nodes: list[ast.stmt], body: list[ast.stmt], cell_of: dict[ast.stmt, int]
) -> dict[str, Place]:
    taken = {name for node in body for name in _assigned(node)}
    return {
        name: (cell_of[node], node.lineno)
        for node in nodes
        if node not in body and not isinstance(node, DEFINITIONS)
        for name in _assigned(node) - taken
    }


def _assigned(node: ast.stmt) -> set[str]:
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def syntax_told(error: Exception) -> str:
    """Return what is no Python, as it follows a file's name: `, line 3: …`, the line and a mark."""
    if not isinstance(error, SyntaxError) or not error.lineno:
        return f": {error.args[0] if error.args else error}"
    told = f", line {error.lineno}: {error.msg}"
    line = (error.text or "").replace("\t", " ").rstrip()
    code = line.lstrip()[:200]
    if not code:
        return told
    if code.startswith(("%", "!")):
        told += " (" + _("a command for notebooks, which a .py file can't hold") + ")"
    start = (error.offset or 0) - 1 - (len(line) - len(line.lstrip()))
    width = (error.end_offset or 0) - (error.offset or 0) if error.end_lineno == error.lineno else 1
    mark = [" " * start + "^" * max(1, width)] if 0 <= start <= len(code) else []
    return "\n".join([told, *(f"  {each}" for each in (code, *mark))])


def _hoist_future(imports: Sequence[ast.stmt]) -> list[ast.stmt]:
    def is_future(node: ast.stmt) -> bool:
        return isinstance(node, ast.ImportFrom) and node.module == "__future__"

    return sorted(imports, key=lambda node: not is_future(node))


def _last_attempts(definitions: list[ast.stmt]) -> list[ast.stmt]:
    known = exercises()
    attempted = {n.name for n in definitions if isinstance(n, DEFINITIONS) and is_attempted(n)}
    return [
        n
        for n in definitions
        if isinstance(n, DEFINITIONS)
        and (n.name not in known or n.name not in attempted or is_attempted(n))
    ]


def _needed_constants(nodes: list[ast.stmt], definitions: list[ast.stmt]) -> list[ast.stmt]:
    """Return the assignments that definitions read and that call nothing but libraries."""
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in nodes
        if isinstance(node, IMPORTS)
        for alias in node.names
    }
    read = {n.id for d in definitions for n in ast.walk(d) if isinstance(n, ast.Name)}
    kept: list[ast.stmt] = []
    for node in reversed(nodes):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        if names & read and is_simple(node.value, imported):
            kept.insert(0, node)
            read |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return kept
