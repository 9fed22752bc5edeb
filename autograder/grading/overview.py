"""Writes the page of a class: from the records of a graded folder, and from what was handed in."""

import re
from collections.abc import Container, Iterable
from functools import cache
from pathlib import Path

from autograder.course.catalogue import course_root
from autograder.grading.similar import Prints, alike, prints_of
from autograder.grading.store import records_in
from autograder.mistakes import all_mistakes
from autograder.reading.inbox import HandedIn
from autograder.reading.submission import assemble
from autograder.report.classpage import ClassPage, Known
from autograder.report.gradebook import rows_in
from autograder.report.links import Link, link_to
from autograder.slips import all_slips
from fashion_course.kit.files import write_whole
from fashion_course.kit.words import _

PAGE = "class.html"


def write_class_page(grades: Path, handed: Iterable[HandedIn] | None = None) -> Path:
    """Write `GRADES/class.html` anew, and return its path.

    Args:
        grades: with `records/<id>.json` and `gradebook.csv`.
        handed: what each student handed in; None: answers are not compared.

    Raises:
        ValueError: there are no records, or one is broken.
        OSError: the page can't be written.
    """
    page = ClassPage(known())
    rows = rows_in(grades)
    for student, record in records_in(grades):
        page.add(student, rows.get(student, {}).get("name", ""), record)
    for student in rows.keys() - page.students.keys():
        name, why = rows[student].get("name", ""), rows[student].get("problems", "")
        page.add_without_record(student, name, "refused", why)
    pairs = None
    if handed is not None:
        names = page.exercises()
        graded = [each for each in handed if each.id in page.students]
        pairs = alike({each.id: prints_in(each, names) for each in graded})
    html = page.html(pairs, _links(page.places(), grades))
    write_whole(grades / PAGE, html.encode("utf-8", "replace"))
    return grades / PAGE


def prints_in(handed: HandedIn, names: Container[str]) -> Prints:
    """Return the fingerprints of a student's answers to some exercises, as far as they are read."""
    try:
        answers = assemble(handed.id, handed.files()).answers
        return prints_of({name: each for name, each in answers.items() if name in names})
    except Exception:  # whatever it is, it does not cost the class its page
        return {}


def _links(places: Iterable[str], grades: Path) -> dict[str, Link]:
    found = {place: link_to(course_root(), place, grades) for place in places}
    return {place: link for place, link in found.items() if link is not None}


@cache
def known() -> dict[str, Known]:
    """Return what the course knows to be misunderstood, by the id of the mistake or the slip."""
    mistakes = {m.id: Known(m.told, re.compile(re.escape(m.told)), False) for m in all_mistakes()}
    slips = {f"slip {each.id}": _known_slip(_(each.sentence)) for each in all_slips()}
    return mistakes | slips


def _known_slip(sentence: str) -> Known:
    """Return a slip: each brace of its sentence stands for something of the student's."""
    plain = re.split(r"\{\w*\}", sentence)
    return Known("…".join(plain), re.compile(".+?".join(map(re.escape, plain))), True)
