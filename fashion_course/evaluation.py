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
#   not used, and the last batch may hold a single image.
# * Probabilities are the softmax of the logits: each row sums to 1.
# * Predict in eval mode and without recording gradients.
# * Model and images are moved to `device`; the result comes back to the CPU.
#
# For example, 993 images in batches of 8 give a table `(993, 10)`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Put the model's mode back, in the end and after an error. Nothing else changes.
# * No batches are a `ValueError`. Errors of the model reach the caller.
# * Logits of 1,000 give probabilities, not nan.
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
        model: maps images to logits, float32 `(B, K)`.
        batches: `(images, labels)` pairs, float32 `(B, 1, 28, 28)` and int64 `(B,)`.
        device: where to compute.

    Returns:
        Probabilities, float32 `(N, K)` on the CPU, in the order of the batches.

    Craft:
        The model's mode is put back, whatever happens. No batches are a ValueError.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `confusion_matrix(labels, predictions, classes)`
#
# Return an int64 tensor `(classes, classes)` that says how often each truth got each prediction:
# the **row** is the true class, the **column** the predicted one. It shows at a glance that shirts
# are taken for T-shirts.
#
# * `labels` and `predictions` are int64 `(N,)` and stay as they are. All `classes` have their row
#   and column, also those that do not occur.
#
# For example, labels `[0, 0, 1]`, predictions `[0, 1, 1]`, 2 classes: `[[1, 1], [0, 1]]`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * No images give zeros.
# * Lengths that differ, a class outside 0..classes-1, or `classes` below 1 are a `ValueError`.
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

    Craft:
        Different lengths, a class out of range and `classes` below 1 are a ValueError.
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
# `matrix` is int64 `(K, K)` and stays as it is. Where a question has no images to ask about (the
# class was never predicted, or never occurs), the answer is 0, not nan.
#
# For example, `[[1, 1], [0, 1]]` has precision `[1.0, 0.5]` and recall `[0.5, 1.0]`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * A matrix that is not square is a `ValueError`.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check precision_recall`.
def precision_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Compute precision and recall of each class from a confusion matrix.

    Args:
        matrix: counts, int64 `(K, K)`; rows are the truth, columns the predictions.

    Returns:
        `(precision, recall)`, each float32 `(K,)` in [0, 1]; 0 where there is nothing to divide by.

    Craft:
        A matrix that is not square is a ValueError.
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
# * Fewer mistakes than `k` give fewer indices. What you are given stays as it is.
#
# For example, `[[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]`, labels `[1, 1, 0]` and `k=2`: `[0, 2]`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Equally sure mistakes stay in the order of their indices; of equal classes the first is chosen.
# * Shapes that do not match, or a negative `k`, are a `ValueError`.
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
        Indices into `labels`, int64 `(at most k,)`, surest first.

    Craft:
        Ties go by index. Shapes that do not match and a negative `k` are a ValueError.
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
# Both ends are Python floats.
#
# For example, 9,038 of 10,000 give about `(0.8979, 0.9094)`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Where the last digit of a float would lead below 0 or above 1, the end is 0 or 1.
# * `total` is at least 1, `correct` from 0 to `total`, and `confidence` strictly between 0 and 1,
#   else `ValueError`.
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

    Craft:
        An argument that is outside its range is a ValueError.

    Source: Journal of the American Statistical Association 22 (1927), 209-212.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
