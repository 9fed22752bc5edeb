"""Moodle's and Canvas's own files come back with the grades that are sure, and nothing else."""

import csv
import io
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from autograder.exports.lms import canvas, comment_on, fill, grades_in, moodle
from autograder.grading.store import Batch, Grades, Settings
from autograder.record import CheckResult, ExerciseResult, Part, Result, to_json
from autograder.report import gradebook
from fashion_course.kit.cli import app

# As Moodle 4 writes it: with a BOM, CRLF, and quotation marks around whatever has a space.
HEAD = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"'
)
WHEN = '"Friday, 27 November 2026, 2:14 PM"'
SUBMITTED = '"Submitted for grading"'
MOODLE = "\r\n".join([
    f"\ufeff{HEAD}",
    f'"Participant 101","Zoë Ångström",zoe@x.org,{SUBMITTED},,50.00,Yes,{WHEN},-,',
    f'"Participant 102","O\'Neil, ""Bob""",bob@x.org,{SUBMITTED},-,50.00,Yes,{WHEN},-,""',
    '"Participant 103","Li Wei",li@x.org,"No submission",,50.00,Yes,-,-,',
    f'"Participant 104",=cmd(),cmd@x.org,{SUBMITTED},-,50.00,No,{WHEN},-,"<p>two\nlines</p>"',
    "",
])  # fmt: skip
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,"Lab 1, a start (771)",Exam (2nd try) (772),\
Current Score,Final Score (Fall 2026)
,,,,,,Manual Posting,,,
    Points Possible,,,,,,10.00,100.00,(read only),(read only)
"Ångström, Zoë",101,u1,zang,A and B,,,88.00,88.00,80.00
"O'Neil, Bob",102,u2,bneil,A,"=1+1; ""x"" y",,,,
"Wei, Li",103,u3,lwei,A,,N/A,N/A,,
"Roe, Ann",104,u4,aroe,A,,EX,,,
"Student, Test",999,,a1b2,A,,,,,
"""


def exercise(name, points, told="", unit="baseline", most=4.0):
    verdict = "passed" if points == most else "failed"
    parts = (Part("message", told),) if told else ()
    check = CheckResult(
        name="c", sentence="it holds", verdict=verdict, points=points, max_points=most, told=parts
    )
    return ExerciseResult(
        name=name, unit=unit, verdict=verdict, points=points, max_points=most, checks=(check,)
    )


def record(*exercises, status="graded", problems=()):
    return Result(
        submission="s", submission_sha256="", grader_version="1", isolation="sandbox", seed=1,
        full=False, points=sum(e.points for e in exercises),
        max_points=sum(e.max_points for e in exercises), status=status, problems=problems,
        exercises=exercises,
    )  # fmt: skip


def points(number):
    return record(exercise("accuracy", number), exercise("fit", 2.0, unit="training", most=2.0))


def grades(folder, students, names=None):
    """Make a folder of grades: id to record."""
    folder.mkdir()
    made = Grades(folder)
    with made.open():
        pass
    rows = []
    for student, each in students.items():
        made.write(made.place("records", student), to_json(each))
        rows.append(gradebook.row(student, (names or {}).get(student, ""), each))
    made.write(folder / "gradebook.csv", gradebook.table(rows, []))
    count = {"submissions": len(students)}
    made.write_batch(Batch(seed=1, settings=Settings(exercises=()), versions={}, counts=count))
    return folder


def sheet(tmp_path, text, name="worksheet.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def filled(read, folder, **choices):
    data, told = fill(read, grades_in(folder), **choices)
    return data.decode(), "\n".join(told)


def cells(text, delimiter=","):
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    return list(csv.reader(lines, delimiter=delimiter))


def changed(before, after, delimiter=","):
    """Return each cell that differs as (row, column): its new text."""
    old, new = cells(before, delimiter), cells(after, delimiter)
    assert [len(row) for row in old] == [len(row) for row in new]
    return {
        (x, y): new[x][y] for x, row in enumerate(old) for y, c in enumerate(row) if c != new[x][y]
    }


def test_moodle_gets_grades_of_its_maximum_and_comments(tmp_path):
    folder = grades(tmp_path / "g", {"101": points(4.0), "102": points(1.0)})
    after, told = filled(moodle(sheet(tmp_path, MOODLE)), folder)
    assert changed(MOODLE, after) == {
        (1, 4): "50.00",
        (1, 9): "6 of 6 points | baseline: 4 of 4 points | training: 2 of 2 points",
        (2, 4): "25.00",
        (2, 9): "3 of 6 points | baseline: 1 of 4 points | training: 2 of 2 points"
        " | accuracy: failed",
    }
    assert after.startswith(f"\ufeff{HEAD}\r\n")
    assert after.count("\r\n") == MOODLE.count("\r\n")
    assert '"Participant 102","O\'Neil, ""Bob""",bob@x.org,"Submitted for grading",25.00' in after
    assert "Filled: 2, in column 'Grade', with 50.00 at most" in told
    assert "without a submission: 2" in told


GERMAN = (
    "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Feedback als Kommentar\n"
    "Teilnehmer/in101;Jürgen Groß;j@x.de;Zur Bewertung abgegeben;;10,00;\n"
    "Teilnehmer/in102;Änne Öz;a@x.de;Zur Bewertung abgegeben;3,33;10,00;\n"
)


def test_a_german_moodle_gets_decimal_commas(tmp_path):
    folder = grades(tmp_path / "g", {"101": points(2.0), "102": points(0.0)})
    path = sheet(tmp_path, GERMAN)
    with pytest.raises(ValueError, match=r"no column 'Grade'.*--grade-column.*Bewertung"):
        moodle(path)
    after, told = filled(moodle(path, "Bewertung"), folder)
    assert changed(GERMAN, after, ";") == {(1, 4): "6,67"}
    assert "The same before: 1" in told
    after, told = filled(moodle(path, "Bewertung", "Feedback als Kommentar"), folder)
    assert changed(GERMAN, after, ";").keys() == {(1, 4), (1, 6), (2, 6)}


def test_a_decimal_comma_among_commas_is_quoted(tmp_path):
    text = 'Identifier,Grade,Maximum\nParticipant 1,,"10,00"\nParticipant 2,,"10,00"\n'
    after, _told = filled(moodle(sheet(tmp_path, text)), grades(tmp_path / "g", {"1": points(2.0)}))
    assert after == text.replace("Participant 1,,", 'Participant 1,"6,67",')


def test_canvas_gets_one_assignment_filled(tmp_path):
    folder = grades(tmp_path / "g", {"101": points(2.0), "102": points(4.0)})
    path = sheet(tmp_path, CANVAS)
    for name in ("Lab 1, a start (771)", "Lab 1, a start", "771"):
        after, told = filled(canvas(path, name), folder)
        assert changed(CANVAS, after) == {(3, 6): "6.67", (4, 6): "10.00"}
    assert "without a submission: 2" in told  # without Canvas's test student
    with pytest.raises(ValueError, match=r"--assignment: Lab 1, a start \(771\), Exam \(2nd try\)"):
        canvas(path)
    with pytest.raises(ValueError, match="--assignment"):
        canvas(path, "Lab 2")


def test_canvas_with_names_in_two_columns_and_semicolons(tmp_path):
    text = (
        "\ufeffLastName;FirstName;ID;SIS Login ID;Section;Lab (7);Final Score\r\n"
        "    Points Possible;;;;;20,00;(read only)\r\n"
        "Ångström;Zoë;9;zang;A;;\r\n"
    )
    folder = grades(tmp_path / "g", {"s1": points(4.0)}, {"s1": "Zoë Ångström"})
    after, told = filled(canvas(sheet(tmp_path, text)), folder)
    assert changed(text, after, ";") == {(2, 5): "20,00"}
    assert "Found by the name alone: Zoë Ångström (s1)" in told


@pytest.mark.parametrize("status", ["needs a look", "refused"])
def test_what_a_person_must_look_at_is_left_and_named(tmp_path, status):
    look = msgspec.structs.replace(points(4.0), status=status, problems=("two files\x1b[1m fit",))
    folder = grades(tmp_path / "g", {"101": look, "102": points(4.0)}, {"101": "Zoë Ångström"})
    after, told = filled(moodle(sheet(tmp_path, MOODLE)), folder)
    assert {row for row, _column in changed(MOODLE, after)} == {2}
    assert f"No grade for 1 ({status}: two files[1m fit): Zoë Ångström (101)" in told


def test_whoever_is_not_in_the_file_is_named_and_where_no_grade_may_be_is_told(tmp_path):
    folder = grades(tmp_path / "g", {"101": points(4.0), "104": points(4.0), "777": points(4.0)})
    _after, told = filled(moodle(sheet(tmp_path, MOODLE)), folder)
    assert "No grade for 1 (not in the file): 777" in told
    assert "No grade for 1 (the platform takes none there): 104" in told
    _after, told = filled(
        canvas(sheet(tmp_path, CANVAS), "771"), grades(tmp_path / "h", {"103": points(1.0)})
    )
    assert "No grade for 1 (the platform takes none there): 103" in told


def test_another_grade_is_replaced_or_kept_as_the_instructor_says(tmp_path):
    before = CANVAS.replace("zang,A and B,,,", "zang,A and B,,7.50,")
    folder = grades(tmp_path / "g", {"101": points(2.0), "104": points(1.0), "102": points(4.0)})
    read = canvas(sheet(tmp_path, before), "771")
    with pytest.raises(ValueError, match=r"--overwrite.*--keep.*101: 7.50 → 6.67; 104: EX → 5.00"):
        filled(read, folder)
    after, told = filled(read, folder, overwrite=False)
    assert changed(before, after) == {(4, 6): "10.00"}
    assert "No grade for 2 (another grade or comment is there): 101: 7.50 → 6.67; 104" in told
    after, _told = filled(read, folder, overwrite=True)
    assert changed(before, after) == {(3, 6): "6.67", (4, 6): "10.00", (6, 6): "5.00"}


def test_an_instructors_own_comment_is_another_one(tmp_path):
    before = MOODLE.replace('-,""', '-,"come and see me"')
    folder = grades(tmp_path / "g", {"102": points(4.0)})
    with pytest.raises(ValueError, match=r"another grade or comment"):
        filled(moodle(sheet(tmp_path, before)), folder)
    after, _told = filled(moodle(sheet(tmp_path, before)), folder, overwrite=False)
    assert after == before


def test_the_same_again_changes_nothing(tmp_path):
    folder = grades(tmp_path / "g", {"101": points(2.0), "102": points(4.0)})
    once, _told = filled(moodle(sheet(tmp_path, MOODLE)), folder)
    again, told = filled(moodle(sheet(tmp_path, once)), folder)
    assert again == once
    assert "Filled: 0," in told
    assert "The same before: 2" in told
    rounded = once.replace(",33.33,", ",33,").replace(",50.00,50.00", ",50,50.00")
    assert filled(moodle(sheet(tmp_path, rounded)), folder)[0] == rounded


STUDENTS = "Identifier,Full name,ID number,Email address,Grade,Maximum grade\n"
ONE = "Participant 1,Jane Doe,u7,jane.doe@x.org,,10\n"
TWO = "Participant 2,Jane Doe,,jd@x.org,,10\n"


@pytest.mark.parametrize(
    ("rows", "students", "row"),
    [
        (ONE, {"1": ""}, 1),
        (ONE, {"Participant-1": ""}, 1),  # the worksheet was the roster
        (ONE, {"U7": ""}, 1),
        (ONE, {"jane.doe-x.org": "Other"}, 1),  # an address that became a file's name
        (ONE, {"s1": "doe, JANE"}, 1),
        (TWO + ONE, {"1": "Jane Doe", "2": "Jane Doe"}, 2),
        (TWO + ONE, {"1": "Jane Doe", "s2": "Jane Doe"}, 2),  # the second by what is left
    ],
)
def test_a_student_is_found_by_any_id_or_the_name(tmp_path, rows, students, row):
    folder = grades(tmp_path / "g", dict.fromkeys(students, points(4.0)), students)
    after, _told = filled(moodle(sheet(tmp_path, STUDENTS + rows)), folder)
    assert cells(after)[row][4] == "10.00"
    assert after.count("10.00") == len(students)


@pytest.mark.parametrize(
    ("rows", "students", "told"),
    [
        (ONE + TWO, {"s1": "Jane Doe"}, "not clear whose row"),  # two of this name there
        (ONE, {"s1": "Jane Doe", "s2": "Doe Jane"}, "not clear whose row"),  # two of it here
        (ONE, {"1": "Jane Doe", "u7": ""}, "not clear whose row"),  # two ids of one row
        (ONE + TWO.replace(",,jd", ",1,jd"), {"1": ""}, "not clear whose row"),  # of two columns
        (ONE, {"1": "Ann Roe"}, "another name for this id"),  # a number of another list
    ],
)
def test_nobody_is_guessed(tmp_path, rows, students, told):
    folder = grades(tmp_path / "g", dict.fromkeys(students, points(4.0)), students)
    text = STUDENTS + rows
    after, said = filled(moodle(sheet(tmp_path, text)), folder)
    assert after == text
    assert told in said


def test_whoever_has_no_name_is_nobodys_namesake(tmp_path):
    text = STUDENTS + "Participant 1,,,,,10\nParticipant 2,,,,,10\n"  # graded without names
    folder = grades(tmp_path / "g", {"1": points(4.0), "777": points(4.0)})
    after, told = filled(moodle(sheet(tmp_path, text)), folder)
    assert changed(text, after) == {(1, 4): "10.00"}
    assert "No grade for 1 (not in the file): 777" in told


def test_what_a_student_made_up_steers_neither_html_nor_a_spreadsheet():
    told = "=HYPERLINK(1)\n<script>alert('x')</script> & \x07 " + "long " * 100
    comment = comment_on(record(exercise("accuracy", 0.0, told)))
    assert comment.startswith(
        "0 of 4 points | accuracy: =HYPERLINK(1) &lt;script&gt;alert('x')&lt;/script&gt; &amp; "
    )
    assert comment.endswith("…")
    assert len(comment) < 400
    assert comment.isprintable()


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (moodle, MOODLE.replace("50.00,Yes", ",Yes", 1), "line 2, column 'Maximum grade': ''"),
        (moodle, MOODLE.replace("50.00", "Good"), "line 2, column 'Maximum grade': 'Good'"),
        (moodle, STUDENTS + "Jane,Jane Doe,u7,j@x.org,,10\n", "line 2, column 'Identifier': no"),
        (moodle, STUDENTS + "Participant 1,Jane Doe\n", "line 2, column 'Maximum grade': the row"),
        (moodle, "Identifier,Name,Grade\nParticipant 1,x,\n", "line 2, column 4: the row ends"),
        (moodle, CANVAS, "no column 'Grade'"),
        (canvas, MOODLE, "no column 'ID'"),
        (canvas, CANVAS.replace("Points Possible", "Punkte"), "line 4, column 'Student'"),
        (canvas, CANVAS.replace("10.00", "0.00"), "line 3, column 'Lab 1, a start (771)': '0.00'"),
    ],
)
def test_a_bad_file_is_named_with_the_column_and_the_remedy(tmp_path, read, text, told):
    path = sheet(tmp_path, text)
    with pytest.raises(ValueError, match=r"worksheet\.csv") as caught:
        read(path, *(["771"] if read is canvas else []))
    assert told in str(caught.value)


def test_grades_that_are_none_or_not_finished_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no grades. Name what grade-all wrote"):
        grades_in(tmp_path)
    folder = grades(tmp_path / "g", {"101": points(4.0), "102": points(1.0)})
    (folder / "records" / "102.json").write_text("{")
    with pytest.raises(ValueError, match=r"102\.json is no record"):
        grades_in(folder)
    (folder / "records" / "102.json").unlink()
    with pytest.raises(ValueError, match="not all is graded"):
        grades_in(folder)


def export(*arguments):
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


def test_the_command_writes_the_file_or_nothing(tmp_path):
    folder = grades(tmp_path / "g", {"101": points(2.0)})
    path, out = sheet(tmp_path, MOODLE), tmp_path / "up.csv"
    result = export("moodle", folder, path, "--out", out)
    assert result.exit_code == 0, result.output
    assert "Filled: 1," in result.output
    assert changed(MOODLE, out.read_bytes().decode()).keys() == {(1, 4), (1, 9)}
    assert path.read_bytes() == MOODLE.encode()
    book = sheet(tmp_path, CANVAS, "book.csv")
    assert export("canvas", folder, book, "--assignment", "771", "--out", out).exit_code == 0
    before = sorted(tmp_path.iterdir()), out.read_bytes()
    other = sheet(tmp_path, MOODLE.replace("Participant 10", "Participant 90"), "worksheet.csv")
    for wrong in (
        ("moodle", folder, other, "--out", out),
        ("moodle", folder, path, "--out", path),
        ("moodle", folder, path, "--out", tmp_path / "none" / "up.csv"),
        ("moodle", folder, tmp_path / "none.csv", "--out", out),
        ("canvas", folder, book, "--out", out),
        ("canvas", Path(tmp_path), book, "--assignment", "771", "--out", out),
    ):
        assert export(*wrong).exit_code != 0
    assert (sorted(tmp_path.iterdir()), out.read_bytes()) == before
