"""What is claimed of `conv_block`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Which container of PyTorch calls its layers one after the other?",
)
def test_conv_block_returns_a_sequential(seen: Any, expected: Any) -> None:
    expect(seen.kind, "the block").equals("an nn.Sequential")


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Which number of the shape is another one, and which of your layers decides on it?",
)
def test_conv_block_halves_the_size_and_changes_the_channels(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the result").equals(expected.forms)


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Count the weights and biases by hand: which layer has more or fewer than you thought?",
    needs=test_conv_block_halves_the_size_and_changes_the_channels,
)
def test_conv_block_changes_the_channels_in_its_first_convolution(seen: Any, expected: Any) -> None:
    expect(seen.parameters, "the number of parameters").equals(expected.parameters)


@check(
    "conv_block",
    scenario="block_with_known_weights",
    points=1.5,
    hint="Name the five steps in their order: which of them is missing, or of another kind?",
    needs=test_conv_block_changes_the_channels_in_its_first_convolution,
)
def test_conv_block_computes_conv_relu_conv_relu_pool(seen: Any, expected: Any) -> None:
    expect(seen.plus, "the result with every weight at 0.1").close_to(expected.plus)
    expect(seen.minus, "the result with every weight at -0.1").close_to(expected.minus)
    expect(seen.glaring, "the result of glaring images").close_to(expected.glaring)
    if seen.layout == expected.layout:  # whoever holds the weights in another form is done here
        expect(seen.maps, "the result with known weights").close_to(expected.maps)


@check(
    "conv_block",
    scenario="two_blocks",
    hint="When are the layers made: once, or in each call?",
)
def test_conv_block_makes_new_weights_in_each_call(seen: Any, expected: Any) -> None:
    expect(seen.shared, "the number of weights that two blocks share").equals(0)
    expect(seen.frozen, "the number of weights that can't learn").equals(0)


@check(
    "conv_block",
    scenario="block_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls you?",
    needs=test_conv_block_halves_the_size_and_changes_the_channels,
)
def test_conv_block_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "conv_block").left_alone()
