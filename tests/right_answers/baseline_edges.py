"""Right answers to unit baseline that lie near to what the checks refuse."""

import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tests.right_answers import right

# --- FashionMNISTModelV0 -------------------------------------------------------------------------


class _Two(nn.Module):
    """Two layers, with a place for a bend."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.one = nn.Linear(in_features, hidden_units)
        self.two = nn.Linear(hidden_units, classes)

    def bend(self, hidden):
        return hidden

    def forward(self, images):
        return self.two(self.bend(self.one(images.flatten(1))))


@right("FashionMNISTModelV0")
class V0WithAHeadOfZeros(_Two):
    """The last layer starts at 0: at first all logits are 0, and the first layer learns later."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        nn.init.zeros_(self.two.weight)
        nn.init.zeros_(self.two.bias)


@right("FashionMNISTModelV0")
class V0InAFork(_Two):
    """Seeds, but in a fork of the random state, which ends as it began."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(in_features)
            super().__init__(in_features, hidden_units, classes)


_template: dict[tuple[int, int, int], nn.Module] = {}


@right("FashionMNISTModelV0")
class V0CopiedFromATemplate(nn.Module):
    """Copies its layers from a template that is made once; no two models share a weight."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        sizes = in_features, hidden_units, classes
        _template.setdefault(sizes, _Two(*sizes))
        self.inner = copy.deepcopy(_template[sizes])

    def forward(self, images):
        return self.inner(images)


@right("FashionMNISTModelV0")
class V0WithTinyWeights(_Two):
    """Starts from weights of about 0.001, drawn by numpy's own dice."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        dice = np.random.default_rng()
        with torch.no_grad():
            for parameter in self.parameters():
                drawn = dice.normal(0, 1e-3, tuple(parameter.shape))
                parameter.copy_(torch.from_numpy(drawn))


# --- FashionMNISTModelV1 -------------------------------------------------------------------------


@right("FashionMNISTModelV1")
class V1ByAHook(_Two):
    """The bend is a hook of the first layer, and its weights start orthogonal."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        nn.init.orthogonal_(self.one.weight)
        self.one.register_forward_hook(lambda layer, given, hidden: hidden.relu_())


@right("FashionMNISTModelV1")
class V1WithAHeadOfZeros(_Two):
    """The last layer starts at 0; the bend is a maximum, and a dropout of 0 follows."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        nn.init.zeros_(self.two.weight)

    def bend(self, hidden):
        return functional.dropout(torch.maximum(hidden, hidden.new_zeros(())), 0.0, self.training)


@right("FashionMNISTModelV1")
class V1WithAThreshold(_Two):
    """The bend is a threshold at 0; the images are read row by row."""

    def forward(self, images):
        rows = [self.one(image.ravel()) for image in images]
        return self.two(functional.threshold(torch.stack(rows), 0.0, 0.0))


# --- count_parameters ----------------------------------------------------------------------------


@right("count_parameters")
def count_parameters_by_products(model):
    """The sum of numpy's products, which is numpy's own kind of int."""
    return sum(np.prod(p.shape, dtype=np.int64) for p in model.parameters() if p.requires_grad)


@right("count_parameters")
def count_parameters_by_walking(model, met=None):
    """Walks down the modules and hands on what it has met; it looks, but touches nothing."""
    met = set() if met is None else met
    new = {p for p in model._parameters.values() if p is not None and p.requires_grad} - met
    met |= new
    own = sum(parameter.nelement() for parameter in new)
    return own + sum(count_parameters_by_walking(child, met) for child in model.children())


# --- cross_entropy -------------------------------------------------------------------------------


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


# --- accuracy ------------------------------------------------------------------------------------


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
