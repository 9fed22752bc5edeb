"""Notices answers that something outside of their definition has changed: that is not saved."""

import ast
from collections.abc import Iterable
from types import FunctionType
from typing import Any

from fashion_course.kit.notebook.telling import listed
from fashion_course.kit.words import _

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Patches:
    """The answers as their definitions alone made them."""

    def __init__(self) -> None:
        self._methods: dict[str, tuple[type, dict[str, Any]]] = {}
        self._functions: dict[str, tuple[FunctionType, set[str]]] = {}

    def defined(self, name: str, answer: object, node: Definition) -> None:
        """Take in an answer whose cell ran just now; the cell may have changed it already."""
        self._methods.pop(name, None)
        self._functions.pop(name, None)
        if isinstance(answer, type):
            made = {n: v for n, v in vars(answer).items() if not _is_strange(n, v, answer, node)}
            self._methods[name] = (answer, made)
        elif isinstance(answer, FunctionType):
            self._functions[name] = (answer, _wanted(node))

    def told(self, name: str, answer: object) -> str:
        """Say what of a live answer its definition does not give, or ""."""
        methods, attributes = self._changed(name, answer), self._given(name, answer)
        if methods:
            return _(
                "`{name}` was changed from outside: {methods}. That is not saved; write it into "
                "the class.",
                name=name,
                methods=listed(methods),
            )
        return (
            _(
                "`{name}` reads attributes that it got from outside: {attributes}. They are not "
                "saved; pass them as arguments.",
                name=name,
                attributes=listed(attributes),
            )
            if attributes
            else ""
        )

    def _changed(self, name: str, answer: object) -> list[str]:
        """Return the methods that the live class has otherwise than its definition."""
        kind, before = self._methods.get(name, (None, {}))
        if kind is None or kind is not answer:
            return []
        now = vars(kind)
        names: Iterable[str] = now.keys() | before.keys()
        kept = {each for each in names if not each.startswith("__") or each in _METHODS}
        return sorted(each for each in kept if now.get(each) is not before.get(each))

    def _given(self, name: str, answer: object) -> list[str]:
        """Return the attributes that a function takes of itself and has from elsewhere."""
        function, wanted = self._functions.get(name, (None, set()))
        return sorted(wanted & vars(function).keys()) if function and function is answer else []


_METHODS = {"__init__", "__call__", "__len__", "__getitem__", "__iter__", "__next__"}
"""Special methods that somebody writes; Python and torch put others into a class by themselves."""


def _is_strange(name: str, value: object, kind: type, node: Definition) -> bool:
    """Say whether a method came into a class from elsewhere than its body."""
    if type(kind) is not type or node.decorator_list or not isinstance(value, FunctionType):
        return False  # a metaclass or a decorator may well put methods into it
    own = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == name]
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    bound |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef)}
    if own and not own[-1].decorator_list:
        return value.__qualname__ != f"{kind.__qualname__}.{name}"
    return name not in bound and not name.startswith("_")


def _wanted(node: Definition) -> set[str]:
    """Return the attributes of itself that a function reads and does not set."""
    if node.decorator_list:
        return set()
    found = [n for n in ast.walk(node) if isinstance(n, ast.Attribute)]
    own = [n for n in found if isinstance(n.value, ast.Name) and n.value.id == node.name]
    return {n.attr for n in own} - {n.attr for n in own if isinstance(n.ctx, ast.Store)}
