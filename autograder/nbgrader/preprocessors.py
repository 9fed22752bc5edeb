"""What stands in the place of nbgrader's `Execute`; set in nbgrader_config.py.

Where nbgrader would run a notebook of the course, its answers are taken from the submitted file by
parsing and observed in the worker. The test cells get the outputs that `grade` has in a kernel, and
nbgrader's own preprocessors take the scores from there. Every other notebook is run as ever.
"""

from typing import Any

from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, is_locked, is_solution
from traitlets import Bool, Integer

from autograder.nbgrader.answers import graded, scaled, submission_of
from autograder.nbgrader.exporter import course_notebooks, exercise_of, submitted
from autograder.reading.cells import NotebookError, code_cells
from autograder.record import Result
from autograder.report.html import Told, exercise_told
from fashion_course.kit.words import _

WAITING = "fashion_course_waiting"  # grade_ids, from one preprocessor to the next


def autograde_preprocessors() -> list[type]:
    """Return nbgrader's own list, with `GradeAnswers` in the place of `Execute`."""
    made: list[type] = []
    for kind in Autograde().autograde_preprocessors:
        made.append(GradeAnswers if kind is Execute else kind)
        if kind is SaveAutoGrades:
            made.append(LeaveToPerson)
    return made


class GradeAnswers(Execute):  # type: ignore[misc]
    """Puts the results of the course's exercises into their test cells, and runs no cell."""

    seed = Integer(
        None, allow_none=True, help="Seed of the small problems; None: a new one each time."
    ).tag(config=True)

    craft_counts = Bool(False, help="Whether craft earns points, too.").tag(config=True)

    def __call__(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Grade a notebook of the course, also under --no-execute; else do as `Execute` does."""
        told = resources["nbgrader"]
        if told["notebook"] in course_notebooks(told["db_url"], told["assignment"]):
            self._grade(nb, told)
            return nb, resources
        made: tuple[Any, Any] = super().__call__(nb, resources)
        return made

    def _grade(self, nb: Any, told: dict[str, Any]) -> None:
        tests = [
            (cell, exercise_of(cell.metadata.nbgrader.grade_id, cell.source))
            for cell in nb.cells
            if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)
        ]
        names = [name for _, name in tests if name]
        result = self._result(nb, told, names) if names else None
        found = {each.name: each for each in result.exercises} if result else {}
        for cell, name in tests:
            exercise = found.get(name)
            if result is None or exercise is None or exercise.verdict == "grader error":
                why = _("This cell is not part of Fashion Course: a person must grade it.")
                why = f"{name}: {exercise.message}" if exercise else why
                self.log.warning("%s waits for a person. %s", cell.metadata.nbgrader.grade_id, why)
                told.setdefault(WAITING, []).append(cell.metadata.nbgrader.grade_id)
                # Without an error nbgrader would give all points to a cell without a number.
                cell.outputs = [new_output("error", ename="NotGraded", evalue=why, traceback=[why])]
            else:
                points = scaled(exercise, float(cell.metadata.nbgrader.points))
                cell.outputs = _outputs(exercise_told(exercise), points, result)

    def _result(self, nb: Any, told: dict[str, Any], names: list[str]) -> Result:
        """Grade what is in the submitted file; all its cells count.

        So do the locked ones, as they were released: they import what the answers need.
        """
        try:
            cells = code_cells(submitted(self.parent.parent.coursedir, told))
        except NotebookError:
            cells = []
        cells += [cell.source for cell in nb.cells if cell.cell_type == "code" and is_locked(cell)]
        handed_in = submission_of(cells, f"{told['notebook']}.ipynb", names)
        return graded(handed_in, names, self.seed, self.craft_counts)


class LeaveToPerson(NbGraderPreprocessor):  # type: ignore[misc]
    """Has a person grade the test cells that no machine did; `SaveAutoGrades` gave them 0."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Settle their grades; the notebook stays as it is."""
        told = resources["nbgrader"]
        place = (told["notebook"], told["assignment"], told["student"])
        with Gradebook(told["db_url"]) as gradebook:
            for grade_id in told.get(WAITING, []):
                grade = gradebook.find_grade(grade_id, *place)
                grade.auto_score, grade.needs_manual_grade = None, True
            gradebook.db.commit()
        return nb, resources


def _outputs(shown: Told, points: float, result: Result) -> list[Any]:
    told = f"grader {result.grader_version}, isolation {result.isolation}, seed {result.seed}\n"
    reasons = {"text/plain": repr(shown), "text/html": shown._repr_html_()}
    return [
        new_output("display_data", data=reasons),
        new_output("stream", name="stdout", text=told),
        new_output("execute_result", data={"text/plain": repr(points)}),
    ]
