"""Small problems for `predict`."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.noted import (
    RAGGED,
    leave_gradients,
    modes_after,
    weights_moved,
)
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.watched import (
    BreakingLayer,
    Log,
    Mood,
    Readable,
    Traveller,
    altered,
    copies_of,
    images_for,
    watched_model,
    with_a_glaring_image,
)
from autograder.worker.scenarios.instruments.worlds import one_by_one, weights_of

PREDICT_CALL = "predict(model, batches)"


@scenario()
def ragged_predictions(answer: Any, probe: Probe) -> None:
    """22 images in batches of 8, 8, 5 and 1, from a generator, through a model in train mode."""
    log = Log()
    model = watched_model(probe.generator, log, Mood()).train()
    leave_gradients(model)
    batches = images_for(probe.generator, RAGGED)
    copies, before = copies_of(batches), weights_of(model)
    outer: list[bool] = []  # the flag of the model itself; the log notes that of a layer inside
    model.register_forward_pre_hook(lambda module, _: outer.append(module.training))
    with Bystanders(model, but=("the mode", "whether")) as seen:
        probabilities = probe.call(PREDICT_CALL, answer, model, one_by_one(batches))
    weights = ["the weights"] if weights_moved(model, before) else []
    probe.note(changed=[*weights, *altered(batches, copies), *seen.changed])
    probe.note(modes=log.modes, recorded=log.recorded, recording_after=torch.is_grad_enabled())
    probe.note(**modes_after(model), outer_modes=outer, probabilities=probabilities)
    probe.note(graph_kept=isinstance(probabilities, Tensor) and probabilities.requires_grad)


@scenario()
def predictions_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """Such images through a model of 7 classes in eval mode, after some through another model."""
    other, model = (watched_model(probe.generator, Log(), Mood(), 7).eval() for _ in range(2))
    call = "predict(model.eval(), batches)"
    probe.call(call, answer, other, images_for(probe.generator, (4,)))
    probabilities = probe.call(call, answer, model, images_for(probe.generator, RAGGED))
    probe.note(**modes_after(model), probabilities=_without_graph(probabilities))


def _without_graph(value: object) -> object:
    """Return a tensor's numbers alone: whether it carries a graph is asked elsewhere."""
    return value.detach() if isinstance(value, Tensor) else value


@scenario()
def predictions_from_large_logits(answer: Any, probe: Probe) -> None:
    """A model that is so sure that the exponentials of its logits overflow."""
    model = watched_model(probe.generator, Log(), nn.Identity()).eval()
    with torch.no_grad():
        model.get_parameter("linear.weight").mul_(500)
    batches = images_for(probe.generator, (8, 6))
    probe.note(probabilities=_without_graph(probe.call(PREDICT_CALL, answer, model, batches)))


@scenario()
def predictions_on_a_device(answer: Any, probe: Probe) -> None:
    """On the CPU and on `meta`, which takes the place of a GPU: where do model and images meet?"""
    here, there = Log(), Log()
    batches = images_for(probe.generator, (4, 4))
    probe.call(PREDICT_CALL, answer, Traveller(here), batches)
    call = 'predict(model, batches, device="meta")'
    with Readable():
        result = probe.attempt(call, answer, Traveller(there), batches, "meta").get("returned")
    probe.note(on_cpu=here.devices[:1], of=PREDICT_CALL)
    probe.note(on_meta=there.devices[:1])
    probe.note(result_on="meta" if isinstance(result, Tensor) and result.is_meta else "cpu")


@scenario()
def predictions_of_nothing(answer: Any, probe: Probe) -> None:
    """One batch, then no batch at all: is the mode handled alike?"""
    model = watched_model(probe.generator, Log(), nn.Identity()).train()
    probe.call(PREDICT_CALL, answer, model, images_for(probe.generator, (4,)))
    probe.note(mode_after_one=model.training)
    probe.note(attempt=attempt(probe, "predict(model, [])", answer, model.train(), []))
    probe.note(mode_after_none=model.training)


@scenario()
def predictions_that_fail(answer: Any, probe: Probe) -> None:
    """A model that can't take the second of three batches."""
    batches = images_for(probe.generator, (8, 8, 6))
    batches[1] = with_a_glaring_image(batches[1])
    log = Log()
    model = watched_model(probe.generator, log, BreakingLayer())
    probe.call(PREDICT_CALL, answer, model, batches[:1])
    told = probe.attempt(PREDICT_CALL, answer, model, batches)
    probe.note(met=log.broke_off(), heard="raised" in told)
