"""What is claimed of `conv_output_size`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

LENGTH = "04_cnn#how-long-is-the-output"
MISFITS = "04_cnn#when-the-classifier-does-not-fit"


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    points=1.5,
    hint="Lay a kernel of 3 on 5 pixels: how many places are there?",
    thought="A kernel of 3 on 5 pixels can make two moves, and stands at one place before the "
    "first. Count both.",
    see=LENGTH,
)
def test_conv_output_size_counts_the_places_of_a_kernel(seen: Any, expected: Any) -> None:
    expect(seen.alone, "the length").equals(expected.alone)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    points=1.5,
    hint="On how many ends of the row is padding added?",
    thought="Draw a row of 5 pixels with `padding=1`: one more on the left, one more on the right. "
    "The kernel slides on all of these.",
    see=LENGTH,
    needs=test_conv_output_size_counts_the_places_of_a_kernel,
)
def test_conv_output_size_pads_both_ends(seen: Any, expected: Any) -> None:
    expect(seen.padded, "the length").equals(expected.padded)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    points=1.5,
    hint="What is divided by the stride, and what becomes of a move that would go over the edge?",
    thought="Only the moves are divided by the stride, not the place before the first, and a move "
    "that does not fit is not made: round down.",
    see=LENGTH,
    needs=test_conv_output_size_counts_the_places_of_a_kernel,
)
def test_conv_output_size_makes_only_moves_that_fit(seen: Any, expected: Any) -> None:
    expect(seen.strided, "the length").equals(expected.strided)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    points=1.5,
    hint="In which order do padding, kernel and stride come in?",
    thought="First the row grows by the padding, then the kernel size is subtracted, then "
    "the rest is divided by the stride.",
    see=LENGTH,
    needs=test_conv_output_size_makes_only_moves_that_fit,
)
def test_conv_output_size_combines_padding_and_stride(seen: Any, expected: Any) -> None:
    expect(seen.both, "the length").equals(expected.both)
    names = "Do your parameters have the names and the order that the task shows?"
    expect(seen.named, "the length for arguments by name", names).equals(expected.named)


@check(
    "conv_output_size",
    scenario="lengths_that_cannot_be",
    points=0.5,
    hint="What is the smallest value of each of the four arguments that makes sense?",
    see=MISFITS,
    craft=True,
)
def test_conv_output_size_refuses_arguments_that_are_too_small(seen: Any, expected: Any) -> None:
    for attempt in seen.too_small:
        expect(attempt, "an argument that is too small").refuses()


@check(
    "conv_output_size",
    scenario="lengths_that_cannot_be",
    points=0.5,
    hint="How often does a kernel of 6 fit into 3 pixels with one more on each end?",
    see=MISFITS,
    craft=True,
)
def test_conv_output_size_refuses_kernels_that_do_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.too_large:
        expect(attempt, "a kernel that does not fit").refuses()
