# %% [markdown]
# # 3 Training
#
# A model learns by repeating three moves: measure how wrong it is, find out which way each weight
# should go, take a small step. In this unit you write that loop once, for every model that follows.
# The companion lesson is `lessons/03_training.ipynb`: after its first part write `train_batch`, and
# then read on at *Train mode and eval mode*.

# %%
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

# %% [markdown] exercise="train_batch" difficulty=2 minutes=10
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


# %%
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
    ### BEGIN SOLUTION
    logits = model(images)  # (B, K)
    loss = loss_fn(logits, labels)  # ()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% [markdown] hints="train_batch"
# 1. Where does a gradient stay after `backward`, and what does the next `backward` do to it?
# 2. There are five moves: predict, compute the loss, clear the old gradients, compute new ones,
#    step. Which of them must not come between the last two?
# 3. `loss` is a tensor that remembers how it was computed. Which method gives its plain number?
#
# ```python
# loss = ...  # predict, then measure: a tensor with one number
# ...  # forget the gradients of earlier batches
# ...  # compute those of this batch
# ...  # move the weights
# return ...  # the plain number in `loss`
# ```
#
# Passed: Your model learns: every call makes one gradient step.

# %% [markdown] exercise="train_epoch" difficulty=3 minutes=20
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


# %%
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
    ### BEGIN SOLUTION
    model.to(device).train()
    loss_sum, correct, seen = 0.0, 0.0, 0
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)  # (B, K)
        loss = loss_fn(logits, labels)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        loss_sum += loss.item() * len(labels)
        correct += accuracy(logits, labels) * len(labels)
        seen += len(labels)
    if seen == 0:
        raise ValueError("batches is empty: pass at least one batch of (images, labels)")
    return Metrics(loss_sum / seen, correct / seen)
    ### END SOLUTION


# %% [markdown] hints="train_epoch"
# 1. A batch of 8 and one of 6 have a mean loss each. By what do you multiply each, to add them?
# 2. You need three running numbers next to the loop: a sum of losses, a count of correct images,
#    a count of images. What goes into each, per batch?
# 3. The scheduler may be None. Where do you ask for that, and after which move does it step?
#
# ```python
# ...  # the model: on the device, in train mode
# loss_sum, correct, seen = 0.0, 0, 0
# for images, labels in batches:
#     ...  # to the device; the five moves of one batch; the scheduler's, if there is one
#     ...  # add to each of the three numbers
# return Metrics(..., ...)
# ```
#
# Passed: You can now train any classifier on any batches, and report the mean loss per image.

# %% [markdown] exercise="evaluate" difficulty=2 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    was_training = model.training
    model.to(device).eval()
    loss_sum, correct, seen = 0.0, 0.0, 0
    try:
        with torch.inference_mode():
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                logits = model(images)  # (B, K)
                loss_sum += loss_fn(logits, labels).item() * len(labels)
                correct += accuracy(logits, labels) * len(labels)
                seen += len(labels)
    finally:
        model.train(was_training)
    if seen == 0:
        raise ValueError("batches is empty: pass at least one batch of (images, labels)")
    return Metrics(loss_sum / seen, correct / seen)
    ### END SOLUTION


# %% [markdown] hints="evaluate"
# 1. Run `evaluate` twice on a model with dropout. Should the results agree, and what decides it?
# 2. Two switches turn training into measuring: which of the model, and which of PyTorch?
# 3. You will change `model.training`. Where can you note it, so that you can put it back?
# 4. Craft: which statement of Python runs its lines when the loop raises, too?
#
# ```python
# was_training = ...
# ...  # the model: on the device, in eval mode
# with ...:  # no gradients are recorded in here
#     ...  # the loop of train_epoch, without the moves that train
# ...  # the mode that the model came in
# return Metrics(..., ...)
# ```
#
# Passed: You can now measure a model without changing it: run it twice and the figures agree.

# %% [markdown] exercise="fit" difficulty=2 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    if epochs < 0:
        raise ValueError(f"epochs is {epochs}: pass 0 or more")
    history = []
    for epoch in range(1, epochs + 1):
        trained = train_epoch(model, loaders.train, loss_fn, optimizer, device, scheduler)
        validated = evaluate(model, loaders.validation, loss_fn, device)
        history.append(Epoch(epoch, trained, validated))
    return history
    ### END SOLUTION


# %% [markdown] hints="fit"
# 1. Which two functions of this unit already do all the work of one epoch?
# 2. Which of your arguments does each of the two need, `device` and `scheduler` among them?
#
# ```python
# history = []
# for epoch in ...:  # from 1 up to and including `epochs`
#     ...  # train, measure, add an `Epoch` to the list
# return ...
# ```
#
# Passed: You have a training loop that will train every model of this course.

# %% [markdown] exercise="seed_everything" difficulty=1 minutes=5
# ## `seed_everything(seed)`
#
# Make everything that draws random numbers start from `seed`: Python's `random`, numpy and torch.
# Two runs after the same seed then agree to the last bit on the CPU.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Every whole number from 0 to 2**32 - 1 is a seed; any other is a `ValueError`.


# %%
def seed_everything(seed: int) -> None:
    """Seed python, numpy and torch.

    Args:
        seed: from 0 to 2**32 - 1, the range that numpy accepts.

    Craft:
        Any other seed is a ValueError.
    """
    ### BEGIN SOLUTION
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed}: pass a whole number from 0 to 2**32 - 1")
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    ### END SOLUTION


# %% [markdown] hints="seed_everything"
# 1. Three libraries of this course keep a random state each. Which three?
# 2. `torch.manual_seed` is a function: is it called in your code, or assigned to?
#
# Passed: Your runs now repeat to the last bit: if a result changes, the program has changed.

# %% [markdown] question="impossible-accuracy" points=4 minutes=10
# ## Detective case: an accuracy that cannot be
#
# A tutorial reports a test accuracy of 88.3786 % on the 10,000 test images, read in batches of 32.
#
# 1. Show in one line of arithmetic that no model can have this accuracy on 10,000 images.
# 2. Which average was computed instead? Say what the last batch has to do with it.
# 3. Which images count more than others in that average, and how many times as much?

# %% [markdown] rubric="impossible-accuracy"
# * 1 point: 88.3786 % of 10,000 are 8,837.86 images, which is not a whole number.
# * 2 points: the mean of the accuracies of 313 batches, of which the last has only 16 images (1 of
#   2 points for "an average over batches" without the smaller one).
# * 1 point: the 16 images of the last batch count twice as much as any other.

# %% [markdown] sample="impossible-accuracy" score=4
# 0.883786 x 10,000 = 8,837.86, and there is no 0.86 of an image. 10,000 / 32 = 312.5, so there are
# 313 batches and the last one has 16 images. Somebody took the mean of 313 batch accuracies. Each
# batch has the same say, so the 16 last images count double.

# %% [markdown] sample="impossible-accuracy" score=2
# 88.3786 % of 10,000 is not a whole number. It is an average over batches, and the more batches one
# uses the more exact it gets.

# %% [markdown] question="two-curves" points=3 minutes=8
# ## Predict: the loop without `zero_grad`
#
# Two runs of `train_epoch` start from the same weights. One of them leaves `zero_grad` out. Before
# you try it: draw both losses over the first 200 batches, and write down
#
# 1. what the gradient of batch 50 consists of in the second run,
# 2. how its loss goes compared with the first run, at the beginning and later, and why,
# 3. why halving the learning rate seems to help, but is no cure.

# %% [markdown] rubric="two-curves"
# * 1 point: the sum of the gradients of batches 1 to 50.
# * 1 point: begins alike, then the steps grow and keep a direction that is long out of date, so
#   that the loss swings or rises.
# * 1 point: a smaller rate makes each step smaller, but the sum goes on growing.

# %% [markdown] sample="two-curves" score=3
# Gradients add up in `.grad`, so batch 50 steps along the sum of all fifty. At first both losses
# fall, the second even faster because its steps are longer. Then the old directions push it past
# the valley, it swings and gets worse. With half the rate the same happens later.

# %% [markdown] sample="two-curves" score=1
# The gradient of batch 50 is added to those before it. I think the loss will be the same but a bit
# noisier, and a smaller learning rate removes the noise.
