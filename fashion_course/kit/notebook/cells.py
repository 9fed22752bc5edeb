"""Remembers what the cells of this notebook defined, in the order in which they ran."""

import ast
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from autograder.catalogue import exercises, is_attempted
from autograder.statements import Statement, plain_python, statements_of


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

    def ran(self, source: str, now: float, error: BaseException | None = None) -> list[str]:
        """Take in a cell that ran, and return the names that it bound.

        Args:
            source: of the cell, magics and all.
            now: the time, in seconds since 1970.
            error: what it raised; then only what stands above the place counts.
        """
        magic = source.lstrip().startswith("%%")
        if source.lstrip().startswith("%%timeit") or (magic and error is not None):
            return []  # what `%%timeit` defines does not stay
        text = plain_python(source)
        try:
            statements = statements_of(text)
        except (SyntaxError, ValueError, RecursionError):
            return []
        stopped = len(text) if error is None else self._line_of(error)
        found: dict[str, None] = {}
        for statement in statements:
            if statement.last < stopped:
                found |= dict.fromkeys(self._bind(statement, now))
        return list(found)

    def _bind(self, statement: Statement, now: float) -> list[str]:
        bound = dict.fromkeys(sorted(statement.binds), statement) | _star(statement)
        for name, each in bound.items():
            before = self.bindings.pop(name, None)
            if before is None or before.text != each.text:
                self.times[name] = now
            self.bindings[name] = each
        return list(bound)

    def _line_of(self, error: BaseException) -> int:
        """Return the line of the cell at which an error stopped it; 0 where that can't be told."""
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_globals is self.namespace:
                return trace.tb_lineno
            trace = trace.tb_next
        return 0

    def alive(self) -> dict[str, Statement]:
        """Return the bindings of the names that are still there."""
        return {name: s for name, s in self.bindings.items() if name in self.namespace}

    def answers(self) -> dict[str, Statement]:
        """Return the exercises that this notebook answers by a definition of its own."""
        return {
            name: statement
            for name, statement in self.alive().items()
            if name in exercises() and statement.is_definition and is_attempted(statement.node)
        }

    def concerned(self, names: Iterable[str]) -> list[str]:
        """Return the answers that are among the names or read one of them, in whatever steps."""
        changed, bindings = set(names), self.alive()
        return [n for n in self.answers() if not changed.isdisjoint(_reach(n, bindings))]


def _reach(name: str, bindings: Mapping[str, Statement]) -> set[str]:
    """Return a name and all that it reads, over helpers and constants; other answers end it."""
    left, seen = [name], {name}
    while left:
        for read in bindings[left.pop()].reads & bindings.keys() - seen:
            if read not in exercises():
                seen.add(read)
                left.append(read)
    return seen


def _star(statement: Statement) -> dict[str, Statement]:
    """Return what `from module import *` binds, as imports of one name each."""
    node = statement.node
    if not isinstance(node, ast.ImportFrom) or node.names[0].name != "*":
        return {}
    module = sys.modules.get(node.module or "")
    public = [n for n in vars(module) if not n.startswith("_")] if module else []
    names = getattr(module, "__all__", public)
    return {n: statements_of(f"from {node.module} import {n}")[0] for n in names}
