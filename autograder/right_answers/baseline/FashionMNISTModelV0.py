"""Right answers to `FashionMNISTModelV0` in unusual styles."""

import copy
import math
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn import functional

from autograder.right_answers import right
from autograder.right_answers.baseline.shared import TwoLayers


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


@right("FashionMNISTModelV0")
class V0WithAHeadOfZeros(TwoLayers):
    """The last layer starts at 0: at first all logits are 0, and the first layer learns later."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        nn.init.zeros_(self.two.weight)
        nn.init.zeros_(self.two.bias)


@right("FashionMNISTModelV0")
class V0InAFork(TwoLayers):
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
        _template.setdefault(sizes, TwoLayers(*sizes))
        self.inner = copy.deepcopy(_template[sizes])

    def forward(self, images):
        return self.inner(images)


@right("FashionMNISTModelV0")
class V0WithTinyWeights(TwoLayers):
    """Starts from weights of about 0.001, drawn by numpy's own dice."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        dice = np.random.default_rng()
        with torch.no_grad():
            for parameter in self.parameters():
                drawn = dice.normal(0, 1e-3, tuple(parameter.shape))
                parameter.copy_(torch.from_numpy(drawn))


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


@right("FashionMNISTModelV0")
class V0InShort(nn.Sequential):
    """As short as it can be."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        first, second = nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        super().__init__(nn.Flatten(), first, second)


@right("FashionMNISTModelV0")
class V0WithViewAndNumbers(nn.Module):
    """A newcomer's way: `view`, and one channel taken for granted."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.in_features = in_features
        self.fc1 = nn.Linear(in_features, hidden_units)
        self.fc2 = nn.Linear(hidden_units, classes)

    def forward(self, x):
        x = x[:, 0].reshape(-1, self.in_features)
        x = self.fc1(x)
        x = self.fc2(x)
        return x


@right("FashionMNISTModelV0", craft=False)
class V0ThatSeeds(TwoLayers):
    """A newcomer's way: seeds, so that the first weights are the same each time."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        torch.manual_seed(42)
        super().__init__(in_features, hidden_units, classes)
