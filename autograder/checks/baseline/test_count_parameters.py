"""What is claimed of `count_parameters`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "count_parameters",
    scenario="sizes_of_plain_models",
    hint="How many numbers does a weight of shape (2, 3) hold?",
)
def test_count_parameters_adds_up_all_sizes(seen: Any, expected: Any) -> None:
    expect(seen.counts, "the count").equals(expected.counts)


@check(
    "count_parameters",
    scenario="sizes_of_frozen_models",
    points=0.5,
    hint="Which attribute of a parameter says whether it can learn?",
)
def test_count_parameters_leaves_frozen_ones_out(seen: Any, expected: Any) -> None:
    expect(seen.counts, "the count").equals(expected.counts)


@check(
    "count_parameters",
    scenario="sizes_of_shared_models",
    hint="If training changes a shared weight, how many weights has it changed?",
)
def test_count_parameters_counts_shared_ones_once(seen: Any, expected: Any) -> None:
    expect(seen.counts, "the count").equals(expected.counts)


@check(
    "count_parameters",
    scenario="size_and_everything_else",
    points=0.5,
    hint="Which of your lines sets something in the model instead of reading it?",
)
def test_count_parameters_leaves_the_model_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "count_parameters").left_alone()
