# Derived from solutions/checkpoints.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""Saving and loading: safe checkpoints, the best weights, and runs that can be resumed."""

import copy
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from fashion_course.kit import Epoch, Loaders

from .training import evaluate, train_epoch


# ## `save_checkpoint(path, model, optimizer=None, epoch=0)`
#
# Save what is needed to go on later: with `torch.save`, a dictionary with the keys `model` and
# `optimizer` (their `state_dict()`s; None without an optimizer) and `epoch`, an int.
#
# * Data only: a pickled model is a program that runs when it is loaded, and breaks when the code
#   changes.
# * Folders that are missing on the way to `path` are made.
# * The program may crash **at any moment**. Afterwards `path` holds the old file or the new one,
#   whole, never half of one: write a draft in the same folder, then rename it.
#
# For example, with a full disk `save_checkpoint` fails, and last night's checkpoint is still good.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Not even a power cut loses a file: the draft is **on the disk** before it gets its name.
# * If saving fails, the caller gets the error, and no draft is left behind.
# * A negative `epoch` is a `ValueError`. Model and optimizer stay as they are.
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
        OSError: the file cannot be written; an older one is still whole.

    Craft:
        Waits for the disk, removes its draft, and refuses a negative epoch with a ValueError.
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
# * A missing file is an error, and so are weights that are missing, left over or of another shape.
#   Further keys in the file are fine.
# * The mode of the model stays as it is.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * A missing file is a `FileNotFoundError`. A damaged file, or one that does not fit model and
#   optimizer, is a `ValueError`.
# * If it fails, model and optimizer are as before. Beware: `load_state_dict` copies what fits, and
#   only then complains about the rest.
# * Gradients, and what is frozen, stay as they are.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check load_checkpoint`.
def load_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: str | torch.device = "cpu",
) -> int:
    """Restore model and optimizer from a checkpoint.

    Args:
        path: a file written by `save_checkpoint`; further keys in it are ignored.
        model: gets the weights and is moved to `device`; its mode stays.
        optimizer: holds the model's parameters; gets its state, where one is passed.
        device: where model and optimizer are to be.

    Returns:
        The number of finished epochs.

    Raises:
        FileNotFoundError: there is no such file.

    Craft:
        Any other failure is a ValueError, and model and optimizer are as before.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `BestModel()`
#
# Remember the best weights of a run: the last epoch is not always the best one.
#
# * `update(accuracy, model)` keeps the model's weights if `accuracy` is higher than every one so
#   far, and returns whether it did, True or False. The first of equals wins.
# * `restore(model)` puts the best weights into the `model` that is passed. What the next `update`
#   compares with stays.
# * The kept weights are a copy of your own: training on must not change them.
#
# For example, updates with 0.7, 0.9, 0.9, 0.8 return True, True, False, False, and `restore` brings
# back the weights of the second.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * `nan` is never better, but 0.0 is better than nothing.
# * `restore` before any weights were kept, or into a model with other weights, is a `ValueError`,
#   and the model stays as it is.
# * Neither method changes anything else, such as the mode or the gradients.
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
            accuracy: of the model as it is now, in [0, 1].
            model: its weights are copied.

        Returns:
            Whether the weights were kept.

        Craft:
            nan is never the highest.
        """
        # YOUR CODE HERE
        raise NotImplementedError()

    def restore(self, model: nn.Module) -> None:
        """Put the best weights into `model`.

        Args:
            model: has the layers of the model that the weights came from.

        Craft:
            Where no weights were kept, or they do not fit, a ValueError; `model` is as before.
        """
        # YOUR CODE HERE
        raise NotImplementedError()


# ## `resume_training(path, model, loaders, loss_fn, optimizer, epochs, device="cpu")`
#
# Train to `epochs` epochs **in all**, and save to `path` after each. If there is a checkpoint at
# `path`, go on from it. Return the `Epoch`s of this call, numbered on.
#
# * A run that is stopped between two epochs and started again equals one that was not, bit for bit.
#   So beside the keys of `save_checkpoint` you need torch's random state, from which dropout draws,
#   and those of `loaders.train.generator` and `loaders.validation.generator`.
# * Seeds are the caller's: other seeds give another run. `loaders.test` is never touched.
# * `load_checkpoint` can read the file at `path`. It is replaced whole or not at all, and missing
#   folders are made, as by `save_checkpoint`.
#
# For example, stopped after epoch 3 of 5, the next call returns epochs 4 and 5, the last one `[]`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * One file holds it all: a crash between two files leaves parts of different epochs.
# * A loader may have no generator of its own (`generator` is None).
# * A damaged checkpoint is an error, and is not written over.
#
# *Difficulty 4 of 5, about 30 minutes.*
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
        loss_fn, optimizer, device: as for `fit`.
        epochs: epochs in all, those of earlier calls included.

    Returns:
        The `Epoch`s of this call; none if the checkpoint has as many as are wanted.

    Craft:
        One file holds everything. A damaged checkpoint is an error, and stays as it is.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
