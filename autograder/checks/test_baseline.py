"""What is claimed of the answers of unit 2."""

from typing import Any

from autograder.checks import check
from autograder.expect import expect

FORBIDDEN = {
    *("cross_entropy", "cross_entropy_loss", "nll_loss", "nll_loss_nd"),
    *("log_softmax", "special_log_softmax"),
}


def _claim_shapes(seen: Any, wanted: Any) -> None:
    expect(seen.shapes, "the shapes of the logits for 4 images and for 1").equals(wanted.shapes)


def _claim_trainable(seen: Any, wanted: Any) -> None:
    expect(seen.parameters, "the number of trainable parameters").equals(wanted.parameters)
    expect(seen.without_gradient, "the number of parameters without a gradient").equals(0)


# --- FashionMNISTModelV0 -------------------------------------------------------------------------


@check(
    "FashionMNISTModelV0",
    scenario="small_v0",
    hint="Four images go in: how many rows must come out, and how many columns?",
)
def test_FashionMNISTModelV0_gives_one_row_of_logits_an_image(seen: Any, wanted: Any) -> None:
    _claim_shapes(seen, wanted)
    expect(seen.repeatable, "two calls").holds("the same images gave other logits")


@check(
    "FashionMNISTModelV0",
    scenario="small_v0",
    hint="Which layers does the optimizer find in model.parameters(), and which sizes have they?",
    needs=test_FashionMNISTModelV0_gives_one_row_of_logits_an_image,
)
def test_FashionMNISTModelV0_has_layers_of_the_sizes_asked_for(seen: Any, wanted: Any) -> None:
    _claim_trainable(seen, wanted)


@check(
    "FashionMNISTModelV0",
    scenario="small_v0",
    points=2,
    hint="What happens to the numbers between the two layers, and after the second?",
    needs=test_FashionMNISTModelV0_has_layers_of_the_sizes_asked_for,
)
def test_FashionMNISTModelV0_is_two_linear_maps_and_nothing_else(seen: Any, wanted: Any) -> None:
    expect(seen.logits, "the logits for known weights").close_to(wanted.logits)


@check(
    "FashionMNISTModelV0",
    scenario="usual_linear_model",
    hint="28 * 28 pixels, 10 hidden units, 10 classes, and the biases: how many numbers?",
)
def test_FashionMNISTModelV0_has_7960_parameters_by_default(seen: Any, wanted: Any) -> None:
    expect(seen.parameters, "the number of trainable parameters").equals(7960)
    expect(seen.shapes, "the shape of the logits for 2 images").equals([[2, 10]])


# --- count_parameters ----------------------------------------------------------------------------


@check(
    "count_parameters",
    scenario="models_to_count",
    hint="Which method of a tensor gives the number of its entries?",
)
def test_count_parameters_adds_up_the_sizes(seen: Any, wanted: Any) -> None:
    expect(seen.plain, "the count").equals(wanted.plain)
    expect(seen.none, "the count of a layer without parameters").equals(0)


@check(
    "count_parameters",
    scenario="models_to_count",
    hint="Which attribute tells whether training may change a parameter?",
    needs=test_count_parameters_adds_up_the_sizes,
)
def test_count_parameters_leaves_frozen_ones_out(seen: Any, wanted: Any) -> None:
    expect(seen.frozen, "the count of a partly frozen model").equals(wanted.frozen)
    expect(seen.still_frozen, "the model").holds("frozen parameters were unfrozen")


@check(
    "count_parameters",
    scenario="models_to_count",
    hint="If two layers share one tensor, how many numbers can training change?",
    needs=test_count_parameters_adds_up_the_sizes,
)
def test_count_parameters_counts_shared_ones_once(seen: Any, wanted: Any) -> None:
    expect(seen.shared, "the count of a model with shared weights").equals(wanted.shared)


# --- cross_entropy -------------------------------------------------------------------------------


@check(
    "cross_entropy",
    scenario="ordinary_logits",
    points=2,
    hint="For one image: what is the loss if its class has probability 1, and if it has 1/10?",
)
def test_cross_entropy_is_the_mean_surprise_at_the_labels(seen: Any, wanted: Any) -> None:
    expect(seen.loss, "the loss").close_to(wanted.loss)


@check(
    "cross_entropy",
    scenario="ordinary_logits",
    hint="Which operations of yours cut the path from the loss back to the logits?",
    needs=test_cross_entropy_is_the_mean_surprise_at_the_labels,
)
def test_cross_entropy_can_be_differentiated(seen: Any, wanted: Any) -> None:
    expect(seen.gradient, "the gradient of the logits").close_to(wanted.gradient)
    expect(seen.inputs_untouched, "the logits").holds("they were changed in place")


@check(
    "cross_entropy",
    scenario="large_logits",
    points=2,
    hint="What is exp(1000)? What changes if you subtract each row's largest logit first?",
)
def test_cross_entropy_is_stable_for_logits_of_1000(seen: Any, wanted: Any) -> None:
    expect(seen.loss, "the loss at logits of 1,000").close_to(wanted.loss)
    expect(seen.single, "the loss of a single image").close_to(wanted.single)


@check(
    "cross_entropy",
    scenario="ordinary_logits",
    hint="Which elementary operations is it made of? `logsumexp` is one that you may use.",
)
def test_cross_entropy_is_made_of_elementary_operations(seen: Any, wanted: Any) -> None:
    used = sorted(FORBIDDEN.intersection(seen.functions))
    expect(used, "torch's own losses in your answer").equals([])


@check(
    "cross_entropy",
    scenario="loss_of_nothing",
    hint="What is the mean of no losses, and which label belongs to which row?",
)
def test_cross_entropy_refuses_rows_without_a_label(seen: Any, wanted: Any) -> None:
    expect(seen.empty, "no images").refuses()
    expect(seen.other, "4 rows and 3 labels").refuses()
    expect(seen.one, "4 rows and 1 label").refuses()


@check(
    "cross_entropy",
    scenario="loss_of_nothing",
    hint="Which column does the index -1 pick, and which classes are there among 3?",
)
def test_cross_entropy_refuses_labels_without_a_class(seen: Any, wanted: Any) -> None:
    expect(seen.low, "the label -1").refuses()
    expect(seen.high, "the label 3 of 3 classes").refuses()


# --- accuracy ------------------------------------------------------------------------------------


@check(
    "accuracy",
    scenario="counted_answers",
    points=2,
    hint="Along which dimension is the best class of an image?",
)
def test_accuracy_is_the_share_of_right_answers(seen: Any, wanted: Any) -> None:
    expect(seen.some, "the accuracy").is_a("float")
    expect(seen.some, "the accuracy").close_to(wanted.some)
    expect(seen.all, "the accuracy of only right answers").close_to(1.0)


@check(
    "accuracy",
    scenario="counted_answers",
    hint="Of two equal logits, which class does argmax name?",
    needs=test_accuracy_is_the_share_of_right_answers,
)
def test_accuracy_lets_the_first_of_equal_logits_win(seen: Any, wanted: Any) -> None:
    expect(seen.tie, "the accuracy with ties").close_to(wanted.tie)


@check(
    "accuracy",
    scenario="accuracy_of_nothing",
    hint="What is the share of right answers among no answers?",
)
def test_accuracy_refuses_an_empty_batch(seen: Any, wanted: Any) -> None:
    expect(seen.empty, "no images").refuses()


@check(
    "accuracy",
    scenario="accuracy_of_nothing",
    hint="What does == do with 4 predictions and 1 label?",
)
def test_accuracy_refuses_labels_of_another_number(seen: Any, wanted: Any) -> None:
    expect(seen.other, "4 rows and 3 labels").refuses()
    expect(seen.one, "4 rows and 1 label").refuses()


# --- FashionMNISTModelV1 -------------------------------------------------------------------------


@check(
    "FashionMNISTModelV1",
    scenario="small_v1",
    hint="Four images go in: how many rows must come out, and how many columns?",
)
def test_FashionMNISTModelV1_gives_one_row_of_logits_an_image(seen: Any, wanted: Any) -> None:
    _claim_shapes(seen, wanted)
    expect(seen.repeatable, "two calls").holds("the same images gave other logits")


@check(
    "FashionMNISTModelV1",
    scenario="small_v1",
    hint="Which layers does the optimizer find in model.parameters(), and which sizes have they?",
    needs=test_FashionMNISTModelV1_gives_one_row_of_logits_an_image,
)
def test_FashionMNISTModelV1_has_layers_of_the_sizes_asked_for(seen: Any, wanted: Any) -> None:
    _claim_trainable(seen, wanted)


@check(
    "FashionMNISTModelV1",
    scenario="small_v1",
    points=2,
    hint="Where does the ReLU stand, and what must not stand behind the last layer?",
    needs=test_FashionMNISTModelV1_has_layers_of_the_sizes_asked_for,
)
def test_FashionMNISTModelV1_bends_between_its_layers_only(seen: Any, wanted: Any) -> None:
    expect(seen.logits, "the logits for known weights").close_to(wanted.logits)


@check(
    "FashionMNISTModelV1",
    scenario="usual_linear_model",
    hint="How many hidden units has V0 when no size is given, and how many has yours?",
)
def test_FashionMNISTModelV1_has_the_7960_parameters_of_V0(seen: Any, wanted: Any) -> None:
    expect(seen.parameters, "the number of trainable parameters").equals(7960)
    expect(seen.shapes, "the shape of the logits for 2 images").equals([[2, 10]])
