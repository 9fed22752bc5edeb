"""Right answers to `split` in unusual styles."""

import hashlib
import math
import random
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils.data import (
    Dataset,
    Subset,
    random_split,
)

from autograder.right_answers import right
from autograder.right_answers.data.shared import BadInput


def require_a_fraction(fraction):
    if fraction <= 0 or fraction >= 1:
        raise ValueError(f"validation_fraction is {fraction}: pass a number between 0 and 1")


@right("split")
def split_by_fractions(dataset, validation_fraction, seed):
    """Leaves the sizes to `random_split`, which rounds up the first part; returns a list."""
    require_a_fraction(validation_fraction)
    shares = [1 - validation_fraction, validation_fraction]
    return random_split(dataset, shares, torch.Generator().manual_seed(seed))


@right("split")
def split_by_randperm(dataset, validation_fraction, seed):
    """Rounds down, takes validation first, and keeps the indices as tensors."""
    require_a_fraction(validation_fraction)
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed))
    held_out = int(len(dataset) * validation_fraction)
    return Subset(dataset, order[held_out:]), Subset(dataset, order[:held_out])


@right("split")
def split_by_numpy(dataset, validation_fraction, seed):
    """Shuffles with numpy's own generator and rounds up; indices are numpy integers."""
    require_a_fraction(validation_fraction)
    order = np.random.default_rng(seed).permutation(len(dataset))
    train, validation = np.split(order, [math.floor(len(dataset) * (1 - validation_fraction))])
    return Subset(dataset, train), Subset(dataset, validation)


@right("split")
def split_by_python(dataset, validation_fraction, seed):
    """Shuffles with Python's own generator."""
    require_a_fraction(validation_fraction)
    order = list(range(len(dataset)))
    random.Random(seed).shuffle(order)
    cut = len(order) - round(len(order) * validation_fraction)
    return tuple(Subset(dataset, part) for part in (order[:cut], order[cut:]))


@right("split")
def split_of_a_shuffled_view(dataset, validation_fraction, seed):
    """Makes one shuffled `Subset` and cuts that: the indices of the parts are plain ranges."""
    require_a_fraction(validation_fraction)
    total = len(dataset)
    mixed = Subset(dataset, random.Random(seed).sample(range(total), total))
    cut = total - math.ceil(total * validation_fraction)
    return Subset(mixed, range(cut)), Subset(mixed, range(cut, total))


@right("split")
def split_that_puts_the_dice_back(dataset, validation_fraction, seed):
    """Seeds the global generator, but inside a fork that puts the old state back."""
    require_a_fraction(validation_fraction)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        order = torch.randperm(len(dataset)).tolist()
    held_out = max(1, round(len(dataset) * validation_fraction))
    validation = set(order[:held_out])
    train = [index for index in order if index not in validation]
    return Subset(dataset, train), Subset(dataset, order[:held_out])


class NamedSubset(Subset):
    """A subset that knows its name."""

    def __init__(self, dataset, indices, name):
        super().__init__(dataset, indices)
        self.name = name


@right("split")
def split_into_a_subclass(dataset, validation_fraction, seed):
    """Returns a subclass of `Subset`; sorts random keys instead of shuffling."""
    require_a_fraction(validation_fraction)
    keys = torch.rand(len(dataset), generator=torch.Generator().manual_seed(seed))
    order = keys.argsort().tolist()
    cut = round(len(order) * (1 - validation_fraction))
    return NamedSubset(dataset, order[:cut], "train"), NamedSubset(dataset, order[cut:], "rest")


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


@right("split", craft=False)
def split_in_short(dataset, validation_fraction, seed):
    """The core alone: the global seed, and fractions."""
    torch.manual_seed(seed)
    return random_split(dataset, [1 - validation_fraction, validation_fraction])


@right("split", craft=False)
def split_with_a_shuffled_list(dataset, validation_fraction, seed):
    """A newcomer's way: Python's shuffle of a list of indices, validation from the end."""
    indices = list(range(len(dataset)))
    random.seed(seed)
    random.shuffle(indices)
    n_val = int(len(dataset) * validation_fraction)
    return Subset(dataset, indices[:-n_val]), Subset(dataset, indices[-n_val:])


@right("split", craft=False)
def split_with_an_array(dataset, validation_fraction, seed):
    """A newcomer's way: numpy shuffles an array in place."""
    indices = np.arange(len(dataset))
    np.random.seed(seed)
    np.random.shuffle(indices)
    border = len(dataset) - int(np.ceil(len(dataset) * validation_fraction))
    train_indices, val_indices = indices[:border], indices[border:]
    return Subset(dataset, train_indices), Subset(dataset, val_indices)
