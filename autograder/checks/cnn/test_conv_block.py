"""What is claimed of `conv_block`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

SIZES = "04_cnn#from-28-to-14-to-7"
TWO = "04_cnn#one-block-is-not-two"


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Which container of PyTorch calls its layers one after the other?",
    thought="Make the five layers, and hand them to one `nn.Sequential` in their order. Return "
    "that.",
    see=TWO,
)
def test_conv_block_returns_a_sequential(seen: Any, expected: Any) -> None:
    expect(seen.kind, "the block").equals("an nn.Sequential")


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Which number of the shape is wrong, and which of your layers sets it?",
    thought="Ask `conv_output_size` for each of the five layers: the convolutions keep the size, "
    "the pooling halves it. The number of channels is that of the last convolution.",
    see=SIZES,
)
def test_conv_block_halves_the_size_and_changes_the_channels(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the result").equals(expected.forms)


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Count the weights and biases by hand: which layer has more or fewer than you thought?",
    thought="A convolution has out x in x 3 x 3 weights and out biases. The first goes from "
    "`in_channels` to `out_channels`, the second from `out_channels` to `out_channels`.",
    see="04_cnn#channels-are-summed",
    needs=test_conv_block_halves_the_size_and_changes_the_channels,
)
def test_conv_block_changes_the_channels_in_its_first_convolution(seen: Any, expected: Any) -> None:
    expect(seen.parameters, "the number of parameters").equals(expected.parameters)


@check(
    "conv_block",
    scenario="block_with_known_weights",
    points=1.5,
    hint="Write the steps of your block beside those of the task: where do they first differ?",
    thought="Sizes and parameters are right, so look at the layers without parameters: a ReLU "
    "after each convolution, the pooling at the end, and of which kind it is.",
    see="04_cnn#without-relu-two-layers-are-one",
    needs=test_conv_block_changes_the_channels_in_its_first_convolution,
)
def test_conv_block_computes_conv_relu_conv_relu_pool(seen: Any, expected: Any) -> None:
    expect(seen.plus, "the result with every weight at 0.1").close_to(expected.plus)
    expect(seen.minus, "the result with every weight at -0.1").close_to(expected.minus)
    expect(seen.glaring, "the result of bright images").close_to(expected.glaring)
    if seen.layout == expected.layout:  # whoever holds the weights in another form is done here
        expect(seen.maps, "the result with known weights").close_to(expected.maps)


@check(
    "conv_block",
    scenario="two_blocks",
    hint="When are the layers made: once, or in each call?",
    thought="What is made outside the function, or kept from an earlier call, is the same object "
    "each time. Make all layers inside the function.",
    see=TWO,
)
def test_conv_block_makes_new_weights_in_each_call(seen: Any, expected: Any) -> None:
    expect(seen.shared, "the number of weights that two blocks share").equals(0)
    frozen = "Which line sets `requires_grad`, and who asked for it?"
    expect(seen.frozen, "the number of weights that can't learn", frozen).equals(0)


@check(
    "conv_block",
    scenario="block_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls you?",
    see="03_training#seeds-and-spread",
    craft=True,
)
def test_conv_block_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "conv_block").left_alone()
