"""Wrong answers to `conv_output_size`."""

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


def _check_sizes(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> None:
    reference_answer("conv_output_size")(size, kernel_size, stride, padding)


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_the_last_place(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """One place of the kernel is not counted, as when its moves are counted and not its places or
    when a loop ends before the last place.

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
    """The argument `stride` changes nothing: your kernel moves on by one pixel each time.

    How many places are left of 27 if only every second one is taken?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return size + 2 * padding - kernel_size + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_padding(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """The argument `padding` changes nothing, so a 3x3 kernel with `padding=1` seems to shrink the
    image.

    On how many pixels does the kernel slide, with those that were added?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return max(0, size - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_rounded_up(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You round up. The last move would then go over the edge of the image: a pooling of 2 turns 7
    into 3, not into 4.

    What happens to the pixels that are too few for one more move?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return -(-(size + 2 * padding - kernel_size) // stride) + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_as_a_float(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> float:
    """Your result is a float, as `/` gives it: 13.5, for example, and no image has 13.5 rows.
    `nn.Linear` refuses a float even where it is whole.

    Which division throws the remainder away?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) / stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_divided_too_late(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You add the first position before you divide by the stride. The first position is not a move,
    so it is added after the division.

    Which of the two comes first: counting the moves, or adding the place before them?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size + 1) // stride


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_brackets(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """Only the kernel size is divided by the stride: without brackets Python divides before it adds
    and subtracts.

    What should be divided by the stride, and how does Python know where it begins?
    """
    _check_sizes(size, kernel_size, stride, padding)
    return size + 2 * padding - kernel_size // stride + 1


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit", craft=True)
def conv_output_size_cut_towards_0(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """A kernel that is a pixel too large seems to fit once: `int(-0.5)` is 0, because `int` rounds
    towards 0 and not down.

    What is `int(-0.5)`, and what is `-1 // 2`?
    """
    if min(size, kernel_size, stride) < 1 or padding < 0:
        raise ValueError("size, kernel_size and stride: pass 1 or more; padding: 0 or more")
    places = int((size + 2 * padding - kernel_size) / stride) + 1
    if places < 1:
        raise ValueError(f"kernel_size is {kernel_size}: it does not fit")
    return places


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit", craft=True)
def conv_output_size_without_checks(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """No argument is refused. A kernel larger than the image gives 0 or a negative length, and the
    crash happens layers later.

    For which arguments does the kernel fit nowhere?
    """
    return (size + 2 * padding - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit", craft=True)
def conv_output_size_returns_0(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """Where the kernel does not fit you return 0. No layer has an output of length 0: the caller
    should get an error here.

    Which exception says that an argument does not make sense?
    """
    if kernel_size > size + 2 * padding and min(size, kernel_size, stride) > 0 and padding >= 0:
        return 0
    _check_sizes(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#when-the-classifier-does-not-fit", craft=True)
def conv_output_size_takes_senseless_arguments(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You refuse a kernel that does not fit, but not a stride or a kernel of 0, or padding below 0.

    What is the smallest value that makes sense, for each of the four arguments?
    """
    if kernel_size > size + 2 * padding:
        raise ValueError(f"kernel_size is {kernel_size}: pass at most {size + 2 * padding}")
    return (size + 2 * padding - kernel_size) // stride + 1


refuses_otherwise("conv_output_size", "04_cnn#when-the-classifier-does-not-fit")
prints_its_result("conv_output_size", "04_cnn#when-the-classifier-does-not-fit")
