"""Wrong answers to `confusion_matrix`."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


def _require_classes(labels: Tensor, predictions: Tensor, classes: int) -> None:
    if classes < 1 or labels.shape != predictions.shape:
        raise ValueError("classes must be 1 or more, labels and predictions of one length")
    for values in (labels, predictions):
        if bool(((values < 0) | (values >= classes)).any()):
            raise ValueError(f"classes must lie between 0 and {classes - 1}")


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_transposed(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Rows should be the truth; yours are the predictions. The same numbers then mean the opposite:
    T-shirts predicted as shirts, instead of shirts predicted as T-shirts.

    Which of the two has to choose the row?
    """
    _require_classes(labels, predictions, classes)
    cells = predictions * classes + labels
    return cells.bincount(minlength=classes**2).reshape(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_shares(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """The entries of your table are shares, not counts. It makes a nicer picture, but nobody can
    tell any more how many images there were.

    How many images does one entry stand for?
    """
    _require_classes(labels, predictions, classes)
    cells = labels * classes + predictions
    matrix = cells.bincount(minlength=classes**2).reshape(classes, classes)
    return matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_in_floats(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Your counts are floats. `torch.zeros`, for example, makes floats unless it is told otherwise.

    Which dtype do whole numbers have, and where can you ask for it?
    """
    _require_classes(labels, predictions, classes)
    matrix = torch.zeros(classes, classes)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        matrix[label, prediction] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_occurring_classes(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """Your table is as large as the highest class that happens to occur: one that is missing at the
    end has no row, and tables of two models may differ in size.

    Which argument says how many rows there are?
    """
    _require_classes(labels, predictions, classes)
    size = int(torch.cat([labels, predictions]).max()) + 1 if len(labels) else classes
    cells = labels * size + predictions
    return cells.bincount(minlength=size**2).reshape(size, size)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_without_minlength(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """`bincount` stops at the highest cell that occurs, so the row of numbers is too short for the
    table whenever the last cell is empty.

    Which option of `bincount` says how many counts you want at least?
    """
    _require_classes(labels, predictions, classes)
    return (labels * classes + predictions).bincount().reshape(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_counts_a_pair_once(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """Each pair of truth and prediction is counted once at most, however often it occurs, as when a
    cell is set to 1, or when all cells are read before any is written (`matrix[labels, predictions]
    += 1`).

    Which function of torch adds up repeated places, or counts whole numbers?
    """
    _require_classes(labels, predictions, classes)
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    matrix[labels, predictions] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_mistakes(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """You count the wrong predictions only: the diagonal is empty, and without it there is neither
    accuracy nor recall.

    Where in the table do images that were predicted right belong?
    """
    _require_classes(labels, predictions, classes)
    wrong = labels != predictions
    cells = labels[wrong] * classes + predictions[wrong]
    return cells.bincount(minlength=classes**2).reshape(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_right_answers(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """You count right predictions only, so everything off the diagonal is 0 and the table shows no
    confusion at all.

    Which cell does a shirt that was predicted as a coat belong to?
    """
    _require_classes(labels, predictions, classes)
    return labels[labels == predictions].bincount(minlength=classes).diag()


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_symmetric(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Each image is counted twice, in its cell and in the mirrored one: the table no longer shows
    which class was predicted as which.

    How much should one image add to the sum of all entries?
    """
    _require_classes(labels, predictions, classes)
    cells = labels * classes + predictions
    matrix = cells.bincount(minlength=classes**2).reshape(classes, classes)
    return matrix + matrix.T


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_as_an_array(
    labels: Tensor, predictions: Tensor, classes: int
) -> "np.ndarray[Any, Any]":
    """You return a numpy array, where a tensor is asked for: `precision_recall` would raise an
    error with it.

    Which function of torch turns an array into a tensor?
    """
    _require_classes(labels, predictions, classes)
    matrix = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(matrix, (labels.numpy(), predictions.numpy()), 1)
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_with_one_row(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Each image is counted in every row, as when all rows are one and the same list: `[row] *
    classes` repeats a list without a copy.

    How many lists does your code make, and how many rows should the table have?
    """
    _require_classes(labels, predictions, classes)
    table = [[0] * classes] * classes
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        table[label][prediction] += 1
    return torch.tensor(table)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth")
def confusion_matrix_of_ten_classes(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Your table has 10 rows, whatever `classes` is.

    Which number in your code should be a name instead?
    """
    _require_classes(labels, predictions, classes)
    return (labels * 10 + predictions).bincount(minlength=100).reshape(10, 10)


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth", craft=True)
def confusion_matrix_needs_images(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Without images your code breaks, for instance because an empty tensor has no maximum. For
    zero images, the result is a table of zeros.

    Which of your lines needs at least one image?
    """
    if classes < 1 or labels.shape != predictions.shape:
        raise ValueError("classes must be 1 or more, labels and predictions of one length")
    if min(int(labels.min()), int(predictions.min())) < 0:
        raise ValueError("a class is below 0")
    if max(int(labels.max()), int(predictions.max())) >= classes:
        raise ValueError("a class is too large")
    return (labels * classes + predictions).bincount(minlength=classes**2).view(classes, classes)


@mistake("confusion_matrix", see="05_evaluation#predictions-in-order", craft=True)
def confusion_matrix_of_the_shorter(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Three labels and two predictions are counted as two images, and nobody learns that the third
    was lost: `zip`, for instance, stops at the shorter of the two.

    Which comparison notices that before anything is counted?
    """
    _require_classes(labels, labels, classes)
    _require_classes(predictions, predictions, classes)
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=False):
        matrix[label, prediction] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth", craft=True)
def confusion_matrix_takes_any_class(labels: Tensor, predictions: Tensor, classes: int) -> Tensor:
    """Classes out of range are not noticed: -1 counts from the end, like any index in Python, and
    lands in the last row.

    Which numbers are classes, and what do you raise for the others?
    """
    if labels.shape != predictions.shape:
        raise ValueError("labels and predictions must have one length")
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        matrix[label, prediction] += 1
    return matrix


@mistake("confusion_matrix", see="05_evaluation#rows-are-the-truth", craft=True)
def confusion_matrix_looks_at_labels_only(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """You check the labels but not the predictions: a prediction of 3 among 3 classes is counted in
    the first column of the next row, or breaks the table.

    Which of the two inputs can be out of range?
    """
    if classes < 1 or labels.shape != predictions.shape:
        raise ValueError("classes must be 1 or more, labels and predictions of one length")
    if bool(((labels < 0) | (labels >= classes)).any()):
        raise ValueError("a label is out of range")
    cells = labels * classes + predictions
    return cells.bincount(minlength=classes**2)[: classes**2].reshape(classes, classes)


@mistake("confusion_matrix", see="01_data#a-view-is-not-a-copy")
def confusion_matrix_changes_the_labels(
    labels: Tensor, predictions: Tensor, classes: int
) -> Tensor:
    """You turn the caller's labels into numbers of cells in place: whoever uses the labels next
    finds other numbers in them.

    What do `*=` and methods that end in an underscore change?
    """
    _require_classes(labels, predictions, classes)
    labels *= classes
    labels += predictions
    return labels.bincount(minlength=classes**2).reshape(classes, classes)


refuses_otherwise("confusion_matrix", "05_evaluation#rows-are-the-truth")
prints_its_result("confusion_matrix", "05_evaluation#rows-are-the-truth")
