"""What is claimed of `FashionMNISTModelV2`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "FashionMNISTModelV2",
    scenario="v2_by_default",
    hint="Which shape does an image have after each block, and how many values is that?",
)
def test_FashionMNISTModelV2_gives_each_image_one_logit_a_class(seen: Any, expected: Any) -> None:
    expect(seen.form_of_one, "the logits of one image").equals(expected.form_of_one)
    expect(seen.forms, "the logits of 1, 4 and 5 images").equals(expected.forms)


@check(
    "FashionMNISTModelV2",
    scenario="v2_by_default",
    hint="Count by hand: which layer has more or fewer weights than you thought?",
)
def test_FashionMNISTModelV2_has_7740_parameters(seen: Any, expected: Any) -> None:
    expect(seen.parameters, "the number of parameters").equals(expected.parameters)
    expect(seen.shared, "the number of weights that two models share").equals(0)


@check(
    "FashionMNISTModelV2",
    scenario="v2_of_other_sizes",
    hint="Where in your layers does each of the three arguments stand, and in which order?",
    needs=test_FashionMNISTModelV2_has_7740_parameters,
)
def test_FashionMNISTModelV2_uses_all_three_sizes(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the logits for in_channels=3, classes=4").equals(expected.forms)
    expect(seen.parameters, "their number of parameters").equals(expected.parameters)
    expect(seen.forms_by_place, "the logits").equals(expected.forms_by_place)
    expect(seen.parameters_by_place, "the number of parameters").equals(
        expected.parameters_by_place
    )


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    hint="What comes after the linear layer, in train mode and in eval mode?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_returns_raw_logits(seen: Any, expected: Any) -> None:
    for mode, negative in seen.negative.items():
        expect(negative, f"the logits in {mode}").holds("none is negative, whatever the weights")


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    points=1.5,
    hint="Write down every step from image to logits: which is missing, or too many?",
    needs=test_FashionMNISTModelV2_returns_raw_logits,
)
def test_FashionMNISTModelV2_computes_two_blocks_and_a_linear_layer(
    seen: Any, expected: Any
) -> None:
    expect(seen.plus, "the logits with every weight at 0.1").close_to(expected.plus)
    expect(seen.minus, "the logits with every weight at -0.1").close_to(expected.minus)
    expect(seen.plus_in_eval, "the logits in eval mode").close_to(expected.plus_in_eval)
    if seen.layout == expected.layout:  # whoever holds the weights in another form is done here
        expect(seen.known, "the logits with known weights").close_to(expected.known)


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    hint="What happens in `forward` that happens anew in each call?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_gives_the_same_logits_again(seen: Any, expected: Any) -> None:
    expect(seen.again, "the logits of the same images again").close_to(seen.logits)


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    hint="Is there a parameter that no logit depends on, or a step that cuts the way back?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_lets_every_parameter_learn(seen: Any, expected: Any) -> None:
    expect(seen.unreached, "the number of weights without a gradient").equals(0)


@check(
    "FashionMNISTModelV2",
    scenario="v2_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever makes or calls the model?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV2").left_alone()
