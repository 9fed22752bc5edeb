"""Takes the Python out of a notebook by parsing: imports, definitions and cheap constants."""

import ast
import contextlib
import json
import re
import textwrap
import traceback
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.constants import imported_names, is_simple, is_simple_constant
from autograder.reading.edits import Edit, replaced
from autograder.reading.statements import (
    DEFINITIONS,
    IMPORTS,
    PYTHON_MAGICS,
    UNREADABLE,
    Statement,
    is_of_grader,
    parsed,
    split_lines,
    statements_of_cell,
)
from fashion_course.kit.words import _


class NotebookError(ValueError):
    """The file is no notebook that can be read."""


def raw_cells(data: bytes) -> list[dict[str, Any]]:
    """Return the cells as they stand in the file, in order; each has a text as its "source".

    Only the JSON is looked at, and leniently: lost metadata, unknown cells, stray types and
    versions from 3 on do no harm. Outputs, however large, are not looked at.

    Raises:
        NotebookError: not JSON, or not of a notebook's shape.
    """
    content = _json(data)
    cells = content.get("cells")
    if cells is None and isinstance(content.get("worksheets"), list):  # nbformat 3
        sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
        found = [sheet.get("cells") for sheet in sheets]
        cells = [cell for each in found if isinstance(each, list) for cell in each]
    if not isinstance(cells, list):
        raise NotebookError("not a notebook: no cells in it.")
    return [cell | {"source": _source_of(cell)} for cell in cells if isinstance(cell, dict)]


def _json(data: bytes) -> dict[str, Any]:
    try:
        shallow = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        cells = msgspec.json.decode(shallow["cells"], type=list[dict[str, msgspec.Raw]])
        wanted = [{k: v for k, v in cell.items() if k != "outputs"} for cell in cells]
        return {"cells": [{k: msgspec.json.decode(v) for k, v in c.items()} for c in wanted]}
    except (msgspec.MsgspecError, KeyError, ValueError, RecursionError):
        pass  # of another shape, or encoding: look at all of it
    try:
        bare = data.removeprefix(b"\xef\xbb\xbf")
        content = json.loads(bare.decode(json.detect_encoding(bare), "replace"))
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"not a notebook: its JSON is broken ({error}).") from error
    return content if isinstance(content, dict) else {}


def _source_of(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    parts = source if isinstance(source, list) else [source]
    text = "".join(part for part in parts if isinstance(part, str))
    return text.encode("utf-8", "replace").decode()  # half a character is no text


class ReadCells(NamedTuple):
    """The code of a notebook.

    Attributes:
        code: the sources of its code cells, in order, and of those that were plainly meant as such.
        notes: which cells are no code cells, and were read as such.
        hidden: what looks like an answer, and is in no code cell; a person has to look.
    """

    code: list[str]
    notes: list[str]
    hidden: list[str]


def read_cells(data: bytes) -> ReadCells:
    """Return the code of a notebook.

    A cell of another kind (Markdown, raw, `%%script`) is read as code where it is Python and holds
    the only answer to an exercise.

    Raises:
        NotebookError: not JSON, or not of a notebook's shape.
    """
    cells = raw_cells(data)
    kinds = [_kind_of(cell) for cell in cells]
    pairs = list(zip(cells, kinds, strict=True))
    names = re.compile(rf"^(?:async +)?(?:def|class)\s+({'|'.join(exercises())})\b", re.MULTILINE)
    elsewhere = [set(names.findall(cell["source"])) if kind else set() for cell, kind in pairs]
    answered = _answered(c["source"] for c, kind in pairs if not kind) if any(elsewhere) else set()
    read = ReadCells([], [], [])
    for place, (cell, kind) in enumerate(pairs, 1):
        source, wanted = cell["source"], elsewhere[place - 1] - answered
        if not kind:
            read.code.append(source)
        if not wanted:
            continue
        answers, body = ", ".join(sorted(wanted)), _without_fence(source)
        if wanted <= _answered([body]):
            read.code.append(body)
            told = _(
                "cell {cell} ({kind}) answers {names}: read as code.",
                cell=place,
                kind=kind,
                names=answers,
            )
            read.notes.append(told)
        elif not _is_python(body):
            told = _(
                "cell {cell} ({kind}) may answer {names}: it is no code, so not read.",
                cell=place,
                kind=kind,
                names=answers,
            )
            read.hidden.append(told)
    return read


def _kind_of(cell: dict[str, Any]) -> str:
    """Return what a cell is instead of Python: `markdown`, `%%bash`; "" for a code cell."""
    if cell.get("cell_type") != "code":
        return str(cell.get("cell_type"))[:20]
    first = cell["source"].lstrip().partition("\n")[0].split()
    is_foreign = first and first[0].startswith("%%") and first[0] not in PYTHON_MAGICS
    return first[0][:20] if is_foreign else ""


def _without_fence(source: str) -> str:
    """Return the code in a cell that is nothing but a fence, or a magic, around it."""
    text = source.strip()
    if text.startswith("%%"):
        return text.partition("\n")[2]
    found = re.fullmatch(r"(```+|~~~+)[^\n]*\n(.*)\n\1", text, re.DOTALL)
    return found[2] if found else text


def _is_python(source: str) -> bool:
    with contextlib.suppress(*UNREADABLE):
        return bool(statements_of_cell(source, 0)) or True
    return False


def _answered(sources: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for source in sources:
        with contextlib.suppress(*UNREADABLE):
            statements = statements_of_cell(source, 0)
            found |= {name for s in statements if is_attempted(s.node) for name in s.binds}
    return found & exercises().keys()


def code_cells(data: bytes) -> list[str]:
    """Return the sources of the code cells, in order, and of those plainly meant as such.

    Raises:
        NotebookError: not JSON, or not of a notebook's shape.
    """
    return read_cells(data).code


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
        except UNREADABLE as error:
            reason = f"code cell {number}{syntax_told(error)}"
            names = re.findall(r"^\s*(?:def|class)\s+(\w+)", source, re.MULTILINE)
            broken |= dict.fromkeys(names, reason)
    taken = _taken(found)
    known = frozenset[str]().union(*(each.binds for each in taken))
    left_out = {
        name: (each.cell, each.first)
        for each in found
        if not each.is_definition
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


def _taken(found: list[Statement]) -> list[Statement]:
    """Return imports, the simple constants that the rest reads, and definitions, in this order."""
    nodes = [node for each in found for node in ast.walk(each.node)]
    imported = imported_names(nodes)
    own = {node.name for node in nodes if isinstance(node, DEFINITIONS)}
    imports = [s for s in found if isinstance(s.node, IMPORTS) and not is_of_grader(s.node)]
    imports.sort(key=lambda s: getattr(s.node, "module", "") != "__future__")
    definitions = _last_attempts([s for s in found if s.is_definition])
    answers = _assigned_answers(found, definitions)
    read = frozenset[str]().union(*(each.reads for each in [*definitions, *answers]))
    kept: list[Statement] = []
    for each in reversed([each for each in found if each not in answers]):
        simple = _simple_part(each, imported, own)
        if simple and (read & _assigned(each.node) or each.binds & imported.keys()):
            kept.insert(0, simple)
            read |= simple.reads
    return [*imports, *kept, *definitions, *answers]


def _assigned_answers(found: list[Statement], definitions: list[Statement]) -> list[Statement]:
    """Return lambdas and other names of one's own functions that stand for an exercise's answer.

    Only where no definition answers it: `accuracy = 0.9` is a number that bears the name.
    """
    own = {each.node.name: each for each in definitions if isinstance(each.node, DEFINITIONS)}
    open_names = exercises().keys() - {n for n, each in own.items() if is_attempted(each.node)}
    values = [(each, getattr(each.node, "value", None)) for each in found]
    return [
        each
        for each, value in values
        if each.binds & open_names
        and isinstance(each.node, (ast.Assign, ast.AnnAssign))
        and (isinstance(value, ast.Lambda) or (isinstance(value, ast.Name) and value.id in own))
    ]


def _simple_part(
    each: Statement, imported: Mapping[str, str], own: Collection[str]
) -> Statement | None:
    """Return what of a statement is a simple constant; of `if` and `try` with imports in them."""
    if isinstance(each.node, (ast.If, ast.Try)) and not each.shares:
        edits = _edits(each.node, imported, own)
        if edits is None:
            return None
        (node,) = parsed(each.text).body
        text = replaced(each.text, _edits(node, imported, own) or []).rstrip("\n")
        return replace(each, node=parsed(text).body[0], text=text)
    return each if is_simple_constant(each.node, imported, own) else None


def _edits(node: ast.stmt, imported: Mapping[str, str], own: Collection[str]) -> list[Edit] | None:
    """Return what takes all that would do something out of a statement; None: it does itself."""
    if isinstance(node, IMPORTS):
        return [(node, "pass")] if is_of_grader(node) else []
    if isinstance(node, (*DEFINITIONS, ast.Pass, ast.Raise)):
        return []
    if not isinstance(node, (ast.If, ast.Try)):
        return [] if is_simple_constant(node, imported, own) else None
    if isinstance(node, ast.If) and not is_simple(node.test, imported, own):
        return None
    blocks = [node.body, node.orelse, getattr(node, "finalbody", [])]
    edits: list[Edit] = []
    for each in (s for b in [*blocks, *(h.body for h in getattr(node, "handlers", []))] for s in b):
        found = _edits(each, imported, own)
        if found is None and isinstance(each, ast.If) and each in node.orelse:
            return None  # `elif`
        edits += [(each, "pass")] if found is None else found
    return edits


def _assigned(node: ast.AST) -> set[str]:
    """Return the names that a statement gives a value, or a part of one: `sizes["s"] = 1`."""
    stores = [each for each in ast.walk(node) if isinstance(getattr(each, "ctx", None), ast.Store)]
    return {n.id for each in stores for n in ast.walk(each) if isinstance(n, ast.Name)}
