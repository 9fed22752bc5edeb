"""Watches training through its loss function, which sees the logits and labels of every batch."""

import math
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from fashion_course.kit.live.bars import NOTHING, Moment
from fashion_course.kit.types import Epoch, Metrics

MOST_POINTS = 100  # of a curve within an epoch


class WatchedBatch(NamedTuple):
    """What a loss function saw: how many labels, the mean loss and the accuracy."""

    labels: int
    seen: Metrics


def batch_of(loss: Tensor, logits: Any, labels: Tensor, is_sum: bool = False) -> WatchedBatch:
    """Measure a batch.

    Args:
        loss: of any shape; the mean over the batch, or the sum.
        logits: `(B, K)`; what has another shape has no accuracy.
        labels: `(B)`.
        is_sum: the loss is the sum.
    """
    count = labels.numel()
    mean = loss.detach().mean().item() / (count if is_sum else 1)
    accuracy = math.nan
    if isinstance(logits, Tensor) and logits.dim() == 2 and labels.shape == logits.shape[:1]:
        with torch.no_grad():
            accuracy = (logits.argmax(dim=1) == labels).float().mean().item()
    return WatchedBatch(count, Metrics(mean, accuracy))


class Tally:
    """Averages loss and accuracy over images.

    Attributes:
        curve: the averages over all images so far, as they were after each batch.
    """

    def __init__(self) -> None:
        self.curve: list[Metrics] = []
        self._labels, self._loss_sum, self._correct = 0, 0.0, 0.0

    def add(self, batch: WatchedBatch) -> None:
        """Add a batch."""
        self._labels += batch.labels
        self._loss_sum += batch.labels * batch.seen.loss
        self._correct += batch.labels * batch.seen.accuracy
        self.curve.append(Metrics(self._loss_sum / self._labels, self._correct / self._labels))

    def metrics(self) -> Metrics:
        """Return loss and accuracy over all images; nan where there were none."""
        return self.curve[-1] if self.curve else NOTHING


class EpochLog:
    """The course of training as its batches tell it, epoch by epoch.

    Args:
        train_batches, validation_batches: how many an epoch has.

    Attributes:
        epoch: the number of the current one, 0 before any training.
        batch: how many batches of training it has had.
        history: finished epochs; `NOTHING` stands for training or validation that was not seen.
            Training that was stopped within an epoch is not among them.
    """

    def __init__(self, train_batches: int, validation_batches: int) -> None:
        self.epoch, self.batch = 0, 0
        self.history: list[Epoch] = []
        self._train_batches, self._validation_batches = max(1, train_batches), validation_batches
        self._train, self._validation = Tally(), Tally()
        self._curves: list[list[Metrics]] = []  # of the epochs of training

    def add(self, batch: WatchedBatch, is_training: bool) -> None:
        """Add a batch. Training after validation, or after the last batch, opens a new epoch."""
        if not is_training:
            self._validation.add(batch)
            return
        if self.epoch == 0 or self._validation.curve or self.batch == self._train_batches:
            self.close()
            self.epoch, self.batch = self.epoch + 1, 0
            self._curves.append(self._train.curve)
        self._train.add(batch)
        self.batch += 1

    def close(self) -> None:
        """Finish the current epoch."""
        train, validation = self._train, self._validation
        if len(validation.curve) < self._validation_batches:
            validation = Tally()  # it was stopped
        is_whole = train.curve and len(train.curve) >= self._train_batches
        if validation.curve or is_whole:
            self.history.append(Epoch(self.epoch, train.metrics(), validation.metrics()))
        self._train, self._validation = Tally(), Tally()

    def moment(self) -> Moment:
        """Return how far training is."""
        return Moment(self.epoch, self.batch, self._train_batches, self._train.metrics())

    def curves(self) -> list[tuple[list[float], list[Metrics]]]:
        """Return, for each epoch of training, places on an axis of epochs and what was seen there.

        They are at most about `MOST_POINTS`.
        """
        drawn = []
        for epoch, curve in enumerate(self._curves):
            last = len(curve) - 1
            kept = [*range(0, last, len(curve) // MOST_POINTS + 1), last]
            places = [epoch + (index + 1) / self._train_batches for index in kept]
            drawn.append((places, [curve[index] for index in kept]))
        return drawn


class Watcher:
    """Sorts the batches that loss functions see into training and validation.

    Training is what a gradient goes back from; that an answer forgot `no_grad` in its validation,
    or computes the loss twice, changes nothing. Validation is therefore told only when the next
    batch comes. Calls one after the other with the same labels are one batch.

    Args:
        log: gets every batch once.
    """

    def __init__(self, log: EpochLog) -> None:
        self._log = log
        self._labels: Callable[[], object] = lambda: None
        self._waiting: WatchedBatch | None = None  # no gradient has gone back yet
        self._steps = 0

    def see(self, loss: Any, logits: Any, labels: Any, is_sum: bool) -> None:
        """Take in one call of a loss function; what is no tensor is not looked at."""
        if not isinstance(loss, Tensor) or not isinstance(labels, Tensor) or not labels.numel():
            return
        batch, steps = batch_of(loss, logits, labels, is_sum), self._steps
        if self._labels() is not labels:
            self.settle()
            self._labels, self._waiting = weakref.ref(labels), batch
        if loss.requires_grad:
            loss.register_hook(lambda _: self._went_back(batch, steps))

    def _went_back(self, batch: WatchedBatch, steps: int) -> None:
        if steps == self._steps:  # else another loss of the same batch was part of the sum
            self._steps, self._waiting = steps + 1, None
            self._log.add(batch, is_training=True)

    def settle(self) -> None:
        """Hand on what no gradient went back from."""
        if self._waiting is not None:
            self._log.add(self._waiting, is_training=False)
        self._waiting = None


class WatchedLoss(nn.Module):
    """A loss function that tells what it sees; it returns what the original returns.

    Attributes of the original, such as `reduction`, are found here too.
    """

    def __init__(
        self, loss_fn: Callable[..., Any], told: Callable[[Any, Any, Any, bool], None]
    ) -> None:
        super().__init__()
        self.loss_fn = loss_fn
        self._told = told

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return the loss of logits and labels."""
        loss = self.loss_fn(*args, **kwargs)
        logits, labels, *_ = *args, *kwargs.values(), None, None
        settings = getattr(self.loss_fn, "keywords", {}) | kwargs  # of a functools.partial
        how = settings.get("reduction", getattr(self.loss_fn, "reduction", "mean"))
        self._told(loss, logits, labels, how == "sum")
        return loss

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name == "loss_fn":
                raise
            return getattr(self.loss_fn, name)
