"""Takes the Python out of a notebook by parsing: imports, definitions and cheap constants."""

import ast
import json
import re
import textwrap
import traceback
from typing import Any, NamedTuple

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import (
    DEFINITIONS,
    IMPORTS,
    Statement,
    is_of_grader,
    split_lines,
    statements_of_cell,
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
    content = content if isinstance(content, dict) else {}
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


CellLine = tuple[int, int]
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
    places: dict[int, CellLine]
    left_out: dict[str, CellLine]


def module_from_cells(cells: list[str]) -> CellsModule:
    """Return the module made of the cells, and what could not be taken.

    Of several definitions of one exercise the last that somebody wrote counts, so that a stub
    pasted below an answer does not hide it.
    """
    found: list[_Found] = []
    broken: dict[str, str] = {}
    for number, source in enumerate(cells, 1):
        try:
            found += [_Found(number, each) for each in statements_of_cell(source)]
        except (SyntaxError, ValueError, RecursionError) as error:
            reason = f"code cell {number}{syntax_told(error)}"
            for name in re.findall(r"^\s*(?:def|class)\s+(\w+)", source, re.MULTILINE):
                broken[name] = reason
    imports = [f for f in found if isinstance(f.node, IMPORTS) and not is_of_grader(f.node)]
    definitions = _last_attempts([f for f in found if isinstance(f.node, DEFINITIONS)])
    constants = _needed_constants(found, [f.node for f in definitions])
    taken = [
        *sorted(imports, key=lambda f: getattr(f.node, "module", "") != "__future__"),
        *constants,
        *definitions,
    ]
    text, places = "", dict[int, CellLine]()
    for each in taken:
        lines = split_lines(each.statement.text)
        first = text.count("\n") + 1
        places |= {first + n: (each.cell, each.statement.first + n) for n in range(len(lines))}
        text += "\n".join(line.rstrip("\r\n") for line in lines) + "\n\n"
    return CellsModule(text.rstrip("\n"), broken, places, _left_out(found, taken))


class _Found(NamedTuple):
    """A statement, and the number of its code cell."""

    cell: int
    statement: Statement

    @property
    def node(self) -> ast.stmt:
        return self.statement.node


def _left_out(found: list[_Found], taken: list[_Found]) -> dict[str, CellLine]:
    known = set[str]().union(*(_names(each.node, ast.Store) for each in taken))
    return {
        name: (each.cell, each.statement.first)
        for each in found
        if each not in taken and not isinstance(each.node, DEFINITIONS)
        for name in _names(each.node, ast.Store) - known
    }


def _names(node: ast.AST, context: type[ast.expr_context] = ast.expr_context) -> set[str]:
    names = (each for each in ast.walk(node) if isinstance(each, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, context)}


def syntax_told(error: Exception) -> str:
    """Return what is no Python, as it follows a file's name: `, line 3: …`, the line and a mark."""
    if not isinstance(error, SyntaxError) or not error.lineno:
        return f": {error.args[0] if error.args else error}"
    told = f", line {error.lineno}: {error.msg}"
    code = (error.text or "").strip()
    if code.startswith(("%", "!")):
        told += " (" + _("a command for notebooks, which a .py file can't hold") + ")"
    shown = "".join(traceback.format_exception_only(error)[1:-1]) if len(code) <= 200 else ""
    return "\n".join([told, *textwrap.indent(textwrap.dedent(shown), "  ").splitlines()])


def _last_attempts(definitions: list[_Found]) -> list[_Found]:
    attempted = {
        name for each in definitions for name in each.statement.binds if is_attempted(each.node)
    }
    return [
        each
        for each in definitions
        if is_attempted(each.node)
        or each.statement.binds.isdisjoint(attempted & exercises().keys())
    ]


def _needed_constants(found: list[_Found], definitions: list[ast.stmt]) -> list[_Found]:
    """Return the assignments that definitions read and that call nothing but libraries."""
    imports = (each.statement.binds for each in found if isinstance(each.node, IMPORTS))
    imported = frozenset[str]().union(*imports)
    read = set[str]().union(*map(_names, definitions))
    kept: list[_Found] = []
    for each in reversed(found):
        node = each.node
        if not each.statement.is_constant(imported):
            continue
        assert isinstance(node, (ast.Assign, ast.AnnAssign))
        assert node.value is not None
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if read & set[str]().union(*map(_names, targets)):
            kept.insert(0, each)
            read |= _names(node.value)
    return kept
