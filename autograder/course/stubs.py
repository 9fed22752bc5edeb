"""The stub module of a unit, as a student first sees it."""

from autograder.course.catalogue import Exercise, Unit

MEND = "python -m autograder.sync"


def effort(exercise: Exercise) -> str:
    """Return one line on how hard an exercise is and how long it takes."""
    return f"*Difficulty {exercise.difficulty} of 5, about {exercise.minutes} minutes.*"


def stub_module(unit: Unit) -> str:
    """Return the text of `fashion_course/<unit>.py` as a student first sees it."""
    head = (
        f"# Derived from solutions/{unit.name}.py by `{MEND}`.\n"
        "# Write your answers here: a file that holds one is never overwritten."
    )
    parts = [f"{head}\n{unit.imports}"]
    parts += [f"{_as_comment(exercise)}\n{exercise.stub}" for exercise in unit.exercises]
    return "\n\n\n".join(parts) + "\n"


def _as_comment(exercise: Exercise) -> str:
    told = f"{exercise.task}\n\n{effort(exercise)}"
    told += f"\nCheck it with `fashion-course check {exercise.name}`."
    return "\n".join(f"# {line}".rstrip() for line in told.splitlines())
