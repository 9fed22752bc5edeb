"""A class of all sorts, graded by the untouched program nbgrader with the course's settings.

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
from nbgrader.apps.api import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader

from autograder.nbgrader import answers
from autograder.runners.levels import best_way
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import GraderError
from tests.support.browser import TOKEN, chromium, formgrader_server
from tests.support.nbgrader_class import (
    DOUBLE,
    FULL,
    KIND,
    MANUAL,
    MOST,
    PENALTY,
    SCORES,
    graded_class,
    total,
)
from tests.support.nbgrader_course import (
    ACCURACY,
    COUNT,
    FOREIGN,
    NAME,
    nbgrader,
    submit,
)

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's own
]


@pytest.fixture(scope="module")
def course(made_once):
    """A class of all sorts, graded by nbgrader."""
    return made_once("class", graded_class) / "course"


@pytest.fixture
def gradebook(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as opened:
        yield opened


def autograded(course, student, name=NAME):
    return nbformat.read(course / "autograded" / student / name / f"{name}.ipynb", as_version=4)


def feedback(course, student, name=NAME):
    return (course / "feedback" / student / name / f"{name}.html").read_text("utf-8")


def answer(gradebook, student, grade_id):
    return gradebook.find_grade(grade_id, NAME, NAME, student)


@pytest.mark.parametrize("student", SCORES)
def test_the_gradebook_holds_the_score(gradebook, student):
    found = gradebook.find_submission(NAME, student)
    assert found.score == total(student)
    assert found.max_score == MOST
    assert found.late_submission_penalty == PENALTY.get(student, 0)


def test_the_csv_holds_every_score(course):
    with (course / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file) if row["assignment"] == NAME}
    assert set(rows) == set(SCORES)
    for student, row in rows.items():
        assert float(row["raw_score"]) == total(student)
        assert float(row["score"]) == total(student) - PENALTY.get(student, 0)
        assert float(row["max_score"]) == MOST


@pytest.mark.parametrize("student", SCORES)
def test_the_feedback_page_shows_score_and_reasons(course, student):
    raw = feedback(course, student)
    page = html.unescape(re.sub(r"<[^>]+>", "", raw))
    score = total(student) - PENALTY.get(student, 0)
    assert f"{NAME} (Score: {score:.1f} / {MOST:.1f})" in page
    assert "How this answer is graded" in page or student in ("broken", "nothing")
    level = "sandbox" if best_way() else "process"
    assert re.search(rf"grader \S+, isolation {level}, seed \d+", page)
    if student in ("partly", "loud", "again"):
        assert "accuracy does not take labels of another shape" in page
    if student == "empty":
        assert "accuracy: not attempted" in page
        assert "No response." in page
    if student == "broken":
        assert "its JSON is broken" in page
    if student == "crash":
        assert "KeyError" in page
        assert "<b>oops" not in raw


def test_no_cell_of_a_notebook_of_the_course_is_run_and_answers_are_called_in_the_worker(course):
    """A canary in every one of them, and in the instructor's own test cell, would be heard of."""
    assert [path.name for path in course.glob("ran-*")] == ["ran-foreign"]
    assert "from autograder.worker.serve import *" in html.unescape(feedback(course, "where"))
    for student in SCORES:
        counts = [cell.get("execution_count") for cell in autograded(course, student).cells]
        assert set(counts) == {None}


@pytest.mark.parametrize("student", DOUBLE)
def test_an_assignment_that_is_not_the_courses_is_run_and_graded_by_nbgrader(
    course, gradebook, student
):
    assert gradebook.find_submission(FOREIGN, student).score == DOUBLE[student][1]
    book = autograded(course, student, FOREIGN)
    assert [cell.execution_count for cell in book.cells] == [1, 2, 3]
    submitted = nbformat.read(
        course / "submitted" / student / FOREIGN / f"{FOREIGN}.ipynb", as_version=4
    )
    assert [cell.source for cell in book.cells] == [cell.source for cell in submitted.cells]
    assert f"{FOREIGN} (Score: {DOUBLE[student][1]} / 1.0)" in feedback(course, student, FOREIGN)


def test_a_learners_exercise_notebook_is_graded_and_saves_nothing(course):
    book = autograded(course, "exercise")
    assert book.cells[0].source == "%load_ext fashion_course"
    setup = next(cell for cell in book.cells if cell.get("id") == "baseline-setup")
    assert "%" not in setup.source
    told = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert not any("Saved" in str(output) or "course folder" in str(output) for output in told)
    assert not list(course.rglob(".fashion-course*"))


@pytest.mark.parametrize("student", MANUAL)
@pytest.mark.parametrize("grade_id", ["silent-class-answer", "accuracy-check"])
def test_what_a_person_gave_is_kept_and_marked_for_a_new_look(gradebook, student, grade_id):
    found = answer(gradebook, student, grade_id)
    assert found.score == (MANUAL[student] if grade_id == "silent-class-answer" else ACCURACY)
    assert found.needs_manual_grade
    comment = gradebook.find_comment("silent-class-answer", NAME, NAME, student)
    assert comment.comment == "Well seen."


def test_the_new_answers_score_stands_beside_what_a_person_gave_for_the_old_one(gradebook):
    assert answer(gradebook, "again", "accuracy-check").auto_score == ACCURACY - KIND["again"]
    assert answer(gradebook, "same", "accuracy-check").auto_score == ACCURACY


def test_only_answers_that_need_a_person_wait_for_one(gradebook):
    waiting = {
        student: answer(gradebook, student, "silent-class-answer").needs_manual_grade
        for student in SCORES
    }
    done = {s for s, waits in waiting.items() if not waits}
    assert done == {"empty", "half", "broken", "nothing"}
    assert not answer(gradebook, "perfect", "accuracy-check").needs_manual_grade


@pytest.mark.parametrize("student", SCORES)
def test_an_instructors_own_test_cell_waits_for_a_person(course, gradebook, student):
    found = answer(gradebook, student, "own-check")
    assert (found.auto_score, found.score, found.needs_manual_grade) == (None, 0, True)
    (cell,) = [c for c in autograded(course, student).cells if c.get("id") == "own-check"]
    assert "a person must grade it" in cell.outputs[0].evalue


def test_the_autograded_notebooks_keep_the_checksums_of_the_release(course):
    release = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    wanted = {c.id: c.metadata.nbgrader.get("checksum") for c in release.cells}
    for student in ("perfect", "stripped", "doubled", "deleted", "old", "reversed"):
        book = autograded(course, student)
        found = [
            c.metadata.nbgrader for c in book.cells if "grade_id" in c.metadata.get("nbgrader", {})
        ]
        assert {each.grade_id: each.get("checksum") for each in found} == wanted
        assert len(found) == len(wanted)


@pytest.fixture
def notebooks_are_run(course):
    """Take away what the canaries left in a test that runs notebooks."""
    yield
    for path in course.glob("ran-o*"):
        path.unlink()


@pytest.mark.usefixtures("notebooks_are_run")
def test_without_our_settings_a_test_cell_tells_reasons_and_a_number_and_no_stderr(
    course, tmp_path
):
    """So an instructor can grade who runs nbgrader on the release with settings of their own."""
    copy = shutil.copytree(course, tmp_path / "copy")
    (copy / "nbgrader_config.py").write_text(
        "from autograder.nbgrader import find_programs\nfind_programs()\n"
        "c = get_config()\nc.Execute.timeout = 180\n"
    )
    nbgrader(copy, "autograde", NAME, "--student=loud", "--force")
    assert sorted(path.name for path in course.glob("ran-o*")) == ["ran-ours", "ran-own"]
    cell = next(c for c in autograded(copy, "loud").cells if c.get("id") == "accuracy-check")
    told, number = cell.outputs
    assert told.output_type == "display_data"
    assert "accuracy is the share of right images" in told.data["text/plain"]
    assert number.output_type == "execute_result"
    assert float(number.data["text/plain"]) == SCORES["loud"] - COUNT


def test_a_test_cell_graded_by_the_settings_has_the_outputs_that_it_has_in_a_kernel(course):
    cell = next(c for c in autograded(course, "loud").cells if c.get("id") == "accuracy-check")
    told, how, number = cell.outputs
    assert told.output_type == "display_data"
    assert "accuracy is the share of right images" in told.data["text/plain"]
    assert how.name == "stdout"
    assert float(number.data["text/plain"]) == SCORES["loud"] - COUNT


@pytest.mark.usefixtures("notebooks_are_run")
def test_nbgrader_validates_a_right_notebook(course, tmp_path):
    (tmp_path / "right").mkdir()
    shutil.copy(course / "submitted" / "perfect" / NAME / f"{NAME}.ipynb", tmp_path / "right")
    # On a busy machine an import of torch takes longer than nbgrader's default for a cell.
    told = nbgrader(tmp_path / "right", "validate", f"{NAME}.ipynb", "--Execute.timeout=180")
    assert "Success! Your notebook passes all the tests." in told
    assert "HAVE CHANGED" not in told


def test_the_release_in_the_exchange_gives_nothing_away(course):
    outbound = course.parent / "exchange" / "test_course" / "outbound" / NAME
    assert [p.name for p in outbound.iterdir()] == [f"{NAME}.ipynb"]
    text = (outbound / f"{NAME}.ipynb").read_text("utf-8")
    for secret in ("BEGIN SOLUTION", "argmax", "numel", "Rubric", "Sample answer", "def test_"):
        assert secret not in text


def autograde(folder, student):
    """Autograde in this process, as formgrader does; return what it answers."""
    app = NbGrader()
    app.load_cwd_config = False
    app.initialize([], root=str(folder))
    return NbGraderAPI(app.coursedir, parent=app).autograde(NAME, student)


def test_a_failure_of_the_grader_costs_nobody_points_silently(course, tmp_path, monkeypatch):
    class Broken(ProcessRunner):
        def observe(self, *_):
            raise GraderError("the worker is gone")

    answers._worker.cache_clear()
    monkeypatch.setattr(answers, "open_runner", lambda: Broken(fork=False))
    copy = shutil.copytree(course, tmp_path / "copy")
    told = autograde(copy, "half")
    answers._worker.cache_clear()
    assert told["success"]
    assert "count_parameters-check waits for a person. " in told["log"]
    assert "the worker is gone" in told["log"]
    with Gradebook(f"sqlite:///{copy}/gradebook.db") as gradebook:
        grade = answer(gradebook, "half", "count_parameters-check")
        assert grade.auto_score is None
        assert grade.needs_manual_grade
        assert not answer(gradebook, "half", "accuracy-check").needs_manual_grade


def test_links_in_a_submission_are_left_out(course, tmp_path):
    copy = shutil.copytree(course, tmp_path / "copy")
    place = copy / "submitted" / "half" / NAME
    (place / "picture.png").symlink_to(copy / "gradebook.db")
    (place / "notes.txt").write_text("mine")
    (place / f"{NAME}.ipynb").unlink()
    others = copy / "submitted" / "perfect" / NAME / f"{NAME}.ipynb"
    (place / f"{NAME}.ipynb").symlink_to(others)
    nbgrader(copy, "autograde", NAME, "--student=half", "--force")
    with Gradebook(f"sqlite:///{copy}/gradebook.db") as gradebook:
        assert gradebook.find_submission(NAME, "half").score == 0
    made = copy / "autograded" / "half" / NAME
    assert sorted(path.name for path in made.iterdir()) == [f"{NAME}.ipynb", "notes.txt"]


@pytest.fixture(scope="module")
def regraded(course, made_once):
    """The class, in which one submission was graded anew: not executed, and with a seed."""

    def make(folder):
        copy = shutil.copytree(course, folder / "course")
        options = ("--no-execute", "--GradeAnswers.seed=7")
        nbgrader(copy, "autograde", NAME, "--student=half", "--force", *options)

    return made_once("regraded", make) / "course"


def test_a_notebook_is_graded_though_nbgrader_is_told_not_to_execute(regraded):
    with Gradebook(f"sqlite:///{regraded}/gradebook.db") as gradebook:
        assert gradebook.find_submission(NAME, "half").score == SCORES["half"]


def test_a_seed_repeats_a_grading(regraded):
    assert "seed 7\n" in feedback_text(regraded, "half")


def feedback_text(course, student):
    outputs = [o for cell in autograded(course, student).cells for o in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs)


@pytest.mark.browser
def test_formgrader_shows_the_class_and_its_button_grades_in_a_browser(course, tmp_path):
    copy = shutil.copytree(course, tmp_path / "copy")
    right = (copy / "submitted" / "perfect" / NAME / f"{NAME}.ipynb").read_text("utf-8")
    submit(copy, "half", right)
    with chromium() as browser, formgrader_server(copy) as address:
        from selenium.webdriver.common.by import By
        from selenium.webdriver.support.ui import WebDriverWait

        browser.get(f"{address}/login?token={TOKEN}")
        browser.get(f"{address}/formgrader/manage_submissions/{NAME}")

        def rows(_):
            found = browser.find_elements(By.CSS_SELECTOR, "tbody tr")
            return found if len(found) == len(SCORES) else None

        shown = [row.text for row in WebDriverWait(browser, 60).until(rows)]
        for student in SCORES:
            (row,) = [row for row in shown if f" {student} " in row]
            assert f" {total(student):g} / {MOST}" in row  # formgrader leaves penalties out
        (row,) = [row for row in rows(None) if " half " in row.text]
        row.find_element(By.CSS_SELECTOR, ".autograde a").click()
        done = (By.CSS_SELECTOR, "#success-modal, #error-modal")
        modal = WebDriverWait(browser, 120).until(lambda b: b.find_element(*done))
        assert modal.get_attribute("id") == "success-modal"
        WebDriverWait(browser, 60).until(lambda _: f" {FULL} / {MOST}" in row.text)
    assert [path.name for path in course.glob("ran-*")] == ["ran-foreign"]
    with Gradebook(f"sqlite:///{copy}/gradebook.db") as gradebook:
        assert gradebook.find_submission(NAME, "half").score == FULL
