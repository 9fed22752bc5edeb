"""Small problems for `channel_stats`."""

import gc
import math
from collections.abc import Iterator
from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.dice import moved
from autograder.worker.scenarios.instruments.marked import Marked
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.worlds import (
    WatchedDataset,
    numbered_dataset,
    type_names,
    unpacked,
)

STATS_CALL = "channel_stats(dataset)  # {}"


def _measured(answer: Any, probe: Probe, dataset: Any, what: str) -> Any:
    """Return the result, as a list where it has entries."""
    return unpacked(probe.call(STATS_CALL.format(what), answer, dataset))


@scenario()
def stats_of_few_images(answer: Any, probe: Probe) -> None:
    """6 images of 5 x 7 pixels, some of them black: so few that most answers take them at once."""
    images = torch.rand(6, 1, 5, 7, generator=probe.generator)
    images = images.square() * (torch.rand(images.shape, generator=probe.generator) > 0.2)
    dataset = WatchedDataset(images, torch.zeros(6, dtype=torch.int64))
    probe.note(means=images.double().mean((1, 2, 3)).tolist())
    stats = _measured(answer, probe, dataset, "6 images")
    probe.note(types=type_names(stats, float))
    if isinstance(stats, list) and len(stats) == 2:
        probe.note(mean=stats[0], std=stats[1])


@scenario()
def stats_of_single_white_images(answer: Any, probe: Probe) -> None:
    """1,153 black images but for the first, or but for the last one.

    A prime number, which leaves a small last group for every usual batch size.
    """
    count, means, spreads = 1_153, [], []
    for place in (0, count - 1):
        images = torch.zeros(count, 1, 2, 2)
        images[place] = 1
        dataset = WatchedDataset(images, torch.zeros(count, dtype=torch.int64))
        what = f"1,153 images, only the {'last' if place else 'first'} one is white"
        mean, std = _two_numbers(_measured(answer, probe, dataset, what))
        means.append(mean * count)
        spreads.append((std**2 + mean**2) * count)  # the mean of the squares
    counted, in_std = _counted(means), _counted(spreads)
    probe.note(
        counted=counted, counted_in_std=in_std, of=dict(zip(counted, probe.calls, strict=True))
    )


def _two_numbers(stats: Any) -> tuple[float, float]:
    """Return mean and standard deviation, nan for what is none."""
    both = stats[:2] if isinstance(stats, list) and len(stats) > 1 else [None, None]
    mean, std = (each if isinstance(each, float) else math.nan for each in both)
    return mean, std


def _counted(shares: list[float]) -> dict[str, str]:
    first, last = shares
    return {"the first image": _roughly(first), "the last image": _beside(last, first)}


def _roughly(times: float) -> str:
    """Say in words how often an image went into a mean; numbers would differ by batch size."""
    if not times > 0.5:
        return "not at all" if not times > 0.05 else "less than once"
    return "once" if times < 2 else "more than once"


def _beside(last: float, first: float) -> str:
    if not last > 0.05:
        return "not at all"
    if math.isclose(last, first, rel_tol=0.05):
        return "as often as the first"
    return "more often than the first" if last > first else "less often than the first"


@scenario()
def stats_of_many_images(answer: Any, probe: Probe) -> None:
    """4,201 images that grow brighter: hardly a batch size leaves no smaller last batch."""
    dataset = Marked(4_201, float(torch.rand((), generator=probe.generator)))
    gc.freeze()  # leaves only what is new for `Marked` to look through
    try:
        stats = _measured(answer, probe, dataset, "4,201 images")
    finally:
        gc.unfreeze()
    probe.note(held=dataset.held)
    if isinstance(stats, list) and len(stats) == 2:
        std = stats[1]
        # Two digits are the same for all groups of up to 300 images that are measured alone.
        digits = round(std, 2) if isinstance(std, float) and math.isfinite(std) else std
        probe.note(mean=stats[0], std=std, two_digits=digits)


@scenario()
def stats_of_nearly_equal_images(answer: Any, probe: Probe) -> None:
    """500 images whose pixels differ by less than a thousandth."""
    images = 0.9 + 5e-4 * torch.rand(500, 1, 2, 2, generator=probe.generator)  # (500, 1, 2, 2)
    dataset = WatchedDataset(images, torch.zeros(500, dtype=torch.int64))
    probe.note(std=_two_numbers(_measured(answer, probe, dataset, "500 images of one grey"))[1])


@scenario()
def stats_of_the_same_images_again(answer: Any, probe: Probe) -> None:
    """Does a measurement change the images, or the next measurement?"""
    dataset = numbered_dataset(20)
    kept = dataset.images.clone()
    first = _measured(answer, probe, dataset, "20 images")
    probe.note(untouched=torch.equal(dataset.images, kept))
    probe.note(first=first, again=_measured(answer, probe, dataset, "20 images"))


@scenario()
def stats_and_other_draws(answer: Any, probe: Probe) -> None:
    """Whose random numbers does a measurement change?"""
    dataset = numbered_dataset(20)

    def steps() -> Iterator[str]:
        _measured(answer, probe, dataset, "20 images")
        yield ""

    probe.note(moved=moved(probe, steps))


@scenario()
def stats_of_no_images(answer: Any, probe: Probe) -> None:
    """An empty dataset."""
    probe.note(attempt=attempt(probe, STATS_CALL.format("0 images"), answer, numbered_dataset(0)))
