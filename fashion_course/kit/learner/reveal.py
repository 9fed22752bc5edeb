"""Shows the reference answer, and a student's answer beside it; who may see it says the caller."""

import ast
import difflib
import html
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.course.catalogue import BEGIN, END, exercises
from autograder.grading.one import Grading
from autograder.reading.statements import DEFINITIONS, Statement, statements_of
from autograder.record import ExerciseResult
from autograder.report.html import (
    ADDED,
    BLOCK,
    REMOVED,
    Told,
    highlighted,
    inline,
    paragraph,
    unified,
)
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
    return Told(" ".join(parts), paragraph(inline(" ".join(parts))))


def solution_told(name: str) -> Told:
    """Return the reference answer with its docstring."""
    return _source_told(_("One way to write `{name}`:", name=name), reference_source(name))


def _source_told(head: str, source: str) -> Told:
    return Told(f"{head}\n\n{source}", paragraph(inline(head)) + highlighted(source))


@dataclass(frozen=True)
class Comparison:
    """A student's answer beside the reference.

    Attributes:
        own: its source; "" where there is none, or none that is a `def` or `class` of its name.
        reference: likewise, both without their docstrings where these are equal.
        result: what the check of the own one found.
    """

    own: str
    reference: str
    result: ExerciseResult

    @classmethod
    def of(cls, grading: Grading, name: str) -> "Comparison":
        """Check an answer and put it beside the reference."""
        result = grading.exercise(name)
        source = grading.submission.sources.get(exercises()[name].unit)
        own = _definition(source.text, name) if source is not None else None
        reference = _definition(reference_source(name), name)
        assert reference is not None
        if own is None or result.verdict == "not attempted":
            return cls("", reference.text, result)
        return cls(*_without_equal_docstrings(own, reference), result)

    @property
    def sentences(self) -> list[str]:
        """What both have in common, in true sentences."""
        passed = sum(check.verdict == "passed" for check in self.result.checks)
        count = len(self.result.checks)
        if passed == count:
            told = [_("Both pass all {count} checks.", count=count)]
        else:
            yours = _(
                "Yours passes {passed} of {count} checks, the reference all of them.",
                passed=passed,
                count=count,
            )
            told = [yours]
        own, reference = _lines_of_code(self.own), _lines_of_code(self.reference)
        if own == reference:
            return [*told, _("Both have {count} lines of code.", count=own)]
        return [
            *told,
            _(
                "Yours has {own} lines of code, the reference {reference}.",
                own=own,
                reference=reference,
            ),
        ]

    @property
    def _head(self) -> str:
        name = self.result.name
        if self.own == self.reference:
            return _("Your `{name}` and the reference are the same code.", name=name)
        return _("Your `{name}` (-) beside the reference (+).", name=name)

    def __repr__(self) -> str:
        """Return both as a unified diff."""
        if not self.own:
            return self._alone().text
        told = " ".join(self.sentences)
        if self.own == self.reference:
            return f"{self._head} {told}"
        diff = unified(self.own, self.reference, (_("yours"), _("reference")), context=1_000)
        return "\n".join([self._head, told, "", *diff])

    def _repr_html_(self) -> str:
        if not self.own:
            return self._alone().html
        head = paragraph(f"{inline(self._head)} {inline(' '.join(self.sentences))}")
        return head if self.own == self.reference else head + self._table()

    def _alone(self) -> Told:
        """Say why there is nothing to put beside the reference."""
        name = self.result.name
        if self.result.verdict != "not attempted":
            return _source_told(
                _(
                    "Your `{name}` is no `def` or `class` of that name, so there is no text to "
                    "compare. One way to write it:",
                    name=name,
                ),
                reference_source(name),
            )
        text = _("There is no answer to compare yet: write `{name}` first.", name=name)
        return Told(text, paragraph(inline(text)))

    def _table(self) -> str:
        heads = "".join(
            f'<th style="text-align:left;padding:2px 8px">{html.escape(whose)} ({sign})</th>'
            for whose, sign in ((_("yours"), "-"), (_("reference"), "+"))
        )
        rows = "".join(
            f'<tr style="background-color:transparent">{_cell(own, "-", REMOVED)}'
            f"{_cell(reference, '+', ADDED)}</tr>"
            for own, reference in _beside(self.own.splitlines(), self.reference.splitlines())
        )
        style = "table-layout:fixed;width:100%;border-collapse:collapse"
        return (
            f'<table style="{style}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        )


def _cell(line: tuple[str, bool] | None, sign: str, colour: str) -> str:
    style = "text-align:left;vertical-align:top;padding:0 8px"
    if line is None:
        return f'<td style="{style}"></td>'
    text, changed = line
    style += f";background-color:{colour}" if changed else ""
    shown = html.escape(f"{sign if changed else ' '} {text}", quote=False)
    return f'<td style="{style}"><pre style="{BLOCK};margin:0">{shown}</pre></td>'


Line = tuple[str, bool]
"""A line, and whether the other side has another one there."""


def _beside(own: list[str], reference: list[str]) -> Iterator[tuple[Line | None, Line | None]]:
    """Yield the lines of both, side by side; None where one of them has no line."""
    matcher = difflib.SequenceMatcher(None, own, reference, autojunk=False)
    for kind, first, last, start, stop in matcher.get_opcodes():
        changed = kind != "equal"
        for offset in range(max(last - first, stop - start)):
            left, right = first + offset, start + offset
            yield (
                (own[left], changed) if left < last else None,
                (reference[right], changed) if right < stop else None,
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
