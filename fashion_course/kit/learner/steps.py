"""Says what to do after a check: the next hint, the next exercise, the next unit."""

from collections.abc import Callable, Collection
from pathlib import Path

from autograder.course.catalogue import TRAINED, exercises, units
from autograder.record import ExerciseResult
from autograder.report.html import Told, render
from autograder.report.links import Link, link_to
from fashion_course.kit.words import _


def call_here(name: str, full: bool = False) -> str:
    """Return how a check is asked for in a notebook."""
    return f'`check("{name}"{", full=True" * full})`'


def last_step(reached: Collection[str], call: Callable[..., str]) -> str:
    """Return what is left to do when all exercises pass; `reached` are those of the milestones."""
    left = [name for name in TRAINED if name not in reached]
    if not left:
        return _("All exercises pass, both milestones are reached: you have finished the course.")
    if len(left) < len(TRAINED):
        return _("All exercises pass. Last step: {call}", call=call(left[0], full=True))
    return _("All exercises pass. Next: {call}", call=call(left[0], full=True))


def next_step(
    result: ExerciseResult,
    solved: Collection[str],
    home: Path | None,
    reached: Collection[str] = (),
) -> Told:
    """Return what a student does after a check.

    Args:
        result: of the check.
        solved: the exercises that have passed once.
        home: the course folder, for links to its lessons, or None.
        reached: the exercises whose milestone is.
    """
    name = result.name
    if result.verdict == "not attempted":
        return _told(
            _('Next: write it into its cell and run that. A hint: `hint("{name}")`', name=name)
        )
    if result.verdict != "passed":
        return _told(
            _('Next: change it and check again, or ask for a hint: `hint("{name}")`', name=name)
        )
    compare = _('See how the course wrote it: `compare("{name}")`.', name=name)
    names = list(exercises())
    place = names.index(name) + 1
    # First what comes after this exercise, then what was left out before it.
    left = [n for n in names[place:] + names[:place] if n not in solved and n != name]
    if not left:
        return _told(last_step(reached, call_here), also=compare)
    unit = next(unit for unit in units() if unit.name == exercises()[left[0]].unit)
    if unit.name == exercises()[name].unit:
        return _told(_("Next: `{name}`.", name=left[0]), also=compare)
    files = [link_to(home, f"{folder}/{unit.stem}.ipynb") for folder in ("lessons", "exercises")]
    links = [link for link in files if link is not None]
    following = _("Next: unit {number}.", number=unit.number)
    return _told(following if links else f"{following} `{left[0]}`", links, compare)


def _told(text: str, links: Collection[Link] = (), also: str = "") -> Told:
    places = ", ".join(link.text for link in links)
    plain = " ".join(part for part in (text, places and f"{places}.", also) if part)
    return Told(plain, render("learner_step.html", next=text, links=links, also=also))
