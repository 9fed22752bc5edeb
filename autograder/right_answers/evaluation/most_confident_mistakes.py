"""Right answers to `most_confident_mistakes` in unusual styles."""

import numpy as np
import torch

from autograder.right_answers import right


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


@right("most_confident_mistakes")
def most_confident_mistakes_by_negative_rows(probabilities, labels, k):
    """Sorts upwards by what the choice lacks to 1, in float64: as exact as the confidence."""
    if k < 0 or probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise ValueError("pass (N, K), (N,) and k of 0 or more")
    table = probabilities.numpy().astype(np.float64)
    wrong = np.nonzero(table.argmax(1) != labels.numpy())[0]
    order = np.argsort(1 - table.max(1)[wrong], kind="mergesort")
    return torch.tensor(wrong[order][:k].tolist(), dtype=torch.int64)


@right("most_confident_mistakes", craft=False)
def most_confident_mistakes_in_three_lines(probabilities, labels, k):
    """The core alone."""
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero()[:, 0]
    return wrong[confidence[wrong].argsort(descending=True)[:k]]


@right("most_confident_mistakes", craft=False)
def most_confident_mistakes_with_topk(probabilities, labels, k):
    """A newcomer's: as many of `topk` as there are."""
    predictions = probabilities.argmax(dim=1)
    wrong = torch.where(predictions != labels)[0]
    values = probabilities[wrong, predictions[wrong]]
    top = torch.topk(values, min(k, len(wrong)))
    return wrong[top.indices]


@right("most_confident_mistakes", craft=False)
def most_confident_mistakes_in_a_loop(probabilities, labels, k):
    """Collects pairs in a list, sorts them downwards, and names the dtype of the result."""
    pairs = []
    for i in range(len(labels)):
        p = probabilities[i].max().item()
        if probabilities[i].argmax() != labels[i]:
            pairs.append((p, i))
    pairs.sort(reverse=True)
    return torch.tensor([i for _, i in pairs[:k]], dtype=torch.long)
