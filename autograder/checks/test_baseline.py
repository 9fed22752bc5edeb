"""What is claimed of the answers of unit 2."""

import math
from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

# --- what both models have in common -------------------------------------------------------------


def _claim_one_logit_a_class(seen: Any, wanted: Any) -> None:
    expect(seen.form_of_one, "the logits of one image").equals(wanted.form_of_one)
    expect(seen.forms, "the logits of 1, 4 and 5 images").equals(wanted.forms)


def _claim_parameters(seen: Any, wanted: Any) -> None:
    expect(seen.kind, "the type of the model").equals(wanted.kind)
    expect(seen.parameters, "the number of parameters").equals(wanted.parameters)
    expect(seen.shared, "the list of parameters that two models share").equals([])


def _claim_sizes(seen: Any, wanted: Any) -> None:
    expect(seen.forms, "the logits for hidden_units=7, classes=3").equals(wanted.forms)
    expect(seen.parameters, "their number of parameters").equals(wanted.parameters)
    expect(seen.wide_form, "the logits for the sizes 60, 17, 13").equals(wanted.wide_form)
    count = "the number of parameters for the sizes 60, 17, 13"
    expect(seen.wide_parameters, count).equals(wanted.wide_parameters)
    ignored = "the list of channels that no logit depends on, of an image with three,"
    expect(seen.ignored, ignored).equals([])


def _claim_raw(seen: Any) -> None:
    why = "no score is ever negative"
    lowest = "the lowest logit with every weight at -0.1"
    expect(seen.minus.min(), lowest).between(-math.inf, -1e-6, why)
    lowest = "the lowest logit in eval mode with every weight at -0.1"
    expect(seen.minus_in_eval.min(), lowest).between(-math.inf, -1e-6, why)


def _claim_logits(seen: Any, wanted: Any) -> None:
    expect(seen.plus, "the logits with every weight at 0.1").close_to(wanted.plus)
    expect(seen.minus, "the logits with every weight at -0.1").close_to(wanted.minus)
    logits = "the logits in eval mode with every weight at 0.1"
    expect(seen.plus_in_eval, logits).close_to(wanted.plus_in_eval)


def _claim_learning(seen: Any, wanted: Any) -> None:
    expect(seen.frozen, "the list of frozen parameters").equals([])
    still = "the list of parameters that three steps of training leave as they were"
    expect(seen.still, still).equals([])


# --- FashionMNISTModelV0 -------------------------------------------------------------------------


@check(
    "FashionMNISTModelV0",
    scenario="v0_by_default",
    hint="Which dimension tells the images apart, and does it reach the end unharmed?",
)
def test_FashionMNISTModelV0_gives_each_image_one_logit_a_class(seen: Any, wanted: Any) -> None:
    _claim_one_logit_a_class(seen, wanted)


@check(
    "FashionMNISTModelV0",
    scenario="v0_by_default",
    hint="Which layers does the model know of, and does each have weights and biases?",
)
def test_FashionMNISTModelV0_has_7960_parameters(seen: Any, wanted: Any) -> None:
    _claim_parameters(seen, wanted)


@check(
    "FashionMNISTModelV0",
    scenario="v0_of_other_sizes",
    hint="Is there a number in your layers that one of the three arguments should be?",
    needs=test_FashionMNISTModelV0_has_7960_parameters,
)
def test_FashionMNISTModelV0_uses_all_three_sizes(seen: Any, wanted: Any) -> None:
    _claim_sizes(seen, wanted)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    points=0.5,
    hint="What happens in `forward` that happens anew in each call?",
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_gives_the_same_logits_again(seen: Any, wanted: Any) -> None:
    expect(seen.again, "the logits of the same images again").close_to(seen.logits)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="What comes after the last layer, in train mode and in eval mode?",
    needs=test_FashionMNISTModelV0_gives_the_same_logits_again,
)
def test_FashionMNISTModelV0_returns_raw_logits(seen: Any, wanted: Any) -> None:
    _claim_raw(seen)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="Is there anything between or after the two layers?",
    needs=test_FashionMNISTModelV0_returns_raw_logits,
)
def test_FashionMNISTModelV0_is_a_straight_line_map(seen: Any, wanted: Any) -> None:
    why = "half-way between an image and its negative, the logits are not half-way"
    expect(seen.bend, "the bend").between(0, 1e-3, why)


@check(
    "FashionMNISTModelV0",
    scenario="v0_with_known_weights",
    hint="Follow one image: what is done to it beside the two layers, in either mode?",
    needs=test_FashionMNISTModelV0_is_a_straight_line_map,
)
def test_FashionMNISTModelV0_computes_linear_after_linear(seen: Any, wanted: Any) -> None:
    _claim_logits(seen, wanted)


@check(
    "FashionMNISTModelV0",
    scenario="v0_that_learns",
    hint="Is there a parameter that no logit depends on, or a step that cuts the way back?",
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_lets_every_parameter_learn(seen: Any, wanted: Any) -> None:
    _claim_learning(seen, wanted)


@check(
    "FashionMNISTModelV0",
    scenario="v0_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls the model?",
    needs=test_FashionMNISTModelV0_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV0_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV0").left_alone()


# --- FashionMNISTModelV1 -------------------------------------------------------------------------


@check(
    "FashionMNISTModelV1",
    scenario="v1_by_default",
    hint="Which dimension tells the images apart, and does it reach the end unharmed?",
)
def test_FashionMNISTModelV1_gives_each_image_one_logit_a_class(seen: Any, wanted: Any) -> None:
    _claim_one_logit_a_class(seen, wanted)


@check(
    "FashionMNISTModelV1",
    scenario="v1_by_default",
    hint="Which sizes has each layer, and does the ReLU bring any parameters?",
)
def test_FashionMNISTModelV1_has_the_7960_parameters_of_V0(seen: Any, wanted: Any) -> None:
    _claim_parameters(seen, wanted)


@check(
    "FashionMNISTModelV1",
    scenario="v1_of_other_sizes",
    hint="Is there a number in your layers that one of the three arguments should be?",
    needs=test_FashionMNISTModelV1_has_the_7960_parameters_of_V0,
)
def test_FashionMNISTModelV1_uses_all_three_sizes(seen: Any, wanted: Any) -> None:
    _claim_sizes(seen, wanted)


@check(
    "FashionMNISTModelV1",
    scenario="v1_with_known_weights",
    points=0.5,
    hint="What happens in `forward` that happens anew in each call?",
    needs=test_FashionMNISTModelV1_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV1_gives_the_same_logits_again(seen: Any, wanted: Any) -> None:
    expect(seen.again, "the logits of the same images again").close_to(seen.logits)


@check(
    "FashionMNISTModelV1",
    scenario="v1_with_known_weights",
    points=1.5,
    hint="What does the loss think of a class whose score can't be negative?",
    needs=test_FashionMNISTModelV1_gives_the_same_logits_again,
)
def test_FashionMNISTModelV1_returns_raw_logits(seen: Any, wanted: Any) -> None:
    _claim_raw(seen)


@check(
    "FashionMNISTModelV1",
    scenario="v1_with_known_weights",
    hint="What happens to a negative value between your two layers?",
    needs=test_FashionMNISTModelV1_returns_raw_logits,
)
def test_FashionMNISTModelV1_bends_between_its_layers(seen: Any, wanted: Any) -> None:
    why = "two layers without a bend between them are one straight-line map"
    expect(seen.bend, "the bend").between(1e-2, math.inf, why)


@check(
    "FashionMNISTModelV1",
    scenario="v1_with_known_weights",
    hint="Which non-linearity is asked for, at which one place, and is it there in either mode?",
    needs=test_FashionMNISTModelV1_bends_between_its_layers,
)
def test_FashionMNISTModelV1_computes_linear_relu_linear(seen: Any, wanted: Any) -> None:
    _claim_logits(seen, wanted)
    why = "where a ReLU gives 0, nothing but the last biases can learn"
    learning = "the number of weights with a gradient where each hidden value is negative"
    expect(seen.learning_in_the_dark, learning).between(0, 10, why)


@check(
    "FashionMNISTModelV1",
    scenario="v1_that_learns",
    points=0.5,
    hint="Is there a parameter that no logit depends on, or a step that cuts the way back?",
    needs=test_FashionMNISTModelV1_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV1_lets_every_parameter_learn(seen: Any, wanted: Any) -> None:
    _claim_learning(seen, wanted)


@check(
    "FashionMNISTModelV1",
    scenario="v1_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls the model?",
    needs=test_FashionMNISTModelV1_gives_each_image_one_logit_a_class,
)
def test_FashionMNISTModelV1_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV1").left_alone()


# --- count_parameters ----------------------------------------------------------------------------


@check(
    "count_parameters",
    scenario="sizes_of_plain_models",
    hint="How many numbers does a weight of shape (2, 3) hold?",
)
def test_count_parameters_adds_up_all_sizes(seen: Any, wanted: Any) -> None:
    expect(seen.counts, "the count").equals(wanted.counts)


@check(
    "count_parameters",
    scenario="sizes_of_frozen_models",
    points=0.5,
    hint="Which attribute of a parameter says whether it can learn?",
)
def test_count_parameters_leaves_frozen_ones_out(seen: Any, wanted: Any) -> None:
    expect(seen.counts, "the count").equals(wanted.counts)


@check(
    "count_parameters",
    scenario="sizes_of_shared_models",
    hint="If training changes a shared weight, how many weights has it changed?",
)
def test_count_parameters_counts_shared_ones_once(seen: Any, wanted: Any) -> None:
    expect(seen.counts, "the count").equals(wanted.counts)


@check(
    "count_parameters",
    scenario="size_and_everything_else",
    points=0.5,
    hint="Which of your lines sets something in the model instead of reading it?",
)
def test_count_parameters_leaves_the_model_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "count_parameters").left_alone()


# --- cross_entropy -------------------------------------------------------------------------------


@check(
    "cross_entropy",
    scenario="losses_of_small_batches",
    hint="Is it one number for the whole batch, still a tensor, and of the dtype of the logits?",
)
def test_cross_entropy_returns_a_tensor_with_one_number(seen: Any, wanted: Any) -> None:
    expect(seen.forms, "the loss").equals(wanted.forms)


@check(
    "cross_entropy",
    scenario="losses_of_small_batches",
    points=2,
    hint="Work it out for one image on paper: which numbers are added, and over what is the mean?",
    needs=test_cross_entropy_returns_a_tensor_with_one_number,
)
def test_cross_entropy_averages_minus_log_softmax_over_images(seen: Any, wanted: Any) -> None:
    expect(seen.losses, "the loss").close_to(wanted.losses)


@check(
    "cross_entropy",
    scenario="loss_of_large_logits",
    points=1.5,
    hint="What is exp(1000), and which number can be subtracted from a row without any effect?",
    needs=test_cross_entropy_averages_minus_log_softmax_over_images,
)
def test_cross_entropy_stays_right_at_logits_of_1000(seen: Any, wanted: Any) -> None:
    expect(seen.losses, "the losses").close_to(wanted.losses)
    expect(seen.gradient, "the gradient at large logits").close_to(wanted.gradient)


@check(
    "cross_entropy",
    scenario="gradient_of_the_loss",
    hint="Does every step from logits to loss leave a trace for `backward`?",
    needs=test_cross_entropy_averages_minus_log_softmax_over_images,
)
def test_cross_entropy_sends_gradients_back_to_the_logits(seen: Any, wanted: Any) -> None:
    expect(seen.gradient, "the gradient").close_to(wanted.gradient)


@check(
    "cross_entropy",
    scenario="functions_behind_the_loss",
    hint="Which function does the work that you are asked to do?",
)
def test_cross_entropy_is_made_of_elementary_operations(seen: Any, wanted: Any) -> None:
    expect(seen.borrowed, "the ready-made function in use").equals("none")


@check(
    "cross_entropy",
    scenario="loss_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that came in?",
)
def test_cross_entropy_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "cross_entropy").left_alone()


@check(
    "cross_entropy",
    scenario="loss_of_what_has_none",
    hint="Which shapes and which labels make no sense, and where do you look at them?",
)
def test_cross_entropy_refuses_what_has_no_loss(seen: Any, wanted: Any) -> None:
    for attempt in [*seen.shapes, *seen.values]:
        expect(attempt, "input without a loss").refuses()


# --- accuracy ------------------------------------------------------------------------------------


@check(
    "accuracy",
    scenario="accuracy_of_small_batches",
    hint="Which method turns a tensor with one number into that number?",
)
def test_accuracy_returns_a_float(seen: Any, wanted: Any) -> None:
    for share in seen.shares.values():
        expect(share, "the accuracy").is_a("float")


@check(
    "accuracy",
    scenario="accuracy_of_small_batches",
    points=1.5,
    hint="Along which dimension do you look for the best score, and what do you divide by?",
    needs=test_accuracy_returns_a_float,
)
def test_accuracy_is_the_share_of_right_images(seen: Any, wanted: Any) -> None:
    expect(seen.shares, "the accuracy").close_to(wanted.shares)


@check(
    "accuracy",
    scenario="accuracy_of_a_model_in_training",
    points=0.5,
    hint="What do logits carry while a model is being trained, and who can't take it?",
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_takes_the_logits_of_a_model_in_training(seen: Any, wanted: Any) -> None:
    expect(seen.share, "the accuracy").close_to(wanted.share)


@check(
    "accuracy",
    scenario="accuracy_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that came in?",
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "accuracy").left_alone()


@check(
    "accuracy",
    scenario="accuracy_of_ties",
    points=0.5,
    hint="Which of two equal scores does `argmax` take?",
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_takes_the_first_of_equal_logits(seen: Any, wanted: Any) -> None:
    expect(seen.shares, "the accuracies").close_to(wanted.shares)


@check(
    "accuracy",
    scenario="accuracy_of_nothing",
    hint="What share of no images is right?",
)
def test_accuracy_refuses_no_images(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "no images").refuses()


@check(
    "accuracy",
    scenario="accuracy_of_mismatched_shapes",
    hint="What does `==` make of the shapes (4, 1) and (4,)?",
)
def test_accuracy_refuses_shapes_that_do_not_match(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "shapes that do not match").refuses()
    for shapes, refused in seen.refused.items():
        expect(refused, shapes).holds("they got a share instead of an error")
