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

# %% [markdown] exercise="save_checkpoint" difficulty=3 minutes=20
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
        ValueError: `epoch` is negative.
        OSError: the file cannot be written; an older one is still whole.
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
# 1. What does opening a file for writing do to what was in it? Then what is left if the power goes
#    off one moment later?
# 2. The new file can be written under another name first. Which operation of `os` or `pathlib` then
#    puts it in the place of the old one in a single step?
# 3. An operating system keeps what you wrote in memory for a while. Which call waits until it is on
#    the disk, and must it come before or after the renaming?
# 4. If writing fails half way, who removes the half-written file? Think of `try` and `finally`.
#
# Passed: A power cut can no longer cost you a trained model.

# %% [markdown] exercise="load_checkpoint" difficulty=4 minutes=30
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


# %%
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
    ### BEGIN SOLUTION
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"path is {path}: no such file; save a checkpoint there first")
    content = io.BytesIO(path.read_bytes())
    try:
        saved = torch.load(content, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged bytes can make the unpickler raise nearly anything
        raise ValueError(f"path is {path}: damaged or no checkpoint; save a new one") from error

    parts: dict[str, nn.Module | Optimizer] = {"model": model}
    if optimizer is not None:
        parts["optimizer"] = optimizer
    before = {key: copy.deepcopy(part.state_dict()) for key, part in parts.items()}
    try:
        if absent := [key for key in (*parts, "epoch") if saved.get(key) is None]:
            raise ValueError(f"it holds no {' and no '.join(absent)}")
        epoch = int(saved["epoch"])
        for key, part in parts.items():
            part.load_state_dict(saved[key])
        if optimizer is not None:
            # PyTorch leaves two things unchecked: the kind of optimizer, and the shapes it holds.
            groups = zip(before["optimizer"]["param_groups"], optimizer.param_groups, strict=True)
            if any(optimizer.defaults.keys() & (old.keys() - new.keys()) for old, new in groups):
                raise ValueError("it was saved from another kind of optimizer")
            for parameter, state in optimizer.state.items():
                for value in filter(torch.is_tensor, state.values()):
                    value.expand_as(parameter)  # raises unless the shapes agree
        model.to(device)
    except Exception as error:
        for key, part in parts.items():
            part.load_state_dict(before[key])
        raise ValueError(
            f"path is {path}: it does not fit ({error}); pass what it was saved from"
        ) from error
    if optimizer is not None:
        optimizer.load_state_dict(saved["optimizer"])  # again: its state follows the weights
    return epoch
    ### END SOLUTION


# %% [markdown] hints="load_checkpoint"
# 1. Try to load a checkpoint of another model, catch the error, and compare the weights with those
#    before. Which of them changed?
# 2. Two ways lead out: look at all names and shapes before you touch anything, or keep a copy and
#    put it back. Would a plain reference to `state_dict()` do as a copy?
# 3. Cut a file in half, fill one with zeros, write "hello" into a third. Which exceptions do you
#    get, and which one should the caller see?
# 4. Load what SGD saved into AdamW: which settings do the optimizer's groups lack afterwards?
#
# Passed: A checkpoint now fits whole or is refused whole, and can't run anybody's code.

# %% [markdown] exercise="BestModel" difficulty=3 minutes=15
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
            accuracy: of the model as it is now, in [0, 1]; nan is never the highest.
            model: its weights are copied.

        Returns:
            Whether the weights were kept.
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

        Raises:
            ValueError: no weights were kept yet, or they do not fit; `model` is as before.
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
# 1. Keep `model.state_dict()`, train one more step, and look at what you kept. Did it stay?
# 2. Which accuracy should the first update be compared with, so that it always wins? And what does
#    Python answer when you compare anything with nan?
# 3. If two epochs are equally good, which comparison keeps the first?
#
# Passed: However training goes on, its best moment is now kept.

# %% [markdown] exercise="resume_training" difficulty=5 minutes=45
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
    ### BEGIN SOLUTION
    if epochs < 0:
        raise ValueError(f"epochs is {epochs}: pass 0 or more")
    path = Path(path)

    def numpy_state() -> dict[str, Any]:
        state = np.random.get_state(legacy=False)
        state["state"]["key"] = state["state"]["key"].tolist()  # an array is not plain data
        return state

    def generators(part: object) -> Iterator[torch.Generator]:
        if isinstance(generator := getattr(part, "generator", None), torch.Generator):
            yield generator
        for name in ("sampler", "batch_sampler"):  # a sampler may hold another one
            if hasattr(part, name):
                yield from generators(getattr(part, name))

    sources: list[tuple[Callable[[], Any], Callable[[Any], object]]] = [
        (random.getstate, random.setstate),
        (numpy_state, np.random.set_state),
        (torch.get_rng_state, torch.set_rng_state),
    ]
    for loader in (loaders.train, loaders.validation):
        sources += [(own.get_state, own.set_state) for own in generators(loader)]

    def save(epoch: int) -> None:
        # As `save_checkpoint` does, but with one key more. A second file would not do: a crash
        # between the two leaves weights of one epoch and random states of another.
        content = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": epoch,
            "random": [read() for read, _ in sources],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".tmp")
        try:
            with draft.open("wb") as file:
                torch.save(content, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    start = 0
    if path.exists():
        start = load_checkpoint(path, model, optimizer, device)
        states = torch.load(path, map_location="cpu", weights_only=True).get("random", [])
        for (_, restore), state in zip(sources, states, strict=False):
            restore(state)
    elif epochs > 0:
        save(0)  # so that even a first epoch that is cut off can be done anew
    history = []
    for epoch in range(start + 1, epochs + 1):
        trained = train_epoch(model, loaders.train, loss_fn, optimizer, device)
        validated = evaluate(model, loaders.validation, loss_fn, device)
        history.append(Epoch(epoch, trained, validated))
        save(epoch)
    return history
    ### END SOLUTION


# %% [markdown] hints="resume_training"
# 1. Which earlier functions of the course do the loading and one epoch of training? What is new
#    here is only the numbering and the randomness.
# 2. Interrupt a run after epoch 2, resume it, and print the first labels of epoch 3. Are they those
#    of an uninterrupted run, and if not, what decided on that shuffle?
# 3. Every source of random numbers can be asked for its state and be given one back. Which calls do
#    that in `random`, in `numpy.random`, in `torch`, and for `loaders.train.generator`?
# 4. `weights_only=True` refuses numpy arrays. Into which plain type can you turn the one in numpy's
#    random state?
#
# Passed: You can stop a run at any moment and go on as if nothing had happened.

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
# * 2 points: three of: the optimizer's moments, its step count, the place in the schedule (the
#   learning rate), the random states that decide on the shuffle, the number of the epoch (1 of 2
#   points for two of them).
# * 1 point: trains twice, once interrupted and once not, and asks for equal weights or losses, to
#   the last bit.

# %% [markdown] sample="the-bump" score=4
# The weights are those of epoch 5, so the first loss fits. But AdamW starts with empty moments and
# the schedule starts again with its large learning rate, so the first steps are far too wild. The
# file needs the optimizer's state, the scheduler's state and epoch, and the random states for the
# shuffle. Test: four epochs at once against two plus a resume plus two: the weights must be equal
# bit for bit.

# %% [markdown] sample="the-bump" score=1
# The model is loaded in the wrong mode, so dropout makes the loss jump. One should also save the
# optimizer and the epoch, and check that the loss is not higher after loading.

# %% [markdown] finale="resume"
# ## Finale: interrupt it
#
# *Not graded, about 15 minutes.* A training stops in the middle of an epoch, and goes on as if
# nothing had happened. The power cut is a loss function that raises an exception after some
# batches.
#
# **Predict** first: when the run goes on after its third epoch was cut off, which epoch comes
# first?

# %% finale="resume" tags=["active-ipynb"]
# import tempfile
#
# from fashion_course.kit import LiveTraining, plot_curves
# from fashion_course.kit.learner.finale import real_data, yours
#
# my = yours(
#     "image_to_tensor",
#     "split",
#     "channel_stats",
#     "build_transform",
#     "make_loaders",
#     "FashionMNISTModelV1",
#     "seed_everything",
#     "resume_training",
# )
# folder = tempfile.TemporaryDirectory()
# epochs = 6

# %% finale="resume" tags=["active-ipynb"]
# runs = []
# for file, stop_after in (("whole.pt", None), ("cut.pt", 2.4), ("cut.pt", None)):
#     my.seed_everything(42)
#     loaders, _ = real_data(my)
#     model = my.FashionMNISTModelV1()
#     optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
#     loss_fn = nn.CrossEntropyLoss()
#     if stop_after is not None:  # this many epochs
#         batches = len(loaders.train) + len(loaders.validation)
#         left = [True] * int(stop_after * batches)
#         loss_fn = lambda *pair: left.pop() and nn.functional.cross_entropy(*pair)
#     with LiveTraining(loaders, epochs) as live:
#         try:
#             history = my.resume_training(
#                 Path(folder.name) / file, model, loaders, live.watch(loss_fn), optimizer, epochs
#             )
#         except IndexError:  # nothing is left to pop
#             print("the power is cut in the middle of epoch 3")
#             history = live.history[:2]
#     runs.append(history)

# %% finale="resume" tags=["active-ipynb"]
# whole, before, after = runs
# print("after the power cut came the epochs", [each.epoch for each in after])
# plot_curves([*before, *after])

# %% finale="resume" tags=["active-ipynb"]
# for one, other in zip(whole, [*before, *after]):
#     same = "the same" if abs(one.train.loss - other.train.loss) < 1e-6 else "NOT the same"
#     print(
#         f"epoch {one.epoch}: loss {one.train.loss:.6f} without and"
#         f" {other.train.loss:.6f} with the power cut: {same}"
#     )

# %% [markdown] finale="resume"
# The curve goes on where it stopped, without a bump, and the numbers agree. Try it with your own
# hand, too: start a training, press the stop button ■, and run the cell again. In a terminal,
# `fashion-course train v2` can be stopped with Ctrl-C, and `fashion-course train v2 --resume` goes
# on.
