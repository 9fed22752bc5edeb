"""Remembers what the cells of this notebook defined, in the order in which they ran."""

import ast
import contextlib
import sys
import traceback
from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import Any

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.sources import comes_from
from autograder.reading.statements import DEFINITIONS, Statement, plain_python, statements_of

MISSING = object()


class Cells:
    """The last statement that gave each name of the notebook its value.

    A definition counts as long as its name means what that definition made.

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
        self._made: dict[str, object] = {}  # by a definition or a plain value
        self._before: dict[str, object] = {}  # what names meant before the cell that runs now
        self._stale: set[str] = set()  # what was strange before it
        self._last: list[str] = []

    def begin(self) -> None:
        """Note what the names mean that a cell may define anew."""
        known, names = exercises(), self.namespace.copy().items()
        self._before = {n: value for n, value in names if n in known or _is_code(value)}
        self._stale = self._strange()

    def give(self, name: str, value: object) -> None:
        """Let a name mean something that no cell defines."""
        self.bindings.pop(name, None)
        self.namespace[name] = self._before[name] = value

    def ran(self, source: str, now: float, error: BaseException | None = None) -> list[str]:
        """Take in a cell that ran, and return the names that it bound.

        Args:
            source: of the cell, magics and all.
            now: the time, in seconds since 1970.
            error: what it raised; then only what stands above the place counts.
        """
        if source.lstrip().startswith("%%capture"):
            return self._last  # it has run its lines as a cell of their own
        stopped = sys.maxsize if error is None else self._line_of(error, source)
        found: dict[str, None] = {}
        for statement in _statements(source):
            if statement.last < stopped and self._has_run(statement):
                found |= dict.fromkeys(self._bind(statement, now))
        self._last = list(found)
        return self._last

    def recall(self, sources: Iterable[str], now: float) -> None:
        """Take in cells that ran before anybody looked; what their definitions made must be there.

        Args:
            sources: of the cells, in order; of any of them it is not known how it ended.
            now: the time, in seconds since 1970.
        """
        for source in sources:
            for statement in _statements(source):
                node = statement.node
                live = self.namespace.get(node.name) if isinstance(node, DEFINITIONS) else None
                if not statement.is_definition or comes_from(live, statement):
                    self._bind(statement, now)

    def _has_run(self, statement: Statement) -> bool:
        """Say whether a definition was reached: an error may be hidden, a magic may skip lines."""
        if not isinstance(statement.node, DEFINITIONS):
            return True
        return statement.node.name in self.namespace and self._is_new(statement.node.name)

    def _bind(self, statement: Statement, now: float) -> list[str]:
        bound = dict.fromkeys(sorted(statement.binds), statement) | _star(statement)
        bound = {name: each for name, each in bound.items() if self._is_new(name)}
        for name, each in bound.items():
            before = self.bindings.pop(name, None)
            if before is None or before.text != each.text:
                self.times[name] = now
            self.bindings[name] = each
            self._made[name] = self.namespace.get(name) if each.is_definition else _plain(each)
        return list(bound)

    def _is_new(self, name: str) -> bool:
        """Say whether a name means something else than before this cell, as far as one can tell."""
        now = self.namespace.get(name, MISSING)
        return name not in self._before or now is not self._before[name]

    def _line_of(self, error: BaseException, source: str) -> int:
        """Return the line of the cell at which an error stopped it; 0 where that can't be told."""
        frames = [
            (frame.f_code.co_name, line)
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_globals is self.namespace
        ]
        if source.lstrip().startswith("%%"):  # the first frame is the call of the magic
            frames = [each for each in frames[1:] if each[0] == "<module>"]
        return frames[0][1] if frames else 0

    def alive(self) -> dict[str, Statement]:
        """Return the bindings of the names that are still there."""
        return {
            name: statement if self._is_made(name, statement) else _unknown(name)
            for name, statement in self.bindings.items()
            if name in self.namespace
        }

    def _is_made(self, name: str, statement: Statement) -> bool:
        """Say whether a name means what its statement made, and nothing has changed that since."""
        now, made = self.namespace[name], self._made[name]
        if statement.is_definition or made is MISSING:
            return made is MISSING or now is made
        try:  # a list, for one, may have got entries that can't be compared
            return type(now) is type(made) and bool(now == made)
        except Exception:
            return False

    def answers(self) -> dict[str, Statement]:
        """Return the exercises that this notebook answers by a definition of its own."""
        return {
            name: statement
            for name, statement in self.alive().items()
            if name in exercises() and statement.is_definition and is_attempted(statement.node)
        }

    def changed_otherwise(self) -> list[str]:
        """Return what a cell changed by no statement of its own: exercises, helpers, constants."""
        new = [n for n in exercises() if n in self.namespace and self._is_new(n)]
        return [n for n in new if n not in self.bindings] + list(self._strange() - self._stale)

    def _strange(self) -> set[str]:
        """Return the names that got another value than their statement gave them."""
        there = [(n, s) for n, s in self.bindings.items() if n in self.namespace]
        return {name for name, statement in there if not self._is_made(name, statement)}

    def concerned(self, names: Iterable[str]) -> list[str]:
        """Return the answers that are among the names or read one of them, in whatever steps."""
        changed, bindings = set(names), self.alive()
        return [n for n in self.answers() if not changed.isdisjoint(_reach(n, bindings))]


def earlier_cells(shell: Any) -> list[str]:
    """Return the cells that ran before the one which runs now."""
    history = getattr(shell, "history_manager", None)
    return [source for source in getattr(history, "input_hist_raw", [])[:-1] if source]


def _is_code(value: object) -> bool:
    """Say whether it is a function or a class, without asking it: an object may say anything."""
    return issubclass(type(value), (FunctionType, type))


def _reach(name: str, bindings: Mapping[str, Statement]) -> set[str]:
    """Return a name and all that it reads, over helpers and constants; other answers end it."""
    left, seen = [name], {name}
    while left:
        for read in bindings[left.pop()].reads & bindings.keys() - seen:
            if read not in exercises():
                seen.add(read)
                left.append(read)
    return seen


def _statements(source: str) -> list[Statement]:
    """Return the statements of a cell; none of one that is no Python, or only times its lines."""
    if source.lstrip().startswith("%%timeit"):
        return []  # what it defines does not stay
    try:
        return statements_of(plain_python(source))
    except (SyntaxError, ValueError, RecursionError):
        return []


def _plain(statement: Statement) -> object:
    """Return the value of `SIZES = [1, 2]`, or MISSING where it is not as plain as that."""
    node = statement.node
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        with contextlib.suppress(ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            value: object = ast.literal_eval(node.value)
            return value
    return MISSING


def _unknown(name: str) -> Statement:
    """Return a statement for a value that came from somewhere: no definition and no constant."""
    return statements_of(f"{name} = globals()[{name!r}]")[0]


def _star(statement: Statement) -> dict[str, Statement]:
    """Return what `from module import *` binds, as imports of one name each."""
    node = statement.node
    if not isinstance(node, ast.ImportFrom) or node.names[0].name != "*":
        return {}
    module = sys.modules.get(node.module or "")
    public = [n for n in vars(module) if not n.startswith("_")] if module else []
    names = getattr(module, "__all__", public)
    return {n: statements_of(f"from {node.module} import {n}")[0] for n in names}
