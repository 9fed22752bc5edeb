"""Finds what an answer from a notebook needs in the module that it is saved into."""

import ast
import pkgutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.catalogue import UNITS, exercises
from autograder.reading.statements import BUILTINS, IMPORTS, Statement, is_of_grader
from fashion_course.kit.notebook.surgery import ModuleText, same_code
from fashion_course.kit.words import _

PACKAGE = "fashion_course"
EVERYWHERE = BUILTINS | {"__file__"}


class NotSavedError(Exception):
    """An answer can't be saved; the message says why, in the student's language."""


@dataclass
class Needs:
    """What goes into the module together with an answer.

    Attributes:
        parts: helpers and constants by name, in the order in which they ran.
        imports: lines, one a name, that the module lacks.
        lost: names that the answer reads and the module will not know.
        other: likewise, that the module knows with a value of its own.
    """

    parts: dict[str, Statement] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


def needs_of(
    answer: Statement, notebook: Mapping[str, Statement], module: ModuleText, unit: str
) -> Needs:
    """Return what an answer reads, and what that reads, as far as the module lacks it.

    Args:
        answer: the definition.
        notebook: the last statement that bound each name in the notebook, in the order of running.
        module: the module that the answer goes to.
        unit: the name of that module.

    Raises:
        NotSavedError: a name means one thing in the notebook and another in the module, or the
            modules would import each other in a circle.
    """
    search = _Search(notebook, module, unit)
    search.follow(answer)
    search.needs.parts = _in_order(search.needs.parts, notebook)
    return search.needs


class _Search:
    """One search, from an answer to all that it reads."""

    def __init__(self, notebook: Mapping[str, Statement], module: ModuleText, unit: str) -> None:
        self.notebook, self.module, self.unit = notebook, module, unit
        self.imported = {n for n, s in notebook.items() if isinstance(s.node, IMPORTS)}
        self.needs = Needs()

    def follow(self, answer: Statement) -> None:
        left, seen = sorted(answer.reads), set(answer.binds)
        while left:
            name = left.pop(0)
            if name in seen:
                continue
            seen.add(name)
            found = self.notebook.get(name)
            self._refuse_strangers(name, found)
            if found is not None and isinstance(found.node, IMPORTS):
                self._import(name, found.node)
            elif name in exercises():
                self._exercise(name)
            elif found is not None and (found.is_definition or found.is_constant(self.imported)):
                self._part(name, found)
                left += sorted(found.reads)
            else:
                self._miss(name, found)

    def _refuse_strangers(self, name: str, found: Statement | None) -> None:
        """Refuse a magic line, and what would take a builtin from others in the module."""
        if name == "get_ipython" and found is None:
            told = _(
                "it has a line with `%` or `!` in it. Only a notebook runs that: write Python."
            )
            raise NotSavedError(told)
        if name in BUILTINS and found is not None and self.module.binding(name) is None:
            others = [s for s in self.module.statements if s.binds.isdisjoint(self.notebook)]
            if any(name in other.reads for other in others):
                raise self._two_meanings(name)

    def _two_meanings(self, name: str) -> NotSavedError:
        return NotSavedError(
            _(
                "`{name}` is one thing in this notebook and another in {file}. Give yours another"
                " name.",
                name=name,
                file=f"{self.unit}.py",
            )
        )

    def _miss(self, name: str, found: Statement | None) -> None:
        """Take in a name whose value can't go along."""
        here = self.module.binding(name)
        if found is not None and here is not None and not same_code(found, here):
            self.needs.other.append(name)
        elif here is None and name not in EVERYWHERE:
            self.needs.lost.append(name)

    def _part(self, name: str, found: Statement) -> None:
        here = self.module.binding(name)
        if here is not None and isinstance(here.node, IMPORTS):
            raise self._two_meanings(name)
        if found not in self.needs.parts.values():
            self.needs.parts[name] = found

    def _exercise(self, name: str) -> None:
        unit = exercises()[name].unit
        if unit != self.unit and self.module.binding(name) is None:
            self._refuse_circles(name, unit)
            self.needs.imports.append(f"from .{unit} import {name}")

    def _import(self, name: str, node: ast.stmt) -> None:
        path, here = import_path(node, name), self.module.binding(name)
        unit = path.split(".")[1] if path.startswith(f"{PACKAGE}.") else ""
        if is_of_grader(node) or (unit == self.unit and here is None):
            self.needs.lost.append(name)
            return
        _refuse_private(name, path)
        if here is None or (_is_dotted(node, name) and isinstance(here.node, ast.Import)):
            self._refuse_circles(name, unit)
            line = import_line(node, name)
            if not any(line == ast.unparse(each.node) for each in self.module.statements):
                self.needs.imports.append(line)
        elif unit != self.unit and not (
            isinstance(here.node, IMPORTS) and _same_thing(import_path(here.node, name), path)
        ):
            raise self._two_meanings(name)

    def _refuse_circles(self, name: str, unit: str) -> None:
        if unit in UNITS and UNITS.index(unit) > UNITS.index(self.unit):
            raise NotSavedError(
                _(
                    "it uses `{name}` of {later}, a later unit, and that would import {file} in a"
                    " circle.",
                    name=name,
                    later=f"{unit}.py",
                    file=f"{self.unit}.py",
                )
            )


def _in_order(
    parts: Mapping[str, Statement], notebook: Mapping[str, Statement]
) -> dict[str, Statement]:
    """Sort parts as their cells ran, but none above what it reads."""
    done: dict[str, Statement] = {}
    begun: set[str] = set()

    def put(name: str) -> None:
        if name not in begun:
            begun.add(name)  # helpers may call each other
            for other in [n for n in notebook if n in parts and parts[n].binds & parts[name].reads]:
                put(other)
            done[name] = parts[name]

    for name in notebook:
        if name in parts:
            put(name)
    return done


def _refuse_private(name: str, path: str) -> None:
    """Refuse what is imported from a module that is found from this notebook's folder alone."""
    top = path.partition(".")[0]
    file = getattr(sys.modules.get(top), "__file__", None)
    if file is None or top in (PACKAGE, "autograder"):
        return
    place = Path(file)
    folder = place.parent.parent if place.name == "__init__.py" else place.parent
    if Path.cwd().is_relative_to(folder.resolve()):
        raise NotSavedError(
            _(
                "it uses `{name}` of {file}, which is found from this notebook's folder alone. Move"
                " {file} into the folder `{package}`, then `from {package}.… import {name}`.",
                name=name,
                file=place.name,
                package=PACKAGE,
            )
        )


def _alias(node: ast.stmt, name: str) -> ast.alias:
    assert isinstance(node, IMPORTS)
    return next(a for a in node.names if (a.asname or a.name).split(".")[0] == name)


def _is_dotted(node: ast.stmt, name: str) -> bool:
    """Say whether it is `import a.b`, which binds `a` and loads `a.b`."""
    alias = _alias(node, name)
    return isinstance(node, ast.Import) and alias.asname is None and "." in alias.name


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


def _same_thing(one: str, other: str) -> bool:
    """Say whether two paths lead to one object: both were imported in this kernel already."""
    if one == other:
        return True
    try:
        return pkgutil.resolve_name(one) is pkgutil.resolve_name(other)
    except (ImportError, AttributeError, ValueError):
        return False
