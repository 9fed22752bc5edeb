"""Watches what PyTorch's losses get in a training."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from autograder.worker.scenarios.instruments.training_spy import TrainingSpy

LOSSES = {"cross_entropy_loss": "cross_entropy", "nll_loss_nd": "nll_loss"}
"""What PyTorch's losses call, however an answer came to them, and the names that people know."""


class LossSpy:
    """Notes, while it is entered, what PyTorch's losses get.

    Args:
        spy: of the same training.
        labels: of the training images, by the number that tells an image again.

    Attributes:
        fed: names of the losses that got probabilities for logits, each once.
    """

    def __init__(self, spy: TrainingSpy, labels: Mapping[float, int]) -> None:
        self.fed: list[str] = []
        self._spy, self._labels = spy, labels
        self._keys: list[float] = []  # of the images that went forward last
        self._fitting: list[bool] = []
        self._counts = {True: 0, False: 0}
        self._held: dict[str, Any] = {}

    def __enter__(self) -> "LossSpy":
        """Begin to look at what the losses get."""
        for called in LOSSES:
            self._held[called] = own = getattr(torch._C._nn, called)
            setattr(torch._C._nn, called, self._watched(called, own))
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        for called, own in self._held.items():
            setattr(torch._C._nn, called, own)

    def _watched(self, called: str, own: Callable[..., Any]) -> Callable[..., Any]:
        name = LOSSES[called]

        def watched(values: Any, labels: Any, *args: Any, **kwargs: Any) -> Any:
            if name not in self.fed and _are_probabilities(values):
                self.fed.append(name)
            if _are_logits(values) and values.requires_grad:
                self._note_labels(labels)
            return own(values, labels, *args, **kwargs)

        return watched

    def share_fitting(self) -> float:
        """Return which share of the images that were told again met a label of their own.

        Where the loss is asked several times of one forward pass, as for mixed images, one of the
        labels has to be theirs. It is 1 where nothing was told again.
        """
        self._count()
        told = sum(self._counts.values())
        return self._counts[True] / told if told else 1.0

    def _note_labels(self, labels: Any) -> None:
        with contextlib.suppress(RuntimeError):  # as below
            keys = self._spy.keys_forward
            are_names = isinstance(labels, Tensor) and not labels.dtype.is_floating_point
            if not are_names or labels.shape != (len(keys),):
                return
            if keys is not self._keys:
                self._count()
                self._keys, self._fitting = keys, [False] * len(keys)
            for place, (key, label) in enumerate(zip(keys, labels.tolist(), strict=True)):
                self._fitting[place] |= self._labels.get(key, label) == label

    def _count(self) -> None:
        for key, fits in zip(self._keys, self._fitting, strict=True):
            self._counts[fits] += key in self._labels
        self._keys, self._fitting = [], []


def _are_logits(values: Any) -> bool:
    """Say whether these may be logits of the ten classes; other names are no labels of images."""
    return isinstance(values, Tensor) and values.ndim == 2 and values.shape[1] == 10


def _are_probabilities(values: Any) -> bool:
    """Say whether every row is of numbers that are at least 0 and sum to 1."""
    if not isinstance(values, Tensor) or values.ndim != 2 or values.device.type != "cpu":
        return False
    with contextlib.suppress(RuntimeError):  # within torch.func's transforms nothing can be read
        rows = values.detach().double()  # (B, K)
        return bool((rows >= 0).all()) and bool(((rows.sum(1) - 1).abs() < 1e-4).all())
    return False
