"""What is claimed of `FashionMNISTModelV1`."""

import math
from typing import Any

from autograder.checks.baseline import shared
from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "FashionMNISTModelV1",
    scenario="v1_by_default",
    hint="Which dimension counts the images, and is it unchanged at the end?",
    thought=shared.OF_SHAPES,
    see=shared.FLATTEN,
)
def test_FashionMNISTModelV1_gives_each_image_one_logit_a_class(seen: Any, expected: Any) -> None:
    shared.claim_one_logit_a_class(seen, expected)


@check(
    "FashionMNISTModelV1",
    scenario="v1_by_default",
    hint="Which sizes has each layer, and does the ReLU bring any parameters?",
    thought=shared.OF_PARAMETERS,
    see=shared.OPTIMIZER,
)
def test_FashionMNISTModelV1_has_the_7960_parameters_of_V0(seen: Any, expected: Any) -> None:
    shared.claim_parameters(seen, expected)


@check(
    "FashionMNISTModelV1",
    scenario="v1_of_other_sizes",
    hint="Is there a number in your layers that one of the three arguments should be?",
    thought=shared.OF_SIZES,
    see=shared.COUNTING,
    needs=test_FashionMNISTModelV1_has_the_7960_parameters_of_V0,
)
def test_FashionMNISTModelV1_uses_all_three_sizes(seen: Any, expected: Any) -> None:
    shared.claim_sizes(seen, expected)


@check(
    "FashionMNISTModelV1",
    scenario="v1_with_known_weights",
    points=1.5,
    hint="What does the loss think of a class whose score can't be negative?",
    thought="Print a few logits of a new model: about half of them should be negative. What the"
    " last linear layer gives is the result; the ReLU stands before that layer.",
    see=shared.SILENCE,
    needs=test_FashionMNISTModelV1_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV1_returns_raw_logits(seen: Any, expected: Any) -> None:
    shared.claim_raw(seen)


@check(
    "FashionMNISTModelV1",
    scenario="v1_with_known_weights",
    hint="What happens to a negative value between your two layers?",
    thought="Print what the first layer gives, and what the second one gets. Negative values should"
    " have become 0 on the way; a call whose result is not used changes nothing.",
    see=shared.STRAIGHT,
    needs=test_FashionMNISTModelV1_returns_raw_logits,
)
def test_FashionMNISTModelV1_is_no_straight_line_map(seen: Any, expected: Any) -> None:
    why = "two layers without a ReLU between them are one straight-line map"
    expect(seen.bend, "the departure from a straight line").between(1e-2, math.inf, why)


@check(
    "FashionMNISTModelV1",
    scenario="v1_with_known_weights",
    points=1.5,
    hint="Which activation function is asked for, at which one place, in either mode?",
    thought="Flatten, linear, ReLU, linear, and nothing else. A ReLU keeps positive values "
    "and turns negative ones into 0, in train mode and in eval mode.",
    see=shared.STRAIGHT,
    needs=test_FashionMNISTModelV1_is_no_straight_line_map,
)
def test_FashionMNISTModelV1_computes_linear_relu_linear(seen: Any, expected: Any) -> None:
    shared.claim_repeated(seen)
    shared.claim_logits(seen, expected)
    why = "where a ReLU gives 0, nothing but the last biases can learn"
    learning = "the number of weights with a gradient where each hidden value is negative"
    expect(seen.learning_in_the_dark, learning).between(0, 10, why)


@check(
    "FashionMNISTModelV1",
    scenario="v1_that_learns",
    hint="Is there a parameter that no logit depends on, or a step that cuts the graph?",
    thought=shared.OF_LEARNING,
    see=shared.OPTIMIZER,
    needs=test_FashionMNISTModelV1_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV1_lets_every_parameter_learn(seen: Any, expected: Any) -> None:
    shared.claim_learning(seen, expected)


@check(
    "FashionMNISTModelV1",
    scenario="v1_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls the model?",
    thought=shared.OF_STATES,
    see=shared.LOGITS,
    craft=True,
)
def test_FashionMNISTModelV1_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV1").left_alone()
