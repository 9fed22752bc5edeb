"""The small records that exercises return and share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # `fashion-course --help` need not wait for torch
    from torch.utils.data import DataLoader

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""Label 0 to 9 in words; source: Zalando Research, the data set's own table of labels."""


class Metrics(NamedTuple):
    """How a model did on some images: mean loss, and the share of correct answers in [0, 1]."""

    loss: float
    accuracy: float


class Epoch(NamedTuple):
    """One pass over the training images (numbered from 1) and the validation after it."""

    epoch: int
    train: Metrics
    validation: Metrics


class Loaders(NamedTuple):
    """The three parts of the data as loaders of (images, labels)."""

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
