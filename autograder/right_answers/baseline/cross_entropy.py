"""Right answers to `cross_entropy` in unusual styles."""

import functools

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn import functional

from autograder.right_answers import right


def require_a_loss(logits, labels):
    if logits.ndim != 2 or labels.ndim != 1 or not len(logits) or len(logits) != len(labels):
        raise ValueError(f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)}")
    if not ((labels >= 0) & (labels < logits.size(1))).all():
        raise ValueError(f"labels {labels.tolist()} are not all below {logits.size(1)}")


@right("cross_entropy")
def cross_entropy_by_shifted_exp(logits, labels):
    """Subtracts each row's largest logit, detached, and indexes with two lists."""
    require_a_loss(logits, labels)
    shifted = logits - logits.detach().max(dim=1, keepdim=True).values
    log_shares = shifted - shifted.exp().sum(1, keepdim=True).log()
    return -log_shares[range(len(labels)), labels.tolist()].mean()


@right("cross_entropy")
def cross_entropy_by_one_hot(logits, labels):
    """Picks the true class with a float32 one-hot in an einsum, in the dtype of the contract."""
    require_a_loss(logits, labels)
    truth = functional.one_hot(labels, logits.shape[1]).float()
    of_truth = torch.einsum("bk,bk->", logits, truth)
    return (torch.logsumexp(logits, 1).sum() - of_truth) / logits.shape[0]


@right("cross_entropy")
def cross_entropy_of_margins(logits, labels):
    """Sees the loss as logsumexp of what the other classes are ahead."""
    require_a_loss(logits, labels)
    ahead = logits - torch.take_along_dim(logits, labels[:, None], dim=1)
    return ahead.logsumexp(-1).mean(dim=0)


@right("cross_entropy")
def cross_entropy_image_by_image(logits, labels):
    """Loops over the images and adds the classes one by one with logaddexp."""
    require_a_loss(logits, labels)
    losses = []
    for row, label in zip(logits, labels, strict=True):
        losses.append(functools.reduce(torch.logaddexp, row.unbind()) - row[label])
    return torch.stack(losses).mean()


@right("cross_entropy")
def cross_entropy_in_double_precision(logits, labels):
    """Calculates in float64 with a boolean mask, and returns the dtype it was given."""
    require_a_loss(logits, labels)
    exact = logits.double()
    mask = torch.arange(logits.shape[1]).unsqueeze(0).eq(labels.unsqueeze(1))
    return (exact.logsumexp(dim=1) - exact[mask]).mean().to(logits.dtype)


class _Surprise(torch.autograd.Function):
    """Forward in numpy, backward by hand."""

    @staticmethod
    def forward(ctx, logits, labels):
        scores = logits.detach().numpy().astype(np.float64)
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(labels))
        gradient = np.exp(log_shares)
        gradient[rows, labels.numpy()] -= 1
        ctx.save_for_backward(torch.from_numpy(gradient / len(labels)).to(logits.dtype))
        loss = -log_shares[rows, labels.numpy()].mean()
        return torch.tensor(loss, dtype=logits.dtype)

    @staticmethod
    def backward(ctx, upstream):
        (gradient,) = ctx.saved_tensors
        return upstream * gradient, None


@right("cross_entropy")
def cross_entropy_with_its_own_gradient(logits, labels):
    """Is an autograd function: numpy forward, a gradient written by hand."""
    require_a_loss(logits, labels)
    return _Surprise.apply(logits, labels)


@right("cross_entropy")
def cross_entropy_by_log1p(logits, labels):
    """Takes the largest logit out of the sum, checks dtypes as documented, works on copies."""
    if logits.dtype != torch.float32 or labels.dtype != torch.int64:
        raise ValueError(f"logits are {logits.dtype} and labels {labels.dtype}")
    if logits.ndim != 2 or labels.ndim != 1 or len(logits) != len(labels) or not len(labels):
        raise ValueError(f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)}")
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError("a label is out of range")
    column = labels.clone().unsqueeze_(1)
    top, place = logits.max(1)
    rest = (logits - top[:, None]).exp().scatter(1, place[:, None], 0.0).sum(1)
    return (top + rest.log1p() - logits.gather(1, column)[:, 0]).mean()


def _refuse(logits, labels):
    if logits.dim() != 2 or len(labels) == 0 or labels.shape != (len(logits),):
        raise ValueError(f"shapes {tuple(logits.shape)} and {tuple(labels.shape)} do not match")
    if not bool(((labels >= 0) & (labels < logits.size(1))).all()):
        raise ValueError(f"labels {labels.tolist()} are out of range")


@right("cross_entropy")
def cross_entropy_with_the_largest_subtracted(logits, labels):
    """By exponentials, after subtracting each row's largest logit."""
    _refuse(logits, labels)
    moved = logits - logits.max(dim=1, keepdim=True).values
    exponentials = torch.exp(moved)
    log_shares = moved - torch.log(exponentials.sum(dim=1, keepdim=True))
    return -log_shares[torch.arange(len(labels)), labels].mean()


@right("cross_entropy")
def cross_entropy_with_one_hot(logits, labels):
    """Picks by a one-hot mask, detaches the largest logit, divides by hand."""
    _refuse(logits, labels)
    largest = logits.detach().amax(1, keepdim=True)
    lse = largest + (logits - largest).exp().sum(1, keepdim=True).log()
    mask = F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return (mask * (lse - logits)).sum() / logits.shape[0]


@right("cross_entropy")
def cross_entropy_from_differences(logits, labels):
    """The logsumexp of every logit minus that of the truth, computed in float64."""
    _refuse(logits, labels)
    doubled = logits.double()
    differences = doubled - doubled.gather(1, labels.view(-1, 1))
    return torch.logsumexp(differences, dim=-1).mean().to(logits.dtype)


@right("cross_entropy")
def cross_entropy_with_logaddexp(logits, labels):
    """Adds the classes up one by one with `logaddexp`."""
    _refuse(logits, labels)
    total = functools.reduce(torch.logaddexp, logits.unbind(1))
    return (total - torch.take_along_dim(logits, labels[:, None], 1)[:, 0]).mean()


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, labels):
        shares = (logits - logits.amax(1, keepdim=True)).exp()
        shares = shares / shares.sum(1, keepdim=True)
        ctx.save_for_backward(shares, labels)
        picked = logits[torch.arange(len(labels)), labels]
        return (logits.logsumexp(1) - picked).mean()

    @staticmethod
    def backward(ctx, upstream):
        shares, labels = ctx.saved_tensors
        gradient = shares.clone()
        gradient[torch.arange(len(labels)), labels] -= 1
        return upstream * gradient / len(labels), None


@right("cross_entropy")
def cross_entropy_with_its_own_backward(logits, labels, *, reduction="mean"):
    """Brings its own backward: softmax minus one-hot."""
    _refuse(logits, labels)
    return _CrossEntropy.apply(logits, labels)


@right("cross_entropy", craft=False)
def cross_entropy_in_short(logits, labels):
    """The core alone, in one line."""
    return (logits.logsumexp(1) - logits[range(len(labels)), labels]).mean()


@right("cross_entropy", craft=False)
def cross_entropy_step_by_step(logits, labels):
    """A newcomer's way: a name for each step, a mask for the true class."""
    largest = torch.max(logits, dim=1, keepdim=True).values
    shifted = logits - largest
    log_sum = torch.log(torch.sum(torch.exp(shifted), dim=1, keepdim=True))
    log_probabilities = shifted - log_sum
    one_hot = F.one_hot(labels, num_classes=logits.shape[1])
    return -torch.sum(log_probabilities * one_hot) / len(labels)


@right("cross_entropy", craft=False)
def cross_entropy_in_a_loop(logits, labels):
    """A newcomer's way: image by image."""
    total = 0
    for i in range(len(logits)):
        total = total + torch.logsumexp(logits[i], dim=0) - logits[i][labels[i]]
    return total / len(logits)
