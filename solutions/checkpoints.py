# %% [markdown]
# # 6 Checkpoints
#
# Training takes time, and computers stop when they like. In this unit you save a model so that no
# crash can destroy it, load it so that no mistake goes unnoticed, keep the best weights of a run,
# and go on with an interrupted one as if nothing had happened. The companion lesson is
# `lessons/06_checkpoints.ipynb`.

# %%
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

# %% [markdown] exercise="save_checkpoint" difficulty=3 minutes=20
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


# %%
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
    ### BEGIN SOLUTION
    if epoch < 0:
        raise ValueError(f"epoch is {epoch}: pass 0 or more")
    content = {
        "model": model.state_dict(),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "epoch": epoch,
    }
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")  # same folder: a move between disks is a copy
    try:
        with draft.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())  # on the disk before it gets its name
        draft.replace(path)  # one step: there is no moment without a whole file
    finally:
        draft.unlink(missing_ok=True)
    ### END SOLUTION


# %% [markdown] hints="save_checkpoint"
# 1. What does opening a file for writing do to what was in it? Then what is left if the program
#    ends one moment later?
# 2. The new file can be written under another name first. Which operation of `os` or `pathlib` then
#    puts it in the place of the old one in a single step?
# 3. Craft: which call waits until the bytes are on the disk, and must it come before or after the
#    renaming? Which statement removes the temporary file, whatever happens?
#
# ```python
# content = {...}  # three keys, data only
# ...  # the folder
# draft = ...  # another name in the same folder
# torch.save(..., ...)
# ...  # the draft takes the place of the old file
# ```
#
# Passed: A power cut can no longer cost you a trained model.

# %% [markdown] exercise="load_checkpoint" difficulty=3 minutes=20
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


# %%
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
    ### BEGIN SOLUTION
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        epoch = int(saved["epoch"])
        copy.deepcopy(model).load_state_dict(saved["model"])  # a trial: does everything fit?
        if optimizer is not None:
            copy.deepcopy(optimizer).load_state_dict(saved["optimizer"])
    except FileNotFoundError:
        raise
    except Exception as error:  # damaged bytes can make torch.load raise nearly anything
        raise ValueError(f"path is {path}: damaged, or saved from another model") from error
    model.to(device).load_state_dict(saved["model"])
    if optimizer is not None:
        optimizer.load_state_dict(saved["optimizer"])
    return epoch
    ### END SOLUTION


# %% [markdown] hints="load_checkpoint"
# 1. What does `torch.load` give you: a model, or a dictionary? Then which method puts what is in it
#    into the model, and which one into the optimizer?
# 2. A tensor remembers the device on which it was saved. Which option of `torch.load` says where it
#    goes instead, and which one refuses to run code?
# 3. Craft: load a checkpoint of another model, catch the error, and compare the weights with those
#    before. Into what could you load it first, to test whether everything fits?
#
# ```python
# saved = torch.load(path, ..., ...)
# ...  # the model: where it is, and its weights
# if ...:  # there is an optimizer
#     ...
# return ...
# ```
#
# Passed: A checkpoint is now either loaded or refused, and it can't run code.

# %% [markdown] exercise="BestModel" difficulty=3 minutes=15
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


# %%
class BestModel:
    """The best weights so far, kept apart from the model that goes on training."""

    def __init__(self) -> None:
        """Start without any weights."""
        ### BEGIN SOLUTION
        self.accuracy = -math.inf
        self.weights: dict[str, Any] | None = None
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        better = accuracy > self.accuracy  # false for nan
        if better:
            self.accuracy = accuracy
            self.weights = copy.deepcopy(model.state_dict())
        return better
        ### END SOLUTION

    def restore(self, model: nn.Module) -> None:
        """Put the best weights into `model`.

        Args:
            model: has the layers of the model that the weights came from.

        Craft:
            Where no weights were kept, or they do not fit, a ValueError; `model` is as before.
        """
        ### BEGIN SOLUTION
        if self.weights is None:
            raise ValueError("no weights were kept: call update with an accuracy first")
        shapes = {name: value.shape for name, value in model.state_dict().items()}
        if shapes != {name: value.shape for name, value in self.weights.items()}:
            raise ValueError(f"model has weights {shapes}: pass the kind of model that was kept")
        model.load_state_dict(self.weights)
        ### END SOLUTION


# %% [markdown] hints="BestModel"
# 1. Keep `model.state_dict()`, train one more step, and look at what you kept. Did it stay the
#    same?
# 2. Which accuracy should the first update be compared with, so that it wins? If two epochs are
#    equally good, which comparison keeps the first?
# 3. Craft: what does Python answer when you compare anything with nan? What can `restore` compare
#    before the first weight changes?
#
# ```python
# def update(self, accuracy: float, model: nn.Module) -> bool:
#     better = ...
#     if better:
#         ...  # keep two things
#     return better
# ```
#
# Passed: The weights of the best epoch are now kept, however training goes on.

# %% [markdown] exercise="resume_training" difficulty=4 minutes=30
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


# %%
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
    ### BEGIN SOLUTION
    path, start = Path(path), 0
    own = [loader.generator for loader in (loaders.train, loaders.validation)]
    generators = [torch.default_generator, *(each for each in own if each is not None)]
    if path.exists():
        start = load_checkpoint(path, model, optimizer, device)
        states = torch.load(path, map_location="cpu", weights_only=True)["random"]
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)
    history = []
    for epoch in range(start + 1, epochs + 1):
        trained = train_epoch(model, loaders.train, loss_fn, optimizer, device)
        validated = evaluate(model, loaders.validation, loss_fn, device)
        history.append(Epoch(epoch, trained, validated))
        draft = path.with_name(path.name + ".tmp")
        save_checkpoint(draft, model, optimizer, epoch)
        content = torch.load(draft, map_location="cpu", weights_only=True)
        content["random"] = [generator.get_state() for generator in generators]
        torch.save(content, draft)
        draft.replace(path)
    return history
    ### END SOLUTION


# %% [markdown] hints="resume_training"
# 1. Which earlier functions of the course load, train for one epoch, and measure? New here are only
#    the numbering and the random states.
# 2. Interrupt a run after epoch 2, resume it, and print the first labels of epoch 3. Are they those
#    of an uninterrupted run, and if not, what decided on that shuffle?
# 3. A generator gives its state and takes one back; so does torch as a whole. When do you ask for
#    it, and when do you give it back? Two files are fine, one of them by `save_checkpoint`.
# 4. Craft: a temporary file can get one more key before it is renamed.
#
# ```python
# if ...:
#     start = ...  # weights and optimizer, too
#     ...  # the random states
# for epoch in range(..., ...):
#     ...  # train, measure, and append an Epoch
#     ...  # save the keys of save_checkpoint, and the random states
# ```
#
# Passed: You can stop a run after any epoch and go on as if nothing had happened.

# %% [markdown] question="the-bump" points=4 minutes=10
# ## Detective case: the bump in the curve
#
# A run with AdamW and a learning-rate schedule was interrupted after epoch 5 and resumed from a
# file that holds the model's `state_dict` and nothing else. The training loss of epoch 6 begins
# where epoch 5 ended, jumps up within the first batches, and needs two epochs to come back down. A
# run that was not interrupted has no such bump.
#
# 1. Why does the loss begin in the right place and jump only then?
# 2. Name three things that the file should have held beside the weights.
# 3. Which test would you write so that this can't happen again?

# %% [markdown] rubric="the-bump"
# * 1 point: the weights are right, hence the right start; the steps taken from there are not.
# * 2 points: three of: the optimizer's moments, its step count, the place in the schedule, the
#   random states that decide on the shuffle, the number of the epoch (1 point for two of them).
# * 1 point: trains twice, once interrupted and once not, and asks for equal weights or losses, to
#   the last bit.

# %% [markdown] sample="the-bump" score=4
# The weights are those of epoch 5, so the first loss fits. But AdamW starts with empty moments and
# the schedule starts again with its large learning rate, so the first steps are far too wild. The
# file needs the states of optimizer and scheduler, the epoch, and the random states for the
# shuffle. Test: four epochs at once against two, a resume, and two: equal weights, bit for bit.

# %% [markdown] sample="the-bump" score=1
# The model is loaded in the wrong mode, so dropout makes the loss jump. One should also save the
# optimizer and the epoch, and check that the loss is not higher after loading.
