"""What scenarios note of a training loop: its figures, its moves, its devices, its model."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.watched import Log, Readable, Traveller
from autograder.worker.scenarios.instruments.worlds import unpacked, weights_of

RAGGED = (8, 8, 5, 1)
"""22 images: an average over batches differs from one over images, and one image comes alone."""
UNEVEN = (8, 5, 1, 8)
"""The same 22 images with the small batches in the middle: to leave these out is one thing, to end
too early is another."""
CORRECT = (6, 1, 0, 3)
"""Correct images in such batches: shares of 75, 20, 0 and 38 per cent."""


def fields_of(record: object, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields of a record, whatever holds them: its kind is asked once, elsewhere.

    A field that is not there is None. A bare number is the first field.
    """
    if isinstance(record, dict):
        found = record
    elif isinstance(record, tuple) and hasattr(record, "_fields"):
        found = dict(zip(record._fields, record, strict=False))
    elif isinstance(values := unpacked(record), list):
        found = dict(zip(names, values, strict=False))
    elif isinstance(record, (int, float, Tensor)):
        found = {names[0]: record}
    else:
        found = getattr(record, "__dict__", {})
    return {name: found.get(name) for name in names}


def figures(metrics: object) -> dict[str, float | None]:
    """Return loss and accuracy as plain numbers, and None for what is no number."""
    found = fields_of(metrics, ("loss", "accuracy"))
    return {name: _number(value) for name, value in found.items()}


def _number(value: object) -> float | None:
    if isinstance(value, Tensor) and value.numel() == 1 and not value.is_meta:
        value = value.item()
    return float(value) if isinstance(value, (int, float)) else None


def records_of(history: object) -> list[dict[str, Any]] | None:
    """Return a list of figures, an entry for each `Epoch`; None for None."""
    if history is None:
        return None
    if isinstance(history, Iterator):
        history = list(islice(history, 10))
    if not isinstance(history, (list, tuple)):
        return []
    entries = [fields_of(entry, ("epoch", "train", "validation")) for entry in history]
    return [{part: figures(entry[part]) for part in ("train", "validation")} for entry in entries]


def moves_of(probe: Probe) -> dict[str, Any]:
    """Sum up the moves: for the diagnosis, which must tell apart what leaves the same weights."""
    moves = [e for e in probe.events if e in ("zero_grad", "backward", "step")]
    before = " ".join(moves).split("step")[:-1]
    # A zero_grad ahead of everything else does what one at the end of the last batch does.
    led = [each.strip().removeprefix("zero_grad").strip() for each in before]
    often = min(moves.count("zero_grad"), 2)
    return {"backward": moves.count("backward"), "before each step": led, "zero_grad": often}


def meet(
    probe: Probe,
    shown: str,
    answer: Callable[..., Any],
    arguments: Callable[[nn.Module, Callable[[Tensor, Tensor], Tensor]], tuple[Any, ...]],
) -> None:
    """Note where model and images met, and logits and labels, when `meta` was asked for.

    That device is on every computer and takes the place of a GPU. Where an answer gets stuck on it
    before the model runs, nothing can be said: the lists are empty.

    Args:
        probe: gets the notes `devices` and `labels`, each pair of devices once.
        shown: the call as the student reads it.
        answer: what is called.
        arguments: makes the arguments from a model and a loss.
    """
    log, labels_met = Log(), []

    def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
        labels_met.append([logits.device.type, labels.device.type])
        return nn.functional.cross_entropy(logits, labels)

    with Readable():
        probe.attempt(shown, answer, *arguments(Traveller(log), loss_fn))
    probe.note(devices=_each_once(log.devices), labels=_each_once(labels_met))


def _each_once(pairs: list[list[str]]) -> list[list[str]]:
    return [pair for place, pair in enumerate(pairs) if pair not in pairs[:place]]


def weights_moved(model: nn.Module, before: dict[str, Tensor]) -> bool:
    """Say whether any weight is not what it was."""
    after = weights_of(model)
    return not all(torch.equal(after[name], before[name]) for name in before)


def state_of(model: nn.Module) -> dict[str, dict[str, Any]]:
    """Return what measuring must not change."""
    learning = {name: value.requires_grad for name, value in model.named_parameters()}
    return {"weights": weights_of(model), "requires_grad": learning}


def modes_after(model: nn.Module) -> dict[str, bool]:
    """Return the mode of the model, and whether all of its layers are in that mode."""
    alike = all(module.training == model.training for module in model.modules())
    return {"mode_after": model.training, "layers_alike": alike}


def leave_gradients(model: nn.Module) -> None:
    """Put gradients into the model, all of them 1, as between `backward` and `step`."""
    for weight in model.parameters():
        weight.grad = torch.ones_like(weight) if weight.requires_grad else None


def gradients_changed(model: nn.Module) -> list[str]:
    """Return in words what became of the gradients that were left, or nothing."""
    gradients = [weight.grad for weight in model.parameters() if weight.requires_grad]
    there = [gradient for gradient in gradients if gradient is not None and gradient.any()]
    if gradients and not there:
        return ["the gradients, which are gone"]
    kept = len(there) == len(gradients) and all(bool((each == 1).all()) for each in there)
    return [] if kept else ["the gradients, which are others now"]
