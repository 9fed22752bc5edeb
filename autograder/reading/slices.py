"""What an answer needs of the modules that were handed in: nothing else of them is run.

Of a unit's module that is what gives a value to a name that the answer reads, through its helpers
and over modules, or changes such a value. Of a student's own module (`utils.py`) it is all but the
imports that nothing reads: what it does when it is imported may be meant.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.course.catalogue import UNITS
from autograder.reading.edits import Edit, bound, replaced, trimmed
from autograder.reading.statements import BUILTINS, DEFINITIONS, IMPORTS, Statement

COURSE = "fashion_course"
DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "__import__", "import_module"}
"""Who reads one of these may read any name."""

DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


@dataclass(frozen=True)
class Slice:
    """The statements of a module that are needed, and the names that they read."""

    statements: tuple[Statement, ...]
    names: frozenset[str]


def slices_for(
    modules: Mapping[str, Sequence[Statement]], unit: str, names: Collection[str]
) -> dict[str, Slice]:
    """Return what is needed for some names of a unit: module to slice; the others are not needed.

    Args:
        modules: module name, be it `helpers.metrics`, to its statements.
        unit: the module in which the names are looked for.
        names: of answers.
    """
    roots: dict[str, frozenset[str]] = {unit: frozenset(names)}
    found: dict[str, Slice] = {}
    left = [unit]
    while left:
        module = left.pop()
        if module not in modules:
            continue
        found[module] = _slice(modules[module], roots[module], module not in UNITS)
        for other, asked in _asked(module, found[module], modules):
            if other not in roots or not asked <= roots[other]:
                roots[other] = roots.get(other, frozenset()) | asked
                left.append(other)
    return found


def text_of(text: str, statements: Sequence[Statement], needed: Slice) -> str:
    """Return the text of a module without what is not needed; what is keeps its lines."""
    kept = {id(each.node) for each in needed.statements}
    edits: list[Edit] = []
    for each in statements:
        if id(each.node) in kept:
            edits += trimmed(each.node, needed.names)
        elif not _is_docstring(each.node):
            edits.append((each.node, "pass"))
    return replaced(text, edits) if edits else text


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _slice(statements: Sequence[Statement], roots: frozenset[str], whole: bool) -> Slice:
    values = {name: each.node for each in statements for name in each.binds}
    dunders = {name for name in values if name.startswith("__")}
    names, kept = set(roots) | dunders, dict[int, Statement]()
    changed = [each.binds | _changes(each, values) for each in statements]
    is_import = [isinstance(each.node, IMPORTS) for each in statements]
    while True:
        new = {
            place: each
            for place, each in enumerate(statements)
            if place not in kept
            and (
                changed[place] & names or (whole and not is_import[place]) or _is_future(each.node)
            )
        }
        if not new:
            break
        kept |= new
        names |= frozenset[str]().union(*(each.reads for each in new.values()))
        names |= set(values) if names & DYNAMIC else set()
    if names - values.keys() - BUILTINS:  # a name that nobody binds may come from any of them
        kept |= {n: each for n, each in enumerate(statements) if _is_star(each.node)}
    return Slice(tuple(kept[place] for place in sorted(kept)), frozenset(names))


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _is_star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _changes(statement: Statement, values: Mapping[str, ast.stmt]) -> frozenset[str]:
    """Return the names whose value it may change in place: `x.y = 0`, `x.add(1)`, `fill(x)`.

    So may a function that it calls, or has as a decorator, change what that one reads.
    """
    nodes = list(_at_import(statement.node))
    stored = [n for n in nodes if isinstance(n, (ast.Attribute, ast.Subscript))]
    found = {_root(node) for node in stored if not isinstance(node.ctx, ast.Load)}
    read = {node.id for node in nodes if isinstance(node, ast.Name)}
    called = [values[name] for name in read if isinstance(values.get(name), DEFINITIONS)]
    for node in called:
        inner = list(ast.walk(node))
        read |= {each.id for each in inner if isinstance(each, ast.Name)}
        found |= {name for each in inner if isinstance(each, ast.Global) for name in each.names}
    found |= {name for name in read if _may_change(getattr(values.get(name), "value", None))}
    return frozenset(found)


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is run when the module is: all but the bodies of functions."""
    yield node
    inside = ast.iter_child_nodes(node)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        inside = iter([*node.decorator_list, node.args])
    elif isinstance(node, ast.Lambda):
        inside = iter([node.args])
    for each in inside:
        yield from _at_import(each)


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _may_change(value: ast.AST | None) -> bool:
    """Say whether a value can be another one later: a list, or what a call made; no device."""
    if isinstance(value, ast.Call):
        return not ast.unparse(value.func).endswith("device")
    return isinstance(value, DISPLAYS)


def _asked(
    module: str, needed: Slice, modules: Collection[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each module of the student's that a slice imports, and the names it wants of it."""
    nodes = [node for each in needed.statements for node in ast.walk(each.node)]
    attributes = frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute))
    top = {id(each.node) for each in needed.statements}
    for node in (node for node in nodes if isinstance(node, IMPORTS)):
        aliases = [
            alias.name
            for alias in node.names
            if id(node) not in top or alias.name == "*" or bound(node, alias) in needed.names
        ]
        base = _absolute(node, module, modules) if isinstance(node, ast.ImportFrom) else ""
        asked = frozenset(aliases) if "*" not in aliases else needed.names
        for name in aliases:  # it may be a module itself: `from . import utils`
            for each in _with_parents(own_name(f"{base}.{name}".lstrip("."), modules)):
                yield each, attributes
        for each in _with_parents(own_name(base, modules)) if aliases else []:
            yield each, asked


def _absolute(node: ast.ImportFrom, module: str, modules: Iterable[str]) -> str:
    """Return the full name of the module that an import from a student's module is from."""
    if not node.level:
        return node.module or ""
    is_package = any(other.startswith(f"{module}.") for other in modules)
    parts = module.split(".")
    package = parts[: len(parts) - node.level + is_package]
    return ".".join([*package, *(node.module or "").split(".")]).strip(".")


def own_name(name: str, modules: Iterable[str]) -> str:
    """Return under which name a module of the student's is known; "" for any other."""
    name = name.removeprefix(f"{COURSE}.")
    return name if name in modules else ""


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)] if name else []
