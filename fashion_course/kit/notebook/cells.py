"""Remembers what the cells of this notebook defined, in the order in which they ran."""

import ast
import sys
import traceback
from collections.abc import Iterable
from types import FunctionType
from typing import Any

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.sources import source_of
from autograder.reading.statements import (
    DEFINITIONS,
    IMPORTS,
    Statement,
    plain_python,
    statements_of,
)

MISSING = object()
LIGHT = (FunctionType, type, str, int, float)  # a tensor that is held here is not freed


class Cells:
    """The last statement that gave each name of the notebook its value.

    Args:
        namespace: the names of the notebook as they are at any time.

    Attributes:
        bindings: name to statement, in the order of running.
        times: name to when that statement ran first in this form, in seconds since 1970.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.bindings: dict[str, Statement] = {}
        self.times: dict[str, float] = {}
        self._made: dict[str, object] = {}  # by the statements, where it is light
        self._before: dict[str, object] = {}  # what names meant before the cell that runs now

    def begin(self) -> None:
        """Note what the names mean that a cell may define anew."""
        names = self.namespace.copy().items()
        self._before = {n: v for n, v in names if n in exercises() or _is_light(v)}

    def give(self, name: str, value: object) -> None:
        """Let a name mean something that no cell defines."""
        self.bindings.pop(name, None)
        self.namespace[name] = self._before[name] = value

    def ran(self, source: str, now: float, error: BaseException | None = None) -> list[str]:
        """Take in a cell that ran, and return the names that mean something else since.

        Args:
            source: of the cell, magics and all.
            now: the time, in seconds since 1970.
            error: what it raised; then only what stands above the place counts.
        """
        if source.lstrip().startswith("%%capture"):
            return []  # it has run its lines as a cell of their own
        stopped = sys.maxsize if error is None else self._line_of(error, source)
        changed: list[str] = []
        for statement in _statements(source):
            if statement.last < stopped:
                changed += self._bind(statement, now)
        lost = [name for name in self.bindings if not self._is_made(name)]  # `exec`, `del`, `%run`
        for name in lost:
            del self.bindings[name]
            if name in self.namespace:  # no definition and no constant
                changed += self._bind(statements_of(f"{name} = {name}()")[0], now)
        strange = [n for n in exercises() if n not in self.bindings and self._is_new(n)]
        return list(dict.fromkeys([*changed, *lost, *strange]))

    def recall(self, sources: Iterable[str], now: float) -> None:
        """Take in cells that ran before anybody looked; what their definitions made must be there.

        Args:
            sources: of the cells, in order; of any of them it is not known how it ended.
            now: the time, in seconds since 1970.
        """
        for statement in [each for source in sources for each in _statements(source)]:
            node = statement.node
            live = self.namespace.get(node.name) if isinstance(node, DEFINITIONS) else None
            if not statement.is_definition or _comes_from(live, statement):
                self._bind(statement, now)

    def _bind(self, statement: Statement, now: float) -> list[str]:
        """Note what a statement gave another value; an `if` or an error may have skipped it."""
        given = dict.fromkeys(sorted(statement.binds), statement) | _starred(statement.node)
        bound = {name: each for name, each in given.items() if self._is_new(name)}
        for name, each in bound.items():
            before, value = self.bindings.pop(name, None), self.namespace[name]
            if before is None or before.text != each.text:
                self.times[name] = now
            self.bindings[name] = each
            is_import = isinstance(each.node, IMPORTS)  # it follows its module
            self._made[name] = value if _is_light(value) and not is_import else MISSING
        return list(bound)

    def _is_new(self, name: str) -> bool:
        """Say whether a name means something else than before this cell, as far as one can tell."""
        now = self.namespace.get(name, MISSING)
        return now is not MISSING and now is not self._before.get(name, MISSING)

    def _is_made(self, name: str) -> bool:
        """Say whether a name still means what its statement made, as far as one can tell."""
        made, now = self._made[name], self.namespace.get(name, MISSING)
        return now is not MISSING and (made is MISSING or now is made)

    def _line_of(self, error: BaseException, source: str) -> int:
        """Return the line of the cell at which an error stopped it; 0 where that can't be told."""
        frames = traceback.walk_tb(error.__traceback__)
        lines = [line for frame, line in frames if frame.f_globals is self.namespace]
        if source.lstrip().startswith("%%"):  # the first one is the call of the magic
            lines = lines[1:]
        return lines[0] if lines else 0

    def answers(self) -> dict[str, Statement]:
        """Return the exercises that this notebook answers by a definition of its own."""
        return {
            name: statement
            for name, statement in self.bindings.items()
            if name in exercises() and statement.is_definition and is_attempted(statement.node)
            if self._is_made(name)
        }

    def concerned(self, names: Iterable[str]) -> list[str]:
        """Return the answers that are among the names or read one of them, in whatever steps."""
        changed = set(names)
        return [name for name in self.answers() if not changed.isdisjoint(self._reach(name))]

    def _reach(self, name: str) -> set[str]:
        """Return a name and all that it reads, over helpers and constants, not over answers."""
        left, seen = [name], {name}
        while left:
            statement = self.bindings.get(left.pop())
            if statement is not None:
                left += statement.reads - seen - exercises().keys()
                seen.update(left)
        return seen


def earlier_cells(shell: Any) -> list[str]:
    """Return the cells that ran before the one which runs now."""
    history = getattr(shell, "history_manager", None)
    return [source for source in getattr(history, "input_hist_raw", [])[:-1] if source]


def _starred(node: ast.stmt) -> dict[str, Statement]:
    """Return what `from module import *` gives, as imports of one name each."""
    if not isinstance(node, ast.ImportFrom) or node.names[0].name != "*":
        return {}
    public = vars(sys.modules.get(node.module or "", object))
    names = public.get("__all__", [name for name in public if name[0] != "_"])
    return {name: statements_of(f"from {node.module} import {name}")[0] for name in names}


def _is_light(value: object) -> bool:
    """Say whether a value may be held, without asking it: an object may say anything."""
    return issubclass(type(value), LIGHT)


def _statements(source: str) -> list[Statement]:
    """Return the statements of a cell; none of one that is no Python."""
    try:
        return statements_of(plain_python(source))
    except (SyntaxError, ValueError, RecursionError):
        return []


def _comes_from(answer: Any, statement: Statement) -> bool:
    """Say whether a live function or class is what a statement defines."""
    text = source_of(answer)
    try:
        found = statements_of(text) if text is not None else []
    except (SyntaxError, ValueError):  # a lambda, cut out of its line
        return False
    return len(found) == 1 and ast.dump(found[0].node) == ast.dump(statement.node)
