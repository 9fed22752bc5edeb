"""What is claimed of `FashionMNISTModelV3`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

BUDGET = "07_capstone#a-budget-for-parameters"


@check(
    "FashionMNISTModelV3",
    scenario="v3_by_default",
    hint="Which shape do the logits of one image have, and those of five?",
    thought="Print the shape after each step for a batch of 5 images. The first number stays 5 "
    "from the images to the logits; the last one becomes the number of classes.",
    see=BUDGET,
)
def test_FashionMNISTModelV3_gives_each_image_one_logit_a_class(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the logits").equals(expected.forms)


@check(
    "FashionMNISTModelV3",
    scenario="v3_by_default",
    hint="Which of your layers has most of the parameters?",
    thought="`shape_lens` shows how many parameters each layer has. The flatten before the last "
    "layer is dear; so is twice the width.",
    see=BUDGET,
)
def test_FashionMNISTModelV3_keeps_to_the_budget(seen: Any, expected: Any) -> None:
    expect(seen.parameters, "the number of parameters").between(1, 500_000)
