"""Scenarios of unit 3: one batch, one epoch, evaluation, whole runs, seeds."""

import contextlib
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.watched import (
    PIXELS,
    Log,
    Mood,
    attempt,
    devices_met,
    graded,
    images_for,
    items_for,
    smooth_loss,
    watched_model,
)
from autograder.scenarios.worlds import (
    SIZES,
    SpyOptimizer,
    loaders_of,
    one_by_one,
    weights_of,
)

BATCH_CALL = "train_batch(model, images, labels, loss_fn, optimizer)"
EPOCH_CALL = "train_epoch(model, batches, loss_fn, optimizer)"
EVALUATE_CALL = "evaluate(model, batches, loss_fn)"
FIT_CALL = "fit(model, loaders, loss_fn, optimizer, {})"
RIGHT = (6, 3, 1)
"""Correct images in batches of 8, 8 and 6: shares of 75, 38 and 17 per cent."""


def _optimizer(model: nn.Module, probe: Probe) -> SpyOptimizer:
    """Return SGD with momentum: it remembers, so that one made anew shows in the weights."""
    return SpyOptimizer(model.parameters(), probe, lr=0.1, momentum=0.9)


def _moves(probe: Probe) -> dict[str, Any]:
    """Sum up the moves: for the diagnosis, which must tell apart what leaves the same weights."""
    moves = [e for e in probe.events if e in ("zero_grad", "backward", "step")]
    before = " ".join(moves).split("step")[:-1]
    # A zero_grad ahead of everything else does what one at the end of the last batch does.
    led = [each.strip().removeprefix("zero_grad").strip() for each in before]
    return {"backward": moves.count("backward"), "before each step": led}


@scenario()
def two_updates(answer: Any, probe: Probe) -> None:
    """Two batches one after the other, by an optimizer with momentum."""
    model = watched_model(probe.generator, Log(), Mood())
    batches = images_for(probe.generator, (8, 6))
    optimizer, loss_fn = _optimizer(model, probe), smooth_loss(probe)
    probe.note(before=weights_of(model))
    loss = probe.call(BATCH_CALL, answer, model, *batches[0], loss_fn, optimizer)
    probe.note(loss=loss, after_one=weights_of(model))
    probe.call(BATCH_CALL, answer, model, *batches[1], loss_fn, optimizer)
    probe.note(after_two=weights_of(model), moves=_moves(probe))


@scenario()
def update_in_either_mode(answer: Any, probe: Probe) -> None:
    """One batch through a model in eval mode, then one through a model in train mode."""
    modes, untouched = {}, []
    for mode in ("eval", "train"):
        log = Log()
        model = watched_model(probe.generator, log, Mood()).train(mode == "train")
        ((images, labels),) = images_for(probe.generator, (6,))
        kept = images.clone(), labels.clone()
        optimizer, loss_fn = _optimizer(model, probe), smooth_loss(probe)
        probe.call(BATCH_CALL, answer, model, images, labels, loss_fn, optimizer)
        modes[mode] = [log.modes[0] if log.modes else None, model.training]
        untouched.append(torch.equal(images, kept[0]) and torch.equal(labels, kept[1]))
    probe.note(modes=modes, inputs_untouched=all(untouched))


@scenario()
def ragged_epoch(answer: Any, probe: Probe) -> None:
    """One epoch on 22 images in batches of 8, 8 and 6, given as a generator.

    The learning rate is 0, so that what is reported does not depend on how well the steps are made.
    """
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    batches = graded(model, images_for(probe.generator, SIZES), RIGHT, probe.generator)
    optimizer, loss_fn = SpyOptimizer(model.parameters(), probe, lr=0.0), smooth_loss(probe)
    metrics = probe.call(EPOCH_CALL, answer, model, one_by_one(batches), loss_fn, optimizer)
    probe.note(metrics=metrics, images=log.seen())


@scenario()
def epoch_of_one_batch(answer: Any, probe: Probe) -> None:
    """One batch, which one large step learns by heart: was it measured before or after?"""
    model = watched_model(probe.generator, Log(), Mood())
    batches = graded(model, images_for(probe.generator, (6,)), (2,), probe.generator)
    optimizer, loss_fn = SpyOptimizer(model.parameters(), probe, lr=5.0), smooth_loss(probe)
    probe.note(metrics=probe.call(EPOCH_CALL, answer, model, batches, loss_fn, optimizer))


@scenario()
def two_epochs_of_updates(answer: Any, probe: Probe) -> None:
    """Two epochs of three batches each, by an optimizer with momentum."""
    model = watched_model(probe.generator, Log(), Mood())
    batches = images_for(probe.generator, SIZES)
    optimizer, loss_fn = _optimizer(model, probe), smooth_loss(probe)
    probe.note(before=weights_of(model))
    probe.call(EPOCH_CALL, answer, model.train(), batches, loss_fn, optimizer)
    probe.note(after_one=weights_of(model))
    probe.call(EPOCH_CALL, answer, model.train(), batches, loss_fn, optimizer)
    probe.note(after_two=weights_of(model), moves=_moves(probe))


@scenario()
def epochs_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """Two epochs of a model that arrives in eval mode each time, as after an evaluation."""
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    batches = images_for(probe.generator, SIZES)
    optimizer, loss_fn = _optimizer(model, probe), smooth_loss(probe)
    for _ in range(2):
        model.eval()
        call = EPOCH_CALL.replace("model", "model.eval()")
        probe.call(call, answer, model, batches, loss_fn, optimizer, torch.device("cpu"))
        everything = torch.cat([images for images, _ in batches])
        probe.note(modes=log.modes_while_training(everything))


@scenario()
def empty_epoch(answer: Any, probe: Probe) -> None:
    """No batch at all."""
    model = watched_model(probe.generator, Log(), Mood())
    optimizer, loss_fn = _optimizer(model, probe), smooth_loss(probe)
    call = EPOCH_CALL.replace("batches", "iter([])")
    probe.note(attempt=attempt(probe, call, answer, model, iter([]), loss_fn, optimizer))


@scenario()
def epoch_on_a_device(answer: Any, probe: Probe) -> None:
    """An epoch on another device."""
    batches = images_for(probe.generator, (4,))

    def arguments(model: nn.Module) -> tuple[Any, ...]:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        return model, batches, nn.functional.cross_entropy, optimizer, "meta"

    shown = EPOCH_CALL.replace(")", ', device="meta")')
    devices_met(probe, shown, answer, arguments)


@scenario()
def ragged_evaluation(answer: Any, probe: Probe) -> None:
    """22 images in batches of 8, 8 and 6 through a batch-norm model that is in train mode."""
    log = Log()
    norm = nn.BatchNorm1d(PIXELS * PIXELS)
    model = watched_model(probe.generator, log, norm).train()
    norm.running_mean = 0.1 * torch.randn(PIXELS * PIXELS, generator=probe.generator)
    norm.running_var = 1.0 + torch.rand(PIXELS * PIXELS, generator=probe.generator)
    norm.bias.requires_grad_(False)
    batches = graded(model, images_for(probe.generator, SIZES), RIGHT, probe.generator)
    outer: list[bool] = []  # the flag of the model itself; the log notes that of a layer inside
    model.register_forward_pre_hook(lambda module, _: outer.append(module.training))
    probe.note(before=_state(model))
    metrics = probe.call(EVALUATE_CALL, answer, model, one_by_one(batches), smooth_loss(probe))
    probe.note(metrics=metrics, modes=log.modes, recorded=log.recorded, images=log.seen())
    probe.note(after=_state(model), mode_after=model.training)
    probe.note(recording_after=torch.is_grad_enabled(), outer_modes=outer)


def _state(model: nn.Module) -> dict[str, Any]:
    learning = {name: value.requires_grad for name, value in model.named_parameters()}
    return {"weights": weights_of(model), "requires_grad": learning}


@scenario()
def evaluation_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """A model that arrives in eval mode leaves in eval mode."""
    model = watched_model(probe.generator, Log(), Mood()).eval()
    call = EVALUATE_CALL.replace("model", "model.eval()")
    batches = images_for(probe.generator, SIZES)
    probe.call(call, answer, model, batches, smooth_loss(probe), torch.device("cpu"))
    probe.note(mode_after=model.training)


@scenario()
def empty_evaluation(answer: Any, probe: Probe) -> None:
    """No batch at all."""
    model = watched_model(probe.generator, Log(), Mood())
    call = EVALUATE_CALL.replace("batches", "iter([])")
    probe.note(attempt=attempt(probe, call, answer, model, iter([]), smooth_loss(probe)))


@scenario()
def evaluation_on_a_device(answer: Any, probe: Probe) -> None:
    """An evaluation on another device."""
    batches = images_for(probe.generator, (4,))
    shown = EVALUATE_CALL.replace(")", ', device="meta")')
    loss_fn = nn.functional.cross_entropy
    devices_met(probe, shown, answer, lambda model: (model, batches, loss_fn, "meta"))


@scenario()
def three_epochs(answer: Any, probe: Probe) -> None:
    """Three epochs with momentum and shuffling; the test images are watched."""
    train, validation, test = (items_for(probe.generator, count) for count in (22, 10, 6))
    loaders = loaders_of(train, validation, test, probe.seed)
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    optimizer, loss_fn = _optimizer(model, probe), smooth_loss(probe)
    history = probe.call(FIT_CALL.format("epochs=3"), answer, model, loaders, loss_fn, optimizer, 3)
    probe.note(history=history, after=weights_of(model), moves=_moves(probe))
    probe.note(modes=log.modes_while_training(train.images), test_reads=test.reads)
    probe.note(validated=validation.reads > 0)


@scenario()
def fit_with_a_scheduler(answer: Any, probe: Probe) -> None:
    """Two epochs with a learning rate that shrinks after each batch."""
    train, validation, test = (items_for(probe.generator, count) for count in (22, 10, 6))
    loaders = loaders_of(train, validation, test, probe.seed)
    model = watched_model(probe.generator, Log(), Mood())
    optimizer, loss_fn = _optimizer(model, probe), smooth_loss(probe)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    call = FIT_CALL.format("epochs=2, scheduler=scheduler")
    probe.call(call, answer, model, loaders, loss_fn, optimizer, 2, scheduler=scheduler)
    probe.note(rates=optimizer.rates, last_rate=float(optimizer.param_groups[0]["lr"]))


@scenario()
def fit_for_no_epoch(answer: Any, probe: Probe) -> None:
    """`epochs=-1` and `epochs=0`."""
    items = items_for(probe.generator, 6)
    loaders = loaders_of(items, items, items, probe.seed)
    model = watched_model(probe.generator, Log(), Mood())
    before = weights_of(model)
    arguments = (model, loaders, smooth_loss(probe), _optimizer(model, probe))
    refused = attempt(probe, FIT_CALL.format("epochs=-1"), answer, *arguments, -1)
    probe.note(refused=refused)
    history = probe.call(FIT_CALL.format("epochs=0"), answer, *arguments, 0)
    probe.note(history=history, before=before, after=weights_of(model))


@scenario()
def fit_on_a_device(answer: Any, probe: Probe) -> None:
    """A run on another device."""
    items = items_for(probe.generator, 6)
    loaders = loaders_of(items, items, items, probe.seed)

    def arguments(model: nn.Module) -> tuple[Any, ...]:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        return model, loaders, nn.functional.cross_entropy, optimizer, 1, "meta"

    devices_met(probe, FIT_CALL.format('epochs=1, device="meta"'), answer, arguments)


@scenario()
def draws_after_seeding(answer: Any, probe: Probe) -> None:
    """What the three libraries draw after the same seed twice, and after another."""
    seed = probe.seed % 1_000_000
    draws: list[dict[str, Any]] = []
    replaced: list[str] = []
    for turn, each in enumerate((seed, seed, seed + 1)):
        _scatter(1 + 7 * turn + seed)
        with _functions_kept(replaced):
            probe.call(f"seed_everything({each})", answer, each)
        drawn = {
            "random": random.random(),
            "numpy": float(np.random.rand()),
            "torch": float(torch.rand(())),
            "weights": nn.Linear(3, 2).weight.detach(),
        }
        draws.append(drawn)
    probe.note(draws=draws, replaced=replaced)


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
def seeds_at_the_ends(answer: Any, probe: Probe) -> None:
    """The smallest and the largest seed that numpy can take."""
    with _functions_kept([]):
        for seed in (0, 2**32 - 1):
            probe.call(f"seed_everything({seed})", answer, seed)
    probe.note(taken=True)


@scenario()
def seed_of_the_wrong_kind(answer: Any, probe: Probe) -> None:
    """A seed below zero, which numpy can't take."""
    with _functions_kept([]):
        probe.note(attempt=attempt(probe, "seed_everything(-1)", answer, -1))
