"""Says results in words, for a terminal. Same words everywhere; `page` says them in HTML."""

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
    lines: list[str] = []
    for part in check.told:
        if part.kind in ("explanation", "message"):
            lines += part.text.splitlines()
        else:
            lines.append(f"{part.kind + ':':<9}{part.text}")
    return lines


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
