"""Right answers to `FashionMNISTModelV3` in unusual styles: any design within the budget."""

import copy
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations

from autograder.right_answers import right


def _conv(inputs, outputs, kernel=3, groups=1, act=nn.ReLU):
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), act())


@right("FashionMNISTModelV3")
class V3Tiny(nn.Sequential):
    """As small as can be: one convolution, far below the budget."""

    def __init__(self, classes=10):
        pooled = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        super().__init__(nn.Conv2d(1, 8, 3), nn.ReLU(), *pooled, nn.Linear(8, classes))


class _Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        nn.init.zeros_(self.bn2.weight)
        self.shortcut = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)) + self.shortcut(x))


@right("FashionMNISTModelV3")
class V3AsAResNet(nn.Module):
    """Residual blocks whose last norm begins at 0, and a last layer of zeros."""

    def __init__(self, classes=10):
        super().__init__()
        sizes = pairwise([1, 24, 48, 96])
        self.blocks = nn.Sequential(*[_Residual(a, b, 1 + (a > 1)) for a, b in sizes])
        self.fc = nn.Linear(96, classes)
        nn.init.zeros_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(self.blocks(x).mean((2, 3)))


@right("FashionMNISTModelV3")
class V3AsADenseNet(nn.Module):
    """Each layer gets the maps of all earlier ones; with dropout."""

    def __init__(self, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, padding=1)
        self.layers = nn.ModuleList()
        for place in range(6):
            inputs = 16 + 12 * place
            norm = nn.BatchNorm2d(inputs), nn.ReLU(inplace=True)
            layer = nn.Conv2d(inputs, 12, 3, padding=1, bias=False), nn.Dropout(0.2)
            self.layers.append(nn.Sequential(*norm, *layer))
        self.head = nn.Sequential(nn.BatchNorm2d(88), nn.ReLU(), nn.Linear(88, classes))

    def forward(self, x):
        x = F.avg_pool2d(self.stem(x), 2)
        for place, layer in enumerate(self.layers):
            x = torch.cat([x, layer(x)], 1)
            x = F.max_pool2d(x, 2) if place == 2 else x
        norm, act, linear = self.head
        return linear(act(norm(x)).amax((-2, -1)))


@right("FashionMNISTModelV3")
class V3OfDepthwiseConvolutions(nn.Module):
    """Depthwise and pointwise convolutions in channels-last, with squeeze and excitation."""

    def __init__(self, classes=10):
        super().__init__()
        self.stem = _conv(1, 32, act=nn.SiLU)
        self.wise = nn.ModuleList(
            nn.Sequential(_conv(a, a, 5, a, nn.SiLU), _conv(a, b, 1, act=nn.SiLU), nn.MaxPool2d(2))
            for a, b in pairwise([32, 64, 128])
        )
        self.gate = nn.Sequential(nn.Linear(128, 16), nn.ReLU(), nn.Linear(16, 128), nn.Sigmoid())
        self.out = nn.Conv2d(128, classes, 1)
        self.to(memory_format=torch.channels_last)

    def forward(self, images):
        x = self.stem(images.contiguous(memory_format=torch.channels_last))
        for layer in self.wise:
            x = layer(x)
        x = x * self.gate(x.mean((2, 3)))[..., None, None]
        return self.out(F.adaptive_avg_pool2d(x, 1)).flatten(1)


@right("FashionMNISTModelV3")
class V3LooksTwice(nn.Module):
    """In eval mode averages the logits of an image and of its mirror image."""

    def __init__(self, classes=10):
        super().__init__()
        blocks = _conv(1, 32), nn.MaxPool2d(2), _conv(32, 64), nn.MaxPool2d(2)
        self.net = nn.Sequential(*blocks, nn.Flatten(), nn.Dropout(0.4), nn.Linear(3136, classes))

    def forward(self, images):
        if self.training:
            return self.net(images)
        return (self.net(images) + self.net(images.flip(-1))) / 2


@right("FashionMNISTModelV3")
class V3AveragesProbabilities(V3LooksTwice):
    """In eval mode averages probabilities of both looks, and returns their logarithms."""

    def forward(self, images):
        if self.training:
            return self.net(images)
        looks = torch.stack([self.net(images), self.net(torch.flip(images, [3]))])
        return looks.softmax(-1).mean(0).log()


@right("FashionMNISTModelV3")
class V3OfPatches(nn.Module):
    """A small transformer over patches of 7 x 7 pixels, with a token for the class."""

    def __init__(self, classes=10):
        super().__init__()
        self.patches = nn.Conv2d(1, 64, 7, stride=7)
        self.token = nn.Parameter(torch.zeros(1, 1, 64))
        self.places = nn.Parameter(0.02 * torch.randn(1, 17, 64))
        layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True, norm_first=True)
        self.body = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.last = nn.Linear(64, classes)

    def forward(self, images):
        values = self.patches(images).flatten(2).transpose(1, 2)  # (B, 16, 64)
        values = torch.cat([self.token.expand(len(values), -1, -1), values], 1)
        return self.last(self.body(values + self.places)[:, 0])


@right("FashionMNISTModelV3")
class V3WithoutConvolutions(nn.Module):
    """Two wide linear layers, just within the budget."""

    def __init__(self, classes=10):
        super().__init__()
        self.hidden = nn.Linear(784, 600)
        self.out = nn.Linear(600, classes)

    def forward(self, images):
        return self.out(F.leaky_relu(self.hidden(images.view(images.size(0), -1)), 0.1))


@right("FashionMNISTModelV3")
class V3LeavesBlocksOut(nn.Module):
    """Leaves blocks out at random while it trains, and uses one block several times."""

    def __init__(self, classes=10):
        super().__init__()
        self.stem = nn.Sequential(_conv(1, 64), nn.MaxPool2d(4))
        self.block = nn.Sequential(_conv(64, 64), _conv(64, 64))
        self.other = nn.Sequential(_conv(64, 64, 5), _conv(64, 64))
        self.last = nn.Linear(64, classes)

    def forward(self, images):
        x = self.stem(images)
        for block in (self.block, self.block, self.other):
            if not self.training or torch.rand(()) < 0.7:
                x = x + block(x)
        return self.last(x.flatten(2).amax(-1))


@right("FashionMNISTModelV3")
class V3WithFixedFilters(nn.Module):
    """Begins with edge filters that do not learn: a buffer, and frozen parameters."""

    def __init__(self, classes=10):
        super().__init__()
        edge = torch.tensor([[1.0, 2.0, 1.0], [0.0, 0.0, 0.0], [-1.0, -2.0, -1.0]])
        self.register_buffer("edges", torch.stack([edge, edge.T])[:, None])
        self.spread = nn.Conv2d(2, 16, 1).requires_grad_(False)
        self.rest = nn.Sequential(_conv(16, 32), nn.AdaptiveMaxPool2d(4), nn.Flatten())
        self.last = nn.Linear(512, classes)

    def forward(self, images):
        return self.last(self.rest(self.spread(F.conv2d(images, self.edges, padding=1))))


@right("FashionMNISTModelV3")
class V3KeepsItsAverage(nn.Module):
    """Holds a frozen, slowly moving copy of its net, which answers in eval mode."""

    def __init__(self, classes=10):
        super().__init__()
        blocks = nn.Conv2d(1, 16, 3, stride=2), nn.GELU(), nn.Conv2d(16, 32, 3, stride=2), nn.GELU()
        self.net = nn.Sequential(*blocks, nn.Flatten(), nn.Linear(32 * 36, classes))
        self.slow = copy.deepcopy(self.net).requires_grad_(False)

    @torch.no_grad()
    def follow(self):
        for mine, other in zip(self.slow.parameters(), self.net.parameters(), strict=True):
            mine.lerp_(other, 0.05)

    def forward(self, images):
        if not self.training:
            return self.slow(images)
        self.follow()
        return self.net(images)


@right("FashionMNISTModelV3")
class V3InHalfPrecision(nn.Module):
    """Computes in bfloat16 inside, and returns float32."""

    def __init__(self, classes=10):
        super().__init__()
        self.body = nn.Sequential(_conv(1, 32), nn.MaxPool2d(2), _conv(32, 32), nn.MaxPool2d(2))
        self.last = nn.Linear(32, classes)

    def forward(self, images):
        with torch.autocast(images.device.type, dtype=torch.bfloat16):
            maps = self.body(images)
        return self.last(maps.float().mean((2, 3)))


@right("FashionMNISTModelV3")
class V3ComparesWithPrototypes(nn.Module):
    """Its logits are distances to a prototype of each class, none of them above 0."""

    def __init__(self, classes=10):
        super().__init__()
        conv = parametrizations.weight_norm(nn.Conv2d(1, 24, 5))
        self.body = nn.Sequential(conv, nn.Tanh(), nn.AvgPool2d(4), nn.Flatten())
        self.squeeze = nn.Linear(864, 32)
        self.prototypes = nn.Parameter(torch.randn(classes, 32))

    def forward(self, images):
        return -(torch.cdist(self.squeeze(self.body(images)), self.prototypes) ** 2)


@right("FashionMNISTModelV3")
class V3HelpsItself(nn.Module):
    """A second classifier halfway gives its opinion while the model trains."""

    def __init__(self, classes=10):
        super().__init__()
        self.one, self.two = _conv(1, 32), _conv(32, 64)
        self.early = nn.Linear(32, classes)
        self.late = nn.Linear(64, classes)

    def forward(self, images):
        half = F.max_pool2d(self.one(images), 2)
        logits = self.late(F.max_pool2d(self.two(half), 2).mean((2, 3)))
        if self.training:
            logits = logits + 0.3 * self.early(half.mean((2, 3)))
        return logits


@right("FashionMNISTModelV3", craft=False)
class V3OfANewcomer(nn.Module):
    """Biases before batch norm, a seed, a dry run for the number of values, and prints."""

    def __init__(self, classes: int = 10):
        super().__init__()
        torch.manual_seed(42)
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=32, kernel_size=3, padding=1)
        self.bn1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.bn2 = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(2, 2)
        self.dropout = nn.Dropout(0.25)
        with torch.no_grad():
            n = self.features(torch.zeros(2, 1, 28, 28)).shape[1]
        print("values:", n)
        self.fc1 = nn.Linear(n, 120)
        self.fc2 = nn.Linear(120, classes)

    def features(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = self.pool(F.relu(self.bn2(self.conv2(x))))
        return x.view(-1, 64 * 6 * 6)

    def forward(self, x):
        x = self.dropout(F.relu(self.fc1(self.features(x))))
        return self.fc2(x)
