"""Takes Python apart into top-level statements: their exact text, what they bind, what they read.

Both who read a submitted notebook and who save an answer from a live one work with these.
"""

import ast
import builtins
import re
import symtable
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)

BUILTINS = frozenset(dir(builtins)) - {"display", "get_ipython"}
"""What every module can read; IPython adds two names of its own to a notebook's builtins."""

PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture")
"""Cell magics whose cell is Python; that of `%%bash` and its like is left."""

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python and IPython raise at a text that is no Python."""

MAX_DEPTH = 100  # of a tree; functions that walk it call themselves several times a level


@dataclass(frozen=True)
class Statement:
    """One top-level statement.

    Attributes:
        node: its tree.
        text: its lines as they stand, decorators and comments included, without a final newline.
        first: its first line, from 1.
        last: its last line.
        shares: whether another statement stands on the same lines.
        cell: the number of its code cell, from 1; 0 for what stands in a module.
    """

    node: ast.stmt
    text: str
    first: int
    last: int
    shares: bool = False
    cell: int = 0

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names that it gives a value, in whatever way."""
        symbols = self._table.get_symbols()
        found = (s.get_name() for s in symbols if s.is_assigned() or s.is_imported())
        return frozenset(found) - {"*"}

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names that it takes from outside of itself; those in its functions count."""
        return _outer_names(self._table) - self.binds

    @cached_property
    def _table(self) -> symtable.SymbolTable:
        return _table(self.node)

    @property
    def is_definition(self) -> bool:
        """Whether it is a function or a class."""
        return isinstance(self.node, DEFINITIONS)

    def is_constant(self, imported: Collection[str]) -> bool:
        """Say whether it is an assignment of something simple, given the imported names."""
        node = self.node
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            return False
        return _is_simple(node.value, imported)


class _Generators(ast.NodeTransformer):
    """Makes comprehensions generators: Python 3.12 has their variables among those around them."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    visit_SetComp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        both = ast.Tuple([node.key, node.value], ast.Load())
        return self.generic_visit(ast.GeneratorExp(both, node.generators))


def _table(node: ast.stmt) -> symtable.SymbolTable:
    text = ast.unparse(node)
    if any(isinstance(each, ast.comprehension) for each in ast.walk(node)):
        text = ast.unparse(_Generators().visit(ast.parse(text)))
    return symtable.symtable(text, "<statement>", "exec")


def _outer_names(table: symtable.SymbolTable) -> frozenset[str]:
    at_top = table.get_type() == "module"
    own = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if (symbol.is_referenced() and (at_top or symbol.is_global()))
        or (symbol.is_declared_global() and not at_top)  # `global count; count += 1`
    }
    return frozenset(own).union(*map(_outer_names, table.get_children()))


def split_lines(text: str) -> list[str]:
    """Return the lines with their ends, where Python ends them (and nowhere else)."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def parsed(text: str) -> ast.Module:
    """Return the tree of a module or a cell, without Python's remarks on it.

    Raises:
        SyntaxError: it is no Python.
        ValueError: it has NUL bytes in it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a student's string is not our topic
        try:
            tree = ast.parse(text)
        except (RecursionError, MemoryError):  # Python's parser has a limit, too
            tree = None
    level: list[ast.AST] = [tree] if tree else []
    for _depth in range(MAX_DEPTH):
        level = [inner for node in level for inner in ast.iter_child_nodes(node)]
    if level or tree is None:
        raise SyntaxError("it is nested too deeply to be read")
    return tree


def statements_of(text: str) -> list[Statement]:
    """Return the top-level statements of a module or a cell.

    Raises:
        SyntaxError: it is no Python.
        ValueError: it has NUL bytes in it.
    """
    nodes, lines = parsed(text).body, split_lines(text)
    return [_statement(place, nodes, text, lines) for place in range(len(nodes))]


def _statement(place: int, nodes: Sequence[ast.stmt], text: str, lines: list[str]) -> Statement:
    node = nodes[place]
    first, last = node.lineno, _end(node)
    after_other = place > 0 and _end(nodes[place - 1]) >= first
    before_other = place + 1 < len(nodes) and nodes[place + 1].lineno <= last
    if after_other or before_other:  # `a = 1; b = 2`
        return Statement(node, ast.get_source_segment(text, node) or "", first, last, shares=True)
    if isinstance(node, DEFINITIONS):
        first = min([first, *(decorator.lineno for decorator in node.decorator_list)])
        last = _with_comments(lines, last)
    return Statement(node, "".join(lines[first - 1 : last]).rstrip("\r\n"), first, last)


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _with_comments(lines: list[str], last: int) -> int:
    """Return the last line of a definition with the indented comments that end its body."""
    for number in range(last, len(lines)):
        line = lines[number]
        if line.strip() and not re.match(r"[ \t]+#", line):
            break
        if line.strip():
            last = number + 1
    return last


def plain_python(cell: str) -> str:
    """Return a cell's text in which magics are calls; that of a foreign cell is empty."""
    from IPython.core.inputtransformer2 import TransformerManager  # slow to import

    if cell.lstrip().startswith("%%"):
        head, _, cell = cell.lstrip().partition("\n")
        if head.split()[0] not in PYTHON_MAGICS:
            return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain: str = TransformerManager().transform_cell(cell)
        return plain


def statements_of_cell(cell: str, number: int) -> list[Statement]:
    """Return the top-level statements of the cell of this number; lines count as in the cell.

    Raises:
        SyntaxError: it is no Python; its line counts as in the cell, too.
        ValueError: it has NUL bytes in it.
    """
    code = cell.lstrip()
    above = cell[: len(cell) - len(code)].count("\n")
    if code.startswith("%%"):
        body = code.partition("\n")[2]
        above += 1 + body[: len(body) - len(body.lstrip())].count("\n")
    try:
        found = statements_of(plain_python(cell))
    except SyntaxError as error:
        error.lineno = (error.lineno or 1) + above
        raise
    return [
        replace(each, first=each.first + above, last=each.last + above, cell=number)
        for each in found
    ]


def is_of_grader(node: ast.stmt) -> bool:
    """Say whether a notebook imports the grader to call it: that is no part of an answer."""
    if isinstance(node, ast.Import):
        return all(alias.name.split(".")[0] == "autograder" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "autograder"


def _is_simple(node: ast.AST, imported: Collection[str]) -> bool:
    """Say whether an expression calls nothing but what was imported; a lambda calls nothing yet."""
    if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
        return False
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] not in imported:
        return False
    inside = () if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node)
    return all(_is_simple(each, imported) for each in inside)
