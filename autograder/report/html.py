"""Says results in HTML, for notebooks and feedback pages: light or dark, trusted or sanitized.

The templates stand in `templates/`; whatever they are given is escaped. Text keeps the colour of
the page; only marks have colours of their own, on a ground of their own, and always a symbol or a
word beside.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from pygments import highlight, token
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.style import Style

from autograder.record import ExerciseResult
from autograder.report import terminal
from autograder.report.links import Link
from autograder.report.terminal import clean
from fashion_course.kit.words import _, ngettext

COLOURS = {
    "green": "#1a7f37",
    "red": "#b3261e",
    "yellow": "#8a6100",
    "bright_black": "#57606a",
    "magenta": "#8250df",
}
BLOCK = (
    "white-space:pre-wrap;overflow-wrap:anywhere;word-break:normal;margin:4px 0;padding:0;"
    "font-size:13px;background-color:transparent"
)
ADDED, REMOVED = "rgba(26,127,55,0.22)", "rgba(179,38,30,0.22)"


@dataclass(frozen=True)
class Told:
    """Something that a notebook shows as HTML and a terminal as text.

    Attributes:
        text: plain, lines of any length.
        html: the same as an element or several, everything foreign in it escaped.
    """

    text: str
    html: str

    def __repr__(self) -> str:
        """Return it as text."""
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def render(template_name: str, **values: object) -> str:
    """Return a template of `templates/` filled in.

    Args:
        template_name: for example "exercise.html".
        values: for its names; text is escaped, `Markup` is HTML already.

    Raises:
        jinja2.UndefinedError: the template names a value that is not given.
    """
    return _templates.get_template(template_name).render(**values)


def inline(text: str) -> Markup:
    """Return a sentence with its `code` as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(clean(text)))))


def _clean_lines(text: str) -> str:
    return "\n".join(map(clean, text.splitlines()))


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"inline": inline, "clean": _clean_lines}
_templates.globals |= {"_": _, "ngettext": ngettext, "terminal": terminal}
_templates.globals |= {"BLOCK": BLOCK, "COLOURS": COLOURS}


def exercise_told(
    result: ExerciseResult,
    remarks: Sequence[str] = (),
    step: Told | None = None,
    links: Mapping[str, Link] | None = None,
) -> Told:
    """Return the result of an exercise in both forms.

    Args:
        result: what was found.
        remarks: sentences to read first, such as which version was checked.
        step: what to do next.
        links: a place in a lesson to where it can be read from here; the others stay words.
    """
    step = step or Told("", "")
    passed = [check for check in result.checks if check.verdict == "passed"]
    head = _("{passed} of {all} checks passed", passed=len(passed), all=len(result.checks))
    given = {"remarks": remarks, "links": links or {}, "step": Markup(step.html)}
    page = render("exercise.html", result=result, passed=passed, head=head, **given)
    return Told(terminal.exercise_text(result, remarks, step.text), page)


class BothThemes(Style):  # type: ignore[misc]
    """Colours of code that can be read on white and on black: each about as far from either."""

    styles: ClassVar[dict[Any, str]] = {
        token.Keyword: "#8a63d2",
        token.Operator.Word: "#8a63d2",
        token.String: "#2a8547",
        token.Number: "#b5651d",
        token.Comment: "italic #7a7f87",
        token.Name.Builtin: "#2878c8",
        token.Name.Function: "#2878c8",
        token.Name.Class: "#2878c8",
        token.Name.Decorator: "#b5651d",
    }


def highlighted(source: str) -> str:
    """Return Python source with coloured words."""
    formatter = HtmlFormatter(style=BothThemes, noclasses=True, nobackground=True, nowrap=True)
    return f'<pre style="{BLOCK}">{highlight(source, PythonLexer(), formatter)}</pre>'


def diff_html(before: str, after: str, names: tuple[str, str], most: int = 1_000) -> str:
    """Return two texts line by line under each other; `-` and `+` tell which is whose.

    Args:
        before: one text.
        after: the other.
        names: whose they are.
        most: lines that are shown.
    """
    lines = unified(before, after, names, most)
    colours = {"-": REMOVED, "+": ADDED}
    shown = [(line, colours.get(line[:1]) if place > 1 else "") for place, line in enumerate(lines)]
    return render("diff.html", lines=shown)


def unified(
    before: str, after: str, names: tuple[str, str], most: int = 1_000, context: int = 1
) -> list[str]:
    """Return a unified diff without its line numbers, at most `most` lines of it."""
    given = before.splitlines(), after.splitlines()
    lines = list(difflib.unified_diff(*given, *names, n=context, lineterm=""))
    lines = [line if not line.startswith("@@") else "…" for line in lines]
    lines = [line for place, line in enumerate(lines) if line != "…" or place > 2]
    more = len(lines) - most
    return [*lines[:most], *([_("… and {count} lines more", count=more)] if more > 0 else [])]
