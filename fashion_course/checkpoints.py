# Derived from solutions/checkpoints.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""Saving and loading: safe checkpoints, the best weights, and runs that can be resumed."""

import copy
import io
import math
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from fashion_course.kit import Epoch, Loaders

from .training import evaluate, train_epoch


# ## `save_checkpoint(path, model, optimizer=None, epoch=0)`
#
# Save what is needed to go on later: with `torch.save`, a dictionary with exactly the keys `model`
# and `optimizer` (their `state_dict()`s; None without an optimizer) and `epoch`, an int.
#
# * Data only: a pickled model is a program that runs when it is loaded, and breaks when the code
#   changes.
# * Folders that are missing on the way to `path` are made.
# * The computer may crash **at any moment**, and the power go off. Afterwards `path` holds the old
#   file or the new one, whole, never half of one. So the new file has to be **on the disk** before
#   it gets its name, and not only in the memory of the operating system.
# * If saving fails, for whatever reason, nothing else is left lying about.
# * A negative `epoch` is a `ValueError`. Model and optimizer stay as they are.
#
# For example, with a full disk `save_checkpoint` fails, and last night's checkpoint is still good.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check save_checkpoint`.
def save_checkpoint(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Save model, optimizer and epoch in one file, which is replaced whole or not at all.

    Args:
        path: the file to write; missing parent folders are made.
        model: its `state_dict` is saved.
        optimizer: its `state_dict` is saved, or None.
        epoch: finished epochs, 0 or more.

    Raises:
        ValueError: `epoch` is negative.
        OSError: the file cannot be written; an older one is still whole.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `load_checkpoint(path, model, optimizer=None, device="cpu")`
#
# Restore what `save_checkpoint` saved into `model` (and `optimizer`, if you pass one), on `device`,
# and return the epoch as an int.
#
# * Load with `weights_only=True`: a file from the internet must not run code on your computer. A
#   file from a machine with a GPU must load on one without.
# * Strictly: a weight that is missing, left over, or of another shape is a `ValueError`, and so is
#   a damaged file, or an optimizer that was not saved or is of another kind. Further keys in the
#   file are fine. A missing file is a `FileNotFoundError`.
# * If it fails, model and optimizer are **exactly** as before. Beware: `load_state_dict` copies
#   what fits, and only then complains about the rest.
# * The mode of the model stays as it is, and so do its gradients and what is frozen in it.
#
# *Difficulty 4 of 5, about 20 minutes.*
# Check it with `fashion-course check load_checkpoint`.
def load_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: str | torch.device = "cpu",
) -> int:
    """Restore model and optimizer from a checkpoint, completely or not at all.

    Args:
        path: a file written by `save_checkpoint`; further keys in it are ignored.
        model: gets the weights and is moved to `device`; its mode stays.
        optimizer: holds the model's parameters; gets its state, where one is passed.
        device: where model and optimizer are to be.

    Returns:
        The number of finished epochs.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or does not fit; model and optimizer are as before.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `BestModel()`
#
# Remember the best weights of a run: the last epoch is not always the best one.
#
# * `update(accuracy, model)` keeps the model's weights if `accuracy` is higher than every one so
#   far, and returns whether it did. The first of equals wins, and `nan` is never better.
# * `restore(model)` puts the best weights back into `model`, and changes nothing else: not its mode
#   or gradients, nor what the next `update` compares with. Before any weights were kept, or for a
#   model with other weights, it is a `ValueError`, and the model stays as it is.
# * The kept weights are a copy of your own: training on must not change them.
#
# For example, updates with 0.7, 0.9, 0.9, 0.8 return True, True, False, False, and `restore` brings
# back the weights of the second.
#
# *Difficulty 3 of 5, about 15 minutes.*
# Check it with `fashion-course check BestModel`.
class BestModel:
    """The best weights so far, kept apart from the model that goes on training."""

    def __init__(self) -> None:
        """Start without any weights."""
        # YOUR CODE HERE
        raise NotImplementedError()

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Keep the weights of `model` if `accuracy` is the highest so far.

        Args:
            accuracy: of the model as it is now, in [0, 1]; nan is never the highest.
            model: its weights are copied.

        Returns:
            Whether the weights were kept.
        """
        # YOUR CODE HERE
        raise NotImplementedError()

    def restore(self, model: nn.Module) -> None:
        """Put the best weights into `model`.

        Args:
            model: has the layers of the model that the weights came from.

        Raises:
            ValueError: no weights were kept yet, or they do not fit; `model` is as before.
        """
        # YOUR CODE HERE
        raise NotImplementedError()


# ## `resume_training(path, model, loaders, loss_fn, optimizer, epochs, device="cpu")`
#
# Train to `epochs` epochs **in all**, saving to `path` after each, as safely as `save_checkpoint`.
# If there is a checkpoint at `path`, go on from it. Return the `Epoch`s of this call, numbered on.
#
# * A run that was killed, even in the middle of an epoch, and started again equals one that was
#   not, bit for bit. The epoch that was cut off is done anew. Seeds are the caller's: other ones
#   give another run.
# * So the file needs further keys beside those of `save_checkpoint`: the random states of Python,
#   numpy and torch, and of the loaders' own generators, which decide the next shuffle.
# * `load_checkpoint` can read the file, and it loads with `weights_only=True`.
# * `loaders.test` is never touched; a negative `epochs` is a `ValueError`.
#
# For example, killed in epoch 4 of 5, the next call returns epochs 4 and 5, the one after it `[]`.
#
# *Difficulty 5 of 5, about 30 minutes.*
# Check it with `fashion-course check resume_training`.
def resume_training(
    path: str | Path,
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    epochs: int,
    device: str | torch.device = "cpu",
) -> list[Epoch]:
    """Train to `epochs` epochs in all, going on from the checkpoint at `path` if there is one.

    Args:
        path: the checkpoint, written after each epoch; missing parent folders are made.
        model: maps images to logits, float32 `(B, K)`; may be left in train mode.
        loaders: its `train` and `validation` parts are used, its `test` part never is.
        loss_fn: `loss_fn(logits, labels)` is the mean loss of the batch.
        optimizer: holds the model's parameters.
        epochs: epochs in all, those of earlier calls included.
        device: where to compute.

    Returns:
        The `Epoch`s of this call; none if the checkpoint has as many as are wanted.

    Raises:
        ValueError: `epochs` is negative, or the checkpoint is damaged or does not fit.

    Resuming sets the random states of Python, numpy and torch to those of the checkpoint.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
