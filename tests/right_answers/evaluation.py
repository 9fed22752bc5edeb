"""Right answers to unit evaluation, in unusual styles."""

import math
from collections import Counter
from statistics import NormalDist

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from tests.right_answers import right

# --- predict -------------------------------------------------------------------------------------


@right("predict")
def predict_in_a_list(model, batches, device="cpu"):
    """Collects rows in a Python list and stacks them; `no_grad` for `inference_mode`."""
    was_training = model.training
    model.to(device)
    model.eval()
    rows = []
    with torch.no_grad():
        for images, _labels in batches:
            rows.extend(F.softmax(model(images.to(device)), dim=-1))
    model.train(was_training)
    if len(rows) == 0:
        raise ValueError("batches is empty: pass at least one batch")
    return torch.stack(rows).cpu()


@right("predict")
@torch.no_grad()
def predict_decorated(model, batches, device="cpu"):
    """Is decorated; calls `forward` itself; exponentiates log-probabilities."""
    before = model.training
    model = model.eval().to(torch.device(device))
    parts = []
    for batch in batches:
        parts.append(model.forward(batch[0].to(device)).log_softmax(1).exp().to("cpu"))
    if not parts:
        model.train(before)
        raise ValueError("no batches")
    model.train(before)
    return torch.vstack(parts)


@right("predict")
def predict_all_at_once(model, batches, device="cpu"):
    """Joins the images first and runs one forward pass, in float64 after the logits."""
    images = [images for images, _ in batches]
    if not images:
        raise ValueError("batches is empty")
    mode = model.training
    try:
        with torch.inference_mode():
            logits = model.to(device).eval()(torch.cat(images).to(device))
            return nn.Softmax(dim=1)(logits.double()).cpu()
    finally:
        model.train(mode)


@right("predict")
def predict_by_hand(model, batches, device="cpu", dtype=torch.float32):
    """Writes softmax out with the row's largest logit, and insists on float32."""
    modes = {module: module.training for module in model.modules()}
    model.to(device).eval()
    table = torch.empty(0)
    for images, _ in batches:
        with torch.no_grad():
            logits = model(images.to(device=device, dtype=dtype))
        powers = (logits - logits.amax(dim=1, keepdim=True)).exp()
        part = (powers / powers.sum(dim=1, keepdim=True)).cpu()
        table = torch.cat([table, part]) if len(table) else part
    for module, mode in modes.items():
        module.training = mode
    if not len(table):
        raise ValueError("batches is empty")
    return table


@right("predict")
def predict_image_by_image(model, batches, device="cpu"):
    """Unpacks the batches and serves the images one by one from a loader of its own."""
    images = [image for batch, _ in batches for image in batch]
    if not images:
        raise ValueError("batches is empty")
    mode, parts = model.training, []
    model.eval()
    model.to(device)
    with torch.inference_mode():
        for image in DataLoader(images, batch_size=1, generator=torch.Generator()):
            parts.append(torch.softmax(model(image.to(device)), 1).cpu())
    model.train() if mode else model.eval()
    return torch.cat(parts, dim=0)


@right("predict")
def predict_through_numpy(model, batches, device="cpu"):
    """Leaves torch after the logits, and comes back in float64."""
    mode, rows = model.training, []
    model.to(device).eval()
    with torch.inference_mode():
        for images, _ in batches:
            rows.append(model(images.to(device)).cpu().numpy().astype(np.float64))
    model.train(mode)
    if not rows:
        raise ValueError("batches is empty")
    logits = np.concatenate(rows)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return torch.from_numpy(powers / powers.sum(axis=1, keepdims=True))


# --- confusion_matrix ----------------------------------------------------------------------------


def require_classes(labels, predictions, classes):
    if classes < 1:
        raise ValueError(f"classes is {classes}")
    if len(labels) != len(predictions):
        raise ValueError(f"{len(labels)} labels, {len(predictions)} predictions")
    for value in [*labels.tolist(), *predictions.tolist()]:
        if value not in range(classes):
            raise ValueError(f"class {value} is out of range")


@right("confusion_matrix")
def confusion_matrix_in_a_loop(labels, predictions, classes):
    """Adds 1 image by image, indexing with tensors."""
    require_classes(labels, predictions, classes)
    matrix = torch.zeros((classes, classes), dtype=torch.long)
    for label, prediction in zip(labels, predictions, strict=True):
        matrix[label, prediction] += 1
    return matrix


@right("confusion_matrix")
def confusion_matrix_by_one_hot(labels, predictions, classes):
    """Multiplies one-hot tables."""
    require_classes(labels, predictions, classes)
    truth, guesses = (F.one_hot(values, classes) for values in (labels, predictions))
    return truth.T @ guesses


@right("confusion_matrix")
def confusion_matrix_by_index_put(labels, predictions, classes):
    """Accumulates with `index_put_`."""
    require_classes(labels, predictions, classes)
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    return matrix.index_put_((labels, predictions), torch.tensor(1), accumulate=True)


@right("confusion_matrix")
def confusion_matrix_by_counter(labels, predictions, classes):
    """Counts pairs with Python's `Counter`."""
    require_classes(labels, predictions, classes)
    pairs = Counter(zip(labels.tolist(), predictions.tolist(), strict=True))
    every = range(classes)
    return torch.tensor([[pairs[row, column] for column in every] for row in every])


@right("confusion_matrix")
def confusion_matrix_by_numpy(labels, predictions, classes):
    """Takes numpy's two-dimensional histogram and rounds its floats."""
    require_classes(labels, predictions, classes)
    edges = np.arange(classes + 1) - 0.5
    counts, _, _ = np.histogram2d(labels.numpy(), predictions.numpy(), bins=[edges, edges])
    return torch.from_numpy(counts.round().astype(np.int64))


@right("confusion_matrix")
def confusion_matrix_by_comparison(labels, predictions, classes):
    """Compares with every class and sums booleans."""
    require_classes(labels, predictions, classes)
    every = torch.arange(classes)
    is_true = labels[:, None, None] == every[None, :, None]
    is_said = predictions[:, None, None] == every[None, None, :]
    return (is_true & is_said).sum(dim=0)


# --- precision_recall ----------------------------------------------------------------------------


def require_square(matrix):
    if matrix.ndim != 2 or matrix.size(0) != matrix.size(1):
        raise ValueError(f"matrix is {tuple(matrix.shape)}")


@right("precision_recall")
def precision_recall_without_nan(matrix):
    """Divides by 0 and turns nan into 0 afterwards; float64."""
    require_square(matrix)
    counts = matrix.double()
    correct = torch.diagonal(counts)
    return torch.nan_to_num(correct / counts.sum(0)), torch.nan_to_num(correct / counts.sum(1))


@right("precision_recall")
def precision_recall_class_by_class(matrix):
    """Loops over the classes with Python numbers; a list of two tensors."""
    require_square(matrix)
    table = matrix.tolist()
    precision, recall = [], []
    for i, row in enumerate(table):
        column = [other[i] for other in table]
        precision.append(row[i] / sum(column) if sum(column) else 0.0)
        recall.append(row[i] / sum(row) if sum(row) else 0.0)
    return [torch.tensor(precision), torch.tensor(recall)]


@right("precision_recall")
def precision_recall_with_where(matrix):
    """Uses `where`, and names the counts of the field."""
    require_square(matrix)
    hits = matrix.diag().float()
    false_alarms, missed = matrix.sum(0) - hits, matrix.sum(1) - hits
    zero = torch.zeros_like(hits)
    precision = torch.where(hits > 0, hits / (hits + false_alarms), zero)
    recall = torch.where(hits > 0, hits / (hits + missed), zero)
    return precision, recall


@right("precision_recall")
def precision_recall_with_a_tiny_number(matrix):
    """Adds a number to the sums that is too small to count."""
    require_square(matrix)
    correct = torch.einsum("ii->i", matrix).float()
    return correct / (matrix.sum(dim=0) + 1e-8), correct / (matrix.sum(dim=1) + 1e-8)


@right("precision_recall")
def precision_recall_in_one_table(matrix):
    """Returns one tensor (2, K), which unpacks into the two."""
    require_square(matrix)
    sums = torch.stack([matrix.sum(dim=0), matrix.sum(dim=1)])
    sums[sums == 0] = 1
    return matrix.diagonal() / sums


# --- most_confident_mistakes ---------------------------------------------------------------------


def require_rows(probabilities, labels, k):
    if k < 0:
        raise ValueError(f"k is {k}")
    if probabilities.dim() != 2 or labels.dim() != 1 or len(probabilities) != len(labels):
        raise ValueError("probabilities must be (N, K) and labels (N,)")


@right("most_confident_mistakes")
def most_confident_mistakes_by_sorted(probabilities, labels, k):
    """Sorts tuples in Python."""
    require_rows(probabilities, labels, k)
    wrong = []
    for index, (row, label) in enumerate(zip(probabilities.tolist(), labels.tolist(), strict=True)):
        if row.index(max(row)) != label:
            wrong.append((-max(row), index))
    return torch.tensor([index for _, index in sorted(wrong)[:k]], dtype=torch.int64)


@right("most_confident_mistakes")
def most_confident_mistakes_by_numpy(probabilities, labels, k):
    """Sorts negated confidences stably with numpy."""
    require_rows(probabilities, labels, k)
    table = probabilities.numpy()
    wrong = np.flatnonzero(table.argmax(axis=1) != labels.numpy())
    order = np.argsort(-table[wrong].max(axis=1), kind="stable")
    return torch.from_numpy(wrong[order][:k].astype(np.int64))


@right("most_confident_mistakes")
def most_confident_mistakes_by_masking(probabilities, labels, k):
    """Sorts all images with the right ones at the end, then cuts."""
    require_rows(probabilities, labels, k)
    confidence, predictions = torch.max(probabilities, dim=1)
    right_ones = predictions.eq(labels)
    order = confidence.masked_fill(right_ones, -1.0).sort(descending=True, stable=True).indices
    return order[: min(k, int((~right_ones).sum()))]


@right("most_confident_mistakes")
def most_confident_mistakes_sorted_first(probabilities, labels, k):
    """Sorts all images and filters afterwards; float64."""
    require_rows(probabilities, labels, k)
    table = probabilities.double()
    order = torch.argsort(table.max(dim=1).values, descending=True, stable=True)
    return order[table.argmax(1)[order] != labels[order]][:k]


@right("most_confident_mistakes")
def most_confident_mistakes_by_lexsort(probabilities, labels, k):
    """Sorts by two keys, confidence and index; returns an empty tensor early."""
    require_rows(probabilities, labels, k)
    sure = probabilities.amax(1)
    wrong = torch.where(probabilities.argmax(1) != labels)[0]
    if k == 0 or wrong.numel() == 0:
        return torch.empty(0, dtype=torch.long)
    keys = np.lexsort((wrong.numpy(), -sure[wrong].numpy()))
    return wrong[torch.as_tensor(keys[:k])]


# --- accuracy_interval ---------------------------------------------------------------------------


def require_score(correct, total, confidence):
    if total <= 0 or correct < 0 or correct > total:
        raise ValueError(f"{correct} of {total} cannot be")
    if confidence <= 0 or confidence >= 1:
        raise ValueError(f"confidence is {confidence}")


@right("accuracy_interval")
def accuracy_interval_in_counts(correct, total, confidence=0.95):
    """Multiplies the formula by n: counts instead of shares; clips by sorting."""
    require_score(correct, total, confidence)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    wrong = total - correct
    half = z * math.sqrt(correct * wrong / total + z * z / 4)
    middle = correct + z * z / 2
    ends = ((middle + sign * half) / (total + z * z) for sign in (-1, 1))
    low, high = (sorted([0.0, end, 1.0])[1] for end in ends)
    return low, high


@right("accuracy_interval")
def accuracy_interval_by_torch(correct, total, confidence=0.95):
    """Takes z from torch's inverse error function, in float32; a list of two floats."""
    require_score(correct, total, confidence)
    z = math.sqrt(2) * torch.erfinv(torch.tensor(confidence)).item()
    share = correct / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    spread = (share * (1 - share) + z**2 / (4 * total)) / total
    half = z * spread**0.5 / (1 + z**2 / total)
    return [max(centre - half, 0.0), min(centre + half, 1.0)]


@right("accuracy_interval")
def accuracy_interval_as_roots(correct, total, confidence=0.95):
    """Solves the quadratic equation behind the formula."""
    require_score(correct, total, confidence)
    z = -NormalDist().inv_cdf((1 - confidence) / 2)
    share = correct / total
    a, b, c = 1 + z**2 / total, -(2 * share + z**2 / total), share**2
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return tuple(float(np.clip((-b + sign * root) / (2 * a), 0, 1)) for sign in (-1, 1))


@right("accuracy_interval")
def accuracy_interval_by_bisection(correct, total, confidence=0.95):
    """Searches for the abilities at which the score is just no surprise; z by bisection too."""
    require_score(correct, total, confidence)
    z = search(lambda x: math.erf(x / math.sqrt(2)) - confidence, 0.0, 40.0)
    share = correct / total

    def surprise(ability):
        return (share - ability) ** 2 * total - z**2 * ability * (1 - ability)

    low = 0.0 if correct == 0 else search(lambda p: -surprise(p), 0.0, share)
    high = 1.0 if correct == total else search(surprise, share, 1.0)
    return low, high


def search(rises, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2


@right("accuracy_interval")
def accuracy_interval_by_numpy(correct, total, confidence=0.95, *, digits=None):
    """Computes both ends as an array and returns numpy floats; an extra default."""
    require_score(correct, total, confidence)
    z = NormalDist(0, 1).inv_cdf(1 - (1 - confidence) / 2)
    share = np.float64(correct) / total
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    ends = (share + z**2 / (2 * total) + np.array([-half, half])) / (1 + z**2 / total)
    low, high = np.clip(ends, 0, 1)
    return low, high
