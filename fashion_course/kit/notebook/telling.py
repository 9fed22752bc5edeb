"""Says what became of an answer: in one line where all is well, with a diff where it is not."""

import ast
import os
import time
from collections.abc import Iterable

from markupsafe import Markup

from autograder.course.catalogue import exercises
from autograder.reading.statements import DEFINITIONS
from autograder.report.html import Told, diff_html, highlighted, render, unified
from fashion_course.kit.home import HOME_VARIABLE
from fashion_course.kit.notebook.memory import KEPT
from fashion_course.kit.notebook.needs import PACKAGE
from fashion_course.kit.notebook.saving import Conflict, Saving
from fashion_course.kit.words import _

MOST_LINES = 16  # of a diff below a cell: enough to recognise one's own change
TODAY = 20 * 3600.0  # seconds for which the time of day says enough
COLOURS = {"✓": "green", "!": "yellow", "○": "bright_black"}


def line(text: str, symbol: str = "!") -> Told:
    """Return one line: ✓ all is well, ! something is to be done, ○ good to know."""
    values = {"symbol": symbol, "colour": COLOURS[symbol], "text": text}
    return Told(f"{symbol} {text}", render("notebook_line.html", **values))


def listed(names: Iterable[str]) -> str:
    """Return names as code, with commas between."""
    return ", ".join(f"`{name}`" for name in names)


def file_of(name: str) -> str:
    """Return the module of an exercise as students know it: `fashion_course/training.py`."""
    return f"{PACKAGE}/{exercises()[name].unit}.py"


def told_of(outcome: Saving) -> list[Told]:
    """Return what a student reads after a cell with answers."""
    told = []
    if outcome.saved:
        names, file = listed(outcome.saved), file_of(next(iter(outcome.saved)))
        parts = listed(dict.fromkeys(part for parts in outcome.saved.values() for part in parts))
        text = _("Saved {names} in {file}, with {parts}.", names=names, file=file, parts=parts)
        told.append(
            line(text if parts else _("Saved {names} in {file}.", names=names, file=file), "✓")
        )
    for kept in outcome.aside:
        text = _("What it replaces is kept in {file}.", file=f"{KEPT}/{kept.name}")
        told.append(line(text, "✓"))
    told += [line(lost(name, names)) for name, names in outcome.lost.items() if names]
    told += [line(not_saved(name, why)) for name, why in outcome.refused.items()]
    return told + [conflict_told(name, found) for name, found in outcome.conflicts.items()]


def lost(name: str, names: Iterable[str]) -> str:
    """Return what an answer reads that the file does not have, or has with a value of its own."""
    return _(
        "`{name}` uses {names}, which the file does not define, or defines with another value: "
        "pass it as an argument, or define it in a cell by an import, a function or a plain value.",
        name=name,
        names=listed(names),
    )


def not_saved(name: str, why: object) -> str:
    """Return that an answer is not saved, and why."""
    return _("`{name}` is not saved: {why}", name=name, why=why)


def no_definition(name: str, value: object) -> str:
    """Return why what an exercise's name means in the notebook is not saved."""
    if callable(value):
        why = _("only a `def` or `class` of that name, at the left margin of a cell, is saved.")
        return not_saved(name, why)
    return _(
        "`{name}` now means a value of type `{kind}`, which hides your answer and is not saved."
        " Give the value another name, then run the answer's cell again.",
        name=name,
        kind=type(value).__name__,
    )


def changed_outside(kind: type, node: ast.ClassDef) -> str:
    """Say which methods of a class came from elsewhere than its body, or ""."""
    elsewhere = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    elsewhere |= {n.name for n in node.body if isinstance(n, DEFINITIONS) and n.decorator_list}
    methods = [
        name
        for name, value in vars(kind).items()
        if not getattr(value, "__qualname__", kind.__qualname__).startswith(kind.__qualname__)
        and name not in elsewhere
    ]
    if not methods or node.decorator_list:  # a decorator may well put something in
        return ""
    return _(
        "Methods of `{name}` were set outside the class: {methods}. They are not saved; "
        "write them into the class.",
        name=node.name,
        methods=listed(methods),
    )


def homeless() -> str:
    """Return that answers have no folder to be saved in, and how to give them one."""
    folder, why = os.environ.get(HOME_VARIABLE), _("there is no course folder here")
    if folder:
        why = _("FASHION_COURSE_HOME is {folder}, which is not a course folder", folder=folder)
    return _(
        "Answers stay in this kernel, because {why}. To keep them, run `!fashion-course start"
        " {folder}` (once), `%cd {folder}` and `%reload_ext fashion_course`.",
        why=why,
        folder=folder or "my-course",
    )


def conflict_told(name: str, conflict: Conflict) -> Told:
    """Return what differs, which is newer, and how to keep either."""
    file = file_of(name)
    head = _(
        "`{name}`: {file} holds another version, which is not overwritten.", name=name, file=file
    )
    age, keep = age_of(conflict), keep_one(name)
    sides = (conflict.in_file, conflict.in_notebook, (file, _("this notebook")), MOST_LINES)
    text = "\n".join([f"! {head}", age, *(f"    {each}" for each in unified(*sides)), keep])
    diff = Markup(diff_html(*sides))
    return Told(text, render("notebook_conflict.html", head=head, age=age, diff=diff, keep=keep))


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
    is_newer = conflict.file_time > conflict.notebook_time
    return _(
        "{newer} is newer: the file was changed at {file}, this notebook's version at {notebook}.",
        newer=_("The file") if is_newer else _("This notebook's"),
        file=clock(conflict.file_time),
        notebook=clock(conflict.notebook_time),
    )


def clock(moment: float) -> str:
    """Return a time of today as 14:05:09, another one with its date."""
    near = abs(time.time() - moment) < TODAY
    return time.strftime("%H:%M:%S" if near else "%Y-%m-%d %H:%M", time.localtime(moment))


def sentence_told(text: str, source: str = "") -> Told:
    """Return a sentence, and below it the source text that it speaks of."""
    shown = Markup(highlighted(source)) if source else ""
    html = render("notebook_sentence.html", text=text, source=shown)
    return Told(f"{text}\n\n{source}" if source else text, html)
