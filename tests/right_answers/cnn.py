"""Right answers to unit cnn, in unusual styles."""

import copy
import itertools
import math
import random
from collections import OrderedDict
from fractions import Fraction
from functools import partial, reduce

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder.course.reference import reference_answer
from tests.right_answers import right

# --- conv_output_size ----------------------------------------------------------------------------


def require_a_place(size, kernel_size, stride, padding):
    if any(value < 1 for value in (size, kernel_size, stride)) or padding < 0:
        raise ValueError("size, kernel_size and stride must be positive, padding not negative")
    if size + 2 * padding < kernel_size:
        raise ValueError(f"kernel_size is {kernel_size}: pass at most {size + 2 * padding}")


@right("conv_output_size")
def conv_output_size_of_a_range(size, kernel_size, stride=1, padding=0):
    """Lists where the kernel begins and counts."""
    require_a_place(size, kernel_size, stride, padding)
    return len(range(-padding, size + padding - kernel_size + 1, stride))


@right("conv_output_size")
def conv_output_size_walking(size, kernel_size, stride=1, padding=0):
    """Moves the kernel until it hangs over; a count of 0 shows that it never fitted."""
    if min(size, kernel_size, stride, padding + 1) <= 0:
        raise ValueError(f"{size=}, {kernel_size=}, {stride=}, {padding=}: one is too small")
    places, end = 0, kernel_size
    while end <= size + padding + padding:
        places, end = places + 1, end + stride
    if not places:
        raise ValueError(f"kernel_size is {kernel_size}: too large")
    return places


@right("conv_output_size")
def conv_output_size_as_the_book_has_it(size, kernel_size, stride=1, padding=0, dilation=1):
    """The formula of PyTorch's documentation, floor and dilation included."""
    require_a_place(size, kernel_size, stride, padding)
    reach = dilation * (kernel_size - 1)
    return math.floor(Fraction(size + 2 * padding - reach - 1, stride) + 1)


@right("conv_output_size")
def conv_output_size_of_windows(size, kernel_size, stride=1, padding=0):
    """Lets numpy lay the windows on an empty row."""
    require_a_place(size, kernel_size, stride, padding)
    row = np.pad(np.empty(size), padding)
    return len(np.lib.stride_tricks.sliding_window_view(row, kernel_size)[::stride])


@right("conv_output_size")
def conv_output_size_asked_of_torch(size, kernel_size, stride=1, padding=0):
    """Runs a layer without memory, and turns any refusal of torch's into its own."""
    try:
        require_a_place(size, kernel_size, stride, padding)
        with torch.device("meta"):
            layer = nn.Conv1d(1, 1, kernel_size, stride, padding)
            return layer(torch.empty(1, 1, size)).shape[-1]
    except RuntimeError as error:
        raise ValueError(str(error)) from error


# --- conv2d --------------------------------------------------------------------------------------


def require_shapes(images, kernels):
    if images.ndim != 4 or kernels.ndim != 4:
        raise ValueError("images and kernels must have 4 dimensions each")
    if images.shape[1] != kernels.shape[1]:
        raise ValueError("images and kernels must have the same number of channels")
    if kernels.shape[-1] < 1 or kernels.shape[-1] > min(images.shape[2:]):
        raise ValueError("kernels must fit into the image")


@right("conv2d")
def conv2d_with_six_loops(images, kernels):
    """One product at a time, in a list that is stacked at the end."""
    require_shapes(images, kernels)
    (count, channels, height, width), (maps, _, k, _) = images.shape, kernels.shape
    values = []
    for b, o in itertools.product(range(count), range(maps)):
        for y, x in itertools.product(range(height - k + 1), range(width - k + 1)):
            total = 0
            for c, i, j in itertools.product(range(channels), range(k), range(k)):
                total = total + images[b, c, y + i, x + j] * kernels[o, c, i, j]
            values.append(total)
    return torch.stack(values).reshape(count, maps, height - k + 1, width - k + 1)


@right("conv2d")
def conv2d_window_by_window(images, kernels):
    """Fills an empty tensor in place, one window of all images and kernels at a time."""
    require_shapes(images, kernels)
    k = kernels.shape[-1]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    result = images.new_empty(len(images), len(kernels), rows, columns)
    for y in range(rows):
        for x in range(columns):
            window = images[:, None, :, y : y + k, x : x + k]
            result[:, :, y, x] = (window * kernels).sum(dim=(2, 3, 4))
    return result


@right("conv2d")
def conv2d_of_shifted_images(images, kernels):
    """Adds up k x k shifted images, each weighted by one place of the kernel."""
    require_shapes(images, kernels)
    k = kernels.shape[2]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    return sum(
        torch.einsum(
            "bchw,oc->bohw", images[:, :, i : i + rows, j : j + columns], kernels[..., i, j]
        )
        for i in range(k)
        for j in range(k)
    )


@right("conv2d")
def conv2d_by_columns(images, kernels):
    """Turns windows into columns, and the convolution into one product of matrices."""
    require_shapes(images, kernels)
    k = kernels.shape[2]
    columns = F.unfold(images, k)
    result = kernels.flatten(1) @ columns
    return result.unflatten(2, (images.shape[2] - k + 1, images.shape[3] - k + 1))


@right("conv2d")
def conv2d_of_strided_views(images, kernels):
    """Makes the windows with as_strided, and sums with tensordot."""
    require_shapes(images, kernels)
    count, channels, height, width = images.shape
    k = kernels.shape[2]
    b, c, y, x = images.stride()
    sizes = (count, channels, height - k + 1, width - k + 1, k, k)
    windows = images.as_strided(sizes, (b, c, y, x, y, x), images.storage_offset())
    return torch.tensordot(windows, kernels, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


@right("conv2d")
def conv2d_in_frequencies(images, kernels):
    """Multiplies Fourier transforms in float64; the conjugate makes it a cross-correlation."""
    require_shapes(images, kernels)
    k, size = kernels.shape[2], images.shape[2:]
    waves, patterns = torch.fft.rfft2(images.double()), torch.fft.rfft2(kernels.double(), s=size)
    mixed = (waves.unsqueeze(1) * patterns.conj()).sum(2)
    whole = torch.fft.irfft2(mixed, s=size).to(images.dtype)
    return whole[..., : size[0] - k + 1, : size[1] - k + 1]


# --- conv_block ----------------------------------------------------------------------------------


@right("conv_block")
def conv_block_with_names(in_channels, out_channels):
    """Names the layers, and lets torch work out the padding."""
    return nn.Sequential(
        OrderedDict(
            see=nn.Conv2d(in_channels, out_channels, (3, 3), padding="same"),
            cut=nn.ReLU(inplace=True),
            look=nn.Conv2d(out_channels, out_channels, (3, 3), padding="same"),
            again=nn.ReLU(inplace=True),
            shrink=nn.MaxPool2d(kernel_size=2, stride=2),
        )
    )


class Block(nn.Sequential):
    def __init__(self, before, after):
        super().__init__()
        for place, channels in enumerate((before, after)):
            self.add_module(f"conv{place}", nn.Conv2d(channels, after, 3, 1, 1))
            self.add_module(f"relu{place}", nn.ReLU())
        self.append(nn.MaxPool2d(2, ceil_mode=False))


@right("conv_block")
def conv_block_of_a_subclass(in_channels, out_channels):
    """Returns a subclass of nn.Sequential that adds its layers in a loop."""
    return Block(in_channels, out_channels)


class Applied(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, values):
        return self.function(values)


@right("conv_block")
def conv_block_of_functions(in_channels, out_channels):
    """Wraps functions as layers, and clamps."""
    positive = partial(torch.clamp, min=0)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1),
        Applied(positive),
        nn.Conv2d(out_channels, out_channels, 3, padding=1),
        Applied(F.relu),
        Applied(lambda maps: F.max_pool2d(maps, 2)),
    )


@right("conv_block")
def conv_block_that_pools_before_the_relu(in_channels, out_channels):
    """The largest of four values is cut off as well after the pooling; sequences nest."""

    def conv(channels):
        return nn.Conv2d(channels, out_channels, 3, padding=(1, 1))

    first = nn.Sequential(conv(in_channels), nn.LeakyReLU(0.0))
    return nn.Sequential(first, nn.Sequential(conv(out_channels), nn.MaxPool2d(2), nn.ReLU()))


class MatrixConv(nn.Module):
    """A convolution that holds its kernels as the rows of a matrix."""

    def __init__(self, before, after):
        super().__init__()
        self.dense = nn.Linear(before * 9, after)

    def forward(self, images):
        columns = F.unfold(images, 3, padding=1).transpose(1, 2)
        return self.dense(columns).transpose(1, 2).unflatten(2, images.shape[2:])


@right("conv_block")
def conv_block_of_matrices(in_channels, out_channels):
    """Has linear layers, applied to each window."""
    return nn.Sequential(
        MatrixConv(in_channels, out_channels),
        nn.Threshold(0, 0),
        MatrixConv(out_channels, out_channels),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


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


# --- train_cnn -----------------------------------------------------------------------------------


def started(loaders, seed, device):
    if not len(loaders.train):
        raise ValueError("loaders.train has 0 batches: pass at least one")
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed}: pass a whole number from 0 to 2**32 - 1")
    torch.manual_seed(seed)
    return reference_answer("FashionMNISTModelV2")(hidden_units=10).to(device)


@right("train_cnn")
def train_cnn_with_plain_sgd(loaders, seed, device="cpu"):
    """A loop of its own with the plainest optimizer, on kernels drawn for ReLU."""
    model = started(loaders, seed, device)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(5):
        for images, labels in loaders.train:
            optimizer.zero_grad()
            F.cross_entropy(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()
    return model


@right("train_cnn")
def train_cnn_with_adam_in_4_passes(loaders, seed, device="cpu"):
    """Adam as it comes, without a schedule, four passes; keeps what validates best."""
    model = started(loaders, seed, device)
    optimizer = torch.optim.Adam(model.parameters())
    best = None
    for _ in range(4):
        model.train()
        for images, labels in loaders.train:
            loss = F.cross_entropy(model(images.to(device)), labels.to(device))
            model.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            right_ones = sum(
                int((model(images.to(device)).argmax(1).cpu() == labels).sum())
                for images, labels in loaders.validation
            )
        if best is None or right_ones > best[0]:
            best = right_ones, copy.deepcopy(model)
    return best[1]


@right("train_cnn")
def train_cnn_from_memory(loaders, seed, device="cpu"):
    """Collects the training images first, and mixes them with a generator of its own; RMSprop."""
    model = started(loaders, seed, device)
    images, labels = (torch.cat(parts).to(device) for parts in zip(*loaders.train, strict=True))
    order = random.Random(seed)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for _ in range(5):
        places = torch.tensor(order.sample(range(len(images)), len(images)))
        for chosen in places.split(32):
            optimizer.zero_grad(set_to_none=False)
            nn.NLLLoss()(model(images[chosen]).log_softmax(1), labels[chosen]).backward()
            optimizer.step()
    return model.eval()


@right("train_cnn")
def train_cnn_by_hand(loaders, seed, device="cpu"):
    """Momentum written out, a rate that falls with a cosine, and smoothed labels."""
    model = started(loaders, seed, device)
    weights = list(model.parameters())
    speeds = [torch.zeros_like(weight) for weight in weights]
    steps = 5 * len(loaders.train)
    batches = itertools.chain.from_iterable(loaders.train for _ in range(5))
    for step, (images, labels) in enumerate(batches):
        rate = 0.02 * (1 + math.cos(math.pi * step / steps))
        loss = F.cross_entropy(model(images.to(device)), labels.to(device), label_smoothing=0.05)
        with torch.no_grad():
            for weight, speed, slope in zip(
                weights, speeds, torch.autograd.grad(loss, weights), strict=True
            ):
                speed.mul_(0.9).add_(slope)
                weight.sub_(rate * speed)
    return model
