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
# Return how long one side of an image is after a convolution or a pooling, as an int.
#
# * `padding` pixels are added on **both** ends; then the kernel moves on by `stride` as long as it
#   still fits.
#
# For example, 28 pixels with a kernel of 3 leave 26; with `padding=1` they stay 28; a pooling with
# kernel 2 and stride 2 makes 14 of 28, and 3 of 7.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * `size`, `kernel_size` and `stride` are at least 1, `padding` at least 0, and the kernel fits at
#   least once: everything else is a `ValueError` that names the argument.
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
        The number of positions of the kernel.

    Craft:
        An argument that is too small, and a kernel that does not fit, are a ValueError.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `conv2d(images, kernels)`
#
# Write a convolution by hand, with stride 1, without padding or bias. At every place the kernel is
# laid on the image, multiplied pixel by pixel, and summed, **over all input channels**.
#
# * `images` `(B, Cin, H, W)` and `kernels` `(Cout, Cin, k, k)` give `(B, Cout, H-k+1, W-k+1)`.
# * The kernel is not flipped: what CNNs call convolution is a cross-correlation.
# * Gradients flow back to both arguments, so compute with tensors all the way.
# * Do not call torch's own convolution (`conv2d`, `nn.Conv2d`, ...).
#
# For example, the image row `[1, 2, 4]` with the kernel row `[-1, 1]` gives `[1, 2]`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * The result has the dtype of the images and is on their device; the arguments stay as they are.
# * Wrong numbers of dimensions, channels that differ, a kernel that does not fit: `ValueError`.
#
# *Difficulty 5 of 5, about 30 minutes.*
# Check it with `fashion-course check conv2d`.
def conv2d(images: Tensor, kernels: Tensor) -> Tensor:
    """Cross-correlate images with kernels; stride 1, no padding, no bias.

    Args:
        images: floating `(B, Cin, H, W)`.
        kernels: floating `(Cout, Cin, k, k)`, with k from 1 to the smaller of H and W.

    Returns:
        `(B, Cout, H-k+1, W-k+1)`; differentiable.

    Craft:
        The result has the dtype and the device of `images`; shapes that do not fit are a
        ValueError.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `conv_block(in_channels, out_channels)`
#
# Return the block that Model V2 is built of, as an `nn.Sequential`: convolution, ReLU, convolution,
# ReLU, max-pooling.
#
# * Both convolutions have 3x3 kernels and `padding=1`, so the size of the image stays; the pooling
#   of 2 halves it.
# * The first convolution changes the number of channels, the second keeps it.
# * Each call makes new weights.
#
# For example, `conv_block(1, 10)` turns `(B, 1, 28, 28)` into `(B, 10, 14, 14)`.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Nothing else changes: no seed is set.
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
# * With the defaults the model has 7,740 parameters, all made in `__init__`, and all of them learn.
#
# For example, with `hidden_units=10` an image goes 28 → 14 → 7, and 10 x 7 x 7 = 490 values reach
# the linear layer.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Nothing else changes: no seed is set, and the images stay as they are.
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
# * The model learns from all images of `loaders.train`, passed over at most 5 times.
# * It learns from nothing else: `loaders.validation` is there to compare recipes with, and
#   `loaders.test` is never touched.
# * Optimizer, schedule and loss are your choice. The loss gets raw logits, and each step forgets
#   the gradients of the steps before.
# * The same loaders and `seed` give the same weights; the global random state may be reseeded.
#
# A learning rate ten times off is the usual reason for a loss that stays at `log(10)` = 2.303.
#
# `check("train_cnn")` trains on a small problem, in seconds. The milestone itself is measured by
# `check("train_cnn", full=True)`, or in a terminal by `fashion-course check train_cnn --full`, in
# minutes.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * The model and each batch are moved to `device`.
# * An empty `loaders.train` is a `ValueError`.
#
# *Difficulty 4 of 5, about 30 minutes.*
# Check it with `fashion-course check train_cnn`.
def train_cnn(
    loaders: Loaders, seed: int, device: str | torch.device = "cpu"
) -> FashionMNISTModelV2:
    """Train a Model V2 in at most 5 passes over the training images.

    Args:
        loaders: batches of normalised images, float32 `(B, 1, 28, 28)`, and labels, int64 `(B,)`;
            only `train` is learnt from, and `test` is never touched.
        seed: decides the weights; the global random state is reseeded.
        device: where to train.

    Returns:
        The trained model, on `device`.

    Craft:
        An empty `loaders.train` is a ValueError.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
