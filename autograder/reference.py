"""The reference answers, loaded on the trusted side under a name of their own."""

import importlib
from functools import cache
from types import ModuleType
from typing import Any

from autograder.catalogue import course_root, exercises, units
from autograder.loading import find_answer, load
from autograder.observation import Observation
from autograder.probe import observe
from autograder.scenarios import find_scenario

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


@cache
def reference_observation(scenario: str, exercise: str, seed: int) -> Observation:
    """Return what the reference does in a scenario.

    Raises:
        RuntimeError: the reference itself failed, which is the course's fault.
    """
    import torch

    entry = find_scenario(scenario)
    threads = torch.get_num_threads()
    torch.set_num_threads(min(threads, entry.threads))
    try:
        seen = observe(entry.run, reference_answer(exercise), seed)
    finally:
        torch.set_num_threads(threads)
    if seen.error is not None:
        raise RuntimeError(f"the reference for {exercise} failed in {scenario}: {seen.error}")
    return seen
