# Derived from solutions/data.py by `python -m autograder.sync`.
# Write your answers here: a file that holds one is never overwritten.
"""The data pipeline: from a picture to normalised, shuffled batches."""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Subset, random_split
from torchvision.transforms import v2

from fashion_course.kit import Loaders


# ## `image_to_tensor(image)`
#
# Turn one greyscale picture into the tensor that PyTorch's layers expect. Convolutions want the
# channels first, and learning goes best when pixels are small numbers.
#
# * `image` is a numpy array, uint8 `(H, W)`, with pixels from 0 to 255.
# * Return a **new** float32 tensor `(1, H, W)` with pixels from 0 to 1: 0 becomes 0 and 255 becomes
#   1, in every picture alike. The array stays as it is.
#
# For example, `np.array([[0, 51, 255]], dtype=np.uint8)` becomes `[[[0.0, 0.2, 1.0]]]`.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * An array of another dtype, or with more or fewer than two dimensions, is a `ValueError`.
#
# *Difficulty 1 of 5, about 10 minutes.*
# Check it with `fashion-course check image_to_tensor`.
def image_to_tensor(image: NDArray[np.uint8]) -> Tensor:
    """Turn a greyscale picture into a tensor with a channel and pixels in [0, 1].

    Args:
        image: uint8 `(H, W)`, from 0 to 255.

    Returns:
        A new tensor, float32 `(1, H, W)`, from 0 to 1.

    Craft:
        Raise a `ValueError` where `image` is not uint8 or has not two dimensions.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `split(dataset, validation_fraction, seed)`
#
# Set part of the images aside, so that you can compare models without looking at the test set.
# Return `(train, validation)`, two `Subset`s of `dataset`.
#
# * Every image is in exactly one of the two, and both are in random order: files are often sorted
#   by label, and a validation set of ankle boots only would tell you little.
# * `validation_fraction` is the share of the second part. A size that is not whole may be rounded
#   either way.
# * The same seed gives the same split, and another seed another one.
#
# For example, 10 images with a fraction of 0.3 give 7 and 3.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * The global random states stay as they are: draw from a generator of your own.
# * A `validation_fraction` that is not between 0 and 1 is a `ValueError`.
# * No image is copied: a part reads `dataset` when it is asked for an image.
# * Where the validation size is rounded to 0, all images go to the training part.
#
# *Difficulty 2 of 5, about 15 minutes.*
# Check it with `fashion-course check split`.
def split(
    dataset: Dataset[Any], validation_fraction: float, seed: int
) -> tuple[Subset[Any], Subset[Any]]:
    """Split `dataset` at random into a training and a validation part.

    Args:
        dataset: has a length and gives `(image, label)` for an index.
        validation_fraction: share of the images to set aside, 0 < fraction < 1.
        seed: decides the order.

    Returns:
        `(train, validation)`, disjoint and together complete.

    Craft:
        Leave the global random states alone, and raise a `ValueError` where
        `validation_fraction` is not between 0 and 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `channel_stats(dataset)`
#
# Return `(mean, std)` over **all pixels** of the dataset, as two Python floats. A network learns
# faster when its input is centred on 0 with a spread of 1, and these two numbers get it there.
#
# * `dataset` gives `(image, label)`, images float32 `(1, H, W)`, all of one size.
# * Each image counts once. If you read them in batches, the last batch may be smaller than the
#   others; its pixels count as much as any.
# * `std` is that of the population, over all pixels: divide by their number, not by one less.
#   (`tensor.std()` divides by one less; `tensor.std(correction=0)` does not.)
# * The images stay as they are.
#
# For example, an image of zeros and an image of ones of the same size give `(0.5, 0.5)`.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * The dataset may be larger than the memory: hold at most a thousand images at a time.
# * Add up in float64, so that the digits last for millions of pixels that hardly differ.
# * The global random states stay as they are. (A `DataLoader` without a `generator` of its own
#   draws from torch's at each pass, even unshuffled.)
# * An empty dataset is a `ValueError`.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check channel_stats`.
def channel_stats(dataset: Dataset[Any]) -> tuple[float, float]:
    """Measure mean and standard deviation over all pixels.

    Args:
        dataset: gives `(image, label)`, images float32 `(1, H, W)`.

    Returns:
        `(mean, std)`, with the standard deviation of the population.

    Craft:
        Hold few images at a time, add up in float64, leave the global random states alone, and
        raise a `ValueError` where `dataset` is empty.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `build_transform(mean, std)`
#
# Return one transform, usually a `v2.Compose`, that does it all: call it with a PIL image or a
# uint8 array `(H, W)`, and a normalised float32 tensor `(1, H, W)` comes out.
#
# * Scale the pixels to 0..1 exactly once, then subtract `mean` and divide by `std`.
# * `mean` and `std` belong to the scaled pixels, as `channel_stats` measures them.
#
# For example, with `mean=0.5` and `std=0.25` a white pixel, 255, becomes 2.0.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * It is a `torchvision.transforms.v2.Transform` with its own `mean` and `std`: a transform that is
#   built later does not change it.
# * A `std` that is not finite and above 0, or a `mean` that is not finite, is a `ValueError`.
#
# *Difficulty 2 of 5, about 15 minutes.*
# Check it with `fashion-course check build_transform`.
def build_transform(mean: float, std: float) -> v2.Transform:
    """Build the transform from a picture to a normalised tensor.

    Args:
        mean: of the pixels after scaling to [0, 1].
        std: of the pixels after scaling to [0, 1], above 0.

    Returns:
        A transform from a PIL image or uint8 `(H, W)` to float32 `(1, H, W)`.

    Craft:
        Raise a `ValueError` where `mean` is not finite, or `std` is not finite and positive.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `make_loaders(train, validation, test, batch_size, seed)`
#
# Return `Loaders(train, validation, test)`: three `DataLoader`s that serve the datasets in batches.
#
# * Only the training images are shuffled: image by image, and in a new order each epoch. The other
#   two keep their order.
# * `seed` decides the orders: whoever makes the loaders with the same seed and reads them in the
#   same way gets the same batches.
# * `batch_size` holds for all three, and no image is dropped: the last batch may be smaller.
#
# For example, 22 images with `batch_size=8` come as batches of 8, 8 and 6.
#
# ### Craft ★
# Costs nothing; earns a ★.
#
# * The training order stays the same whatever else is drawn, and whichever loader is read in
#   between.
# * The global random states stay as they are. (A `DataLoader` without a `generator` of its own
#   draws from torch's at each pass, even unshuffled.)
# * A `batch_size` below 1 is a `ValueError`.
#
# *Difficulty 2 of 5, about 15 minutes.*
# Check it with `fashion-course check make_loaders`.
def make_loaders(
    train: Dataset[Any], validation: Dataset[Any], test: Dataset[Any], batch_size: int, seed: int
) -> Loaders:
    """Serve three datasets in batches, the training images shuffled.

    Args:
        train: gives `(image, label)`; shuffled anew each epoch.
        validation: gives `(image, label)`; order kept.
        test: gives `(image, label)`; order kept.
        batch_size: images a batch, at least 1.
        seed: decides the order of the training images in every epoch.

    Returns:
        The three loaders.

    Craft:
        Give each loader a generator of its own, and raise a `ValueError` where `batch_size` is
        below 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
