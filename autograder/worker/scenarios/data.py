"""Scenarios of unit 1: a picture, a split, a transform; `stats` and `loaders` have the rest."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Subset

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.bystanders import Bystanders
from autograder.worker.scenarios.dice import moved
from autograder.worker.scenarios.watched import attempt
from autograder.worker.scenarios.worlds import Items, unpacked

PICTURE_CALL = "image_to_tensor(image)  # {} {}"
SPLIT_CALL = "split(dataset, {}, seed={})  # {} images"


def numbered(count: int, first: int = 0) -> Items:
    """Return images that can be told apart: all pixels of one hold its number, from `first` on."""
    numbers = torch.arange(first, first + count)
    images = numbers.float().reshape(-1, 1, 1, 1).repeat(1, 1, 2, 2)
    return Items(images, numbers // 10)  # sorted by label, as files often are


def problem_seed(probe: Probe) -> int:
    """Return a seed that every library can take."""
    return probe.seed % 1_000_000


def outcomes(probe: Probe, answer: Any, calls: dict[str, tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Try calls that should be refused; which value they return instead does not matter."""
    tried = [attempt(probe, shown, answer, *arguments) for shown, arguments in calls.items()]
    return [{**each, "returned": "a value"} if "returned" in each else each for each in tried]


def kinds(entries: object, wanted: type) -> str:
    """Return the names of the entries' types, subclasses of `wanted` under its own name."""
    entries = unpacked(entries)
    names = []
    for entry in entries if isinstance(entries, list) else [entries]:
        name = wanted.__name__ if isinstance(entry, wanted) else type(entry).__name__
        inner = type(entry[0]).__name__ if isinstance(entry, list) and entry else ""
        names.append(f"{name} of {inner}" if inner else name)
    return ", ".join(names)


# --- image_to_tensor -----------------------------------------------------------------------------


@scenario()
def small_dark_picture(answer: Any, probe: Probe) -> None:
    """5 rows and 7 columns, none of the pixels is white; then three that are less usual."""
    rng = np.random.default_rng(probe.seed)
    usual, turned, row = (rng.integers(1, 200, s, dtype=np.uint8) for s in ((5, 7), (5, 7), (1, 7)))
    black = rng.integers(0, 2, (5, 7), dtype=np.uint8)
    black[0, 0] = 1
    probe.note(tensor=_turned(answer, probe, usual))
    probe.note(of_0_and_1=_turned(answer, probe, black))
    probe.note(of_one_row=_turned(answer, probe, row))
    probe.note(of_a_view=_turned(answer, probe, turned.T))


@scenario()
def picture_with_every_grey(answer: Any, probe: Probe) -> None:
    """28 rows and columns with every value from 0 to 255."""
    greys = np.random.default_rng(probe.seed).permutation(256).astype(np.uint8)
    probe.note(tensor=_turned(answer, probe, np.resize(greys, (28, 28)).copy()))


def _turned(answer: Any, probe: Probe, picture: NDArray[Any]) -> Any:
    return probe.call(PICTURE_CALL.format(picture.dtype, picture.shape), answer, picture)


@scenario()
def picture_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the result: the array, an earlier result, a random state."""
    rng = np.random.default_rng(probe.seed)
    picture, other = rng.integers(1, 200, (2, 5, 7), dtype=np.uint8)
    picture, kept = picture.copy(), picture.copy()
    with Bystanders() as others:
        tensor = _turned(answer, probe, picture)
    earlier = tensor.clone() if isinstance(tensor, Tensor) else None
    changed = list(others.changed)
    if picture.shape != kept.shape:
        changed.append("the shape of the array")
    elif not np.array_equal(picture, kept):
        changed.append("the pixels of the array")
    if not picture.flags.writeable:
        changed.append("whether the array can be written to")
    _turned(answer, probe, other)
    if earlier is not None and not torch.equal(tensor, earlier):
        changed.append("the tensor that it returned before")
    probe.note(changed=changed)


@scenario()
def pictures_of_another_kind(answer: Any, probe: Probe) -> None:
    """Pictures of another type, and arrays with one and with three dimensions."""
    strange: dict[str, list[NDArray[Any]]] = {
        "types": [np.ones((5, 7), dtype=name) for name in ("float32", "int64", "int8", "bool")],
        "shapes": [np.ones(shape, dtype=np.uint8) for shape in ((3, 5, 7), (1, 5, 7), (35,))],
    }
    for name, pictures in strange.items():
        calls = {PICTURE_CALL.format(p.dtype, p.shape): (p,) for p in pictures}
        probe.note(**{name: outcomes(probe, answer, calls)})


# --- split ---------------------------------------------------------------------------------------


@scenario()
def split_of_sorted_images(answer: Any, probe: Probe) -> None:
    """40 images in the order of their labels, split twice with one seed, then with another."""
    dataset, seed = numbered(40), problem_seed(probe)
    runs = []
    for each in (seed, seed, seed + 1):
        parts = probe.call(SPLIT_CALL.format(0.25, each, 40), answer, dataset, 0.25, each)
        probe.note(kinds=kinds(parts, Subset))
        before = dataset.reads
        runs.append(probe.call("[image for image, label in part]", _numbers, parts))
        probe.note(runs=runs, lazy=dataset.reads > before)


def _numbers(parts: Any) -> list[list[int]]:
    """Return the numbers of the images in both parts, read as a loader would read them."""
    train, validation = parts
    return [[int(part[i][0].max()) for i in range(len(part))] for part in (train, validation)]


@scenario()
def split_of_three_sizes(answer: Any, probe: Probe) -> None:
    """A size that is whole, one that is not, and one that may be rounded to nothing."""
    seed, shared_out, shares = problem_seed(probe), {}, {}
    for count in (20, 33):
        shown = SPLIT_CALL.format(0.3, seed, count)
        parts = probe.call(shown, answer, numbered(count), 0.3, seed)
        train, validation = probe.call("[image for image, label in part]", _numbers, parts)
        shared_out[f"{count} images"] = _shared_out(train, validation, count)
        shares[f"{count} images"] = round(len(validation) / count, 1)  # rounding does not show
        probe.note(**{f"of_{count}": len(validation)}, shared_out=shared_out, shares=shares)

    def size_of_validation() -> int:
        try:
            return len(answer(numbered(3), 0.1, seed)[1])
        except ValueError:  # an empty part may be refused
            return 0

    probe.note(of_3=probe.call(SPLIT_CALL.format(0.1, seed, 3), size_of_validation))


def _shared_out(train: list[int], validation: list[int], count: int) -> str:
    """Say in words where the images are; in numbers every draw would be another mistake."""
    words = {
        "some in both parts": set(train) & set(validation),
        "some in none": set(range(count)) - set(train) - set(validation),
        "some twice in one part": len(train) + len(validation) - len({*train}) - len({*validation}),
    }
    return ", ".join(word for word, found in words.items() if found) or "each in one part"


@scenario()
def split_next_to_other_draws(answer: Any, probe: Probe) -> None:
    """Whose random numbers does a split change?"""
    dataset, seed = numbered(20), problem_seed(probe)

    def steps() -> Iterator[str]:
        probe.call(SPLIT_CALL.format(0.25, seed, 20), answer, dataset, 0.25, seed)
        yield ""

    probe.note(moved=moved(probe, steps))


@scenario()
def split_by_an_impossible_fraction(answer: Any, probe: Probe) -> None:
    """Fractions that leave a part empty or make no sense."""
    dataset, seed = numbered(20), problem_seed(probe)
    fractions = (0.0, 1.0, -0.5, 1.5)
    calls = {SPLIT_CALL.format(each, seed, 20): (dataset, each, seed) for each in fractions}
    probe.note(attempts=outcomes(probe, answer, calls))


# --- build_transform -----------------------------------------------------------------------------

TRANSFORM_CALL = "build_transform(mean, std)({})"
TRIES = 20
"""A flip that is drawn anew each time stays unseen once in a million."""


@scenario()
def transform_of_a_pil_image(answer: Any, probe: Probe) -> None:
    """A PIL image with 5 rows and 7 columns, many times, and a square one."""
    from PIL import Image

    small, square = _pictures(probe)
    transform = _transform(answer, probe)
    image = Image.fromarray(small)
    first = probe.call(TRANSFORM_CALL.format("image"), transform, image)
    probe.note(small=first)
    tries = [probe.call(TRANSFORM_CALL.format("image"), transform, image) for _ in range(TRIES)]
    probe.note(again=next((each for each in tries if _differ(each, first)), first))
    square_image = Image.fromarray(square)
    probe.note(square=probe.call(TRANSFORM_CALL.format("image"), transform, square_image))


def _differ(one: object, other: object) -> bool:
    both = isinstance(one, Tensor) and isinstance(other, Tensor)
    return both and not torch.equal(one, other)  # type: ignore[arg-type]


@scenario()
def transform_of_an_array(answer: Any, probe: Probe) -> None:
    """The same as uint8 arrays."""
    transform = _transform(answer, probe)
    for name, picture in zip(("small", "square"), _pictures(probe), strict=True):
        kept = picture.copy()
        probe.note(**{name: probe.call(TRANSFORM_CALL.format("array"), transform, picture)})
        probe.note(untouched=bool(np.array_equal(picture, kept)))


@scenario()
def transform_and_the_next_one(answer: Any, probe: Probe) -> None:
    """Two transforms with numbers of their own, built one after the other; then the first works."""
    from PIL import Image

    image = Image.fromarray(_pictures(probe)[0])
    transform = _transform(answer, probe)
    before = probe.call(TRANSFORM_CALL.format("image"), transform, image)
    _transform(answer, probe)
    probe.note(before=before, after=probe.call(TRANSFORM_CALL.format("image"), transform, image))


def _pictures(probe: Probe) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(probe.seed)
    return [rng.integers(0, 256, shape, dtype=np.uint8) for shape in ((5, 7), (28, 28))]


def _transform(answer: Any, probe: Probe) -> Any:
    from torchvision.transforms import v2  # late: it takes as long to import as torch itself

    mean, std = (torch.rand(2, generator=probe.generator) * 0.3 + 0.2).tolist()
    transform = probe.call(f"build_transform(mean={mean:.4g}, std={std:.4g})", answer, mean, std)
    kind = type(transform)
    named = f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
    is_transform = isinstance(transform, v2.Transform)
    probe.note(kind="torchvision.transforms.v2.Transform" if is_transform else named)
    return transform


@scenario()
def transform_with_impossible_numbers(answer: Any, probe: Probe) -> None:
    """A spread that nothing can be divided by, and numbers that are none."""
    inf, nan = float("inf"), float("nan")

    def built(mean: float, std: float) -> str:
        transform = answer(mean, std)
        try:
            transform(np.zeros((5, 7), dtype=np.uint8))
        except Exception:  # it is too late then, whatever it is
            return "a transform that fails when it is used"
        return "a transform"

    stds = [(0.5, 0.0), (0.5, -0.25), (0.5, inf), (0.5, nan)]
    for name, pairs in {"std": stds, "mean": [(nan, 0.25), (inf, 0.25)]}.items():
        calls = {f"build_transform(mean={pair[0]}, std={pair[1]})": pair for pair in pairs}
        tried = [attempt(probe, shown, built, *pair) for shown, pair in calls.items()]
        probe.note(**{name: tried})
