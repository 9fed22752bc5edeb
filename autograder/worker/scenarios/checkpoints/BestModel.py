"""Small problems for `BestModel`."""

import copy
from typing import Any

import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.files import (
    Snapshot,
    network,
    trained,
)
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.watched import LABELS
from autograder.worker.scenarios.instruments.worlds import weights_of

UPDATE = "best.update({}, model)"


def _train_on(model: nn.Module, probe: Probe) -> None:
    """Change every number of a model in place, as training does."""
    with torch.no_grad():
        for value in model.state_dict().values():
            value.add_(1 + torch.rand(value.shape, generator=probe.generator).to(value.dtype))


@scenario()
def best_of_four(answer: Any, probe: Probe) -> None:
    """Accuracies 0.7, 0.9, 0.9, 0.8, with training in between; then restored twice.

    The model is in train mode at the first update and in eval mode from then on. The other one,
    into which the weights go first, is in train mode.
    """
    model, other = trained(probe.generator)[0], trained(probe.generator)[0]
    best = probe.call("best = BestModel()", answer)
    there = {name: callable(getattr(best, name, None)) for name in ("update", "restore")}
    probe.note(there=there)
    if not there["update"]:
        return
    traces: list[Any] = []
    kept: list[Any] = []
    updates: list[str] = []
    changed: list[str] = []
    for accuracy in (0.7, 0.9, 0.9, 0.8):
        _train_on(model.train(not kept), probe)
        before = Snapshot(model)
        updates.append(UPDATE.format(accuracy))
        with Bystanders(model) as others:
            kept.append(probe.call(updates[-1], best.update, accuracy, model))
        changed += [] if before.changes() == "nothing" else ["the weights"]
        changed += others.changed
        traces.append(weights_of(model))
    probe.note(kept=kept, of=updates)
    probe.note(second=traces[1], changed=sorted(set(changed)))
    if not there["restore"]:
        return
    _train_on(model, probe)
    before = Snapshot(other)
    with Bystanders(other) as others:
        probe.call("best.restore(another_model.train())", best.restore, other)
    probe.note(arrived=before.changes() != "nothing", restored=weights_of(other))
    probe.note(changed_by_restore=others.changed)
    _train_on(other, probe)
    with Bystanders(model) as others:
        probe.call("best.restore(model.eval())", best.restore, model)
    probe.note(restored_later=weights_of(model), changed_later=others.changed)


@scenario()
def best_of_close_ones(answer: Any, probe: Probe) -> None:
    """Accuracies 0.7, 0.9, 0.8, 0.85, 0.9001; and 0.8 once more after `restore`."""
    model = network(probe.generator)
    best = probe.call("best = BestModel()", answer)
    kept, updates = [], []
    for accuracy in (0.7, 0.9, 0.8, 0.85, 0.9001):
        _train_on(model, probe)
        updates.append(UPDATE.format(accuracy))
        kept.append(probe.call(updates[-1], best.update, accuracy, model))
    probe.note(kept=kept, of=updates)
    probe.call("best.restore(model)", best.restore, model)
    after = probe.call("best.update(0.8, model)  # after restore", best.update, 0.8, model)
    probe.note(kept_after_restore=after)


@scenario()
def best_of_nothing(answer: Any, probe: Probe) -> None:
    """Accuracies nan, 0.0, nan; `restore` before anything was kept."""
    model = network(probe.generator)
    busy = probe.call("busy = BestModel()", answer)
    probe.call("busy.update(0.5, model)", busy.update, 0.5, model)
    best = probe.call("best = BestModel()", answer)
    _train_on(model, probe)
    before = Snapshot(model)
    early = attempt(probe, "BestModel().restore(model)", best.restore, model)
    probe.note(early=early, early_changes=before.changes())
    kept, updates = [], []
    for accuracy in (float("nan"), 0.0, float("nan")):
        _train_on(model, probe)
        updates.append(UPDATE.format(accuracy))
        kept.append(probe.call(updates[-1], best.update, accuracy, model))
    probe.note(kept=kept, of=updates)


@scenario()
def best_of_another_model(answer: Any, probe: Probe) -> None:
    """What was kept of one model is restored into one with other layers."""
    model, other = network(probe.generator), network(probe.generator, classes=LABELS + 3)
    best = probe.call("best = BestModel()", answer)
    probe.call("best.update(0.9, model)", best.update, 0.9, copy.deepcopy(model))
    before = Snapshot(other)
    told = attempt(probe, "best.restore(another_kind_of_model)", best.restore, other)
    probe.note(attempt=told, changed=before.changes())
