"""Says results in HTML, for notebooks and feedback pages: light or dark, trusted or sanitized.

Front ends take style sheets and scripts out of an output, so every style stands in its element.
Text keeps the colour of the page; only marks have colours of their own, on a ground of their own,
and always a symbol or a word beside. Everything foreign is escaped.
"""

import difflib
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments import highlight, token
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.style import Style

from autograder.record import CheckResult, ExerciseResult
from autograder.report.links import Link
from autograder.report.terminal import SYMBOLS, clean, points_of, printed_lines
from fashion_course.kit.words import _

COLOURS = {
    "green": "#1a7f37",
    "red": "#b3261e",
    "yellow": "#8a6100",
    "bright_black": "#57606a",
    "magenta": "#8250df",
}
MARK = "color:#ffffff;border-radius:3px;padding:1px 6px;font-weight:bold"
BLOCK = (
    "white-space:pre-wrap;overflow-wrap:anywhere;word-break:normal;margin:4px 0;padding:0;"
    "font-size:13px;background-color:transparent"
)
ADDED, REMOVED = "rgba(26,127,55,0.22)", "rgba(179,38,30,0.22)"


def render(template_name: str, **values: object) -> str:
    """Return a template of `templates/` filled in.

    Args:
        template_name: for example "exercise.html".
        values: for its names; text is escaped, `Markup` is HTML already.

    Raises:
        jinja2.UndefinedError: the template names a value that is not given.
    """
    return _templates.get_template(template_name).render(**values)


def inline(text: str) -> str:
    """Return a sentence with its `code` as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(clean(text), quote=False))


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"inline": lambda text: Markup(inline(text)), "clean": clean}
_templates.globals |= {"_": _, "BLOCK": BLOCK, "COLOURS": COLOURS, "SYMBOLS": SYMBOLS}


def mark(text: str, colour: str) -> str:
    """Return a symbol or a word on a coloured ground."""
    style = f"background-color:{COLOURS[colour]};{MARK}"
    return f'<span style="{style}">{html.escape(text)}</span>'


def block(text: str) -> str:
    """Return lines of code or of a report; long ones are wrapped."""
    told = html.escape("\n".join(map(clean, text.splitlines())), quote=False)
    return f'<pre style="{BLOCK}">{told}</pre>'


def paragraph(content: str) -> str:
    """Return a paragraph of HTML that does not take much room."""
    return f'<p style="margin:4px 0">{content}</p>'


def beside(content: Iterable[str], colour: str) -> str:
    """Return HTML with a coloured line on its left."""
    style = f"border-left:4px solid {COLOURS[colour]};margin:8px 0;padding:2px 0 2px 12px"
    return f'<div style="{style}">{"".join(content)}</div>'


def anchor(link: Link) -> str:
    """Return a link to another page of the course."""
    return f'<a href="{html.escape(link.href)}">{html.escape(link.text)}</a>'


def exercise_html(
    result: ExerciseResult,
    remarks: Sequence[str] = (),
    links: dict[str, Link] | None = None,
    step: str = "",
) -> str:
    """Return the result of an exercise as HTML.

    Args:
        result: what was found.
        remarks: sentences to read first, such as which version was checked.
        links: `see` of a check to where it can be read from here; the others stay words.
        step: what to do next, as HTML.
    """
    symbol, colour = SYMBOLS[result.verdict]
    score = f"{points_of(result.points)} of {points_of(result.max_points)} points"
    name = f"<strong><code>{html.escape(result.name)}</code>: {result.verdict}</strong>"
    parts = [paragraph(f"{mark(symbol, colour)} {name}, {score}")]
    parts += [beside([paragraph(inline(each)) for each in remarks], "yellow")] if remarks else []
    if result.verdict == "not attempted":
        parts += [paragraph(inline(result.message))] if result.message else []
    else:
        missed = [c for c in result.checks if c.verdict not in ("passed", "blocked")]
        parts += [_missed(check, links or {}) for check in missed]
        parts += [_blocked([c for c in result.checks if c.verdict == "blocked"])]
        parts += [_passed([c for c in result.checks if c.verdict == "passed"], result)]
    printed = "\n".join(printed_lines(result))
    parts += [block(printed)] if printed else []
    parts += [paragraph(step)] if step else []
    return f'<div style="max-width:60em">{"".join(parts)}</div>'


def _missed(check: CheckResult, links: dict[str, Link]) -> str:
    symbol, colour = SYMBOLS[check.verdict]
    sentence = f"<strong>{html.escape(check.sentence)}</strong>"
    parts = [paragraph(f"{mark(f'{symbol} {check.verdict}', colour)} {sentence}")]
    explanation, asked, see = check.said("explanation"), check.said("hint"), check.said("read")
    parts += [paragraph(inline(explanation))] if explanation else []
    facts = {part.kind: part.text for part in check.told}
    lines = [f"{k + ':':<9}{facts[k]}" for k in ("call", "actual", "expected") if k in facts]
    told = "\n".join([*check.said("message").splitlines(), *lines])
    parts += [block(told)] if told else []
    parts += [paragraph(f"<strong>hint:</strong> {inline(asked)}")] if asked else []
    if see:
        link = links.get(see)
        place = anchor(link) if link else f"<code>{html.escape(see)}</code>"
        parts.append(paragraph(f"<strong>read:</strong> {place}"))
    return beside(parts, colour)


def _blocked(checks: Sequence[CheckResult]) -> str:
    symbol, colour = SYMBOLS["blocked"]
    return "".join(
        beside(
            [
                paragraph(f"{mark(f'{symbol} blocked', colour)} {html.escape(check.sentence)}"),
                paragraph(inline(check.said("message"))),
            ],
            colour,
        )
        for check in checks
    )


def _passed(checks: Sequence[CheckResult], result: ExerciseResult) -> str:
    """Return what went well: the sentence that says so, and the checks folded away."""
    if not checks:
        return ""
    symbol, colour = SYMBOLS["passed"]
    parts = [paragraph(f"<em>{inline(result.message)}</em>")] if result.verdict == "passed" else []
    items = "".join(f"<li>{html.escape(check.sentence)}</li>" for check in checks)
    head = _("{passed} of {all} checks passed", passed=len(checks), all=len(result.checks))
    parts.append(
        f'<details style="margin:8px 0"><summary style="cursor:pointer">{mark(symbol, colour)}'
        f' {html.escape(head)}</summary><ul style="margin:4px 0">{items}</ul></details>'
    )
    return "".join(parts)


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
    shown = "".join(
        f'<span style="background-color:{colours[line[0]]}">{html.escape(clean(line))}</span>\n'
        if line[:1] in colours and place > 1
        else f"{html.escape(clean(line))}\n"
        for place, line in enumerate(lines)
    )
    return f'<pre style="{BLOCK}">{shown}</pre>'


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


@dataclass(frozen=True)
class Told:
    """Something that a notebook shows as HTML and a terminal as text."""

    text: str
    html: str

    def __repr__(self) -> str:
        """Return it as text."""
        return self.text

    def _repr_html_(self) -> str:
        return self.html
