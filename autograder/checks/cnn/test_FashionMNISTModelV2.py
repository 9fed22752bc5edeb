"""What is claimed of `FashionMNISTModelV2`."""

from typing import Any

from autograder.checks.baseline.shared import claim_count
from autograder.claims.expect import expect
from autograder.claims.registry import check

SIZES = "04_cnn#from-28-to-14-to-7"
ONE_IMAGE = "04_cnn#one-image-is-still-a-batch"

MISSING = {
    7740: "the model knows of no parameter",
    4910: "4,910 are missing, as many as the last layer has",
    4900: "4,900 are missing, as many as the last layer has weights",
    2830: "2,830 are missing, as many as both blocks have",
    1820: "1,820 are missing, as many as the second block has",
    1010: "1,010 are missing, as many as the first block has",
    910: "910 are missing, as many as a convolution of 10 channels has",
    10: "10 are missing, as many as one bias has",
}


@check(
    "FashionMNISTModelV2",
    scenario="v2_by_default",
    hint="Which shape does an image have after each block, and how many values is that?",
    thought="28 becomes 14 and then 7, so one image brings hidden_units x 7 x 7 values. Flatten "
    "all dimensions but the batch, and let the linear layer take that many.",
    see="04_cnn#when-the-classifier-does-not-fit",
)
def test_FashionMNISTModelV2_gives_each_image_one_logit_a_class(seen: Any, expected: Any) -> None:
    one = "What does your model do with a batch of one image?"
    expect(seen.form_of_one, "the logits of one image", one).equals(expected.form_of_one)
    expect(seen.forms, "the logits of 1, 4 and 5 images").equals(expected.forms)


@check(
    "FashionMNISTModelV2",
    scenario="v2_by_default",
    hint="Which of the shapes in `model.named_parameters()` is not as you expected?",
    thought="100 and 910 numbers in the first block, two times 910 in the second, 4,910 in the "
    "linear layer. All of them are made in `__init__`, each layer by a call of its own.",
    see="04_cnn#one-block-is-not-two",
)
def test_FashionMNISTModelV2_has_7740_parameters(seen: Any, expected: Any) -> None:
    claim_count(seen.parameters, expected.parameters, MISSING)
    early = "Which of your layers is made, or gets its size, only in `forward`?"
    before = "the number of parameters before the first forward pass"
    expect(seen.at_once, before, early).equals(expected.at_once)
    twice = "Are the layers made in `__init__`, or once for all models?"
    expect(seen.shared, "the number of weights that two models share", twice).equals(0)


@check(
    "FashionMNISTModelV2",
    scenario="v2_of_other_sizes",
    hint="Where in your layers does each of the three arguments stand, and in which order?",
    thought="`in_channels` stands in the first block, `hidden_units` in both blocks and in the "
    "number of values that reach the linear layer, `classes` at the end.",
    see=SIZES,
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
    thought="Raw logits are what the linear layer gives: any numbers, negative ones too. The "
    "loss applies softmax itself, and a ReLU would set about half of the scores to 0.",
    see="02_baseline#softmax-belongs-to-the-loss",
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
    thought="Sizes and parameters are right, so look at the steps without parameters: a ReLU after "
    "each convolution, max-pooling at the end of each block, and nothing after the linear layer.",
    see="04_cnn#without-relu-two-layers-are-one",
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
    thought="The same images give the same logits unless something is drawn at random, for "
    "example by dropout, or something is kept from the call before.",
    see=ONE_IMAGE,
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_gives_the_same_logits_again(seen: Any, expected: Any) -> None:
    expect(seen.again, "the logits of the same images again").close_to(seen.logits)


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    hint="Is there a parameter that no logit depends on, or a step that cuts the graph?",
    thought="Every layer of `__init__` has to be used in `forward`, and nothing between images and "
    "logits may leave the graph, as `detach` and `no_grad` do.",
    see="04_cnn#kernels-can-be-learnt",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_lets_every_parameter_learn(seen: Any, expected: Any) -> None:
    expect(seen.unreached, "the number of weights without a gradient").equals(0)


@check(
    "FashionMNISTModelV2",
    scenario="v2_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever makes or calls the model?",
    see="03_training#seeds-and-spread",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
    craft=True,
)
def test_FashionMNISTModelV2_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV2").left_alone()
