"""What is claimed of `split`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

PARTS = "01_data#three-parts-with-three-jobs"
SHUFFLE = "01_data#shuffle-before-you-split"
GENERATOR = "01_data#a-generator-of-your-own"


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Which class of `torch.utils.data` represents a part of a dataset?",
    thought="Print the type of each part. A `Subset` is made of the dataset and of a list of"
    " indices; `random_split` returns two of them.",
    see=SHUFFLE,
)
def test_split_returns_two_subsets(seen: Any, expected: Any) -> None:
    expect(seen.kinds, "the list of types").equals("Subset, Subset")


@check(
    "split",
    scenario="split_of_two_sizes",
    hint="Is each index used exactly once, even where the size of a part is not a whole number?",
    thought="Print both lists of indices for 20 images. Together they should be 0 to 19 in some"
    " order, without a gap and without a repetition.",
    see=PARTS,
    needs=test_split_returns_two_subsets,
)
def test_split_puts_every_image_in_exactly_one_part(seen: Any, expected: Any) -> None:
    expect(seen.shared_out, "the way the images are shared out").equals(expected.shared_out)


@check(
    "split",
    scenario="split_of_sorted_images",
    points=1.5,
    hint="The files are sorted by label: what does a part look like if it keeps that order?",
    thought="All indices have to be in random order before they are cut in two, and must not "
    "be sorted afterwards: sorting restores the order of the file.",
    see=SHUFFLE,
    needs=test_split_returns_two_subsets,
)
def test_split_mixes_both_parts(seen: Any, expected: Any) -> None:
    expect(seen.order, "the way in which images come").equals(expected.order)


@check(
    "split",
    scenario="split_of_sorted_images",
    points=1.5,
    hint="What decides the order: `seed`, or whatever was drawn before?",
    thought="Call it twice with one seed and compare. The function that shuffles draws from "
    "a random state; in each call, that state has to start from `seed`.",
    see=GENERATOR,
    needs=test_split_returns_two_subsets,
)
def test_split_is_the_same_for_the_same_seed(seen: Any, expected: Any) -> None:
    expect(seen.again, "the second split with the same seed").equals(expected.again)


@check(
    "split",
    scenario="split_of_sorted_images",
    points=1.5,
    hint="Does `seed` decide which images are set aside?",
    thought="Call it with two seeds and compare. Is `seed` used anywhere, and do the random "
    "numbers that start from it decide which indices go to which part?",
    see=GENERATOR,
    needs=test_split_mixes_both_parts,
)
def test_split_is_another_for_another_seed(seen: Any, expected: Any) -> None:
    expect(seen.set_aside, "what another seed sets aside").equals(expected.set_aside)


@check(
    "split",
    scenario="split_of_two_sizes",
    hint="Which of the two parts should hold the fraction: the first or the second?",
    thought="0.3 of 20 images are 6: those are for validation, and the other 14 for training."
    " Compare with the lengths of your two parts.",
    see=PARTS,
    needs=test_split_puts_every_image_in_exactly_one_part,
)
def test_split_sets_the_fraction_aside_for_validation(seen: Any, expected: Any) -> None:
    share = "the share of validation images, in one digit,"
    expect(seen.shares, share).close_to(expected.shares)


@check(
    "split",
    scenario="split_of_two_sizes",
    points=0.5,
    hint="What does your rounding turn 6.0 into, and 9.9?",
    thought="A whole size should stay as it is, and one that is not whole should become one of its"
    " two neighbours.",
    see=PARTS,
    needs=test_split_sets_the_fraction_aside_for_validation,
)
def test_split_rounds_a_size_to_one_of_its_neighbours(seen: Any, expected: Any) -> None:
    expect(seen.of_20, "the number of validation images out of 20").equals(6)
    expect(seen.of_33, "the number of validation images out of 33").between(9, 10)


@check(
    "split",
    scenario="split_next_to_other_draws",
    hint="Can a random state belong to your function alone?",
    thought="`torch.manual_seed`, `random.seed` and `np.random.seed` set what the whole program"
    " draws from. Each library has an object that holds a random state of its own.",
    see=GENERATOR,
    craft=True,
)
def test_split_leaves_the_global_random_state_alone(seen: Any, expected: Any) -> None:
    expect(seen.moved, "split").left_alone()


@check(
    "split",
    scenario="split_by_an_impossible_fraction",
    hint="What would 0 or 1.5 of the images be?",
    thought="Look at the fraction in the first line, and raise a ValueError that names it.",
    see=PARTS,
    craft=True,
)
def test_split_refuses_a_fraction_outside_0_and_1(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "validation_fraction").refuses()


@check(
    "split",
    scenario="split_of_sorted_images",
    points=0.5,
    hint="When are the images read: during the split, or later, when an item of a part is read?",
    thought="A `Subset` of `dataset` keeps indices and reads an image when it is asked for it. A"
    " list of images holds all of them in memory.",
    see=SHUFFLE,
    craft=True,
)
def test_split_reads_images_from_the_dataset_when_asked(seen: Any, expected: Any) -> None:
    expect(seen.lazy, "the two parts").holds("their images do not come from `dataset` itself")


@check(
    "split",
    scenario="split_into_nothing",
    points=0.5,
    hint="What are `order[:-n]` and `order[-n:]` where n is 0?",
    thought="0.1 of 3 images are 0.3, which may be rounded to 0. Then all three are for training.",
    see=PARTS,
    craft=True,
)
def test_split_may_set_nothing_aside(seen: Any, expected: Any) -> None:
    expect(seen.of_3, "the number of validation images out of 3").between(0, 1)
