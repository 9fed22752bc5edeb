"""What is claimed of `conv_output_size`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="Lay a kernel of 3 on 5 pixels: how many places are there?",
)
def test_conv_output_size_counts_the_places_of_a_kernel(seen: Any, expected: Any) -> None:
    expect(seen.alone, "the length").equals(expected.alone)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="On how many ends of the row is padding added?",
    needs=test_conv_output_size_counts_the_places_of_a_kernel,
)
def test_conv_output_size_pads_both_ends(seen: Any, expected: Any) -> None:
    expect(seen.padded, "the length").equals(expected.padded)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="What becomes of a move that would go over the edge?",
    needs=test_conv_output_size_counts_the_places_of_a_kernel,
)
def test_conv_output_size_makes_only_moves_that_fit(seen: Any, expected: Any) -> None:
    expect(seen.strided, "the length").equals(expected.strided)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="In which order do padding, kernel and stride come in?",
    needs=test_conv_output_size_makes_only_moves_that_fit,
)
def test_conv_output_size_combines_padding_and_stride(seen: Any, expected: Any) -> None:
    expect(seen.both, "the length").equals(expected.both)
    expect(seen.named, "the length for arguments by name").equals(expected.named)


@check(
    "conv_output_size",
    scenario="lengths_that_cannot_be",
    hint="What is the smallest value of each of the four arguments that makes sense?",
)
def test_conv_output_size_refuses_arguments_that_are_too_small(seen: Any, expected: Any) -> None:
    for attempt in seen.too_small:
        expect(attempt, "an argument that is too small").refuses()


@check(
    "conv_output_size",
    scenario="lengths_that_cannot_be",
    hint="How often does a kernel of 6 fit into 3 pixels with one more on each end?",
)
def test_conv_output_size_refuses_kernels_that_do_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.too_large:
        expect(attempt, "a kernel that does not fit").refuses()
