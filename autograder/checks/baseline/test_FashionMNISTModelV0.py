"""What is claimed of `FashionMNISTModelV0`."""

from typing import Any

from autograder.checks.baseline import shared
from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "FashionMNISTModelV0",
    scenario="v0_by_default",
    hint="Which dimension counts the images, and is it unchanged at the end?",
    thought=shared.OF_SHAPES,
    see=shared.FLATTEN,
)
def test_FashionMNISTModelV0_gives_each_image_one_logit_a_class(seen: Any, expected: Any) -> None:
    shared.claim_one_logit_a_class(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_by_default",
    points=1.5,
    hint="Which layers does the model know of, and does each have weights and biases?",
    thought=shared.OF_PARAMETERS,
    see=shared.OPTIMIZER,
)
def test_FashionMNISTModelV0_has_7960_parameters(seen: Any, expected: Any) -> None:
    shared.claim_parameters(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_of_other_sizes",
    hint="Is there a number in your layers that one of the three arguments should be?",
    thought=shared.OF_SIZES,
    see=shared.COUNTING,
    needs=test_FashionMNISTModelV0_has_7960_parameters,
)
def test_FashionMNISTModelV0_uses_all_three_sizes(seen: Any, expected: Any) -> None:
    shared.claim_sizes(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="What comes after the last layer, in train mode and in eval mode?",
    thought="Print a few logits of a new model: about half of them should be negative. What the"
    " last linear layer gives is the result, without softmax and without ReLU.",
    see="02_baseline#softmax-belongs-to-the-loss",
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_returns_raw_logits(seen: Any, expected: Any) -> None:
    shared.claim_raw(seen)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    points=1.5,
    hint="Is there anything between or after the two layers?",
    thought="Flatten, linear, linear: each is a linear map, and so are all three together. A "
    "ReLU, a sigmoid or dropout is not, wherever it stands.",
    see=shared.STRAIGHT,
    needs=test_FashionMNISTModelV0_returns_raw_logits,
)
def test_FashionMNISTModelV0_is_a_straight_line_map(seen: Any, expected: Any) -> None:
    shared.claim_repeated(seen)
    why = "half-way between an image and its negative, the logits are not half-way"
    expect(seen.bend, "the departure from a straight line").between(0, 1e-3, why)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="Follow one image: what is done to it beside the two layers, in either mode?",
    thought="The pixels reach the first layer as they are, and what the second layer gives is the"
    " result. Look for a step that scales, shifts or reorders.",
    see=shared.LOGITS,
    needs=test_FashionMNISTModelV0_is_a_straight_line_map,
)
def test_FashionMNISTModelV0_computes_linear_after_linear(seen: Any, expected: Any) -> None:
    shared.claim_logits(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_that_learns",
    hint="Is there a parameter that no logit depends on, or a step that cuts the graph?",
    thought=shared.OF_LEARNING,
    see=shared.OPTIMIZER,
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_lets_every_parameter_learn(seen: Any, expected: Any) -> None:
    shared.claim_learning(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls the model?",
    thought=shared.OF_STATES,
    see=shared.LOGITS,
    craft=True,
)
def test_FashionMNISTModelV0_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV0").left_alone()
