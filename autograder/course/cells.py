"""The cells of a solutions file: as much of jupytext's percent format as the course uses.

jupytext would bring nbformat and jsonschema, and every command would wait for their imports.
"""

import ast
import re
from typing import Any, NamedTuple

_OPTION = r"(\w+)=(\"[^\"\n]*\"|\d+|\[[^\]\n]*\])"
_HEAD = re.compile(rf"^# %%(?: \[(markdown)\])?((?: {_OPTION})*)[ \t]*$", re.MULTILINE)


class SourceError(ValueError):
    """A solutions file does not have the form that the course is derived from."""


class Cell(NamedTuple):
    """One cell; its parts are called as in nbformat."""

    cell_type: str  # "markdown" or "code"
    metadata: dict[str, Any]
    source: str


def read_cells(text: str, where: str) -> list[Cell]:
    """Return the cells of a text, each without the blank lines around it.

    Raises:
        SourceError: a line begins like a cell and is none; the message names it and `where`.
    """
    found = []
    _before, *parts = _HEAD.split(text)
    for kind, options, source in zip(*(parts[n::5] for n in (0, 1, 4)), strict=True):
        if odd := re.search(r"^#\s*%%.*", source, re.MULTILINE):
            raise SourceError(f'{where}: {odd[0]!r}: write `# %%` or `# %% [markdown] name="…"`')
        metadata = {name: ast.literal_eval(value) for name, value in re.findall(_OPTION, options)}
        is_commented = kind or "active-ipynb" in metadata.get("tags", ())  # run in notebooks alone
        plain = re.sub(r"^# ?", "", source, flags=re.MULTILINE) if is_commented else source
        found.append(Cell(kind or "code", metadata, plain.strip("\n")))
    return found
