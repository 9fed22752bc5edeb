"""What a class's grades are written as: read back with the libraries that others read them with."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import msgspec
import pytest

from autograder.record import CheckResult, Evidence, ExerciseResult, Part, Result, to_json
from autograder.report import gradebook, gradescope, junit
from autograder.report.feedback import feedback_page, is_made_of

NASTY = "=cmd()|' /C calc'!A1\n\x1b[2J<script>alert(1)</script>\x00,\"quoted\""


def check(verdict, *told, points=0.0):
    parts = tuple(Part(kind, text) for kind, text in told)
    return CheckResult(
        name="c",
        sentence=f"it is {verdict}",
        verdict=verdict,
        points=points,
        max_points=2,
        told=parts,
    )


def record(**changes):
    """Return a result of three exercises: passed, failed with nasty words, not attempted."""
    made = [
        ("accuracy", "passed", check("passed", points=2.0), 2.0),
        ("fit", "failed", check("failed", ("message", NASTY), ("actual", NASTY)), 0.0),
        ("predict", "not attempted", check("not attempted"), 0.0),
    ]
    exercises = tuple(
        ExerciseResult(
            name=name, unit="u", verdict=verdict, points=points, max_points=2.0, checks=(one,),
            printed=NASTY if verdict == "failed" else "",
        )
        for name, verdict, one, points in made
    )  # fmt: skip
    known = {
        "submission": "s1",
        "submission_sha256": "ab" * 32,
        "grader_version": "0.1.0",
        "isolation": "sandbox",
        "seed": 987654321,
        "full": False,
        "points": 2.0,
        "max_points": 6.0,
        "exercises": exercises,
    }
    return Result(**(known | changes))


def trained(*remarks):
    """Return a result of one exercise that passed its milestone, and of what is remarked there."""
    seen = Evidence(
        accuracy=0.9, interval=(0.89, 0.91), loss=0.3, usual_accuracy=0.02, images=10_000,
        passes=5.0, budget=5, gradients=5.0, test_images=0, remarks=remarks,
    )  # fmt: skip
    told = check("passed", ("message", "The test accuracy is 90 %."), points=2.0)
    checks = (msgspec.structs.replace(told, evidence=seen),)
    found = msgspec.structs.replace(record().exercises[0], checks=checks)
    return record(exercises=(found,), problems=("one",))


def test_what_is_remarked_of_a_training_stands_beside_the_problems():
    _, row = read_back(gradebook.row("s1", "", trained("=two", "three"), ["four"]))
    assert row[6] == "one | =two | three | four"
    _, row = read_back(gradebook.row("s1", "", trained()))
    assert row[6] == "one"


def test_a_passed_milestone_says_its_figures_on_the_students_page():
    page = feedback_page(to_json(trained()), "").decode()
    assert "it is passed<br>The test accuracy is 90 %.</li>" in page
    assert "it is passed</li>" in feedback_page(to_json(record()), "").decode()


def read_back(*rows):
    table = gradebook.table(rows, ["accuracy", "fit", "predict"])
    assert table.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def test_the_gradebook_has_these_columns_in_this_order():
    (head, row) = read_back(gradebook.row("s1", "Zoë Ångström", record()))
    assert head == [
        *("id", "name", "status", "points", "max_points", "isolation", "problems"),
        *("accuracy", "fit", "predict"),
    ]
    assert row == ["s1", "Zoë Ångström", "graded", "2", "6", "sandbox", "", "2", "0", "0"]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\x00=", "\ufeff=", "\uff1d"]
)
def test_no_cell_begins_a_formula(start):
    problems = (start + "1+1", 'a "quote", and\r\na line')
    _, row = read_back(gradebook.row("s1", start + "SUM(A1)", record(problems=problems)))
    assert len(row) == 10
    for cell in row:
        assert not cell.startswith(gradebook.FORMULA)
        assert "\n" not in cell
        assert "\r" not in cell
    assert row[6].endswith('1+1 | a "quote", and a line')


def test_a_csv_of_several_rows_keeps_them_apart():
    rows = [gradebook.row(f"s{k}", NASTY, record(problems=(NASTY, NASTY))) for k in range(3)]
    assert [row[0] for row in read_back(*rows)] == ["id", "s0", "s1", "s2"]


@pytest.mark.parametrize(("points", "told"), [(0.0, "0"), (237.0, "237"), (1234.5678, "1234.5678")])
def test_points_are_whole_numbers_where_they_can_be(points, told):
    assert gradebook.number(points) == told


def test_junit_is_xml_whatever_a_student_wrote():
    nasty = record(problems=(NASTY, "\ud800 alone"))
    text = b"".join(junit.report([junit.suite("s1", nasty), junit.suite("s2", record())]))
    first, second = ElementTree.fromstring(text)
    counts = ("tests", "failures", "errors", "skipped")
    assert [first.get(name) for name in counts] == ["3", "1", "0", "1"]
    assert second.get("name") == "s2"
    cases = first.findall("testcase")
    assert [case.get("classname") for case in cases] == ["u.accuracy", "u.fit", "u.predict"]
    assert "<script>alert(1)</script>" in cases[1].find("failure").text
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text.decode())


def test_craft_is_a_case_only_where_it_counts():
    craft = msgspec.structs.replace(record().exercises[0], craft=(check("failed"),))
    for counts, tests in ((False, "1"), (True, "2")):
        suite = junit.suite("s", record(exercises=(craft,), craft_counts=counts))
        assert ElementTree.fromstring(suite).get("tests") == tests


def test_gradescope_gets_what_it_documents_and_no_seed():
    data = gradescope.results(record(status="needs a look", problems=(NASTY,)))
    read = json.loads(data)
    assert b"987654321" not in data
    assert read["score"] == 2
    assert sum(test["score"] for test in read["tests"]) == read["score"]
    assert "\x1b" not in read["output"]
    assert read["output"].startswith("needs a look\n")
    for test in read["tests"]:
        assert test.keys() == {
            *("name", "score", "max_score", "status", "output", "output_format", "visibility")
        }
        assert test["status"] in ("passed", "failed")
    assert [test["name"] for test in read["tests"]] == ["u: accuracy", "u: fit", "u: predict"]


def test_a_page_escapes_everything_and_loads_nothing(tmp_path):
    data = to_json(record(problems=(NASTY,), status="needs a look"))
    page = feedback_page(data, f"Zoë {NASTY}").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "\x00" not in page
    assert re.findall(r'(?:src|href)="([^#"][^"]*)"', page) == []
    assert "987654321" not in page
    assert 'name="viewport"' in page
    for told in ("2 of 6 points", "needs a look", "it is failed", "not attempted", "Zoë"):
        assert told in page


def test_a_page_says_what_it_was_made_of(tmp_path):
    data, path = to_json(record()), tmp_path / "s1.html"
    assert not is_made_of(path, data, "Zoë")
    path.write_bytes(feedback_page(data, "Zoë"))
    assert is_made_of(path, data, "Zoë")
    assert not is_made_of(path, data, "Zoe")
    assert not is_made_of(path, data + b" ", "Zoë")


@pytest.mark.parametrize(
    ("status", "word"), [("refused", "Nothing of it could be graded"), ("graded", None)]
)
def test_a_page_says_when_nothing_was_read(status, word):
    page = feedback_page(to_json(record(status=status)), "").decode()
    assert (word in page) if word else "could be graded" not in page
    assert "<h1>s1</h1>" in page
