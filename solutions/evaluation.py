# %% [markdown]
# # 5 Evaluation
#
# One number says how good a model is, but not where it fails or how far to trust the number. In
# this unit you look at all predictions at once, at each class, at the most embarrassing mistakes,
# and at the luck in a score. The companion lesson is `lessons/05_evaluation.ipynb`: after
# its first part write the first four, then read on at *How sure is an accuracy*.

# %%
"""Looking closely at a model: predictions, classes, mistakes, and the luck in a score."""

import math
from collections.abc import Iterable
from statistics import NormalDist

import torch
from torch import Tensor, nn

# %% [markdown] exercise="predict" difficulty=2 minutes=10
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


# %%
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
    ### BEGIN SOLUTION
    was_training = model.training
    model.to(device).eval()
    try:
        with torch.inference_mode():
            parts = [model(images.to(device)).softmax(dim=1).cpu() for images, _ in batches]
    finally:
        model.train(was_training)
    if not parts:
        raise ValueError("batches is empty: pass at least one batch of (images, labels)")
    return torch.cat(parts)  # (N, K)
    ### END SOLUTION


# %% [markdown] hints="predict"
# 1. Which two switches did `evaluate` need around its loop?
# 2. Softmax makes numbers sum to 1 along one dimension. Should that be the classes of an image, or
#    the images of a class? You then have one tensor a batch: which function joins a list of them?
# 3. Craft: which statement runs after an error, too? What has to be remembered before it?
#
# ```python
# ...  # move the model, and set its mode
# parts = []
# with ...:  # no gradients are recorded
#     for images, _ in batches:
#         logits = ...  # (B, K)
#         parts.append(...)  # (B, K), on the CPU
# return ...  # (N, K)
# ```
#
# Passed: Your model now says how sure it is, image by image, in the order of the images.

# %% [markdown] exercise="confusion_matrix" difficulty=2 minutes=10
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


# %%
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
    ### BEGIN SOLUTION
    if classes < 1:
        raise ValueError(f"classes is {classes}: pass 1 or more")
    if len(labels) != len(predictions):
        raise ValueError(f"{len(labels)} labels, {len(predictions)} predictions: pass one for each")
    for name, values in (("labels", labels), ("predictions", predictions)):
        strange = values[(values < 0) | (values >= classes)]
        if len(strange) > 0:
            raise ValueError(f"{name} has {strange[0]}: pass classes from 0 to {classes - 1}")
    cells = labels * classes + predictions  # (N,), the cells of the table numbered row by row
    return cells.bincount(minlength=classes**2).reshape(classes, classes)  # (K, K)
    ### END SOLUTION


# %% [markdown] hints="confusion_matrix"
# 1. Which cell of the table does one image belong to, and by how much does it raise that number?
# 2. A loop over the images does it. Without a loop: number the cells row by row, so that each image
#    is one number, and look for the function of torch that counts whole numbers. What happens there
#    to a last class that never occurs?
#
# ```python
# matrix = ...  # (K, K), whole numbers
# for label, prediction in zip(..., ..., strict=True):
#     matrix[..., ...] += ...
# return matrix
# ```
#
# Passed: You can now see which classes your model confuses.

# %% [markdown] exercise="precision_recall" difficulty=2 minutes=10
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


# %%
def precision_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Compute precision and recall of each class from a confusion matrix.

    Args:
        matrix: counts, int64 `(K, K)`; rows are the truth, columns the predictions.

    Returns:
        `(precision, recall)`, each float32 `(K,)` in [0, 1]; 0 where there is nothing to divide by.

    Craft:
        A matrix that is not square is a ValueError.
    """
    ### BEGIN SOLUTION
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix is {tuple(matrix.shape)}: pass a square one, (K, K)")
    correct = matrix.diagonal()  # (K,)
    predicted, actual = matrix.sum(dim=0), matrix.sum(dim=1)  # (K,) each
    # Where a sum is 0, `correct` is 0 as well: divided by 1, it stays 0.
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)
    ### END SOLUTION


# %% [markdown] hints="precision_recall"
# 1. Where in the matrix are the images that were predicted right? Both answers divide these
#    numbers.
# 2. One answer divides by the sum of a row, the other by the sum of a column. Which of the two sums
#    counts everything that was predicted as this class?
# 3. If a sum is 0, which number is divided by it? Then by what could you divide instead?
#
# ```python
# correct = ...  # (K,)
# predicted, actual = ..., ...  # (K,) each
# ...  # no sum may be 0
# return correct / ..., correct / ...
# ```
#
# Passed: You can now distinguish a model that misses shirts from one that predicts shirts too
# often.

# %% [markdown] exercise="most_confident_mistakes" difficulty=3 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    if len(probabilities) != len(labels):
        raise ValueError(f"{len(probabilities)} rows, {len(labels)} labels: pass one for each")
    if k < 0:
        raise ValueError(f"k is {k}: pass 0 or more")
    confidence, predictions = probabilities.max(dim=1)  # (N,) each
    wrong = (predictions != labels).nonzero().squeeze(1)  # (M,)
    order = confidence[wrong].argsort(descending=True, stable=True)  # (M,), ties in order
    return wrong[order[:k]]
    ### END SOLUTION


# %% [markdown] hints="most_confident_mistakes"
# 1. How sure was the model of an image: is that the probability of the true class, or of the class
#    that it chose? One function gives that number and the class together.
# 2. First find the indices of all mistakes, then put only these in order. How do you get from a
#    position among the mistakes back to an index of the data set?
# 3. Craft: a sort may swap equal values. Which option of torch's sorting functions forbids that?
#
# ```python
# confidence, predictions = ...  # (N,) each
# wrong = ...  # (M,), the indices of the mistakes
# order = ...  # (M,), places among the mistakes, surest first
# return ...  # at most k indices of images
# ```
#
# Passed: You can now look at your model's most confident mistakes.

# %% [markdown] exercise="accuracy_interval" difficulty=2 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    if total < 1:
        raise ValueError(f"total is {total}: pass 1 or more")
    if not 0 <= correct <= total:
        raise ValueError(f"correct is {correct}: pass a number from 0 to total, {total}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: pass a number between 0 and 1")
    z = NormalDist().inv_cdf((1 + confidence) / 2)  # 1.96 for 0.95: both tails are left out
    share = correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    # At 0 or all correct, rounding may lead a hair outside.
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
    ### END SOLUTION


# %% [markdown] hints="accuracy_interval"
# 1. If 95 % lie in the middle, how much is left below, and which cumulative probability therefore
#    belongs to z? Python's `statistics` has a normal distribution with an inverse.
# 2. Name the parts of the formula before you use them: the share, the centre, the half width. Which
#    of them is added and subtracted?
# 3. Craft: try 10 of 10. Is the upper end above 1? Which functions keep a number within bounds?
#
# ```python
# z = ...  # 1.96 for 0.95
# share = ...
# centre, half = ..., ...  # the two terms above the line
# scale = ...  # the line below
# return ..., ...
# ```
#
# Passed: You can now say how far an accuracy can be trusted, and when two of them really differ.

# %% [markdown] question="which-is-better" points=4 minutes=10
# ## Which of the two is better?
#
# Model A gets 90.4 % of the 10,000 test images right, model B 90.0 %. Each was trained once.
#
# 1. About how wide is the 95 % interval of each accuracy? What does that say about 0.4 points?
# 2. Both were tested on the same images. Which comparison uses that, and what would you count?
# 3. Name one more source of luck that neither interval contains, and what you would do about it.

# %% [markdown] rubric="which-is-better"
# * 2 points: about 0.6 points to each side; the intervals overlap widely, so this is no evidence
#   that A is better (1 of 2 points for the right verdict without a figure).
# * 1 point: compares image by image: how often A alone is right against how often B alone is.
# * 1 point: the seed (first weights, order of the batches): trains each over several seeds and
#   compares the spread.

# %% [markdown] sample="which-is-better" score=4
# sqrt(0.9 x 0.1 / 10,000) = 0.003, so each interval reaches 0.6 points up and down: 89.8 to 91.0
# and 89.4 to 90.6. A difference of 0.4 can well be luck. Since the images are the same I would
# count those that only A gets right and those that only B gets right, and see whether the first are
# clearly more. The intervals know nothing of the seed of the training: I would train each five
# times.

# %% [markdown] sample="which-is-better" score=1
# The difference is too small to be sure. One should use a larger test set or train for longer until
# one of them is clearly better.

# %% [markdown] question="best-of-twenty" points=3 minutes=8
# ## The test set that was opened twenty times
#
# A team trains twenty versions of a model, measures each on the test set, and publishes the best:
# 91.6 %. All twenty are equally good; the luck of the test images spreads their scores by about 0.3
# points (one standard deviation).
#
# 1. Is 91.6 % a fair guess of what the model does on new images? Too high or too low, and roughly
#    by how much?
# 2. The team says: "We never trained on the test set." What did they use it for nevertheless?
# 3. What should they have done?

# %% [markdown] rubric="best-of-twenty"
# * 1 point: too high; the best of twenty lies about two standard deviations, 0.5 to 0.6 points,
#   above the mean.
# * 1 point: they chose a model by it: choosing is a part of training.
# * 1 point: choose by validation images, and open the test set once, for the chosen one.

# %% [markdown] sample="best-of-twenty" score=3
# Too high. The largest of twenty lucky draws is near the mean plus two standard deviations, so the
# true value may be about 91.0 %. They selected with the test set, and selection is fitting too.
# They should have selected on validation images and looked at the test set once at the end.

# %% [markdown] sample="best-of-twenty" score=1
# It is fair because the test images were never trained on, only looked at. To be safe they could
# have used a validation set for choosing.
