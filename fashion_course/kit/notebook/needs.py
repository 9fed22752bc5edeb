"""Finds what an answer from a notebook needs in the module that it is saved into."""

import ast
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.catalogue import UNITS, exercises
from autograder.reading.statements import BUILTINS, IMPORTS, Statement, is_of_grader
from fashion_course.kit.notebook.surgery import ModuleText, same_code
from fashion_course.kit.words import _

PACKAGE = "fashion_course"
EVERYWHERE = BUILTINS | {"__file__"}


class NotSavedError(Exception):
    """An answer can't be saved; the message says why, in the student's language."""


@dataclass(frozen=True)
class Needs:
    """What goes into the module together with an answer.

    Attributes:
        parts: helpers and constants by name, in the order in which they ran.
        imports: lines, one a name, that the module lacks.
        lost: names that the answer reads and the module will not know.
        other: likewise, that the module knows with a value of its own.
    """

    parts: dict[str, Statement]
    imports: tuple[str, ...]
    lost: tuple[str, ...]
    other: tuple[str, ...]


class _Search:
    """One search, from an answer to all that it reads."""

    def __init__(self, notebook: Mapping[str, Statement], module: ModuleText, unit: str) -> None:
        self.notebook, self.module, self.unit = notebook, module, unit
        self.imported = {n for n, s in notebook.items() if isinstance(s.node, IMPORTS)}
        self.parts: dict[str, Statement] = {}
        self.imports: list[str] = []
        self.lost: list[str] = []
        self.other: list[str] = []

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
            raise NotSavedError(
                _(
                    "it has a line with `%` or `!` in it, which only a notebook can run. Write that "
                    "in Python."
                )
            )
        if name in BUILTINS and found is not None and self.module.binding(name) is None:
            others = [s for s in self.module.statements if s.binds.isdisjoint(self.notebook)]
            if any(name in other.reads for other in others):
                raise NotSavedError(
                    _(
                        "`{name}` is one thing in this notebook and another in {file}. Give yours another "
                        "name.",
                        name=name,
                        file=f"{self.unit}.py",
                    )
                )

    def _miss(self, name: str, found: Statement | None) -> None:
        """Take in a name whose value can't go along."""
        here = self.module.binding(name)
        if found is not None and here is not None and not same_code(found, here):
            self.other.append(name)
        elif here is None and name not in EVERYWHERE:
            self.lost.append(name)

    def _part(self, name: str, found: Statement) -> None:
        here = self.module.binding(name)
        if here is not None and isinstance(here.node, IMPORTS):
            raise NotSavedError(
                _(
                    "`{name}` is one thing in this notebook and another in {file}. Give yours another "
                    "name.",
                    name=name,
                    file=f"{self.unit}.py",
                )
            )
        if found not in self.parts.values():
            self.parts[name] = found

    def _exercise(self, name: str) -> None:
        unit = exercises()[name].unit
        if unit != self.unit and self.module.binding(name) is None:
            self._refuse_circles(name, unit)
            self.imports.append(f"from .{unit} import {name}")

    def _import(self, name: str, node: ast.stmt) -> None:
        path, here = import_path(node, name), self.module.binding(name)
        unit = path.split(".")[1] if path.startswith(f"{PACKAGE}.") else ""
        if is_of_grader(node) or (unit == self.unit and here is None):
            self.lost.append(name)
        elif file := _private_file(path):
            raise NotSavedError(
                _(
                    "it uses `{name}` of {file}, which is found from this notebook's folder alone. "
                    "Move {file} into the folder `{package}` and import it from there: `from "
                    "{package}.… import {name}`.",
                    name=name,
                    file=file.name,
                    package=PACKAGE,
                )
            )
        elif here is None or (_is_dotted(node, name) and isinstance(here.node, ast.Import)):
            self._refuse_circles(name, unit)
            line = import_line(node, name)
            if not any(line == ast.unparse(each.node) for each in self.module.statements):
                self.imports.append(line)
        elif unit != self.unit and not (
            isinstance(here.node, IMPORTS) and _same_thing(import_path(here.node, name), path)
        ):
            raise NotSavedError(
                _(
                    "`{name}` is one thing in this notebook and another in {file}. Give yours another "
                    "name.",
                    name=name,
                    file=f"{self.unit}.py",
                )
            )

    def _refuse_circles(self, name: str, unit: str) -> None:
        if unit in UNITS and UNITS.index(unit) > UNITS.index(self.unit):
            raise NotSavedError(
                _(
                    "it uses `{name}` of {later}, a later unit, and that would import {file} in a "
                    "circle.",
                    name=name,
                    later=f"{unit}.py",
                    file=f"{self.unit}.py",
                )
            )


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
    parts = _in_order(search.parts, list(notebook))
    return Needs(parts, tuple(search.imports), tuple(search.lost), tuple(search.other))


def _in_order(parts: dict[str, Statement], names: Sequence[str]) -> dict[str, Statement]:
    """Sort parts as their cells ran, but none above what it reads."""
    left = [name for name in names if name in parts]
    done: dict[str, Statement] = {}

    def put(name: str) -> None:
        left.remove(name)
        for read in [each for each in left if parts[each].binds & parts[name].reads]:
            if read in left:  # not put meanwhile
                put(read)
        done[name] = parts[name]

    while left:
        put(left[0])
    return done


def _private_file(path: str) -> Path | None:
    """Return the file of an imported module that is found from this notebook's folder alone."""
    name = path.partition(".")[0]
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None or name in (PACKAGE, "autograder"):
        return None
    place = Path(file)
    folder = place.parent.parent if place.name == "__init__.py" else place.parent
    return place if Path.cwd().is_relative_to(folder.resolve()) else None


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
    if isinstance(node, ast.Import):
        return alias.name if alias.asname else alias.name.split(".")[0]
    assert isinstance(node, ast.ImportFrom)
    parts = [PACKAGE if node.level else "", node.module or "", alias.name]
    return ".".join(part for part in parts if part)


def import_line(node: ast.stmt, name: str) -> str:
    """Return the import of one name alone; that of another unit is relative, as in the stubs."""
    alias = _alias(node, name)
    what = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
    if isinstance(node, ast.Import):
        return f"import {what}"
    assert isinstance(node, ast.ImportFrom)
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
