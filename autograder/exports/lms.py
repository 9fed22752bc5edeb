"""Grades for Moodle and Canvas: the file that the platform exported, filled, to be uploaded again.

A student is found by the number that the platform gives in the names of submissions, too; by
another id or the address; else by the name, where it is there once. What is not sure is left.
"""

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

from autograder.exports.sheets import Sheet, read_sheet
from autograder.grading.store import Grades, GradesError
from autograder.reading.inbox import IDS, NAMES, OTHERS
from autograder.record import Result
from autograder.report.gradebook import defused, rows_in
from autograder.report.terminal import clean, first_told, points_of
from fashion_course.kit.words import _

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
ASSIGNMENT = re.compile(r"(.*) \((\d+)\)", re.DOTALL)
EMPTY = ("", "-")
TEST_STUDENT = "Student, Test"  # Canvas adds it to each course
Cell = tuple[int, int]  # row and column


class Grade(NamedTuple):
    """What a student gets; `share` is the part of all points, None where a person must look."""

    id: str
    name: str
    share: Decimal | None
    comment: str = ""
    why: str = ""

    def __str__(self) -> str:
        """Return who it is."""
        return f"{self.name} ({self.id})" if self.name else self.id


class Person(NamedTuple):
    """A student in the platform's file: known by `keys`, graded up to `most`, if `is_open`."""

    row: int
    name: str
    keys: frozenset[str]
    most: str
    is_open: bool


class Worksheet(NamedTuple):
    """A platform's file: its students, and the columns that are filled."""

    sheet: Sheet
    people: list[Person]
    grade: int
    comment: int | None


def grades_in(folder: Path) -> list[Grade]:
    """Return what each student of a graded class gets.

    Raises:
        ValueError: it holds no grades, a record is broken, or grading is not finished.
    """
    grades = Grades(folder)
    try:
        batch = grades.batch()
    except GradesError as error:
        raise ValueError(str(error)) from error
    if batch is None:
        raise ValueError(_("{folder}: no grades. Name what grade-all wrote.", folder=folder))
    ids, rows, made = grades.ids(), rows_in(folder), []
    if batch.counts.get("submissions") != len(ids):
        raise ValueError(_("{folder}: not all is graded. Go on with grade-all.", folder=folder))
    for student in ids:
        found = grades.record(student)
        if found is None:
            path = grades.place("records", student)
            raise ValueError(_("{path} is no record: remove it, and grade again", path=path))
        made.append(_grade(student, rows.get(student, {}).get("name", ""), found[1]))
    return made


def _grade(student: str, name: str, each: Result) -> Grade:
    if each.status != "graded":
        why = ": ".join([_(each.status), *map(clean, each.problems[:1])])
        return Grade(student, name, None, why=_cut(why, 100))
    share = Decimal(str(each.points)) / Decimal(str(each.max_points))
    return Grade(student, name, share, comment_on(each))


def comment_on(result: Result) -> str:
    """Return points, those of each unit, and what is told first: a line of HTML without tags."""
    units = defaultdict[str, list[float]](lambda: [0.0, 0.0])
    for each in result.exercises:
        units[each.unit][0] += each.points
        units[each.unit][1] += each.max_points
    told = [_points(result.points, result.max_points)]
    told += [f"{unit}: {_points(*points)}" for unit, points in units.items() if len(units) > 1]
    missed = [r for r in result.exercises if r.verdict not in ("passed", "not attempted")]
    for each in missed[:1]:
        told.append(f"{each.name}: {_cut(' '.join(first_told(each).split()), 300)}")
    return defused(html.escape(" | ".join(told), quote=False))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _points(earned: float, most: float) -> str:
    return _("{earned} of {most} points", earned=points_of(earned), most=points_of(most))


def moodle(path: Path, grade: str = "", comment: str = "") -> Worksheet:
    """Return a grading worksheet of Moodle's; its first column holds the participants' numbers.

    Args:
        path: the CSV file.
        grade: the name of the column of grades, by default "Grade"; that of the maximum is next.
        comment: the name of the column of comments, by default "Feedback comments" if it is there.

    Raises:
        ValueError: it is none, or has no such column.
        OSError: it can't be read.
    """
    sheet, people = read_sheet(path), list[Person]()
    column = sheet.named(grade or "Grade", "--grade-column")
    is_told = comment or "Feedback comments" in sheet.rows[0]
    told = sheet.named(comment or "Feedback comments", "--comments-column") if is_told else None
    for row in sheet.filled_rows():
        number = re.fullmatch(r"\D*(\d+)", sheet.cell(row, 0).strip())
        if not number:
            raise sheet.wrong(row, 0, _("no participant's number. Is it the grading worksheet?"))
        name, keys = _known_as(sheet, row)
        keys |= {number[1], _plain(number[0])}
        cells = dict(zip(sheet.rows[0], sheet.rows[row], strict=False))
        is_open = cells.get("Grade can be changed") != "No"
        people.append(Person(row, name, keys, _most(sheet, row, column + 1), is_open))
    return Worksheet(sheet, people, column, told)


def canvas(path: Path, assignment: str = "") -> Worksheet:
    """Return a gradebook of Canvas's, with the assignment that is graded.

    Args:
        path: the CSV file.
        assignment: "Title (123)", the title, or the number; "": the only one that is there.

    Raises:
        ValueError: it is none, or has not just one such assignment.
        OSError: it can't be read.
    """
    sheet = read_sheet(path)
    ids = sheet.named("ID")
    found = [match for name in sheet.rows[0] if (match := ASSIGNMENT.fullmatch(name))]
    fit = [m[0] for m in found if not assignment or assignment in (m[0], m[1], m[2])]
    told = ", ".join(match[0] for match in found)
    if len(fit) != 1:
        why = _("which assignment is graded? Name one with --assignment: {names}", names=told)
        raise ValueError(f"{path}: {why}")
    column, most, people = sheet.named(fit[0], "--assignment"), None, []
    for row in sheet.filled_rows():
        if sheet.cell(row, 0).strip() == "Points Possible":
            most = _most(sheet, row, column)
        elif sheet.cell(row, ids).strip():
            if most is None:
                raise sheet.wrong(row, 0, _("before it, no row `Points Possible`. Export anew."))
            is_open = sheet.cell(row, column).strip() != "N/A"
            people.append(Person(row, *_known_as(sheet, row), most, is_open))
    return Worksheet(sheet, people, column, None)


def _most(sheet: Sheet, row: int, column: int) -> str:
    text = sheet.cell(row, column).strip()
    if not NUMBER.fullmatch(text) or not text.strip("0.,"):
        raise sheet.wrong(row, column, _("{text!r} is no number of points above 0", text=text))
    return text


def _known_as(sheet: Sheet, row: int) -> tuple[str, frozenset[str]]:
    """Return a student's name, and by what else they are known."""
    cells = list(zip(map(str.casefold, sheet.rows[0]), sheet.rows[row], strict=False))
    names = [cell for column, cell in cells if column in (*NAMES, "lastname", "firstname")]
    keys = [cell for column, cell in cells if column in (*IDS, *OTHERS)]
    return " ".join(names).strip(), frozenset(map(_plain, keys)) - {""}


def _plain(text: str) -> str:
    """Return a name or an id as it is compared: the same as when it became a file's name."""
    parts = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in parts if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", " ", letters).strip()


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(_plain(name).split()))


def fill(
    worksheet: Worksheet, grades: Sequence[Grade], overwrite: bool | None = None
) -> tuple[bytes, list[str]]:
    """Return the file with the grades, and what an instructor must know: who was left out, and why.

    A grade is the part of all points, of the file's maximum, rounded to two decimals.

    Args:
        worksheet: what is filled.
        grades: of the class.
        overwrite: whether a row that holds another grade or comment is filled, or left.

    Raises:
        ValueError: there is such a row, and nobody chose; or nobody is found.
    """
    sheet, fits, cells = worksheet.sheet, _fits(worksheet.people, grades), dict[Cell, str]()
    taken = Counter(person.row for _grade, fit in fits for person in fit)
    if not taken:
        told = _("nobody of this class is in it. Take its own file, or grade with this --roster.")
        raise ValueError(f"{sheet.path}: {told}")
    other = _("another grade or comment is there")
    left, by_name, counts = defaultdict[str, list[str]](list), list[str](), Counter[str]()
    for grade, fit in fits:
        if why := _why_left(grade, fit, taken):
            left[why].append(f"{grade}")
            continue
        made = _cells(worksheet, fit[0], grade)
        new = {at: text for at, text in made.items() if not _is_same(sheet.cell(*at), text)}
        if not overwrite and any(sheet.cell(*at).strip() not in EMPTY for at in new):
            there = sheet.cell(fit[0].row, worksheet.grade)
            left[other].append(f"{grade}: {there} → {made[fit[0].row, worksheet.grade]}")
            continue
        cells |= new
        counts["filled" if new else "same"] += 1
        by_name += [f"{grade}"] * (_plain(grade.id) not in fit[0].keys)
    if left[other] and overwrite is None:
        told = _("say --overwrite to replace them, or --keep to leave these rows")
        raise ValueError(f"{sheet.path}: {other}; {told}: {'; '.join(left[other])}")
    counts["without"] = sum(
        person.row not in taken and person.name != TEST_STUDENT for person in worksheet.people
    )
    return sheet.filled(cells), _lines(worksheet, counts, left, by_name)


def _lines(
    worksheet: Worksheet,
    counts: Mapping[str, int],
    left: Mapping[str, Sequence[str]],
    by_name: Sequence[str],
) -> list[str]:
    column = worksheet.sheet.rows[0][worksheet.grade]
    most, filled = worksheet.people[0].most, counts["filled"]
    lines = [
        _("Filled: {count}, in column {column!r}, with {most} at most",
          count=filled, column=column, most=most),
        _("The same before: {count}", count=counts["same"]),
        _("In the file without a submission: {count}", count=counts["without"]),
    ]  # fmt: skip
    for why, who in sorted(left.items()):
        told = _("No grade for {count} ({why}): {who}", count=len(who), why=why, who="; ".join(who))
        lines += [told] * bool(who)
    if by_name:
        lines.append(_("Found by the name alone: {who}", who="; ".join(by_name)))
    return lines


def _fits(people: Sequence[Person], grades: Sequence[Grade]) -> list[tuple[Grade, list[Person]]]:
    """Return whom each grade may be for: by an id; else by the name, of those without a grade."""
    known, named = defaultdict[str, list[Person]](list), defaultdict[Any, list[Person]](list)
    for person in people:
        for key in person.keys:
            known[key].append(person)
    by_id = {grade.id: known.get(_plain(grade.id), []) for grade in grades}
    found = {person.row for fit in by_id.values() for person in fit}
    for person in people:
        if person.row not in found:
            named[_words(person.name)].append(person)
    named.pop((), None)  # whoever has no name is nobody's namesake
    return [(grade, by_id[grade.id] or named.get(_words(grade.name), [])) for grade in grades]


def _why_left(grade: Grade, fit: Sequence[Person], taken: Mapping[int, int]) -> str:
    """Return why no grade is written; "" where it is."""
    if not fit:
        return _("not in the file")
    if len(fit) > 1 or taken[fit[0].row] > 1:
        return _("it is not clear whose row it is")
    mine, theirs = set(_words(grade.name)), set(_words(fit[0].name))
    if min(len(mine), len(theirs)) > 1 and not mine & theirs:  # an id of another list?
        return _("the file has another name for this id")
    if grade.share is None:
        return grade.why
    return "" if fit[0].is_open else _("the platform takes none there")


def _cells(worksheet: Worksheet, person: Person, grade: Grade) -> dict[Cell, str]:
    points = (grade.share or 0) * Decimal(person.most.replace(",", "."))
    text = str(points.quantize(Decimal("0.01"), ROUND_HALF_UP))
    cells = {(person.row, worksheet.grade): text.replace(".", "," if "," in person.most else ".")}
    if worksheet.comment is not None:
        cells[person.row, worksheet.comment] = grade.comment
    return cells


def _is_same(cell: str, text: str) -> bool:
    """Say whether a cell holds a text, or a number as far as its decimals go."""
    if not (NUMBER.fullmatch(cell.strip()) and NUMBER.fullmatch(text)):
        return cell == text
    old, new = (Decimal(each.strip().replace(",", ".")) for each in (cell, text))
    return new.quantize(old, ROUND_HALF_UP) == old
