"""One answer: the text that defines it, or the object itself where it is alive."""

import ast
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.course.catalogue import UNITS, Exercise, exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import DEFINITIONS, parsed


@dataclass(frozen=True)
class Answer:
    """What somebody wrote for an exercise.

    Attributes:
        exercise: what it answers.
        node: the statement that defines it; None where its source can't be found.
        live: returns the object, or raises what its import raises; None for a text that a
            worker has to load.
        builds_on: names of the other exercises that it reads, itself or through its helpers.
        nodes: the statement that defines it, then those of its helpers; () where it has no source.
        text: in which `node` counts its lines; "" where it can't be found.
        places: for a notebook, a line of the text to its code cell and the line in it.
    """

    exercise: Exercise
    node: ast.AST | None = None
    live: Callable[[], Any] | None = None
    builds_on: frozenset[str] = frozenset()
    nodes: tuple[ast.AST, ...] = ()
    text: str = ""
    places: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_attempted(self) -> bool:
        """Whether somebody wrote something; what has no source was made by somebody."""
        return self.node is None or is_attempted(self.node)


def names_read(node: ast.AST) -> frozenset[str]:
    """Return the names that a statement reads; of a unit's module those of its attributes."""
    nodes = list(ast.walk(node))
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    attributes = (n for n in nodes if isinstance(n, ast.Attribute))
    return frozenset(names | {a.attr for a in attributes if ast.unparse(a.value) in UNITS})


def followed(name: str, definitions: Mapping[str, ast.AST]) -> list[ast.AST]:
    """Return the statement that defines a name, and those of the helpers that it reads.

    Args:
        name: of the definition.
        definitions: what its module defines, by name; other exercises are not followed.
    """
    left, found = [name], dict[str, ast.AST]()
    while left:
        each = left.pop(0)
        found[each] = definitions[each]
        read = names_read(found[each]) & definitions.keys()
        left += sorted(read - exercises().keys() - found.keys() - set(left))
    return list(found.values())


def builds_on(name: str, nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Return the other exercises that a definition reads, through the helpers beside it too."""
    read = frozenset[str]().union(*map(names_read, nodes))
    return read & exercises().keys() - {name}


def live_answer(exercise: Exercise, source: str | None, live: Callable[[], Any]) -> Answer:
    """Return the answer that an object in this interpreter is.

    Args:
        exercise: what it answers.
        source: of the object; None where it can't be found.
        live: returns the object.
    """
    found = {}
    with contextlib.suppress(SyntaxError, ValueError):  # a lambda, cut out of its line
        body = parsed(source or "").body
        found = {node.name: node for node in body if isinstance(node, DEFINITIONS)}
    if exercise.name not in found:
        return Answer(exercise, live=live)
    nodes = followed(exercise.name, found)
    below = builds_on(exercise.name, nodes)
    return Answer(exercise, nodes[0], live, below, tuple(nodes), source or "")
