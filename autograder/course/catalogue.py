"""What the course consists of, computed from the solutions: units, exercises, stubs, hints."""

import ast
import difflib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.course.cells import SourceError as SourceError
from autograder.course.cells import read_cells
from autograder.course.questions import Question, read_questions
from fashion_course.kit.words import _

UNITS = ("data", "baseline", "training", "cnn", "evaluation", "checkpoints", "capstone")
"""In the order of the course; a unit's number is its place here, from 1."""

TRAINED = ("train_cnn", "train_capstone")
"""Exercises whose answers train on the whole data set in a full grading."""
SLOW = (*TRAINED, "resume_training")
"""Exercises whose small checks train, too, and take seconds."""

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
REGION = re.compile(rf"^([ \t]*){BEGIN}(.*?){END}[^\n]*$", re.MULTILINE | re.DOTALL)
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")  # nbgrader's own default, so both agree


@dataclass(frozen=True)
class Exercise:
    """One thing to write: a function or a class of the unit's module."""

    name: str
    unit: str
    task: str  # Markdown
    solution: str  # source with the markers
    hints: tuple[str, ...]
    skeleton: str  # source with gaps, the last of the hints; "" where there is none
    passed: str  # one sentence: what the answer now can do
    difficulty: int  # 1 to 5
    minutes: int

    @property
    def success(self) -> str:
        """What a passed answer now can do, in the student's language."""
        return _(self.passed)

    @property
    def ladder(self) -> tuple[str, ...]:
        """The hints in the student's language."""
        return tuple(_(hint) for hint in self.hints)

    @property
    def stub(self) -> str:
        """The source that a student starts from."""
        return strip(self.solution, f"solutions/{self.unit}.py, {self.name}")


@dataclass(frozen=True)
class Unit:
    """One module of the course."""

    name: str
    title: str
    intro: str  # Markdown
    imports: str  # source: module docstring and imports
    exercises: tuple[Exercise, ...]
    questions: tuple[Question, ...]  # answered in words, graded by a person
    finale: tuple[tuple[str, str], ...]  # ungraded cells at the end, each as its kind and source

    @property
    def number(self) -> int:
        """The unit's place in the course, from 1."""
        return UNITS.index(self.name) + 1

    @property
    def stem(self) -> str:
        """The name of its notebooks, without the ending: `03_training`."""
        return f"{self.number:02d}_{self.name}"


def course_root() -> Path:
    """Return the folder that holds `solutions`, `lessons` and `exercises`.

    In a clone that is the top of the repository, in an installed package a folder inside it.
    """
    package = Path(__file__).resolve().parents[1]
    return package.parent if (package.parent / "solutions").is_dir() else package / "_course"


@cache
def units() -> tuple[Unit, ...]:
    """Return the units that have solutions, in order.

    Raises:
        SourceError: a solutions file is not of the form that CONTRIBUTING.md describes.
    """
    folder = course_root() / "solutions"
    files = {name: (folder / f"{name}.py", folder / "finales" / f"{name}.py") for name in UNITS}
    texts = {n: [p.read_text("utf-8") for p in both if p.exists()] for n, both in files.items()}
    return tuple(read_unit(name, "\n".join(text)) for name, text in texts.items() if text)


@cache
def exercises() -> dict[str, Exercise]:
    """Return all exercises by name, in the order of the course."""
    return {exercise.name: exercise for unit in units() for exercise in unit.exercises}


def exercises_of(unit: str) -> list[str] | None:
    """Return the names of a unit's exercises; None, for all, where no unit is named.

    Raises:
        ValueError: there is no such unit.
    """
    known = {each.name: each for each in units()}
    if unit and unit not in known:
        told = _(
            "there is no unit {unit!r}. There are: {units}.", unit=unit, units=", ".join(known)
        )
        raise ValueError(told)
    return [each.name for each in known[unit].exercises] if unit else None


def find_exercise(name: str) -> Exercise:
    """Return the exercise called `name`, in capital or small letters.

    Raises:
        ValueError: there is none; the message suggests the nearest names.
    """
    known = {each.lower(): exercise for each, exercise in exercises().items()}
    if name.lower() in known:
        return known[name.lower()]
    alike = [n for n in known if name.lower() in n][:3] if name else []
    alike = alike or difflib.get_close_matches(name.lower(), known, 3, 0.5)
    near = [known[each].name for each in alike]
    told = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(exercises())}."
    raise ValueError(f"there is no exercise named {name!r}. {told}")


def read_unit(name: str, text: str) -> Unit:
    """Return the unit described by the text of a solutions file.

    Raises:
        SourceError: a cell is missing or malformed; the message says which.
    """
    where = f"solutions/{name}.py"
    cells = read_cells(text, where)
    finale = tuple((c.cell_type, c.source) for c in cells if "finale" in c.metadata)
    cells = [c for c in cells if "finale" not in c.metadata]
    if len(cells) < 2 or cells[0].cell_type != "markdown" or cells[1].cell_type != "code":
        raise SourceError(f"{where}: must begin with a title cell and a cell of imports")
    tasks = {c.metadata["exercise"]: c for c in cells if "exercise" in c.metadata}
    ladders = {c.metadata["hints"]: c.source for c in cells if "hints" in c.metadata}
    code = {_defined(c.source, where): c.source for c in cells[2:] if c.cell_type == "code"}
    if list(tasks) != list(code) or set(ladders) != set(code):
        raise SourceError(
            f"{where}: each exercise needs a task cell, a code cell and a hints cell in this order;"
            f" found tasks {list(tasks)}, code {list(code)}, hints {list(ladders)}"
        )
    found = []
    for each in code:
        hints, skeleton, passed = _ladder(ladders[each], where)
        effort = (int(tasks[each].metadata[kind]) for kind in ("difficulty", "minutes"))
        texts = (tasks[each].source, code[each], hints, skeleton, passed)
        found.append(Exercise(each, name, *texts, *effort))
        strip(code[each], f"{where}, {each}")  # refuses markers now, not when a stub is needed
    title, intro = (cells[0].source + "\n").split("\n", 1)
    questions = read_questions(cells, where)
    title = title.lstrip("# ").strip()
    return Unit(name, title, intro.strip(), cells[1].source, tuple(found), questions, finale)


def _defined(source: str, where: str) -> str:
    kinds = (ast.FunctionDef, ast.ClassDef)
    names = [n.name for n in ast.parse(source).body if isinstance(n, kinds)]
    if len(names) != 1:
        raise SourceError(f"{where}: a code cell must define exactly one name, not {names}")
    return names[0]


def _ladder(markdown: str, where: str) -> tuple[tuple[str, ...], str, str]:
    """Return the hints of a numbered list, the code below it, and the sentence for success."""
    ladder, _colon, passed = markdown.partition("\nPassed: ")
    ladder, _fence, skeleton = ladder.partition("\n```python\n")
    steps = re.split(r"^\d+\.\s+", ladder, flags=re.MULTILINE)[1:]
    if not steps or not passed:
        raise SourceError(f"{where}: a hints cell needs a numbered list and a line `Passed: …`")
    hints = tuple(" ".join(step.split()) for step in steps)
    return hints, skeleton.partition("\n```")[0], " ".join(passed.split())


def strip(source: str, where: str) -> str:
    """Return `source` with each marked region replaced by nbgrader's default stub.

    Raises:
        SourceError: markers are unbalanced or missing; the message names the place.
    """
    text = REGION.sub(lambda found: "\n".join(found[1] + stub for stub in STUB), source)
    for is_wrong, told in (
        (any(BEGIN in found[2] for found in REGION.finditer(source)), "a second BEGIN SOLUTION"),
        (END in text, "END SOLUTION without its BEGIN"),
        (BEGIN in text, "BEGIN SOLUTION without its END"),
        (text == source, "no solution is marked, so the stub would give the answer away"),
    ):
        if is_wrong:
            raise SourceError(f"{where}: {told}")
    return text
