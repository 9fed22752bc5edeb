"""Says what became of an answer: in one line where all is well, with a diff where it is not."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from autograder.report.html import Told, diff_html, highlighted, render, unified
from fashion_course.kit.home import HOME_VARIABLE
from fashion_course.kit.notebook.memory import KEPT
from fashion_course.kit.notebook.needs import Needs
from fashion_course.kit.notebook.saving import Conflict, Saving
from fashion_course.kit.words import _

MOST_LINES = 16  # of a diff below a cell: enough to recognise one's own change
TODAY = 20 * 3600.0  # seconds for which the time of day says enough
COLOURS = {"✓": "green", "!": "yellow", "○": "bright_black"}


def line(text: str, symbol: str = "!") -> Told:
    """Return one line: ✓ all is well, ! something is to be done, ○ good to know."""
    values = {"symbol": symbol, "colour": COLOURS[symbol], "text": text}
    return Told(f"{symbol} {text}", render("notebook_line.html", **values))


def together(told: Iterable[Told]) -> Told:
    """Return several things below each other."""
    parts = list(told)
    return Told("\n".join(part.text for part in parts), "".join(part.html for part in parts))


def listed(names: Iterable[str]) -> str:
    """Return names as code, with commas between."""
    return ", ".join(f"`{name}`" for name in names)


def told_of(outcome: Saving, path: Path) -> list[Told]:
    """Return what a student reads after a cell with answers."""
    told = []
    if outcome.saved:
        parts = dict.fromkeys(part for parts in outcome.saved.values() for part in parts)
        names, file = listed(outcome.saved), file_of(path)
        text = _("Saved {names} in {file}.", names=names, file=file)
        if parts:
            text = _(
                "Saved {names} in {file}, with {parts}.",
                names=names,
                file=file,
                parts=listed(parts),
            )
        told.append(line(text, "✓"))
    for kept in outcome.aside:
        text = _("What it replaces is kept in {file}.", file=f"{KEPT}/{kept.name}")
        told.append(line(text, "✓"))
    for name, needs in outcome.needs.items():
        told += [line(text) for text in missed(name, needs, name in outcome.saved)]
    told += [line(not_saved(name, why)) for name, why in outcome.refused.items()]
    return told + [conflict_told(conflict) for conflict in outcome.conflicts.values()]


def file_of(path: Path) -> str:
    """Return a module as students know it: `fashion_course/training.py`."""
    return f"fashion_course/{path.name}"


def missed(name: str, needs: Needs, new: bool = True) -> list[str]:
    """Return what an answer reads that the file does not have, or has with a value of its own.

    Of one that is not `new` in the file, only what has got another value since is told.
    """
    told = []
    if needs.lost and new:
        text = _(
            "`{name}` reads {names}, which the file does not know: pass it as an argument, or"
            " define it in a cell by an import, a function or a plain value.",
            name=name,
            names=listed(needs.lost),
        )
        told.append(text)
    if needs.other:
        text = _(
            "`{name}` reads {names}. Here running code has changed it, while the file keeps its own"
            " value: pass it as an argument.",
            name=name,
            names=listed(needs.other),
        )
        told.append(text)
    return told


def not_saved(name: str, why: object) -> str:
    """Return that an answer is not saved, and why."""
    return _("`{name}` is not saved: {why}", name=name, why=why)


def no_definition(name: str, value: object) -> str:
    """Return why what an exercise's name means in the notebook is not saved."""
    if callable(value):
        why = _("only a `def` or `class` of that name, at the left margin of a cell, is.")
        return not_saved(name, why)
    return _(
        "`{name}` now means a value of type `{kind}`, which hides your answer and is not saved."
        " Give the value another name, then run the answer's cell again.",
        name=name,
        kind=type(value).__name__,
    )


def homeless_told(names: Iterable[str]) -> Told:
    """Return that answers have no folder to be saved in, and how to give them one."""
    folder = os.environ.get(HOME_VARIABLE)
    text = _(
        "{names}: stays in this kernel, because there is no course folder of yours here. To keep"
        " it, run `!fashion-course start my-course` (once), `%cd my-course` and"
        " `%reload_ext fashion_course`.",
        names=listed(names),
    )
    if folder:
        text = _(
            "{names}: stays in this kernel, because FASHION_COURSE_HOME names {folder}, which is no"
            " course folder. `!fashion-course start {folder}` makes it one; then `%reload_ext"
            " fashion_course`.",
            names=listed(names),
            folder=folder,
        )
    return line(text, "○")


def conflict_told(conflict: Conflict) -> Told:
    """Return what differs, which is newer, and how to keep either."""
    name, file = conflict.exercise, file_of(conflict.path)
    head = _(
        "`{name}`: {file} holds another version, which is not overwritten.", name=name, file=file
    )
    age, keep = age_of(conflict), keep_one(name)
    names = (file, _("this notebook"))
    before = "\n\n\n".join(each.in_file for each in conflict.apart)
    after = "\n\n\n".join(each.in_notebook for each in conflict.apart)
    diff = unified(before, after, names, MOST_LINES)
    text = "\n".join([f"! {head}", age, *(f"    {each}" for each in diff), keep])
    shown = Markup(diff_html(before, after, names, MOST_LINES))
    return Told(text, render("notebook_conflict.html", head=head, age=age, diff=shown, keep=keep))


def keep_one(name: str) -> str:
    """Return how to settle a conflict."""
    return _(
        'Keep one: `keep("{name}", "notebook")` or `keep("{name}", "file")`. The other goes to'
        " {folder}.",
        name=name,
        folder=KEPT,
    )


def age_of(conflict: Conflict) -> str:
    """Say which version is the newer one, and since when there is each."""
    if conflict.file_is_newer:
        told = _(
            "The file is newer: changed at {file}, while this notebook has its version since"
            " {notebook}.",
            file=clock(conflict.file_time),
            notebook=clock(conflict.notebook_time),
        )
    else:
        told = _(
            "This notebook's is newer: it has its version since {notebook}, the file was changed at"
            " {file}.",
            file=clock(conflict.file_time),
            notebook=clock(conflict.notebook_time),
        )
    if conflict.notebook:
        told += " " + _("The file's was saved from {notebook}.", notebook=conflict.notebook)
    return told


def clock(moment: float) -> str:
    """Return a time of today as 14:05:09, another one with its date."""
    near = abs(time.time() - moment) < TODAY
    return time.strftime("%H:%M:%S" if near else "%Y-%m-%d %H:%M", time.localtime(moment))


def sentence_told(text: str, source: str = "") -> Told:
    """Return a sentence, and below it the source text that it speaks of."""
    shown = Markup(highlighted(source)) if source else ""
    html = render("notebook_sentence.html", text=text, source=shown)
    return Told(f"{text}\n\n{source}" if source else text, html)
