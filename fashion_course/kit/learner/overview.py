"""Says where a learner stands, for `status` in a notebook and on the command line."""

from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.course.catalogue import exercises
from autograder.report.html import Told, render
from autograder.report.terminal import SYMBOLS, points_of
from fashion_course.kit.learner.progress import Standing, reached
from fashion_course.kit.learner.steps import last_step
from fashion_course.kit.notebook.reset import missing_files
from fashion_course.kit.words import _


def status_told(home: Path | None, found: Sequence[Standing], call: Callable[..., str]) -> Told:
    """Return a table of all exercises and what comes next.

    Args:
        home: the course folder, or None.
        found: where the learner stands.
        call: `call("train_cnn", full=True)` is how a check is asked for.
    """
    rows, unit = list[tuple[str, ...]](), ""
    for each in found:
        verdict = each.verdict
        symbol = SYMBOLS.get(verdict, ("·", ""))[0]  # type: ignore[call-overload]
        state = f"{symbol} {_(verdict)}" + (f" ({_('changed since')})" if each.stale else "")
        points = f"{points_of(each.points)} / {points_of(each.max_points)}{' ★' * each.star}"
        effort = str(exercises()[each.name].minutes)
        shown_unit, unit = each.unit if each.unit != unit else "", each.unit
        rows.append((shown_unit, each.name, effort, state, points if each.max_points else ""))
    columns = _("unit"), _("exercise"), _("minutes"), _("state"), _("points")
    left = [each.name for each in found if each.verdict != "passed" or each.stale]
    head = _("Your course folder: {path}", path=home or _("none, so this kernel remembers"))
    end = _("{passed} of {count} exercises pass.", passed=len(found) - len(left), count=len(found))
    following = _("Next: {call}", call=call(left[0])) if left else last_step(reached(home), call)
    end = " ".join([*missing_files(home), end, following])
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (columns, *rows)
    )
    html = render("learner_status.html", head=head, columns=columns, rows=rows, end=end)
    return Told("\n".join([head, "", *lines, "", end]), html)
