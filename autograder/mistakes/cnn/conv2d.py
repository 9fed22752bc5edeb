"""Wrong answers to `conv2d`."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


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
    """Your kernel is flipped, upside down and left to right: that is the convolution of
    mathematics. CNNs cross-correlate, which lays the kernel on the image as it is.

    Which weight should be multiplied by the upper left pixel of the window?
    """
    return _product(_windows(images, kernels), kernels.flip(2, 3))


@mistake("conv2d", see="04_cnn#kernels-are-not-flipped")
def conv2d_with_a_transposed_kernel(images: Tensor, kernels: Tensor) -> Tensor:
    """Rows and columns of your kernel are swapped, so a detector of vertical edges finds horizontal
    ones.

    Which index counts the rows of the image, and which those of the kernel?
    """
    return _product(_windows(images, kernels), kernels.transpose(2, 3))


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_of_the_first_channel(images: Tensor, kernels: Tensor) -> Tensor:
    """Only the first input channel counts; the others have no influence on the result.

    Over which dimensions of a window `(Cin, k, k)` do you sum?
    """
    return _product(_windows(images, kernels)[:, :1], kernels[:, :1])


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_averages_channels(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is the mean over the input channels; the task asks for the sum.

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
    """Your result is larger than asked for, as with images that are padded by a border of zeros.

    Which arguments does your function take, and is padding among them?
    """
    _check_shapes(images, kernels)
    return _product(_windows(F.pad(images, (1, 1, 1, 1)), kernels), kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_for_square_images_only(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result has as many columns as rows, so an image that is not square is cut off, or your
    code runs over its edge.

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
    """Your result is the largest product in each window, not the sum of all.

    Which operation does the task name after multiplying pixel by pixel?
    """
    products = _windows(images, kernels).unsqueeze(1) * kernels[:, :, None, None]
    return products.amax((2, 5, 6))


@mistake("conv2d", see="04_cnn#kernels-can-be-learnt")
def conv2d_without_gradients(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result does not know how it was computed, as after `detach`, `numpy` or `item`, so no
    gradient gets back to the kernels, and they could never be learnt.

    Which line leaves the graph, as `item`, `numpy`, `detach`, `data` and `torch.tensor` do?
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
    would treat each map as an image.

    Which dimension is first in every batch of the course?
    """
    return _product(_windows(images, kernels), kernels).transpose(0, 1)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_for_kernels_of_3(images: Tensor, kernels: Tensor) -> Tensor:
    """Your code is right for kernels of 3 x 3 alone: kernels of any other size crash or are cut
    off.

    Which shape can tell you k?
    """
    _check_shapes(images, kernels)
    return _product(images.unfold(2, 3, 1).unfold(3, 3, 1), kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_swaps_rows_and_columns(images: Tensor, kernels: Tensor) -> Tensor:
    """Rows and columns of the windows are swapped: place (i, j) of your result comes from the
    window that begins at row j and column i.

    Which of your loops or slices runs along the height, and which along the width?
    """
    _check_shapes(images, kernels)
    size, (height, width) = kernels.shape[-1], images.shape[2:]
    result = torch.zeros(len(images), len(kernels), height - size + 1, width - size + 1)
    for i in range(height - size + 1):
        for j in range(width - size + 1):
            window = images[:, :, j : j + size, i : i + size]
            for o in range(len(kernels)):
                result[:, o, i, j] = (window * kernels[o]).sum((1, 2, 3))
    return result


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_sums_over_the_batch(images: Tensor, kernels: Tensor) -> Tensor:
    """Every image of a batch gets the same maps: your sum runs over the images, too.

    Over which dimensions of a window (B, Cin, k, k) should the sum run, and which one stays?
    """
    maps = _product(_windows(images, kernels), kernels)
    return maps.sum(0, keepdim=True).expand_as(maps)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_moves_by_a_whole_kernel(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is as small as if the kernel moved on by its whole length each time. The task
    moves it by one pixel.

    Which of your numbers says how far the next window is from the last one?
    """
    _check_shapes(images, kernels)
    size = kernels.shape[-1]
    return _product(images.unfold(2, size, size).unfold(3, size, size), kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_takes_the_mean_of_each_window(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is as small as the mean of the products in a window; the task asks for their sum.

    Which operation does the task name after multiplying pixel by pixel?
    """
    return _product(_windows(images, kernels), kernels) / kernels[0].numel()


@mistake("conv2d", see="04_cnn#sliding-a-small-window", craft=True)
def conv2d_in_float64_always(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is float64 for float32 images, too. The next layer would refuse it.

    Which of your tensors has a dtype of its own, and from where could it take that of the images?
    """
    return _product(_windows(images, kernels).double(), kernels.double())


@mistake("conv2d", see="04_cnn#sliding-a-small-window", craft=True)
def conv2d_in_float32_always(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is float32 whatever comes in, as `torch.zeros` makes it. It should have the dtype
    of the images.

    What can you tell `torch.zeros` about the tensor that it makes?
    """
    return _product(_windows(images, kernels), kernels).float()


@mistake("conv2d", see="04_cnn#sliding-a-small-window", craft=True)
def conv2d_computes_in_float32(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result has the dtype of the images, but only the digits of float32: half of those of
    float64 images are lost on the way.

    Which of your lines converts to float32, and who asked for it?
    """
    return _product(_windows(images, kernels).float(), kernels.float()).to(images.dtype)


@mistake("conv2d", see="03_training#to-returns-a-new-tensor", craft=True)
def conv2d_on_the_default_device(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is made on the default device, mostly the CPU, wherever the images are. For
    images on a GPU the next layer could not take it.

    What can you tell `torch.zeros` besides shape and dtype?
    """
    maps = _product(_windows(images, kernels), kernels)
    result = torch.zeros(maps.shape, dtype=images.dtype)
    result[:] = maps
    return result


@mistake("conv2d", see="04_cnn#kernels-can-be-learnt")
def conv2d_returns_a_numpy_array(images: Tensor, kernels: Tensor) -> Any:
    """You return a numpy array; the task asks for a tensor. An array does not know how it was
    computed, and no layer of PyTorch takes it.

    In which of your lines does a tensor become an array?
    """
    return _product(_windows(images, kernels), kernels).detach().numpy()


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_by_torch(images: Tensor, kernels: Tensor) -> Tensor:
    """You call PyTorch's own convolution. Its result is right, but here the point is to know what
    it does.

    What happens at one single place of the image?
    """
    _check_shapes(images, kernels)
    return F.conv2d(images, kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window", craft=True)
def conv2d_changes_the_images(images: Tensor, kernels: Tensor) -> Tensor:
    """You write into the images that you were given: they are changed after the call.

    Which of your lines assigns to `images`, or to a view of it?
    """
    _check_shapes(images, kernels)
    before = images.clone()
    if not images.requires_grad:
        images *= 0
    return _product(_windows(before, kernels), kernels)


@mistake("conv2d", see="04_cnn#when-the-classifier-does-not-fit", craft=True)
def conv2d_without_checks(images: Tensor, kernels: Tensor) -> Tensor:
    """Shapes that do not fit are not refused. One channel is quietly used for all, or the error
    comes from deep inside and does not say which argument is wrong.

    Which numbers in the two shapes have to agree?
    """
    size = kernels.shape[-1]
    return _product(images.unfold(2, size, 1).unfold(3, size, 1), kernels)


refuses_otherwise("conv2d", "04_cnn#when-the-classifier-does-not-fit")
prints_its_result("conv2d", "04_cnn#when-the-classifier-does-not-fit")
