"""Leaves statements out of a text, and names out of its imports, with every line at its place."""

import ast
from collections.abc import Iterable

from autograder.reading.statements import IMPORTS, split_lines

Edit = tuple[ast.stmt, str]
"""A statement, and what stands in its place."""


def replaced(text: str, edits: Iterable[Edit]) -> str:
    """Return a text in which other statements stand in the places of some.

    Args:
        text: Python that can be parsed.
        edits: none of the statements lies in another.
    """
    lines = [line.encode("utf-8", "surrogatepass") for line in split_lines(text + "\n\n")]
    for node, new in sorted(edits, key=_place, reverse=True):
        first, column = node.lineno - 1, node.col_offset
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if decorators:
            first = min(each.lineno for each in decorators) - 1
            column = len(lines[first]) - len(lines[first].lstrip())
        last = (node.end_lineno or node.lineno) - 1
        # Joined lines keep the place of what follows, be it on the same line: `import a; b = 1`.
        middle = new.encode("utf-8", "surrogatepass") + b"\\\n" * (last - first)
        joined = lines[first][:column] + middle + lines[last][node.end_col_offset or 0 :]
        lines[first : last + 1] = joined.splitlines(keepends=True)
    return b"".join(lines).decode("utf-8", "surrogatepass")


def _place(edit: Edit) -> tuple[int, int]:
    return edit[0].lineno, edit[0].col_offset


def trimmed(node: ast.stmt, names: Iterable[str]) -> list[Edit]:
    """Return the edits that take the imports of other names out of a statement.

    A `try` that says what it found (`HAS_IT = True`) is left as it is.
    """
    wanted = frozenset(names)
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return []
    if isinstance(node, IMPORTS):
        kept = [a for a in node.names if a.name == "*" or bound(node, a) in wanted]
        if len(kept) == len(node.names):
            return []
        node_copy = ast.copy_location(type(node)(**{**vars(node), "names": kept}), node)
        return [(node, ast.unparse(node_copy) if kept else "pass")]
    blocks = [getattr(node, part, []) for part in ("body", "orelse", "finalbody")]
    if isinstance(node, (ast.If, ast.With, ast.Try)):
        handlers = [h.body for h in getattr(node, "handlers", [])]
        if isinstance(node, ast.Try) and any(
            not isinstance(each, (*IMPORTS, ast.Pass, ast.Expr, ast.Raise))
            for block in [*blocks, *handlers]
            for each in block
        ):
            return []
        return [
            e for block in [*blocks, *handlers] for each in block for e in trimmed(each, wanted)
        ]
    return []


def bound(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """Return the name that one part of an import binds."""
    is_plain = isinstance(node, ast.Import) and not alias.asname
    return alias.name.split(".")[0] if is_plain else alias.asname or alias.name
