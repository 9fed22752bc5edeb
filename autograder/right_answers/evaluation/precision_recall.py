"""Right answers to `precision_recall` in unusual styles."""

import torch

from autograder.right_answers import right


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


@right("precision_recall", craft=False)
def precision_recall_in_two_lines(matrix):
    """The core alone."""
    correct = matrix.diag()
    return correct / matrix.sum(0).clamp(min=1), correct / matrix.sum(1).clamp(min=1)


@right("precision_recall", craft=False)
def precision_recall_filling_zeros(matrix):
    """A newcomer's: loops over the classes and fills two tensors of zeros."""
    n = matrix.shape[0]
    precision, recall = torch.zeros(n), torch.zeros(n)
    for c in range(n):
        tp = matrix[c, c]
        if matrix[:, c].sum() > 0:
            precision[c] = tp / matrix[:, c].sum()
        if matrix[c, :].sum() > 0:
            recall[c] = tp / matrix[c, :].sum()
    return precision, recall


@right("precision_recall", craft=False)
def precision_recall_replacing_nan(matrix):
    """Divides, and writes 0 over its own nan."""
    precision = torch.diag(matrix) / torch.sum(matrix, dim=0)
    recall = torch.diag(matrix) / torch.sum(matrix, dim=1)
    precision[torch.isnan(precision)] = 0
    recall[recall.isnan()] = 0
    return precision, recall
