"""What is claimed of `predict`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

IN_ORDER = "05_evaluation#predictions-in-order"
MODES = "03_training#train-mode-and-eval-mode"


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    hint="22 images in 4 batches, the last of one image: which rows and columns does each add?",
    thought="Each batch gives one tensor `(B, K)`. Keep all of them, and join them along the axis "
    "of the images at the end.",
    see=IN_ORDER,
)
def test_predict_returns_one_row_for_each_image(seen: Any, expected: Any) -> None:
    expect(seen.probabilities, "the result").has_shape((22, 7), expected.probabilities)


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    points=1.5,
    hint="What turns the scores of one image into probabilities that sum to 1, and along "
    "which dimension?",
    thought="In `(B, K)` the classes of one image stand in one row. Softmax takes the axis along "
    "which its result sums to 1.",
    see=IN_ORDER,
    needs=test_predict_returns_one_row_for_each_image,
)
def test_predict_returns_rows_that_sum_to_1(seen: Any, expected: Any) -> None:
    rows, asked = seen.probabilities, "Are these logits, logarithms, or probabilities?"
    expect(rows, "the result", asked).between(0, 1.001)
    expect(rows.sum(dim=1), "the list of sums of the rows").between(0.999, 1.001)


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    points=1.5,
    hint="Is row 9 still about image 9, and is it the softmax of its logits?",
    thought="The rows have to come in the order of the batches, each from the images as they were "
    "passed. What happens to images or rows between the loop's first line and the result?",
    see=IN_ORDER,
    needs=test_predict_returns_rows_that_sum_to_1,
)
def test_predict_gives_each_image_the_softmax_of_its_logits(seen: Any, expected: Any) -> None:
    wide = seen.probabilities.dtype.itemsize >= 4
    asked = "Which line changes the dtype?"
    expect(wide, "the dtype", asked).holds("float16 keeps three digits of a probability")
    expect(seen.probabilities, "the result").close_to(expected.probabilities)


@check(
    "predict",
    scenario="ragged_predictions",
    points=1.5,
    hint="Which method of the model turns dropout off, in every layer?",
    thought="A model that comes from training has dropout on. One method of the model switches all "
    "of its layers; it has to be called before the first batch.",
    see=MODES,
)
def test_predict_predicts_in_eval_mode(seen: Any, expected: Any) -> None:
    expect(seen.modes, "the modes").was_seen("no batch went through the model")
    expect(not any(seen.modes), "eval mode").holds("a batch went through a model in train mode")


@check(
    "predict",
    scenario="ragged_predictions",
    hint="Which context tells PyTorch to record no gradients, and do all batches lie within it?",
    thought="Without `backward`, nobody needs the graph, and each result that you keep also "
    "keeps its graph in memory. A `with` block turns recording off, and on again where "
    "it ends.",
    see="03_training#measuring-without-recording",
)
def test_predict_records_no_gradients(seen: Any, expected: Any) -> None:
    expect(seen.recorded, "the recording").was_seen("no batch went through the model")
    expect(not any(seen.recorded), "recording off").holds("the logits still carry a graph")
    asked = "Which of your lines turns recording off, and which one turns it on again?"
    on_again = expect(seen.recording_after, "recording afterwards", asked)
    on_again.holds("it stayed off for the caller")


@check(
    "predict",
    scenario="predictions_on_a_device",
    hint="Where do model and images have to be for the forward pass?",
    thought="Model and images have to be on `device` before the forward pass; the parts of "
    "the result come back to the CPU. For a tensor `.to()` returns a new one.",
    see="03_training#to-returns-a-new-tensor",
)
def test_predict_computes_on_the_device_and_returns_to_the_cpu(seen: Any, expected: Any) -> None:
    expect(seen.on_cpu, "the devices").was_seen("no batch went through the model")
    expect(seen.on_cpu, "the devices of weights and images").equals([["cpu", "cpu"]])
    for met in seen.on_meta:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    asked = "Which method brings a tensor back to the CPU?"
    expect(seen.result_on, "the device of the result", asked).equals("cpu")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="The model was in train mode before the call. In which mode is it after the call?",
    see=MODES,
    craft=True,
)
def test_predict_puts_train_mode_back(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(True)
    expect(seen.layers_alike, "the model").holds("layers inside of it stayed in eval mode")


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    points=0.5,
    hint="The model was in eval mode before the call. Where can you note `model.training` "
    "before you change it?",
    see=MODES,
    craft=True,
)
def test_predict_leaves_a_model_in_eval_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(False)
    expect(seen.layers_alike, "the model").holds("layers inside of it are in train mode now")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="Which of your lines change an object that was passed to you?",
    see="01_data#a-view-is-not-a-copy",
    craft=True,
)
def test_predict_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "predict").left_alone()


@check(
    "predict",
    scenario="predictions_from_large_logits",
    points=0.5,
    hint="What is exp(1000) in float32, and which function of torch knows how to avoid it?",
    see=IN_ORDER,
    craft=True,
)
def test_predict_handles_large_logits(seen: Any, expected: Any) -> None:
    expect(seen.probabilities, "the result").between(0, 1.001)
    expect(seen.probabilities.sum(dim=1), "the list of sums of the rows").between(0.999, 1.001)


@check(
    "predict",
    scenario="predictions_that_fail",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    see=IN_ORDER,
    craft=True,
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
    see=IN_ORDER,
    craft=True,
)
def test_predict_refuses_no_batches(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
    expect(seen.mode_after_none, "`model.training` after the error").equals(seen.mode_after_one)
