"""Grades the submissions of an nbgrader course without running a notebook."""

import glob
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters.base import NbGraderException

from autograder.nbgrader.converter import SafeAutograde
from autograder.nbgrader.programs import find_programs
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import Runner


@dataclass(frozen=True)
class Graded:
    """One submission in the gradebook.

    Attributes:
        score: of all cells so far; a written answer counts once a person graded it.
        waiting: cells that wait for a person.
        problems: what a grader should know: unreadable files, failures of the grader itself.
        failed: whether the grader itself failed; never the student's fault.
    """

    student: str
    assignment: str
    score: float
    max_score: float
    waiting: int
    problems: tuple[str, ...]
    failed: bool


class CourseError(Exception):
    """The course folder is not ready to be graded; the message says what to do first."""


def grade_course(
    folder: Path, assignment: str | None = None, student: str = "*", seed: int | None = None
) -> list[Graded]:
    """Grade what was submitted, all of it anew, and write scores and comments to the gradebook.

    Args:
        folder: the course folder, with nbgrader_config.py, release/ and submitted/.
        assignment: one assignment; every one with submissions by default.
        student: one student; all by default.
        seed: of the small problems; a new one for each submission by default.

    Raises:
        CourseError: this is no course folder, the assignment was not generated, or there are no
            submissions.
    """
    if not (folder / "nbgrader_config.py").is_file():
        raise CourseError(
            f"{folder}: no nbgrader_config.py in it. Name a course folder, or make one with"
            " `fashion-course nbgrader init`."
        )
    find_programs()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="nbgrader")  # its own affair with its database
        # Configured as nbgrader's own program would be in that folder, but silent.
        app = NbGrader(log_level=logging.CRITICAL)
        app.load_cwd_config = False
        app.initialize([], root=str(folder.resolve()))
        names = [assignment] if assignment else _submitted(app.coursedir, student)
        if not names:
            raise CourseError(f"{folder}: nothing was submitted. Collect submissions first.")
        runner = ProcessRunner()
        try:
            return [each for name in names for each in _grade(app, name, student, runner, seed)]
        finally:
            runner.close()


def _submitted(course: Any, student: str) -> list[str]:
    pattern = course.format_path(course.submitted_directory, student, "*")
    return sorted({Path(path).name for path in glob.glob(pattern) if Path(path).is_dir()})


def _grade(
    app: Any, assignment: str, student: str, runner: Runner, seed: int | None
) -> list[Graded]:
    course = app.coursedir
    course.assignment_id, course.student_id = assignment, student
    release = course.format_path(course.release_directory, ".", assignment)
    try:
        with Gradebook(course.db_url, course.course_id) as gradebook:
            gradebook.find_assignment(assignment)
    except MissingEntry as error:
        raise CourseError(_not_generated(assignment)) from error
    if not Path(release).is_dir():
        raise CourseError(_not_generated(assignment))
    converter = SafeAutograde(runner, seed, coursedir=course, parent=app)
    try:
        converter.start()
    except NbGraderException as error:
        if not converter.problems:
            raise CourseError(str(error)) from error
    with Gradebook(course.db_url, course.course_id) as gradebook:
        return [_graded(gradebook, converter, name) for name in converter.problems]


def _not_generated(assignment: str) -> str:
    return (
        f"assignment {assignment!r} is not in the gradebook and release/. Run"
        f" `nbgrader generate_assignment {assignment}` in the course folder first."
    )


def _graded(gradebook: Any, converter: SafeAutograde, student: str) -> Graded:
    assignment = converter.coursedir.assignment_id
    problems, failed = tuple(converter.problems[student]), student in converter.failed
    try:
        found = gradebook.find_submission(assignment, student)
    except MissingEntry:  # it broke before nbgrader knew of it
        most = gradebook.find_assignment(assignment).max_score
        return Graded(student, assignment, 0.0, most, 0, problems, failed)
    grades = [grade for notebook in found.notebooks for grade in notebook.grades]
    waiting = sum(bool(grade.needs_manual_grade) for grade in grades)
    return Graded(student, assignment, found.score, found.max_score, waiting, problems, failed)
