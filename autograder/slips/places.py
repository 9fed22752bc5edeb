"""Where in a file, a notebook or a cell a line of an answer's text stands."""

import ast
import contextlib
import inspect

from autograder.reading.answer import Answer
from fashion_course.kit.words import _


def place_of(line: int, answer: Answer) -> str:
    """Return a line of an answer's text as its author counts it: "Code cell 3, line 4"."""
    if line in answer.places:
        cell, line = answer.places[line]
        return _("Code cell {cell}, line {line}", cell=cell, line=line)
    return _("Line {line}", line=line + _lines_above(answer))


def _lines_above(answer: Answer) -> int:
    """Return how many lines of its file or cell stand above the text of a live answer."""
    with contextlib.suppress(Exception):  # what can't be found is counted from its own first line
        made = answer.live() if answer.live is not None else print
        parts = vars(made).values() if inspect.isclass(made) else [inspect.unwrap(made)]
        firsts = {p.__name__: p.__code__.co_firstlineno for p in parts if inspect.isfunction(p)}
        for node in ast.walk(answer.node or ast.Module([], [])):
            if isinstance(node, ast.FunctionDef) and node.name in firsts:
                above = [node.lineno, *(each.lineno for each in node.decorator_list)]
                return firsts[node.name] - min(above)
    return 0
