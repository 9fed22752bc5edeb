# Derived from solutions/training.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""The training loop: one batch, one epoch, a whole run, and an honest evaluation."""

import random
from collections.abc import Callable, Iterable

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
# update, as a Python float.
#
# * `loss_fn(logits, labels)` gives the loss as a tensor with one number.
# * The step rests on this batch alone: gradients of earlier batches do not count.
# * The mode of the model (train or eval) is the caller's business: leave it.
#
# For example, a new model has a loss of about 2.3, and less on the same batch in a second call.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Nothing else changes: frozen weights stay frozen, images and random states are as they were.
# * An error of the model or of the loss reaches the caller.
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

    Craft:
        Nothing else changes, and errors reach the caller.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None)`
#
# Train on every batch once, and return `Metrics(loss, accuracy)`, two floats.
#
# * `batches` gives `(images, labels)` of any sizes, from a `DataLoader`, a list or a generator: go
#   through it once, and do not ask for its length.
# * Loss and accuracy are those of the same forward passes that you train with, and averages **over
#   images**: a batch of 8 counts eight times as much as a batch of 1.
# * The model trains in train mode, whichever mode it came in.
# * The model, and the images and labels of each batch, are moved to `device`.
# * A `scheduler`, where there is one, makes its step after each step of the optimizer.
#
# For example, two batches of 8 and 2 images with mean losses of 1.0 and 2.0 have a loss of 1.2.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * No batches are a `ValueError` that says so.
# * Nothing else changes: images, random states. An error of the model reaches the caller.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check train_epoch`.
def train_epoch(
    model: nn.Module,
    batches: Batches,
    loss_fn: Loss,
    optimizer: Optimizer,
    device: str | torch.device = "cpu",
    scheduler: LRScheduler | None = None,
) -> Metrics:
    """Train `model` on every batch once.

    Args:
        model: maps images to logits, float32 `(B, K)`; may be left in train mode.
        batches: `(images, labels)` pairs, float32 `(B, 1, 28, 28)` and int64 `(B,)`.
        loss_fn: `loss_fn(logits, labels)` is the mean loss of the batch.
        optimizer: holds the model's parameters.
        device: where to compute.
        scheduler: of the learning rate; stepped after each step of the optimizer.

    Returns:
        Loss and accuracy averaged over images, before each update.

    Craft:
        No batches are a ValueError; nothing else changes, and errors reach the caller.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `evaluate(model, batches, loss_fn, device="cpu")`
#
# Measure the model on all batches without changing it. Return `Metrics(loss, accuracy)`, two floats
# averaged over images.
#
# * Measure in eval mode (dropout off, batch norm frozen) and without recording gradients.
# * Put the mode back afterwards: a model that came in train mode leaves in train mode.
# * The model, and the images and labels of each batch, are moved to `device`.
# * `batches` are those of `train_epoch`: any iterable, without a length, of any sizes.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * The mode is put back after an error, too.
# * No batches are a `ValueError` that says so.
# * Nothing else changes: gradients, images, random states. Errors of the model reach the caller.
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

    Craft:
        The mode is put back after an error, too; no batches are a ValueError.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `fit(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None)`
#
# Train for `epochs` passes over `loaders.train`, and after each one measure on
# `loaders.validation`. Return a list with one `Epoch(epoch, train, validation)` for each pass.
#
# * `epoch` is its number, from 1; `train` is what `train_epoch` returns, `validation` what
#   `evaluate` returns.
# * A `scheduler`, where there is one, moves the learning rate once **per batch**.
# * `loaders.test` is never touched. `device` is where all of it is computed.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * `epochs=0` trains nothing and gives an empty list; a negative number is a `ValueError`.
# * Nothing else changes: no seed is set, no hook stays behind.
#
# *Difficulty 2 of 5, about 15 minutes.*
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
        scheduler: of the learning rate; stepped once per batch, after the optimizer.

    Returns:
        One `Epoch` for each pass, numbered from 1.

    Craft:
        `epochs=0` gives an empty list, a negative number is a ValueError. Nothing else changes.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `seed_everything(seed)`
#
# Make everything that draws random numbers start from `seed`: Python's `random`, numpy and torch.
# Two runs after the same seed then agree to the last bit on the CPU.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Every whole number from 0 to 2**32 - 1 is a seed; any other is a `ValueError`.
#
# *Difficulty 1 of 5, about 5 minutes.*
# Check it with `fashion-course check seed_everything`.
def seed_everything(seed: int) -> None:
    """Seed python, numpy and torch.

    Args:
        seed: from 0 to 2**32 - 1, the range that numpy accepts.

    Craft:
        Any other seed is a ValueError.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
