# %% [markdown]
# # 3 Training
#
# A model learns by repeating three moves: measure how wrong it is, find out which way each weight
# should go, take a small step. In this unit you write that loop once, properly, and use it for
# every model that follows. The companion lesson is `lessons/03_training.ipynb`.

# %%
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

# %% [markdown] exercise="train_batch" difficulty=2 minutes=10
# ## `train_batch(model, images, labels, loss_fn, optimizer)`
#
# Update the model once, from one batch, and return the loss that the batch had **before** the
# update.
#
# * `images` float32 `(B, 1, 28, 28)`, `labels` int64 `(B,)`, logits float32 `(B, K)`.
# * `loss_fn(logits, labels)` gives one number as a tensor; you return it as a Python float.
# * The step must rest on this batch alone: gradients left over from an earlier batch do not count.
# * The mode of the model (train or eval) is the caller's business.


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
    """
    ### BEGIN SOLUTION
    loss = loss_fn(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% [markdown] hints="train_batch"
# 1. Where does PyTorch keep a gradient between two calls of `backward`, and what happens to it
#    there?
# 2. There are five moves: predict, measure, forget the old gradients, compute new ones, step.
#    Which of them must not come between the last two?
# 3. `loss` is a tensor that remembers how it was computed. Which method gives its plain number?
#
# Passed: Your model learns: every call moves the weights one honest step.

# %% [markdown] exercise="train_epoch" difficulty=3 minutes=15
# ## `train_epoch(model, batches, loss_fn, optimizer, device="cpu")`
#
# Train on every batch once and return `Metrics(loss, accuracy)` as they were seen while training.
#
# * `batches` is any iterable of `(images, labels)`: a `DataLoader`, a list, a generator. It may
#   have no length, and its last batch may be smaller.
# * Both numbers are averages **over images**, so a small last batch counts less.
# * The model trains in train mode, whichever mode it came in.
# * The model and each batch are moved to `device`.


# %%
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
    ### BEGIN SOLUTION
    model.to(device).train()
    loss_sum, correct, seen = 0.0, 0.0, 0
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        loss = loss_fn(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(labels)
        correct += accuracy(logits, labels) * len(labels)
        seen += len(labels)
    if seen == 0:
        raise ValueError("batches is empty: pass at least one batch of (images, labels)")
    return Metrics(loss_sum / seen, correct / seen)
    ### END SOLUTION


# %% [markdown] hints="train_epoch"
# 1. A batch of 8 and a batch of 6 each give you one mean loss. What must you multiply each with
#    before you may add them?
# 2. You need three running numbers next to the loop: a sum of losses, a count of correct images,
#    a count of images. What goes into each, per batch?
# 3. The model may arrive in eval mode. Which call before the loop settles that?
#
# Passed: You can now train any classifier on any batches, and report what it cost per image.

# %% [markdown] exercise="evaluate" difficulty=2 minutes=10
# ## `evaluate(model, batches, loss_fn, device="cpu")`
#
# Measure the model without changing it, and return `Metrics(loss, accuracy)` averaged over images.
#
# * Evaluate in eval mode (dropout off, batch norm frozen) and without recording gradients.
# * Put the model's mode back as you found it.
# * No batches are a `ValueError`; that leaves the mode as it was, too.


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

    Raises:
        ValueError: there were no batches.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.to(device).eval()
    loss_sum, correct, seen = 0.0, 0.0, 0
    try:
        with torch.inference_mode():
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                logits = model(images)
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
# 2. Which two switches turn a training pass into a measuring pass: one of the model, one of
#    PyTorch's recording?
# 3. Remember `model.training` before you touch it. At how many places can your function end, and
#    is the mode put back before each of them?
#
# Passed: You can now measure a model without changing it: run it twice and the figures agree.

# %% [markdown] exercise="fit" difficulty=3 minutes=20
# ## `fit(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None)`
#
# Train for `epochs` passes; after each one, measure on the validation images. Return a list of
# `Epoch(epoch, train, validation)`, numbered from 1.
#
# * `loaders` is a `Loaders(train, validation, test)`; `loaders.test` is never touched.
# * A `scheduler`, where there is one, moves the learning rate once **per batch**, after the step.
# * `epochs=0` gives an empty list; a negative number is a `ValueError`.


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
        scheduler: stepped once per batch, after the optimizer.

    Returns:
        One `Epoch` a pass, numbered from 1.

    Raises:
        ValueError: `epochs` is negative.
    """
    ### BEGIN SOLUTION
    if epochs < 0:
        raise ValueError(f"epochs is {epochs}: pass 0 or more")

    def scheduled(batches: Batches) -> Iterator[tuple[Tensor, Tensor]]:
        # A generator goes on when the next batch is asked for, so right after the optimizer's step:
        # the scheduler gets its turn there, and `train_epoch` need not know of it.
        for batch in batches:
            yield batch
            if scheduler is not None:
                scheduler.step()

    history = []
    for epoch in range(1, epochs + 1):
        trained = train_epoch(model, scheduled(loaders.train), loss_fn, optimizer, device)
        validated = evaluate(model, loaders.validation, loss_fn, device)
        history.append(Epoch(epoch, trained, validated))
    return history
    ### END SOLUTION


# %% [markdown] hints="fit"
# 1. Which two functions of this unit already do all the work of one epoch?
# 2. The scheduler moves after each batch, but `train_epoch` owns the loop over batches. When does a
#    generator that you pass to it, in place of the loader, get to run between two batches?
# 3. In such a generator, code before `yield` runs before a batch is trained on. When does code
#    after `yield` run, and does it run for the last batch too?
# 4. If only the training images and the validation images may be used, which field of `loaders`
#    does not appear in your code?
#
# Passed: You have a training loop that will train every model of this course.

# %% [markdown] exercise="seed_everything" difficulty=1 minutes=5
# ## `seed_everything(seed)`
#
# Make everything that draws random numbers start from `seed`: Python's `random`, numpy, torch.
# Two runs after the same seed then agree to the last bit on the CPU.
#
# Seeds are whole numbers from 0 to 2**32 - 1; any other is a `ValueError`.


# %%
def seed_everything(seed: int) -> None:
    """Seed python, numpy and torch.

    Args:
        seed: from 0 to 2**32 - 1, the range that numpy accepts.

    Raises:
        ValueError: `seed` is outside that range.
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
# Passed: Your runs now repeat to the last bit: a changed figure means a changed program.

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
# the valley, it swings and gets worse. With half the rate the same thing happens later: the sum
# still grows with every batch.

# %% [markdown] sample="two-curves" score=1
# The gradient of batch 50 is added to those before it. I think the loss will be the same but a bit
# noisier, and a smaller learning rate removes the noise.

# %% [markdown] finale="live"
# ## Finale: now train it
#
# *Not graded, about 20 minutes.* You have models, a loss, and a loop. Train V0 and V1 on the real
# images with your own functions, watch them learn, and open the sealed test images **once**, at
# the end.
#
# **Predict** first: V1 is V0 with a ReLU between its layers. How many percentage points does that
# gain?

# %% finale="live" tags=["active-ipynb"]
# import torch
#
# from fashion_course.kit import LiveTraining
# from fashion_course.kit.learner.finale import real_data, yours
#
# my = yours(
#     "image_to_tensor",
#     "split",
#     "channel_stats",
#     "build_transform",
#     "make_loaders",
#     "FashionMNISTModelV0",
#     "FashionMNISTModelV1",
#     "seed_everything",
#     "fit",
#     "evaluate",
# )
# loaders, sealed = real_data(my)
# print(f"{len(loaders.train)} batches to train on, {len(loaders.validation)} for validation")

# %% finale="live" tags=["active-ipynb"]
# loss_fn = nn.CrossEntropyLoss()
# epochs = 5
# runs = {}
# for name, kind in (("V0", my.FashionMNISTModelV0), ("V1", my.FashionMNISTModelV1)):
#     my.seed_everything(42)
#     model = kind()
#     optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
#     print(f"{name} is trained")
#     with LiveTraining(loaders, epochs) as live:
#         history = my.fit(model, loaders, live.watch(loss_fn), optimizer, epochs)
#     runs[name] = model, history

# %% finale="live" tags=["active-ipynb"]
# for name, (_, history) in runs.items():
#     last = history[-1]
#     print(
#         f"{name}: training accuracy {last.train.accuracy:.1%},"
#         f" validation accuracy {last.validation.accuracy:.1%}"
#     )

# %% [markdown] finale="live"
# Choose one of the two models by its **validation** accuracy. Then open the test images, once, and
# write down why: from now on every further look would make the score a little less honest.

# %% finale="live" tags=["active-ipynb"]
# name = max(runs, key=lambda name: runs[name][1][-1].validation.accuracy)
# model, _ = runs[name]
# images = sealed.open(f"{name}, chosen by its validation accuracy")
# score = my.evaluate(model, torch.utils.data.DataLoader(images, batch_size=256), loss_fn)
# print(f"{name} on {len(images):,} images that it has never seen: accuracy {score.accuracy:.1%}")
# sealed

# %% [markdown] finale="live"
# That is a classifier of your own, from the first pixel to an honest test score. The same in a
# terminal, with all that a run leaves behind: `fashion-course train v1 --answers mine`.
#
# A linear model sees 784 numbers in a row and forgets which pixels are neighbours. The next unit
# does better.
