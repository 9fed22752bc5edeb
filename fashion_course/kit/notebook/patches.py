"""Notices answers that something outside of their definition has changed: that is not saved."""

import ast
from types import FunctionType

from autograder.reading.statements import IMPORTS
from fashion_course.kit.notebook.telling import listed
from fashion_course.kit.words import _

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def from_outside(name: str, answer: object, node: Definition) -> str:
    """Say what of a live answer its definition does not give, or ""."""
    if node.decorator_list:  # a decorator may well put something into it
        return ""
    if isinstance(node, ast.ClassDef) and type(answer) is type:
        strange = _strange(answer, node)
        told = _(
            "`{name}` was changed from outside: {methods}. That is not saved; write it into the"
            " class.",
            name=name,
            methods=listed(strange),
        )
    elif isinstance(answer, FunctionType):
        strange = sorted(_wanted(node) & vars(answer).keys())
        told = _(
            "`{name}` reads attributes that it got from outside: {attributes}. They are not"
            " saved; pass them as arguments.",
            name=name,
            attributes=listed(strange),
        )
    else:
        return ""
    return told if strange else ""


def _strange(kind: type, node: ast.ClassDef) -> list[str]:
    """Return what came into a class from elsewhere than its body, or went out of it."""
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    bound |= {n.name for n in ast.walk(node) if isinstance(n, Definition)}
    aliases = [a for n in ast.walk(node) if isinstance(n, IMPORTS) for a in n.names]
    bound |= {(alias.asname or alias.name).split(".")[0] for alias in aliases}
    plain = {n for n, method in methods.items() if not method.decorator_list}
    own = {
        n
        for n, v in vars(kind).items()
        if getattr(v, "__qualname__", "") == f"{kind.__qualname__}.{n}"
    }
    new = {n for n in vars(kind).keys() - bound if not n.startswith("_")}
    return sorted((plain - own) | new)


def _wanted(node: Definition) -> set[str]:
    """Return the attributes of itself that a function reads and does not set."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Attribute)]
    own = [n for n in found if isinstance(n.value, ast.Name) and n.value.id == node.name]
    return {n.attr for n in own} - {n.attr for n in own if isinstance(n.ctx, ast.Store)}
