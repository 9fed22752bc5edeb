"""The leaderboard of a class: who trained the best model, and who is as good within the interval.

Two accuracies on 10,000 images that lie half a point apart say nothing of an order. So the order
begins with the highest accuracy, and everybody whose 95 % interval reaches up to that of this
leader is tied with it. The highest one that does not reach up leads the next group. A rank is one
more than the number of people in the groups before. Among those that are tied the smaller model
stands first.
"""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from autograder.grading.store import Grades, records_in
from autograder.record import Evidence
from autograder.report.gradebook import rows_in
from autograder.report.html import render
from fashion_course.kit.files import write_whole
from fashion_course.kit.words import _

PAGE = "leaderboard.html"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A trained model and whose it is.

    Attributes:
        rank: from 1; None for a model that a person has to look at first.
        tied: whether others have the same rank.
        seconds: of the training, on the grader's own clock; None where nobody knows.
        why: what a person has to look at.
    """

    student: str
    name: str
    accuracy: float
    interval: tuple[float, float]
    parameters: int | None
    multiply_adds: int | None
    seconds: float | None
    rank: int | None = None
    tied: bool = False
    why: tuple[str, ...] = ()


class Leaderboard(msgspec.Struct, frozen=True, kw_only=True):
    """The models of a class: in order, those to look at first, and how many have no score."""

    exercise: str
    ranked: tuple[Entry, ...]
    to_look_at: tuple[Entry, ...]
    unscored: int
    images: int = 0

    def place(self, accuracy: float) -> float:
        """Return where an accuracy lies between the ends of all intervals, from 0 to 100."""
        ends = [end for each in self.ranked for end in each.interval]
        low, high = min(ends), max(ends)
        return round(100 * (accuracy - low) / ((high - low) or 1), 1)


def leaderboard(folder: Path, exercise: str, anonymous: bool = False) -> Leaderboard:
    """Return the leaderboard of a folder that was graded with `--full`.

    Args:
        folder: with `records/<id>.json`.
        exercise: whose models they are.
        anonymous: letters in the order of the board for names; who is to be looked at is left out.

    Raises:
        ValueError: there are no records, one is broken, or none was graded in full.
    """
    found, look, unscored, is_full, images = list[Entry](), list[Entry](), 0, False, 0
    names = {student: row.get("name", "") for student, row in rows_in(folder).items()}
    for student, record in records_in(folder):
        is_full |= record.full
        seen = record.evidence.get(exercise)
        if seen is None:
            unscored += 1
            continue
        images = seen.images
        seconds = Grades(folder).seconds(student).get(exercise)
        entry = _entry(student, names.get(student) or student, seen, seconds)
        why = (*seen.remarks, *(record.problems if record.status != "graded" else ()))
        if why or record.status != "graded":
            look.append(msgspec.structs.replace(entry, why=why))
        else:
            found.append(entry)
    if not is_full:
        told = _("{folder} was graded without --full, so nothing was trained", folder=folder)
        raise ValueError(told)
    ranked = [*_ranked(found)]
    if anonymous:
        ranked, look = [_unnamed(place, each) for place, each in enumerate(ranked)], []
    return Leaderboard(
        exercise=exercise,
        ranked=tuple(ranked),
        to_look_at=tuple(sorted(look, key=lambda each: (each.name.casefold(), each.student))),
        unscored=unscored,
        images=images,
    )


def _entry(student: str, name: str, seen: Evidence, seconds: float | None) -> Entry:
    return Entry(
        student=student,
        name=name,
        accuracy=seen.accuracy,
        interval=seen.interval,
        parameters=seen.parameters,
        multiply_adds=seen.multiply_adds,
        seconds=seconds,
    )


def _ranked(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries in order, each with its rank."""
    left, rank = sorted(entries, key=lambda each: -each.accuracy), 1
    while left:
        lowest = left[0].interval[0]
        group = [each for each in left if each.interval[1] >= lowest]
        for each in sorted(group, key=_by_size):
            yield msgspec.structs.replace(each, rank=rank, tied=len(group) > 1)
        left = [each for each in left if each.interval[1] < lowest]
        rank += len(group)


def _by_size(entry: Entry) -> tuple[float, float, str, str]:
    sizes = (math.inf if n is None else n for n in (entry.parameters, entry.multiply_adds))
    return *sizes, entry.name.casefold(), entry.student  # type: ignore[return-value] # of two


def _unnamed(place: int, entry: Entry) -> Entry:
    """Return an entry under a letter: A to Z, then AA, AB and on."""
    letters, place = "", place + 1
    while place:
        place, last = divmod(place - 1, 26)
        letters = chr(ord("A") + last) + letters
    return msgspec.structs.replace(entry, student="", name=_("Model {letter}", letter=letters))


def write_leaderboard(folder: Path, board: Leaderboard) -> Path:
    """Write `GRADES/leaderboard.html`, and return its path.

    Raises:
        OSError: it can't be written.
    """
    html = render("leaderboard.html", board=board)
    write_whole(folder / PAGE, html.encode("utf-8", "replace"))
    return folder / PAGE
