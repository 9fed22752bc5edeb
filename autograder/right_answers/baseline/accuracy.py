"""Right answers to `accuracy` in unusual styles."""

import itertools
import math

import numpy as np
import torch
from torchmetrics.functional.classification import multiclass_accuracy

from autograder.right_answers import right


def require_pairs(logits, labels):
    if labels.dim() != 1 or logits.dim() != 2:
        raise ValueError("pass (B, K) and (B,)")
    if len(labels) != len(logits) or len(labels) < 1:
        raise ValueError(f"{len(logits)} rows and {len(labels)} labels")


@right("accuracy")
def accuracy_by_numpy(logits, labels):
    """Goes through numpy; the mean is numpy's own kind of float."""
    require_pairs(logits, labels)
    return np.mean(logits.detach().numpy().argmax(axis=-1) == labels.numpy())


@right("accuracy")
def accuracy_as_a_float32_mean(logits, labels):
    """Averages in float32 on probabilities, whose order is that of the logits."""
    require_pairs(logits, labels)
    return logits.softmax(dim=1).argmax(dim=1).eq(labels).float().mean().item()


@right("accuracy")
def accuracy_in_plain_python(logits, labels):
    """Uses lists; `index` finds the first of equal ones."""
    require_pairs(logits, labels)
    rows, truth = logits.tolist(), labels.tolist()
    return sum(row.index(max(row)) == t for row, t in zip(rows, truth, strict=True)) / len(truth)


@right("accuracy")
def accuracy_by_a_stable_sort(logits, labels):
    """Sorts the classes, and counts what is not wrong."""
    require_pairs(logits, labels)
    order = torch.sort(logits, dim=1, descending=True, stable=True).indices
    return 1.0 - float(torch.count_nonzero(order[:, 0] - labels)) / labels.numel()


@right("accuracy")
def accuracy_that_divides_first(logits, labels, *, top=1):
    """Catches the division by zero instead of testing for it; an extra keyword."""
    try:
        weight = top / labels.shape[0]
        if logits.shape[0] != labels.shape[0]:
            raise IndexError
    except (ZeroDivisionError, IndexError) as error:
        raise ValueError("logits and labels must hold the same images, at least one") from error
    best = torch.max(logits, 1)[1]
    return math.fsum(weight for hit in (best == labels) if hit)


@right("accuracy")
def accuracy_by_counting(logits, labels):
    """Checks types and dtypes as documented, and counts with `bincount` on a changed copy."""
    if logits.dtype != torch.float32 or labels.dtype != torch.int64:
        raise ValueError(f"logits are {logits.dtype} and labels {labels.dtype}")
    if logits.ndim != 2 or labels.shape != (len(logits),) or len(labels) == 0:
        raise ValueError(f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)}")
    misses = logits.detach().argmax(-1).sub_(labels).ne_(0)
    return torch.bincount(misses, minlength=2)[0].item() / labels.numel()


@right("accuracy")
def accuracy_over_lists(logits, labels):
    """Makes lists of everything at once, whether there is a graph or not."""
    rows, truth = logits.tolist(), labels.tolist()
    if not truth or len(rows) != len(truth) or labels.ndim != 1 or logits.ndim != 2:
        raise ValueError(f"{len(rows)} rows and {len(truth)} labels")
    firsts = [row.index(max(row)) for row in rows]
    return sum(map(int.__eq__, firsts, truth)) / len(truth)


def _refuse_shapes(logits, labels):
    if logits.ndim != 2 or labels.ndim != 1 or len(logits) != len(labels) or not len(labels):
        raise ValueError(f"got {tuple(logits.shape)} and {tuple(labels.shape)}")


@right("accuracy")
def accuracy_with_numpy(logits, labels):
    """Leaves torch at once."""
    _refuse_shapes(logits, labels)
    return float(np.mean(np.argmax(logits.detach().numpy(), axis=1) == labels.numpy()))


@right("accuracy")
def accuracy_of_probabilities(logits, labels):
    """`max` gives values and places; counts what is not zero."""
    _refuse_shapes(logits, labels)
    _, predictions = torch.max(logits, dim=1)
    return torch.count_nonzero(predictions.eq(labels)).item() / labels.shape[0]


@right("accuracy")
def accuracy_by_torchmetrics(logits, labels):
    """Another library's accuracy, told to average over images."""
    _refuse_shapes(logits, labels)
    classes = logits.shape[1]
    return multiclass_accuracy(logits, labels, num_classes=classes, average="micro").item()


@right("accuracy")
def accuracy_as_one_minus_error(logits, labels):
    """One minus the share of wrong images, in float64, under `no_grad`."""
    _refuse_shapes(logits, labels)
    with torch.no_grad():
        return 1 - (logits.argmax(-1) != labels).double().mean().item()


@right("accuracy")
def accuracy_batch_of_one_at_a_time(logits, labels):
    """Image by image with `itertools`, numpy's float at the end."""
    _refuse_shapes(logits, labels)
    hits = itertools.starmap(lambda row, k: row.argmax() == k, zip(logits, labels, strict=True))
    return np.float64(sum(map(int, hits))) / len(labels)


@right("accuracy", craft=False)
def accuracy_in_short(logits, labels):
    """The core alone: asserts that the shapes agree."""
    predictions = logits.argmax(1)
    assert predictions.shape == labels.shape
    return (predictions == labels).float().mean().item()


@right("accuracy", craft=False)
def accuracy_in_a_loop(logits, labels):
    """A newcomer's way: counts in a loop, and looks at the number of dimensions."""
    if labels.dim() != 1 or len(labels) != len(logits):
        raise ValueError("labels must be 1-dimensional and of the same length")
    correct = 0
    for i in range(len(labels)):
        if torch.argmax(logits[i]) == labels[i]:
            correct += 1
    return correct / len(labels)


@right("accuracy", craft=False)
def accuracy_of_torch_eq(logits, labels):
    """A newcomer's way: `torch.eq`, `sum`, `item`."""
    y_pred = torch.softmax(logits, dim=1).argmax(dim=1)
    if y_pred.shape != labels.shape:
        raise TypeError("shapes differ")
    return torch.eq(y_pred, labels).sum().item() / len(y_pred)
