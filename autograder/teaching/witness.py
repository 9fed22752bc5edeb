"""The second witness: what the source of an answer says, beside what the answer was seen to do.

A mistake's sentence rests on things in the source: the names in its backticks, and what
`phrases.toml` knows of its words. It is contradicted by a source that lacks what it speaks of, has
what it misses, or differs from the mistake in all that tells the mistake from the reference.
"""

import ast
import importlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

import autograder.mistakes
from autograder.course.catalogue import exercises
from autograder.mistakes import Mistake
from autograder.reading.answer import followed
from autograder.reading.sources import source_of
from autograder.reading.statements import DEFINITIONS
from autograder.teaching.facts import Facts, facts_of

CONTRADICTS, SILENT, AGREES, SPEAKS = -1, 0, 1, 2
"""What a source says of a mistake: it agrees in part, or in all that the sentence names."""

LIKEWISE = {
    "no_grad": "no_grad|inference_mode|set_grad_enabled",
    "detach": "detach|detach_|data|numpy|item|tolist|tensor|no_grad|inference_mode",
    "argmax": "argmax|max|topk|sort|argsort",
    "zero_grad": "zero_grad|grad",
    "requires_grad": "requires_grad|requires_grad_",
    "exp": "exp|softmax|Softmax",
}
"""What does the same as a name in backticks."""

_NOT_USED = re.compile(
    r"`([\w.]+)(?:\(\))?` (?:is (?:never|not) (?:used|called|passed)|never runs|decides nothing)"
    r"|(?:No|never call) `([\w.]+)(?:\(\))?`"
)
_MISSING = re.compile(r"are missing: [^.]*")

_CLAUSE = r"(?:`[^`]*`|[.,](?=\d)|[^`.,:;])*"
_HEDGED = re.compile(
    rf"{_CLAUSE},? for (?:instance|example)\b{_CLAUSE},?{_CLAUSE}|, as (?!if\b|soon\b){_CLAUSE}"
    rf"|\b(?:such as|most often|perhaps)\b{_CLAUSE}|(?<= )\([^)]*\)",
    re.IGNORECASE,
)
"""What a sentence says of how it may have come about: true, whatever this source is."""


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What words of a sentence rest on; both are patterns of a whole fact.

    Attributes:
        says: a pattern of the sentence.
        needs: what has to be in the source.
        without: what must not be there.
    """

    says: str
    needs: str = ""
    without: str = ""


class Ground(NamedTuple):
    """What a mistake's sentence rests on: patterns, and what tells its own facts from the right."""

    own: frozenset[str]
    needs: tuple[str, ...]
    without: tuple[str, ...]
    added: frozenset[str]
    dropped: frozenset[str]


@cache
def phrases() -> list[Phrase]:
    """Return what is known of the words that sentences are made of."""
    path = Path(autograder.mistakes.__file__).with_name("phrases.toml")
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Phrase]])["phrase"]


def word_of(mistake: Mistake, source: Facts | None) -> int:
    """Say whether a source contradicts a mistake's sentence, agrees with it, or is silent."""
    if source is None:
        return SILENT
    ground = ground_of(mistake)
    if source.found == ground.own:
        return SPEAKS
    lacking = [needed for needed in ground.needs if not source.has(needed)]
    if (lacking and source.whole) or any(map(source.has, ground.without)):
        return CONTRADICTS
    shared, missing = ground.added & source.found, ground.dropped - source.found
    asked = {fact for fact in ground.dropped if fact.endswith("?")}
    if not shared and ((ground.dropped and not missing) or (asked and not asked & missing)):
        return CONTRADICTS
    if not lacking and (ground.needs or ground.without):
        return SPEAKS
    return AGREES if shared or missing else SILENT


@cache
def ground_of(mistake: Mistake) -> Ground:
    """Return what a mistake's sentence rests on, as far as the mistake's own source bears it out.

    Where a mistake is made of helpers that others share, what tells it from the reference is mostly
    their manner of writing, and says nothing.
    """
    nodes = nodes_of(mistake.answer)
    own = facts_of(nodes)
    named, needs, without = _patterns(mistake)
    right = _right(mistake.exercise)
    plain = len(nodes) == 1 and "reference_answer" not in own.found
    return Ground(
        own.found,
        tuple(needed for needed in needs if not plain or own.has(needed))
        + tuple(filter(own.has, named)),
        tuple(pattern for pattern in without if not (plain and own.has(pattern))),
        own.found - right.found if plain else frozenset(),
        right.found - own.found if plain else frozenset(),
    )


@cache
def _right(exercise: str) -> Facts:
    """Return the facts of the reference."""
    return facts_of(ast.parse(exercises()[exercise].solution).body)


def _patterns(mistake: Mistake) -> tuple[list[str], list[str], list[str]]:
    """Return the patterns of names in backticks, then what phrases need, and what must not be."""
    sentence = surely_said(mistake)
    unused = {(a or b).rpartition(".")[2] for a, b in _NOT_USED.findall(sentence)}
    unused |= _named(" ".join(_MISSING.findall(sentence)))
    named = _named(sentence) - (unused | _given(mistake))
    known = [phrase for phrase in phrases() if re.search(phrase.says, sentence)]
    likewise = [LIKEWISE.get(name, re.escape(name)) for name in sorted(named)]
    needs = [phrase.needs for phrase in known if phrase.needs]
    without = [re.escape(name) for name in sorted(unused)]
    return likewise, needs, without + [phrase.without for phrase in known if phrase.without]


def surely_said(mistake: Mistake) -> str:
    """Return a mistake's sentence without what it says of how that may have come about."""
    return _HEDGED.sub("", mistake.sentence)


def _named(words: str) -> set[str]:
    """Return the names in backticks, without what they are attributes of."""
    return {name.rpartition(".")[2] for name in re.findall(r"`([\w.]+)(?:\(\))?`", words)}


def _given(mistake: Mistake) -> set[str]:
    """Return the names that the task gives: of the answer, its methods and its arguments."""
    solution = list(ast.walk(ast.parse(exercises()[mistake.exercise].solution)))
    arguments = {node.arg for node in solution if isinstance(node, ast.arg)}
    return arguments | {node.name for node in solution if isinstance(node, DEFINITIONS)}


def nodes_of(answer: Any) -> Sequence[ast.AST]:
    """Return the statement that defines a stored answer, and the helpers of the bank it uses."""
    definitions = _definitions(source_of(importlib.import_module(answer.__module__)) or "")
    return followed(answer.__name__, definitions) if answer.__name__ in definitions else []


@cache
def _definitions(text: str) -> dict[str, ast.AST]:
    """Return what a module of a bank defines, or imports from its own bank, by name."""
    found: dict[str, ast.AST] = {}
    for node in ast.parse(text).body:
        if isinstance(node, DEFINITIONS):
            found[node.name] = node
        elif isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".shared"):
            found |= _definitions(source_of(importlib.import_module(str(node.module))) or "")
    return found
