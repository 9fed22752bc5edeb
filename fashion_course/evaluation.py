# Derived from solutions/evaluation.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""Looking closely at a model: predictions, classes, mistakes, and the luck in a score."""

import math
from collections.abc import Iterable
from statistics import NormalDist

import torch
from torch import Tensor, nn


# ## `predict(model, batches, device="cpu")`
#
# Return the model's probabilities for every image, as one tensor `(N, K)` on the CPU, in the order
# of the batches. The rest of this unit works on this table.
#
# * `batches` is any iterable of `(images, labels)`, images float32 `(B, 1, 28, 28)`. The labels are
#   not used, and the last batch may be smaller.
# * Probabilities are the softmax of the logits: each row sums to 1.
# * Predict in eval mode and without recording gradients, and put the model's mode back.
# * The model and each batch of images are moved to `device`. No batches are a `ValueError`, which
#   leaves the mode as it was, too.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check predict`.
def predict(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    device: str | torch.device = "cpu",
) -> Tensor:
    """Compute the probability of each class for each image.

    Args:
        model: maps images to logits, float32 `(B, K)`; its mode is put back.
        batches: `(images, labels)` pairs, float32 `(B, 1, 28, 28)` and int64 `(B,)`.
        device: where to compute.

    Returns:
        Probabilities, float32 `(N, K)` on the CPU, in the order of the batches.

    Raises:
        ValueError: there were no batches.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `confusion_matrix(labels, predictions, classes)`
#
# Return an int64 tensor `(classes, classes)` that says how often each truth got each prediction:
# the **row** is the true class, the **column** the predicted one. It shows at a glance that shirts
# are taken for T-shirts.
#
# * `labels` and `predictions` are int64 `(N,)`. All `classes` have their row and column, also those
#   that do not occur; no images give zeros.
# * Lengths that differ, a class outside 0..classes-1, or `classes` below 1 are a `ValueError`.
#
# For example, labels `[0, 0, 1]`, predictions `[0, 1, 1]`, 2 classes: `[[1, 1], [0, 1]]`.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check confusion_matrix`.
def confusion_matrix(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Count how often each true class got each prediction.

    Args:
        labels: int64 `(N,)`, from 0 to K-1.
        predictions: int64 `(N,)`, from 0 to K-1.
        classes: number of classes, K.

    Returns:
        Counts, int64 `(K, K)`; rows are the truth, columns the predictions.

    Raises:
        ValueError: the shapes differ, a class is out of range, or `classes` is below 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `precision_recall(matrix)`
#
# Return `(precision, recall)`, two float tensors `(K,)`, from a confusion matrix whose rows are the
# truth. They answer two different questions about each class:
#
# * precision: of the images that were **called** this class, which share is of this class?
# * recall: of the images that **are** of this class, which share was found?
#
# `matrix` is int64 `(K, K)`; one that is not square is a `ValueError`. Where a question has no
# images to ask about (the class was never predicted, or never occurs), the answer is 0, not nan.
#
# For example, `[[1, 1], [0, 1]]` has precision `[1.0, 0.5]` and recall `[0.5, 1.0]`.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check precision_recall`.
def precision_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Compute precision and recall of each class from a confusion matrix.

    Args:
        matrix: counts, int64 `(K, K)`; rows are the truth, columns the predictions.

    Returns:
        `(precision, recall)`, each float32 `(K,)` in [0, 1]; 0 where there is nothing to divide by.

    Raises:
        ValueError: `matrix` is not square.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `most_confident_mistakes(probabilities, labels, k)`
#
# Return the indices of the `k` images where the model was wrong and most sure of it: int64, at most
# `k` of them, surest first. Look at these pictures and you learn more than from any number: about
# the model, and about wrong labels.
#
# * `probabilities` float32 `(N, K)`, `labels` int64 `(N,)`. The prediction is the class with the
#   highest probability, and how sure the model was is that probability.
# * Equally sure mistakes stay in the order of their indices. Fewer mistakes than `k` give fewer
#   indices.
# * Shapes that do not match, or a negative `k`, are a `ValueError`.
#
# For example, `[[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]`, labels `[1, 1, 0]` and `k=2`: `[0, 2]`.
#
# *Difficulty 3 of 5, about 15 minutes.*
# Check it with `fashion-course check most_confident_mistakes`.
def most_confident_mistakes(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """Find the wrong predictions that the model was surest of.

    Args:
        probabilities: float32 `(N, K)`.
        labels: int64 `(N,)`.
        k: how many to give at most, 0 or more.

    Returns:
        Indices into `labels`, int64 `(at most k,)`, surest first, ties by index.

    Raises:
        ValueError: the shapes do not match, or `k` is negative.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `accuracy_interval(correct, total, confidence=0.95)`
#
# Return the Wilson score interval `(low, high)` for `correct` images out of `total`. Another test
# set of the same size would have given another score: the interval says how much of it is luck.
#
# With $p$ = correct / total, $n$ = total, and $z$ the number of standard deviations that
# hold `confidence` of a normal distribution in the middle (1.96 for 0.95), it is
# $$\frac{p + \frac{z^2}{2n} \pm z\sqrt{\frac{p(1-p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}$$
#
# * Two Python floats, never outside 0 and 1. `total` is at least 1, `correct` from 0 to `total`,
#   and `confidence` strictly between 0 and 1, else `ValueError`.
#
# For example, 9,038 of 10,000 give about `(0.8979, 0.9094)`.
#
# *Difficulty 2 of 5, about 15 minutes.*
# Check it with `fashion-course check accuracy_interval`.
def accuracy_interval(correct: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Compute the Wilson score interval of an accuracy.

    Args:
        correct: images that were right, from 0 to `total`.
        total: images in all, at least 1.
        confidence: share of such intervals that hold the true accuracy, 0 < confidence < 1.

    Returns:
        `(low, high)`, in [0, 1].

    Raises:
        ValueError: an argument is outside its range.

    Source: Journal of the American Statistical Association 22 (1927), 209-212.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
