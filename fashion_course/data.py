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
# * Return a **new** float32 tensor `(1, H, W)` with pixels from 0 to 1; the array stays as it is.
#   The same grey becomes the same number in every picture.
# * An array of any other dtype, or with more or fewer dimensions, is a `ValueError`.
#
# For example, `np.array([[0, 51, 255]], dtype=np.uint8)` becomes `[[[0.0, 0.2, 1.0]]]`.
#
# *Difficulty 1 of 5, about 10 minutes.*
# Check it with `fashion-course check image_to_tensor`.
def image_to_tensor(image: NDArray[np.uint8]) -> Tensor:
    """Turn a greyscale picture into a tensor with a channel and pixels in [0, 1].

    Args:
        image: uint8 `(H, W)`, from 0 to 255.

    Returns:
        A new tensor, float32 `(1, H, W)`, from 0 to 1.

    Raises:
        ValueError: `image` is not uint8 or has not two dimensions.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `split(dataset, validation_fraction, seed)`
#
# Set part of the images aside, so that you can compare models without looking at the test set.
# Return `(train, validation)`, two `Subset`s of `dataset`.
#
# * Every image is in exactly one of the two, and both are in random order: files are often sorted
#   by label, and a validation set of ankle boots only would tell you little. No image is copied: a
#   part reads `dataset` when it is asked for an image.
# * The same seed gives the same split, another seed another one, and nobody else's random numbers
#   are disturbed.
# * `validation_fraction` lies strictly between 0 and 1, else `ValueError`. A size that is not whole
#   may be rounded either way.
#
# For example, 10 images with a fraction of 0.3 give 7 and 3.
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
        seed: decides the order; the global random state is not used.

    Returns:
        `(train, validation)`, disjoint and together complete.

    Raises:
        ValueError: `validation_fraction` is not between 0 and 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `channel_stats(dataset)`
#
# Return `(mean, std)` over **all pixels** of the dataset, as two Python floats. A network learns
# faster when its input is centred on 0 with a spread of 1, and these two numbers get it there.
#
# * `dataset` gives `(image, label)`, images float32 `(1, H, W)`, all of one size.
# * `std` is that of the population: divide by the number of pixels, not by one less.
# * The dataset may be larger than the memory, so keep at most a thousand images at a time, never
#   all. The last group may be smaller than the others; its pixels count as much as any.
# * The images stay as they are, and so do everybody else's random numbers. (A `DataLoader` without
#   a `generator` of its own draws from the global random state at each pass, even unshuffled.)
# * An empty dataset is a `ValueError`.
#
# For example, an image of zeros and an image of ones of the same size give `(0.5, 0.5)`.
#
# *Difficulty 3 of 5, about 20 minutes.*
# Check it with `fashion-course check channel_stats`.
def channel_stats(dataset: Dataset[Any]) -> tuple[float, float]:
    """Measure mean and standard deviation over all pixels, in constant memory.

    Args:
        dataset: gives `(image, label)`, images float32 `(1, H, W)`.

    Returns:
        `(mean, std)`, with the standard deviation of the population.

    Raises:
        ValueError: `dataset` is empty.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `build_transform(mean, std)`
#
# Return one `torchvision.transforms.v2.Transform` (usually a `Compose`) that does it all: a PIL
# image or a uint8 array `(H, W)` goes in, a normalised float32 tensor `(1, H, W)` comes out.
#
# * Scale the pixels to 0..1 exactly once, then subtract `mean` and divide by `std`.
# * `mean` and `std` belong to the scaled pixels, as `channel_stats` measures them.
# * A `mean` that is not finite, or a `std` that is not finite and above 0, is a `ValueError`.
#
# For example, with `mean=0.5` and `std=0.25` a white pixel, 255, becomes 2.0.
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

    Raises:
        ValueError: `mean` is not finite, or `std` is not finite and positive.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# ## `make_loaders(train, validation, test, batch_size, seed)`
#
# Return `Loaders(train, validation, test)`: three `DataLoader`s that serve the datasets in batches.
#
# * Only the training images are shuffled: image by image, anew each epoch, and decided by `seed`
#   alone, so that a run can be repeated, whatever else is drawn and whichever loader is read in
#   between. The other two keep their order.
# * `batch_size` holds for all three, and no image is dropped: the last batch may be smaller.
# * No loader touches the global random state. (Without a generator of its own a `DataLoader` draws
#   from it at each pass, even unshuffled.)
# * A `batch_size` below 1 is a `ValueError`.
#
# For example, 22 images with `batch_size=8` come as batches of 8, 8 and 6.
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
        The three loaders; each has a generator of its own.

    Raises:
        ValueError: `batch_size` is below 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()
