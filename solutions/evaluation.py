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
#   not used, and the last batch may be smaller.
# * Probabilities are the softmax of the logits: each row sums to 1.
# * Predict in eval mode and without recording gradients, and put the model's mode back.
# * The model and each batch of images are moved to `device`. No batches are a `ValueError`, which
#   leaves the mode as it was, too.


# %%
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
# 1. Which two switches did `evaluate` need around its loop, and what did it remember first?
# 2. Softmax makes numbers sum to 1 along one dimension. Should that be the classes of an image, or
#    the images of a class?
# 3. You get one tensor a batch. Collect them in a list, and find the function that joins tensors
#    along their first dimension.
#
# Passed: Your model now says how sure it is, image by image, in the order that you asked.

# %% [markdown] exercise="confusion_matrix" difficulty=2 minutes=10
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


# %%
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
    ### BEGIN SOLUTION
    if classes < 1:
        raise ValueError(f"classes is {classes}: pass 1 or more")
    if labels.ndim != 1 or labels.shape != predictions.shape:
        raise ValueError(
            f"labels is {tuple(labels.shape)} and predictions {tuple(predictions.shape)}: "
            "pass two tensors of one shape (N,)"
        )
    for name, values in (("labels", labels), ("predictions", predictions)):
        strange = values[(values < 0) | (values >= classes)]
        if len(strange) > 0:
            raise ValueError(f"{name} has {strange[0]}: pass classes from 0 to {classes - 1}")
    # The cells of the table are counted row by row.
    cells = labels.long() * classes + predictions.long()  # (N,)
    return cells.bincount(minlength=classes**2).reshape(classes, classes)  # (K, K)
    ### END SOLUTION


# %% [markdown] hints="confusion_matrix"
# 1. In a table with 10 columns, numbered row by row, which number has the cell in row 3, column 7?
# 2. Once each image is a cell number, you only have to count how often each number occurs. Which
#    function of torch counts whole numbers?
# 3. What happens to a class at the end that never occurs? Look for the option that says how many
#    counts you want at least.
#
# Passed: You can now see which classes your model takes for each other.

# %% [markdown] exercise="precision_recall" difficulty=2 minutes=10
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


# %%
def precision_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Compute precision and recall of each class from a confusion matrix.

    Args:
        matrix: counts, int64 `(K, K)`; rows are the truth, columns the predictions.

    Returns:
        `(precision, recall)`, each float32 `(K,)` in [0, 1]; 0 where there is nothing to divide by.

    Raises:
        ValueError: `matrix` is not square.
    """
    ### BEGIN SOLUTION
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix is {tuple(matrix.shape)}: pass a square one, (K, K)")
    correct = matrix.diagonal()  # (K,)
    predicted, actual = matrix.sum(dim=0), matrix.sum(dim=1)  # (K,) each
    # Where a sum is 0, so is `correct`: dividing by 1 gives the 0 that is wanted.
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)
    ### END SOLUTION


# %% [markdown] hints="precision_recall"
# 1. Where in the matrix are the images that were right? Both answers have them on top.
# 2. One answer divides by the sum of a row, the other by the sum of a column. Which of the two
#    holds everything that was called this class?
# 3. If a sum is 0, what is the number above it? Then which number could you divide by instead?
#
# Passed: You can now tell a model that misses shirts from one that sees shirts everywhere.

# %% [markdown] exercise="most_confident_mistakes" difficulty=3 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise ValueError(
            f"probabilities is {tuple(probabilities.shape)} and labels {tuple(labels.shape)}: "
            "pass (N, K) and (N,)"
        )
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
# 3. A sort may swap equal values. Which option of torch's sorting functions forbids that?
#
# Passed: You can now look your model's worst errors in the eye.

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
# * Two Python floats, never outside 0 and 1. `total` is at least 1, `correct` from 0 to `total`,
#   and `confidence` strictly between 0 and 1, else `ValueError`.
#
# For example, 9,038 of 10,000 give about `(0.8979, 0.9094)`.


# %%
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
# 1. If 95 % lie in the middle, how much is left below, and up to which share must you therefore go
#    to find z? Python's `statistics` has a normal distribution that can be asked backwards.
# 2. Name the parts of the formula before you use them: the share, the centre, the half width. Which
#    of them is added and subtracted?
# 3. Try 10 of 10. If the upper end is above 1, is that your formula or the last digit of a float?
#
# Passed: You can now say how far an accuracy can be trusted, and when two differ at all.

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
