"""Says what became of an answer: in one line where all is well, with a diff where it is not."""

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.report.html import Told, beside, block, diff_html, inline, mark, paragraph, unified
from autograder.words.messages import say
from fashion_course.kit.home import HOME_VARIABLE
from fashion_course.kit.notebook.memory import KEPT
from fashion_course.kit.notebook.saving import Conflict, Report

MOST_LINES = 16  # of a diff below a cell: enough to recognise one's own change
TODAY = 20 * 3600.0  # seconds for which the time of day says enough


def line(text: str, symbol: str = "", colour: str = "bright_black") -> Told:
    """Return one line."""
    shown = f"{mark(symbol, colour)} {inline(text)}" if symbol else inline(text)
    return Told(f"{symbol} {text}" if symbol else text, paragraph(shown))


def listed(names: Iterable[str]) -> str:
    """Return names as code, with commas between."""
    return ", ".join(f"`{name}`" for name in names)


def file_of(path: Path) -> str:
    """Return a module as students know it: `fashion_course/training.py`."""
    return f"fashion_course/{path.name}"


def told_of(report: Report, path: Path) -> list[Told]:
    """Return what a student reads after a cell with answers."""
    told = []
    if report.saved:
        parts = dict.fromkeys(part for parts in report.saved.values() for part in parts)
        names, file = listed(report.saved), file_of(path)
        key = "saved-with" if parts else "saved"
        told.append(line(say(key, names=names, file=file, parts=listed(parts)), "✓", "green"))
    for kept in report.aside:
        told.append(line(say("put-aside", file=f"{KEPT}/{kept.name}"), "✓", "green"))
    for name in report.lost | report.other:
        for text in missed(name, report.lost.get(name, ()), report.other.get(name, ())):
            told.append(line(text, "!", "yellow"))
    for name, why in report.refused.items():
        told.append(line(say("not-saved", name=name, why=why), "!", "yellow"))
    return told + [conflict_told(conflict) for conflict in report.conflicts.values()]


def missed(name: str, lost: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return what an answer reads that the file does not have as the notebook has it."""
    words = {"saved-lost": lost, "saved-other": other}
    return [say(key, name=name, names=listed(names)) for key, names in words.items() if names]


def no_definition(name: str, value: object) -> str:
    """Return why what an exercise's name means in the notebook is not saved."""
    if callable(value):
        return say("not-a-definition", name=name)
    return say("hidden-by-value", name=name, kind=type(value).__name__)


def homeless_told(names: Iterable[str]) -> Told:
    """Return that answers have no folder to be saved in, and how to give them one."""
    folder = os.environ.get(HOME_VARIABLE)
    key = "homeless-named" if folder else "homeless"
    return line(say(key, names=listed(names), folder=folder), "○")


def conflict_told(conflict: Conflict) -> Told:
    """Return what differs, which is newer, and how to keep either."""
    name, file = conflict.exercise, file_of(conflict.path)
    head = say("conflict", name=name, file=file)
    age = age_of(conflict)
    keep = say("conflict-keep", name=name, folder=KEPT)
    names = (file, say("this-notebook"))
    before = "\n\n\n".join(d.in_file for d in conflict.differences)
    after = "\n\n\n".join(d.in_notebook for d in conflict.differences)
    diff = unified(before, after, names, MOST_LINES)
    text = "\n".join([f"! {head}", age, *(f"    {each}" for each in diff), keep])
    shown = [
        paragraph(f"{mark('! not saved', 'yellow')} {inline(head)}"),
        paragraph(inline(age)),
        diff_html(before, after, names, MOST_LINES),
        paragraph(inline(keep)),
    ]
    return Told(text, beside(shown, "yellow"))


def age_of(conflict: Conflict) -> str:
    """Say which version is the newer one, and since when there is each."""
    key = "file-newer" if conflict.file_is_newer else "notebook-newer"
    file, notebook = clock(conflict.file_time), clock(conflict.notebook_time)
    told = say(key, file=file, notebook=notebook)
    other = say("other-notebook", notebook=conflict.notebook) if conflict.notebook else ""
    return f"{told} {other}".strip()


def clock(moment: float) -> str:
    """Return a time of today as 14:05:09, another one with its date."""
    near = abs(time.time() - moment) < TODAY
    return time.strftime("%H:%M:%S" if near else "%Y-%m-%d %H:%M", time.localtime(moment))


def source_told(text: str, source: str) -> Told:
    """Return a sentence and a source text below it."""
    return Told(f"{text}\n\n{source}", paragraph(inline(text)) + block(source))
