"""Right answers to `confusion_matrix` in unusual styles."""

from collections import Counter

import numpy as np
import torch
from torch.nn import functional as F

from autograder.right_answers import right


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


@right("confusion_matrix")
def confusion_matrix_on_copies(labels, predictions, classes):
    """Changes copies in place, and refuses through one comparison with all classes."""
    if classes < 1 or labels.shape != predictions.shape or labels.ndim != 1:
        raise ValueError("pass 1 class or more, labels and predictions of one shape (N,)")
    both = torch.stack([labels, predictions])
    if not torch.isin(both, torch.arange(classes)).all():
        raise ValueError(f"pass classes from 0 to {classes - 1}")
    cells = labels.clone().mul_(classes).add_(predictions)
    return torch.bincount(cells, minlength=classes * classes).view(classes, classes)


@right("confusion_matrix", craft=False)
def confusion_matrix_in_a_short_loop(labels, predictions, classes):
    """The core alone."""
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for label, prediction in zip(labels, predictions):  # noqa: B905
        matrix[label, prediction] += 1
    return matrix


@right("confusion_matrix", craft=False)
def confusion_matrix_in_two_loops(labels, predictions, classes):
    """A newcomer's: asks for each cell how many images belong to it."""
    rows = []
    for i in range(classes):
        row = []
        for j in range(classes):
            row.append(((labels == i) & (predictions == j)).sum())
        rows.append(row)
    return torch.tensor(rows)


@right("confusion_matrix", craft=False)
def confusion_matrix_by_index(labels, predictions, classes):
    """Counts in lists, by position, and makes a tensor in the end."""
    matrix = [[0] * classes for _ in range(classes)]
    for i in range(len(labels)):
        matrix[int(labels[i])][int(predictions[i])] += 1
    return torch.tensor(matrix)
