"""Shows the reference answer, and a student's answer beside it; who may see it says the caller."""

import ast
import difflib
from collections.abc import Iterator
from typing import NamedTuple

from autograder.course.catalogue import BEGIN, END, exercises
from autograder.grading.one import Grading
from autograder.reading.statements import DEFINITIONS, Statement, statements_of
from autograder.record import ExerciseResult
from autograder.report.html import ADDED, REMOVED, Told, render, unified
from fashion_course.kit.notebook.telling import sentence_told
from fashion_course.kit.words import _


def reference_source(name: str) -> str:
    """Return the reference answer as one would write it, without the author's markers."""
    lines = exercises()[name].solution.splitlines()
    return "\n".join(line for line in lines if BEGIN not in line and END not in line)


def locked_told(name: str, step: int, hint: str, insist: str) -> Told:
    """Say that a solution stays hidden, which hint comes next, and how to insist.

    Args:
        name: of the exercise.
        step: the number of the hint that comes next.
        hint: the call or command that shows it.
        insist: the call or command that shows the solution all the same.
    """
    count = len(exercises()[name].hints)
    parts = [
        _("`{name}` has not passed its check yet, so its solution stays hidden.", name=name),
        _(
            "A hint may do: hint {step} of {count} comes next with `{call}`.",
            step=step,
            count=count,
            call=hint,
        ),
        _("If you would rather see it now: `{call}`.", call=insist),
    ]
    return sentence_told(" ".join(parts))


def solution_told(name: str) -> Told:
    """Return the reference answer with its docstring."""
    return sentence_told(_("One way to write `{name}`:", name=name), reference_source(name))


def comparison_told(grading: Grading, name: str) -> Told:
    """Check an answer and put it beside the reference, without the docstrings that are equal."""
    result = grading.exercise(name)
    source = grading.submission.sources.get(exercises()[name].unit)
    own = _definition(source.text, name) if source is not None else None
    reference = _definition(reference_source(name), name)
    assert reference is not None
    if result.verdict == "not attempted":
        return sentence_told(
            _("There is no answer to compare yet: write `{name}` first.", name=name)
        )
    if own is None:
        text = _(
            "Your `{name}` is no `def` or `class` of that name, so there is no text to compare. One"
            " way to write it:",
            name=name,
        )
        return sentence_told(text, reference_source(name))
    return _beside(name, *_without_equal_docstrings(own, reference), _in_common(result))


def _beside(name: str, own: str, reference: str, common: list[str]) -> Told:
    common += [_lines_told(_lines_of_code(own), _lines_of_code(reference))]
    rows, diff = list[tuple[CodeLine | None, CodeLine | None]](), list[str]()
    if own == reference:
        head = _("Your `{name}` and the reference are the same code.", name=name)
    else:
        head = _("Your `{name}` (-) beside the reference (+).", name=name)
        rows = list(_rows(own.splitlines(), reference.splitlines()))
        diff = unified(own, reference, (_("yours"), _("reference")), context=1_000)
    told = " ".join([head, *common])
    html = render("learner_comparison.html", head=told, rows=rows, added=ADDED, removed=REMOVED)
    return Told("\n".join([told, *(["", *diff] if diff else [])]), html)


def _in_common(result: ExerciseResult) -> list[str]:
    """Return, in a true sentence, what of the checks both pass."""
    passed = sum(check.verdict == "passed" for check in result.checks)
    count = len(result.checks)
    if passed == count:
        return [_("Both pass all {count} checks.", count=count)]
    text = _(
        "Yours passes {passed} of {count} checks, the reference all of them.",
        passed=passed,
        count=count,
    )
    return [text]


def _lines_told(own: int, reference: int) -> str:
    if own == reference:
        return _("Both have {count} lines of code.", count=own)
    return _(
        "Yours has {own} lines of code, the reference {reference}.", own=own, reference=reference
    )


class CodeLine(NamedTuple):
    """A line, and whether the other side has another one there."""

    text: str
    changed: bool


def _rows(
    own: list[str], reference: list[str]
) -> Iterator[tuple[CodeLine | None, CodeLine | None]]:
    """Yield the lines of both, side by side; None where one of them has no line."""
    matcher = difflib.SequenceMatcher(None, own, reference, autojunk=False)
    for kind, first, last, start, stop in matcher.get_opcodes():
        changed = kind != "equal"
        for offset in range(max(last - first, stop - start)):
            left, right = first + offset, start + offset
            yield (
                CodeLine(own[left], changed) if left < last else None,
                CodeLine(reference[right], changed) if right < stop else None,
            )


def _definition(text: str, name: str) -> Statement | None:
    try:
        statements = statements_of(text)
    except (SyntaxError, ValueError):  # the check has told it
        return None
    found = [s for s in statements if isinstance(s.node, DEFINITIONS) and s.node.name == name]
    return found[-1] if found else None


def _without_equal_docstrings(own: Statement, reference: Statement) -> tuple[str, str]:
    """Leave out what both say alike before their code: it is the course's own text."""
    texts = [_docstrings(own), _docstrings(reference)]
    alike = set(texts[0]) & set(texts[1])
    return _without(own, texts[0], alike), _without(reference, texts[1], alike)


def _docstrings(definition: Statement) -> dict[tuple[str, str], ast.stmt]:
    """Return the docstrings of a definition and of its methods, by name and text."""
    found: dict[tuple[str, str], ast.stmt] = {}
    for node in ast.walk(definition.node):
        if isinstance(node, DEFINITIONS):
            text = ast.get_docstring(node)
            if text is not None and len(node.body) > 1:
                found[node.name, text] = node.body[0]
    return found


def _without(
    definition: Statement,
    docstrings: dict[tuple[str, str], ast.stmt],
    alike: set[tuple[str, str]],
) -> str:
    lines: list[str | None] = list(definition.text.splitlines())
    for key in alike:
        node = docstrings[key]
        first, last = node.lineno - definition.first, (node.end_lineno or 0) - definition.first
        for number in range(first, last + 1):
            lines[number] = None
    return "\n".join(line for line in lines if line is not None)


def _lines_of_code(text: str) -> int:
    """Count lines of code: no empty ones, no comments, no docstrings."""
    (definition,) = statements_of(text)
    alike = _docstrings(definition)
    lines = (line.strip() for line in _without(definition, alike, set(alike)).splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)
