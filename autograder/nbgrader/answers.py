"""From the code cells of a notebook to results: parsed, observed in the worker, judged."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from autograder.course.catalogue import UNITS, course_root, exercises
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import Source, Submission, SubmissionError, assemble
from autograder.record import ExerciseResult, Result
from autograder.runners.levels import open_runner
from autograder.runners.runner import Runner


def submission_of(cells: Sequence[str], path: str, names: Sequence[str]) -> Submission:
    """Return the answers in a notebook, on the course's own answers to the units before.

    An assignment stands for itself: whoever got unit 2 wrong can still get unit 3 right.

    Args:
        cells: the sources of its code cells, in order.
        path: of the notebook; its name is told in messages.
        names: of the exercises that are graded, at least one.
    """
    content = {"cells": [{"cell_type": "code", "source": source} for source in cells]}
    files = {PurePosixPath(PurePosixPath(path).name): json.dumps(content).encode()}
    try:
        found = assemble(path, files)
    except SubmissionError:  # nothing in it belongs to the course
        found = Submission(path, {})
    first = min((exercises()[name].unit for name in names), key=UNITS.index)
    return replace(found, sources=found.sources | lent_sources(first))


def lent_sources(unit: str) -> dict[str, Source]:
    """Return the reference answers to all units before `unit`."""
    paths = {name: f"solutions/{name}.py" for name in UNITS[: UNITS.index(unit)]}
    return {n: Source((course_root() / p).read_text("utf-8"), p) for n, p in paths.items()}


@cache
def _worker() -> Runner:
    return open_runner()


def graded(
    submission: Submission,
    names: Sequence[str],
    seed: int | None = None,
    craft_counts: bool = False,
) -> Result:
    """Return the record of these exercises, observed in one warm worker; a new seed by default."""
    exam = Exam(seed)
    result = Grading(submission, _worker(), exam, craft_counts=craft_counts).all(names)
    if any(each.verdict == "grader error" for each in result.exercises):
        _worker().close()  # perhaps it is gone: a kernel's interrupt reaches it too
        _worker.cache_clear()
        result = Grading(submission, _worker(), exam, craft_counts=craft_counts).all(names)
    return result


def scaled(result: ExerciseResult, points: float | None) -> float:
    """Return the points of a result, on a scale that ends at `points`."""
    if points is None or result.max_points == 0:
        return result.points
    return round(result.points / result.max_points * points, 4)
