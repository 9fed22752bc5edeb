"""Watches training through its loss function, which sees the logits and labels of every batch."""

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from fashion_course.kit.live.bars import NOTHING, Moment
from fashion_course.kit.types import Epoch, Metrics

MOST_POINTS = 100  # of a curve within an epoch


class WatchedBatch:
    """The loss and the hits of one batch, as tensors that hold no graph.

    Attributes:
        images: how many it has.
        can_train: a gradient can go back through the loss.
        has_trained: a gradient has gone back.
        backwards: how many gradients had gone back in all when the loss was computed.
    """

    def __init__(self, loss: Tensor, logits: Any, labels: Tensor, is_sum: bool = False) -> None:
        """Read a loss, of the mean or the sum over images, and count the hits.

        Args:
            loss: of any shape.
            logits: `(B, K)` or `(B, K, ...)`, of at least two classes.
            labels: `(B)` or `(B, ...)`, or shares of the shape of the logits. What has other shapes
                has no accuracy.
        """
        self.images = len(labels) if labels.dim() else 1
        self.can_train, self.has_trained, self.backwards = loss.requires_grad, False, 0
        with torch.no_grad():
            mean = loss.detach().clone() if loss.dim() == 0 else loss.detach().mean()
            self.loss = mean / self.images if is_sum else mean
            self.hits = self._hits(logits, labels)

    def _hits(self, logits: Any, labels: Tensor) -> Tensor:
        if isinstance(logits, Tensor) and logits.dim() > 1 and logits.shape[1] > 1:
            if logits.shape == labels.shape:
                labels = labels.argmax(dim=1)
            if labels.shape == logits.shape[:1] + logits.shape[2:]:
                right: Tensor = logits.argmax(dim=1) == labels
                return right.sum() / (right.numel() / self.images)
        return torch.full_like(self.loss, torch.nan)


class Tally:
    """Adds up losses and hits over images; reads them from their device only when asked.

    Attributes:
        batches: how many were added.
    """

    def __init__(self) -> None:
        self.batches = 0
        self._unread: list[WatchedBatch] = []
        self._loss_sum, self._correct, self._images = 0.0, 0.0, 0
        self._curve: list[Metrics] = []

    def add(self, batch: WatchedBatch) -> None:
        """Add a batch."""
        self.batches += 1
        self._unread.append(batch)

    def curve(self) -> list[Metrics]:
        """Return loss and accuracy over all images so far, as they were after each batch."""
        if self._unread:
            losses = torch.stack([batch.loss.float() for batch in self._unread]).tolist()
            hits = torch.stack([batch.hits.float() for batch in self._unread]).tolist()
            for batch, loss, correct in zip(self._unread, losses, hits, strict=True):
                self._images += batch.images
                self._loss_sum += loss * batch.images
                self._correct += correct
                seen = Metrics(self._loss_sum / self._images, self._correct / self._images)
                self._curve.append(seen)
            self._unread = []
        return self._curve

    def metrics(self) -> Metrics:
        """Return loss and accuracy over all images; nan where there were none."""
        curve = self.curve()
        return curve[-1] if curve else NOTHING


class EpochLog:
    """The course of training as its batches tell it, epoch by epoch.

    Args:
        train_batches, validation_batches: how many an epoch has, where that is known.

    Attributes:
        epoch: the number of the current one, 0 before any training.
        batch: how many batches of training it has had.
        history: finished epochs; `NOTHING` stands for training or validation that was not seen.
            Training that was stopped within an epoch is not among them.
    """

    def __init__(self, train_batches: int | None, validation_batches: int | None) -> None:
        self.epoch, self.batch = 0, 0
        self.history: list[Epoch] = []
        self._train_batches, self._validation_batches = train_batches, validation_batches
        self._train, self._validation = Tally(), Tally()
        self._past: dict[int, list[Metrics]] = {}

    def add(self, batch: WatchedBatch, is_training: bool) -> None:
        """Add a batch. Training after validation, or after the last batch, opens a new epoch."""
        if not is_training:
            self._validation.add(batch)
            return
        is_over = self._validation.batches or self._train.batches == self._train_batches
        if self.epoch == 0 or is_over:
            self.close()
            self.epoch, self.batch = self.epoch + 1, 0
        self._train.add(batch)
        self.batch += 1

    def close(self) -> None:
        """Finish the current epoch."""
        train, validation = self._train, self._validation
        if validation.batches < (self._validation_batches or 0):
            validation = Tally()  # it was stopped
        is_whole = train.batches >= (self._train_batches or 0)
        if validation.batches or (train.batches and is_whole):
            self.history.append(Epoch(self.epoch, train.metrics(), validation.metrics()))
        if train.batches:
            self._past[self.epoch] = train.curve()
        self._train, self._validation = Tally(), Tally()

    def moment(self) -> Moment:
        """Return how far training is."""
        return Moment(self.epoch, self.batch, self._train_batches, self._train.metrics())

    def curves(self) -> list[tuple[list[float], list[Metrics]]]:
        """Return, for each epoch of training, places on an axis of epochs and what was seen there.

        They are at most about `MOST_POINTS`. There are none as long as nobody knows how long an
        epoch is.
        """
        seen = {**self._past}
        if self._train.batches:
            seen[self.epoch] = self._train.curve()
        length = self._train_batches or max(map(len, self._past.values()), default=0)
        drawn = []
        for epoch, curve in seen.items() if length else ():
            last = len(curve) - 1
            kept = [*range(0, last, len(curve) // MOST_POINTS + 1), last]
            places = [epoch - 1 + (index + 1) / length for index in kept]
            drawn.append((places, [curve[index] for index in kept]))
        return drawn


class Watcher:
    """Sorts the batches that loss functions see into training and validation.

    Training is what a gradient goes back from; that an answer forgot `no_grad` in its validation,
    or computes the loss twice, changes nothing. A batch is therefore sorted only when the next one
    comes. Calls one after the other with the same labels are one batch.

    Args:
        log: gets every batch once.
    """

    def __init__(self, log: EpochLog) -> None:
        self._log = log
        self._groups: list[list[WatchedBatch]] = []  # calls with the same labels
        self._labels: Callable[[], object] = lambda: None
        self._backwards = 0

    def see(self, loss: Any, logits: Any, labels: Any, is_sum: bool) -> None:
        """Take in one call of a loss function; what is no tensor is not looked at."""
        if not isinstance(loss, Tensor) or not isinstance(labels, Tensor) or not labels.numel():
            return
        batch = WatchedBatch(loss, logits, labels, is_sum)
        batch.backwards = self._backwards
        if self._labels() is not labels:
            self._settle()
            self._groups.append([])
            self._labels = weakref.ref(labels)
        self._groups[-1].append(batch)
        if batch.can_train:
            loss.register_hook(lambda _: self._went_back(batch))

    def finish(self) -> None:
        """Sort what is left, and finish the last epoch."""
        self._settle(is_over=True)
        self._log.close()

    def _went_back(self, batch: WatchedBatch) -> None:
        batch.has_trained = True
        self._backwards += 1

    def _settle(self, is_over: bool = False) -> None:
        trained = [any(batch.has_trained for batch in group) for group in self._groups]
        last = max((index for index, yes in enumerate(trained) if yes), default=-1)
        while self._groups:
            # Several batches may add up to one loss: then the gradient of the first comes late.
            may_still_train = last < 0 and any(batch.can_train for batch in self._groups[0])
            if may_still_train and not is_over:
                return
            self._sort(self._groups.pop(0))
            last -= 1

    def _sort(self, group: list[WatchedBatch]) -> None:
        """Hand on one batch for each time that gradients went back, else one of validation."""
        steps = {batch.backwards: batch for batch in reversed(group) if batch.has_trained}
        for batch in reversed(steps.values()):
            self._log.add(batch, is_training=True)
        if not steps:
            self._log.add(group[0], is_training=False)


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
