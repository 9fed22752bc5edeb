"""Small problems for `make_loaders`."""

import random
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.dice import moved
from autograder.worker.scenarios.instruments.refusals import attempt_each
from autograder.worker.scenarios.instruments.worlds import (
    WatchedDataset,
    numbered_dataset,
    problem_seed,
)

LOADERS_CALL = "make_loaders(train, validation, test, batch_size={}, seed={})"

READ_CALL = "for images, labels in loaders.{}"

FIELDS = ("train", "validation", "test")

EPOCHS = 3

ImageNumbers = list[list[int]]
"""The numbers of the images in each batch."""


def _parts() -> tuple[WatchedDataset, WatchedDataset, WatchedDataset]:
    return numbered_dataset(22), numbered_dataset(10, 100), numbered_dataset(10, 200)


@scenario()
def loaders_of_three_parts(answer: Any, probe: Probe) -> None:
    """22 training, 10 validation and 10 test images: what is served, and how."""
    seed, parts = problem_seed(probe), _parts()
    loaders = probe.call(LOADERS_CALL.format(4, seed), answer, *parts, 4, seed)
    fields = ", ".join(getattr(type(loaders), "_fields", ()))
    probe.note(form=f"a named tuple of {fields}" if fields else f"a {type(loaders).__name__}")
    served, reads = _serve(probe, loaders), {name: READ_CALL.format(name) for name in FIELDS}
    orders = {name: list(chain(*batches)) for name, batches in served.items()}
    sizes = {name: sorted(map(len, served[name])) for name in served}
    kept = {name: orders[name] == sorted(orders[name]) for name in ("validation", "test")}
    words = {True: "the order of the file", False: "another order"}
    order = {f"loaders.{name}": words[each] for name, each in kept.items()}
    of = {f"loaders.{name}": reads[name] for name in FIELDS}
    probe.note(served=_told(served), order=order, of=of)
    probe.note(sizes=sizes, of=reads)
    probe.note(served_again=_told(_serve(probe, loaders)), of=of)
    loaders = probe.call(LOADERS_CALL.format(1, seed), answer, *parts, 1, seed)
    served = _serve(probe, loaders)
    single = {name: max(map(len, batches)) for name, batches in served.items()}
    probe.note(single=single, of=reads)


def _by_name(probe: Probe, loaders: Any) -> dict[str, Any]:
    def unpack() -> tuple[Any, Any, Any]:
        train, validation, test = loaders.values() if isinstance(loaders, dict) else loaders
        return train, validation, test

    parts = probe.call("train, validation, test = loaders", unpack)
    return dict(zip(FIELDS, parts, strict=True))


def _read(probe: Probe, name: str, loader: Any) -> ImageNumbers:
    def numbers() -> ImageNumbers:
        return [[int(image.max()) for image in images] for images, _ in loader]

    batches: ImageNumbers = probe.call(READ_CALL.format(name), numbers)
    return batches


def _serve(probe: Probe, loaders: Any) -> dict[str, ImageNumbers]:
    return {name: _read(probe, name, loader) for name, loader in _by_name(probe, loaders).items()}


def _told(served: dict[str, ImageNumbers]) -> dict[str, str]:
    """Say in words which images are served; in numbers every draw would be another mistake."""
    return {f"loaders.{name}": _owners(name, [*chain(*b)]) for name, b in served.items()}


def _owners(name: str, order: list[int]) -> str:
    if not order:
        return "no image"
    sizes = dict(zip(FIELDS, map(len, _parts()), strict=True))
    firsts = {"train": 0, "validation": 100, "test": 200}
    owners = {n: {i for i in order if firsts[n] <= i < firsts[n] + sizes[n]} for n in FIELDS}
    foreign = [other for other in FIELDS if other != name and owners[other]]
    if foreign:
        return f"images of {' and '.join([*([name] if owners[name] else []), *foreign])}"
    again, missing = len(order) - len(owners[name]), sizes[name] - len(owners[name])
    if again:
        return f"some of its images again{' and some not at all' if missing else ''}"
    return f"{len(order)} of its {sizes[name]} images" if missing else "each of its images once"


@scenario()
def loaders_of_shuffled_images(answer: Any, probe: Probe) -> None:
    """The order of 22 training images in three epochs: twice with one seed, then with two others.

    Somebody else seeds before the loaders are made; then the loaders are read, and nothing else.
    """
    seed, parts, runs, calls = problem_seed(probe), _parts(), [], []
    for number, each in enumerate((seed, seed, seed + 1, seed + 2)):
        torch.manual_seed(probe.seed + number), random.seed(number), np.random.seed(number)
        calls.append(LOADERS_CALL.format(4, each))
        loaders = probe.call(calls[-1], answer, *parts, 4, each)
        count = EPOCHS if each == seed else 1
        runs.append([_serve(probe, loaders)["train"] for _ in range(count)])
    orders, read = [list(chain(*batches)) for batches in runs[0]], READ_CALL.format("train")
    moves = [abs(place - image) for order in orders for place, image in enumerate(order)]
    probe.note(runs=runs, of=calls)
    probe.note(mixing=_mixing(runs[0][0], max(moves, default=0)), of=read)
    probe.note(
        repeats=[place for place, each in enumerate(orders) if each in orders[:place]], of=read
    )
    first, again, *others = runs
    probe.note(again="the same" if again == first else "another", of=calls[1])
    same = [first[0] == other[0] for other in others]
    probe.note(another_seed="the same" if any(same) else "another", of=calls[2])


def _mixing(batches: ImageNumbers, farthest: int) -> str:
    """Say in words how 22 images are mixed; in numbers every draw would be another mistake."""
    order = list(chain(*batches))
    if order == sorted(order):
        return "not at all: they come in the order of the file"
    if [sorted(batch) for batch in batches] == [
        list(range(min(batch), max(batch) + 1)) for batch in batches
    ]:
        return "in whole batches: each holds neighbours in the file"
    return "as a whole" if farthest > 10 else "with their neighbours only"


@scenario()
def loaders_between_other_draws(answer: Any, probe: Probe) -> None:
    """The order of the training images in three epochs: read alone, and among other things.

    Somebody else draws before each epoch, as dropout does; or reads the other two loaders.
    """
    seed, parts = problem_seed(probe), _parts()

    def epochs(draws: int = 0, fields: tuple[str, ...] = ("train",)) -> list[ImageNumbers]:
        loaders = probe.call(LOADERS_CALL.format(4, seed), answer, *parts, 4, seed)
        by_name, orders = _by_name(probe, loaders), []
        for _ in range(EPOCHS):
            torch.rand(draws), np.random.rand(draws), [random.random() for _ in range(draws)]
            orders.append({name: _read(probe, name, by_name[name]) for name in fields}["train"])
        return orders

    probe.note(alone=epochs(), among_draws=epochs(draws=3), among_reads=epochs(fields=FIELDS))


@scenario()
def loaders_next_to_other_draws(answer: Any, probe: Probe) -> None:
    """Whose random numbers do the loaders change, when they are made and when each is read?"""
    seed = problem_seed(probe)

    def steps() -> Iterator[str]:
        loaders = probe.call(LOADERS_CALL.format(4, seed), answer, *_parts(), 4, seed)
        yield " when they were made"
        for name, loader in _by_name(probe, loaders).items():
            _read(probe, name, loader)
            yield f" when loaders.{name} was read"

    probe.note(moved=moved(probe, steps))


@scenario()
def loaders_with_impossible_batches(answer: Any, probe: Probe) -> None:
    """Batches of 0 and of -1 images."""
    seed = problem_seed(probe)
    calls = {LOADERS_CALL.format(size, seed): (*_parts(), size, seed) for size in (0, -1)}
    probe.note(attempts=attempt_each(probe, answer, calls))
