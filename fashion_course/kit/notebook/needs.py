"""Finds what an answer from a notebook needs in the module that it is saved into."""

import ast
import operator
import pkgutil
from collections.abc import Mapping

from autograder.course.catalogue import UNITS, exercises
from autograder.reading.statements import BUILTINS, IMPORTS, Statement, is_of_grader
from fashion_course.kit.notebook.surgery import ModuleText, same_code
from fashion_course.kit.words import _

PACKAGE = "fashion_course"


class NotSavedError(Exception):
    """An answer can't be saved; the message says why, in the student's language."""


class Needs:
    """What goes into a module together with an answer: all that it reads, and what that reads.

    Args:
        answer: the definition.
        notebook: the last statement that bound each name in the notebook, in the order of running.
        module: the module that the answer goes to.
        unit: the name of that module.

    Attributes:
        parts: helpers and constants by name, none above what it reads.
        imports: by name, lines that the module lacks.
        lost: names that the answer reads, and that the module does not know as the notebook does.

    Raises:
        NotSavedError: a name means one thing in the notebook and another in the module, or the
            modules would import each other in a circle.
    """

    def __init__(
        self, answer: Statement, notebook: Mapping[str, Statement], module: ModuleText, unit: str
    ) -> None:
        self.parts: dict[str, Statement] = {}
        self.imports: dict[str, str] = {}
        self.lost: list[str] = []
        self._notebook, self._module, self._unit = notebook, module, unit
        self._imported = {n for n, s in notebook.items() if isinstance(s.node, IMPORTS)}
        self._seen = set(answer.binds)
        self._follow(answer)

    def _follow(self, statement: Statement) -> None:
        reads = [name for name in self._notebook if name in statement.reads]
        for name in dict.fromkeys([*reads, *sorted(statement.reads)]):
            if name not in self._seen:
                self._seen.add(name)
                self._take_in(name, self._notebook.get(name))

    def _take_in(self, name: str, found: Statement | None) -> None:
        here = self._module.binding(name)
        if found is not None and here is None and name in BUILTINS:
            raise self._two_meanings(name)  # the other answers in the file mean Python's own
        if found is not None and isinstance(found.node, IMPORTS):
            self._import(name, found.node, here)
        elif name in exercises():
            if exercises()[name].unit != self._unit and here is None:
                self._add_import(exercises()[name].unit, name)
        elif found is not None and (found.is_definition or found.is_constant(self._imported)):
            if here is not None and isinstance(here.node, IMPORTS):
                raise self._two_meanings(name)
            self._follow(found)
            if found not in self.parts.values():
                self.parts[name] = found
        elif name == "get_ipython" and found is None:
            told = _(
                "it has a line with `%` or `!` in it. Only a notebook runs that: write Python."
            )
            raise NotSavedError(told)
        elif here is None:
            if name not in BUILTINS | {"__file__"}:
                self.lost.append(name)
        elif found is not None and not same_code(found, here):
            self.lost.append(name)

    def _import(self, name: str, node: ast.stmt, here: Statement | None) -> None:
        path = import_path(node, name)
        unit = path.split(".")[1] if path.startswith(f"{PACKAGE}.") else ""
        if is_of_grader(node) or (unit == self._unit and here is None):
            self.lost.append(name)
        elif here is None:
            self._add_import(unit, name, node)
        elif unit != self._unit and not (
            isinstance(here.node, IMPORTS) and is_same_import(here.node, node, name)
        ):
            raise self._two_meanings(name)

    def _add_import(self, unit: str, name: str, node: ast.stmt | None = None) -> None:
        """Add the import of one name, by that of the notebook or else from its unit."""
        if unit in UNITS and UNITS.index(unit) > UNITS.index(self._unit):
            text = _(
                "it uses `{name}` of {later}, a later unit, and that would be a circular "
                "import of {file}.",
                name=name,
                later=f"{unit}.py",
                file=f"{self._unit}.py",
            )
            raise NotSavedError(text)
        self.imports[name] = import_line(node, name) if node else f"from .{unit} import {name}"

    def _two_meanings(self, name: str) -> NotSavedError:
        text = _(
            "`{name}` means different things in this notebook and in {file}. Rename yours.",
            name=name,
            file=f"{self._unit}.py",
        )
        return NotSavedError(text)


def _alias(node: ast.stmt, name: str) -> ast.alias:
    assert isinstance(node, IMPORTS)
    return next(a for a in node.names if (a.asname or a.name).split(".")[0] == name)


def import_path(node: ast.stmt, name: str) -> str:
    """Return what an import gives `name` as one dotted path: `torch.nn.functional`."""
    alias = _alias(node, name)
    if not isinstance(node, ast.ImportFrom):
        return alias.name if alias.asname else alias.name.split(".")[0]
    parts = [PACKAGE if node.level else "", node.module or "", alias.name]
    return ".".join(part for part in parts if part)


def import_line(node: ast.stmt, name: str) -> str:
    """Return the import of one name alone; that of another unit is relative, as in the stubs."""
    alias = _alias(node, name)
    what = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
    if not isinstance(node, ast.ImportFrom):
        return f"import {what}"
    module = "." * node.level + (node.module or "")
    if module == PACKAGE and alias.name in UNITS:
        module = "."
    elif module.removeprefix(f"{PACKAGE}.") in UNITS:
        module = module.removeprefix(PACKAGE)
    return f"from {module} import {what}"


def is_same_import(one: ast.stmt, other: ast.stmt, name: str) -> bool:
    """Say whether a name is one object by either import: both ran in this kernel already."""
    paths = import_path(one, name), import_path(other, name)
    try:
        return paths[0] == paths[1] or operator.is_(*map(pkgutil.resolve_name, paths))
    except (ImportError, AttributeError, ValueError):
        return False
