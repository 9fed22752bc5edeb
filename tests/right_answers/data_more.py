"""More right answers to unit data: lazy wrappers, own samplers, defensive checks."""

import functools
import hashlib
import itertools
import math
import random
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler, Subset
from torchvision import transforms as first_version
from torchvision.transforms import v2

from fashion_course.kit import Loaders
from tests.right_answers import right


class BadInput(ValueError):
    """An own kind of ValueError."""


# --- image_to_tensor -----------------------------------------------------------------------------


def insist_on_a_picture(image):
    if not isinstance(image, np.ndarray) or image.dtype.name != "uint8" or image.ndim != 2:
        raise BadInput("pass a uint8 array (H, W)")


@right("image_to_tensor")
def image_to_tensor_by_table(image):
    """Looks every grey up in a table that is made once."""
    insist_on_a_picture(image)
    table = torch.arange(256, dtype=torch.float32) / 255
    return table[torch.from_numpy(image.astype(np.int64))].unsqueeze(0)


@right("image_to_tensor")
@torch.no_grad()
def image_to_tensor_lying_otherwise_in_memory(image):
    """Returns a tensor that is not contiguous."""
    insist_on_a_picture(image)
    return torch.tensor((image / np.float32(255)).T.copy(), dtype=torch.float32).T.unsqueeze(0)


@right("image_to_tensor")
def image_to_tensor_into_its_own_tensor(image):
    """Fills a new tensor row by row, and divides it in place."""
    insist_on_a_picture(image)
    tensor = torch.empty(1, *image.shape)
    for place, row in enumerate(image):
        tensor[0, place] = torch.tensor(row.tolist())
    return tensor.div_(255)


# --- split ---------------------------------------------------------------------------------------


def insist_on_a_fraction(fraction):
    if not isinstance(fraction, float) or not 0.0 < fraction < 1.0:
        raise BadInput(f"validation_fraction is {fraction!r}")


@right("split")
def split_that_refuses_an_empty_part(dataset, validation_fraction, seed):
    """Counts as too small a dataset of which a part would be empty."""
    insist_on_a_fraction(validation_fraction)
    held_out = int(len(dataset) * validation_fraction)
    if held_out == 0:
        raise BadInput(f"{len(dataset)} images can't be split by {validation_fraction}")
    order = random.Random(seed).sample(range(len(dataset)), len(dataset))
    return Subset(dataset, order[:-held_out]), Subset(dataset, order[-held_out:])


class Parts(NamedTuple):
    train: Any
    validation: Any


@right("split")
def split_by_hashing(dataset, validation_fraction, seed):
    """Sorts the indices by a hash, needs no dice at all, and returns a named tuple."""
    insist_on_a_fraction(validation_fraction)
    total = len(dataset)
    keys = [hashlib.sha256(f"{seed}/{index}".encode()).digest() for index in range(total)]
    order = sorted(range(total), key=keys.__getitem__)
    held_out = math.ceil(total * validation_fraction)
    return Parts(
        train=Subset(dataset, order[held_out:]), validation=Subset(dataset, order[:held_out])
    )


class Shuffled(Dataset):
    """Reads another dataset in another order."""

    def __init__(self, dataset, order):
        self.dataset, self.order = dataset, order

    def __len__(self):
        return len(self.order)

    def __getitem__(self, place):
        return self.dataset[self.order[place]]


@right("split")
def split_of_a_wrapper(dataset, validation_fraction, seed):
    """Cuts a dataset of its own that reads the given one in random order."""
    insist_on_a_fraction(validation_fraction)
    order = np.random.default_rng(seed).permutation(len(dataset)).tolist()
    mixed, cut = Shuffled(dataset, order), len(order) - round(len(order) * validation_fraction)
    return Subset(mixed, list(range(cut))), Subset(mixed, list(range(cut, len(order))))


@right("split")
def split_that_looks_at_the_first_image(dataset, validation_fraction, seed):
    """Reads an image to be sure that there is a label; draws choice and orders apart."""
    insist_on_a_fraction(validation_fraction)
    _, _ = dataset[0]
    dice = np.random.Generator(np.random.PCG64(seed))
    chosen = np.zeros(len(dataset), dtype=bool)
    chosen[: math.floor(len(dataset) * validation_fraction + 0.5)] = True
    dice.shuffle(chosen)
    parts = [dice.permutation(np.flatnonzero(which)) for which in (~chosen, chosen)]
    return tuple(Subset(dataset, part.tolist()) for part in parts)


# --- channel_stats -------------------------------------------------------------------------------


@right("channel_stats")
def channel_stats_in_shuffled_batches(dataset):
    """Shuffles with dice of its own, so that the sums are added up in another order each time."""
    if not len(dataset):
        raise BadInput("dataset has 0 images")
    dice = torch.Generator()
    dice.seed()
    sums = np.zeros(3)
    for images, _ in DataLoader(dataset, 77, shuffle=True, generator=dice):
        pixels = images.numpy().astype(np.float64)
        sums += pixels.size, pixels.sum(), np.square(pixels).sum()
    count, total, squares = sums.tolist()
    return total / count, math.sqrt(max(0.0, squares / count - (total / count) ** 2))


@right("channel_stats")
def channel_stats_of_chunks_of_a_thousand(dataset):
    """Stacks up to a thousand images at a time, and merges their variances."""
    images = (dataset[index][0] for index in range(len(dataset)))
    count = mean = within = 0.0
    while chunk := list(itertools.islice(images, 1000)):
        variance, own = torch.var_mean(torch.stack(chunk).double(), correction=0)
        added, shift = sum(image.numel() for image in chunk), own.item() - mean
        within += variance.item() * added + shift**2 * count * added / (count + added)
        mean, count = mean + shift * added / (count + added), count + added
    if not count:
        raise BadInput("dataset has 0 images")
    return mean, math.sqrt(within / count)


@right("channel_stats")
def channel_stats_in_a_fork(dataset):
    """Uses a plain loader, but in a fork of the random state, which ends as it began."""
    count, total, squares = 0, 0.0, 0.0
    with torch.random.fork_rng(devices=[]):
        for images, _ in DataLoader(dataset, batch_size=128):
            count += images.numel()
            total += images.sum(dtype=torch.float64).item()
            squares += torch.dot(images.double().flatten(), images.double().flatten()).item()
    if count == 0:
        raise BadInput("dataset has 0 images")
    return total / count, max(0.0, squares / count - (total / count) ** 2) ** 0.5


# --- build_transform -----------------------------------------------------------------------------


def insist_on_numbers(mean, std):
    if not math.isfinite(mean) or not (math.isfinite(std) and std > 0):
        raise BadInput(f"mean is {mean} and std {std}")


@right("build_transform")
def build_transform_of_old_steps(mean, std):
    """Old steps inside of the new Compose."""
    insist_on_numbers(mean, std)
    steps = [first_version.ToTensor(), first_version.Normalize((mean,), (std,))]
    return v2.Compose(steps)


@right("build_transform")
@functools.cache
def build_transform_kept_for_equal_numbers(mean, std):
    """Gives the very same object for the same two numbers."""
    insist_on_numbers(mean, std)
    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([v2.ToImage(), scale, v2.Normalize([mean], [std]), v2.Identity()])


class Normaliser(v2.Transform):
    """Keeps its numbers as a buffer, and each result for one picture only."""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("numbers", torch.tensor([mean, std]))

    def forward(self, picture):
        pixels = torch.tensor(np.array(picture, dtype=np.float32) / 255).unsqueeze(0)
        return pixels.sub_(self.numbers[0]).div_(self.numbers[1])


@right("build_transform")
def build_transform_with_a_buffer(mean, std):
    """A transform of its own with a buffer, working in place on its own tensor."""
    insist_on_numbers(mean, std)
    return Normaliser(float(mean), float(std))


# --- make_loaders --------------------------------------------------------------------------------


def insist_on_a_size(batch_size):
    if not isinstance(batch_size, int) or batch_size < 1:
        raise BadInput(f"batch_size is {batch_size}")


class Order(Sampler):
    """A new order at each pass, from the seed and the number of the pass."""

    def __init__(self, total, seed):
        self.total, self.seed, self.passes = total, seed, 0

    def __len__(self):
        return self.total

    def __iter__(self):
        self.passes += 1
        yield from np.random.default_rng([self.seed, self.passes]).permutation(self.total).tolist()


@right("make_loaders")
def make_loaders_that_count_their_passes(train, validation, test, batch_size, seed):
    """Its sampler counts passes; one generator serves three loaders that draw nothing from it."""
    insist_on_a_size(batch_size)
    own = functools.partial(DataLoader, batch_size=batch_size, generator=torch.Generator())
    return Loaders(own(train, sampler=Order(len(train), seed)), own(validation), own(test))


@right("make_loaders")
def make_loaders_with_a_derived_seed(train, validation, test, batch_size, seed):
    """Three generators from three numbers that a hash makes of the seed."""
    insist_on_a_size(batch_size)
    number = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:6], "big")
    parts = {"train": train, "validation": validation, "test": test}
    made = {}
    for place, (name, part) in enumerate(parts.items()):
        own = torch.Generator().manual_seed(number + place)
        made[name] = DataLoader(part, batch_size, shuffle=name == "train", generator=own)
    return Loaders(**made)
