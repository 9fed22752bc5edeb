"""A result in the form of Gradescope's `results.json`: one test an exercise."""

from typing import Any

import msgspec

from autograder.record import ExerciseResult, Result
from autograder.report.terminal import clean, exercise_text


def results(result: Result) -> bytes:
    """Return what Gradescope reads. The seed is not in it: students see this."""
    problems = "\n".join(map(clean, result.problems))
    written = {
        "score": result.points,
        "output": f"{result.status}\n{problems}" if problems else result.status,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(exercise) for exercise in result.exercises],
    }
    return msgspec.json.format(msgspec.json.encode(written), indent=2) + b"\n"


def _test(exercise: ExerciseResult) -> dict[str, Any]:
    return {
        "name": f"{exercise.unit}: {exercise.name}",
        "score": exercise.points,
        "max_score": exercise.max_points,
        "status": "passed" if exercise.verdict == "passed" else "failed",
        "output": exercise_text(exercise),
        "output_format": "text",
        "visibility": "visible",
    }
