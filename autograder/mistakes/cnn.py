"""Wrong answers to unit cnn.

What is right in them is done by the helpers before each exercise, so that each mistake shows its
own fault alone.
"""

# ruff: noqa: D102 - the docstring of a mistake is what a student is told; its methods need none

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from fashion_course.kit import Loaders

# --- conv_output_size ----------------------------------------------------------------------------


def _check_sizes(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> None:
    reference_answer("conv_output_size")(size, kernel_size, stride, padding)


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_the_last_place(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You count the moves of the kernel, not its places: before the first move it already stands
    somewhere.

    A kernel as large as the image can't move at all: how many values does it give?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) // stride


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_with_padding_once(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You add the padding once. It is added on both ends, so the row grows by twice as much.

    How many pixels has a row of 5 after `padding=1`, if you draw it?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return max(0, size + padding - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_stride(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """The argument `stride` is not used: your kernel moves on by one pixel, however far it should.

    How many places are left of 27 if only every second one is taken?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return size + 2 * padding - kernel_size + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_padding(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """The argument `padding` is not used, so a 3x3 kernel with `padding=1` seems to shrink the
    image.

    On how many pixels does the kernel slide, with those that were added?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return max(0, size - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_rounded_up(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You round up. The last move would then go over the edge of the image, where there is nothing
    to look at: a pooling of 2 makes 3 of 7, not 4.

    What happens to the pixels that are too few for one more move?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return -(-(size + 2 * padding - kernel_size) // stride) + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_as_a_float(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> float:
    """You divide with `/`, which gives a float, 13.5 for one, and no image has 13.5 rows.
    `nn.Linear` refuses a float even where it is whole.

    Which division throws the remainder away?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) / stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_divided_too_late(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You add the first place before you divide by the stride. The first place costs no move, so it
    is not to be divided.

    Which of the two comes first: counting the moves, or adding the place before them?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size + 1) // stride


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit")
def conv_output_size_cut_towards_0(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You cut off with `int` what `/` leaves behind the point. That makes 0 of -0.5, so a kernel
    that is a pixel too large seems to fit once.

    What is `int(-0.5)`, and what is `-1 // 2`?
    """
    if min(size, kernel_size, stride) < 1 or padding < 0:
        raise ValueError("size, kernel_size and stride: pass 1 or more; padding: 0 or more")
    places = int((size + 2 * padding - kernel_size) / stride) + 1
    if places < 1:
        raise ValueError(f"kernel_size is {kernel_size}: it does not fit")
    return places


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit")
def conv_output_size_without_checks(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You compute with whatever comes. A kernel larger than the image gives 0 or a negative length,
    and the crash happens layers later.

    For which arguments is there no place at all?
    """
    return (size + 2 * padding - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit")
def conv_output_size_returns_0(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """Where the kernel does not fit you return 0. A layer of length 0 is no layer: the caller
    should hear of it here.

    Which exception says that an argument can't be served?
    """
    if kernel_size > size + 2 * padding and min(size, kernel_size, stride) > 0 and padding >= 0:
        return 0
    _check_sizes(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit")
def conv_output_size_takes_senseless_arguments(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You refuse a kernel that does not fit, but not a stride or a kernel of 0, or padding below 0.

    What is the smallest value that makes sense, for each of the four arguments?
    """
    if kernel_size > size + 2 * padding:
        raise ValueError(f"kernel_size is {kernel_size}: pass at most {size + 2 * padding}")
    return (size + 2 * padding - kernel_size) // stride + 1


@mistake(
    "conv_output_size",
    see="04_cnn#how-long-is-the-output",
    both=("conv_output_size_with_padding_once", "conv_output_size_without_checks"),
)
def conv_output_size_with_padding_once_without_checks(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """Two things: padding is added on one end only, and arguments that leave nothing are not
    refused.

    What do you get for 5 pixels, a kernel of 3 and `padding=1`, and what for a kernel of 9?
    """
    return (size + padding - kernel_size) // stride + 1


# --- conv2d --------------------------------------------------------------------------------------


def _check_shapes(images: Tensor, kernels: Tensor) -> None:
    reference_answer("conv2d")(images.detach(), kernels.detach())


def _windows(images: Tensor, kernels: Tensor) -> Tensor:
    """Return every window, `(B, Cin, H-k+1, W-k+1, k, k)`."""
    _check_shapes(images, kernels)
    size = kernels.shape[-1]
    return images.unfold(2, size, 1).unfold(3, size, 1)


def _product(windows: Tensor, kernels: Tensor) -> Tensor:
    return torch.einsum("bcyxij,ocij->boyx", windows, kernels)


@mistake("conv2d", see="04_cnn#kernels-are-not-flipped")
def conv2d_with_a_flipped_kernel(images: Tensor, kernels: Tensor) -> Tensor:
    """Your kernel is upside down and back to front: that is the convolution of mathematics. CNNs
    cross-correlate, which lays the kernel on the image as it is.

    Which weight should meet the upper left pixel of the window?
    """
    return _product(_windows(images, kernels), kernels.flip(2, 3))


@mistake("conv2d", see="04_cnn#kernels-are-not-flipped")
def conv2d_with_a_transposed_kernel(images: Tensor, kernels: Tensor) -> Tensor:
    """Rows and columns of your kernel have changed places, so a detector of vertical edges finds
    horizontal ones.

    Which index counts the rows of the image, and which those of the kernel?
    """
    return _product(_windows(images, kernels), kernels.transpose(2, 3))


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_of_the_first_channel(images: Tensor, kernels: Tensor) -> Tensor:
    """You look at the first input channel alone; the others have no influence on the result.

    Over which dimensions of a window `(Cin, k, k)` is the sum?
    """
    return _product(_windows(images, kernels)[:, :1], kernels[:, :1])


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_averages_channels(images: Tensor, kernels: Tensor) -> Tensor:
    """You take the mean over the input channels; the sum is asked for.

    What should happen to the result if a third channel is added?
    """
    return _product(_windows(images, kernels), kernels) / images.shape[1]


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_keeps_channels_apart(images: Tensor, kernels: Tensor) -> Tensor:
    """The input channels are not summed: your result has one dimension too many.

    How many numbers should remain of one window under one kernel?
    """
    result = torch.einsum("bcyxij,ocij->bocyx", _windows(images, kernels), kernels)
    return result.squeeze(2)  # with one channel nobody notices


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_stops_one_place_early(images: Tensor, kernels: Tensor) -> Tensor:
    """Your kernel stops one place before the edge, in both directions: the last row and column of
    the result are missing.

    At how many places does a kernel of 3 fit on 5 pixels?
    """
    return _product(_windows(images, kernels), kernels)[:, :, :-1, :-1]


@mistake("conv2d", see="04_cnn#how-long-is-the-output")
def conv2d_with_padding(images: Tensor, kernels: Tensor) -> Tensor:
    """You pad the images, so the result is larger than asked for and has a border made of zeros.

    Which arguments does your function take, and is padding among them?
    """
    _check_shapes(images, kernels)
    return _product(_windows(F.pad(images, (1, 1, 1, 1)), kernels), kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_for_square_images_only(images: Tensor, kernels: Tensor) -> Tensor:
    """You compute the number of columns from the number of rows, so an image that is not square is
    cut off, or your code runs over its edge.

    Which dimension of `images` is the height, and which the width?
    """
    size = images.shape[2] - kernels.shape[2] + 1
    windows = _windows(images, kernels)
    result = torch.zeros(len(images), len(kernels), size, size, dtype=images.dtype)
    for row in range(size):
        for column in range(size):
            place = windows[:, :, row, column]
            result[:, :, row, column] = torch.einsum("bcij,ocij->bo", place, kernels)
    return result


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_without_the_sum(images: Tensor, kernels: Tensor) -> Tensor:
    """You take the largest product in each window instead of the sum of all.

    Which of the two steps does the task name after multiplying pixel by pixel?
    """
    products = _windows(images, kernels).unsqueeze(1) * kernels[:, :, None, None]
    return products.amax((2, 5, 6))


@mistake("conv2d", see="04_cnn#kernels-can-be-learnt")
def conv2d_without_gradients(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result does not know how it was computed, so no gradient gets back to the kernels, and
    they could never be learnt.

    Which of `item`, `numpy`, `detach`, `data` and `torch.tensor` stands in your code?
    """
    return _product(_windows(images, kernels).detach(), kernels.detach())


@mistake("conv2d", see="04_cnn#kernels-can-be-learnt")
def conv2d_without_gradients_for_the_images(images: Tensor, kernels: Tensor) -> Tensor:
    """Gradients reach the kernels but not the images. In a deep network the images are the result
    of an earlier layer, which could then never learn.

    Which of the two inputs do you take out of its graph?
    """
    return _product(_windows(images, kernels).detach(), kernels)


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_swaps_images_and_maps(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is (Cout, B, ...): the maps come first and the images second. The next layer
    would take each map for an image.

    Which dimension is first in every batch of the course?
    """
    return _product(_windows(images, kernels), kernels).transpose(0, 1)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_for_kernels_of_3(images: Tensor, kernels: Tensor) -> Tensor:
    """The 3 of the kernel stands in your code as a number, so kernels of any other size crash or
    are cut off.

    Which shape can tell you k?
    """
    _check_shapes(images, kernels)
    return _product(images.unfold(2, 3, 1).unfold(3, 3, 1), kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_in_float64_always(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is float64 also for float32 images, because a tensor on the way was made with a
    dtype of its own. The next layer would refuse it.

    From where can the new tensor take its dtype?
    """
    return _product(_windows(images, kernels).double(), kernels.double())


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_in_float32_always(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is float32 whatever comes in, for example because `torch.zeros` makes it. The
    dtype of the images is asked for.

    What can you tell `torch.zeros` about the tensor that it makes?
    """
    return _product(_windows(images, kernels), kernels).float()


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_computes_in_float32(images: Tensor, kernels: Tensor) -> Tensor:
    """You compute in float32 and turn the result back into the dtype of the images. Of float64
    images, half of the digits are lost on the way.

    Which of your lines converts to float32, and who asked for it?
    """
    return _product(_windows(images, kernels).float(), kernels.float()).to(images.dtype)


@mistake("conv2d", see="03_training#to-returns-a-new-tensor")
def conv2d_on_the_default_device(images: Tensor, kernels: Tensor) -> Tensor:
    """The tensor that you fill is made where new tensors are made by default, mostly on the CPU. Of
    images on a GPU the result would come back on the CPU, and the next layer could not take it.

    What can you tell `torch.zeros` besides shape and dtype?
    """
    maps = _product(_windows(images, kernels), kernels)
    result = torch.zeros(maps.shape, dtype=images.dtype)
    result[:] = maps
    return result


@mistake("conv2d", see="04_cnn#kernels-can-be-learnt")
def conv2d_returns_a_numpy_array(images: Tensor, kernels: Tensor) -> Any:
    """You return a numpy array. A tensor is asked for: an array does not know how it was computed,
    and no layer of PyTorch takes it.

    In which of your lines does a tensor become an array?
    """
    return _product(_windows(images, kernels), kernels).detach().numpy()


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_by_torch(images: Tensor, kernels: Tensor) -> Tensor:
    """You call PyTorch's own convolution. It is right, but this once the point is to know what it
    does.

    What happens at one single place of the image?
    """
    _check_shapes(images, kernels)
    return F.conv2d(images, kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_changes_the_images(images: Tensor, kernels: Tensor) -> Tensor:
    """You write into the images that you were given: they are other numbers after the call.

    Which of your lines assigns to a part of `images`?
    """
    _check_shapes(images, kernels)
    before = images.clone()
    if not images.requires_grad:
        images *= 0
    return _product(_windows(before, kernels), kernels)


@mistake("conv2d", see="04_cnn#when-the-classifier-does-not-fit")
def conv2d_without_checks(images: Tensor, kernels: Tensor) -> Tensor:
    """Shapes that do not fit are not refused. One channel is quietly used for all, or the error
    comes from deep inside and does not say which argument is wrong.

    Which numbers in the two shapes have to agree?
    """
    size = kernels.shape[-1]
    return _product(images.unfold(2, size, 1).unfold(3, size, 1), kernels)


@mistake(
    "conv2d",
    see="04_cnn#channels-are-summed",
    both=("conv2d_with_a_flipped_kernel", "conv2d_without_checks"),
)
def conv2d_with_a_flipped_kernel_without_checks(images: Tensor, kernels: Tensor) -> Tensor:
    """Two things: your kernel is upside down, and shapes that do not fit are not refused.

    Which weight meets the upper left pixel, and what if there are more weights than pixels?
    """
    return conv2d_without_checks(images, kernels.flip(2, 3))


# --- conv_block ----------------------------------------------------------------------------------


def _conv(channels: int, width: int, **settings: Any) -> nn.Conv2d:
    return nn.Conv2d(channels, width, **{"kernel_size": 3, "padding": 1, **settings})


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_without_padding(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your convolutions have no padding, so each takes a pixel off every side: 28 becomes 26, 24
    and, pooled, 12. With `padding=1` it would be 14.

    What does `conv_output_size(28, 3)` say, and what with `padding=1`?
    """
    first = _conv(in_channels, out_channels, padding=0)
    second = _conv(out_channels, out_channels, padding=0)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_the_first_relu(in_channels: int, out_channels: int) -> nn.Sequential:
    """There is no ReLU between your two convolutions. Without a bend between them they can do no
    more than one larger convolution.

    What follows each convolution in the task?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(first, second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_the_second_relu(in_channels: int, out_channels: int) -> nn.Sequential:
    """There is no ReLU after your second convolution, so the block gives negative values too, and
    the next convolution follows without a bend between them.

    What follows each convolution in the task?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_with_relu_first(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your ReLUs come before the convolutions instead of after them: the first cuts off every pixel
    that is darker than average.

    Which values should be bent: those that come in, or those that a convolution made?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(nn.ReLU(), first, nn.ReLU(), second, nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_with_average_pooling(in_channels: int, out_channels: int) -> nn.Sequential:
    """You pool by the average; the largest of each 2x2 values is asked for. An average waters down
    a feature that is found at one place only.

    What should be left of the values 0, 0, 0 and 8?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.AvgPool2d(2))


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_without_pooling(in_channels: int, out_channels: int) -> nn.Sequential:
    """Nothing halves the image: 28 stays 28, and the layer behind two such blocks would have to
    expect 7,840 values instead of 490.

    Which of the five steps is missing?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_with_two_poolings(in_channels: int, out_channels: int) -> nn.Sequential:
    """You pool after each convolution, so a block quarters the image: 28 becomes 7, and a second
    block would leave 1.

    How often does the task pool in one block?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    layers = first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.MaxPool2d(2)
    return nn.Sequential(*layers)


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_pools_by_one_pixel(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your pooling moves on by one pixel, so its windows overlap and 28 becomes 27. A pooling of 2
    takes each pixel once when its stride is 2 as well.

    What is the stride of `nn.MaxPool2d(2)` when you say nothing of it?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2, stride=1))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_relus(in_channels: int, out_channels: int) -> nn.Sequential:
    """There is no ReLU in your block. Two convolutions in a row with nothing between them can do no
    more than a single larger one.

    What has to stand after each convolution?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(first, second, nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_pools_in_the_middle(in_channels: int, out_channels: int) -> nn.Sequential:
    """You pool between the two convolutions instead of after the second, which then sees an image
    that is half as fine.

    In which order do the five steps stand in the task?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU())


@mistake("conv_block", see="04_cnn#channels-are-summed")
def conv_block_widens_in_the_second(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your first convolution keeps the number of channels and the second one changes it; the task
    has it the other way round. From one channel to one, the first could find hardly anything.

    Where does a grey image become ten maps?
    """
    first, second = _conv(in_channels, in_channels), _conv(in_channels, out_channels)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#channels-are-summed")
def conv_block_with_one_convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block has one convolution; the task asks for two. Two small ones in a row see as far as
    one of 5x5, and bend twice.

    Which of the five steps are missing?
    """
    return nn.Sequential(_conv(in_channels, out_channels), nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_with_kernels_of_5(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your kernels are 5x5. The size of the image stays right with a padding of 2, but each kernel
    has 25 weights a channel instead of 9.

    How large are the kernels in the task?
    """
    first = _conv(in_channels, out_channels, kernel_size=5, padding=2)
    second = _conv(out_channels, out_channels, kernel_size=5, padding=2)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_without_bias(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your convolutions have `bias=False`, so a number is missing for each map that they make, and
    the model would not have its 7,740 parameters.

    What does `nn.Conv2d` do about the bias if you say nothing of it?
    """
    first = _conv(in_channels, out_channels, bias=False)
    second = _conv(out_channels, out_channels, bias=False)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_of_10_channels(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block always ends in 10 channels: the argument `out_channels` is not used.

    Which of your layers' numbers should be an argument?
    """
    block: nn.Sequential = reference_answer("conv_block")(in_channels, 10)
    return block


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_flattens(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block ends with a flatten. What comes out is one long row an image, and a second block
    could not look at it any more.

    Which of your layers does the task not name?
    """
    return nn.Sequential(*reference_answer("conv_block")(in_channels, out_channels), nn.Flatten())


@mistake("conv_block", see="03_training#seeds-and-spread")
def conv_block_sets_the_seed(in_channels: int, out_channels: int) -> nn.Sequential:
    """You set the seed before the weights are drawn. So all blocks of one size start with equal
    weights, and whoever set a seed before you draws other numbers from then on.

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
    again = _conv(out_channels, out_channels)
    first = again if in_channels == out_channels else _conv(in_channels, out_channels)
    layers = [first, nn.ReLU(), again, nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, *([again] if in_channels != out_channels else []))


_blocks: dict[tuple[int, int], nn.Sequential] = {}


@mistake("conv_block", see="04_cnn#one-block-is-not-two")
def conv_block_made_once(in_channels: int, out_channels: int) -> nn.Sequential:
    """You return the same block in every call, so all blocks share one set of weights, and training
    one changes the other.

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
    """Your block works, but it is no `nn.Sequential`: whoever wants its third layer can't write
    `block[2]`.

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
    """You normalise after each convolution. It often helps, but this block is asked for without, so
    that the model has 7,740 parameters.

    Which of your layers does the task not name?
    """
    first, second = _conv(in_channels, out_channels), _conv(out_channels, out_channels)
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
    first = _conv(in_channels, out_channels, padding=0)
    second = _conv(out_channels, out_channels, padding=0)
    return nn.Sequential(first, nn.ReLU(), second, nn.MaxPool2d(2))


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


class _V2(nn.Module):
    """Two blocks, flatten, linear, right."""

    values = 49

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = self.block(in_channels, hidden_units)
        self.second = self.block(hidden_units, hidden_units)
        self.classifier = nn.Linear(hidden_units * self.values, classes)

    def block(self, channels: int, width: int) -> nn.Module:
        block: nn.Module = reference_answer("conv_block")(channels, width)
        return block

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithAWrongClassifier(_V2):
    """Your linear layer expects other values than your blocks give: after two blocks an image has
    `hidden_units` x 7 x 7 values.

    Which shape does an image have right before it is flattened?
    """

    values = 64


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithAClassifierFor14(_V2):
    """Your blocks end in 10 x 7 x 7 = 490 values; your linear layer expects 1,960, as if there had
    been one pooling.

    What is left of 28 pixels after each of the two blocks?
    """

    values = 196


@mistake("FashionMNISTModelV2", see="04_cnn#what-one-number-can-see")
class V2AveragesTheMaps(_V2):
    """You average each map to one number before the classifier, so it can't learn where in the
    picture a pattern is. Only 10 of 490 values reach it, and parameters are missing.

    How many numbers of one image should the linear layer read?
    """

    values = 1

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).mean((2, 3)))


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithAFixedClassifier(_V2):
    """Your linear layer expects 490 values always. With another number of hidden units the blocks
    give another number of values.

    Which factor of 490 = 10 x 7 x 7 is an argument of the model?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.classifier = nn.Linear(490, classes)


@mistake("FashionMNISTModelV2", see="04_cnn#one-block-is-not-two")
class V2WithOneBlockTwice(_V2):
    """The second block is the first one again where it fits, so both share one set of weights: the
    model has fewer parameters than it should.

    How often is `conv_block` called in your model?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.second = nn.Sequential(*self.first[2:4], *self.first[2:])  # type: ignore[index] # a Sequential


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithOneBlock(_V2):
    """Your model has one block; the task asks for two. The image is still 14 x 14 when it is
    flattened.

    How many times does the size have to be halved to get from 28 to 7?
    """

    values = 196

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.second = nn.Identity()


@mistake("FashionMNISTModelV2", see="04_cnn#one-image-is-still-a-batch")
class V2FlattensTheBatch(_V2):
    """You flatten the whole batch: all images become one long vector, and the model can't tell
    where one ends and the next begins.

    From which dimension on should flattening start?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).flatten())


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class V2WithoutFlatten(_V2):
    """The maps reach the linear layer as (B, 10, 7, 7). It looks at the last dimension alone and
    finds 7 values where it expects 490.

    Which step turns the maps of one image into one long row?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)))


@mistake("FashionMNISTModelV2", see="04_cnn#one-image-is-still-a-batch")
class V2SqueezesASingleImage(_V2):
    """You squeeze the logits. One image alone then comes out as (10,) and not as (1, 10), and
    whoever looks for the best class along dimension 1 finds no such dimension.

    How many dimensions have the logits of one image, and of two?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).squeeze()


@mistake("FashionMNISTModelV2", see="04_cnn#common-mistakes-by-symptom")
class V2InFloat64(_V2):
    """Your model computes in float64. The images and all other models of the course are float32,
    and a loss or an optimizer of theirs takes twice the memory and time.

    Which of your lines asks for double precision?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.double()

    def forward(self, images: Tensor) -> Any:
        return super().forward(images.double())


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithoutPadding(_V2):
    """The convolutions of your blocks have no padding, so 28 becomes 24, 12, 8 and 4, and 160
    values reach the linear layer instead of 490.

    What does `conv_output_size` make of 28, twice with a kernel of 3 and then with a pooling of 2?
    """

    values = 16

    def block(self, channels: int, width: int) -> nn.Module:
        first, second = _conv(channels, width, padding=0), _conv(width, width, padding=0)
        return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


@mistake("FashionMNISTModelV2", see="02_baseline#softmax-belongs-to-the-loss")
class V2WithSoftmaxInEvalMode(_V2):
    """In eval mode your model applies softmax. `evaluate` measures in eval mode and hands that to
    the loss, which applies softmax once more: the validation loss can't get below 1.46.

    Who turns scores into probabilities: the model, or whoever wants to see them?
    """

    def forward(self, images: Tensor) -> Any:
        logits = super().forward(images)
        return logits if self.training else logits.softmax(1)


@mistake("FashionMNISTModelV2", see="02_baseline#softmax-belongs-to-the-loss")
class V2WithSoftmax(_V2):
    """You apply softmax in `forward`. The loss applies softmax itself, so it would see it twice,
    and even a perfect model could not get below 1.46.

    Who turns scores into probabilities: the model, or the loss function?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(1)


@mistake("FashionMNISTModelV2", see="02_baseline#a-relu-on-the-logits-silences-a-class")
class V2WithReLUOnTheLogits(_V2):
    """You apply a ReLU to the logits, so no score can be negative. A class whose scores are all cut
    off at 0 gets no gradient: its recall can stay at 0 while the rest looks fine.

    What does a score of -3 mean, and what is left of it after your last step?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).relu()


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithFixedChannels(_V2):
    """Your first block always takes one channel: the argument `in_channels` is not used, and colour
    images do not fit.

    Which layer meets the images first, and what does it have to know of them?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(1, hidden_units, classes)


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithFixedClasses(_V2):
    """Your model always gives 10 scores: the argument `classes` is not used.

    Which of your layers decides how many scores come out?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, 10)


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithFixedSizes(_V2):
    """Your layers are made with numbers, not with the arguments: a model for colour images, or with
    other hidden units or classes, is the same model again.

    Where should each of the three arguments stand?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()


@mistake("FashionMNISTModelV2", see="04_cnn#without-relu-two-layers-are-one")
class V2WithoutReLUs(_V2):
    """Your blocks have no ReLU at all: sizes and parameters are right, but between the poolings all
    is one linear map.

    What follows each convolution in a `conv_block`?
    """

    def block(self, channels: int, width: int) -> nn.Module:
        return nn.Sequential(_conv(channels, width), _conv(width, width), nn.MaxPool2d(2))


@mistake("FashionMNISTModelV2", see="04_cnn#without-relu-two-layers-are-one")
class V2WithoutTheLastReLU(_V2):
    """There is no ReLU after your last convolution, so the linear layer follows it without a bend
    between them.

    What follows each convolution in a `conv_block`?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        layers = list(self.second.children())
        self.second = nn.Sequential(*layers[:3], layers[4])


@mistake("FashionMNISTModelV2", see="04_cnn#pooling-keeps-the-strongest")
class V2WithStrides(_V2):
    """You halve the image with a stride instead of a pooling: three of four places are skipped,
    however strong the feature found there.

    What should decide which of four values stays: its place, or its size?
    """

    def block(self, channels: int, width: int) -> nn.Module:
        second = _conv(width, width, stride=2)
        return nn.Sequential(_conv(channels, width), nn.ReLU(), second, nn.ReLU())


@mistake("FashionMNISTModelV2", see="04_cnn#why-not-just-flatten")
class V2WithAHiddenLayer(_V2):
    """Between your blocks and the logits stand two linear layers; the task asks for one. Most of
    your parameters sit there.

    How many parameters should the model have, and in which layer are yours?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        layers = nn.Linear(hidden_units * 49, 32), nn.ReLU(), nn.Linear(32, classes)
        self.classifier = nn.Sequential(*layers)  # type: ignore[assignment] # that is the mistake


@mistake("FashionMNISTModelV2", see="02_baseline#what-the-optimizer-can-see")
class V2WithBlocksInAList(_V2):
    """Your blocks sit in a Python list. `nn.Module` does not look into lists, so the optimizer sees
    the classifier alone, and the convolutions stay as random as they began.

    Which container of PyTorch takes the place of a list?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.blocks = [self.first, self.second]
        del self.first, self.second

    def forward(self, images: Tensor) -> Any:
        for block in self.blocks:
            images = block(images)
        return self.classifier(images.flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#from-28-to-14-to-7")
class V2WithDropout(_V2):
    """Your model drops values at random while it trains, so the same images give other scores in
    each call. This model is asked for without.

    Which of your layers is not in the task?
    """

    def forward(self, images: Tensor) -> Any:
        maps = self.second(self.first(images)).flatten(1)
        return self.classifier(F.dropout(maps, 0.2, self.training))


@mistake("FashionMNISTModelV2", see="04_cnn#kernels-can-be-learnt")
class V2CutsTheBlocksOff(_V2):
    """Before the classifier the values are taken out of the graph, so no gradient reaches your
    blocks and the kernels can't be learnt.

    Which of your steps makes a tensor forget how it was computed?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images)).detach().flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#kernels-can-be-learnt")
class V2CutsTheFirstBlockOff(_V2):
    """Between your blocks the values are taken out of the graph, so no gradient reaches the first
    block, which would never learn.

    On which way does the loss reach the first kernels?
    """

    def forward(self, images: Tensor) -> Any:
        return self.classifier(self.second(self.first(images).detach()).flatten(1))


@mistake("FashionMNISTModelV2", see="04_cnn#kernels-can-be-learnt")
class V2CutsEverythingOff(_V2):
    """Your logits do not know how they were computed, so no gradient reaches any weight: `forward`
    ends with a `detach`, or runs under `no_grad`.

    On which way does the loss reach the weights?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).detach()


@mistake("FashionMNISTModelV2", see="03_training#seeds-and-spread")
class V2SetsTheSeed(_V2):
    """Your model sets the seed before its weights are drawn. So it always starts from the same
    ones, and whoever set a seed before draws other numbers from then on.

    Who should decide on the seed: the model, or whoever starts a run?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        torch.manual_seed(42)
        super().__init__(in_channels, hidden_units, classes)


@mistake("FashionMNISTModelV2", see="04_cnn#common-mistakes-by-symptom")
class V2WithoutReturn(_V2):
    """`forward` computes the logits and then ends without `return`, so the caller gets None.

    What does a Python function give back that has no `return`?
    """

    def forward(self, images: Tensor) -> Any:
        super().forward(images)


@mistake(
    "FashionMNISTModelV2",
    see="02_baseline#softmax-belongs-to-the-loss",
    both=("V2WithSoftmax", "V2WithFixedClasses"),
)
class V2WithSoftmaxAndFixedClasses(V2WithFixedClasses):
    """Two things: the argument `classes` is not used, and softmax is applied in `forward`, which
    the loss will apply again.

    Which sizes are written out in your layers, and what comes after the last one?
    """

    def forward(self, images: Tensor) -> Any:
        return super().forward(images).softmax(1)


# --- train_cnn -----------------------------------------------------------------------------------

Device = str | torch.device
Optimizer = torch.optim.Optimizer


def _train(
    loaders: Loaders,
    seed: int,
    device: Device = "cpu",
    *,
    epochs: int = 2,
    make: Callable[[nn.Module], Optimizer] | None = None,
    model: nn.Module | None = None,
    forward: Callable[[nn.Module, Tensor], Tensor] | None = None,
    batches_on: Device | None = None,
) -> nn.Module:
    """Train as is right, but for what is passed in its place."""
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has 0 batches: pass at least one")
    reference_answer("seed_everything")(seed)
    model = model if model is not None else reference_answer("FashionMNISTModelV2")()
    model.to(device).train()
    optimizer = make(model) if make else torch.optim.AdamW(model.parameters(), lr=0.003)
    for _ in range(epochs):
        for images, labels in loaders.train:
            images, labels = images.to(batches_on or device), labels.to(batches_on or device)
            logits = forward(model, images) if forward else model(images)
            loss = F.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
    return model


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_with_tiny_steps(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """The loss hardly leaves log(10) = 2.303, what guessing costs: your steps are too small to get
    anywhere in five passes.

    What does the loss do in the first hundred batches if you take steps ten times as large?
    """
    return _train(loaders, seed, device, make=lambda m: torch.optim.SGD(m.parameters(), lr=1e-5))


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_with_huge_steps(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Your steps are so large that each overshoots further than the one before: the loss becomes
    nan or stays far above what guessing costs.

    What does the loss do in the first ten batches if you take steps a hundred times as small?
    """
    return _train(loaders, seed, device, make=lambda m: torch.optim.SGD(m.parameters(), lr=300.0))


@mistake("train_cnn", see="03_training#downhill-by-hand")
def train_cnn_climbs(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Your steps go up the loss and not down: the longer you train, the surer the model is of wrong
    labels. Most often a minus is missing, in a loss that is written by hand.

    Does the loss that you call `backward` on get smaller when the model gets better?
    """
    return _train(
        loaders,
        seed,
        device,
        make=lambda m: torch.optim.AdamW(m.parameters(), lr=0.003, maximize=True),
    )


@mistake("train_cnn", see="03_training#the-optimizer-remembers")
def train_cnn_moves_another_model(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """The weights of your model never move. Most often the optimizer holds the parameters of
    another model than the one that is trained; a learning rate of 0 looks the same.

    Which model's parameters did the optimizer get, and was the model replaced after that?
    """
    other = reference_answer("FashionMNISTModelV2")()
    return _train(
        loaders, seed, device, make=lambda m: torch.optim.AdamW(other.to(device).parameters())
    )


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_returns_a_fresh_model(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train one model and return another: the one that comes back has never seen an image.

    How many models does your function make, and which one is in the `return`?
    """
    _train(loaders, seed, device, epochs=1)
    fresh: nn.Module = reference_answer("FashionMNISTModelV2")()
    return fresh.to(device)


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom")
def train_cnn_returns_an_untrained_model(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You return the model as it was made: no batch of `loaders.train` goes through it and back.

    Which line of your function calls the training, and is it reached?
    """
    return _train(loaders, seed, device, epochs=0)


@mistake("train_cnn", see="03_training#every-image-once-per-epoch")
def train_cnn_stops_after_the_first_batch(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on the first batch of each epoch and leave the loop, so most of the images are
    never used. Perhaps a `break` or a `return` is left over from a try.

    What has to happen with the second batch of an epoch?
    """
    first: Any = _Firsts(loaders.train)
    return _train(loaders._replace(train=first), seed, device, epochs=5)


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_trains_on_the_validation_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on `loaders.validation` and never on `loaders.train`. Nothing is then left to
    compare recipes with, and most of the images are never used.

    Which of the three parts of `loaders` is for what?
    """
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has 0 batches: pass at least one")
    return _train(loaders._replace(train=loaders.validation), seed, device, epochs=5)


@mistake("train_cnn", see="03_training#softmax-before-the-loss")
def train_cnn_applies_softmax_before_the_loss(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """What your loss gets are probabilities. `cross_entropy` applies softmax itself, so it is done
    twice: gradients get small, and even a perfect model could not get below 1.46.

    What does `cross_entropy` expect: scores, or probabilities?
    """
    return _train(loaders, seed, device, forward=lambda m, x: m(x).softmax(1))


@mistake("train_cnn", see="03_training#measuring-without-recording")
def train_cnn_leaves_gradients_off(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You switch gradients off in order to measure, and never on again. Whoever trains after you
    gets an error, or learns nothing.

    Which form of `no_grad` ends by itself?
    """
    model = _train(loaders, seed, device)
    torch.set_grad_enabled(False)
    reference_answer("evaluate")(model, loaders.validation, F.cross_entropy, device)
    return model


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_trains_on_the_test_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You train on the test images too. Whatever accuracy is measured on them afterwards says
    nothing about images that the model has not seen.

    Which of the three parts of `loaders` may change weights?
    """
    model = _train(loaders, seed, device, epochs=1)
    return _train(loaders._replace(train=loaders.test), seed, device, model=model, epochs=1)


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_picks_by_the_test_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You look at the test images to see how training goes, or to pick the best epoch. A choice
    that was made with them can't be judged by them.

    Which part of `loaders` is there for choices?
    """
    model = _train(loaders, seed, device)
    reference_answer("evaluate")(model, loaders.test, F.cross_entropy, device)
    return model


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_makes_8_passes(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """You go through the training images more than five times. More passes buy a little accuracy
    for much time; here the task is to find a recipe that does with five.

    How many epochs do you train, and what else reads the training images?
    """
    return _train(loaders, seed, device, epochs=8)


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_keeps_batches_for_more_passes(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You read the loader once and then train on the kept batches more than five times. What counts
    is how often the training images are passed over, wherever they lie.

    How often does each image go through `backward`?
    """
    kept: Any = list(loaders.train)
    return _train(loaders._replace(train=kept), seed, device, epochs=8)


@mistake("train_cnn", see="03_training#seeds-and-spread")
def train_cnn_without_a_seed(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """The argument `seed` is not used, so two calls with the same seed give different weights and
    no result can be repeated.

    What draws random numbers in your function before the first batch comes?
    """
    model = reference_answer("FashionMNISTModelV2")()
    return _train(loaders, seed, device, model=model)


@mistake("train_cnn", see="03_training#seeds-and-spread")
def train_cnn_seeds_after_the_weights(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """You set the seed after the model was made, so its first weights are drawn before, from
    whatever state the random numbers were in.

    Which line of your function draws the first random number?
    """
    model = _v2(device)
    return _train(loaders, seed, device, model=model, epochs=1)


@mistake("train_cnn", see="03_training#seeds-and-spread")
def train_cnn_with_seed_42(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """You seed with a number of your own, so every seed gives the same weights. Nobody can see how
    much a result depends on luck.

    Which argument of your function is not used?
    """
    return _train(loaders, 42, device)


@mistake("train_cnn", see="03_training#to-returns-a-new-tensor")
def train_cnn_stays_on_the_cpu(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """Model and images meet on the CPU, whatever `device` says: a GPU would have nothing to do.

    What has to be moved to the device before the first batch, and what with each batch?
    """
    return _train(loaders, seed)


@mistake("train_cnn", see="03_training#to-returns-a-new-tensor")
def train_cnn_leaves_the_images_behind(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """The model is moved to the device and the images are not, so they can't meet there.

    What does `images.to(device)` change: `images`, or what it returns?
    """
    return _train(loaders, seed, device, batches_on="cpu")


@mistake("train_cnn", see="04_cnn#from-28-to-14-to-7")
def train_cnn_with_20_hidden_units(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Your model has another width than 10, so it does not have the 7,740 parameters that
    everybody's accuracy is compared at.

    With which arguments do you make the model?
    """
    reference_answer("seed_everything")(seed)
    model = reference_answer("FashionMNISTModelV2")(hidden_units=20)
    return _train(loaders, seed, device, model=model, epochs=1)


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom")
def train_cnn_returns_the_history(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> list[float]:
    """You return what `fit` returns, the history of the training; the trained model is asked for.

    Which object holds the weights at the end?
    """
    _train(loaders, seed, device, epochs=1)
    return [0.5]


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom")
def train_cnn_returns_nothing(loaders: Loaders, seed: int, device: Device = "cpu") -> None:
    """Your function trains and then ends without `return`, so the trained model is lost.

    What does a Python function give back that has no `return`?
    """
    _train(loaders, seed, device, epochs=1)


def _v2(device: Device) -> nn.Module:
    """Return a model on the device; `_train` leaves it there."""
    model: nn.Module = reference_answer("FashionMNISTModelV2")()
    return model.to(device)


class _Firsts:
    """Yields the first batch of a loader."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(iter(self.loader), 1)


class _Once:
    """Yields a loader's batches, and nothing where there are none."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __len__(self) -> int:
        return max(1, len(self.loader))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.loader)


@mistake("train_cnn", see="04_cnn#common-mistakes-by-symptom")
def train_cnn_of_nothing(loaders: Loaders, seed: int, device: Device = "cpu") -> nn.Module:
    """With no training images at all you return a model all the same. It knows nothing, and nobody
    is told.

    What would you like to hear if the path to your images were wrong?
    """
    batches: Any = _Once(loaders.train)
    return _train(loaders._replace(train=batches), seed, device)


@mistake(
    "train_cnn",
    see="03_training#seeds-and-spread",
    both=("train_cnn_picks_by_the_test_images", "train_cnn_without_a_seed"),
)
def train_cnn_picks_by_the_test_images_without_a_seed(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> nn.Module:
    """Two things: the test images are read while you train, and the argument `seed` is not used.

    Which part of `loaders` is for the very end, and which line makes your run repeatable?
    """
    model = train_cnn_without_a_seed(loaders, seed, device)
    reference_answer("evaluate")(model, loaders.test, F.cross_entropy, device)
    return model
