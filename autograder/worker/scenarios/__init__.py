"""Small seeded problems that observe an answer. They hold no expected value.

A scenario is a function `name(answer, probe)`. It may call nothing but the answer, the probe, torch
and what stands in `instruments/`, because it runs next to code that nobody trusts.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from autograder.worker.probe import Scenario


@dataclass(frozen=True)
class Entry:
    """A registered scenario.

    Attributes:
        run: the function.
        seconds: wall clock that an answer may take; generous, because it only ends endless loops.
        threads: processor threads that torch may use; 1 keeps sums in one order, and one busy core
            costs a shared machine less than two half busy ones.
    """

    run: Scenario
    seconds: float
    threads: int


_entries: dict[str, Entry] = {}


def scenario(*, seconds: float = 20.0, threads: int = 1) -> Callable[[Scenario], Scenario]:
    """Register a scenario under its function's name."""

    def register(run: Scenario) -> Scenario:
        name = run.__name__
        if name in _entries and _entries[name].run.__module__ != run.__module__:
            raise ValueError(f"two scenarios are called {name!r}: rename one")
        _entries[name] = Entry(run, seconds, threads)
        return run

    return register


def find_scenario(name: str) -> Entry:
    """Return the scenario called `name`.

    Raises:
        KeyError: there is none.
    """
    if name not in _entries:
        for module in pkgutil.walk_packages(__path__, f"{__name__}."):
            importlib.import_module(module.name)
    return _entries[name]
