"""More right answers to unit cnn: other layouts of the weights, other recipes."""

import copy
import itertools
import math
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, TensorDataset

from autograder.course.reference import reference_answer
from tests.right_answers import right

# --- conv_output_size ----------------------------------------------------------------------------


def _refuse(size, kernel_size, stride, padding):
    if min(size, kernel_size, stride) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError(f"{size}, {kernel_size}, {stride}, {padding} leave nothing")


@right("conv_output_size")
def conv_output_size_with_math_floor(size, kernel_size, stride=1, padding=0):
    """True division, floored."""
    _refuse(size, kernel_size, stride, padding)
    return math.floor((size + 2 * padding - kernel_size) / stride + 1)


@right("conv_output_size")
def conv_output_size_by_counting(size, kernel_size, stride=1, padding=0):
    """Counts the places one by one."""
    _refuse(size, kernel_size, stride, padding)
    return len(range(-padding, size + padding - kernel_size + 1, stride))


@right("conv_output_size")
def conv_output_size_in_a_loop(size, kernel_size, stride=1, padding=0):
    """Moves the kernel in a while loop."""
    _refuse(size, kernel_size, stride, padding)
    places, end = 0, kernel_size
    while end <= padding + size + padding:
        places, end = places + 1, end + stride
    return places


@right("conv_output_size")
def conv_output_size_by_torch(size, kernel_size, stride=1, padding=0, *, dilation=1):
    """Asks a real convolution what it does with zeros."""
    _refuse(size, kernel_size, stride, padding)
    row, kernel = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel_size)
    return F.conv1d(row, kernel, stride=stride, padding=padding, dilation=dilation).shape[-1]


@right("conv_output_size")
def conv_output_size_refuses_afterwards(size, kernel_size, stride=1, padding=0):
    """Has an exception of its own for what it refuses, a kind of ValueError."""

    class TooSmall(ValueError):
        pass

    if not all((size > 0, kernel_size > 0, stride > 0, padding >= 0)):
        raise TooSmall("an argument is too small")
    length = 1 + int((size + 2 * padding - kernel_size) // stride)
    if length < 1:
        raise TooSmall("the kernel does not fit")
    return length


# --- conv2d --------------------------------------------------------------------------------------


def _fit(images, kernels):
    if images.dim() != 4 or kernels.dim() != 4:
        raise ValueError("pass four dimensions each")
    if images.shape[1] != kernels.shape[1]:
        raise ValueError("the channels differ")
    if kernels.shape[-1] > min(images.shape[2:]) or kernels.shape[-1] < 1:
        raise ValueError("the kernel does not fit")


@right("conv2d")
def conv2d_over_the_kernel(images, kernels):
    """Loops over the places in the kernel and adds up shifted images."""
    _fit(images, kernels)
    k = kernels.shape[-1]
    rows, columns = images.shape[2] - k + 1, images.shape[3] - k + 1
    result = 0
    for i, j in itertools.product(range(k), repeat=2):
        shifted = images[:, :, i : i + rows, j : j + columns]
        result = result + torch.einsum("bchw,oc->bohw", shifted, kernels[:, :, i, j])
    return result


@right("conv2d")
def conv2d_over_the_places(images, kernels):
    """Four loops and a table that is filled, with the dtype of the images."""
    _fit(images, kernels)
    k = kernels.size(2)
    rows, columns = images.size(2) - k + 1, images.size(3) - k + 1
    result = images.new_zeros(len(images), len(kernels), rows, columns)
    for b, o, y, x in np.ndindex(*result.shape):
        result[b, o, y, x] = (images[b, :, y : y + k, x : x + k] * kernels[o]).sum()
    return result


@right("conv2d")
def conv2d_by_unfold(images, kernels):
    """`F.unfold` and one matrix product."""
    _fit(images, kernels)
    k = kernels.shape[-1]
    columns = F.unfold(images, kernel_size=k)
    maps = kernels.flatten(1) @ columns
    return maps.view(images.shape[0], -1, images.shape[2] - k + 1, images.shape[3] - k + 1)


@right("conv2d")
def conv2d_with_as_strided(images, kernels):
    """Windows by strides, `tensordot` for the sum."""
    _fit(images, kernels)
    k = kernels.shape[-1]
    images = images.contiguous()
    b, c, h, w = images.shape
    sb, sc, sh, sw = images.stride()
    shape, stride = (b, c, h - k + 1, w - k + 1, k, k), (sb, sc, sh, sw, sh, sw)
    windows = images.as_strided(shape, stride)
    return torch.tensordot(windows, kernels, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)


@right("conv2d")
def conv2d_by_fourier(images, kernels):
    """Multiplies in the frequency domain, where a correlation has the kernel conjugated."""
    _fit(images, kernels)
    h, w = images.shape[2:]
    k = kernels.shape[-1]
    product = torch.einsum(
        "bcyx,ocyx->boyx", torch.fft.rfft2(images), torch.fft.rfft2(kernels, s=(h, w)).conj()
    )
    return torch.fft.irfft2(product, s=(h, w))[:, :, : h - k + 1, : w - k + 1]


class _Correlation(torch.autograd.Function):
    @staticmethod
    def forward(ctx, images, kernels):
        ctx.save_for_backward(images, kernels)
        return conv2d_over_the_kernel(images, kernels)

    @staticmethod
    def backward(ctx, upstream):
        images, kernels = ctx.saved_tensors
        k = kernels.shape[-1]
        padded = F.pad(upstream, (k - 1,) * 4)
        to_images = conv2d_over_the_kernel(padded, kernels.flip(2, 3).transpose(0, 1))
        rows, columns = upstream.shape[2:]
        to_kernels = torch.empty_like(kernels)
        for i, j in itertools.product(range(k), repeat=2):
            window = images[:, :, i : i + rows, j : j + columns]
            to_kernels[:, :, i, j] = torch.einsum("boyx,bcyx->oc", upstream, window)
        return to_images, to_kernels


@right("conv2d")
def conv2d_with_its_own_backward(images, kernels):
    """An autograd function with a backward of its own."""
    _fit(images, kernels)
    return _Correlation.apply(images, kernels)


# --- conv_block ----------------------------------------------------------------------------------


@right("conv_block")
def conv_block_padded_by_name(in_channels, out_channels):
    """Named layers, padding "same", pooling with a stride of its own, ReLUs in place."""
    return nn.Sequential(
        OrderedDict(
            [
                ("conv_a", nn.Conv2d(in_channels, out_channels, (3, 3), padding="same")),
                ("relu_a", nn.ReLU(inplace=True)),
                ("conv_b", nn.Conv2d(out_channels, out_channels, (3, 3), 1, "same")),
                ("relu_b", nn.ReLU(True)),
                ("pool", nn.MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=0)),
            ]
        )
    )


@right("conv_block")
def conv_block_pools_before_the_relu(in_channels, out_channels):
    """The largest of what is left after a ReLU is the ReLU of the largest."""
    relu = nn.ReLU()
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1),
        relu,
        nn.Conv2d(out_channels, out_channels, 3, padding=1),
        nn.MaxPool2d(2),
        relu,
    )


@right("conv_block")
def conv_block_nested(in_channels, out_channels):
    """Sequentials within a Sequential, padding as layers of their own, lazy convolutions."""
    layers = [
        nn.Sequential(nn.ZeroPad2d(1), nn.LazyConv2d(out_channels, 3), nn.Threshold(0, 0))
        for _ in range(2)
    ]
    return nn.Sequential(*layers, nn.AdaptiveMaxPool2d((None, None)), nn.MaxPool2d(2, 2))


class _Block(nn.Sequential):
    def __init__(self, channels, width):
        super().__init__()
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.first = nn.Conv2d(channels, width, 3, padding=1)

    def forward(self, images):
        maps = F.relu(self.second(self.first(images).clamp_min(0)))
        return F.max_pool2d(maps, 2)


@right("conv_block")
def conv_block_with_its_own_forward(in_channels, out_channels):
    """A subclass of nn.Sequential with a forward of its own and the second layer made first."""
    return _Block(in_channels, out_channels)


class _ConvByHand(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.kernels = nn.Parameter(torch.randn(channels * 9, width) / (3 * channels**0.5))
        self.bias = nn.Parameter(torch.zeros(width, 1))

    def forward(self, images):
        columns = F.unfold(images, 3, padding=1)
        maps = torch.einsum("bip,io->bop", columns, self.kernels) + self.bias
        return maps.view(len(images), -1, *images.shape[2:])


@right("conv_block")
def conv_block_by_hand(in_channels, out_channels):
    """Convolutions by `unfold`, their kernels kept as matrices."""
    first, second = _ConvByHand(in_channels, out_channels), _ConvByHand(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


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
class V2Lazy(nn.Module):
    """The classifier finds out for itself how many values an image has."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        self.body = nn.Sequential(
            block(in_channels, hidden_units), block(hidden_units, hidden_units)
        )
        self.head = nn.Sequential(nn.Flatten(), nn.LazyLinear(classes))

    def forward(self, x):
        return self.head(self.body(x))


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


# --- train_cnn -----------------------------------------------------------------------------------


def _start(loaders, seed, device):
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has no batches")
    torch.manual_seed(seed)
    return reference_answer("FashionMNISTModelV2")().to(device)


@right("train_cnn")
def train_cnn_keeps_the_best(loaders, seed, device="cpu"):
    """Momentum and a cosine; keeps the epoch that is best on the validation images."""
    model = _start(loaders, seed, device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5)
    best, kept = -1.0, None
    for _ in range(5):
        reference_answer("train_epoch")(
            model, loaders.train, nn.CrossEntropyLoss(label_smoothing=0.05), optimizer, device
        )
        schedule.step()
        found = reference_answer("evaluate")(model, loaders.validation, F.cross_entropy, device)
        if found.accuracy > best:
            best, kept = found.accuracy, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return model


@right("train_cnn")
def train_cnn_from_one_tensor(loaders, seed, device="cpu"):
    """Reads the images once, then makes its own batches from a generator of its own."""
    model = _start(loaders, seed, device)
    pairs = list(loaders.train)
    images = torch.cat([pair[0] for pair in pairs]).to(device)
    labels = torch.cat([pair[1] for pair in pairs]).to(device)
    own = torch.Generator().manual_seed(seed)
    batches = DataLoader(TensorDataset(images, labels), 32, shuffle=True, generator=own)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(5):
        for some, truth in batches:
            optimizer.zero_grad(set_to_none=True)
            loss = nn.functional.nll_loss(model(some).log_softmax(1), truth)
            loss.backward()
            optimizer.step()
            float(loss.detach())
    return model


@right("train_cnn")
def train_cnn_with_averaged_weights(loaders, seed, device="cpu"):
    """Returns a running average of the weights; flips images at random beside the originals."""
    model = _start(loaders, seed, device)
    average = AveragedModel(model, device=device, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for _ in range(4):
        model.train()
        for images, labels in loaders.train:
            images, labels = images.to(device), labels.to(device)
            logits = model(torch.cat([images, images.flip(3)]))
            loss = F.cross_entropy(logits, labels.repeat(2))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
            average.update_parameters(model)
    return average.module.eval()


@right("train_cnn")
def train_cnn_that_looks_twice(loaders, seed, device="cpu"):
    """Sharpness-aware steps: each batch goes forward and back twice before the weights move."""
    model = _start(loaders, seed, device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(5):
        for images, labels in loaders.train:
            images, labels = images.to(device), labels.to(device)
            F.cross_entropy(model(images), labels).backward()
            grads = [p.grad.clone() for p in model.parameters()]
            norm = torch.stack([g.norm() for g in grads]).norm().item() + 1e-12
            with torch.no_grad():
                for p, g in zip(model.parameters(), grads, strict=True):
                    p.add_(g, alpha=0.02 / norm)
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            with torch.no_grad():
                for p, g in zip(model.parameters(), grads, strict=True):
                    p.sub_(g, alpha=0.02 / norm)
            optimizer.step()
            optimizer.zero_grad()
    return model


@right("train_cnn")
def train_cnn_with_fit_and_a_peek(loaders, seed, device="cpu"):
    """Uses `fit` with an optimizer like that of many tutorials, after a look at the first batch."""
    if not len(loaders.train):
        raise ValueError("loaders.train is empty")
    reference_answer("seed_everything")(seed)
    model = reference_answer("FashionMNISTModelV2")(hidden_units=10)
    images, _ = next(iter(loaders.validation))
    assert images.shape[1:] == (1, 28, 28)
    optimizer = torch.optim.Adam(model.to(device).parameters(), lr=1e-3)
    reference_answer("fit")(model, loaders, nn.CrossEntropyLoss(), optimizer, 5, device=device)
    return model.requires_grad_(False)
