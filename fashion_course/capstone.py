# Derived from solutions/capstone.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""The capstone: augmentation, a network of your own design, and the recipe that trains it."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from fashion_course.kit import Loaders

from .training import seed_everything, train_epoch


# ## `augment(images, generator)`
#
# Return new training images made of a batch: each one is mirrored left to right with a chance of
# one half, and moved by up to 2 pixels, up or down and to the left or right.
#
# * Every image of the batch gets draws of its own: its flip, its way down and its way to the right.
#   Each way is -2, -1, 0, 1 or 2 whole pixels, one as likely as another, so that all 25 moves come
#   up, mirrored or not.
# * All draws come from `generator`: the same state of it gives the same images, and the next call
#   gives others.
# * Images of any height and width come: take both from `images.shape`.
# * Shape and dtype stay, and so do the images that were passed. What comes in at the edges is up to
#   you; the darkest pixel of the batch is black, whatever it was normalised to.
#
# For example, a boot that looks to the left looks to the right in about half of all batches, and
# stands a little higher, lower, or aside.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * The global random states stay as they are.
#
# *Difficulty 4 of 5, about 25 minutes.*
# Check it with `fashion-course check augment`.
def augment(images: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror each image with a chance of one half and move it by up to 2 pixels.

    Args:
        images: float32 `(B, 1, H, W)`; they stay as they are.
        generator: on the CPU; every draw comes from it.

    Returns:
        New images, of the shape, the dtype and the device of `images`.

    Craft:
        The global random states stay as they are.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `FashionMNISTModelV3(classes=10)`
#
# Design a network of your own: its layers, their order and their widths are yours.
#
# * At most **500,000** parameters, all there before the first forward pass.
# * Each of them gets a gradient, so no layer is made that `forward` does not use.
# * The model maps images, float32 `(B, 1, 28, 28)`, to raw logits, float32 `(B, classes)`.
# * In eval mode any `B` will do, 1 too, and the logits of an image depend on that image alone: they
#   are the same again, whatever is in the batch beside it.
#
# For example, two stages of 3x3 convolutions with batch norm, 28 pixels pooled to 14 and to 7, then
# a global pooling and a linear layer, have room for about 128 channels at the end.
# `shape_lens(FashionMNISTModelV3(), (1, 1, 28, 28))` shows shapes, parameters and multiply-adds.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * Nothing else changes: no seed is set, and the images that are passed stay as they are.
#
# *Difficulty 4 of 5, about 40 minutes.*
# Check it with `fashion-course check FashionMNISTModelV3`.
class FashionMNISTModelV3(nn.Module):
    """A network of your own design, of at most 500,000 parameters.

    Args:
        classes: how many logits an image gets.
    """

    def __init__(self, classes: int = 10) -> None:
        """Make the layers."""
        super().__init__()
        # YOUR CODE HERE
        raise NotImplementedError()

    def forward(self, images: Tensor) -> Tensor:
        """Map images, float32 `(B, 1, 28, 28)`, to logits, float32 `(B, classes)`."""
        # YOUR CODE HERE
        raise NotImplementedError()


# ## `train_capstone(loaders, seed, device="cpu")`
#
# Make a `FashionMNISTModelV3`, train it, and return it. How high does it get on test images that it
# has never seen? The ladder has four rungs: **91, 92, 93 and 94 %**.
#
# * At most 20 passes over the images of `loaders.train`; augmented images count as the images that
#   they were made of.
# * It learns from nothing else: `loaders.validation` is there to compare with, ideas or the epochs
#   of a run, and `loaders.test` is never touched.
# * Everything else is your choice. Images that are only measured, by `evaluate` or `update_bn`, are
#   no pass.
# * A rung is reached once the 95 % interval of your test accuracy, as in `accuracy_interval`,
#   reaches up to it. You pass from the first rung on; each is worth a quarter of the 10 points.
#
# `check("train_capstone")` trains on a small problem. The ladder itself is measured by
# `check("train_capstone", full=True)`, or in a terminal by
# `fashion-course check train_capstone --full`; it takes as long as your recipe does.
#
# ### Craft ★
# Costs nothing; earns a ★.
# * The same loaders and `seed` give the same weights.
#
# *Difficulty 5 of 5, about 60 minutes.*
# Check it with `fashion-course check train_capstone`.
def train_capstone(
    loaders: Loaders, seed: int, device: str | torch.device = "cpu"
) -> FashionMNISTModelV3:
    """Train a Model V3 in at most 20 passes over the training images.

    Args:
        loaders: batches of normalised images, float32 `(B, 1, 28, 28)`, and labels, int64 `(B,)`;
            only `train` is learnt from, and `test` is never touched.
        seed: decides the weights; the global random state is reseeded.
        device: where to train.

    Returns:
        The trained model, on `device`.

    Craft:
        The same loaders and seed give the same weights.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
