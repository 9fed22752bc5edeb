"""The reference answers, loaded on the trusted side under a name of their own."""

from collections.abc import Collection
from functools import cache
from typing import Any

from autograder.course.catalogue import course_root, exercises, units
from autograder.worker.loading import find_answer, load

PACKAGE = "_fashion_course_reference"


@cache
def _load() -> None:
    folder = course_root() / "solutions"
    sources = {unit.name: (folder / f"{unit.name}.py").read_text("utf-8") for unit in units()}
    load(PACKAGE, sources, {name: f"solutions/{name}.py" for name in sources})


def reference_answer(exercise: str) -> Any:
    """Return the reference function or class of an exercise."""
    _load()
    return find_answer(PACKAGE, exercises()[exercise].unit, exercise)


def lendable(hidden: Collection[str]) -> dict[str, str]:
    """Return the reference modules as text, for a worker; stubs stand where something is hidden.

    Args:
        hidden: names of exercises whose reference must not leave the trusted side.
    """
    return {
        unit.name: "\n\n\n".join(
            [unit.imports, *(e.stub if e.name in hidden else e.solution for e in unit.exercises)]
        )
        for unit in units()
    }
