"""Scenarios of unit 3: whole runs, and seeds."""

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
from autograder.worker.scenarios.bystanders import Bystanders
from autograder.worker.scenarios.noted import meet, moves_of, records_of
from autograder.worker.scenarios.training import MOMENTUM
from autograder.worker.scenarios.watched import (
    Log,
    Mood,
    attempt,
    graded,
    items_for,
    smooth_loss,
    watched_model,
)
from autograder.worker.scenarios.worlds import Items, loaders_of, spied, weights_of

FIT_CALL = "fit(model, loaders, loss_fn, optimizer, {})"
LARGEST = 2**32 - 1
"""The largest seed that numpy can take."""


@scenario()
def three_epochs(answer: Any, probe: Probe) -> None:
    """Three epochs with momentum and shuffling; the test images are watched.

    The validation images are training images with other labels: the better the model learns, the
    worse it does on them. So the last epoch is never the best.
    """
    train, test = (items_for(probe.generator, count) for count in (22, 6))
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    alike = (1.05 * train.images[:10], train.labels[:10])
    ((images, labels),) = graded(model, [alike], (10,), probe.generator)
    validation = Items(images, (labels + (labels == train.labels[:10])) % 10)
    loaders = loaders_of(train, validation, test, probe.seed)
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    call = FIT_CALL.format("epochs=3")
    history = probe.call(call, answer, model, loaders, loss_fn, optimizer, 3)
    probe.note(history=history, records=probe.call(call, records_of, history))
    probe.note(after=weights_of(model), moves=moves_of(probe), stepped=bool(optimizer.rates))
    probe.note(modes=log.modes_while_training(train.images), test_reads=test.reads)
    probe.note(validated=validation.reads > 0)


@scenario()
def fit_with_a_scheduler(answer: Any, probe: Probe) -> None:
    """Two epochs with a learning rate that shrinks after each batch."""
    train, validation, test = (items_for(probe.generator, count) for count in (22, 10, 6))
    loaders = loaders_of(train, validation, test, probe.seed)
    model = watched_model(probe.generator, Log(), Mood())
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    call, hooks = FIT_CALL.format("epochs=2, scheduler=scheduler"), _hooks_of(optimizer)
    with Bystanders(model, but=("the gradient", "the mode")) as seen:
        probe.call(call, answer, model, loaders, loss_fn, optimizer, 2, scheduler=scheduler)
    probe.note(rates=optimizer.rates, last_rate=float(optimizer.param_groups[0]["lr"]))
    left = [] if _hooks_of(optimizer) == hooks else ["the hooks of the optimizer"]
    probe.note(changed=[*seen.changed, *left])


def _hooks_of(optimizer: torch.optim.Optimizer) -> list[int]:
    names = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")
    return [len(getattr(optimizer, name)) for name in names]


@scenario()
def fit_for_no_epoch(answer: Any, probe: Probe) -> None:
    """`epochs=-1` and `epochs=0`, after an epoch of another model."""
    items = items_for(probe.generator, 6)
    loaders = loaders_of(items, items, items, probe.seed)
    first, model = (watched_model(probe.generator, Log(), Mood()) for _ in range(2))
    before, loss_fn = weights_of(model), smooth_loss(probe)
    call = FIT_CALL.format("epochs=1")
    probe.call(call, answer, first, loaders, loss_fn, spied(first, probe), 1)
    arguments = (model, loaders, loss_fn, spied(model, probe))
    probe.note(refused=attempt(probe, FIT_CALL.format("epochs=-1"), answer, *arguments, -1))
    call = FIT_CALL.format("epochs=0")
    history = probe.call(call, answer, *arguments, 0)
    probe.note(records=probe.call(call, records_of, history))
    probe.note(before=before, after=weights_of(model))


@scenario()
def fit_on_a_device(answer: Any, probe: Probe) -> None:
    """A run on another device."""
    items = items_for(probe.generator, 6)
    loaders = loaders_of(items, items, items, probe.seed)
    call = FIT_CALL.format('epochs=1, device="meta"')
    meet(
        probe,
        call,
        answer,
        lambda model, loss: (model, loaders, loss, spied(model, probe), 1, "meta"),
    )


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
    probe.note(draws=draws, replaced=replaced)


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
    """What is drawn after 0, twice, after seeds that some take it for, and after the largest."""
    seeds = (0, 42, 2**16, LARGEST)
    taken: list[dict[str, Any]] = []
    draws: list[dict[str, Any]] = []
    for turn, seed in enumerate((0, *seeds)):
        _scatter(1 + 7 * turn)
        with _functions_kept([]):
            taken.append(attempt(probe, f"seed_everything({seed})", answer, seed))
        draws.append(_drawn())
    first, *others = draws
    pairs = combinations(zip(seeds, others, strict=True), 2)
    alike = [f"{one} and {two}" for (one, mine), (two, theirs) in pairs if _share(mine, theirs)]
    probe.note(taken=taken, repeats=_share(first, others[0]), alike=alike[0] if alike else "none")


def _share(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Say whether any library drew the same twice."""
    return any(mine[name] == theirs[name] for name in mine)


@scenario()
def seeds_out_of_range(answer: Any, probe: Probe) -> None:
    """A seed below zero and one that is too large, neither of which numpy can take."""
    for name, seed in (("negative", -1), ("large", LARGEST + 1)):
        call = f"seed_everything({seed})" if seed < 0 else "seed_everything(2**32)"
        with _functions_kept([]):
            probe.note(**{name: attempt(probe, call, answer, seed)})
