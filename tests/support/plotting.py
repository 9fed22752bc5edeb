"""Which lines of some code draw with matplotlib, by its syntax tree.

A line draws if its statement uses a name that comes from matplotlib: a module or function of it, or
what such a call returned (`figure, axes = plt.subplots()`, then `axes`), also as the target of a
loop. A figure that the kit returned counts as soon as somebody goes on to change it. What is made
only to be drawn, such as a list of colours, draws too: an assignment whose names are read by
nothing but drawing statements.
"""

import ast
from collections.abc import Iterator

LIBRARIES = {"matplotlib", "mpl_toolkits", "seaborn", "plotly"}
KIT_DRAWS = ("plot_", "plots.plot_")


def plotting_lines(source: str) -> set[int]:
    """Return the numbers of the lines of a module that draw, from 1."""
    tree = ast.parse(source)
    walk = _Walk()
    walk.block(tree.body)
    drawing, readers = walk.drawing, _readers(tree)
    while more := {one for one in walk.made - drawing if _only_fed(one, readers, drawing)}:
        drawing |= more
    return {line for statement in drawing for line in lines_of(statement)}


def lines_of(statement: ast.stmt) -> range:
    """Return the lines of a statement; of a loop or a block those above its body."""
    body = getattr(statement, "body", None)
    end = body[0].lineno if isinstance(body, list) else (statement.end_lineno or 0) + 1
    return range(statement.lineno, max(end, statement.lineno + 1))


def code_lines(source: str) -> set[int]:
    """Return the numbers of the lines that are not blank."""
    return {number for number, line in enumerate(source.splitlines(), 1) if line.strip()}


def loads(node: ast.AST) -> set[str]:
    """Return the names that are read in a node."""
    names = (one for one in ast.walk(node) if isinstance(one, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Load)}


def targets(node: ast.expr) -> set[str]:
    """Return the names that a target of an assignment binds."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def heads(statement: ast.stmt) -> list[ast.AST]:
    """Return the parts of a statement that stand on its own lines."""
    return [
        part
        for field, value in ast.iter_fields(statement)
        if field not in ("body", "orelse", "finalbody", "handlers")
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, ast.AST)
    ]


class _Walk:
    """Follows the statements of a module in their order, with the names that hold figures."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.drawing: set[ast.stmt] = set()
        self.made: set[ast.stmt] = set()  # assignments

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)
            for field in ("body", "orelse", "finalbody"):
                self.block(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                self.block(handler.body)

    def statement(self, one: ast.stmt) -> None:
        if isinstance(one, ast.Import | ast.ImportFrom):
            module = getattr(one, "module", None)
            for alias in one.names:
                if (module or alias.name).split(".")[0] in LIBRARIES:
                    self.names.add((alias.asname or alias.name).split(".")[0])
                    self.drawing.add(one)
            return
        if any(loads(head) & self.names for head in heads(one)):
            self.drawing.add(one)
        if isinstance(one, ast.Assign):
            self.made.add(one)
            for target in one.targets:
                self.bind(target, one.value)
        elif isinstance(one, ast.AnnAssign | ast.AugAssign) and one.value is not None:
            self.made.add(one)
            if not isinstance(one, ast.AugAssign):
                self.bind(one.target, one.value)
        elif isinstance(one, ast.For):
            self.bind(one.target, one.iter)
        elif isinstance(one, ast.With):
            for item in one.items:
                if item.optional_vars is not None:
                    self.bind(item.optional_vars, item.context_expr)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """Note whether the names of a target hold figures now; zip goes part by part."""
        for part, source in _parts(target, value):
            holds = bool(loads(source) & self.names) or _is_figure(source)
            if isinstance(part, ast.Name | ast.Tuple | ast.List | ast.Starred):
                self.names = self.names | targets(part) if holds else self.names - targets(part)


def _parts(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Pair the parts of a target with those of a value, as far as both can be taken apart."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Call):
        name = ast.unparse(value.func)
        if name == "zip" and len(value.args) == len(target.elts):
            for part, source in zip(target.elts, value.args, strict=True):
                yield from _parts(part, source)
            return
        if name == "enumerate" and len(target.elts) == 2:
            yield target.elts[0], ast.Constant(0)
            yield from _parts(target.elts[1], value.args[0])
            return
    both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    if both and len(target.elts) == len(value.elts):  # type: ignore[attr-defined]
        for part, source in zip(target.elts, value.elts, strict=True):  # type: ignore[attr-defined]
            yield from _parts(part, source)
        return
    yield target, value


def _is_figure(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).startswith(KIT_DRAWS)


def _readers(tree: ast.Module) -> dict[str, set[ast.stmt]]:
    """Return for each name the statements that read it on their own lines."""
    found: dict[str, set[ast.stmt]] = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.stmt) and not isinstance(one, ast.FunctionDef | ast.ClassDef):
            for name in set().union(*map(loads, heads(one))):
                found.setdefault(name, set()).add(one)
    return found


def _only_fed(one: ast.stmt, readers: dict[str, set[ast.stmt]], drawing: set[ast.stmt]) -> bool:
    """Return whether all names that an assignment binds are read, and only by what draws."""
    goals = one.targets if isinstance(one, ast.Assign) else [one.target]  # type: ignore[attr-defined]
    if not all(isinstance(goal, ast.Name | ast.Tuple) for goal in goals):
        return False
    names = set().union(*map(targets, goals))
    reading = set().union(*(readers.get(name, set()) for name in names))
    return bool(reading) and reading <= drawing
