"""What is claimed of `FashionMNISTModelV0`."""

from typing import Any

from autograder.checks.baseline.shared import (
    claim_learning,
    claim_logits,
    claim_one_logit_a_class,
    claim_parameters,
    claim_raw,
    claim_sizes,
)
from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "FashionMNISTModelV0",
    scenario="v0_by_default",
    hint="Which dimension tells the images apart, and does it reach the end unharmed?",
)
def test_FashionMNISTModelV0_gives_each_image_one_logit_a_class(seen: Any, expected: Any) -> None:
    claim_one_logit_a_class(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_by_default",
    hint="Which layers does the model know of, and does each have weights and biases?",
)
def test_FashionMNISTModelV0_has_7960_parameters(seen: Any, expected: Any) -> None:
    claim_parameters(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_of_other_sizes",
    hint="Is there a number in your layers that one of the three arguments should be?",
    needs=test_FashionMNISTModelV0_has_7960_parameters,
)
def test_FashionMNISTModelV0_uses_all_three_sizes(seen: Any, expected: Any) -> None:
    claim_sizes(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    points=0.5,
    hint="What happens in `forward` that happens anew in each call?",
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_gives_the_same_logits_again(seen: Any, expected: Any) -> None:
    expect(seen.again, "the logits of the same images again").close_to(seen.logits)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="What comes after the last layer, in train mode and in eval mode?",
    needs=test_FashionMNISTModelV0_gives_the_same_logits_again,
)
def test_FashionMNISTModelV0_returns_raw_logits(seen: Any, expected: Any) -> None:
    claim_raw(seen)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="Is there anything between or after the two layers?",
    needs=test_FashionMNISTModelV0_returns_raw_logits,
)
def test_FashionMNISTModelV0_is_a_straight_line_map(seen: Any, expected: Any) -> None:
    why = "half-way between an image and its negative, the logits are not half-way"
    expect(seen.bend, "the bend").between(0, 1e-3, why)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="Follow one image: what is done to it beside the two layers, in either mode?",
    needs=test_FashionMNISTModelV0_is_a_straight_line_map,
)
def test_FashionMNISTModelV0_computes_linear_after_linear(seen: Any, expected: Any) -> None:
    claim_logits(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_that_learns",
    hint="Is there a parameter that no logit depends on, or a step that cuts the way back?",
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_lets_every_parameter_learn(seen: Any, expected: Any) -> None:
    claim_learning(seen, expected)


@check(
    "FashionMNISTModelV0",
    scenario="v0_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls the model?",
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV0").left_alone()
