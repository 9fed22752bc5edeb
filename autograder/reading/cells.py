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
    found: list[Statement] = []
    broken: dict[str, str] = {}
    for number, source in enumerate(cells, 1):
        try:
            found += statements_of_cell(source, number)
        except (SyntaxError, ValueError, RecursionError) as error:
            reason = f"code cell {number}{syntax_told(error)}"
            names = re.findall(r"^\s*(?:def|class)\s+(\w+)", source, re.MULTILINE)
            broken |= dict.fromkeys(names, reason)
    imports = [s for s in found if isinstance(s.node, IMPORTS) and not is_of_grader(s.node)]
    imports.sort(key=lambda s: getattr(s.node, "module", "") != "__future__")
    definitions = _last_attempts([s for s in found if s.is_definition])
    taken = [*imports, *_needed_constants(found, definitions), *definitions]
    known = frozenset[str]().union(*(each.binds for each in taken))
    left_out = {
        name: (each.cell, each.first)
        for each in found
        if each not in taken and not each.is_definition
        for name in each.binds - known
    }
    text, places = "", dict[int, CellLine]()
    for each in taken:
        lines = split_lines(each.text)
        first = text.count("\n") + 1
        places |= {first + n: (each.cell, each.first + n) for n in range(len(lines))}
        text += "\n".join(line.rstrip("\r\n") for line in lines) + "\n\n"
    return CellsModule(text.rstrip("\n"), broken, places, left_out)


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


def _last_attempts(definitions: list[Statement]) -> list[Statement]:
    written = [each for each in definitions if is_attempted(each.node)]
    answered = exercises().keys() & frozenset[str]().union(*(each.binds for each in written))
    return [each for each in definitions if each in written or each.binds.isdisjoint(answered)]


def _needed_constants(found: list[Statement], definitions: list[Statement]) -> list[Statement]:
    """Return the assignments that definitions read and that call nothing but libraries."""
    imports = (each.binds for each in found if isinstance(each.node, IMPORTS))
    imported = frozenset[str]().union(*imports)
    read = set[str]().union(*(each.reads for each in definitions))
    kept: list[Statement] = []
    for each in reversed(found):
        if each.is_constant(imported) and read & _assigned(each.node):
            kept.insert(0, each)
            read |= each.reads
    return kept


def _assigned(node: ast.AST) -> set[str]:
    """Return the names of what an assignment changes, be it a part of it: `sizes["s"] = 1`."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", node)]
    names = (each for target in targets for each in ast.walk(target))
    return {each.id for each in names if isinstance(each, ast.Name)}
