"""Scenarios of unit 1: one picture, a split, statistics, a transform, loaders."""

import gc
from itertools import chain
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Subset

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.marked import Marked
from autograder.scenarios.watched import attempt
from autograder.scenarios.worlds import Items, disturbed, random_states, unpacked

SPLIT_CALL = "split(dataset, {}, seed={})"
STATS_CALL = "channel_stats(dataset)  # {} images"
LOADERS_CALL = "make_loaders(train, validation, test, batch_size={}, seed={})"


def numbered(count: int, first: int = 0) -> Items:
    """Return images that can be told apart: all pixels of one hold its number, from `first` on."""
    numbers = torch.arange(first, first + count)
    images = numbers.float().reshape(-1, 1, 1, 1).repeat(1, 1, 2, 2)
    return Items(images, numbers // 10)  # sorted by label, as files often are


def problem_seed(probe: Probe) -> int:
    """Return a seed that every library can take."""
    return probe.seed % 1_000_000


def outcomes(probe: Probe, answer: Any, calls: dict[str, tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Try calls that should be refused; what they return does not matter."""
    tried = [attempt(probe, shown, answer, *arguments) for shown, arguments in calls.items()]
    return [{**outcome, "returned": None} for outcome in tried]


# --- image_to_tensor -----------------------------------------------------------------------------


@scenario()
def small_dark_picture(answer: Any, probe: Probe) -> None:
    """5 rows and 7 columns, none of the pixels is white."""
    picture = np.random.default_rng(probe.seed).integers(1, 200, (5, 7), dtype=np.uint8)
    _turn(answer, probe, picture)


@scenario()
def picture_with_every_grey(answer: Any, probe: Probe) -> None:
    """28 rows and columns with every value from 0 to 255."""
    greys = np.random.default_rng(probe.seed).permutation(256).astype(np.uint8)
    _turn(answer, probe, np.resize(greys, (28, 28)).copy())


def _turn(answer: Any, probe: Probe, picture: NDArray[np.uint8]) -> None:
    kept = picture.copy()
    call = f"image_to_tensor(image)  # uint8 {picture.shape}"
    probe.note(tensor=probe.call(call, answer, picture))
    same = picture.shape == kept.shape and np.array_equal(picture, kept)
    probe.note(untouched=bool(same))


@scenario()
def pictures_of_another_kind(answer: Any, probe: Probe) -> None:
    """A picture of floats, and one with three dimensions."""
    floats, deep = np.full((5, 7), 0.5, dtype=np.float32), np.zeros((3, 5, 7), dtype=np.uint8)
    probe.note(floats=attempt(probe, "image_to_tensor(image)  # float32 (5, 7)", answer, floats))
    probe.note(deep=attempt(probe, "image_to_tensor(image)  # uint8 (3, 5, 7)", answer, deep))


# --- split ---------------------------------------------------------------------------------------


@scenario()
def split_of_sorted_images(answer: Any, probe: Probe) -> None:
    """40 images in the order of their labels, split twice with one seed, then with another."""
    dataset, seed = numbered(40), problem_seed(probe)
    runs = []
    for each in (seed, seed, seed + 1):
        parts = probe.call(SPLIT_CALL.format(0.25, each), answer, dataset, 0.25, each)
        probe.note(kinds=_kinds(parts, Subset))
        runs.append(probe.call("[image for image, label in part]", _numbers, parts))
        probe.note(runs=runs)
    train, validation = runs[0]
    different = set(train) | set(validation)
    probe.note(shared=len(set(train) & set(validation)), missing=len(dataset) - len(different))
    probe.note(repeated=len(train) + len(validation) - len(set(train)) - len(set(validation)))


def _kinds(parts: object, wanted: type) -> str:
    """Return the names of the entries' types, subclasses of `wanted` under its own name."""
    entries = unpacked(parts)
    names = [
        wanted.__name__ if isinstance(entry, wanted) else type(entry).__name__
        for entry in (entries if isinstance(entries, list) else [entries])
    ]
    return ", ".join(names)


def _numbers(parts: Any) -> list[list[int]]:
    """Return the numbers of the images in both parts, read as a loader would read them."""
    train, validation = parts
    return [[int(part[i][0].max()) for i in range(len(part))] for part in (train, validation)]


@scenario()
def split_of_33_images(answer: Any, probe: Probe) -> None:
    """A size that is not whole: 33 images with a fraction of 0.3."""
    seed = problem_seed(probe)
    parts = probe.call(SPLIT_CALL.format(0.3, seed), answer, numbered(33), 0.3, seed)
    train, validation = probe.call("[image for image, label in part]", _numbers, parts)
    probe.note(train=len(train), validation=len(validation))


@scenario()
def split_next_to_other_draws(answer: Any, probe: Probe) -> None:
    """Whose random numbers does a split change?"""
    dataset, seed = numbered(20), problem_seed(probe)
    before = random_states()
    probe.call(SPLIT_CALL.format(0.25, seed), answer, dataset, 0.25, seed)
    probe.note(disturbed=disturbed(before))


@scenario()
def split_by_an_impossible_fraction(answer: Any, probe: Probe) -> None:
    """Fractions that leave a part empty or make no sense."""
    dataset, seed = numbered(20), problem_seed(probe)
    fractions = (0.0, 1.0, -0.5, 1.5)
    calls = {SPLIT_CALL.format(each, seed): (dataset, each, seed) for each in fractions}
    probe.note(attempts=outcomes(probe, answer, calls))


# --- channel_stats -------------------------------------------------------------------------------


@scenario()
def stats_of_few_images(answer: Any, probe: Probe) -> None:
    """22 images of 5 x 7 pixels."""
    images = torch.rand(22, 1, 5, 7, generator=probe.generator) ** 2
    dataset = Items(images, torch.zeros(22, dtype=torch.int64))
    _note_stats(probe, probe.call(STATS_CALL.format(22), answer, dataset))


def _note_stats(probe: Probe, stats: object) -> None:
    """Note the two numbers one by one, since each may be right without the other."""
    entries = unpacked(stats)
    probe.note(stats=entries)
    if isinstance(entries, list) and len(entries) == 2:
        probe.note(mean=entries[0], std=entries[1])


@scenario()
def stats_of_many_images(answer: Any, probe: Probe) -> None:
    """4,201 images that grow brighter: hardly a batch size leaves no smaller last batch."""
    dataset = Marked(4_201, float(torch.rand((), generator=probe.generator)))
    gc.freeze()  # leaves only what is new for `Marked` to look through
    try:
        stats = probe.call(STATS_CALL.format("4,201"), answer, dataset)
    finally:
        gc.unfreeze()
    _note_stats(probe, stats)
    probe.note(held=dataset.held)


@scenario()
def stats_and_the_images(answer: Any, probe: Probe) -> None:
    """Does a measurement change the images? (A `DataLoader` may draw from the global state.)"""
    dataset = numbered(20)
    kept = dataset.images.clone()
    probe.call(STATS_CALL.format(20), answer, dataset)
    probe.note(untouched=torch.equal(dataset.images, kept))


@scenario()
def stats_of_no_images(answer: Any, probe: Probe) -> None:
    """An empty dataset."""
    probe.note(attempt=attempt(probe, STATS_CALL.format(0), answer, numbered(0)))


# --- build_transform -----------------------------------------------------------------------------


@scenario()
def transform_of_a_pil_image(answer: Any, probe: Probe) -> None:
    """A PIL image with 5 rows and 7 columns, and a square one."""
    from PIL import Image

    small, square = _pictures(probe)
    transform = _transform(answer, probe)
    for name, picture in (("small", small), ("square", square)):
        image = Image.fromarray(picture)
        probe.note(**{name: probe.call("build_transform(mean, std)(image)", transform, image)})


@scenario()
def transform_of_an_array(answer: Any, probe: Probe) -> None:
    """The same as uint8 arrays."""
    transform = _transform(answer, probe)
    for name, picture in zip(("small", "square"), _pictures(probe), strict=True):
        kept = picture.copy()
        probe.note(**{name: probe.call("build_transform(mean, std)(array)", transform, picture)})
        probe.note(untouched=bool(np.array_equal(picture, kept)))


def _pictures(probe: Probe) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(probe.seed)
    return [rng.integers(0, 256, shape, dtype=np.uint8) for shape in ((5, 7), (28, 28))]


def _transform(answer: Any, probe: Probe) -> Any:
    from torchvision.transforms import v2  # late: it takes as long to import as torch itself

    mean, std = (torch.rand(2, generator=probe.generator) * 0.3 + 0.2).tolist()
    transform = probe.call(f"build_transform(mean={mean:.4g}, std={std:.4g})", answer, mean, std)
    is_transform = isinstance(transform, v2.Transform)
    probe.note(kind="Transform" if is_transform else type(transform).__name__)
    return transform


@scenario()
def transform_with_impossible_numbers(answer: Any, probe: Probe) -> None:
    """A spread that nothing can be divided by, and numbers that are none."""
    inf, nan = float("inf"), float("nan")
    stds = [(0.5, 0.0), (0.5, -0.25), (0.5, inf), (0.5, nan)]
    for name, pairs in {"std": stds, "mean": [(nan, 0.25), (inf, 0.25)]}.items():
        calls = {f"build_transform(mean={pair[0]}, std={pair[1]})": pair for pair in pairs}
        probe.note(**{name: outcomes(probe, answer, calls)})


# --- make_loaders --------------------------------------------------------------------------------


@scenario()
def loaders_of_three_parts(answer: Any, probe: Probe) -> None:
    """22 training, 10 validation and 10 test images; two epochs, twice with one seed, then another.

    Somebody else draws random numbers before each epoch, as dropout does.
    """
    parts, seed = (numbered(22), numbered(10, 100), numbered(10, 200)), problem_seed(probe)
    runs = []
    for number, each in enumerate((seed, seed, seed + 1)):
        loaders = probe.call(LOADERS_CALL.format(4, each), answer, *parts, 4, each)
        probe.note(fields=", ".join(getattr(type(loaders), "_fields", ())) or "none")
        probe.note(kinds=_kinds(loaders, DataLoader))
        epochs = []
        for _ in range(2):
            torch.rand(number + 1)
            np.random.rand(number + 1)
            served = probe.call("for images, labels in loaders.…", _serve, loaders)
            epochs.append(served["train"])
        runs.append(epochs)
        orders = {name: list(chain(*batches)) for name, batches in served.items()}
        probe.note(images={name: sorted(order) for name, order in orders.items()})
        probe.note(sizes={name: sorted(map(len, served[name])) for name in served})
        probe.note(validation=orders["validation"], test=orders["test"])
        probe.note(runs=runs)
    loaders = probe.call(LOADERS_CALL.format(1, seed), answer, *parts, 1, seed)
    served = probe.call("for images, labels in loaders.…", _serve, loaders)
    probe.note(single={name: max(map(len, batches)) for name, batches in served.items()})


def _serve(loaders: Any) -> dict[str, list[list[int]]]:
    """Return the numbers of the images in each batch of each loader."""
    train, validation, test = loaders.values() if isinstance(loaders, dict) else loaders
    named = {"train": train, "validation": validation, "test": test}
    return {
        name: [[int(image.max()) for image in images] for images, _ in loader]
        for name, loader in named.items()
    }


@scenario()
def loaders_next_to_other_draws(answer: Any, probe: Probe) -> None:
    """Whose random numbers do the loaders change, when they are made and when they are read?"""
    parts, seed = (numbered(22), numbered(10, 100), numbered(10, 200)), problem_seed(probe)
    before = random_states()
    loaders = probe.call(LOADERS_CALL.format(4, seed), answer, *parts, 4, seed)
    probe.call("for images, labels in loaders.…", _serve, loaders)
    probe.note(disturbed=disturbed(before))


@scenario()
def loaders_with_impossible_batches(answer: Any, probe: Probe) -> None:
    """Batches of 0 and of -1 images."""
    parts, seed = (numbered(6), numbered(6), numbered(6)), problem_seed(probe)
    calls = {LOADERS_CALL.format(size, seed): (*parts, size, seed) for size in (0, -1)}
    probe.note(attempts=outcomes(probe, answer, calls))
