"""nbgrader's autograde with one part exchanged: answers are observed, no notebook is run.

Where nbgrader would execute a notebook, the answers are taken from the submitted file by parsing
and observed in a process of their own. The outputs that the test cells would have had are put into
the notebook, and nbgrader's own preprocessors take the scores from there.
"""

import glob
import json
import os
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from nbconvert.preprocessors import ExecutePreprocessor
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, is_locked
from traitlets.utils.importstring import import_item

from autograder.course.catalogue import UNITS, exercises
from autograder.grading.one import Grading, grader_version
from autograder.judge.exam import Exam
from autograder.nbgrader.exporter import CourseExporter, forget_old_scores, submitted_bytes
from autograder.nbgrader.kernel import lent_sources, scaled
from autograder.nbgrader.ledger import Ledger, Version, versions_in
from autograder.reading.cells import NotebookError, code_cells
from autograder.reading.submission import Source, Submission, SubmissionError, assemble
from autograder.record import ExerciseResult
from autograder.report.html import exercise_html
from autograder.report.terminal import clean, exercise_text, headline, lines_of
from autograder.runners.runner import Runner
from autograder.sync.assignments import ANSWER, CHECK

FOREIGN = "This cell is not Fashion Course's own: a person must grade it."


class SafeAutograde(Autograde):  # type: ignore[misc]
    """Grades every submission of an assignment anew.

    Args:
        runner: observes answers at its level of isolation.
        seed: of the small problems; a new one for each submission by default.

    Attributes:
        problems: student to what a grader should know about the submission; a key for each one.
        failed: students on whose submission the grader itself failed.
    """

    def __init__(self, runner: Runner, seed: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.runner, self.seed = runner, seed
        self.problems: dict[str, list[str]] = {}
        self.failed: set[str] = set()
        self.before: dict[str, Version] = {}
        self.comments: dict[str, str] = {}
        self.undecided: dict[str, str] = {}
        self.force = True  # an old grade must not outlive a submission without a timestamp
        self.exporter_class = CourseExporter
        configured: list[Any] = super().autograde_preprocessors
        self.autograde_preprocessors = self._exchanged(configured)

    def _exchanged(self, configured: list[Any]) -> list[Any]:
        """Return nbgrader's list, in which whatever executes is replaced by the judge."""
        made: list[Any] = [Judge(self)]
        for entry in configured:
            kind = import_item(entry) if isinstance(entry, str) else entry
            if not (isinstance(kind, type) and issubclass(kind, ExecutePreprocessor)):
                made.append(kind)
            if kind is SaveAutoGrades:
                made.append(Ledger(self))
        return made

    def init_notebooks(self) -> None:
        """List every submitted folder, also one without a notebook in it."""
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            names = [n.name for n in gradebook.find_assignment(course.assignment_id).notebooks]
        pattern = self._format_source(course.assignment_id, course.student_id)
        self.assignments = {
            folder: [os.path.join(folder, f"{name}.ipynb") for name in names]
            for folder in sorted(glob.glob(pattern))
            if os.path.isdir(folder)
        }
        if not self.assignments:
            raise NbGraderException(f"no submissions in {pattern}")

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Remember what was graded last, then forget its scores."""
        before = versions_in(Path(self._format_dest(assignment_id, student_id)))
        if not super().init_destination(assignment_id, student_id):
            return False
        self.before = before
        self.problems[student_id] = ["nbgrader could not finish this submission"]
        self.failed.add(student_id)
        for notebook in self.notebooks:
            forget_old_scores(self.coursedir.db_url, Path(notebook).stem, assignment_id, student_id)
        return True

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Begin one submission; links in it are left out, for they may lead to anything here."""
        course, ignored = self.coursedir, self.coursedir.ignore
        folder = Path(self._format_source(assignment_id, student_id))
        links = sorted(path.name for path in folder.rglob("*") if path.is_symlink())
        course.ignore = [*ignored, *(glob.escape(name) for name in links)]
        try:
            super().init_assignment(assignment_id, student_id)
        finally:
            course.ignore = ignored
        self.problems[student_id] = [f"{name} is a link: left out" for name in links]
        self.failed.discard(student_id)

    def read(self, told: dict[str, str], restored: Any) -> Submission:
        """Return the answers in a submitted notebook; in one that can't be read there are none.

        All cells of the file count, and the locked ones as they were released: they import what
        the answers need.
        """
        course = self.coursedir
        folder = course.format_path(course.submitted_directory, told["student"], told["assignment"])
        path = Path(folder) / f"{told['notebook']}.ipynb"
        try:
            sources = code_cells(submitted_bytes(path))
        except NotebookError as error:
            why = str(error) if path.exists() else "no such notebook was submitted."
            self.problems[told["student"]] += [f"{path.name}: {why}"]
            sources = []
        sources += [c.source for c in restored.cells if c.cell_type == "code" and is_locked(c)]
        cells = [{"cell_type": "code", "source": source} for source in sources]
        data = json.dumps({"cells": cells}).encode()
        try:
            return assemble(str(path), {PurePosixPath(path.name): data})
        except SubmissionError:
            return Submission(str(path), {})


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts into each test cell the outputs that it has when the grader's own kernel runs it."""

    def __init__(self, converter: SafeAutograde) -> None:
        super().__init__()
        self.converter = converter

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Grade the exercises of one notebook."""
        told, converter = resources["nbgrader"], self.converter
        checks = [c for c in nb.cells if c.cell_type == "code" and is_grade(c)]
        names = {c.metadata.nbgrader.grade_id: _exercise_of(c) for c in checks}
        submission = _with_earlier_units(converter.read(told, nb), [n for n in names.values() if n])
        grading = Grading(submission, converter.runner, Exam(converter.seed))
        footer = f"grader {grader_version()}, isolation {converter.runner.level}"
        footer += f", seed {grading.exam.seed}"
        converter.comments, converter.undecided = {}, {}
        for cell in checks:
            grade_id = cell.metadata.nbgrader.grade_id
            name = names[grade_id]
            result = grading.exercise(name) if name else None
            if result is None or result.verdict == "grader error":
                why = f"{name}: {result.message}" if result else FOREIGN
                converter.undecided[grade_id] = why
                if result is not None:
                    converter.failed.add(told["student"])
                converter.problems[told["student"]] += [f"{grade_id}: {why}"]
                cell.outputs = [_error(why)]
            else:
                cell.outputs = _outputs(result, float(cell.metadata.nbgrader.points))
            if result is not None and name:
                converter.comments[name + ANSWER] = _comment(result, footer)
        return nb, resources


def _exercise_of(cell: Any) -> str:
    grade_id: str = cell.metadata.nbgrader.grade_id
    name = grade_id.removesuffix(CHECK)
    return name if name in exercises() and name != grade_id else ""


def _with_earlier_units(submission: Submission, names: list[str]) -> Submission:
    """Let the course answer the units before those that are graded, as in the kernel."""
    if not names:
        return submission
    first = min((exercises()[name].unit for name in names), key=UNITS.index)
    lent = {n: Source(t, f"solutions/{n}.py") for n, t in lent_sources(first).items()}
    return replace(submission, sources=submission.sources | lent)


def _outputs(result: ExerciseResult, points: float) -> list[Any]:
    shown = {"text/plain": exercise_text(result), "text/html": exercise_html(result)}
    new_output: Any = nbformat.v4.new_output
    return [
        new_output("display_data", data=shown),
        new_output("execute_result", data={"text/plain": repr(scaled(result, points))}),
    ]


def _comment(result: ExerciseResult, footer: str) -> str:
    """Return what is told below an answer: the first thing to mend; all is told at its check.

    nbgrader renders comments as Markdown; what may hold a student's text is indented, as code.
    """
    first = next((c for c in result.checks if c.verdict not in ("passed", "blocked")), None)
    lines = [first.sentence, *lines_of(first)] if first and first.verdict != "not attempted" else []
    if result.verdict == "not attempted" and result.message:
        lines = [result.message]
    told = "\n".join(f"    {clean(line)}" for line in lines)
    return "\n\n".join(part for part in (headline(result), told, f"({footer})") if part)


def _error(why: str) -> Any:
    # Without an error nbgrader would give all points to a cell without a number.
    new_output: Any = nbformat.v4.new_output
    return new_output("error", ename="NotGraded", evalue=why, traceback=[why])
