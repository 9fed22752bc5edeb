"""The command `doctor`: which parts of the isolation hold on this machine, and what to do."""

from typing import TYPE_CHECKING

from fashion_course.kit.cli.common import AsJson, console, output_for, say
from fashion_course.kit.words import _

if TYPE_CHECKING:
    from rich.table import Table

    from autograder.runners.levels import Way


def doctor(json: AsJson = False) -> None:
    """Try each part of the sandbox on this machine, and say what holds and what to do."""
    from autograder.runners.levels import best_way, levels_here

    with output_for(json) as emit:
        with console().status(_("trying")):
            ways, best = levels_here(), best_way()
        level = "process" if best is None else "sandbox"
        emit({"level": level, "way": best.name if best else "", "ways": ways})
    if json:
        return
    console().print(_table(ways))
    for way in ways:
        if way.why:
            say(f"{way.name}: {way.why} {way.remedy}", wrap=True)
    if best is None:
        told = _("Grades come from level process: only for people whom you trust.")
    else:
        told = _("Grades come from level sandbox, by {way}.", way=best.name)
    say(told, wrap=True)


def _table(ways: "list[Way]") -> "Table":
    from rich.table import Table

    from autograder.runners.sandbox import DEFENCES

    table = Table(_("part of the isolation"), *(way.name for way in ways))
    signs = {True: "✓", False: "✗", None: "·"}
    for part in DEFENCES:
        table.add_row(part, *(signs[way.parts.get(part)] for way in ways))
    return table
