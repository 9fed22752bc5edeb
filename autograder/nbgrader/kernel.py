"""What the cells of an nbgrader assignment call: `grade`, in the kernel that holds the answers.

nbgrader reads a test cell's points from its last value, and gives 0 to a cell that wrote anything
to stderr. So `grade` shows the reasons, returns the points, and keeps stderr shut meanwhile.
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # nbgrader's own program imports this package too, and needs no torch
    from autograder.reading.submission import Submission
    from autograder.record import ExerciseResult

_lent: set[str] = set()


def grade(name: str, points: float | None = None) -> float:
    """Check the kernel's answer to an exercise, show the reasons, and return the points.

    Only what this kernel defined counts: a course folder on the same computer is not looked at.

    Args:
        name: of the exercise, for example "train_epoch".
        points: what the cell is worth; by default the sum of the points of the checks.

    Returns:
        A number from 0 to `points`, which nbgrader takes as partial credit.

    Raises:
        ValueError: there is no exercise of that name, or `points` is negative.
        GraderError: the grader itself failed, which is not the student's fault.
    """
    from IPython.display import display

    from autograder.course.catalogue import find_exercise
    from autograder.grading.one import Grading
    from autograder.reading.sources import namespace_of_user
    from autograder.report.html import exercise_told
    from autograder.runners.inline import InlineRunner
    from autograder.runners.runner import GraderError

    find_exercise(name)
    if points is not None and points < 0:
        raise ValueError(f"points is {points}: pass what the cell is worth, 0 or more")
    namespace = namespace_of_user()
    with _stderr_shut():
        runner = InlineRunner(lambda unit, exercise: _find(namespace, unit, exercise))
        result = Grading(_submission(namespace), runner).exercise(name)
    if result.verdict == "grader error":
        raise GraderError(f"{name} could not be graded, not by any fault of yours: {_why(result)}")
    display(exercise_told(result))
    return scaled(result, points)


def scaled(result: "ExerciseResult", points: float | None) -> float:
    """Return the points of a result, on a scale that ends at `points`."""
    if points is None or result.max_points == 0:
        return result.points
    return round(result.points / result.max_points * points, 4)


def lend_units_before(unit: str) -> None:
    """Let `fashion_course.<unit>` of all earlier units be the course's own answers.

    An assignment stands for itself: whoever got unit 2 wrong can still get unit 3 right.

    Raises:
        ValueError: there is no unit of that name.
    """
    from autograder.course.catalogue import UNITS
    from autograder.worker import loading

    if unit not in UNITS:
        raise ValueError(f"there is no unit {unit!r}: pass one of {', '.join(UNITS)}")
    sources = lent_sources(unit)
    _lent.update(sources)
    loading.load(loading.COURSE, sources, {name: f"solutions/{name}.py" for name in sources})


def lent_sources(unit: str) -> dict[str, str]:
    """Return the text of the reference answers to all units before `unit`."""
    from autograder.course.catalogue import UNITS, course_root

    folder = course_root() / "solutions"
    earlier = UNITS[: UNITS.index(unit)]
    return {name: (folder / f"{name}.py").read_text("utf-8") for name in earlier}


def _find(namespace: Mapping[str, Any], unit: str, exercise: str) -> Any:
    if exercise not in namespace and unit in _lent:
        return getattr(importlib.import_module(f"fashion_course.{unit}"), exercise)
    return namespace[exercise]


def _submission(namespace: Mapping[str, Any]) -> "Submission":
    """Return the source of every answer that this kernel has, to tell what was attempted."""
    from autograder.course.catalogue import exercises
    from autograder.reading.sources import source_of
    from autograder.reading.submission import Source, Submission

    texts: dict[str, list[str]] = {}
    for name, exercise in exercises().items():
        if name in namespace or exercise.unit in _lent:
            text = source_of(_find(namespace, exercise.unit, name)) or f"{name} = ..."
            texts.setdefault(exercise.unit, []).append(text)
    where = "your notebook"
    return Submission(where, {u: Source("\n\n\n".join(t), where) for u, t in texts.items()})


def _why(result: "ExerciseResult") -> str:
    return next(c.message for c in result.checks if c.verdict == "grader error")


@contextlib.contextmanager
def _stderr_shut() -> Iterator[None]:
    """Drop what is written to stderr: by Python, by a logger that holds the stream, or by C++."""
    stream = sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as null, contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stderr(null))
        with contextlib.suppress(AttributeError):  # a stream written in C can't be changed
            stream.write = null.write  # type: ignore[method-assign]
            stack.callback(vars(stream).pop, "write")
        stream.flush()
        saved = os.dup(2)
        stack.callback(os.close, saved)
        stack.callback(os.dup2, saved, 2)
        os.dup2(null.fileno(), 2)
        yield
