"""More right answers to unit baseline: other layouts of the weights, other libraries."""

import functools
import itertools
import math
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize
from torchmetrics.functional.classification import multiclass_accuracy

from tests.right_answers import right

# --- FashionMNISTModelV0 -------------------------------------------------------------------------


@right("FashionMNISTModelV0")
class V0WithParametersByHand(nn.Module):
    """No layers at all: matrices kept transposed, biases as rows, and `@`."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.b = nn.Parameter(torch.zeros(1, classes))
        self.w = nn.Parameter(torch.randn(hidden_units, classes) / hidden_units**0.5)
        self.a = nn.Parameter(torch.zeros(1, hidden_units))
        self.v = nn.Parameter(torch.randn(in_features, hidden_units) / in_features**0.5)

    def forward(self, x):
        return x.reshape(len(x), -1) @ self.v @ self.w + self.a @ self.w + self.b


@right("FashionMNISTModelV0")
class V0WithLazyLayers(nn.Module):
    """The first layer finds out for itself how many values an image has."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.body = nn.Sequential(nn.LazyLinear(hidden_units), nn.LazyLinear(classes))

    def forward(self, x):
        return self.body(torch.flatten(x, start_dim=1))


@right("FashionMNISTModelV0")
class V0WithBiasesInTheMatrices(nn.Module):
    """Each matrix has a column for the bias, and each input a 1 at its end."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.first = nn.Parameter(0.01 * torch.randn(hidden_units, in_features + 1))
        self.second = nn.Parameter(0.1 * torch.randn(classes, hidden_units + 1))

    def forward(self, x):
        values = F.pad(x.flatten(1), (0, 1), value=1.0) @ self.first.T
        return F.pad(values, (0, 1), value=1.0) @ self.second.T


@right("FashionMNISTModelV0")
class V0FromTheLastLayer(nn.Module):
    """The last layer is made first, names say little, a ModuleDict holds the layers."""

    def __init__(self, in_features=784, hidden_units=10, classes=10, **more):
        super().__init__()
        self.z = nn.ModuleDict({"out": nn.Linear(hidden_units, classes)})
        self.z["in"] = nn.Linear(in_features, hidden_units)
        for p in self.parameters():
            nn.init.normal_(p, std=0.05)

    def forward(self, images):
        out = self.z["out"]
        hidden = self.z["in"](images.contiguous().view(images.size(0), -1))
        return F.linear(hidden, out.weight, out.bias)


@right("FashionMNISTModelV0")
class V0WithConvolutions(nn.Module):
    """A linear layer is a convolution with one place; the weights are (out, in, 1, 1)."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.first = nn.Conv2d(in_features, hidden_units, kernel_size=1)
        self.second = nn.Conv2d(hidden_units, classes, kernel_size=1)

    def forward(self, x):
        return self.second(self.first(x.reshape(x.shape[0], -1, 1, 1))).flatten(1)


@right("FashionMNISTModelV0")
class V0InOneVector(nn.Module):
    """All 7,960 numbers lie in one parameter; its parts are cut out in each forward pass."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        shapes = (hidden_units, in_features), (hidden_units,), (classes, hidden_units), (classes,)
        self.shapes = shapes
        self.flat = nn.Parameter(0.03 * torch.randn(sum(math.prod(s) for s in shapes)))

    def forward(self, x):
        parts = self.flat.split([math.prod(s) for s in self.shapes])
        a, b, c, d = (p.view(s) for p, s in zip(parts, self.shapes, strict=True))
        return torch.addmm(d, torch.einsum("bi,hi->bh", x.flatten(1), a) + b, c.t())


# --- FashionMNISTModelV1 -------------------------------------------------------------------------


@right("FashionMNISTModelV1")
class V1WithClamp(nn.Module):
    """The ReLU is a clamp, the flattening two reshapes."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.inp, self.out = nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)

    def forward(self, x):
        return self.out(self.inp(x.flatten(2).flatten(1)).clamp(min=0))


@right("FashionMNISTModelV1")
class V1AsASequential(nn.Sequential):
    """Is itself an nn.Sequential, with names, an in-place ReLU and no forward of its own."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        layers = OrderedDict(
            flat=nn.Flatten(),
            enter=nn.Linear(in_features, hidden_units),
            bend=nn.ReLU(inplace=True),
            leave=nn.Linear(hidden_units, classes),
        )
        super().__init__(layers)


@right("FashionMNISTModelV1")
class V1ByHand(nn.Module):
    """Parameters by hand, einsum, `where` as ReLU, weights kept transposed, buffers beside them."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.weights = nn.ParameterList(
            [
                nn.Parameter(0.05 * torch.randn(in_features, hidden_units)),
                nn.Parameter(0.05 * torch.randn(hidden_units, classes)),
            ]
        )
        self.biases = nn.ParameterList([torch.zeros(hidden_units), torch.zeros(classes)])
        self.register_buffer("zero", torch.zeros(()))

    def forward(self, x):
        h = torch.einsum("bi,ih->bh", x.flatten(1), self.weights[0]) + self.biases[0]
        h = torch.where(h > 0, h, self.zero)
        return torch.einsum("bh,hk->bk", h, self.weights[1]) + self.biases[1]


@right("FashionMNISTModelV1")
class V1WithTwoReLUs(nn.Module):
    """Bends twice at the same place, which changes nothing."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.flat = nn.Flatten()
        self.a = nn.Linear(in_features, hidden_units)
        self.b = nn.Linear(hidden_units, classes)

    def forward(self, x):
        return self.b(F.relu(torch.relu(self.a(self.flat(x)))))


class _V1Base(nn.Module):
    def forward(self, x):
        return self.head((h := self.stem(x.view(x.shape[0], -1))) * (h > 0))


@right("FashionMNISTModelV1")
class V1FromABaseClass(_V1Base):
    """Inherits `forward`, multiplies by a mask, keeps its settings."""

    def __init__(self, in_features: int = 784, hidden_units: int = 10, classes: int = 10):
        super().__init__()
        self.settings = {"hidden_units": hidden_units, "classes": classes}
        self.head, self.stem = (
            nn.Linear(hidden_units, classes),
            nn.Linear(in_features, hidden_units),
        )


@right("FashionMNISTModelV1")
class V1WithAParametrization(nn.Module):
    """The first weight is seen through a parametrization that keeps it as it is."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.first = nn.Linear(in_features, hidden_units)
        self.second = nn.Linear(hidden_units, classes)
        parametrize.register_parametrization(self.first, "weight", nn.Identity())

    def forward(self, x):
        return self.second(nn.functional.relu(self.first(torch.flatten(x, 1))))


# --- count_parameters ----------------------------------------------------------------------------


@right("count_parameters")
def count_parameters_in_a_loop(model):
    """A plain loop with `continue` and `nelement`."""
    total = 0
    for _, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        total += parameter.nelement()
    return total


@right("count_parameters")
def count_parameters_reduced(model):
    """`filter`, `map`, `reduce`, and a set."""
    trainable = set(filter(lambda p: p.requires_grad, model.parameters()))
    return functools.reduce(lambda a, b: a + b, map(torch.numel, trainable), 0)


@right("count_parameters")
def count_parameters_with_numpy(model, trainable_only=True):
    """Products of shapes by numpy, made an int at the end; has a further option."""
    given = (p for p in model.parameters() if p.requires_grad or not trainable_only)
    return int(np.sum([np.prod(tuple(p.shape)) for p in given]))


# --- cross_entropy -------------------------------------------------------------------------------


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


# --- accuracy ------------------------------------------------------------------------------------


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
