"""Right answers to unit baseline, in unusual styles."""

import functools
import math
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tests.right_answers import right

# --- FashionMNISTModelV0 -------------------------------------------------------------------------


@right("FashionMNISTModelV0")
class FashionMNISTModelV0WithTransposedWeights(nn.Module):
    """Holds its own parameters, transposed, and multiplies with @."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(in_features, hidden_units) / math.sqrt(in_features))
        self.b1 = nn.Parameter(torch.zeros(1, hidden_units))
        self.w2 = nn.Parameter(torch.randn(hidden_units, classes) / math.sqrt(hidden_units))
        self.b2 = nn.Parameter(torch.zeros(classes))

    def forward(self, images):
        return (images.reshape(len(images), -1) @ self.w1 + self.b1) @ self.w2 + self.b2


@right("FashionMNISTModelV0")
class FashionMNISTModelV0AsASequential(nn.Sequential):
    """Is an nn.Sequential itself, with named layers and no forward of its own."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        named = {"flat": nn.Flatten(1, -1), "in": nn.Linear(in_features, hidden_units)}
        super().__init__(OrderedDict(named, out=nn.Linear(hidden_units, classes)))


@right("FashionMNISTModelV0")
class FashionMNISTModelV0InOtherOrder(nn.Module):
    """Makes the last layer first, keeps both in a ModuleDict, and has an extra keyword."""

    def __init__(self, in_features=784, hidden_units=10, classes=10, *, bias=True):
        super().__init__()
        head = nn.Linear(hidden_units, classes, bias=bias)
        body = nn.Linear(in_features, hidden_units, bias=bias)
        self.parts = nn.ModuleDict({"head": head, "body": body})

    def forward(self, images):
        return self.parts["head"](self.parts["body"](torch.flatten(images, start_dim=1)))


@right("FashionMNISTModelV0")
class FashionMNISTModelV0ThatMultipliesItsWeights(nn.Module):
    """Makes one map out of the two before any image is looked at."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)

    def forward(self, images):
        weight = self.second.weight @ self.first.weight
        bias = self.second(self.first.bias)
        return functional.linear(images.flatten(1), weight, bias)


@right("FashionMNISTModelV0")
class FashionMNISTModelV0ByConvolution(nn.Module):
    """Reads the pixels as channels of a signal of length 1, and casts to float32 to be sure."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.in_features = in_features
        self.first = nn.Conv1d(in_features, hidden_units, kernel_size=1)
        self.second = nn.Conv1d(hidden_units, classes, kernel_size=1)

    def forward(self, images):
        signal = images.float().view(-1, self.in_features, 1)
        return self.second(self.first(signal))[:, :, 0]


@right("FashionMNISTModelV0")
class FashionMNISTModelV0ByEinsum(nn.Module):
    """Uses einsum and a ParameterList; initial weights by nn.init."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        shapes = [(hidden_units, in_features), (hidden_units,), (classes, hidden_units), (classes,)]
        self.weights = nn.ParameterList(nn.Parameter(torch.empty(shape)) for shape in shapes)
        for weight in self.weights:
            nn.init.normal_(weight, std=0.05)

    def forward(self, images):
        w1, b1, w2, b2 = self.weights
        hidden = torch.einsum("bi,hi->bh", images.flatten(1), w1) + b1
        return torch.einsum("bh,kh->bk", hidden, w2).add(b2)


# --- count_parameters ----------------------------------------------------------------------------


@right("count_parameters")
def count_parameters_by_shapes(model):
    """Multiplies the shapes in a loop over names."""
    total = 0
    for _, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        total += math.prod(parameter.shape)
    return total


@right("count_parameters")
def count_parameters_by_identity(model):
    """Walks the layers and keeps what it met in a dict by id."""
    met = {}
    for layer in model.modules():
        for parameter in layer._parameters.values():
            if parameter is not None and parameter.requires_grad:
                met[id(parameter)] = parameter.nelement()
    return sum(met.values())


@right("count_parameters")
def count_parameters_by_filter_and_reduce(model):
    """Is functional, and starts at 0 for a model without parameters."""
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    return functools.reduce(lambda total, p: total + p.size().numel(), trainable, 0)


@right("count_parameters")
def count_parameters_as_one_vector(model, trainable_only=True):
    """Joins all numbers into one vector; an extra default; a set, as tensors hash by identity."""
    kept = {p for p in model.parameters() if p.requires_grad or not trainable_only}
    return len(nn.utils.parameters_to_vector(kept)) if kept else 0


@right("count_parameters")
def count_parameters_by_numpy(model):
    """Takes the sizes from numpy and returns a true int."""
    sizes = [p.detach().numpy().size for p in model.parameters() if p.requires_grad]
    return int(np.sum(sizes))


# --- cross_entropy -------------------------------------------------------------------------------


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


# --- accuracy ------------------------------------------------------------------------------------


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


# --- FashionMNISTModelV1 -------------------------------------------------------------------------


@right("FashionMNISTModelV1")
class FashionMNISTModelV1WithFunctions(nn.Module):
    """Has layers as attributes of other names, and functions for the rest."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.encoder = nn.Linear(in_features, hidden_units)
        self.decoder = nn.Linear(hidden_units, classes)

    def forward(self, images):
        hidden = functional.relu(self.encoder(images.flatten(1)), inplace=True)
        return self.decoder(hidden)


@right("FashionMNISTModelV1")
class FashionMNISTModelV1WithOwnParameters(nn.Module):
    """Holds transposed parameters, registered by name, and clamps."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.register_parameter("out", nn.Parameter(torch.rand(hidden_units, classes) - 0.5))
        self.register_parameter("shift", nn.Parameter(torch.zeros(classes)))
        self.register_parameter("into", nn.Parameter(torch.rand(in_features, hidden_units) - 0.5))
        self.register_parameter("start", nn.Parameter(torch.zeros(hidden_units)))

    def forward(self, images):
        pixels = images.reshape(images.shape[0], -1)
        hidden = torch.addmm(self.start, pixels, self.into).clamp(min=0)
        return torch.addmm(self.shift, hidden, self.out)


@right("FashionMNISTModelV1")
class FashionMNISTModelV1InAModuleList(nn.Module):
    """Loops over a ModuleList, with an activation that can be chosen by keyword."""

    def __init__(self, in_features=784, hidden_units=10, classes=10, activation=nn.ReLU):
        super().__init__()
        self.stack = nn.ModuleList()
        self.stack.append(nn.Flatten())
        self.stack.append(nn.Linear(in_features, hidden_units))
        self.stack.append(activation())
        self.stack.append(nn.Linear(hidden_units, classes))

    def forward(self, images):
        for part in self.stack:
            images = part(images)
        return images


class _Hinge(nn.Module):
    """A ReLU written by hand."""

    def forward(self, values):
        return torch.where(values > 0, values, torch.zeros_like(values))


@right("FashionMNISTModelV1")
class FashionMNISTModelV1OfBlocks(nn.Module):
    """Nests its layers two deep, with a ReLU of its own and dropout of rate 0."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        body = nn.Sequential(nn.Linear(in_features, hidden_units), _Hinge(), nn.Dropout(0.0))
        self.net = nn.Sequential(body, nn.Sequential(nn.Linear(hidden_units, classes)))

    def forward(self, images):
        return self.net(images.view(images.size(0), -1))


class _Linear(nn.Module):
    """A base whose bend a subclass chooses."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.a = nn.Linear(in_features, hidden_units)
        self.b = nn.Linear(hidden_units, classes)

    def bend(self, values):
        return values

    def forward(self, images):
        return self.b(self.bend(self.a(images.float().flatten(1))))


@right("FashionMNISTModelV1")
class FashionMNISTModelV1AsASubclass(_Linear):
    """Inherits everything from a linear model but the bend; casts to float32 to be sure."""

    def bend(self, values):
        return values * (values > 0)
