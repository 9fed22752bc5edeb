"""The bank of slips: mistakes of Python and PyTorch that show in the text of an answer.

A slip is a function with `@slip(wrong="…", right=("…",))` above it. It takes the `Code` of an
answer and yields the nodes at fault; its name is the slip's id, and its docstring what is told: the
sentence that follows the student's own line, and a question that leads on. A slip has to be true of
the code and, where a check failed, almost surely the reason: no right answer may have one.
"""

import functools
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from autograder.reading.answer import Answer
from autograder.slips.code import Code, Node
from autograder.slips.places import place_of
from fashion_course.kit.words import _

Hit = Node | tuple[Node, dict[str, str]]
"""A node at fault, and what the braces of the sentence stand for."""

MOST_OF_A_LINE = 90


class Found(NamedTuple):
    """A slip in an answer: which one, where (a line of the answer's text), and what is told."""

    slip: "Slip"
    line: int
    quote: str
    told: str

    @property
    def asked(self) -> str:
        """The question in the student's language."""
        return _(self.slip.question)


@dataclass(frozen=True)
class Slip:
    """A kind of slip.

    Attributes:
        id: the name of its function.
        find: yields the nodes at fault.
        sentence: what is told after the student's line, with braces.
        question: one question that leads on.
        wrong: an answer that has it: a whole definition, or the body of the function `of`.
        right: answers that look alike and do not have it.
        of: the exercise that the examples answer.
        see: `stem#heading` of a lesson's section, or "".
        weak: whether it is only told where nothing else is known: it is true, but may be harmless.
        whole: whether no line of the answer does its work, so that it explains all that fails.
    """

    id: str
    find: Callable[[Code], Iterator[Hit]]
    sentence: str
    question: str
    wrong: str
    right: tuple[str, ...]
    of: str
    see: str
    weak: bool
    whole: bool = False


_registry: dict[str, Slip] = {}


def slip(
    *,
    wrong: str,
    right: tuple[str, ...],
    of: str = "train_batch",
    see: str = "",
    weak: bool = False,
    whole: bool = False,
) -> Callable[[Callable[[Code], Iterator[Hit]]], Callable[[Code], Iterator[Hit]]]:
    """Register a kind of slip; the arguments are those of `Slip`."""

    def register(find: Callable[[Code], Iterator[Hit]]) -> Callable[[Code], Iterator[Hit]]:
        name = find.__name__
        paragraphs = [" ".join(p.split()) for p in (inspect.getdoc(find) or "").split("\n\n")]
        if len(paragraphs) != 2 or not paragraphs[1].endswith("?"):
            raise ValueError(f"slip {name}: its docstring needs a sentence and a question")
        sentence, question = paragraphs
        made = Slip(name, find, sentence, question, wrong, tuple(right), of, see, weak, whole)
        if name in _registry and _registry[name].find.__module__ != find.__module__:
            raise ValueError(f"two slips are called {name!r}: rename one")
        _registry[name] = made
        return find

    return register


@functools.cache
def all_slips() -> tuple[Slip, ...]:
    """Return the whole bank."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return tuple(_registry.values())


def slips_of(code: Code) -> list[Found]:
    """Return the slips in an answer: the sure ones first, each group from top to bottom."""
    found: dict[tuple[bool, int], Found] = {}
    for each in all_slips():
        for hit in each.find(code):
            node, values = hit if isinstance(hit, tuple) else (hit, {})
            line = code.line_of(node)
            quote = code.lines[line - 1].strip()
            told = _(each.sentence, **values) if values else _(each.sentence)
            found.setdefault((each.weak, line), Found(each, line, quote, told))
    return [found[key] for key in sorted(found)]


def slips_in(answer: Answer | None) -> list[Found]:
    """Return the slips in an answer, told with its own lines; none where it has no text."""
    if answer is None:
        return []
    try:
        found = slips_of(Code(answer.text, answer.exercise.name))
    except (SyntaxError, ValueError, RecursionError):
        return []
    return [each._replace(told=_with_line(each, answer)) for each in found]


def _with_line(found: Found, answer: Answer) -> str:
    quote = textwrap.shorten(found.quote, MOST_OF_A_LINE, placeholder=" …")
    return f"{place_of(found.line, answer)}, `{quote}`: {found.told}"
