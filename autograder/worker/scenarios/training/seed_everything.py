"""Small problems for `seed_everything`."""

import contextlib
import random
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.refusals import attempt

LARGEST = 2**32 - 1
"""The largest seed that numpy can take."""


@scenario()
def draws_after_seeding(answer: Any, probe: Probe) -> None:
    """What the three libraries draw after the same seed twice, and after another."""
    seed = probe.seed % 1_000_000
    replaced: list[str] = []
    draws = []
    for turn, each in enumerate((seed, seed, seed + 1)):
        _scatter(1 + 7 * turn + seed)
        with _functions_kept(replaced):
            probe.call(f"seed_everything({each})", answer, each)
        draws.append(_drawn() | {"weights": nn.Linear(3, 2).weight.detach()})
    probe.note(draws=draws, of=probe.calls)
    probe.note(replaced=replaced)


def _drawn() -> dict[str, Any]:
    return {
        "random": random.random(),
        "numpy": float(np.random.rand()),
        "torch": float(torch.rand(())),
    }


def _scatter(seed: int) -> None:
    """Set each library somewhere else, so that whatever is not seeded draws something else."""
    random.seed(seed)
    np.random.seed(seed + 1)
    torch.manual_seed(seed + 2)


@contextlib.contextmanager
def _functions_kept(replaced: list[str]) -> Iterator[None]:
    """Put back what an answer overwrote, such as `torch.manual_seed = seed`, and its settings."""
    places = [(random, "seed"), (np.random, "seed"), (torch, "manual_seed")]
    before = [getattr(module, name) for module, name in places]
    exact = torch.are_deterministic_algorithms_enabled()
    try:
        yield
    finally:
        for (module, name), function in zip(places, before, strict=True):
            if getattr(module, name) is not function:
                replaced.append(f"{module.__name__}.{name}")
                setattr(module, name, function)
        torch.use_deterministic_algorithms(exact)


@scenario()
def seeds_from_end_to_end(answer: Any, probe: Probe) -> None:
    """What is drawn after 0, twice, and after seeds that some take it for."""
    seeds = (0, 42, 2**16)
    taken: list[dict[str, Any]] = []
    draws: list[dict[str, Any]] = []
    for turn, seed in enumerate((0, *seeds)):
        _scatter(1 + 7 * turn)
        with _functions_kept([]):
            taken.append(attempt(probe, f"seed_everything({seed})", answer, seed))
        draws.append(_drawn())
    first, *others = draws
    probe.note(taken=taken)
    probe.note(repeats=_share(first, others[0]), of="seed_everything(0)")
    probe.note(alike="none")
    for (one, mine), (two, theirs) in combinations(zip(seeds, others, strict=True), 2):
        if _share(mine, theirs):
            probe.note(alike=f"{one} and {two}", of=f"seed_everything({two})")
            break


def _share(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Say whether any library drew the same twice."""
    return any(mine[name] == theirs[name] for name in mine)


@scenario()
def seeds_out_of_range(answer: Any, probe: Probe) -> None:
    """A seed below zero, one that is too large for numpy, and the largest that is not."""
    for name, seed in (("negative", -1), ("large", LARGEST + 1), ("largest", LARGEST)):
        with _functions_kept([]):
            call = f"seed_everything({seed})"
            probe.note(**{name: attempt(probe, call, answer, seed)})
