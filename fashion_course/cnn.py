# Derived from solutions/cnn.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""Convolution by hand, the blocks of a small CNN, and the recipe that trains it."""

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from fashion_course.kit import Loaders

from .training import fit, seed_everything


# ## `conv_output_size(size, kernel_size, stride=1, padding=0)`
#
# Return how long one side of an image is after a convolution or a pooling, as an int. Most crashes
# of a first CNN come from a number like this, guessed.
#
# * `padding` is added on both sides; the kernel then moves on by `stride` as long as it fits.
# * `size`, `kernel_size` and `stride` are at least 1, `padding` at least 0, and the kernel has to
#   fit at least once: everything else is a `ValueError`.
#
# For example, 28 pixels with a kernel of 3 leave 26; with `padding=1` they stay 28; a pooling with
# kernel 2 and stride 2 makes 14 of 28, and 3 of 7.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check conv_output_size`.
def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Length of one side after a convolution or a pooling.

    Args:
        size: pixels on this side, at least 1.
        kernel_size: pixels of the kernel on this side, at least 1.
        stride: pixels from one position of the kernel to the next, at least 1.
        padding: pixels added on each end, at least 0.

    Returns:
        The number of positions of the kernel, at least 1.

    Raises:
        ValueError: an argument is too small, or the kernel does not fit.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `conv2d(images, kernels)`
#
# Write a convolution by hand, with stride 1, without padding or bias. At every place the kernel is
# laid on the image, multiplied pixel by pixel, and summed, **over all input channels**.
#
# * `images` `(B, Cin, H, W)` and `kernels` `(Cout, Cin, k, k)` give `(B, Cout, H-k+1, W-k+1)`, with
#   the dtype and on the device of `images`. Gradients flow back to both.
# * The kernel is not turned round: what CNNs call convolution is a cross-correlation.
# * Do not call torch's own convolution (`conv2d`, `nn.Conv2d`, ...).
# * Wrong numbers of dimensions, channels that differ, a kernel that does not fit: `ValueError`.
#
# For example, the image row `[1, 2, 4]` with the kernel row `[-1, 1]` gives `[1, 2]`.
#
# *Difficulty 5 of 5, about 30 minutes.*
# Check it with `fashion-course check conv2d`.
def conv2d(images: Tensor, kernels: Tensor) -> Tensor:
    """Cross-correlate images with kernels; stride 1, no padding, no bias.

    Args:
        images: floating `(B, Cin, H, W)`.
        kernels: floating `(Cout, Cin, k, k)`, with k from 1 to the smaller of H and W.

    Returns:
        `(B, Cout, H-k+1, W-k+1)`, dtype and device of `images`; differentiable.

    Raises:
        ValueError: the shapes do not match, or the kernel does not fit into the image.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `conv_block(in_channels, out_channels)`
#
# Return the brick that Model V2 is built of, as an `nn.Sequential`: convolution, ReLU, convolution,
# ReLU, max-pooling.
#
# * Both convolutions have 3x3 kernels and `padding=1`, so the size of the image stays; the pooling
#   of 2 halves it.
# * The first convolution changes the number of channels, the second keeps it.
#
# For example, `conv_block(1, 10)` turns `(B, 1, 28, 28)` into `(B, 10, 14, 14)`.
#
# *Difficulty 2 of 5, about 10 minutes.*
# Check it with `fashion-course check conv_block`.
def conv_block(in_channels: int, out_channels: int) -> nn.Sequential:
    """Build conv 3x3, ReLU, conv 3x3, ReLU, max-pool 2.

    Args:
        in_channels: channels of the images that come in.
        out_channels: channels after the first convolution, and at the end.

    Returns:
        A module from `(B, in_channels, H, W)` to `(B, out_channels, H // 2, W // 2)`.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `FashionMNISTModelV2(in_channels=1, hidden_units=10, classes=10)`
#
# A small CNN, known as TinyVGG: two `conv_block`s, then flatten, then one linear layer. It has
# fewer parameters than Model V0, and uses each at many places of the image.
#
# * `forward(images)`: float32 `(B, in_channels, 28, 28)` to raw logits, float32 `(B, classes)`.
# * The first block goes from `in_channels` to `hidden_units`, the second keeps `hidden_units`.
# * Use all three sizes; with the defaults the model has 7,740 parameters.
#
# For example, with `hidden_units=10` an image goes 28 → 14 → 7, and 10 x 7 x 7 = 490 values reach
# the linear layer.
#
# *Difficulty 3 of 5, about 15 minutes.*
# Check it with `fashion-course check FashionMNISTModelV2`.
class FashionMNISTModelV2(nn.Module):
    """Two `conv_block`s, flatten, linear: TinyVGG for images of 28 x 28.

    Args:
        in_channels: channels of the images, C.
        hidden_units: channels inside the blocks.
        classes: number of classes, K.
    """

    def __init__(self, in_channels: int = 1, hidden_units: int = 10, classes: int = 10) -> None:
        """Make the layers."""
        super().__init__()
        # YOUR CODE HERE
        raise NotImplementedError()

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, C, 28, 28)`, to logits, float32 `(B, K)`."""
        # YOUR CODE HERE
        raise NotImplementedError()


# ## `train_cnn(loaders, seed, device="cpu")`
#
# Put everything together: make a Model V2 with 10 hidden units, train it, and return it. This is
# the milestone of the course: about **90 %** on test images that it has never seen.
#
# * The model learns from all images of `loaders.train`, passed over at most 5 times, and
#   `loaders.test` is never touched.
# * The optimizer, the schedule and the loss are your choice; the loss gets raw logits.
# * The same `seed` gives the same weights, and the global random state may be reseeded for it.
# * An empty `loaders.train` is a `ValueError`.
#
# A learning rate ten times off is the usual reason for a loss that stays at `log(10)` = 2.303. Look
# at `loaders.validation`, not at the test images, when you compare recipes.
#
# The quick check trains on easy images. For the milestone, `check("train_cnn", full=True)` or
# `fashion-course check train_cnn --full` trains on the real ones, for a few minutes.
#
# *Difficulty 4 of 5, about 40 minutes.*
# Check it with `fashion-course check train_cnn`.
def train_cnn(
    loaders: Loaders, seed: int, device: str | torch.device = "cpu"
) -> FashionMNISTModelV2:
    """Train a Model V2 in at most 5 passes over the training images.

    Args:
        loaders: batches of normalised images, float32 `(B, 1, 28, 28)`, and labels, int64 `(B,)`;
            `test` is never touched.
        seed: decides the weights; the global random state is reseeded.
        device: where to train.

    Returns:
        The trained model, on `device`.

    Raises:
        ValueError: `loaders.train` is empty, or `seed` is outside 0 to 2**32 - 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
