"""Scenarios of unit 3: one batch, one epoch, evaluation, whole runs, seeds."""

import random
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.worlds import (
    ForwardSpy,
    SpyOptimizer,
    draw_batches,
    draw_items,
    linear_model,
    loaders_of,
    moody_model,
    one_by_one,
    spy_loss,
    weights_of,
)

EPOCH_CALL = "train_epoch(model, batches, loss_fn, optimizer)"
EVALUATE_CALL = "evaluate(model, batches, loss_fn)"
FIT_CALL = "fit(model, loaders, loss_fn, optimizer, epochs={})"


@scenario()
def two_updates(answer: Any, probe: Probe) -> None:
    """Two batches one after the other, the first with gradients left over from before."""
    model = linear_model(probe.generator)
    batches = draw_batches(probe.generator, (8, 6))
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer, loss_fn = SpyOptimizer(model.parameters(), probe), spy_loss(probe)
    probe.note(before=weights_of(model))
    losses, traces = [], []
    for images, labels in batches:
        probe.event(f"call with {len(labels)} images")
        call = "train_batch(model, images, labels, loss_fn, optimizer)"
        losses.append(probe.call(call, answer, model, images, labels, loss_fn, optimizer))
        traces.append(weights_of(model))
        probe.note(losses=losses, weights=traces)
    probe.note(steps=optimizer.steps)


@scenario()
def update_keeps_mode(answer: Any, probe: Probe) -> None:
    """One batch through a model in eval mode, whose output depends on the mode."""
    model = moody_model(probe.generator).eval()
    spy = ForwardSpy(model, probe)
    ((images, labels),) = draw_batches(probe.generator, (6,))
    kept = images.clone(), labels.clone()
    call = "train_batch(model.eval(), images, labels, loss_fn, optimizer)"
    optimizer = SpyOptimizer(model.parameters(), probe)
    loss = probe.call(call, answer, model, images, labels, spy_loss(probe), optimizer)
    same = torch.equal(images, kept[0]) and torch.equal(labels, kept[1])
    probe.note(loss=loss, modes=spy.modes, mode_after=model.training, inputs_untouched=same)


@scenario()
def ragged_epoch(answer: Any, probe: Probe) -> None:
    """One epoch on 22 images in batches of 8, 8 and 6, given as a generator."""
    model = linear_model(probe.generator)
    batches = draw_batches(probe.generator)
    spy = ForwardSpy(model, probe)
    optimizer, loss_fn = SpyOptimizer(model.parameters(), probe), spy_loss(probe)
    probe.note(before=weights_of(model))
    metrics = probe.call(
        EPOCH_CALL, answer, model, one_by_one(batches, probe), loss_fn, optimizer
    )
    probe.note(metrics=metrics, after=weights_of(model), sizes=spy.sizes, steps=optimizer.steps)


@scenario()
def epoch_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """Two epochs of a model with batch norm that arrives in eval mode each time."""
    model = moody_model(probe.generator)
    batches = draw_batches(probe.generator)
    spy = ForwardSpy(model, probe)
    optimizer, loss_fn = SpyOptimizer(model.parameters(), probe, momentum=0.9), spy_loss(probe)
    results = []
    for _ in range(2):
        model.eval()
        results.append(probe.call(EPOCH_CALL, answer, model, batches, loss_fn, optimizer))
    probe.note(results=results, modes=spy.modes, after=weights_of(model))


@scenario()
def empty_epoch(answer: Any, probe: Probe) -> None:
    """No batch at all."""
    model = linear_model(probe.generator)
    optimizer, loss_fn = SpyOptimizer(model.parameters(), probe), spy_loss(probe)
    call = "train_epoch(model, [], loss_fn, optimizer)"
    probe.note(attempt=probe.attempt(call, answer, model, [], loss_fn, optimizer))


@scenario()
def epoch_on_a_device(answer: Any, probe: Probe) -> None:
    """An epoch on the `meta` device, which holds shapes only: did everything move there?"""
    model = linear_model(probe.generator).float()
    seen = _devices(model)
    batches = draw_batches(probe.generator, (4,), dtype=torch.float32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    call = 'train_epoch(model, batches, loss_fn, optimizer, device="meta")'
    probe.calls.append(call)
    # The numbers themselves can't be read there, so reading the loss raises; by then the first
    # batch has gone through the model, and that is all this scenario looks at.
    probe.attempt(call, answer, model, batches, nn.functional.cross_entropy, optimizer, "meta")
    probe.note(devices=seen[:1])


@scenario()
def evaluation_on_a_device(answer: Any, probe: Probe) -> None:
    """The same for an evaluation."""
    model = linear_model(probe.generator).float()
    seen = _devices(model)
    batches = draw_batches(probe.generator, (4,), dtype=torch.float32)
    call = 'evaluate(model, batches, loss_fn, device="meta")'
    probe.attempt(call, answer, model, batches, nn.functional.cross_entropy, "meta")
    probe.note(devices=seen[:1])


def _devices(model: nn.Module) -> list[list[str]]:
    seen: list[list[str]] = []

    def note(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        weight = next(module.parameters())
        seen.append([weight.device.type, inputs[0].device.type])

    model.register_forward_pre_hook(note)
    return seen


@scenario()
def ragged_evaluation(answer: Any, probe: Probe) -> None:
    """22 images in batches of 8, 8 and 6 through a batch-norm model that is in train mode."""
    model = moody_model(probe.generator).train()
    batches = draw_batches(probe.generator)
    spy = ForwardSpy(model, probe)
    before = weights_of(model)
    metrics = probe.call(EVALUATE_CALL, answer, model, one_by_one(batches), spy_loss(probe))
    probe.note(metrics=metrics, modes=spy.modes, grad=spy.grad, sizes=spy.sizes)
    probe.note(before=before, after=weights_of(model), mode_after=model.training)


@scenario()
def evaluation_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """A model that arrives in eval mode leaves in eval mode."""
    model = moody_model(probe.generator).eval()
    call = "evaluate(model.eval(), batches, loss_fn)"
    metrics = probe.call(call, answer, model, draw_batches(probe.generator), spy_loss(probe))
    probe.note(metrics=metrics, mode_after=model.training)


@scenario()
def empty_evaluation(answer: Any, probe: Probe) -> None:
    """No batch at all."""
    model = linear_model(probe.generator)
    call = "evaluate(model, [], loss_fn)"
    probe.note(attempt=probe.attempt(call, answer, model, [], spy_loss(probe)))


@scenario()
def three_epochs(answer: Any, probe: Probe) -> None:
    """Three epochs of a batch-norm model with momentum; the test images are watched."""
    train = draw_items(probe.generator, 22)
    validation, test = draw_items(probe.generator, 10), draw_items(probe.generator, 6)
    loaders = loaders_of(train, validation, test, probe.seed)
    model = moody_model(probe.generator)
    spy = ForwardSpy(model, probe)
    optimizer = SpyOptimizer(model.parameters(), probe, lr=0.05, momentum=0.9)
    loss_fn = spy_loss(probe)
    history = probe.call(FIT_CALL.format(3), answer, model, loaders, loss_fn, optimizer, 3)
    probe.note(history=history, after=weights_of(model), steps=optimizer.steps)
    probe.note(train_reads=train.reads, test_reads=test.reads, modes=spy.modes)


@scenario()
def fit_with_a_scheduler(answer: Any, probe: Probe) -> None:
    """Two epochs with a learning rate that shrinks after each batch."""
    train, other = draw_items(probe.generator, 22), draw_items(probe.generator, 10)
    loaders = loaders_of(train, other, other, probe.seed)
    model = linear_model(probe.generator)
    optimizer = SpyOptimizer(model.parameters(), probe, lr=0.2)
    rates: list[float] = []
    optimizer.register_step_post_hook(lambda o, *_: rates.append(o.param_groups[0]["lr"]))
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    call = FIT_CALL.format("2, scheduler=scheduler")
    probe.call(
        call, answer, model, loaders, spy_loss(probe), optimizer, 2, scheduler=scheduler
    )
    probe.note(rates=rates, last_rate=float(optimizer.param_groups[0]["lr"]))
    probe.note(after=weights_of(model))


@scenario()
def fit_for_no_epoch(answer: Any, probe: Probe) -> None:
    """`epochs=0` and `epochs=-1`."""
    items = draw_items(probe.generator, 6)
    loaders = loaders_of(items, items, items, probe.seed)
    model = linear_model(probe.generator)
    optimizer = SpyOptimizer(model.parameters(), probe)
    before = weights_of(model)
    arguments = (model, loaders, spy_loss(probe), optimizer)
    refused = probe.attempt(FIT_CALL.format(-1), answer, *arguments, -1)
    history = probe.call(FIT_CALL.format(0), answer, *arguments, 0)
    probe.note(history=history, refused=refused, before=before, after=weights_of(model))


@scenario()
def draws_after_seeding(answer: Any, probe: Probe) -> None:
    """What the three libraries draw after the same seed twice, and after another."""
    seed = probe.seed % 1_000_000
    draws = []
    for each in (seed, seed, seed + 1):
        random.seed(), np.random.seed(), torch.seed()  # noqa: B018
        probe.call(f"seed_everything({each})", answer, each)
        drawn = {
            "random": random.random(),
            "numpy": float(np.random.rand()),
            "torch": float(torch.rand(())),
            "weights": nn.Linear(3, 2).weight.detach(),
        }
        draws.append(drawn)
        probe.note(draws=draws)


@scenario()
def seed_of_the_wrong_kind(answer: Any, probe: Probe) -> None:
    """A seed below zero, which numpy can't take."""
    probe.note(attempt=probe.attempt("seed_everything(-1)", answer, -1))
