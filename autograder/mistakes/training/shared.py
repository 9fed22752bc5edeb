"""What is right in the wrong answers to unit 3, so that each shows its own fault alone."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from fashion_course.kit import Metrics

Batches = Iterable[tuple[Tensor, Tensor]]

Loss = Callable[[Tensor, Tensor], Tensor]

Device = str | torch.device

RIGHT = "zero_grad backward step"
"""The moves of one update, in order."""


class Update(NamedTuple):
    """One update as it was made: the batch's mean loss, correct images and images."""

    loss: Tensor
    hits: int
    size: int


class BatchResult(NamedTuple):
    """The same in plain numbers."""

    loss: float
    hits: int
    size: int


def given(
    optimizer: Optimizer, device: Device = "cpu", scheduler: LRScheduler | None = None
) -> tuple[Optimizer, Device, LRScheduler | None]:
    """Return the last arguments of `train_epoch`, by default as the task has them."""
    return optimizer, device, scheduler


def hits_in(logits: Tensor, labels: Tensor) -> int:
    """Count the correct images of a batch."""
    return int((logits.argmax(1) == labels).sum())


def mean_of(numbers: list[float]) -> float:
    """Return the plain mean."""
    return sum(numbers) / len(numbers)


def averaged(results: Iterable[BatchResult]) -> Metrics:
    """Average over images, as is right."""
    losses, hits, seen = 0.0, 0, 0
    for batch in results:
        losses += batch.loss * batch.size
        hits += batch.hits
        seen += batch.size
    if seen == 0:
        raise ValueError("batches is empty: pass at least one")
    return Metrics(losses / seen, hits / seen)


def make_update(
    moves: str,
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    loss_fn: Loss,
    optimizer: Optimizer,
) -> Update:
    """Measure a batch, then make the moves that are named, in their order."""
    logits = model(images)
    loss = loss_fn(logits, labels)
    for move in moves.split():
        if move == "backward":
            loss.backward()
        else:
            getattr(optimizer, move)()
    return Update(loss, hits_in(logits, labels), len(labels))


def moved_to(batches: Batches, device: Device | None) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the batches on a device; as they are where none is named."""
    for images, labels in batches:
        yield (images, labels) if device is None else (images.to(device), labels.to(device))


def trained_on(
    moves: str,
    model: nn.Module,
    batches: Batches,
    loss_fn: Loss,
    optimizer: Optimizer,
    device: Device | None = "cpu",
    scheduler: LRScheduler | None = None,
    *,
    mode: bool = True,
) -> Iterator[BatchResult]:
    """Train on every batch; with `device=None` nothing is moved."""
    if device is not None:
        model.to(device)
    model.train(mode)
    for images, labels in moved_to(batches, device):
        update = make_update(moves, model, images, labels, loss_fn, optimizer)
        if scheduler is not None:
            scheduler.step()
        yield BatchResult(update.loss.item(), update.hits, update.size)


def trained_as_it_came(model: nn.Module, batches: Batches, *rest: Any) -> list[BatchResult]:
    """Train on each batch in the mode in which the model arrived."""
    was_training = model.training
    results: list[BatchResult] = []
    for batch in batches:
        results += trained_on(RIGHT, model, [batch], *rest, mode=was_training)
    return results


def measured_on(
    model: nn.Module,
    batches: Batches,
    loss_fn: Loss,
    device: Device | None = "cpu",
    *,
    mode: bool = False,
    recording: bool = False,
) -> Iterator[BatchResult]:
    """Measure every batch and put the model's mode back; with `device=None` nothing is moved."""
    was_training = model.training
    if device is not None:
        model.to(device)
    model.train(mode)
    try:
        for images, labels in moved_to(batches, device):
            with torch.set_grad_enabled(recording):
                logits = model(images)
                loss = loss_fn(logits, labels)
            yield BatchResult(loss.item(), hits_in(logits, labels), len(labels))
    finally:
        model.train(was_training)


def full_ones(batches: Batches) -> Batches:
    """Return the batches that are as large as the first."""
    pairs = list(batches)
    return [pair for pair in pairs if len(pair[1]) == len(pairs[0][1])]


def swapped(loss_fn: Loss) -> Loss:
    """Return a loss that gets its two arguments in the wrong order."""
    return lambda logits, labels: loss_fn(labels, logits)


def early(batches: Batches, scheduler: LRScheduler | None) -> Batches:
    """Yield the batches; the scheduler steps before each of them is used."""
    for batch in batches:
        if scheduler is not None:
            scheduler.step()
        yield batch


def after_softmax(loss_fn: Loss) -> Loss:
    """Return a loss that is taken after a softmax too many."""
    return lambda logits, labels: loss_fn(logits.softmax(dim=1), labels)
