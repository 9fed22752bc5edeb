"""Small problems for `train_epoch`."""

import copy
from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.noted import (
    CORRECT,
    UNEVEN,
    figures,
    meet,
    modes_after,
    moves_of,
    weights_moved,
)
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.watched import (
    BreakingLayer,
    Log,
    Mood,
    altered,
    copies_of,
    graded,
    images_for,
    smooth_loss,
    watched_model,
    with_a_glaring_image,
)
from autograder.worker.scenarios.instruments.worlds import (
    MOMENTUM,
    SIZES,
    one_by_one,
    spied,
    weights_of,
)

EPOCH_CALL = "train_epoch(model, batches, loss_fn, optimizer)"


@scenario()
def ragged_epoch(answer: Any, probe: Probe) -> None:
    """One epoch on 22 images in batches of 8, 5, 1 and 8, given as a generator.

    The learning rate is 0, so that what is reported does not depend on how well the steps are made.
    Another model's epoch comes first: what an answer keeps of it shows in the figures.
    """
    log, loss_fn = Log(), smooth_loss(probe)
    first, model = (watched_model(probe.generator, each, Mood()) for each in (Log(), log))
    early = images_for(probe.generator, (4,))
    probe.call(EPOCH_CALL, answer, first, one_by_one(early), loss_fn, spied(first, probe, lr=0.0))
    batches = graded(model, images_for(probe.generator, UNEVEN), CORRECT, probe.generator)
    copies, optimizer = copies_of(batches), spied(model, probe, lr=0.0)
    with Bystanders(model, but=("the gradient", "the mode")) as seen:
        metrics = probe.call(EPOCH_CALL, answer, model, one_by_one(batches), loss_fn, optimizer)
    probe.note(metrics=metrics, figures=figures(metrics), images=log.seen())
    probe.note(changed=[*altered(batches, copies), *seen.changed])


@scenario()
def epoch_with_a_large_step(answer: Any, probe: Probe) -> None:
    """The same batch by the same model twice: with no step, and with one that learns it by heart.

    What was measured before the step is the same in both.
    """
    model = watched_model(probe.generator, Log(), Mood())
    batches = graded(model, images_for(probe.generator, (6,)), (2,), probe.generator)
    for name, lr in (("still", 0.0), ("moving", 5.0)):
        own = copy.deepcopy(model)
        optimizer = spied(own, probe, lr=lr)
        copies, loss_fn = copies_of(batches), smooth_loss(probe)
        metrics = probe.call(EPOCH_CALL, answer, own, copies, loss_fn, optimizer)
        probe.note(**{name: figures(metrics)})


@scenario()
def two_epochs_of_updates(answer: Any, probe: Probe) -> None:
    """Two epochs of three batches each, by an optimizer with momentum."""
    model = watched_model(probe.generator, Log(), Mood())
    batches = images_for(probe.generator, SIZES)
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    before = weights_of(model)
    probe.call(EPOCH_CALL, answer, model.train(), batches, loss_fn, optimizer)
    probe.note(after_one=weights_of(model), stepped=bool(optimizer.rates))
    probe.note(moved=weights_moved(model, before))
    probe.call(EPOCH_CALL, answer, model.train(), batches, loss_fn, optimizer)
    probe.note(after_two=weights_of(model), moves=moves_of(probe))


@scenario()
def epoch_with_a_scheduler(answer: Any, probe: Probe) -> None:
    """Three batches with a learning rate that shrinks after each."""
    model = watched_model(probe.generator, Log(), Mood())
    batches = images_for(probe.generator, SIZES)
    optimizer, loss_fn = spied(model, probe), smooth_loss(probe)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    call = EPOCH_CALL.replace(")", ', "cpu", scheduler)')
    probe.call(call, answer, model, batches, loss_fn, optimizer, "cpu", scheduler)
    probe.note(rates=optimizer.rates, last_rate=float(optimizer.param_groups[0]["lr"]))


@scenario()
def epochs_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """Two epochs of a model that arrives in eval mode each time, as after an evaluation."""
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    batches = images_for(probe.generator, SIZES)
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    everything = torch.cat([images for images, _ in batches])  # (22, 1, 28, 28)
    left = []  # the mode afterwards is free; it tells a late call from none
    for _ in range(2):
        model.eval()
        call = EPOCH_CALL.replace("model", "model.eval()")
        probe.call(call, answer, model, batches, loss_fn, optimizer, torch.device("cpu"))
        left.append(modes_after(model))
        probe.note(modes=log.modes_while_training(everything), left_in=left)


@scenario()
def empty_epoch(answer: Any, probe: Probe) -> None:
    """No batch at all."""
    model = watched_model(probe.generator, Log(), Mood())
    optimizer, loss_fn = spied(model, probe), smooth_loss(probe)
    call = EPOCH_CALL.replace("batches", "iter([])")
    probe.note(attempt=attempt(probe, call, answer, model, iter([]), loss_fn, optimizer))


@scenario()
def epoch_that_fails(answer: Any, probe: Probe) -> None:
    """A model that can't take the second of three batches."""
    batches = images_for(probe.generator, SIZES)
    batches[1] = with_a_glaring_image(batches[1])
    log = Log()
    model = watched_model(probe.generator, log, BreakingLayer())
    loss_fn, optimizer = smooth_loss(probe), spied(model, probe)
    probe.call(EPOCH_CALL, answer, model, batches[:1], loss_fn, optimizer)
    told = probe.attempt(EPOCH_CALL, answer, model, batches, loss_fn, optimizer)
    probe.note(met=log.broke_off(), heard="raised" in told)


@scenario()
def epoch_on_a_device(answer: Any, probe: Probe) -> None:
    """An epoch on another device."""
    batches = images_for(probe.generator, (4,))
    shown = EPOCH_CALL.replace(")", ', device="meta")')
    meet(
        probe,
        shown,
        answer,
        lambda model, loss: (model, batches, loss, spied(model, probe), "meta"),
    )
