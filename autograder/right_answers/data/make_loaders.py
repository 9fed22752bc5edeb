"""Right answers to `make_loaders` in unusual styles."""

import functools
import hashlib

import numpy as np
import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, Sampler

from autograder.right_answers import right
from autograder.right_answers.data.shared import BadInput
from fashion_course.kit import Loaders


def require_a_size(batch_size):
    if batch_size <= 0:
        raise ValueError(f"batch_size is {batch_size}: pass 1 or more")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@right("make_loaders")
def make_loaders_with_a_sampler(train, validation, test, batch_size, seed):
    """Shuffles by a sampler; leaves the check of the size to DataLoader."""
    own = dice(seed)
    return Loaders(
        DataLoader(train, batch_size, sampler=RandomSampler(train, generator=own), generator=own),
        DataLoader(validation, batch_size, shuffle=False, drop_last=False, generator=dice()),
        DataLoader(test, batch_size, shuffle=False, drop_last=False, generator=dice()),
    )


@right("make_loaders")
def make_loaders_with_batch_samplers(train, validation, test, batch_size, seed):
    """Gives DataLoader whole batches of indices."""
    require_a_size(batch_size)

    def loader(dataset, order):
        batches = BatchSampler(order, batch_size, drop_last=False)
        return DataLoader(dataset, batch_sampler=batches, generator=dice())

    return Loaders(
        loader(train, RandomSampler(train, generator=dice(seed))),
        loader(validation, range(len(validation))),
        loader(test, range(len(test))),
    )


@right("make_loaders")
def make_loaders_with_numpy_dice(train, validation, test, batch_size, seed):
    """Shuffles by a sampler of its own that draws from numpy."""
    require_a_size(batch_size)

    class Mixed(Sampler):
        def __init__(self):
            self.dice = np.random.default_rng(seed)

        def __len__(self):
            return len(train)

        def __iter__(self):
            return iter(self.dice.permutation(len(train)).tolist())

    mixed = DataLoader(train, batch_size, sampler=Mixed(), generator=dice())
    plain = [DataLoader(part, batch_size, generator=dice()) for part in (validation, test)]
    return Loaders(mixed, *plain)


class QuietLoader(DataLoader):
    """A loader that never draws from the global generator."""

    def __init__(self, dataset, batch_size, seed=0, **options):
        super().__init__(dataset, batch_size, generator=dice(seed), **options)


@right("make_loaders")
def make_loaders_of_a_subclass(train, validation, test, batch_size, seed, drop_last=False):
    """Returns a subclass of `DataLoader` with its own generator; an extra default."""
    require_a_size(batch_size)
    parts = {"train": train, "validation": validation, "test": test}
    return Loaders(
        **{
            name: QuietLoader(part, batch_size, seed, shuffle=name == "train", drop_last=drop_last)
            for name, part in parts.items()
        }
    )


@right("make_loaders")
def make_loaders_with_another_collate(train, validation, test, batch_size, seed):
    """Stacks the images itself."""
    require_a_size(batch_size)

    def stack(items):
        images, labels = zip(*items, strict=True)
        return torch.stack(images), torch.tensor(labels)

    def loader(part, **options):
        return DataLoader(part, batch_size, collate_fn=stack, **options)

    return Loaders(
        loader(train, shuffle=True, generator=dice(seed + 1)),
        loader(validation, generator=dice()),
        loader(test, generator=dice()),
    )


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


@right("make_loaders", craft=False)
def make_loaders_in_short(train, validation, test, batch_size, seed):
    """The core alone: the global seed, and one loader that shuffles."""
    torch.manual_seed(seed)
    return Loaders(
        DataLoader(train, batch_size, shuffle=True),
        DataLoader(validation, batch_size),
        DataLoader(test, batch_size),
    )


@right("make_loaders", craft=False)
def make_loaders_with_a_shared_generator(train, validation, test, batch_size, seed):
    """A newcomer's way: one generator for all three."""
    g = torch.Generator()
    g.manual_seed(seed)
    train_loader = DataLoader(dataset=train, batch_size=batch_size, shuffle=True, generator=g)
    val_loader = DataLoader(dataset=validation, batch_size=batch_size, shuffle=False, generator=g)
    test_loader = DataLoader(dataset=test, batch_size=batch_size, shuffle=False, generator=g)
    return Loaders(train=train_loader, validation=val_loader, test=test_loader)


class Batches:
    """Batches of a dataset, made anew whenever they are gone through."""

    def __init__(self, dataset, size, dice=None):
        self.dataset, self.size, self.dice = dataset, size, dice

    def __iter__(self):
        order = np.arange(len(self.dataset))
        if self.dice is not None:
            self.dice.shuffle(order)
        for start in range(0, len(order), self.size):
            items = [self.dataset[int(index)] for index in order[start : start + self.size]]
            images, labels = zip(*items, strict=True)
            yield torch.stack(images), torch.tensor(labels)


@right("make_loaders", craft=False)
def make_loaders_without_data_loaders(train, validation, test, batch_size, seed):
    """Three re-iterable objects of its own."""
    shuffled = Batches(train, batch_size, np.random.default_rng(seed))
    return Loaders(shuffled, Batches(validation, batch_size), Batches(test, batch_size))
