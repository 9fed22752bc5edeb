"""Says what to do after a check: the next hint, the next exercise, the next unit."""

from collections.abc import Collection
from pathlib import Path

from autograder.course.catalogue import UNITS, exercises, units
from autograder.record import ExerciseResult
from autograder.report.html import Told, anchor, inline
from autograder.report.links import link_to
from fashion_course.kit.words import _


def next_step(result: ExerciseResult, solved: Collection[str], home: Path | None) -> Told:
    """Return what a student does after a check.

    Args:
        result: of the check.
        solved: the exercises that have passed once.
        home: the course folder, for links to its lessons, or None.
    """
    if result.verdict == "not attempted":
        return _words(
            _(
                'Next: write it into its cell and run that. A hint: `hint("{name}")`',
                name=result.name,
            )
        )
    if result.verdict != "passed":
        return _words(
            _(
                'Next: change it and check again, or ask for a hint: `hint("{name}")`',
                name=result.name,
            )
        )
    compare = _words(_('See how the course wrote it: `compare("{name}")`.', name=result.name))
    following = _following(result.name, solved, home)
    return Told(f"{following.text} {compare.text}", f"{following.html} {compare.html}")


def _following(name: str, solved: Collection[str], home: Path | None) -> Told:
    names = list(exercises())
    place = names.index(name) + 1
    # First what comes after this exercise, then what was left out before it.
    left = [n for n in names[place:] + names[:place] if n not in solved and n != name]
    if not left:
        return _words(_("All exercises pass. Last step: `fashion-course check train_cnn --full`"))
    unit = next(unit for unit in units() if unit.name == exercises()[left[0]].unit)
    if unit.name == exercises()[name].unit:
        return _words(_("Next: `{name}`.", name=left[0]))
    told = _words(_("Next: unit {number}.", number=UNITS.index(unit.name) + 1))
    files = [f"lessons/{unit.stem}.ipynb", f"exercises/{unit.stem}.ipynb"]
    links = [link for link in (link_to(home, file) for file in files) if link is not None]
    if not links:
        return Told(f"{told.text} `{left[0]}`", f"{told.html} <code>{left[0]}</code>")
    text = ", ".join(link.text for link in links)
    return Told(f"{told.text} {text}.", f"{told.html} {', '.join(map(anchor, links))}.")


def _words(text: str) -> Told:
    return Told(text, inline(text))
