"""Puts an answer with its imports and helpers into a module; every other byte stays as it was."""

import ast
import itertools
from collections.abc import Collection, Mapping, Sequence

from autograder.reading.statements import (
    DEFINITIONS,
    IMPORTS,
    Statement,
    split_lines,
    statements_of,
)


class ModuleText:
    """The text of a module that can be cut open; each change gives a new one.

    Args:
        text: of the module, with whatever line ends it has.

    Raises:
        SyntaxError: it is no Python.
        ValueError: it has NUL bytes in it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = split_lines(text)
        self.statements = statements_of(text)

    def binding(self, name: str) -> Statement | None:
        """Return the last top-level statement that gives a name its value."""
        return next((s for s in reversed(self.statements) if name in s.binds), None)

    def text_of(self, name: str) -> str:
        """Return the text of that statement as a notebook has it, or ""."""
        here = self.binding(name)
        return here.text.replace("\r\n", "\n") if here is not None else ""

    def replaced(self, old: Statement, new: Statement) -> "ModuleText":
        """Put `new` in the place of a statement, or below one that does more than `new`."""
        if not is_replaceable(old) or old.binds - new.binds:  # `a, b = 1, 2`
            return self._with(old.last, old.last, f"{new.text}\n")
        ended = "\n" if self.lines[old.last - 1][-1] in "\r\n" else ""
        return self._with(old.first - 1, old.last, new.text + ended)

    def with_helpers(self, answer: str, helpers: Mapping[str, Statement]) -> "ModuleText":
        """Put helpers above what reads them first, an answer at the latest, and its comment."""
        if not helpers:
            return self
        names = {name for helper in helpers.values() for name in helper.binds}
        anchor = next(s for s in self.statements if answer in s.binds or s.reads & names)
        place = anchor.first - 1
        while place > 0 and self.lines[place - 1].startswith("#"):
            place -= 1
        return self._with(place, place, "".join(f"{h.text}\n\n\n" for h in helpers.values()))

    def appended(self, new: str) -> "ModuleText":
        """Put a statement at the end."""
        count = len(self.lines)
        return self._with(count, count, f"\n\n{new}\n" if self.text else f"{new}\n")

    def with_import(self, line: str) -> "ModuleText":
        """Put an import below those that are there, an absolute one above relative ones."""
        head = list(itertools.takewhile(lambda s: not s.is_definition, self.statements))
        imports = [s for s in head if isinstance(s.node, IMPORTS) and not s.shares]
        alike = [s for s in imports if line.startswith("from .") or not s.text.startswith("from .")]
        if alike:
            return self._with(alike[-1].last, alike[-1].last, f"{line}\n")
        if head and ast.get_docstring(ast.Module([head[0].node], [])) is not None:
            return self._with(head[0].last, head[0].last, f"\n{line}\n")
        place = len(list(itertools.takewhile(lambda text: text.startswith("#"), self.lines)))
        return self._with(place, place, f"{line}\n\n\n")

    def without(self, gone: Statement) -> "ModuleText":
        """Take a statement out, and the empty lines below it where there are as many above."""
        first, last = gone.first - 1, gone.last
        while first > 0 and last < len(self.lines):
            if (self.lines[first - 1] + self.lines[last]).strip():
                break
            last += 1
        return self._with(first, last, "")

    def _with(self, first: int, last: int, new: str) -> "ModuleText":
        """Put text in the place of the lines from `first` up to, not with, `last`."""
        newline = "\r\n" if "\r\n" in self.text else "\n"
        before = "".join(self.lines[:first])
        if before and before[-1] not in "\r\n":
            before += newline
        plain = new.replace("\r\n", "\n").replace("\n", newline)
        return ModuleText(before + plain + "".join(self.lines[last:]))


def is_replaceable(statement: Statement) -> bool:
    """Say whether a statement gives names a value and does nothing else; an `if` may do more."""
    kinds = (*DEFINITIONS, ast.Assign, ast.AnnAssign)
    return isinstance(statement.node, kinds) and not statement.shares  # not `a = 1; b = 2`


def same_code(one: Statement, other: Statement) -> bool:
    """Say whether two statements are the same but for comments and layout."""
    return ast.dump(one.node) == ast.dump(other.node)


def woven(
    module: ModuleText,
    parts: Mapping[str, Statement],
    imports: Sequence[str],
    ours: Collection[str],
) -> tuple[ModuleText, list[tuple[str, str]]]:
    """Put an answer and what it needs into a module, each once.

    Args:
        module: what there is.
        parts: by name, the answer first, then its helpers, none above what it reads.
        imports: lines that the module lacks.
        ours: the names whose text in the module may be replaced by the same code in another layout.

    Returns:
        The module, and the name and text of everything that was replaced.
    """
    made, missing, gone = module, dict[str, Statement](), list[tuple[str, str]]()
    for line in imports:
        made = made.with_import(line)
    answer = next(iter(parts))
    for name, statement in parts.items():
        here = made.binding(name)
        if here is None or (name == answer and not is_replaceable(here)):
            missing[name] = statement
        elif name in ours or not same_code(here, statement):
            gone += [(name, here.text)] if here.text != statement.text else []
            made = made.replaced(here, statement)
    if answer in missing:
        made = made.appended(missing.pop(answer).text)
    return made.with_helpers(answer, missing), gone
