"""What is claimed of `predict`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    points=0.5,
    hint="22 images, one of them alone in its batch, and 7 classes: how many rows and columns?",
)
def test_predict_returns_one_row_for_each_image(seen: Any, expected: Any) -> None:
    expect(seen.probabilities, "the result").has_shape((22, 7))


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    hint="What turns the scores of one image into shares that sum to 1, and along which axis?",
    needs=test_predict_returns_one_row_for_each_image,
)
def test_predict_returns_rows_that_sum_to_1(seen: Any, expected: Any) -> None:
    expect(seen.probabilities, "the result").between(0, 1.001)
    expect(seen.probabilities.sum(dim=1), "the list of sums of the rows").between(0.999, 1.001)


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    hint="Is row 9 still about image 9, and is it the softmax of its logits?",
    needs=test_predict_returns_rows_that_sum_to_1,
)
def test_predict_gives_each_image_the_softmax_of_its_logits(seen: Any, expected: Any) -> None:
    wide = seen.probabilities.dtype.itemsize >= 4
    expect(wide, "the dtype").holds("float16 keeps three digits of a probability")
    expect(seen.probabilities, "the result").close_to(expected.probabilities)


@check(
    "predict",
    scenario="ragged_predictions",
    hint="Which switch of the model turns dropout off, in every layer?",
)
def test_predict_predicts_in_eval_mode(seen: Any, expected: Any) -> None:
    expect(len(seen.modes) > 0, "the model").holds("no batch went through it")
    expect(not any(seen.modes), "eval mode").holds("a batch went through a model in train mode")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="The model came in train mode. In which mode does it leave?",
)
def test_predict_puts_train_mode_back(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(True)
    expect(seen.layers_alike, "the model").holds("layers inside of it stayed in eval mode")


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    points=0.5,
    hint="The model came in eval mode. Where can you note `model.training` before you change it?",
)
def test_predict_leaves_a_model_in_eval_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(False)
    expect(seen.layers_alike, "the model").holds("layers inside of it are in train mode now")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="Which context tells PyTorch not to keep the graph, and where does it end?",
)
def test_predict_records_no_gradients(seen: Any, expected: Any) -> None:
    expect(not any(seen.recorded), "recording off").holds("the logits still carry a graph")
    expect(seen.recording_after, "recording afterwards").holds("it stayed off for the caller")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="Which of your lines write into what is not yours, or set something for everybody?",
)
def test_predict_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "predict").left_alone()


@check(
    "predict",
    scenario="predictions_from_large_logits",
    points=0.5,
    hint="What is exp(1000) in float32, and which function of torch knows how to avoid it?",
    needs=test_predict_returns_rows_that_sum_to_1,
)
def test_predict_stands_large_logits(seen: Any, expected: Any) -> None:
    expect(seen.probabilities, "the result").between(0, 1.001)
    expect(seen.probabilities.sum(dim=1), "the list of sums of the rows").between(0.999, 1.001)


@check(
    "predict",
    scenario="predictions_on_a_device",
    hint="Where do model and images have to be for the forward pass, and where is the result?",
)
def test_predict_computes_on_the_device_and_returns_to_the_cpu(seen: Any, expected: Any) -> None:
    expect(seen.on_cpu, "the devices of weights and images").equals([["cpu", "cpu"]])
    for met in seen.on_meta:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    expect(seen.result_on, "the device of the result").equals("cpu")


@check(
    "predict",
    scenario="predictions_that_fail",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    needs=test_predict_returns_one_row_for_each_image,
)
def test_predict_lets_errors_through(seen: Any, expected: Any) -> None:
    met = seen.met or seen.heard
    expect(met, "the model").holds("the batch that it can't take never went through it")
    expect(seen.heard, "an error in the model").holds("predict went on as if nothing was wrong")


@check(
    "predict",
    scenario="predictions_of_nothing",
    points=0.5,
    hint="How many columns has a table of no images, and in which mode do you leave the model?",
)
def test_predict_refuses_no_batches(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
    expect(seen.mode_after_none, "`model.training` after the error").equals(seen.mode_after_one)
