"""Shows the reference answer, and a student's answer beside it, once the exercise has passed."""

import ast
import contextlib
import difflib
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from autograder.course.catalogue import BEGIN, END, exercises, units
from autograder.reading.statements import DEFINITIONS, parsed, statements_of
from autograder.record import ExerciseResult
from autograder.report.html import ADDED, REMOVED, Told, render, unified
from fashion_course.kit.learner.hints import ladder_of, next_hint
from fashion_course.kit.learner.progress import solved
from fashion_course.kit.notebook.telling import sentence_told
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from autograder.grading.one import Grading

SideBySide = tuple[str | None, str | None, bool]


def reference_source(name: str) -> str:
    """Return the reference answer as one would write it, without the author's markers."""
    lines = exercises()[name].solution.splitlines()
    return "\n".join(line for line in lines if BEGIN not in line and END not in line)


def locked_told(
    home: Path | None, name: str, insist: bool, hint: str, insisting: str
) -> Told | None:
    """Say that a solution stays hidden, which hint comes next, and how to insist, or None.

    Args:
        home: the course folder.
        name: of the exercise.
        insist: show it also before the exercise has passed.
        hint: the call or command that shows the next hint.
        insisting: the call or command that shows the solution all the same.
    """
    if insist or name in solved(home):
        return None
    text = _(
        "`{name}` has not passed its check yet, so its solution stays hidden. A hint may be "
        "enough: `{hint}` shows hint {step} of {count}. If you would rather see it "
        "now: `{call}`.",
        name=name,
        step=next_hint(home, name),
        count=len(ladder_of(home, name)),
        hint=hint,
        call=insisting,
    )
    return sentence_told(text)


def solution_told(name: str) -> Told:
    """Return the reference answer with its docstring."""
    return sentence_told(_("One way to write `{name}`:", name=name), reference_source(name))


def question_told(home: Path | None, name: str) -> Told | None:
    """Return rubric and samples of a written question that has been answered.

    Args:
        home: the learner's own course folder, whose saved notebook holds the answer; None where
            there is none, as in a class or wherever nbgrader runs: then nothing is shown.
        name: what may be a written question.

    Returns:
        None where there is no question of that name.
    """
    for unit in units():
        for question in (each for each in unit.questions if each.name == name):
            import nbformat  # takes its time, and few ask for this

            from autograder.sync.assignments import written_answers

            answered: list[str] = []
            with contextlib.suppress(OSError, ValueError):  # no notebook, or half of one
                file = (home or Path(os.devnull)) / "exercises" / f"{unit.stem}.ipynb"
                answered = written_answers(nbformat.read(file, nbformat.NO_CONVERT))
            if name not in answered:
                text = _(
                    "`{name}` is a written question. Answer it in its cell and save the notebook;"
                    " then ask again for its rubric and for answers of others.",
                    name=name,
                )
                return sentence_told(text)
            head = _("What earns points in `{name}`, and how others answered:", name=name)
            below = f"{question.rubric_text}\n\n{question.samples_text}"
            block = Markup('<pre style="white-space: pre-wrap">{}</pre>').format(below)
            html = render("notebook_sentence.html", text=head, source=block)
            return Told(f"{head}\n\n{below}", html)
    return None


def comparison_told(grading: "Grading", name: str) -> Told:
    """Check an answer and put it beside the reference, without the docstrings that are equal."""
    result = grading.exercise(name)
    source = grading.submission.sources.get(exercises()[name].unit)
    own = _definition(source.text, name) if source is not None else ""
    reference = reference_source(name)
    if result.verdict == "not attempted":
        return sentence_told(
            _("There is no answer to compare yet: write `{name}` first.", name=name)
        )
    if not own:
        text = _(
            "Your `{name}` is not a `def` or `class`, so it has no source code to compare.",
            name=name,
        )
        return sentence_told(text)
    alike = _docstrings(own) & _docstrings(reference)
    return _beside(result, _without(own, alike), _without(reference, alike))


def _beside(result: ExerciseResult, own: str, reference: str) -> Told:
    rows, diff = list[SideBySide](), list[str]()
    if own == reference:
        head = _("Your `{name}` and the reference are the same code.", name=result.name)
    else:
        head = _("Your `{name}` (-) beside the reference (+).", name=result.name)
        rows = list(_rows(own.splitlines(), reference.splitlines()))
        diff = ["", *unified(own, reference, (_("yours"), _("reference")), context=1_000)]
    passed, count = sum(c.verdict == "passed" for c in result.checks), len(result.checks)
    common = _("Both pass all {count} checks.", count=count)
    if passed < count:
        common = _(
            "Yours passes {passed} of {count} checks, the reference all of them.",
            passed=passed,
            count=count,
        )
    told = f"{head} {common}"
    html = render("learner_comparison.html", head=told, rows=rows, added=ADDED, removed=REMOVED)
    return Told("\n".join([told, *diff]), html)


def _rows(own: list[str], reference: list[str]) -> Iterator[SideBySide]:
    """Yield the lines of both, side by side, and whether they differ; None where one has none."""
    matcher = difflib.SequenceMatcher(None, own, reference, autojunk=False)
    for kind, first, last, start, stop in matcher.get_opcodes():
        for left, right in itertools.zip_longest(own[first:last], reference[start:stop]):
            yield left, right, kind != "equal"


def _definition(text: str, name: str) -> str:
    try:
        statements = statements_of(text)
    except (SyntaxError, ValueError):  # the check has told it
        return ""
    found = [s for s in statements if isinstance(s.node, DEFINITIONS) and s.node.name == name]
    return found[-1].text if found else ""


def _docstrings(text: str) -> set[str]:
    """Return the docstrings of a definition and of its methods, as they are written."""
    nodes = [node for node in ast.walk(parsed(text)) if isinstance(node, DEFINITIONS)]
    texts = [ast.get_docstring(node, clean=False) for node in nodes if len(node.body) > 1]
    return {f'"""{text}"""' for text in texts if text}


def _without(text: str, docstrings: set[str]) -> str:
    for docstring in docstrings:
        text = re.sub(rf"\n[ \t]*{re.escape(docstring)}", "", text)
    return text
