"""Wrong answers to unit cnn.

What is right in them is done by the helpers, so that each shows its own fault alone.
"""

import copy
import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import SGD, Adam, Optimizer

from autograder.mistakes import mistake
from autograder.reference import reference_answer
from fashion_course.kit import Loaders

Device = str | torch.device

# --- conv_output_size ----------------------------------------------------------------------------


def _require_sense(size: int, kernel_size: int, stride: int, padding: int) -> None:
    if min(size, kernel_size, stride) < 1 or padding < 0:
        raise ValueError("size, kernel_size and stride are at least 1, padding is at least 0")


def _require_a_place(size: int, kernel_size: int, stride: int, padding: int) -> None:
    _require_sense(size, kernel_size, stride, padding)
    if kernel_size > size + 2 * padding:
        raise ValueError(f"kernel_size is {kernel_size}: it does not fit")


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_pads_one_end(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You add the padding once, but it is put on both ends: with a kernel of 3 and padding 1 your
    28 pixels become 27, where a CNN keeps 28.

    By how many pixels does a row grow when one is added on the left and one on the right?
    """
    _require_a_place(size, kernel_size, stride, padding)
    return (size + padding - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_padding(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """The padding does not change your result, so every layer seems to shrink the image, and the
    classifier behind them is planned too small.

    On how many pixels does the kernel slide, once they have been padded?
    """
    _require_a_place(size, kernel_size, stride, padding)
    return (size - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_without_stride(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """The stride does not change your result: the kernel moves on by one pixel, so a pooling of 2
    makes 27 of 28 pixels, not 14.

    How many moves of 2 pixels fit where 26 moves of 1 pixel did?
    """
    _require_a_place(size, kernel_size, stride, padding)
    return size + 2 * padding - kernel_size + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_counts_the_moves(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You count the moves of the kernel, and leave out the place where it stands before the first
    move: every result is 1 too small.

    If the kernel is as large as the image, it can't move; how many places are there?
    """
    _require_a_place(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) // stride


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_rounds_up(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You round up, which counts a last place where the kernel hangs over the edge: a pooling of 2
    would make 4 of 7 pixels, but PyTorch makes 3.

    What happens to the pixels that are left over at the end?
    """
    _require_a_place(size, kernel_size, stride, padding)
    return math.ceil((size + 2 * padding - kernel_size) / stride) + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_as_a_float(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> float:
    """You divide with `/`, which gives a float even where nothing is left over, and half a place
    where something is. A layer can't have 4.5 rows.

    Which division of Python leaves the remainder away?
    """
    _require_a_place(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) / stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_takes_any_kernel(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """For a kernel larger than the padded image you return 0 or less. The layer would crash much
    later, with a message that does not name the size at fault.

    Which two numbers do you have to compare before you calculate?
    """
    _require_sense(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) // stride + 1


@mistake("conv_output_size", see="04_cnn#how-long-is-the-output")
def conv_output_size_takes_senseless_arguments(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """You look at the size of the kernel alone: a stride of 0 ends in a ZeroDivisionError, and a
    kernel of 0 or a negative padding in a number that means nothing.

    What is the smallest value of each argument that makes sense?
    """
    if kernel_size > size + 2 * padding:
        raise ValueError(f"kernel_size is {kernel_size}: it does not fit")
    return (size + 2 * padding - kernel_size) // stride + 1


@mistake(
    "conv_output_size",
    see="04_cnn#how-long-is-the-output",
    both=("conv_output_size_pads_one_end", "conv_output_size_counts_the_moves"),
)
def conv_output_size_pads_one_end_and_counts_the_moves(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> int:
    """Two things: you add the padding once, but it is put on both ends, and you count the moves of
    the kernel, one fewer than its places.

    What does your formula give for a kernel of 1 on a row of 1 pixel, with padding 1?
    """
    _require_a_place(size, kernel_size, stride, padding)
    return (size + padding - kernel_size) // stride


# --- conv2d --------------------------------------------------------------------------------------


def _require_shapes(images: Tensor, kernels: Tensor) -> None:
    if images.ndim != 4 or kernels.ndim != 4 or images.shape[1] != kernels.shape[1]:
        raise ValueError("images must be (B, Cin, H, W) and kernels (Cout, Cin, k, k)")
    height, width = kernels.shape[2:]
    if not (1 <= height <= images.shape[2] and 1 <= width <= images.shape[3]):
        raise ValueError("kernels must fit into the image")


def _convolve(images: Tensor, kernels: Tensor, letters: str = "bcyxij,ocij->boyx") -> Tensor:
    height, width = kernels.shape[2:]
    windows = images.unfold(2, height, 1).unfold(3, width, 1)
    return torch.einsum(letters, windows, kernels.to(images))


@mistake("conv2d", see="04_cnn#kernels-are-not-flipped")
def conv2d_flips_the_kernel(images: Tensor, kernels: Tensor) -> Tensor:
    """Your kernel is upside down: you turn it round, as mathematics does in a convolution. CNNs
    cross-correlate, so weights of a trained layer would look for mirrored patterns.

    Which value of the kernel should meet the upper left pixel of a window?
    """
    _require_shapes(images, kernels)
    return _convolve(images, kernels.flip(2, 3))


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_transposes_the_kernel(images: Tensor, kernels: Tensor) -> Tensor:
    """Rows and columns of your kernel are exchanged: a kernel that looks for upright edges finds
    level ones. With a symmetric kernel nobody would notice.

    Which index of the window belongs to the first index of the kernel?
    """
    _require_shapes(images, kernels)
    return _convolve(images, kernels.transpose(2, 3))


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_keeps_the_channels_apart(images: Tensor, kernels: Tensor) -> Tensor:
    """You return one map for each pair of an input channel and a kernel, (B, Cout, Cin, ...): the
    channels are not summed. A kernel has weights for all channels and gives one map.

    Which letter of the shapes has to vanish from the result?
    """
    _require_shapes(images, kernels)
    return _convolve(images, kernels, "bcyxij,ocij->bocyx")


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_reads_the_first_channel(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result depends on the first channel alone. For grey pictures this is all there is, but
    the second layer of a CNN reads ten channels, and nine would be lost.

    Over which dimensions of a window does the sum go?
    """
    _require_shapes(images, kernels)
    return _convolve(images[:, :1], kernels[:, :1])


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_averages_the_channels(images: Tensor, kernels: Tensor) -> Tensor:
    """You average over the channels where a convolution adds them up, so your values are Cin times
    too small and trained weights would not fit.

    What does a kernel do with the products of one window: `sum` or `mean`?
    """
    _require_shapes(images, kernels)
    return _convolve(images, kernels) / images.shape[1]


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_swaps_images_and_maps(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is (Cout, B, ...): the maps come first and the images second. The next layer
    would take each map for an image.

    Which dimension is first in every batch of the course?
    """
    _require_shapes(images, kernels)
    return _convolve(images, kernels, "bcyxij,ocij->obyx")


@mistake("conv2d", see="04_cnn#how-long-is-the-output")
def conv2d_pads_the_image(images: Tensor, kernels: Tensor) -> Tensor:
    """You pad the image with zeros, so the result is larger than asked for; here the kernel stands
    only where it fits, and H-k+1 rows come out.

    Where would the kernel of your first value have to stand?
    """
    _require_shapes(images, kernels)
    margin = kernels.shape[2] // 2
    return _convolve(F.pad(images, [margin] * 4), kernels)


@mistake("conv2d", see="04_cnn#kernels-can-be-learnt")
def conv2d_through_numpy(images: Tensor, kernels: Tensor) -> Tensor:
    """You leave torch on the way (`detach`, `numpy` or `item`), and the path of the gradients ends
    there. The values are right, but such a kernel can't be learnt.

    Which line turns a tensor into something that autograd does not follow?
    """
    _require_shapes(images, kernels)
    return _convolve(images.detach(), kernels.detach())


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_calls_torchs_own(images: Tensor, kernels: Tensor) -> Tensor:
    """You let torch's own convolution do the work. The result is right, but the exercise is to
    write what it does inside.

    What happens to one window of the image, and how can you write that with `*` and `sum`?
    """
    _require_shapes(images, kernels)
    return F.conv2d(images, kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_for_kernels_of_3(images: Tensor, kernels: Tensor) -> Tensor:
    """The 3 of the kernel stands in your code as a number, so kernels of any other size crash or
    are cut off.

    Which shape can tell you k?
    """
    _require_shapes(images, kernels)
    windows = images.unfold(2, 3, 1).unfold(3, 3, 1)
    return torch.einsum("bcyxij,ocij->boyx", windows, kernels)


@mistake("conv2d", see="04_cnn#sliding-a-small-window")
def conv2d_in_float64(images: Tensor, kernels: Tensor) -> Tensor:
    """Your result is float64 also for float32 images, because the tensor that you fill was made
    with a type of its own. The next layer would refuse it.

    From where can the new tensor take its dtype?
    """
    _require_shapes(images, kernels)
    return _convolve(images.double(), kernels)


@mistake("conv2d", see="04_cnn#channels-are-summed")
def conv2d_takes_any_shape(images: Tensor, kernels: Tensor) -> Tensor:
    """You do not look at the shapes: kernels for another number of channels, or larger than the
    image, end in an error deep inside torch, or in a result without meaning.

    Which numbers of the two shapes have to be equal, and which have to fit?
    """
    return _convolve(images, kernels)


@mistake(
    "conv2d",
    see="04_cnn#kernels-are-not-flipped",
    both=("conv2d_flips_the_kernel", "conv2d_takes_any_shape"),
)
def conv2d_flips_the_kernel_of_any_shape(images: Tensor, kernels: Tensor) -> Tensor:
    """Two things: your kernel is upside down, as in mathematics but not in CNNs, and you do not
    look whether the shapes fit together.

    What should the call do before the first product, and which pair of numbers is multiplied first?
    """
    return _convolve(images, kernels.flip(2, 3))


# --- conv_block ----------------------------------------------------------------------------------


def _block(in_channels: int, out_channels: int, **changed: nn.Module) -> nn.Sequential:
    """Build the right block, but for the layers given by name."""
    layers: dict[str, nn.Module] = {
        "first": nn.Conv2d(in_channels, out_channels, 3, padding=1),
        "relu": nn.ReLU(),
        "second": nn.Conv2d(out_channels, out_channels, 3, padding=1),
        "relu_again": nn.ReLU(),
        "pool": nn.MaxPool2d(2),
    }
    return nn.Sequential(*(layers | changed).values())


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_without_padding(in_channels: int, out_channels: int) -> nn.Sequential:
    """28, 24, 12, 8, 4: without `padding=1` each convolution takes a pixel from every side, and
    two of your blocks end in 4 x 4, where 28, 14, 7 was expected.

    What does `conv_output_size` say of 28 pixels and a kernel of 3, with and without padding?
    """
    first, second = (
        nn.Conv2d(in_channels, out_channels, 3),
        nn.Conv2d(out_channels, out_channels, 3),
    )
    return _block(in_channels, out_channels, first=first, second=second)


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_pools_twice(in_channels: int, out_channels: int) -> nn.Sequential:
    """You pool after each convolution, so a block makes 7 of 28 pixels. The second block would
    leave 1, and little of the picture.

    How often does the list of layers in the task name a pooling?
    """
    relu = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))
    return _block(in_channels, out_channels, relu=relu)


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_pools_by_one_pixel(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your pooling moves on by one pixel, so its windows overlap and 28 becomes 27. A pooling of 2
    takes each pixel once when its stride is 2 as well.

    What is the stride of `nn.MaxPool2d(2)` when you say nothing of it?
    """
    return _block(in_channels, out_channels, pool=nn.MaxPool2d(2, stride=1))


@mistake("conv_block", see="04_cnn#pooling-keeps-the-strongest")
def conv_block_averages(in_channels: int, out_channels: int) -> nn.Sequential:
    """You pool with the average: a strong answer at one pixel is watered down by its three
    neighbours. Max-pooling keeps the strongest.

    Which layer keeps the largest of four values?
    """
    return _block(in_channels, out_channels, pool=nn.AvgPool2d(2))


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_relu(in_channels: int, out_channels: int) -> nn.Sequential:
    """There is no ReLU in your block. Two convolutions in a row with nothing between them can do
    no more than a single larger one.

    What has to stand after each convolution?
    """
    return _block(in_channels, out_channels, relu=nn.Identity(), relu_again=nn.Identity())


@mistake("conv_block", see="04_cnn#without-relu-two-layers-are-one")
def conv_block_without_the_second_relu(in_channels: int, out_channels: int) -> nn.Sequential:
    """The second convolution has no ReLU after it, so negative values leave your block, and the
    next convolution follows with only a pooling between.

    How many ReLUs does the task list, and after which layers?
    """
    return _block(in_channels, out_channels, relu_again=nn.Identity())


@mistake("conv_block", see="04_cnn#from-28-to-14-to-7")
def conv_block_of_one_convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your block has one convolution. The shapes are right, but each pixel of the result has seen
    3 x 3 pixels before the pooling, where two convolutions see 5 x 5.

    Which layer of the five is missing, and how many channels go into it?
    """
    return _block(in_channels, out_channels, second=nn.Identity(), relu_again=nn.Identity())


@mistake("conv_block", see="04_cnn#channels-are-summed")
def conv_block_widens_late(in_channels: int, out_channels: int) -> nn.Sequential:
    """Your first convolution keeps the number of channels, and the second changes it: from a grey
    picture the first would find a single pattern.

    Which of the two should bring `out_channels` maps?
    """
    first = nn.Conv2d(in_channels, in_channels, 3, padding=1)
    second = nn.Conv2d(in_channels, out_channels, 3, padding=1)
    return _block(in_channels, out_channels, first=first, second=second)


class _Wrapped(nn.Module):
    def __init__(self, block: nn.Sequential) -> None:
        super().__init__()
        self.block = block

    def forward(self, images: Tensor) -> Any:
        """Run the block."""
        return self.block(images)


@mistake("conv_block", see="04_cnn#one-block-is-not-two")
def conv_block_as_a_module(in_channels: int, out_channels: int) -> nn.Module:
    """You return a module of your own. It calculates the right thing, but the task asks for an
    `nn.Sequential`, whose layers can be looked at and counted one by one.

    Does your class do anything that `nn.Sequential` does not?
    """
    return _Wrapped(_block(in_channels, out_channels))


@mistake("conv_block", see="04_cnn#one-block-is-not-two")
def conv_block_as_a_list(in_channels: int, out_channels: int) -> list[nn.Module]:
    """You return a plain list of layers, which can't be called with images, and whose weights a
    model would not find.

    Which container of `nn` takes the same layers and runs them one after the other?
    """
    return list(_block(in_channels, out_channels))


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


class _V2(nn.Module):
    """The right model, in parts that mistakes change."""

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()
        self.first = _block(in_channels, hidden_units)
        self.second = _block(hidden_units, hidden_units)
        self.classifier = nn.Linear(hidden_units * 7 * 7, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Map images to logits."""
        logits: Tensor = self.classifier(self.second(self.first(images)).flatten(1))
        return logits


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class FashionMNISTModelV2_for_14_by_14(_V2):  # noqa: N801
    """Your blocks end in 10 x 7 x 7 = 490 values; the classifier expects 1960, as if there had been
    one pooling.

    What is left of 28 pixels after each of the two blocks?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.classifier = nn.Linear(hidden_units * 14 * 14, classes)


@mistake("FashionMNISTModelV2", see="04_cnn#one-image-is-still-a-batch")
class FashionMNISTModelV2_flattens_the_batch(_V2):  # noqa: N801
    """You flatten the batch too: the values of all images become one long row, and the classifier,
    made for one image at a time, refuses it.

    From which dimension on should be flattened, so that the first stays?
    """

    def forward(self, images: Tensor) -> Tensor:
        """Map images to logits."""
        logits: Tensor = self.classifier(self.second(self.first(images)).flatten())
        return logits


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class FashionMNISTModelV2_without_flatten(_V2):  # noqa: N801
    """You pass the maps to the classifier as they are, (B, 10, 7, 7). A linear layer reads the last
    dimension alone and finds 7 values, not 490.

    What has to happen to the channels, rows and columns of one image before the linear layer?
    """

    def forward(self, images: Tensor) -> Tensor:
        """Map images to logits."""
        logits: Tensor = self.classifier(self.second(self.first(images)))
        return logits


@mistake("FashionMNISTModelV2", see="04_cnn#one-block-is-not-two")
class FashionMNISTModelV2_one_block_twice(_V2):  # noqa: N801
    """Both blocks share one set of weights: a second name for a block does not make a second block.
    Parameters are missing, and what suits the first place has to suit the second as well.

    How often is `conv_block` called in your `__init__`?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        # Widening apart, the block is the same one.
        self.first = nn.Sequential(
            nn.Conv2d(in_channels, hidden_units, 3, padding=1), *list(self.second)[1:]
        )


@mistake("FashionMNISTModelV2", see="04_cnn#what-one-number-can-see")
class FashionMNISTModelV2_averages_the_maps(_V2):  # noqa: N801
    """You average each map to one number before the classifier, so it does not learn where in the
    picture a pattern is. Only 10 of 490 values reach it, and parameters are missing.

    How many numbers of one image should the linear layer read?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.classifier = nn.Linear(hidden_units, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Map images to logits."""
        logits: Tensor = self.classifier(self.second(self.first(images)).mean((2, 3)))
        return logits


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-loss-stays-at-chance")
class FashionMNISTModelV2_with_softmax(_V2):  # noqa: N801
    """Your model ends in a softmax. `CrossEntropyLoss` applies one itself; twice over, even a
    certain and right answer keeps a high loss, and training crawls.

    Which numbers does the loss want: probabilities or raw logits?
    """

    def forward(self, images: Tensor) -> Tensor:
        """Map images to probabilities."""
        return super().forward(images).softmax(1)


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-loss-stays-at-chance")
class FashionMNISTModelV2_ends_in_relu(_V2):  # noqa: N801
    """A ReLU stands behind your classifier and cuts off every negative logit. An unlikely class
    can't be told from an impossible one, and no gradient flows where the logit is 0.

    Which layer should be the last?
    """

    def forward(self, images: Tensor) -> Tensor:
        """Map images to logits, cut off at 0."""
        return super().forward(images).relu()


@mistake("FashionMNISTModelV2", see="04_cnn#one-block-is-not-two")
class FashionMNISTModelV2_detaches(_V2):  # noqa: N801
    """You cut the graph between the blocks (`detach`, `.data` or `no_grad`): the values are right,
    but no gradient reaches the first block, which would never learn.

    On which way does the loss reach the first kernels?
    """

    def forward(self, images: Tensor) -> Tensor:
        """Map images to logits."""
        logits: Tensor = self.classifier(self.second(self.first(images).detach()).flatten(1))
        return logits


@mistake("FashionMNISTModelV2", see="04_cnn#one-block-is-not-two")
class FashionMNISTModelV2_blocks_in_a_list(_V2):  # noqa: N801
    """Your blocks stand in a plain Python list, where `nn.Module` does not find them: an optimizer
    would not train them, and `to` would leave them behind.

    Which of PyTorch's containers is a list that registers what it holds?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.blocks = [self.first, self.second]
        del self.first, self.second

    def forward(self, images: Tensor) -> Tensor:
        """Map images to logits."""
        for block in self.blocks:
            images = block(images)
        logits: Tensor = self.classifier(images.flatten(1))
        return logits


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class FashionMNISTModelV2_of_fixed_sizes(_V2):  # noqa: N801
    """Your layers are made with numbers, not with the arguments: the defaults work, but a model for
    colour pictures, or with other hidden units or classes, is the same model again.

    Where should each of the three arguments stand?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__()


@mistake("FashionMNISTModelV2", see="04_cnn#when-the-classifier-does-not-fit")
class FashionMNISTModelV2_with_490_fixed(_V2):  # noqa: N801
    """The classifier always expects 490 values. This is right for 10 hidden units; with 3 the
    blocks leave 147, and the model crashes.

    Which factor of 490 = 10 x 7 x 7 is one of the arguments?
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        super().__init__(in_channels, hidden_units, classes)
        self.classifier = nn.Linear(490, classes)


@mistake(
    "FashionMNISTModelV2",
    see="04_cnn#when-the-classifier-does-not-fit",
    both=("FashionMNISTModelV2_with_softmax", "FashionMNISTModelV2_with_490_fixed"),
)
class FashionMNISTModelV2_with_softmax_and_490_fixed(  # noqa: N801
    FashionMNISTModelV2_with_490_fixed
):
    """Two things: your model ends in a softmax, which the loss applies once more, and its
    classifier expects 490 values whatever `hidden_units` is.

    What should the last layer return, and how many values does one image bring it?
    """

    def forward(self, images: Tensor) -> Tensor:
        """Map images to probabilities."""
        return super().forward(images).softmax(1)


# --- train_cnn -----------------------------------------------------------------------------------


def _require_batches(loaders: Loaders) -> None:
    if len(loaders.train) == 0:
        raise ValueError("loaders.train has 0 batches: pass at least one")


def _started(loaders: Loaders, seed: int, device: Device) -> Any:
    """Return a V2 whose weights, and whose batches, come from the seed."""
    _require_batches(loaders)
    reference_answer("seed_everything")(seed)
    return reference_answer("FashionMNISTModelV2")().to(device)


def _train(
    model: nn.Module, loaders: Loaders, optimizer: Optimizer, epochs: int, device: Device
) -> Any:
    loss = nn.CrossEntropyLoss()
    return reference_answer("fit")(model, loaders, loss, optimizer, epochs, device)


@mistake("train_cnn", see="03_training#seeds-and-spread")
def train_cnn_seeds_after_the_weights(loaders: Loaders, seed: int, device: Device = "cpu") -> Any:
    """You set the seed after the model has been made: its first weights are drawn from whatever
    state was left, so two runs with one seed differ.

    Which line draws the first random number?
    """
    _require_batches(loaders)
    model = reference_answer("FashionMNISTModelV2")().to(device)
    reference_answer("seed_everything")(seed)
    _train(model, loaders, Adam(model.parameters(), lr=0.003), 5, device)
    return model


@mistake("train_cnn", see="03_training#the-test-set-is-opened-once")
def train_cnn_chooses_by_the_test_images(
    loaders: Loaders, seed: int, device: Device = "cpu"
) -> Any:
    """You keep the epoch that is best on `loaders.test`. Then the test images have helped to make
    the model, and their accuracy is no longer that on pictures never seen.

    Which part of `loaders` is there to choose by?
    """
    model = _started(loaders, seed, device)
    optimizer = Adam(model.parameters(), lr=0.003)
    best, weights = -1.0, model.state_dict()
    for _ in range(5):
        _train(model, loaders, optimizer, 1, device)
        tested = reference_answer("evaluate")(model, loaders.test, nn.CrossEntropyLoss(), device)
        if tested.accuracy > best:
            best, weights = tested.accuracy, copy.deepcopy(model.state_dict())
    model.load_state_dict(weights)
    return model


@mistake("train_cnn", see="04_cnn#parameters-are-not-compute")
def train_cnn_in_ten_passes(loaders: Loaders, seed: int, device: Device = "cpu") -> Any:
    """You pass over the training images ten times; five are allowed, so that recipes are compared
    at the same cost.

    What can a better step size or a schedule give you in half the passes?
    """
    model = _started(loaders, seed, device)
    _train(model, loaders, Adam(model.parameters(), lr=0.003), 10, device)
    return model


@mistake("train_cnn", see="04_cnn#when-the-loss-stays-at-chance")
def train_cnn_with_tiny_steps(loaders: Loaders, seed: int, device: Device = "cpu") -> Any:
    """The loss stays at chance, `log(10)` = 2.303: the learning rate is so small that five passes
    hardly move the weights.

    What does the first epoch's loss do when you multiply the learning rate by ten?
    """
    model = _started(loaders, seed, device)
    _train(model, loaders, SGD(model.parameters(), lr=0.001), 5, device)
    return model


@mistake("train_cnn", see="04_cnn#what-the-network-learnt-to-look-for")
def train_cnn_returns_the_history(loaders: Loaders, seed: int, device: Device = "cpu") -> Any:
    """You return what `fit` returned, the list of epochs. The trained model is lost at the end of
    the call.

    Which of your variables holds the weights that were learnt?
    """
    model = _started(loaders, seed, device)
    return _train(model, loaders, Adam(model.parameters(), lr=0.003), 5, device)
