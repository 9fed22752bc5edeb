"""Small problems for `split`."""

from collections.abc import Iterator
from typing import Any

from torch.utils.data import Subset

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.dice import moved
from autograder.worker.scenarios.instruments.refusals import attempt_each
from autograder.worker.scenarios.instruments.worlds import (
    numbered_dataset,
    problem_seed,
    type_names,
)

SPLIT_CALL = "split(dataset, {}, seed={})  # {} images"


@scenario()
def split_of_sorted_images(answer: Any, probe: Probe) -> None:
    """40 images in the order of their labels, split twice with one seed, then with another."""
    dataset, seed = numbered_dataset(40), problem_seed(probe)
    runs, calls = [], []
    for each in (seed, seed, seed + 1):
        calls.append(SPLIT_CALL.format(0.25, each, 40))
        parts = probe.call(calls[-1], answer, dataset, 0.25, each)
        probe.note(kinds=type_names(parts, Subset))
        before = dataset.reads
        runs.append(probe.call("[image for image, label in part]", _numbers, parts))
        probe.note(lazy=dataset.reads > before)
        probe.note(runs=runs, of=calls)
    first, again, other = runs
    named = dict(zip(("the training images", "the validation images"), first, strict=True))
    probe.note(order={what: order_told(part) for what, part in named.items()}, of=calls[0])
    probe.note(again="the same" if again == first else "another", of=calls[1])
    same = sorted(other[1]) == sorted(first[1])
    probe.note(set_aside="the same images" if same else "other images", of=calls[2])


def order_told(numbers: list[int]) -> str:
    """Say in words how images come; in numbers every draw would be another mistake."""
    return "in the order of the file" if numbers == sorted(numbers) else "in another order"


def _numbers(parts: Any) -> list[list[int]]:
    """Return the numbers of the images in both parts, read as a loader would read them."""
    train, validation = parts
    return [[int(part[i][0].max()) for i in range(len(part))] for part in (train, validation)]


@scenario()
def split_of_two_sizes(answer: Any, probe: Probe) -> None:
    """A size that is whole, and one that is not."""
    seed, shared_out, shares, calls = problem_seed(probe), {}, {}, {}
    for count in (20, 33):
        what = f"{count} images"
        calls[what] = SPLIT_CALL.format(0.3, seed, count)
        parts = probe.call(calls[what], answer, numbered_dataset(count), 0.3, seed)
        train, validation = probe.call("[image for image, label in part]", _numbers, parts)
        shared_out[what] = _shared_out(train, validation, count)
        shares[what] = round(len(validation) / count, 1)  # rounding does not show
        probe.note(**{f"of_{count}": len(validation)}, of=calls[what])
        probe.note(shared_out=shared_out, shares=shares, of=calls)


@scenario()
def split_into_nothing(answer: Any, probe: Probe) -> None:
    """A size that may be rounded to nothing."""
    seed = problem_seed(probe)

    def size_of_validation() -> int:
        try:
            return len(answer(numbered_dataset(3), 0.1, seed)[1])
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
    dataset, seed = numbered_dataset(20), problem_seed(probe)

    def steps() -> Iterator[str]:
        probe.call(SPLIT_CALL.format(0.25, seed, 20), answer, dataset, 0.25, seed)
        yield ""

    probe.note(moved=moved(probe, steps))


@scenario()
def split_by_an_impossible_fraction(answer: Any, probe: Probe) -> None:
    """Fractions that leave a part empty or make no sense."""
    dataset, seed = numbered_dataset(20), problem_seed(probe)
    fractions = (0.0, 1.0, -0.5, 1.5)
    calls = {SPLIT_CALL.format(each, seed, 20): (dataset, each, seed) for each in fractions}
    probe.note(attempts=attempt_each(probe, answer, calls))
