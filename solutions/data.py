# %% [markdown]
# # 1 Data
#
# A model can only be as good as what it is fed. In this unit you turn pictures into numbers of the
# right shape and scale, set some aside to check yourself with, and serve them in shuffled batches.
# The companion lesson is `lessons/01_data.ipynb`: after its first part write
# `image_to_tensor` and `split`, then read on at *The mean of means is not the mean*.

# %%
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

# %% [markdown] exercise="image_to_tensor" difficulty=1 minutes=10
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


# %%
def image_to_tensor(image: NDArray[np.uint8]) -> Tensor:
    """Turn a greyscale picture into a tensor with a channel and pixels in [0, 1].

    Args:
        image: uint8 `(H, W)`, from 0 to 255.

    Returns:
        A new tensor, float32 `(1, H, W)`, from 0 to 1.

    Craft:
        Raise a `ValueError` where `image` is not uint8 or has not two dimensions.
    """
    ### BEGIN SOLUTION
    if image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError(f"image is {image.dtype} {image.shape}: pass uint8 of shape (H, W)")
    pixels = torch.tensor(image, dtype=torch.float32) / 255  # (H, W)
    return pixels.unsqueeze(0)  # (1, H, W)
    ### END SOLUTION


# %% [markdown] hints="image_to_tensor"
# 1. Which number must every pixel be divided by, so that the brightest becomes 1?
# 2. Which values can a uint8 hold, and what does 0.2 become if you convert it to uint8? Decide what
#    comes first: the new type or the arithmetic.
# 3. `(H, W)` and `(1, H, W)` hold the same numbers. Which method of a tensor adds a dimension of
#    length 1?
# 4. Craft: an array has one attribute for its dtype and one for its number of dimensions. Which
#    values do they have for a valid image, and which statement stops the call if they have other
#    values?
#
# ```python
# def image_to_tensor(image):
#     pixels = torch.tensor(image, dtype=...) / ...
#     return pixels....
# ```
#
# Passed: You can now feed any greyscale image to a PyTorch model, on the scale that its weights
# expect.

# %% [markdown] exercise="split" difficulty=2 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    if not 0 < validation_fraction < 1:
        raise ValueError(
            f"validation_fraction is {validation_fraction}: pass a number between 0 and 1"
        )
    total = len(dataset)  # type: ignore[arg-type]  # torch leaves __len__ to the subclasses
    held_out = round(total * validation_fraction)
    generator = torch.Generator().manual_seed(seed)
    train, validation = random_split(dataset, [total - held_out, held_out], generator=generator)
    return train, validation
    ### END SOLUTION


# %% [markdown] hints="split"
# 1. If the files are sorted by label, which labels would be missing from the last tenth?
# 2. Either shuffle all the indices and cut the list in two, or look at what `torch.utils.data`
#    offers besides `Subset`. Which one do you want?
# 3. A `torch.Generator` holds a random state. How does it get your seed, and how does the function
#    that shuffles get the generator?
# 4. Craft: whose random numbers change when you call `torch.manual_seed`?
#
# ```python
# def split(dataset, validation_fraction, seed):
#     held_out = round(len(dataset) * ...)
#     generator = torch.Generator()...
#     return random_split(dataset, [..., held_out], generator=...)
# ```
#
# Passed: You can now set aside images that training never sees, the same ones every time.

# %% [markdown] exercise="channel_stats" difficulty=3 minutes=20
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


# %%
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
    ### BEGIN SOLUTION
    # Even an unshuffled loader draws from the global random state, unless it has a generator.
    loader = DataLoader(dataset, batch_size=256, generator=torch.Generator())
    count, total, squares = 0, 0.0, 0.0
    for images, _ in loader:
        pixels = images.double()  # (B, 1, H, W)
        count += pixels.numel()
        total += pixels.sum().item()
        squares += pixels.square().sum().item()
    if count == 0:
        raise ValueError("dataset is empty: pass at least one image")
    mean = total / count
    variance = max(0.0, squares / count - mean**2)  # rounding may leave -1e-18
    return mean, math.sqrt(variance)
    ### END SOLUTION


# %% [markdown] hints="channel_stats"
# 1. One batch has 256 images and the last has 3: why is the mean of the two means wrong? What could
#    you add up instead?
# 2. Three running sums are enough for both results. The variance is the mean of the squares minus
#    the square of the mean: which three sums does that need?
# 3. Craft: a float32 keeps about seven digits, but there are 47 million pixels. In which type
#    should the sums be?
#
# ```python
# def channel_stats(dataset):
#     count = total = squares = 0
#     for images, _ in DataLoader(dataset, batch_size=256):
#         count += ...
#         total += ...
#         squares += ...
#     mean = ...
#     return mean, math.sqrt(...)
# ```
#
# Passed: You can now measure any data set, however large, without holding it in memory.

# %% [markdown] exercise="build_transform" difficulty=2 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    if not math.isfinite(mean) or not 0 < std < math.inf:
        raise ValueError(f"mean is {mean} and std {std}: pass finite numbers, std above 0")
    return v2.Compose(
        [
            v2.ToImage(),  # uint8 (1, H, W)
            v2.ToDtype(torch.float32, scale=True),  # from 0 to 1
            v2.Normalize(mean=[mean], std=[std]),
            v2.ToPureTensor(),  # torchvision's own kind of tensor is slower in a model
        ]
    )
    ### END SOLUTION


# %% [markdown] hints="build_transform"
# 1. The picture has to become a tensor, then change its dtype and range, then its mean and standard
#    deviation. Which transform of `v2` does each?
# 2. Which option of the second transform decides whether 255 becomes 255.0 or 1.0?
# 3. The third wants two lists with one number for each channel. How many channels has a greyscale
#    image?
# 4. Craft: `0 < std` is false for nan. Which function of `math` says that a number is finite?
#
# ```python
# def build_transform(mean, std):
#     to_tensor = v2....  # (1, H, W)
#     scale = v2.ToDtype(..., scale=...)
#     normalise = v2.Normalize(mean=..., std=...)
#     return v2.Compose([...])
# ```
#
# Passed: Your model now gets pictures from a disk or a camera in the same form as the training
# images.

# %% [markdown] exercise="make_loaders" difficulty=2 minutes=15
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


# %%
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
    ### BEGIN SOLUTION
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}: pass 1 or more")
    shuffling = torch.Generator().manual_seed(seed)
    return Loaders(
        train=DataLoader(train, batch_size, shuffle=True, generator=shuffling),
        validation=DataLoader(validation, batch_size, generator=torch.Generator()),
        test=DataLoader(test, batch_size, generator=torch.Generator()),
    )
    ### END SOLUTION


# %% [markdown] hints="make_loaders"
# 1. Which of the three orders matters for learning, and which would only make results harder to
#    compare?
# 2. A loader can be given its own source of randomness. Which object of torch is that, and how does
#    it get your seed?
# 3. Must the generator be made anew for each epoch, or do the epochs differ because one generator
#    advances from epoch to epoch?
# 4. Craft: if two loaders shared one generator, what would a pass over the validation images do to
#    the next shuffle?
#
# ```python
# def make_loaders(train, validation, test, batch_size, seed):
#     generator = torch.Generator()...
#     shuffled = DataLoader(train, batch_size=..., shuffle=..., generator=...)
#     return Loaders(train=shuffled, validation=DataLoader(...), test=DataLoader(...))
# ```
#
# Passed: Your data now arrives in batches, shuffled in each epoch for training, in a fixed order
# for evaluation.

# %% [markdown] question="flipped-twins" points=4 minutes=10
# ## Detective case: the flipped twins
#
# A colleague doubles the training data: every image is stored twice, once as it is and once flipped
# left to right. Then all of it is shuffled and split into training and validation images. The
# validation accuracy rises from 90 % to 96 %. On the untouched test set the model still gets 90 %.
#
# 1. Which of the two numbers would you tell your boss, and why?
# 2. What exactly went wrong? Name the step, and say what validation measures since then.
# 3. How would you mend it and still use the flipped images?

# %% [markdown] rubric="flipped-twins"
# * 1 point: trusts the 90 %: the test images were not seen in training in any form.
# * 2 points: says that an image and its mirrored copy land on different sides of the split, so that
#   validation measures how well the model remembers images that it was trained on (1 of 2 points
#   for "the data leaks" without saying through what).
# * 1 point: splits first, and flips the training images alone.

# %% [markdown] sample="flipped-twins" score=4
# I would say 90 %. The split comes after the doubling, so for almost every validation image its
# mirror twin is a training image. A model that memorises its training images gets the twin right
# too: validation no longer asks about new images, the test set does. Split the originals first,
# then flip images on the training side only.

# %% [markdown] sample="flipped-twins" score=2
# The 90 % is right because that is the test set. The 96 % is overfitting, since there is a data
# leak between training and validation. One should use more regularisation.
