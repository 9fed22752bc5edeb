"""A student's result as one page: nothing is loaded, nothing runs; for a phone, and for paper."""

import hashlib
from pathlib import Path

import msgspec
from markupsafe import Markup

from autograder.record import Result
from autograder.report.html import exercise_told, render
from autograder.report.terminal import clean

HEAD = 400  # bytes in which the page says what it was made of


def feedback_page(record: bytes, name: str) -> bytes:
    """Return the page of a record. The seed is not in it: the same one may grade others later.

    Args:
        record: as it is stored.
        name: the student's, as people write it; "" where nobody knows.
    """
    result = msgspec.json.decode(record, type=Result)
    told = [
        (each, Markup(exercise_told(each).html))
        for each in result.exercises
        if each.verdict != "not attempted" or each.message
    ]
    page = render(
        "feedback.html",
        result=result,
        told=told,
        name=clean(name),
        stars=sum(each.star for each in result.exercises),
        made_of=_made_of(record, name),
    )
    return page.encode("utf-8", "replace")


def is_made_of(page: Path, record: bytes, name: str) -> bool:
    """Say whether a page is there and shows just this record and name."""
    try:
        with page.open("rb") as file:
            return _made_of(record, name).encode() in file.read(HEAD)
    except FileNotFoundError:
        return False


def _made_of(record: bytes, name: str) -> str:
    return hashlib.sha256(
        b"%d " % len(record) + record + name.encode("utf-8", "replace")
    ).hexdigest()
