"""What is claimed of `split`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Which class of `torch.utils.data` stands for some items of a dataset?",
)
def test_split_returns_two_subsets(seen: Any, expected: Any) -> None:
    expect(seen.kinds, "the list of types").equals("Subset, Subset")
    expect(seen.lazy, "the two parts").holds("their images do not come from `dataset` itself")


@check(
    "split",
    scenario="split_of_three_sizes",
    hint="Is each index used, and used once, also where a size is not whole?",
    needs=test_split_returns_two_subsets,
)
def test_split_puts_every_image_in_exactly_one_part(seen: Any, expected: Any) -> None:
    expect(seen.shared_out, "the way the images are shared out").equals(expected.shared_out)


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="The files are sorted by label: what does a part look like that keeps their order?",
    needs=test_split_returns_two_subsets,
)
def test_split_mixes_both_parts(seen: Any, expected: Any) -> None:
    train, validation = seen.runs[0]
    why = "it is the order of the file"
    expect(train, "the order of the training images").differs_from(sorted(train), why)
    expect(validation, "the order of validation images").differs_from(sorted(validation), why)


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="What decides the order: `seed`, or whatever was drawn before?",
    needs=test_split_returns_two_subsets,
)
def test_split_is_the_same_for_the_same_seed(seen: Any, expected: Any) -> None:
    expect(seen.runs[1], "the second split with the same seed").equals(seen.runs[0])


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Does `seed` decide which images are set aside?",
    needs=test_split_mixes_both_parts,
)
def test_split_is_another_for_another_seed(seen: Any, expected: Any) -> None:
    first, other = sorted(seen.runs[0][1]), sorted(seen.runs[2][1])
    why = "the same images are set aside for both seeds"
    expect(other, "the choice of validation images").differs_from(first, why)


@check(
    "split",
    scenario="split_of_three_sizes",
    points=0.5,
    hint="Which of the two parts is the fraction of: the first or the second?",
    needs=test_split_puts_every_image_in_exactly_one_part,
)
def test_split_sets_the_fraction_aside_for_validation(seen: Any, expected: Any) -> None:
    share = "the share of validation images, in one digit,"
    expect(seen.shares, share).close_to(expected.shares)


@check(
    "split",
    scenario="split_of_three_sizes",
    points=0.5,
    hint="What does your way of rounding make of 6.0, of 9.9, and of 0.3?",
    needs=test_split_sets_the_fraction_aside_for_validation,
)
def test_split_rounds_a_size_to_one_of_its_neighbours(seen: Any, expected: Any) -> None:
    expect(seen.of_20, "the number of validation images out of 20").equals(6)
    expect(seen.of_33, "the number of validation images out of 33").between(9, 10)
    expect(seen.of_3, "the number of validation images out of 3").between(0, 1)


@check(
    "split",
    scenario="split_next_to_other_draws",
    hint="Can a random state belong to your function alone?",
)
def test_split_leaves_the_global_random_state_alone(seen: Any, expected: Any) -> None:
    expect(seen.moved, "split").left_alone()


@check(
    "split",
    scenario="split_by_an_impossible_fraction",
    hint="What would 0 or 1.5 of the images be?",
)
def test_split_refuses_a_fraction_outside_0_and_1(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "validation_fraction").refuses()
