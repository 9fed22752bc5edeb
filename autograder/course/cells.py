"""The cells of a solutions file: as much of jupytext's percent format as the course uses.

jupytext would bring nbformat and jsonschema, and every command would wait for their imports.
"""

import ast
import re
from typing import Any, NamedTuple

_OPTION = r"(\w+)=(\"[^\"\n]*\"|\d+)"
_HEAD = re.compile(rf"^# %%(?: \[(markdown)\])?((?: {_OPTION})*)[ \t]*$", re.MULTILINE)


class Cell(NamedTuple):
    """One cell; its parts are called as in nbformat."""

    cell_type: str  # "markdown" or "code"
    metadata: dict[str, Any]
    source: str


def read_cells(text: str) -> list[Cell]:
    """Return the cells of a text, each without the blank lines around it."""
    found = []
    _before, *parts = _HEAD.split(text)
    for kind, options, source in zip(*(parts[n::5] for n in (0, 1, 4)), strict=True):
        metadata = {name: ast.literal_eval(value) for name, value in re.findall(_OPTION, options)}
        plain = re.sub(r"^# ?", "", source.strip("\n"), flags=re.MULTILINE) if kind else source
        found.append(Cell(kind or "code", metadata, plain.strip("\n")))
    return found
