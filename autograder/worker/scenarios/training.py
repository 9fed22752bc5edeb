"""Scenarios of unit 3: one batch, one epoch, an evaluation."""

import copy
from typing import Any

import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.bystanders import Bystanders
from autograder.worker.scenarios.noted import (
    RAGGED,
    figures,
    gradients_changed,
    leave_gradients,
    meet,
    modes_after,
    moved,
    moves_of,
    state_of,
)
from autograder.worker.scenarios.watched import (
    PIXELS,
    Fuse,
    Log,
    Mood,
    altered,
    attempt,
    copies_of,
    graded,
    images_for,
    smooth_loss,
    watched_model,
    with_a_glaring_image,
)
from autograder.worker.scenarios.worlds import SIZES, one_by_one, spied, weights_of

BATCH_CALL = "train_batch(model, images, labels, loss_fn, optimizer)"
EPOCH_CALL = "train_epoch(model, batches, loss_fn, optimizer)"
EVALUATE_CALL = "evaluate(model, batches, loss_fn)"
RIGHT = (6, 3, 1, 0)
"""Correct images in such batches: shares of 75, 38, 20 and 0 per cent."""
MOMENTUM = 0.9
"""So that an optimizer remembers, and one made anew shows in the weights."""


# --- train_batch ---------------------------------------------------------------------------------


@scenario()
def two_updates(answer: Any, probe: Probe) -> None:
    """Two batches one after the other, by an optimizer with momentum; then another model's first.

    The model is put into train mode before each, so that a mode changed by the first update does
    not show in the second.
    """
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    batches = images_for(probe.generator, (8, 6, 6))
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    before = weights_of(model)
    loss = probe.call(BATCH_CALL, answer, model.train(), *batches[0], loss_fn, optimizer)
    probe.note(loss=loss, after_one=weights_of(model), stepped=bool(optimizer.rates))
    probe.note(moved=moved(model, before))
    probe.call(BATCH_CALL, answer, model.train(), *batches[1], loss_fn, optimizer)
    probe.note(after_two=weights_of(model), moves=moves_of(probe), recorded=log.recorded)
    other = watched_model(probe.generator, Log(), Mood())
    other_loss = probe.call(BATCH_CALL, answer, other, *batches[2], loss_fn, spied(other, probe))
    probe.note(other_loss=other_loss)


@scenario()
def update_in_either_mode(answer: Any, probe: Probe) -> None:
    """One batch through a model in eval mode, then one through a model in train mode."""
    modes = {}
    for mode in ("eval", "train"):
        log = Log()
        model = watched_model(probe.generator, log, Mood()).train(mode == "train")
        ((images, labels),) = images_for(probe.generator, (6,))
        optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
        call = BATCH_CALL.replace("model", "model.eval()" if mode == "eval" else "model")
        probe.call(call, answer, model, images, labels, loss_fn, optimizer)
        modes[mode] = [log.modes[0] if log.modes else None, model.training]
    probe.note(modes=modes)


@scenario()
def update_beside_frozen_weights(answer: Any, probe: Probe) -> None:
    """One batch through a model whose bias is frozen: what changes that should not?

    An answer that can't do with frozen weights and raises may show the same without them.
    """
    model = watched_model(probe.generator, Log(), Mood())
    bias = model.get_parameter("linear.bias").requires_grad_(False)
    batches = images_for(probe.generator, (6,))
    copies = copies_of(batches)
    arguments = (model, *batches[0], smooth_loss(probe))
    with Bystanders(model, but=("the gradient", "the mode")) as seen:
        told = probe.attempt(BATCH_CALL, answer, *arguments, spied(model, probe))
    if "raised" in told:
        bias.requires_grad_(True)
        with Bystanders(model, but=("the gradient", "the mode")) as seen:
            probe.call(BATCH_CALL, answer, *arguments, spied(model, probe))
    probe.note(changed=[*altered(batches, copies), *seen.changed])


@scenario()
def update_that_fails(answer: Any, probe: Probe) -> None:
    """A model that takes the first batch but not the second."""
    (batch,) = images_for(probe.generator, (6,))
    model = watched_model(probe.generator, Log(), Fuse())
    loss_fn, optimizer = smooth_loss(probe), spied(model, probe)
    probe.call(BATCH_CALL, answer, model, *batch, loss_fn, optimizer)
    broken = with_a_glaring_image(batch)
    told = probe.attempt(BATCH_CALL, answer, model, *broken, loss_fn, optimizer)
    probe.note(heard="raised" in told)


# --- train_epoch ---------------------------------------------------------------------------------


@scenario()
def ragged_epoch(answer: Any, probe: Probe) -> None:
    """One epoch on 22 images in batches of 8, 8, 5 and 1, given as a generator.

    The learning rate is 0, so that what is reported does not depend on how well the steps are made.
    Another model's epoch comes first: what an answer keeps of it shows in the figures.
    """
    log, loss_fn = Log(), smooth_loss(probe)
    first, model = (watched_model(probe.generator, each, Mood()) for each in (Log(), log))
    early = images_for(probe.generator, (4,))
    probe.call(EPOCH_CALL, answer, first, one_by_one(early), loss_fn, spied(first, probe, lr=0.0))
    batches = graded(model, images_for(probe.generator, RAGGED), RIGHT, probe.generator)
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
    probe.note(moved=moved(model, before))
    probe.call(EPOCH_CALL, answer, model.train(), batches, loss_fn, optimizer)
    probe.note(after_two=weights_of(model), moves=moves_of(probe))


@scenario()
def epochs_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """Two epochs of a model that arrives in eval mode each time, as after an evaluation."""
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    batches = images_for(probe.generator, SIZES)
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    everything = torch.cat([images for images, _ in batches])
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
    model = watched_model(probe.generator, Log(), Fuse())
    loss_fn, optimizer = smooth_loss(probe), spied(model, probe)
    probe.call(EPOCH_CALL, answer, model, batches[:1], loss_fn, optimizer)
    told = probe.attempt(EPOCH_CALL, answer, model, batches, loss_fn, optimizer)
    probe.note(heard="raised" in told)


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


# --- evaluate ------------------------------------------------------------------------------------


@scenario()
def ragged_evaluation(answer: Any, probe: Probe) -> None:
    """22 images in batches of 8, 8 and 6 through a batch-norm model that is in train mode.

    Another model is measured first: what an answer keeps of it shows in the figures.
    """
    log, loss_fn = Log(), smooth_loss(probe)
    norm = nn.BatchNorm1d(PIXELS * PIXELS)
    first = watched_model(probe.generator, Log(), Mood())
    model = watched_model(probe.generator, log, norm).train()
    norm.running_mean = 0.1 * torch.randn(PIXELS * PIXELS, generator=probe.generator)
    norm.running_var = 1.0 + torch.rand(PIXELS * PIXELS, generator=probe.generator)
    norm.bias.requires_grad_(False)
    leave_gradients(model)
    early = images_for(probe.generator, (4,))
    batches = graded(model, images_for(probe.generator, SIZES), RIGHT[:3], probe.generator)
    copies = copies_of(batches)
    outer: list[bool] = []  # the flag of the model itself; the log notes that of a layer inside
    model.register_forward_pre_hook(lambda module, _: outer.append(module.training))
    probe.call(EVALUATE_CALL, answer, first, one_by_one(early), loss_fn)
    probe.note(before=state_of(model))
    with Bystanders(model, but=("the gradient", "requires_grad", "the mode", "whether")) as seen:
        metrics = probe.call(EVALUATE_CALL, answer, model, one_by_one(batches), loss_fn)
    probe.note(metrics=metrics, figures=figures(metrics))
    probe.note(modes=log.modes, recorded=log.recorded)
    probe.note(after=state_of(model), **modes_after(model), outer_modes=outer)
    probe.note(recording_after=torch.is_grad_enabled())
    probe.note(changed=[*gradients_changed(model), *altered(batches, copies), *seen.changed])


@scenario()
def evaluation_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """A model in eval mode, measured on 22 images in batches of 8, 8, 5 and 1: twice."""
    log = Log()
    model = watched_model(probe.generator, log, Mood()).eval()
    batches = images_for(probe.generator, RAGGED)
    call, loss_fn = EVALUATE_CALL.replace("model", "model.eval()"), smooth_loss(probe)
    seen = []
    for _ in range(2):
        log.images.clear()
        probe.call(call, answer, model, one_by_one(batches), loss_fn, torch.device("cpu"))
        seen.append(log.seen())
    probe.note(images=seen[0], images_again=seen[1], **modes_after(model))


@scenario()
def empty_evaluation(answer: Any, probe: Probe) -> None:
    """One batch, then no batch at all: is the mode handled alike?"""
    model = watched_model(probe.generator, Log(), Mood()).train()
    batches, loss_fn = images_for(probe.generator, (4,)), smooth_loss(probe)
    probe.call(EVALUATE_CALL, answer, model, batches, loss_fn)
    probe.note(mode_after_one=model.training)
    call = EVALUATE_CALL.replace("batches", "iter([])")
    probe.note(attempt=attempt(probe, call, answer, model.train(), iter([]), loss_fn))
    probe.note(mode_after_none=model.training)


@scenario()
def evaluation_that_fails(answer: Any, probe: Probe) -> None:
    """A model that can't take the second of three batches."""
    batches = images_for(probe.generator, SIZES)
    batches[1] = with_a_glaring_image(batches[1])
    model = watched_model(probe.generator, Log(), Fuse())
    probe.call(EVALUATE_CALL, answer, model, batches[:1], smooth_loss(probe))
    told = probe.attempt(EVALUATE_CALL, answer, model, batches, smooth_loss(probe))
    probe.note(heard="raised" in told)


@scenario()
def evaluation_on_a_device(answer: Any, probe: Probe) -> None:
    """An evaluation on another device."""
    batches = images_for(probe.generator, (4,))
    shown = EVALUATE_CALL.replace(")", ', device="meta")')
    meet(probe, shown, answer, lambda model, loss: (model, batches, loss, "meta"))
