"""`grade-all` and `verify`, as a person types them, on a small class with real judges."""

import csv
import json
import re
import shutil
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest
from typer.testing import CliRunner

from autograder.course.catalogue import exercises, units
from autograder.record import json_schema
from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError
from tests.autograder.grading.test_batch import contents
from tests.support.submissions import notebook, stubs, zipped

RIGHT = "\n\n" + exercises()["accuracy"].solution + "\n"
ALONE = next(unit.imports for unit in units() if unit.name == "baseline") + RIGHT
WRONG = "\n\ndef accuracy(logits, labels):\n    return (logits.argmax(1) == labels).sum()\n"
DIES = "\n\ndef accuracy(logits, labels):\n    import os\n    os._exit(0)\n"
PRINTS = (
    "\n\ndef accuracy(logits, labels):\n    print('<script>alert(1)</script>\\x1b[2J\\x00')\n"
    "    raise KeyError('=cmd()')\n"
)
POINTS = {"right": 5.5, "same": 5.5, "book": 5.5, "zip": 5.5}
REFUSED = ("empty", "garbage", "strange")
STUDENTS = sorted(
    [*POINTS, *REFUSED, "broken", "dies", "nothing", "other", "prints", "wrong"],
)


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def refused(*arguments):
    """Return the error that `main` shows in one line, with its exit code."""
    result = run(*arguments)
    assert isinstance(result.exception, UserError), result.output
    return str(result.exception), int(result.exception.code)


def make_class(folder):
    """Make what a class of thirteen handed in."""
    stubs(folder / "right", baseline=RIGHT)
    stubs(folder / "same", baseline=RIGHT)
    stubs(folder / "wrong", baseline=WRONG)
    stubs(folder / "dies", baseline=DIES)
    stubs(folder / "prints", baseline=PRINTS)
    stubs(folder / "broken", baseline="\n\ndef accuracy(:\n")
    stubs(folder / "nothing")
    stubs(folder / "other", training="\n\nimport json\n")
    (folder / "book.ipynb").write_bytes(notebook(ALONE))
    zipped(folder / "zip.zip", {"baseline.py": ALONE})
    (folder / "empty").mkdir()
    (folder / "garbage.zip").write_bytes(b"PK\3\4 and no zip")
    (folder / "strange.ipynb").write_bytes(b"{")


@pytest.fixture(scope="module")
def graded(made_once):
    """The class, and its grades by two judges."""

    def make(folder):
        (folder / "class").mkdir()
        make_class(folder / "class")
        call = ("grade-all", folder / "class", "--out", folder / "grades", "--only", "accuracy")
        done = run(*call, "--jobs", 2, "--seed", 3)
        assert done.exit_code == 0, done.output
        (folder / "told.txt").write_text(done.output, "utf-8")

    return made_once("class for grade-all", make)


def test_one_judge_writes_the_same_bytes(graded):
    other = graded / "by one"  # beside the first: the links of the class page are relative
    call = ("grade-all", graded / "class", "--out", other, "--only", "accuracy", "--seed", 3)
    done = run(*call, "--jobs", 1)
    assert done.exit_code == 0, done.output
    assert contents(other) == contents(graded / "grades")


def test_off_a_terminal_it_tells_a_line_a_student_and_the_counts(graded):
    told = (graded / "told.txt").read_text("utf-8")
    lines = told.splitlines()
    assert sorted(line.split(":")[0] for line in lines[: len(STUDENTS)]) == STUDENTS
    assert "right: graded, 5.5 of 5.5 points" in lines
    assert "garbage: refused, 0 of 5.5 points" in lines
    assert "13 submissions, 10 graded, 3 refused; isolation " in told


def test_the_gradebook_has_every_student_and_the_reason(graded):
    text = (graded / "grades" / "gradebook.csv").read_bytes().decode("utf-8-sig")
    rows = {row["id"]: row for row in csv.DictReader(text.splitlines())}
    known = ["id", "name", "status", "points", "max_points", "isolation", "problems"]
    assert list(rows["right"]) == [*known, "accuracy"]
    assert list(rows) == STUDENTS
    assert {name: float(row["points"]) for name, row in rows.items()} == dict.fromkeys(
        STUDENTS, 0.0
    ) | POINTS
    assert {name for name, row in rows.items() if row["status"] == "refused"} == set(REFUSED)
    assert all(rows[name]["problems"] for name in REFUSED)
    assert {row["max_points"] for row in rows.values()} == {"5.5"}


@pytest.mark.parametrize("student", STUDENTS)
def test_a_record_is_whole_and_knows_no_folder_of_this_machine(graded, student):
    data = (graded / "grades" / "records" / f"{student}.json").read_bytes()
    record = json.loads(data)
    jsonschema.validate(record, json_schema())
    assert record["submission"] == student
    assert record["seed"] == 3
    assert [each["name"] for each in record["exercises"]] == ["accuracy"]
    assert str(graded) not in data.decode()
    if student in REFUSED:
        assert record["problems"]
        assert record["exercises"][0]["verdict"] == "not attempted"


@pytest.mark.parametrize("student", STUDENTS)
def test_each_student_has_a_page_and_a_file_for_gradescope(graded, student):
    page = (graded / "grades" / "feedback" / f"{student}.html").read_text("utf-8")
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    read = json.loads((graded / "grades" / "gradescope" / f"{student}.json").read_bytes())
    assert read["score"] == POINTS.get(student, 0)
    assert read["tests"][0]["max_score"] == 5.5
    seed = b'"seed": 3'
    assert seed not in json.dumps(read).encode()


def test_the_junit_file_is_xml_with_a_suite_a_student(graded):
    root = ElementTree.parse(graded / "grades" / "junit.xml").getroot()
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == STUDENTS
    assert suites["right"].get("failures") == "0"
    assert suites["wrong"].find("testcase/failure").text
    assert suites["nothing"].get("skipped") == suites["nothing"].get("tests")


def test_records_verify_and_a_tampered_one_is_named(graded, tmp_path):
    grades = shutil.copytree(graded / "grades", tmp_path / "grades")
    path = grades / "records" / "wrong.json"
    path.write_bytes(path.read_bytes().replace(b'"points": 0.0', b'"points": 5.5'))
    (grades / "records" / "gone.json").write_bytes(path.read_bytes())
    done = run("verify", grades, graded / "class", "--sample", 50)
    assert done.exit_code == 1
    assert "12 of 14 records are the same" in done.stdout
    assert "gone, wrong" in done.stderr


def test_what_cannot_be_done_is_one_clear_line(graded, tmp_path):
    subs, grades = graded / "class", graded / "grades"
    before = contents(grades)
    for call, word in {
        (subs, "--out", grades): "exercises was accuracy, is normalize",
        (subs, "--out", grades, "--only", "accuracy", "--craft-counts"): "craft_counts was False",
        (subs, "--out", grades, "--regrade", "nobody"): "--regrade nobody: nobody of this id",
        (subs, "--out", subs / "grades"): "lies within the submissions",
        (subs, "--out", graded / "told.txt"): "is a file",
        (subs, "--out", subs.parent): "holds no grades",
        (subs, "--out", tmp_path, "--only", "nonsense"): "nonsense",
        (subs, "--out", tmp_path, "--quick"): "--quick",
        (tmp_path / "none", "--out", tmp_path): "none",
    }.items():
        told, code = refused("grade-all", *call)
        assert word in told or word.startswith("exercises was"), told
        assert code == 2
    assert contents(grades) == before
    assert "holds no grades" in refused("verify", tmp_path, subs)[0]


def test_the_batch_file_says_how_it_was_graded(graded):
    batch = msgspec.json.decode((graded / "grades" / "batch.json").read_bytes())
    assert batch["seed"] == 3
    assert batch["settings"]["exercises"] == ["accuracy"]
    assert batch["counts"] == {"submissions": 13, "graded": 10, "needs a look": 0, "refused": 3}
    assert set(batch["versions"]) == {"grader", "python", "torch"}
    assert set(batch["times"]) == {"started", "finished"}
