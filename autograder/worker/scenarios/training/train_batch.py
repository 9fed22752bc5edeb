"""Small problems for `train_batch`."""

from typing import Any

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.noted import (
    moves_of,
    weights_moved,
)
from autograder.worker.scenarios.instruments.watched import (
    BreakingLayer,
    Log,
    Mood,
    altered,
    copies_of,
    images_for,
    smooth_loss,
    watched_model,
    with_a_glaring_image,
)
from autograder.worker.scenarios.instruments.worlds import MOMENTUM, spied, weights_of

BATCH_CALL = "train_batch(model, images, labels, loss_fn, optimizer)"


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
    probe.note(moved=weights_moved(model, before))
    probe.call(BATCH_CALL, answer, model.train(), *batches[1], loss_fn, optimizer)
    probe.note(after_two=weights_of(model), moves=moves_of(probe), recorded=log.recorded)
    other = watched_model(probe.generator, Log(), Mood())
    other_loss = probe.call(BATCH_CALL, answer, other, *batches[2], loss_fn, spied(other, probe))
    probe.note(other_loss=other_loss)


@scenario()
def update_in_either_mode(answer: Any, probe: Probe) -> None:
    """One batch through a model in eval mode, then one through a model in train mode."""
    modes, calls = {}, {}
    for mode in ("eval", "train"):
        log = Log()
        model = watched_model(probe.generator, log, Mood()).train(mode == "train")
        ((images, labels),) = images_for(probe.generator, (6,))
        optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
        calls[mode] = BATCH_CALL.replace("model", "model.eval()" if mode == "eval" else "model")
        probe.call(calls[mode], answer, model, images, labels, loss_fn, optimizer)
        modes[mode] = [log.modes[0] if log.modes else None, model.training]
    probe.note(modes=modes, of=calls)


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
    log = Log()
    model = watched_model(probe.generator, log, BreakingLayer())
    loss_fn, optimizer = smooth_loss(probe), spied(model, probe)
    probe.call(BATCH_CALL, answer, model, *batch, loss_fn, optimizer)
    broken = with_a_glaring_image(batch)
    told = probe.attempt(BATCH_CALL, answer, model, *broken, loss_fn, optimizer)
    probe.note(met=log.broke_off(), heard="raised" in told)
