"""Says results in words: for the terminal, and as HTML in a notebook. Same words everywhere."""

import html

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.record import CheckResult, ExerciseResult, Result, Verdict

# Symbol, word and colour together: nobody has to tell them apart by colour alone.
SYMBOLS: dict[Verdict, tuple[str, str]] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "not attempted": ("○", "bright_black"),
    "blocked": ("⊘", "yellow"),
    "crashed": ("!", "red"),
    "timed out": ("…", "red"),
    "out of memory": ("!", "red"),
    "grader error": ("?", "magenta"),
}
MAX_PRINTED_LINES = 8


def points_of(points: float) -> str:
    """Return points without needless zeros: 3, 2.5."""
    return f"{points:.4g}"


def headline(result: ExerciseResult) -> str:
    """Return one line: symbol, name, verdict, points."""
    symbol, _ = SYMBOLS[result.verdict]
    score = f"{points_of(result.points)} of {points_of(result.max_points)} points"
    return f"{symbol} {result.name}: {result.verdict}, {score}"


def lines_of(check: CheckResult) -> list[str]:
    """Return what a student reads of one check that did not pass: the mistake before its trace."""
    lines = [check.explanation] if check.explanation else []
    lines += check.message.splitlines()
    facts = {"call": check.call, "got": check.got, "wanted": check.wanted}
    facts |= {"hint": check.question or check.hint, "read": check.see}
    return lines + [f"{name + ':':<8}{text}" for name, text in facts.items() if text]


def has_no_details(result: ExerciseResult) -> bool:
    """Say whether one message says all: no check has anything to add to it."""
    if result.verdict == "not attempted":
        return True
    return result.verdict == "blocked" and not any(lines_of(check) for check in result.checks[1:])


def exercise_text(result: ExerciseResult) -> str:
    """Return the whole result of an exercise as plain text."""
    lines = [headline(result)]
    if has_no_details(result):
        return "\n".join([*lines, *([f"    {result.message}"] if result.message else [])])
    for check in result.checks:
        symbol, _ = SYMBOLS[check.verdict]
        lines.append(f"  {symbol} {check.sentence}")
        lines += [f"      {line}" for line in lines_of(check)]
    if result.verdict == "passed":
        lines.append(f"  {result.message}")
    lines += [f"  {line}" for line in printed_lines(result)]
    return "\n".join(lines)


def printed_lines(result: ExerciseResult) -> list[str]:
    """Return the beginning of what the student's code printed, if it helps."""
    if not result.printed.strip():
        return []
    printed = result.printed.strip().splitlines()
    more = [f"… and {len(printed) - MAX_PRINTED_LINES} lines more"]
    shown = [*printed[:MAX_PRINTED_LINES], *(more if len(printed) > MAX_PRINTED_LINES else [])]
    return ["your code printed:", *(f"  {clean(line)}" for line in shown)]


def clean(text: str) -> str:
    """Return text without control characters, which could steer a terminal."""
    return "".join(c for c in text if c == "\t" or c.isprintable())


def exercise_rich(result: ExerciseResult) -> RenderableType:
    """Return the result of an exercise for a terminal."""
    colour = SYMBOLS[result.verdict][1]
    parts: list[RenderableType] = [Text(headline(result), style=f"bold {colour}")]
    if has_no_details(result):
        if result.message:
            parts.append(Padding(Text(clean(result.message)), (0, 0, 0, 4)))
        return Group(*parts)
    for check in result.checks:
        symbol, colour = SYMBOLS[check.verdict]
        parts.append(Text.assemble("  ", (symbol, colour), f" {check.sentence}"))
        for line in lines_of(check):
            parts.append(Padding(Text(clean(line)), (0, 0, 0, 6)))
    if result.verdict == "passed":
        parts.append(Padding(Text(result.message, style="italic"), (0, 0, 0, 2)))
    parts += [Padding(Text(line, style="dim"), (0, 0, 0, 2)) for line in printed_lines(result)]
    return Group(*parts)


def exercise_html(result: ExerciseResult) -> str:
    """Return the result of an exercise as HTML for a notebook; everything foreign is escaped."""
    colours = {"green": "#1a7f37", "red": "#b3261e", "yellow": "#8a6100"}
    colours |= {"bright_black": "#57606a", "magenta": "#8250df"}

    def head(symbol: str, colour: str, text: str) -> str:
        mark = f'<span style="color:{colours[colour]}">{symbol}</span>'
        return f"<strong>{mark} {html.escape(text)}</strong>"

    symbol, colour = SYMBOLS[result.verdict]
    parts = [f"<p>{head(symbol, colour, headline(result)[2:])}</p>"]
    if result.verdict == "not attempted":
        parts += [f"<p>{html.escape(result.message)}</p>"] if result.message else []
        return "\n".join(parts)
    parts.append("<ul style='list-style:none;padding-left:1em'>")
    for check in result.checks:
        symbol, colour = SYMBOLS[check.verdict]
        mark = f'<span style="color:{colours[colour]}">{symbol}</span>'
        told = html.escape("\n".join(map(clean, lines_of(check))))
        block = (
            f"<pre style='margin:.2em 0 .6em 1.5em;white-space:pre-wrap'>{told}</pre>"
            if told
            else ""
        )
        parts.append(f"<li>{mark} {html.escape(check.sentence)}{block}</li>")
    parts.append("</ul>")
    if result.verdict == "passed":
        parts.append(f"<p><em>{html.escape(result.message)}</em></p>")
    printed = "\n".join(printed_lines(result))
    parts += [f"<pre>{html.escape(printed)}</pre>"] if printed else []
    return "\n".join(parts)


def result_table(result: Result) -> Table:
    """Return a table of all exercises of a submission, a line each."""
    caption = (
        f"isolation {result.isolation}, seed {result.seed}, grader {result.grader_version},"
        f" {'with' if result.full else 'without'} the milestone"
    )
    total = f"{points_of(result.points)} of {points_of(result.max_points)} points"
    table = Table(title=f"{escape(result.submission)}: {total}", caption=caption)
    for column in ("unit", "exercise", "verdict", "points"):
        table.add_column(column, justify="right" if column == "points" else "left")
    unit = ""
    for exercise in result.exercises:
        symbol, colour = SYMBOLS[exercise.verdict]
        table.add_row(
            exercise.unit if exercise.unit != unit else "",
            exercise.name,
            f"[{colour}]{symbol} {exercise.verdict}[/]",
            f"{points_of(exercise.points)} / {points_of(exercise.max_points)}",
        )
        unit = exercise.unit
    return table
