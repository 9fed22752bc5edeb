"""Says results in words, for a terminal. Same words everywhere; `html` dresses them for a page."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.record import CheckResult, ExerciseResult, Kind, Result, Verdict
from fashion_course.kit.words import _, ngettext

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


def score_of(result: ExerciseResult | Result) -> str:
    """Return what was earned of what there is to earn, and which part of the checks passed."""
    earned, most = points_of(result.points), points_of(result.max_points)
    points = _("{earned} of {most} points", earned=earned, most=most)
    checks = result.checks if isinstance(result, ExerciseResult) else ()
    passed, count = sum(check.verdict == "passed" for check in checks), len(checks)
    if passed in (0, count):
        return points
    return _("{passed} of {all} checks, {points}", passed=passed, all=count, points=points)


def waiting(result: ExerciseResult) -> list[str]:
    """Return one line for all checks that are blocked by the same cause, for each cause."""
    counts = Counter(_cause(c, result) for c in result.checks if c.verdict == "blocked")
    return [
        ngettext(
            "{count} more check says nothing until this holds: {cause}.",
            "{count} more checks say nothing until this holds: {cause}.",
            count,
            cause=cause,
        )
        if any(check.sentence == cause for check in result.checks)
        else ngettext(
            "{count} check says nothing: {cause}",
            "{count} checks say nothing: {cause}",
            count,
            cause=cause,
        )
        for cause, count in counts.items()
    ]


def _cause(check: CheckResult, result: ExerciseResult) -> str:
    """Return the sentence of the check that another one waits for in the end, or why it waits."""
    blocked = (c.said("message") for c in result.checks if c.verdict == "blocked")
    why = check.said("message") or next(filter(None, blocked), "")
    why = why or _("Stopped by the same error as above.")
    above = next((c for c in result.checks if c is not check and c.sentence in why), None)
    if above is None:
        return why
    return _cause(above, result) if above.verdict == "blocked" else above.sentence


def headline(result: ExerciseResult) -> str:
    """Return one line: symbol, name, verdict, points."""
    symbol = SYMBOLS[result.verdict][0]
    star = " ★" if result.star else ""
    return f"{symbol} {result.name}: {_(result.verdict)}, {score_of(result)}{star}"


def craft_told(result: ExerciseResult) -> str:
    """Say how much craft is left, or that all of it is there; "" where none was judged."""
    if not result.craft:
        return ""
    if result.star:
        return _("★ Craft: your code has all that a careful library would add.")
    return _(
        "☆ Craft: {passed} of {all} hold. The rest is a suggestion; it earns a ★.",
        passed=sum(check.verdict == "passed" for check in result.craft),
        all=len(result.craft),
    )


def labels() -> dict[Kind, str]:
    """Return the word before a text, by its kind; kinds without one speak for themselves."""
    facts: dict[Kind, str] = {"call": _("call:"), "actual": _("actual:")}
    return {**facts, "expected": _("expected:"), "hint": _("hint:"), "read": _("read:")}


def lines_of(check: CheckResult) -> list[str]:
    """Return what a student reads of one check that did not pass."""
    names, lines = labels(), list[str]()
    for part in check.told:
        first, *more = part.text.splitlines() or [""]
        label = f"{names[part.kind]:<10}" if part.kind in names else ""
        lines += [label + first, *(" " * len(label) + line for line in more)]
    return lines


def first_told(result: ExerciseResult) -> str:
    """Return what is told first of an exercise, or its verdict."""
    told = (check.told[0].text for check in result.checks if check.told)
    return next(told, result.message) or _(result.verdict)


def has_no_details(result: ExerciseResult) -> bool:
    """Say whether one message says all: no check has anything to add to it."""
    if result.verdict == "not attempted":
        return True
    return result.verdict == "blocked" and not any(lines_of(check) for check in result.checks[1:])


def exercise_text(result: ExerciseResult, remarks: Sequence[str] = (), step: str = "") -> str:
    """Return the whole result of an exercise as plain text.

    Args:
        result: what was found.
        remarks: sentences to read first, such as which version was checked.
        step: what to do next.
    """
    head, *rows = (" " * indent + line.plain for indent, line in _rows(result))
    before, after = [f"  {remark}" for remark in remarks], [f"  {step}"] if step else []
    return "\n".join([head, *before, *rows, *after])


def exercise_rich(result: ExerciseResult) -> RenderableType:
    """Return the result of an exercise for a terminal with colours."""
    return Group(*(Padding(line, (0, 0, 0, indent)) for indent, line in _rows(result)))


def _rows(result: ExerciseResult) -> Iterator[tuple[int, Text]]:
    """Yield each line of a result, and how far it is indented."""
    yield 0, Text(headline(result), style=f"bold {SYMBOLS[result.verdict][1]}")
    if has_no_details(result):
        yield from ((4, Text(clean(line))) for line in result.message.splitlines())
        return
    if result.lent:
        yield 2, Text(lent_told(result))
    for check in (check for check in result.checks if check.verdict != "blocked"):
        yield 2, Text.assemble(SYMBOLS[check.verdict], f" {check.sentence}")
        yield from ((6, Text(clean(line))) for line in lines_of(check))
    for line in waiting(result):
        yield 2, Text.assemble(SYMBOLS["blocked"], f" {clean(line)}")
    if result.verdict == "passed":
        yield 2, Text(result.message, style="italic")
    yield from _craft_rows(result)
    yield from ((2, Text(line, style="dim")) for line in printed_lines(result))


def _craft_rows(result: ExerciseResult) -> Iterator[tuple[int, Text]]:
    """Yield what is told of craft: a line in all, and for each suggestion its claim and why."""
    if told := craft_told(result):
        yield 2, Text(told)
    for check in result.craft:
        if check.verdict != "passed":
            yield 4, Text(f"☆ {check.sentence}")
            yield from ((8, Text(clean(line))) for line in lines_of(check))


def lent_told(result: ExerciseResult) -> str:
    """Say which references stood in for answers that this one builds on; "" where none did."""
    if not result.lent:
        return ""
    names = ", ".join(f"`{name}`" for name in result.lent)
    return ngettext(
        "The course's {names} was used in place of yours, which does not pass yet.",
        "The course's {names} were used in place of yours, which do not pass yet.",
        len(result.lent),
        names=names,
    )


def printed_lines(result: ExerciseResult) -> list[str]:
    """Return the beginning of what the student's code printed, if it helps."""
    printed = result.printed.strip().splitlines()
    lines = [f"  {clean(line)}" for line in printed[:MAX_PRINTED_LINES]]
    more = len(printed) - MAX_PRINTED_LINES
    if more > 0:
        lines.append("  " + _("… and {count} lines more", count=more))
    return [_("your code printed:"), *lines] if lines else []


def clean(text: str) -> str:
    """Return a line without control characters, which could steer a terminal."""
    return "".join(c for c in text if c == "\t" or c.isprintable())


def result_table(result: Result) -> Table:
    """Return a table of all exercises of a submission, a line each."""
    parts = [
        _("isolation {isolation}", isolation=result.isolation),
        _("seed {seed}", seed=result.seed),
        _("grader {version}", version=result.grader_version),
        _("with the milestone") if result.full else _("without the milestone"),
    ]
    table = Table(
        title=f"{escape(result.submission)}: {score_of(result)}", caption=", ".join(parts)
    )
    for column in (_("unit"), _("exercise"), _("verdict")):
        table.add_column(column)
    table.add_column(_("points"), justify="right")
    unit = ""
    for exercise in result.exercises:
        symbol, colour = SYMBOLS[exercise.verdict]
        table.add_row(
            exercise.unit if exercise.unit != unit else "",
            exercise.name,
            f"[{colour}]{symbol} {_(exercise.verdict)}[/]",
            f"{points_of(exercise.points)} / {points_of(exercise.max_points)}",
        )
        unit = exercise.unit
    return table
