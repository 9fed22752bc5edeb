"""The reference answers, loaded on the trusted side under a name of their own."""

import importlib
from functools import cache
from types import ModuleType
from typing import Any

from autograder.course.catalogue import course_root, exercises, units
from autograder.worker.loading import find_answer, load

PACKAGE = "_fashion_course_reference"


@cache
def _load() -> None:
    folder = course_root() / "solutions"
    sources = {unit.name: (folder / f"{unit.name}.py").read_text("utf-8") for unit in units()}
    load(PACKAGE, sources, {name: f"solutions/{name}.py" for name in sources})


def reference_module(unit: str) -> ModuleType:
    """Return the solutions of a unit as a module."""
    _load()
    return importlib.import_module(f"{PACKAGE}.{unit}")


def reference_answer(exercise: str) -> Any:
    """Return the reference function or class of an exercise."""
    _load()
    return find_answer(PACKAGE, exercises()[exercise].unit, exercise)
