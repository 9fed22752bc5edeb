"""Which submissions are alike beyond what chance and the course explain: winnowed fingerprints.

The method is winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document
Fingerprinting", SIGMOD 2003) on the syntax tree: names of one's own, comments, docstrings,
annotations and layout are no part of it, so a copy with other names has the same fingerprints.
What the stubs, the skeletons and the lessons hold is taken away; what many of the class write says
little, and what every tenth writes says nothing. What is left is evidence for a person to look at,
never a verdict.
"""

import ast
import contextlib
import hashlib
import itertools
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from autograder.course.catalogue import course_root, exercises
from autograder.reading.answer import Answer
from autograder.reading.statements import parsed
from autograder.report.classpage import REFERENCE, Likeness

GRAM, WINDOW = 10, 4
"""Every run of `GRAM + WINDOW - 1` equal tokens leaves an equal fingerprint; shorter ones, none."""

ENOUGH = 20.0
"""Rare fingerprints in common, each weighed, from which on a pair is shown."""

ALIKE = 0.7
"""The share of an answer's weight that the other one must hold, too: less is a common idiom."""

MOST_WORDS = 20_000
"""Of one answer; more is no answer, and must not hold up the page of the class."""

Prints = Mapping[str, frozenset[int]]
"""The fingerprints of each answer of a submission, by the name of its exercise."""


def prints_of(answers: Mapping[str, Answer]) -> Prints:
    """Return the fingerprints of a submission, without what the course itself gives."""
    found = dict[str, frozenset[int]]()
    for name, answer in answers.items():
        if answer.is_attempted:
            with contextlib.suppress(RecursionError):  # a sum of a thousand terms, say
                found[name] = fingerprints(answer.nodes) - given()
    return {name: prints for name, prints in found.items() if prints}


def fingerprints(nodes: Sequence[ast.AST]) -> frozenset[int]:
    """Return the winnowed fingerprints of an answer's statements; a short one has none."""
    words = list(itertools.islice(tokens(nodes), MOST_WORDS))
    grams = [_hash(words[start : start + GRAM]) for start in range(len(words) - GRAM + 1)]
    windows = (grams[start : start + WINDOW] for start in range(len(grams) - WINDOW + 1))
    return frozenset(min(window) for window in windows)


def _hash(words: Iterable[str]) -> int:
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=7)
    return int.from_bytes(digest.digest(), "big")


def tokens(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield statements as words: kinds of nodes, names that are not one's own, and numbers."""
    own = {name for node in nodes for name in _names(node)}
    attributes = {name for node in nodes for name in _attributes(node)}
    for node in nodes:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            yield from _words(node, own, attributes)


def _names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement gives to something."""
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name


def _attributes(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement gives to attributes, methods and fields."""
    for each in ast.walk(node):
        match each:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.ClassDef(body=body):
                for part in body:
                    match part:
                        case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                            yield name


def _words(node: ast.AST, own: set[str], attributes: set[str]) -> Iterator[str]:
    match node:
        case ast.Expr(value=ast.Constant(value=str())) | ast.expr_context():
            return
        case ast.Name(id=name):
            yield "own" if name in own else name
        case ast.Attribute(attr=name):
            yield ".own" if name in attributes else f".{name}"
        case ast.Constant(value=value):
            yield "text" if isinstance(value, str | bytes) else repr(value)
        case _:
            yield type(node).__name__.replace("AnnAssign", "Assign")
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "type_params", "simple"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _words(child, own, attributes)


@cache
def given() -> frozenset[int]:
    """Return the fingerprints of what everybody was given: stubs, skeletons, lessons."""
    texts = [text for each in exercises().values() for text in (each.stub, each.skeleton)]
    for path in sorted((course_root() / "lessons").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        texts.append("\n".join(each for each in code if not each.startswith("%")))
    return _all_prints(texts)


@cache
def reference_prints() -> Prints:
    """Return the fingerprints of the reference answers that nobody was given."""
    found = {e.name: _all_prints([e.solution]) - given() for e in exercises().values()}
    return {name: prints for name, prints in found.items() if prints}


def _all_prints(texts: Iterable[str]) -> frozenset[int]:
    """Return the fingerprints of texts, and of each statement alone: there more names are free."""
    found = set[int]()
    for text in texts:
        with contextlib.suppress(SyntaxError):  # a skeleton has gaps
            body = parsed(text).body
            found |= fingerprints(body).union(*(fingerprints([each]) for each in body))
    return frozenset(found)


def alike(submissions: Mapping[str, Prints]) -> list[Likeness]:
    """Return the pairs that share more than chance explains, the strongest evidence first.

    The reference is one more submission, under the name "". An index from fingerprint to holders is
    walked, not all pairs, so that a class of a thousand takes seconds.
    """
    holders = defaultdict[tuple[str, int], list[str]](list)
    for who, name, each in _each_print({**submissions, REFERENCE: reference_prints()}):
        holders[name, each].append(who)
    common = max(10.0, len(submissions) / 10)
    groups = defaultdict[tuple[str, tuple[str, ...]], float](float)  # what the same ones hold
    for (name, _print), those in holders.items():
        groups[name, tuple(those)] += _weight(len(set(those) - {REFERENCE}), common)
    whole = defaultdict[tuple[str, str], float](float)
    shared = defaultdict[tuple[str, str, str], float](float)
    for (name, all_of_them), weight in groups.items():
        if weight:
            for who in all_of_them:
                whole[who, name] += weight
            for one, other in itertools.combinations(sorted(all_of_them), 2):
                shared[one, other, name] += weight
    found = defaultdict[tuple[str, str], dict[str, float]](dict)
    for (one, other, name), weight in sorted(shared.items()):
        if weight >= ALIKE * max(whole[one, name], whole[other, name]):
            found[one, other][name] = weight
    return sorted(
        (
            Likeness(one or other, other if one else one, sum(weights.values()), tuple(weights))
            for (one, other), weights in found.items()
            if sum(weights.values()) >= ENOUGH
        ),
        key=lambda each: (-each.weight, each.one, each.other),
    )


def _each_print(submissions: Mapping[str, Prints]) -> Iterator[tuple[str, str, int]]:
    for who, prints in submissions.items():
        for name, found in prints.items():
            yield from ((who, name, each) for each in found)


def _weight(holders: int, common: float) -> float:
    """Return what a fingerprint says: 1 if two hold it, nothing if it is common in the class."""
    return max(0.0, math.log(common / max(2, holders)) / math.log(common / 2))
