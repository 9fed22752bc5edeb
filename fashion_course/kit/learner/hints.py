"""The hints that fit where a learner stands: of the check that failed last, else of the task."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from autograder.course.catalogue import find_exercise
from fashion_course.kit.notebook.memory import Checked, note, recall
from fashion_course.kit.words import _


class Rung(NamedTuple):
    """One hint: what it says, and the source with gaps below it, or ""."""

    text: str
    source: str = ""


def ladder_of(home: Path | None, name: str) -> list[Rung]:
    """Return the hints of an exercise in order, from a question to a skeleton with gaps.

    Those of the check that failed last come first, and take the place of the general ones where
    they say how to think about it.

    Raises:
        ValueError: there is no exercise of that name.
    """
    exercise = find_exercise(name)
    last = recall(home).checked.get(name, Checked())
    told = _("About “{claim}”: {question}", claim=last.claim, question=last.asked)
    own = [told] if last.claim and last.asked else []
    further = (_(last.thought),) if last.thought else exercise.ladder
    rungs = [Rung(text) for text in (*own, *further)]
    if exercise.skeleton and not last.craft:
        rungs.append(Rung(_("Fill the gaps:"), exercise.skeleton))
    return rungs


def next_hint(home: Path | None, name: str) -> int:
    """Return the number of the hint that comes next, from 1; after the last one the first."""
    return recall(home).checked.get(name, Checked()).hint % len(ladder_of(home, name)) + 1


def note_hint(home: Path | None, name: str, step: int) -> None:
    """Note that a hint was shown."""

    def change(remembered: dict[str, Checked]) -> None:
        before = remembered.get(name, Checked())
        remembered[name] = msgspec.structs.replace(before, hint=step)

    note(home, lambda notes: change(notes.checked))
