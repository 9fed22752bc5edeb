"""Notices classes whose methods were exchanged after the cell that defines them."""

from collections.abc import Iterable
from typing import Any


class Patches:
    """The answers that are classes, as they were when their cells ran."""

    def __init__(self) -> None:
        self._methods: dict[str, tuple[type, dict[str, Any]]] = {}

    def defined(self, name: str, answer: object) -> None:
        """Take in an answer whose cell ran just now."""
        self._methods.pop(name, None)
        if isinstance(answer, type):
            self._methods[name] = (answer, dict(vars(answer)))

    def changed(self, name: str, answer: object) -> list[str]:
        """Return the methods that the live class has otherwise than its cell."""
        kind, before = self._methods.get(name, (None, {}))
        if kind is None or kind is not answer:
            return []
        now = vars(kind)
        names: Iterable[str] = now.keys() | before.keys()
        kept = {each for each in names if not each.startswith("__") or each in _METHODS}
        return sorted(each for each in kept if now.get(each) is not before.get(each))


_METHODS = {"__init__", "__call__", "__len__", "__getitem__", "__iter__", "__next__"}
"""Special methods that somebody writes; Python and torch put others into a class by themselves."""
