"""Makes a unit's notebooks, all from the same cells: exercises, nbgrader's source and release.

| notebook | answer cells | check cells | who gets it |
|---|---|---|---|
| exercise | stub | `check("name")` | every learner, in `exercises/` |
| source | solution, sample answers, rubric | `grade("name")` | the instructor alone |
| release | stub | `grade("name")` | what nbgrader makes of the source for a class |

A cell's `grade_id` is also its id, so that a cell can be found again when metadata got lost.
"""

import re
from typing import Literal

import nbformat

from autograder.claims.registry import checks_of
from autograder.course.catalogue import BEGIN, END, UNITS, Exercise, Unit
from autograder.course.questions import Question
from autograder.course.stubs import MEND, effort

Form = Literal["exercise", "source", "release"]

TEXT_STUB = "YOUR ANSWER HERE"  # nbgrader's own default, so both agree
CHECK = "-check"  # ends the grade_id of the cell that checks an exercise
ANSWER = "-answer"  # ends that of the cell which holds an answer, code or text


def notebook_text(unit: Unit, form: Form) -> str:
    """Return the JSON of a unit's notebook in one of its forms.

    To the release nbgrader adds checksums and locks; the cells, their order and texts are these.
    """
    text: str = nbformat.writes(unit_notebook(unit, form), version=4)
    return text + "\n"


def unit_notebook(unit: Unit, form: Form) -> nbformat.NotebookNode:
    """Return a unit's notebook in one of its forms, valid for nbformat and nbgrader."""
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.cells = [
        _cell("markdown", f"{unit.name}-title", _title(unit, form)),
        _cell("code", f"{unit.name}-setup", _setup(unit, form)),
    ]
    for exercise in unit.exercises:
        notebook.cells += _exercise_cells(exercise, form)
    for question in unit.questions:
        notebook.cells += _question_cells(question, form)
    # In a class there is none: it takes minutes, and `nbgrader validate` would run it.
    for place, (kind, source) in enumerate(unit.finale if form == "exercise" else (), 1):
        cell = _cell(kind, f"{unit.name}-finale-{place}", source)
        del cell.metadata["nbgrader"]
        notebook.cells.append(cell)
    nbformat.validate(notebook)
    return notebook


def written_answers(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the names of the written questions that somebody has answered in a notebook."""
    return [
        cell.id.removesuffix(ANSWER)
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        and cell.get("id", "").endswith(ANSWER)
        and cell.source.strip() != TEXT_STUB
    ]


def _title(unit: Unit, form: Form) -> str:
    told = (
        f"<!-- Derived from solutions/{unit.name}.py by `{MEND}`. -->\n# {unit.title}\n\n"
        f"{unit.intro}\n\nRun the cells from top to bottom. Write each answer into its cell, run"
        ' it, then run the check below it. `hint("name")` shows one hint at a time.'
    )
    if form == "exercise":
        told += (
            f" An answer that you run is saved in `fashion_course/{unit.name}.py`, where later"
            ' units use it. Once it has passed, `compare("name")` shows the reference beside it.'
        )
    if unit.questions:
        told += " At the end come questions to answer in words; a person reads them."
    if unit.finale and form == "exercise":
        told += " Last comes a finale, which is not graded: your functions at work."
    return told


def _setup(unit: Unit, form: Form) -> str:
    own = re.sub(r'\A""".*?"""', "", unit.imports, flags=re.DOTALL).strip()
    imports = re.sub(r"^from \.", "from fashion_course.", own, flags=re.MULTILINE)
    if form == "exercise":
        face = "from autograder import check, compare, hint, keep, reset, solution, status"
        return f"%load_ext fashion_course\n\n{imports}\n\n{face}"
    lend = ""
    if imports != own:  # it builds on earlier units
        which = " and ".join([", ".join(UNITS[: unit.number - 2]), UNITS[unit.number - 2]])
        lend = (
            "from autograder.nbgrader import lend_units_before\n\n"
            f'lend_units_before("{unit.name}")  # {which} come from the course\n\n'
        )
    return f"{lend}{imports}\n\nfrom autograder import hint"


def _exercise_cells(exercise: Exercise, form: Form) -> list[nbformat.NotebookNode]:
    name = exercise.name
    points = sum(check.points for check in checks_of(exercise, full=False) if not check.craft)
    answer = exercise.solution if form == "source" else exercise.stub
    # The test cell imports `grade` itself: an answer of that name does no harm.
    test = f'from autograder.nbgrader import grade\n\ngrade("{name}")'
    check = f'check("{name}")' if form == "exercise" else test
    return [
        _cell("markdown", f"{name}-task", f"{exercise.task}\n\n{effort(exercise)}"),
        _cell("code", name + ANSWER, answer, solution=True),
        _cell("code", name + CHECK, check, points=points),
    ]


def _question_cells(question: Question, form: Form) -> list[nbformat.NotebookNode]:
    graded = (
        f"*{question.points:g} points, about {question.minutes} minutes. Answer in words, in the"
        " cell below; double-click it to write.*"
    )
    if form == "exercise":
        graded += (
            f' Save the notebook; then `solution("{question.name}")` shows rubric and samples.'
        )
    answer = TEXT_STUB
    if form == "source":
        answer = (
            f"{BEGIN}\n**Rubric, {question.points:g} points:**\n\n{question.rubric_text}\n\n"
            f"{question.samples_text}\n{END}"
        )
    return [
        _cell("markdown", f"{question.name}-question", f"{question.task}\n\n{graded}"),
        _cell("markdown", question.name + ANSWER, answer, True, question.points),
    ]


def _cell(
    kind: str, name: str, source: str, solution: bool = False, points: float | None = None
) -> nbformat.NotebookNode:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    cell: nbformat.NotebookNode = make(source, id=name)  # type: ignore[no-untyped-call]
    cell.metadata["nbgrader"] = {
        "cell_type": kind,
        "grade": points is not None,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    return cell
