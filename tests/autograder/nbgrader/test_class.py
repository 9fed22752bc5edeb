"""A class of all sorts, graded by our engine and by the untouched program nbgrader.

The scores are looked up where an instructor finds them: in gradebook.db, in the feedback pages, in
the CSV, and in formgrader in a browser.
"""

import csv
import html
import re
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.course.catalogue import units
from autograder.nbgrader import engine
from autograder.nbgrader.engine import grade_course
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import GraderError
from autograder.sync.assignments import exercise_notebook
from fashion_course.kit.cli import app
from tests.support.browser import TOKEN, chromium, formgrader_server
from tests.support.nbgrader_course import (
    ACCURACY,
    COUNT,
    CRASHING,
    LOUD,
    NAME,
    PARTLY,
    RIGHT,
    WRITTEN,
    WRONG,
    Book,
    make,
    nbgrader,
    submit,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own

FULL = COUNT + ACCURACY
SCORES = {  # of the cells that are graded by machine; written answers come on top
    "own-perfect": FULL,
    "own-empty": 0,
    "own-half": COUNT,
    "own-partly": FULL - 2,
    "own-crash": COUNT,
    "own-loud": FULL - 2,
    "own-deleted": ACCURACY,
    "own-doubled": FULL,
    "own-stripped": FULL,
    "own-broken": 0,
    "own-nothing": 0,
    "own-again": COUNT + 1,  # for a float, though a wrong one
    "own-same": FULL,
    "own-exercise": FULL,
    "real-loud": FULL - 2,
    "real-exercise": FULL,
    "real-deleted": ACCURACY,
    "real-again": COUNT + 1,
}
MANUAL = {"own-same": 4.0, "own-again": 2.0, "real-again": 4.0}  # written answers, kept


def hand_in(folder, first):
    """Hand in the first versions of those who come again, or the last version of everybody."""
    release = nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", as_version=4)

    def book(**answers):
        return Book(release).write(**answers)

    right = {**RIGHT, "silent": "The ReLU on the logits silences it."}
    if first:
        for student in MANUAL:
            submit(folder, student, book(**right).json())
        return
    deleted = book(**right).delete("baseline-setup", "count_parameters-answer", "accuracy-check")
    doubled = book(**right).double("accuracy-answer", "baseline-setup", "accuracy-check")
    stub = Book(release).cell("count_parameters-answer").source
    versions = {
        "perfect": book(**right),
        "empty": book(),
        "half": book(count_parameters=RIGHT["count_parameters"]),
        "partly": book(**right | {"accuracy": PARTLY}),
        "crash": book(**right | {"accuracy": CRASHING}),
        "loud": book(**right | {"accuracy": LOUD}),
        "deleted": deleted.delete("silent-class-answer"),
        "doubled": doubled.double("count_parameters-answer", source=stub),
        "stripped": book(**right).strip(),
        "again": book(**right | {"accuracy": WRONG}).delete("accuracy-check"),
        "same": book(**right),
        "exercise": exercise_book().write(**right),
    }
    for student in SCORES:
        if student.partition("-")[2] in versions:
            submit(folder, student, versions[student.partition("-")[2]].json())
    submit(folder, "own-broken", book(**right).json()[:-200])
    submit(folder, "own-nothing", None)


def exercise_book():
    """Return the notebook of `exercises/` as a learner hands it in, who also saved answers."""
    unit = next(unit for unit in units() if unit.stem == NAME)
    made = Book(nbformat.reads(exercise_notebook(unit), as_version=4))
    assert made.cell("baseline-setup").source.startswith("%load_ext fashion_course\n")
    made.book.cells.insert(0, nbformat.v4.new_code_cell("%load_ext fashion_course"))
    return made


def by_hand(folder):
    """Grade as a person does in formgrader: written answers, and too kindly one test cell."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for student, points in MANUAL.items():
            place = (NAME, NAME, student)
            grade = gradebook.find_grade("silent-class-answer", *place)
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.find_comment("silent-class-answer", *place).manual_comment = "Well seen."
            if student.startswith("own"):
                gradebook.find_grade("accuracy-check", *place).manual_score = ACCURACY
        gradebook.db.commit()


pytestmark = pytest.mark.nbgrader


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class of all sorts, graded by our engine and by nbgrader; feedback and export made."""
    folder = make(tmp_path_factory.mktemp("class") / "course")
    exchange = folder.parent / "exchange"
    exchange.mkdir()
    nbgrader(folder, "generate_assignment", NAME)
    nbgrader(folder, "release_assignment", NAME, f"--Exchange.root={exchange}")
    hand_in(folder, first=True)
    grade_course(folder, NAME)
    by_hand(folder)
    hand_in(folder, first=False)
    graded = grade_course(folder, student="own-*")
    assert len(graded) == sum(student.startswith("own") for student in SCORES)
    assert not any(each.failed for each in graded)
    nbgrader(folder, "autograde", NAME, "--student=real-*", "--force")
    nbgrader(folder, "generate_feedback", NAME)
    nbgrader(folder, "export")
    return folder


@pytest.fixture
def gradebook(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as opened:
        yield opened


@pytest.mark.parametrize("student", SCORES)
def test_the_gradebook_holds_the_score(gradebook, student):
    found = gradebook.find_submission(NAME, student)
    assert found.score == SCORES[student] + MANUAL.get(student, 0)
    assert found.max_score == FULL + WRITTEN


def test_the_csv_holds_every_score(course):
    with (course / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(SCORES)
    for student, row in rows.items():
        assert float(row["score"]) == SCORES[student] + MANUAL.get(student, 0)
        assert float(row["max_score"]) == FULL + WRITTEN


@pytest.mark.parametrize("student", SCORES)
def test_the_feedback_page_shows_score_and_reasons(course, student):
    path = course / "feedback" / student / NAME / f"{NAME}.html"
    page = html.unescape(re.sub(r"<[^>]+>", "", path.read_text("utf-8")))
    score = SCORES[student] + MANUAL.get(student, 0)
    assert f"{NAME} (Score: {score:.1f} / {FULL + WRITTEN:.1f})" in page
    assert "How this answer is graded" in page or student.endswith(("broken", "nothing"))
    if student.endswith(("partly", "loud", "again")):
        assert "accuracy refuses no images" in page
    if student.endswith("empty"):
        assert "accuracy: not attempted" in page
        assert "No response." in page
    if student.endswith("broken"):
        assert "its JSON is broken" in page
    if student.endswith("crash"):
        assert "KeyError" in page
        assert "<b>oops" not in path.read_text("utf-8")


@pytest.mark.parametrize("student", ["own-exercise", "real-exercise"])
def test_a_learners_exercise_notebook_is_graded_and_saves_nothing(course, student):
    path = course / "autograded" / student / NAME / f"{NAME}.ipynb"
    book = nbformat.read(path, as_version=4)
    assert book.cells[0].source == "%load_ext fashion_course"
    setup = next(cell for cell in book.cells if cell.get("id") == "baseline-setup")
    assert "%" not in setup.source
    told = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert not any("Saved" in str(output) or "course folder" in str(output) for output in told)
    assert not list(course.rglob(".fashion-course*"))


def answer(gradebook, student, grade_id):
    return gradebook.find_grade(grade_id, NAME, NAME, student)


def test_a_kind_score_does_not_outlive_a_worse_resubmission(gradebook):
    assert answer(gradebook, "own-again", "accuracy-check").score < ACCURACY
    assert answer(gradebook, "real-again", "accuracy-check").score < ACCURACY
    comment = gradebook.find_comment("accuracy-answer", NAME, NAME, "own-again").comment
    assert "A grader had given 6 points to an earlier version" in comment


def test_scores_by_hand_stay_where_the_answer_is_the_same(gradebook):
    for student, points in MANUAL.items():
        assert answer(gradebook, student, "silent-class-answer").score == points
        comment = gradebook.find_comment("silent-class-answer", NAME, NAME, student)
        assert comment.comment == "Well seen."
    assert answer(gradebook, "own-same", "accuracy-check").manual_score == ACCURACY


def test_only_answers_that_need_a_person_wait_for_one(gradebook):
    waiting = {
        student: answer(gradebook, student, "silent-class-answer").needs_manual_grade
        for student in SCORES
    }
    done = {s for s, waits in waiting.items() if not waits}
    assert done == {"own-empty", "own-half", "own-broken", "own-nothing"}


def test_the_autograded_notebooks_keep_the_checksums_of_the_release(course):
    release = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    wanted = {c.id: c.metadata.nbgrader.get("checksum") for c in release.cells}
    for student in ("own-perfect", "own-stripped", "own-doubled", "real-deleted"):
        path = course / "autograded" / student / NAME / f"{NAME}.ipynb"
        book = nbformat.read(path, as_version=4)
        found = [
            c.metadata.nbgrader for c in book.cells if "grade_id" in c.metadata.get("nbgrader", {})
        ]
        assert {each.grade_id: each.get("checksum") for each in found} == wanted
        assert len(found) == len(wanted)


def test_a_test_cell_run_by_nbgrader_tells_reasons_and_a_number_and_no_stderr(course):
    path = course / "autograded" / "real-loud" / NAME / f"{NAME}.ipynb"
    book = nbformat.read(path, as_version=4)
    cell = next(c for c in book.cells if c.get("id") == "accuracy-check")
    told, number = cell.outputs
    assert told.output_type == "display_data"
    assert "accuracy is the share of right images" in told.data["text/plain"]
    assert number.output_type == "execute_result"
    assert float(number.data["text/plain"]) == SCORES["real-loud"] - COUNT


def test_nbgrader_validates_a_right_notebook(course, tmp_path):
    (tmp_path / "right").mkdir()
    shutil.copy(course / "submitted" / "own-perfect" / NAME / f"{NAME}.ipynb", tmp_path / "right")
    told = nbgrader(tmp_path / "right", "validate", f"{NAME}.ipynb")
    assert "Success! Your notebook passes all the tests." in told
    assert "HAVE CHANGED" not in told


def test_the_release_in_the_exchange_gives_nothing_away(course):
    outbound = course.parent / "exchange" / "test_course" / "outbound" / NAME
    assert [p.name for p in outbound.iterdir()] == [f"{NAME}.ipynb"]
    text = (outbound / f"{NAME}.ipynb").read_text("utf-8")
    for secret in ("BEGIN SOLUTION", "argmax", "numel", "Rubric", "Sample answer", "def test_"):
        assert secret not in text


def test_a_failure_of_the_grader_costs_nobody_points_silently(course, tmp_path, monkeypatch):
    class Broken(ProcessRunner):
        def observe(self, *_):
            raise GraderError("the worker is gone")

    monkeypatch.setattr(engine, "ProcessRunner", lambda: Broken(fork=False))
    copy = shutil.copytree(course, tmp_path / "copy")
    result = CliRunner().invoke(app, ["nbgrader", "grade", str(copy), "--student", "own-half"])
    assert result.exit_code == 4
    assert "count_parameters-check" in " ".join(result.output.split())
    with Gradebook(f"sqlite:///{copy}/gradebook.db") as gradebook:
        grade = answer(gradebook, "own-half", "count_parameters-check")
        assert grade.auto_score is None
        assert grade.needs_manual_grade
        assert not answer(gradebook, "own-half", "accuracy-check").needs_manual_grade


def test_links_in_a_submission_are_left_out(course, tmp_path):
    copy = shutil.copytree(course, tmp_path / "copy")
    place = copy / "submitted" / "own-half" / NAME
    (place / "picture.png").symlink_to(copy / "gradebook.db")
    (place / f"{NAME}.ipynb").unlink()
    others = copy / "submitted" / "own-perfect" / NAME / f"{NAME}.ipynb"
    (place / f"{NAME}.ipynb").symlink_to(others)
    (graded,) = grade_course(copy, NAME, "own-half")
    assert graded.score == 0
    assert "picture.png is a link: left out" in graded.problems
    made = copy / "autograded" / "own-half" / NAME
    assert [path.name for path in made.iterdir()] == [f"{NAME}.ipynb"]


@pytest.mark.browser
def test_formgrader_shows_the_class_in_a_browser(course):
    with chromium() as browser, formgrader_server(course) as address:
        from selenium.webdriver.common.by import By
        from selenium.webdriver.support.ui import WebDriverWait

        browser.get(f"{address}/login?token={TOKEN}")
        browser.get(f"{address}/formgrader/manage_submissions/{NAME}")

        def rows(_):
            found = browser.find_elements(By.CSS_SELECTOR, "tbody tr")
            return [row.text for row in found] if len(found) == len(SCORES) else None

        shown = WebDriverWait(browser, 60).until(rows)
    for student, points in SCORES.items():
        (row,) = [row for row in shown if f" {student} " in row]
        score = points + MANUAL.get(student, 0)
        assert f" {score:g} / {FULL + WRITTEN}" in row
