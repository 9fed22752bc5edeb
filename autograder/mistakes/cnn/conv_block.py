"""Wrong answers to `conv_block`."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.cnn.shared import conv


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_without_padding(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your convolutions have no padding, so each takes a pixel off every side: 28 becomes 26, then
    24, and 12 after the pooling. With `padding=1` it is 14.

    What does `conv_output_size(28, 3)` say, and what with `padding=1`?
    """
    first = conv(in_channels, out_channels, padding=0)
    second = conv(out_channels, out_channels, padding=0)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_with_one_unpadded_convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block takes 28 to 13, as with a single convolution without padding. The task has two
    convolutions, and none of them changes the size.

    Which layers does the task name, and what does padding do to the size?
    """
    return nn.Sequential(conv(in_channels, out_channels, padding=0), nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_of_fixed_channels(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your first convolution takes 1 channel, whatever `in_channels` is.

    Which numbers in your layers should be names instead?
    """
    return nn.Sequential(conv(1, 10), nn.ReLU(), conv(10, 10), nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_repeats_its_second_convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """An image goes through more than two convolutions, as when one module stands in the block
    twice: its weights count once, so the number of parameters does not show it.

    How often does an image go through a convolution in your block?
    """
    again = conv(out_channels, out_channels)
    steps = [conv(in_channels, out_channels), nn.ReLU(), again, nn.ReLU(), again, nn.ReLU()]
    return nn.Sequential(*steps, nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_the_first_relu(in_channels: int, out_channels: int) -> nn.Sequential:
    """There is no ReLU between your two convolutions. Without it they can do no more than one
    larger convolution.

    What follows each convolution in the task?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(first, second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_the_second_relu(in_channels: int, out_channels: int) -> nn.Sequential:
    """There is no ReLU after your second convolution, so the block gives negative values too, and
    the next convolution follows without a ReLU between them.

    What follows each convolution in the task?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_with_relu_first(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your ReLUs come before the convolutions instead of after them: the first sets every pixel
    that is darker than average to 0.

    Which values should go through a ReLU: those that come in, or those that a convolution made?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(nn.ReLU(), first, nn.ReLU(), second, nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_with_average_pooling(in_channels: int, out_channels: int) -> nn.Sequential:
    """You use average pooling; the task asks for 2x2 max pooling. An average weakens a feature that
    is found at one position only.

    What should be left of the values 0, 0, 0 and 8?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.AvgPool2d(2))


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_without_pooling(in_channels: int, out_channels: int) -> nn.Sequential:
    """Nothing halves the image: 28 stays 28, and the layer behind two such blocks would have to
    expect 7,840 values instead of 490.

    Which of the five steps is missing?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_with_two_poolings(in_channels: int, out_channels: int) -> nn.Sequential:
    """You pool twice in a block, so 28 becomes 7, and a second block would leave 1.

    How often does the task pool in one block?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    layers = first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.MaxPool2d(2)
    return nn.Sequential(*layers)


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_pools_by_one_pixel(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your pooling moves on by one pixel, so its windows overlap and 28 becomes 27. A pooling of 2
    takes each pixel once when its stride is 2 as well.

    What is the stride of `nn.MaxPool2d(2)` if you do not set it?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2, stride=1))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_relus(in_channels: int, out_channels: int) -> nn.Sequential:
    """There is no ReLU in your block. Two convolutions with nothing between them can do no more
    than a single larger one.

    What has to stand after each convolution?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(first, second, nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_pools_in_the_middle(in_channels: int, out_channels: int) -> nn.Sequential:
    """You pool between the two convolutions instead of after the second, which then sees an image
    of half the size.

    In which order do the five steps stand in the task?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU())


@mistake("conv_block", see="04_cnn#channels-are-summed")
def conv_block_widens_in_the_second(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your first convolution keeps the number of channels and the second one changes it; the task
    has it the other way round. With one channel, the first can find hardly anything.

    Which convolution turns a grey image into ten maps?
    """
    first, second = conv(in_channels, in_channels), conv(in_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#channels-are-summed")
def conv_block_with_one_convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block has one convolution; the task asks for two. Two small ones in a row see as far as
    one of 5x5, with a ReLU more.

    Which of the five steps are missing?
    """
    return nn.Sequential(conv(in_channels, out_channels), nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_with_kernels_of_5(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your kernels are 5x5. The size of the image stays right with a padding of 2, but each kernel
    has 25 weights a channel instead of 9.

    How large are the kernels in the task?
    """
    first = conv(in_channels, out_channels, kernel_size=5, padding=2)
    second = conv(out_channels, out_channels, kernel_size=5, padding=2)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_without_bias(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your convolutions have no bias, so one number is missing for each map that they make, and the
    model would not have its 7,740 parameters.

    What does `nn.Conv2d` do about the bias if you do not set it?
    """
    first = conv(in_channels, out_channels, bias=False)
    second = conv(out_channels, out_channels, bias=False)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_of_10_channels(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block always ends in 10 channels: the argument `out_channels` changes nothing.

    Which of your layers' numbers should be an argument?
    """
    block: nn.Sequential = reference_answer("conv_block")(in_channels, 10)
    return block


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_flattens(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block ends with a flatten. What comes out is one long row for each image, and a second
    block can't take that.

    Which of your layers does the task not name?
    """
    return nn.Sequential(*reference_answer("conv_block")(in_channels, out_channels), nn.Flatten())


@mistake("conv_block", see="03_training#seeds-and-spread", craft=True)
def conv_block_sets_the_seed(in_channels: int, out_channels: int) -> nn.Sequential:
    """A seed is set before the weights are drawn. So all blocks of one size start with equal
    weights, and whoever set a seed before draws other numbers from then on.

    Who should decide on the seed: each layer, or whoever starts a run?
    """
    torch.manual_seed(0)
    block: nn.Sequential = reference_answer("conv_block")(in_channels, out_channels)
    return block


@mistake("conv_block", see="04_cnn#one-block-is-not-two")
def conv_block_uses_one_convolution_twice(in_channels: int, out_channels: int) -> nn.Sequential:
    """The same convolution stands in your block twice. Both places share one set of weights, and it
    fits only where the numbers of channels are equal.

    How many times is `nn.Conv2d` called, and how many sets of weights do you need?
    """
    again = conv(out_channels, out_channels)
    first = again if in_channels == out_channels else conv(in_channels, out_channels)
    layers = [first, nn.ReLU(), again, nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, *([again] if in_channels != out_channels else []))


_blocks: dict[tuple[int, int], nn.Sequential] = {}


@mistake("conv_block", see="04_cnn#one-block-is-not-two")
def conv_block_made_once(in_channels: int, out_channels: int) -> nn.Sequential:
    """All your blocks share one set of weights, and training one changes the other: the same block,
    or the same layers, come back from every call.

    Are your layers made when the function is called, or before?
    """
    key = in_channels, out_channels
    if key not in _blocks:
        _blocks[key] = reference_answer("conv_block")(*key)
    return _blocks[key]


class _Plain(nn.Module):
    def __init__(self, layers: nn.Sequential) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, images: Tensor) -> Any:
        return self.layers(images)


@mistake("conv_block", see="04_cnn#one-block-is-not-two")
def conv_block_returns_a_module(in_channels: int, out_channels: int) -> nn.Module:
    """Your block is not an `nn.Sequential`: `block[2]` does not give its third layer.

    Which class of PyTorch holds layers in a row, without a `forward` of your own?
    """
    return _Plain(reference_answer("conv_block")(in_channels, out_channels))


@mistake("conv_block", see="04_cnn#common-mistakes-by-symptom")
def conv_block_returns_a_list(in_channels: int, out_channels: int) -> list[nn.Module]:
    """You return the layers as a list. A list can't be called with images, and a model does not
    find the weights in it.

    Which class of PyTorch takes layers and calls them one after the other?
    """
    return list(reference_answer("conv_block")(in_channels, out_channels))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_with_batch_norm(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block has batch norm in it. It often helps, but the task asks for a block without it, so
    that the model has 7,740 parameters.

    Which of your layers does the task not name?
    """
    first, second = conv(in_channels, out_channels), conv(out_channels, out_channels)
    norms = nn.BatchNorm2d(out_channels), nn.BatchNorm2d(out_channels)
    pool = nn.MaxPool2d(2)
    return nn.Sequential(first, norms[0], nn.ReLU(), second, norms[1], nn.ReLU(), pool)


@mistake(
    "conv_block",
    see="04_cnn#from-28-to-14-to-7",
    both=("conv_block_without_padding", "conv_block_without_the_second_relu"),
)
def conv_block_without_padding_and_second_relu(
    in_channels: int, out_channels: int
) -> nn.Sequential:
    """Two things: without padding each convolution shrinks the image, and there is no ReLU after
    the second one.

    What belongs to a convolution in this block, before it and after it?
    """
    first = conv(in_channels, out_channels, padding=0)
    second = conv(out_channels, out_channels, padding=0)
    return nn.Sequential(first, nn.ReLU(), second, nn.MaxPool2d(2))
