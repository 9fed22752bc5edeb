"""Puts an answer with its imports and helpers into a module; every other byte stays as it was."""

import ast
import itertools
import re
from collections.abc import Collection, Mapping, Sequence

from autograder.reading import statements as reading
from autograder.reading.statements import DEFINITIONS, IMPORTS, Statement


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
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.statements = reading.statements_of(text)

    def binding(self, name: str) -> Statement | None:
        """Return the last top-level statement that gives a name its value."""
        return next((s for s in reversed(self.statements) if name in s.binds), None)

    def replaced(self, old: Statement, new: Statement) -> "ModuleText":
        """Put `new` in the place of a statement, or below one that does more than `new`."""
        if not is_replaceable(old) or old.binds - new.binds:  # `a, b = 1, 2`
            return self._with(old.last, old.last, f"{new.text}\n")
        end = self._lines[old.last - 1]
        ended = "\n" if end[-1] in "\r\n" else ""
        return self._with(old.first - 1, old.last, new.text + ended)

    def with_helpers(self, answer: str, helpers: Mapping[str, Statement]) -> "ModuleText":
        """Put helpers above what reads them first, an answer at the latest, and its comment."""
        if not helpers:
            return self
        names = {name for helper in helpers.values() for name in helper.binds}
        anchor = next(s for s in self.statements if answer in s.binds or s.reads & names)
        place = anchor.first - 1
        while place > 0 and self._lines[place - 1].startswith("#"):
            place -= 1
        return self._with(place, place, _apart([h.text for h in helpers.values()]) + "\n\n\n")

    def appended(self, new: str) -> "ModuleText":
        """Put a statement at the end."""
        count = len(self._lines)
        return self._with(count, count, f"\n\n{new}\n" if self.text else f"{new}\n")

    def with_imports(self, new: Sequence[str]) -> "ModuleText":
        """Put import lines below those that are there, absolute ones above relative ones."""
        made = self
        for line in new:
            made = made._with_import(line)
        return made

    def _with_import(self, line: str) -> "ModuleText":
        head = itertools.takewhile(lambda s: not s.is_definition, self.statements)
        imports = [s for s in head if isinstance(s.node, IMPORTS) and not s.shares]
        alike = [s for s in imports if _is_relative(line) or not _is_relative(s.text)]
        if alike:
            return self._with(alike[-1].last, alike[-1].last, f"{line}\n")
        if imports:  # absolute, and there are relative ones alone
            return self._with(imports[0].first - 1, imports[0].first - 1, f"{line}\n\n")
        if (
            self.statements
            and ast.get_docstring(ast.Module([self.statements[0].node], [])) is not None
        ):
            place = self.statements[0].last
            return self._with(place, place, f"\n{line}\n")
        place = 0
        while place < len(self._lines) and re.match(r"#!|#.*coding[:=]", self._lines[place]):
            place += 1
        return self._with(place, place, f"{line}\n\n\n")

    @property
    def _lines(self) -> list[str]:
        return reading.split_lines(self.text)

    def _with(self, first: int, last: int, new: str) -> "ModuleText":
        """Put text in the place of the lines from `first` up to, not with, `last`."""
        lines = self._lines
        before = "".join(lines[:first])
        if before and before[-1] not in "\r\n":
            before += self.newline
        plain = new.replace("\r\n", "\n").replace("\n", self.newline)
        return ModuleText(before + plain + "".join(lines[last:]))


def _apart(statements: Sequence[str]) -> str:
    """Return statements below each other, definitions with two empty lines between."""
    told = ""
    for text in statements:
        near = told and not _is_block(text) and not _is_block(told.rpartition("\n\n\n")[2])
        told += ("\n" if near else "\n\n\n" if told else "") + text
    return told


def _is_block(text: str) -> bool:
    return re.match(r"@|def |async |class ", text) is not None


def _is_relative(line: str) -> bool:
    return line.startswith("from .")


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
    made, missing, gone = module.with_imports(imports), dict[str, Statement](), []
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
