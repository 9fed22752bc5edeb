"""Reads the facts of a source: which names it uses, what it does, and what stands in its loops."""

import ast
import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.course.catalogue import exercises
from autograder.reading.statements import DEFINITIONS

SIGNS: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//"},
    **{ast.Mod: "%", ast.Pow: "**", ast.MatMult: "@", ast.USub: "-", ast.Not: "not"},
    **{ast.Raise: "raise", ast.Assert: "assert", ast.Return: "return", ast.Break: "break"},
    **{ast.Continue: "continue", ast.ExceptHandler: "except", ast.Yield: "yield"},
    **{ast.YieldFrom: "yield", ast.GeneratorExp: "generator expression", ast.With: "with"},
    **{ast.List: "list", ast.ListComp: "list", ast.Tuple: "tuple", ast.Dict: "dict"},
    **{ast.DictComp: "dict", ast.Lambda: "lambda", ast.If: "if", ast.IfExp: "if"},
}
"""What a node of the syntax tree is called."""

IN_PLACE = {"resize", "sort", "shuffle", "fill", "put", "itemset", "copyto"}
"""Methods that work in place and do not end in an underscore."""

FLAGS = {"shuffle", "drop_last"}
"""Options that do nothing where they are False."""

MOVES = {"zero_grad": "zero_grad", "grad": "zero_grad", "backward": "backward", "step": "step"}
"""Attributes that are a move of training; whose gradient is assigned anew clears it."""


@dataclass(frozen=True)
class Facts:
    """What a source says.

    Attributes:
        found: words. A name that is read, but not of a local variable; a literal number; `raise`,
            `/`, `list` and the like; each also with ` in loop` where it stands in one; what is
            called ` in forward` and other methods; `name?` of what a condition asks; `in place`;
            `backward then step` of moves that stand in this order.
        whole: whether all that it calls is in sight.
    """

    found: frozenset[str]
    whole: bool = True

    def has(self, pattern: str) -> bool:
        """Say whether a whole fact matches a pattern."""
        return re.search(rf"^(?:{pattern})$", self._text, re.MULTILINE) is not None

    @cached_property
    def _text(self) -> str:
        return "\n".join(sorted(self.found))


def facts_of(nodes: Sequence[ast.AST]) -> Facts:
    """Return the facts of an answer: the statement that defines it, then its helpers."""
    every = [each for node in nodes for each in ast.walk(node)]
    parameters = {n.arg for n in ast.walk(nodes[0]) if isinstance(n, ast.arg)} if nodes else set()
    local = {n.id for n in every if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    local |= {n.arg for n in every if isinstance(n, ast.arg)} | {"self", "cls"}
    defined = {n.name for n in every if isinstance(n, DEFINITIONS)}
    given = set().union(*map(_given, every))
    hidden, found = local - parameters | defined, set[str]()
    for node in nodes:
        for each, in_loop in _walked(node, False):
            for fact in _facts(each, hidden, given):
                found |= {fact, f"{fact} in loop"} if in_loop else {fact}
    methods = [n for n in every if isinstance(n, ast.ClassDef) for n in n.body]
    for method in (n for n in methods if isinstance(n, ast.FunctionDef)):
        below = (n.func for n in ast.walk(method) if isinstance(n, ast.Call))
        found |= {f"{getattr(n, 'attr', getattr(n, 'id', ''))} in {method.name}" for n in below}
    moves = list(_moves(nodes[:1], {n.name: n for n in nodes if isinstance(n, DEFINITIONS)}))
    found |= {f"{one} then {two}" for i, one in enumerate(moves) for two in moves[i + 1 :]}
    called = {n.func.id for n in every if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    known = local | defined | set(dir(builtins)) | exercises().keys()
    brought = {a.asname or a.name for n in every for a in getattr(n, "names", ()) if _is_alias(a)}
    return Facts(frozenset(found), not {n for n in called - known - brought if n.islower()})


def _moves(nodes: Sequence[ast.AST], helpers: Mapping[str, ast.AST]) -> Iterator[str]:
    """Yield the moves of training as the source has them, those of helpers where they are named."""
    for each, _in_loop in (pair for node in nodes for pair in _walked(node, False)):
        match each:
            case ast.Attribute(attr=name, ctx=ctx) if name in MOVES:
                if name != "grad" or isinstance(ctx, ast.Store):
                    yield MOVES[name]
            case ast.Name(id=name) if name in helpers:
                others = {other: node for other, node in helpers.items() if other != name}
                yield from _moves([helpers[name]], others)


def _given(node: ast.AST) -> set[str]:
    """Return the names that a node binds to what others may hold too."""
    if isinstance(node, ast.arg):
        return {node.arg}
    unpacked = [t for t in getattr(node, "targets", ()) if isinstance(t, ast.Tuple)]
    looped = [node.target] if isinstance(node, (ast.For, ast.comprehension)) else []
    below = (each for target in [*unpacked, *looped] for each in ast.walk(target))
    return {each.id for each in below if isinstance(each, ast.Name)}


def _is_alias(name: object) -> bool:
    return isinstance(name, ast.alias)


def _walked(node: ast.AST, in_loop: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield a node and all below it, and whether each is run again and again; no annotations."""
    yield node, in_loop
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment"):
            continue
        loops = isinstance(node, (ast.For, ast.While)) and name in ("body", "test")
        loops = loops or (hasattr(node, "generators") and name != "generators")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield from _walked(each, in_loop or loops)


def _facts(node: ast.AST, hidden: set[str], given: set[str]) -> Iterator[str]:
    """Yield what one node says by itself."""
    sign = SIGNS.get(type(node))
    if sign:
        yield sign
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name not in hidden:
            yield name
        case ast.Attribute(value=value, attr=name):
            if not (isinstance(value, ast.Name) and value.id == "self"):
                yield name
            if isinstance(node.ctx, ast.Store) and getattr(value, "id", "self") != "self":
                yield "in place"
        case ast.Constant(value=value) if isinstance(value, (int, float, str)):
            if not isinstance(value, str) or value.isidentifier():
                yield f"{value:g}" if isinstance(value, float) else str(value)
        case ast.keyword(arg=str(name), value=value):
            if not (name in FLAGS and isinstance(value, ast.Constant) and value.value is False):
                yield name
            if isinstance(value, ast.Constant):
                yield f"{name}={value.value!r}"
            if name in ("out", "inplace"):
                yield "in place"
        case ast.arguments(defaults=defaults) if any(isinstance(d, ast.List) for d in defaults):
            yield "default list"
        case ast.Try(finalbody=[_, *_]):
            yield "finally"
        case ast.Call(func=ast.Attribute(attr=name), args=[], keywords=[]):
            yield f"{name}()"
    if isinstance(node, ast.List) and not node.elts:
        yield "[]"
    yield from _changes(node, given)
    for test in getattr(node, "ifs", [getattr(node, "test", None)]):
        for each in ast.walk(test) if test is not None else ():
            asked = getattr(each, "attr", getattr(each, "id", None))
            if asked is not None and asked not in hidden:
                yield f"{asked}?"


def _changes(node: ast.AST, given: set[str]) -> Iterator[str]:
    """Yield `in place` for what changes an object that is there already."""
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Subscript) for target in targets):
            yield "in place"
        if isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") in given:
            yield "in place"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name in IN_PLACE or re.fullmatch(r"\w*[a-z]_", name):
            yield "in place"
