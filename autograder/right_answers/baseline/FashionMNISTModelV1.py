"""Right answers to `FashionMNISTModelV1` in unusual styles."""

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrize

from autograder.right_answers import right
from autograder.right_answers.baseline.shared import TwoLayers


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


@right("FashionMNISTModelV1")
class V1ByAHook(TwoLayers):
    """The bend is a hook of the first layer, and its weights start orthogonal."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        nn.init.orthogonal_(self.one.weight)
        self.one.register_forward_hook(lambda layer, given, hidden: hidden.relu_())


@right("FashionMNISTModelV1")
class V1WithAHeadOfZeros(TwoLayers):
    """The last layer starts at 0; the bend is a maximum, and a dropout of 0 follows."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__(in_features, hidden_units, classes)
        nn.init.zeros_(self.two.weight)

    def bend(self, hidden):
        return functional.dropout(torch.maximum(hidden, hidden.new_zeros(())), 0.0, self.training)


@right("FashionMNISTModelV1")
class V1WithAThreshold(TwoLayers):
    """The bend is a threshold at 0; the images are read row by row."""

    def forward(self, images):
        rows = [self.one(image.ravel()) for image in images]
        return self.two(functional.threshold(torch.stack(rows), 0.0, 0.0))


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


@right("FashionMNISTModelV1")
class V1InShort(nn.Sequential):
    """As short as it can be."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        first, second = nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        super().__init__(nn.Flatten(), first, nn.ReLU(), second)


@right("FashionMNISTModelV1", craft=False)
class V1ThatSeeds(nn.Module):
    """A newcomer's way: seeds, `torch.relu`, a name for each step."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        torch.manual_seed(42)
        self.flatten = nn.Flatten()
        self.layer_1 = nn.Linear(in_features, hidden_units)
        self.layer_2 = nn.Linear(hidden_units, classes)

    def forward(self, x):
        x = self.flatten(x)
        x = torch.relu(self.layer_1(x))
        x = self.layer_2(x)
        return x
