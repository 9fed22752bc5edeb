"""Right answers to `FashionMNISTModelV2` in unusual styles."""

import itertools
from collections import OrderedDict
from functools import reduce

import torch
import torch.nn.functional as F
from torch import nn

from autograder.course.reference import reference_answer
from autograder.right_answers import right
from autograder.right_answers.cnn.shared import Block, MatrixConv


@right("FashionMNISTModelV2")
class V2OfTheLoneLayers(nn.Module):
    """Makes its layers from the last to the first; everything else stands in forward."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        self.out = nn.Linear(hidden_units * 49, classes)
        self.conv4 = nn.Conv2d(hidden_units, hidden_units, 3, padding=1)
        self.conv3 = nn.Conv2d(hidden_units, hidden_units, 3, padding=1)
        self.conv2 = nn.Conv2d(hidden_units, hidden_units, 3, padding=1)
        self.conv1 = nn.Conv2d(in_channels, hidden_units, 3, padding=1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
        x = F.max_pool2d(F.relu(self.conv4(F.relu(self.conv3(x)))), 2)
        return self.out(x.reshape(x.shape[0], -1))


@right("FashionMNISTModelV2")
class V2Sequential(nn.Sequential):
    """Is a sequence itself, and has no forward of its own."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__(
            Block(in_channels, hidden_units),
            Block(hidden_units, hidden_units),
            nn.Flatten(),
            nn.Linear(7 * 7 * hidden_units, classes),
        )


@right("FashionMNISTModelV2")
class V2EndsInAConvolution(nn.Module):
    """Its classifier is a convolution as large as the maps; blocks stand in a ModuleList."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        widths = [in_channels, hidden_units, hidden_units]
        block = reference_answer("conv_block")
        self.blocks = nn.ModuleList(block(a, b) for a, b in itertools.pairwise(widths))
        self.classifier = nn.Conv2d(hidden_units, classes, 7)

    def forward(self, images):
        maps = reduce(lambda values, block: block(values), self.blocks, images)
        return self.classifier(maps)[:, :, 0, 0]


@right("FashionMNISTModelV2")
class V2OfBareParameters(nn.Module):
    """Holds tensors, no layers, in a ParameterDict; the last matrix is kept transposed."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        self.kept = nn.ParameterDict()
        for place in range(4):
            before = hidden_units if place else in_channels
            kernels = torch.empty(hidden_units, before, 3, 3)
            self.kept[f"kernels{place}"] = nn.init.kaiming_uniform_(kernels)
            self.kept[f"bias{place}"] = torch.zeros(hidden_units)
        self.kept["matrix"] = torch.randn(hidden_units * 49, classes) * 0.03
        self.kept["offset"] = torch.zeros(classes)

    def forward(self, images):
        for place in range(4):
            kernels, bias = self.kept[f"kernels{place}"], self.kept[f"bias{place}"]
            images = F.conv2d(images, kernels, bias, padding=1).relu_()
            if place % 2:
                images = images.unfold(2, 2, 2).unfold(3, 2, 2).amax((-2, -1))
        return images.flatten(1) @ self.kept["matrix"] + self.kept["offset"]


@right("FashionMNISTModelV2")
class V2OfMatrices(nn.Module):
    """Has no convolution: linear layers are applied to each window."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        widths = [in_channels] + 4 * [hidden_units]
        self.seeing = nn.ModuleList(itertools.starmap(MatrixConv, itertools.pairwise(widths)))
        self.telling = nn.Linear(hidden_units * 7**2, classes)

    def forward(self, images):
        one, two, three, four = self.seeing
        maps = F.max_pool2d(two(one(images).relu()).relu(), 2)
        maps = F.max_pool2d(four(three(maps).relu()).relu(), 2)
        return self.telling(torch.flatten(maps, start_dim=1))


@right("FashionMNISTModelV2")
class V2ThatCanPredict(nn.Module):
    """Has a method that applies softmax, and asks for its mode where nothing depends on it."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        self.blocks = nn.Sequential(
            block(in_channels, hidden_units), block(hidden_units, hidden_units), nn.Flatten()
        )
        self.classifier = nn.Linear(hidden_units * 49, classes)
        self.seen = 0

    def forward(self, images):
        self.seen += len(images) if self.training else 0
        return self.classifier(self.blocks(images))

    def predict(self, images):
        return self.forward(images).softmax(1)


@right("FashionMNISTModelV2")
class V2Functional(nn.Module):
    """All in `forward`, with functional forms; the last layer is registered first."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        self.out = nn.Linear(hidden_units * 7 * 7, classes)
        self.d = nn.Conv2d(hidden_units, hidden_units, 3, padding=1)
        self.c = nn.Conv2d(hidden_units, hidden_units, 3, padding=1)
        self.b = nn.Conv2d(hidden_units, hidden_units, 3, padding=1)
        self.a = nn.Conv2d(in_channels, hidden_units, 3, padding=1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.b(F.relu(self.a(x)))), 2)
        x = F.relu(F.max_pool2d(self.d(torch.relu(self.c(x))), 2))
        return self.out(x.reshape(x.shape[0], -1))


@right("FashionMNISTModelV2")
class V2FlattensChannelsLast(nn.Module):
    """Flattens with the channels last, so the classifier's columns stand in another order."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        self.blocks = nn.ModuleList(
            [block(in_channels, hidden_units), block(hidden_units, hidden_units)]
        )
        self.head = nn.Linear(hidden_units * 49, classes)
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x.permute(0, 2, 3, 1).flatten(1))


@right("FashionMNISTModelV2")
class V2ByHand(nn.Module):
    """Parameters by hand: kernels as (3, 3, in, out), the classifier as a convolution of 7x7."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        widths = [in_channels, *[hidden_units] * 4]
        shapes = [(3, 3, a, b) for a, b in itertools.pairwise(widths)]
        self.kernels = nn.ParameterList([0.1 * torch.randn(shape) for shape in shapes])
        self.biases = nn.ParameterList([torch.zeros(b, 1, 1) for b in widths[1:]])
        self.head = nn.Conv2d(hidden_units, classes, 7)

    def forward(self, x):
        for place, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            x = (F.conv2d(x, kernel.permute(3, 2, 0, 1), padding=1) + bias).relu()
            if place % 2:
                x = x.unflatten(2, (-1, 2)).unflatten(4, (-1, 2)).amax((3, 5))
        return self.head(x).flatten(1)


@right("FashionMNISTModelV2")
class V2AsASequential(nn.Sequential):
    """Is itself one long Sequential, starts from its own initial weights."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10, **_):
        layers = []
        for channels in (in_channels, hidden_units):
            layers += [nn.Conv2d(channels, hidden_units, 3, 1, 1), nn.ReLU(inplace=True)]
            layers += [nn.Conv2d(hidden_units, hidden_units, 3, 1, 1), nn.ReLU(inplace=True)]
            layers += [nn.MaxPool2d(2)]
        super().__init__(*layers, nn.Flatten(), nn.Linear(49 * hidden_units, classes))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")


@right("FashionMNISTModelV2")
class V2MeasuresItsOwnSize(nn.Module):
    """Sends one black image through to learn how wide the classifier must be."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        self.features = nn.Sequential(
            OrderedDict(one=block(in_channels, hidden_units), two=block(hidden_units, hidden_units))
        )
        with torch.no_grad():
            width = self.features(torch.zeros(1, in_channels, 28, 28)).numel()
        self.classifier = nn.Linear(width, classes)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


@right("FashionMNISTModelV2")
class V2Short(nn.Module):
    """The shortest; craft asks for nothing that is not there by itself."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        self.first = block(in_channels, hidden_units)
        self.second = block(hidden_units, hidden_units)
        self.last = nn.Linear(hidden_units * 49, classes)

    def forward(self, images):
        return self.last(self.second(self.first(images)).flatten(1))


@right("FashionMNISTModelV2", craft=False)
class V2OfANewcomer(nn.Module):
    """Asks a dry run for the number of values, prints it, and seeds itself."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        torch.manual_seed(42)
        self.conv_block_1 = reference_answer("conv_block")(in_channels, hidden_units)
        self.conv_block_2 = reference_answer("conv_block")(hidden_units, hidden_units)
        dummy = self.conv_block_2(self.conv_block_1(torch.rand(1, in_channels, 28, 28)))
        in_features = dummy.shape[1] * dummy.shape[2] * dummy.shape[3]
        print("values:", in_features)
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(in_features=in_features, out_features=classes)
        )

    def forward(self, x: torch.Tensor):
        x = self.conv_block_1(x)
        x = self.conv_block_2(x)
        x = self.classifier(x)
        return x
