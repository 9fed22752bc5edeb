"""Small problems for `evaluate`."""

from typing import Any

import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.noted import (
    UNEVEN,
    figures,
    gradients_changed,
    leave_gradients,
    meet,
    modes_after,
    state_of,
)
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.watched import (
    PIXELS,
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
from autograder.worker.scenarios.instruments.worlds import SIZES, one_by_one

EVALUATE_CALL = "evaluate(model, batches, loss_fn)"


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
    batches = graded(model, images_for(probe.generator, SIZES), (6, 3, 1), probe.generator)
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
    """A model in eval mode, measured on 22 images in batches of 8, 5, 1 and 8: twice."""
    log = Log()
    model = watched_model(probe.generator, log, Mood()).eval()
    batches = images_for(probe.generator, UNEVEN)
    call, loss_fn = EVALUATE_CALL.replace("model", "model.eval()"), smooth_loss(probe)
    seen = []
    for _ in range(2):
        log.images.clear()
        probe.call(call, answer, model, one_by_one(batches), loss_fn, torch.device("cpu"))
        seen.append(log.seen())
    probe.note(images=seen[0], images_again=seen[1], **modes_after(model))


@scenario()
def empty_evaluation(answer: Any, probe: Probe) -> None:
    """No batch at all."""
    model, loss_fn = watched_model(probe.generator, Log(), Mood()), smooth_loss(probe)
    call = EVALUATE_CALL.replace("batches", "iter([])")
    probe.note(attempt=attempt(probe, call, answer, model, iter([]), loss_fn))


@scenario()
def evaluation_that_fails(answer: Any, probe: Probe) -> None:
    """A model in train mode that can't take the second of three batches."""
    batches = images_for(probe.generator, SIZES)
    batches[1] = with_a_glaring_image(batches[1])
    log = Log()
    model = watched_model(probe.generator, log, BreakingLayer())
    probe.call(EVALUATE_CALL, answer, model, batches[:1], smooth_loss(probe))
    told = probe.attempt(EVALUATE_CALL, answer, model.train(), batches, smooth_loss(probe))
    probe.note(met=log.broke_off(), heard="raised" in told, mode_after=model.training)


@scenario()
def evaluation_on_a_device(answer: Any, probe: Probe) -> None:
    """An evaluation on another device."""
    batches = images_for(probe.generator, (4,))
    shown = EVALUATE_CALL.replace(")", ', device="meta")')
    meet(probe, shown, answer, lambda model, loss: (model, batches, loss, "meta"))
