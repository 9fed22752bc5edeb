# Derived from solutions/training.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""The training loop: one batch, one epoch, a whole run, and an honest evaluation."""

import random
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from fashion_course.kit import Epoch, Loaders, Metrics

from .baseline import accuracy

Batches = Iterable[tuple[Tensor, Tensor]]
Loss = Callable[[Tensor, Tensor], Tensor]


# ## `train_batch(model, images, labels, loss_fn, optimizer)`
#
# Update the model once, from one batch, and return the loss that the batch had **before** the
# update.
#
# * `images` float32 `(B, 1, 28, 28)`, `labels` int64 `(B,)`, logits float32 `(B, K)`.
# * `loss_fn(logits, labels)` gives one number as a tensor; you return it as a Python float.
# * The step must rest on this batch alone: gradients left over from an earlier batch do not count.
# * The mode of the model (train or eval) is the caller's business.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check train_batch`.
def train_batch(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """Make one update of `model` and return the loss before it.

    Args:
        model: maps images to logits, float32 `(B, K)`.
        images: float32 `(B, 1, 28, 28)`.
        labels: int64 `(B,)`.
        loss_fn: `loss_fn(logits, labels)` is a tensor with one number.
        optimizer: holds the model's parameters.

    Returns:
        The batch's loss, as a Python float.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `train_epoch(model, batches, loss_fn, optimizer, device="cpu")`
#
# Train on every batch once and return `Metrics(loss, accuracy)` as they were seen while training.
#
# * `batches` is any iterable of `(images, labels)`: a `DataLoader`, a list, a generator. It may
#   have no length, and its last batch may be smaller.
# * Both numbers are averages **over images**, so a small last batch counts less.
# * The model trains in train mode, whichever mode it came in.
# * The model and each batch are moved to `device`.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check train_epoch`.
def train_epoch(
    model: nn.Module,
    batches: Batches,
    loss_fn: Loss,
    optimizer: Optimizer,
    device: str | torch.device = "cpu",
) -> Metrics:
    """Train `model` on every batch once.

    Args:
        model: maps images to logits, float32 `(B, K)`; may be left in train mode.
        batches: `(images, labels)` pairs, float32 `(B, 1, 28, 28)` and int64 `(B,)`.
        loss_fn: `loss_fn(logits, labels)` is the mean loss of the batch.
        optimizer: holds the model's parameters.
        device: where to compute.

    Returns:
        Loss and accuracy averaged over images, before each update.

    Raises:
        ValueError: there were no batches.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `evaluate(model, batches, loss_fn, device="cpu")`
#
# Measure the model without changing it, and return `Metrics(loss, accuracy)` averaged over images.
#
# * Evaluate in eval mode (dropout off, batch norm frozen) and without recording gradients.
# * Put the model's mode back as you found it.
# * No batches are a `ValueError`; that leaves the mode as it was, too.
#
# *Difficulty 2 of 5, about 15 minutes.*
# Check it with `fashion-course check evaluate`.
def evaluate(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: str | torch.device = "cpu"
) -> Metrics:
    """Measure `model` on all batches in eval and inference mode.

    Args:
        model: maps images to logits, float32 `(B, K)`; its mode is put back.
        batches: `(images, labels)` pairs, float32 `(B, 1, 28, 28)` and int64 `(B,)`.
        loss_fn: `loss_fn(logits, labels)` is the mean loss of the batch.
        device: where to compute.

    Returns:
        Loss and accuracy averaged over images.

    Raises:
        ValueError: there were no batches.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `fit(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None)`
#
# Train for `epochs` passes; after each one, measure on the validation images. Return a list of
# `Epoch(epoch, train, validation)`, numbered from 1.
#
# * `loaders` is a `Loaders(train, validation, test)`; `loaders.test` is never touched.
# * A `scheduler`, where there is one, moves the learning rate once **per batch**, after the step.
# * `epochs=0` gives an empty list; a negative number is a `ValueError`.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check fit`.
def fit(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    device: str | torch.device = "cpu",
    scheduler: LRScheduler | None = None,
) -> list[Epoch]:
    """Train `model` and measure it after each epoch.

    Args:
        model: maps images to logits, float32 `(B, K)`; may be left in train mode.
        loaders: its `train` and `validation` parts are used, its `test` part never is.
        loss_fn: `loss_fn(logits, labels)` is the mean loss of the batch.
        optimizer: holds the model's parameters.
        epochs: number of passes over `loaders.train`.
        device: where to compute.
        scheduler: stepped once per batch, after the optimizer.

    Returns:
        One `Epoch` a pass, numbered from 1.

    Raises:
        ValueError: `epochs` is negative.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `seed_everything(seed)`
#
# Make everything that draws random numbers start from `seed`: Python's `random`, numpy, torch.
# Two runs after the same seed then agree to the last bit on the CPU.
#
# Seeds are whole numbers from 0 to 2**32 - 1; any other is a `ValueError`.
#
# *Difficulty 1 of 5, about 5 minutes.*
# Check it with `fashion-course check seed_everything`.
def seed_everything(seed: int) -> None:
    """Seed python, numpy and torch.

    Args:
        seed: from 0 to 2**32 - 1, the range that numpy accepts.

    Raises:
        ValueError: `seed` is outside that range.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
