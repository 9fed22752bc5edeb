"""Small seeded problems that observe an answer. They hold no expected value.

A scenario is a function `name(answer, probe)`. It may call nothing but the answer, the probe, torch
and what stands in `instruments/`, because it runs next to code that nobody trusts.
"""

import importlib
import pkgutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from autograder.worker.observation import Observation

if TYPE_CHECKING:
    from autograder.worker.probe import ScenarioFunction


@dataclass(frozen=True)
class Scenario:
    """A registered scenario.

    Attributes:
        run: the function.
        seconds: wall clock that an answer may take; generous, because it only ends endless loops.
    """

    run: "ScenarioFunction"
    seconds: float


_registry: dict[str, Scenario] = {}


def scenario(*, seconds: float = 20.0) -> Callable[["ScenarioFunction"], "ScenarioFunction"]:
    """Register a scenario under its function's name.

    Raises:
        ValueError: another one has that name.
    """

    def register(run: "ScenarioFunction") -> "ScenarioFunction":
        name = run.__name__
        if name in _registry and _registry[name].run.__module__ != run.__module__:
            raise ValueError(f"two scenarios are called {name!r}: rename one")
        _registry[name] = Scenario(run, seconds)
        return run

    return register


@cache
def import_all() -> None:
    """Import every scenario of every unit."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)


def find_scenario(name: str) -> Scenario:
    """Return the scenario called `name`.

    Raises:
        KeyError: there is none.
    """
    if name not in _registry:
        import_all()
    return _registry[name]


def seconds_of(names: Collection[str] = ()) -> float:
    """Return the wall clock that some scenarios may take together; all of the course by default.

    Raises:
        KeyError: there is no such scenario.
    """
    import_all()
    return sum(find_scenario(name).seconds for name in names or _registry)


def observe(name: str, answer: Any, seed: int, data: str = "") -> Observation:
    """Run the scenario called `name` on an answer: the one way that all runners take.

    Args:
        name: of the scenario.
        answer: the exercise's object; what it raises ends up in the observation.
        seed: of this grading; the scenario draws its own from it.
        data: a folder with the images of the milestone, or "".

    Raises:
        KeyError: there is no such scenario.
    """
    from autograder.worker.probe import run_scenario  # imports torch

    return run_scenario(find_scenario(name).run, answer, seed, data)
