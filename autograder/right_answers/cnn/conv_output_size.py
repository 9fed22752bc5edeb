"""Right answers to `conv_output_size` in unusual styles."""

import math
from fractions import Fraction

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder.right_answers import right


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


@right("conv_output_size")
def conv_output_size_by_true_division(size, kernel_size, stride=1, padding=0):
    """Divides with `/` and cuts off with int, once it is sure that the kernel fits."""
    room = size + 2 * padding - kernel_size
    if min(size, kernel_size, stride) < 1 or padding < 0 or room < 0:
        raise ValueError(f"{size}, {kernel_size}, {stride}, {padding} leave nothing")
    return int(room / stride + 1)


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


@right("conv_output_size", craft=False)
def conv_output_size_short(size, kernel_size, stride=1, padding=0):
    """Has the core alone."""
    return (size + 2 * padding - kernel_size) // stride + 1


@right("conv_output_size", craft=False)
def conv_output_size_of_a_newcomer(size, kernel_size, stride=1, padding=0):
    """Pads first, then rounds down what `/` gives."""
    padded = padding + size + padding
    moves = (padded - kernel_size) / stride
    return 1 + math.floor(moves)


@right("conv_output_size", craft=False)
def conv_output_size_while_it_fits(size, kernel_size, stride=1, padding=0):
    """Walks along, and would walk for ever with a stride of 0."""
    start, places = -padding, 0
    while start + kernel_size <= size + padding and places < 10_000:
        places += 1
        start += stride
    return places
