"""A class's points as CSV, for a spreadsheet: in UTF-8 with a BOM, without which Excel reads it as
Latin-1, and with nothing in it that a spreadsheet would take for a formula.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from autograder.record import Result
from autograder.report.terminal import clean

COLUMNS = ("id", "name", "status", "points", "max_points", "isolation", "problems")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula, for one spreadsheet or another; the last four are of full width."""


def row(student: str, name: str, result: Result, more: Sequence[str] = ()) -> dict[str, str]:
    """Return a student's row: column to value.

    Args:
        student: the id.
        name: as people write it.
        result: the record.
        more: problems that are not in the record.
    """
    remarks = [remark for each in result.evidence.values() for remark in each.remarks]
    told = (*result.problems, *remarks, *more)
    problems = " | ".join(" ".join(each.split()) for each in told)
    points, most = number(result.points), number(result.max_points)
    known = (student, name, result.status, points, most, result.isolation, problems)
    return dict(zip(COLUMNS, map(defused, known), strict=True)) | {
        exercise.name: number(exercise.points) for exercise in result.exercises
    }


def table(rows: Sequence[dict[str, str]], exercises: Sequence[str]) -> bytes:
    """Return the whole gradebook; what a row does not have is empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*COLUMNS, *exercises], restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def rows_in(grades: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a class's gradebook by the student's id; none where there is none."""
    path = grades / "gradebook.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row.get("id")}


def defused(text: str) -> str:
    """Return a text as one line that no spreadsheet takes for a formula."""
    text = "".join(" " if c in "\r\n\t" else c for c in text).strip()
    text = clean(text)
    return f"'{text}" if text.startswith(FORMULA) else text


def number(points: float) -> str:
    """Return points without needless zeros, as a spreadsheet reads them."""
    return f"{round(points, 4):.10g}"
