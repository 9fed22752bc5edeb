"""Right answers to `conv_block` in unusual styles."""

from collections import OrderedDict
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from autograder.course.reference import reference_answer
from autograder.right_answers import right
from autograder.right_answers.cnn.shared import Block, MatrixConv


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


@right("conv_block")
def conv_block_of_always_the_same_start(in_channels, out_channels):
    """Starts from weights of a generator of its own, and leaves everybody's numbers alone."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return reference_answer("conv_block")(in_channels, out_channels)


@right("conv_block")
def conv_block_made_without_recording(in_channels, out_channels):
    """Fills the weights under no_grad; they can learn all the same."""
    with torch.no_grad():
        block = reference_answer("conv_block")(in_channels, out_channels)
        for parameter in block.parameters():
            if parameter.ndim > 1:
                nn.init.kaiming_uniform_(parameter, nonlinearity="relu")
    return block


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


@right("conv_block")
def conv_block_short(in_channels, out_channels):
    """The shortest, by place."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, 1, 1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, 3, 1, 1),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


@right("conv_block", craft=False)
def conv_block_of_a_newcomer(in_channels, out_channels):
    """Collects the layers in a list, and seeds so that a run can be repeated."""
    torch.manual_seed(42)
    layers = []
    channels = in_channels
    for _ in range(2):
        layers.append(nn.Conv2d(channels, out_channels, kernel_size=3, stride=1, padding=1))
        layers.append(nn.ReLU())
        channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=2))
    return nn.Sequential(*layers)
