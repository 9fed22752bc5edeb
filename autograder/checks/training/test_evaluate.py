"""What is claimed of `evaluate`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

IMAGES = "03_training#every-image-once-per-epoch"
AVERAGES = "03_training#averages-over-images"
MODES = "03_training#train-mode-and-eval-mode"
RECORDING = "03_training#measuring-without-recording"


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=0.5,
    hint="Which record of the course has the fields `loss` and `accuracy`?",
    thought="The last line makes a `Metrics` of two plain numbers, the loss first. Divide numbers, "
    "not tensors, and the results are numbers too.",
    see=AVERAGES,
)
def test_evaluate_returns_metrics(seen: Any, expected: Any) -> None:
    asked = "Which method of a tensor gives the Python number in it?"
    expect(seen.metrics, "the result").has_fields("loss", "accuracy")
    expect(seen.metrics["loss"], "the loss", asked).is_a("float")
    expect(seen.metrics["accuracy"], "the accuracy", asked).is_a("float")


@check(
    "evaluate",
    scenario="evaluation_of_a_sleeping_model",
    hint="Does every batch reach the model, or does a line end the loop early or leave one out?",
    thought="Follow the loop for four batches of 8, 5, 1 and 8 images: which line ends it, or "
    "leaves a batch out, and how far is the last `return` indented?",
    see=IMAGES,
)
def test_evaluate_uses_every_image(seen: Any, expected: Any) -> None:
    expect(seen.images, "the number of images that the model saw").equals(expected.images)
    again = "What does your function keep from its first call?"
    expect(seen.images_again, "the same number in a second call", again).equals(
        expected.images_again
    )


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=2,
    hint="Which switch of the model turns dropout off and freezes batch norm, in every layer?",
    thought="Dropout and batch norm ask for the mode of their own layer. One method of the model "
    "sets it in all layers; call it before the first batch goes through.",
    see=MODES,
)
def test_evaluate_measures_in_eval_mode(seen: Any, expected: Any) -> None:
    expect(seen.modes, "the modes").was_seen("no batch went through the model")
    expect(not any(seen.modes), "eval mode").holds("a batch went through a model in train mode")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="What do you add up over all batches, and by which number do you divide it at the end?",
    thought="Turn each mean back into a sum: multiply it by the images of its batch. Add "
    "these sums up, and divide once, at the end, by all images.",
    see=AVERAGES,
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_averages_the_loss_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["loss"], "the loss").close_to(expected.figures["loss"])


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Count the correct images of all batches; by what do you divide, and once or often?",
    thought="The accuracy is one fraction: all correct images above the line, all images below it.",
    see=AVERAGES,
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_averages_the_accuracy_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["accuracy"], "the accuracy").close_to(expected.figures["accuracy"])


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Which context tells PyTorch to record nothing for `backward`, and where does it end?",
    thought="Eval mode does not switch the recording off: that is a second switch, of PyTorch and "
    "not of the model. As a `with` block it ends by itself.",
    see=RECORDING,
)
def test_evaluate_records_no_gradients(seen: Any, expected: Any) -> None:
    expect(seen.recorded, "the recording").was_seen("no batch went through the model")
    expect(not any(seen.recorded), "recording off").holds("the logits still carry a graph")
    ends = "Which way of switching the recording off ends by itself?"
    expect(seen.recording_after, "recording afterwards", ends).holds(
        "it is off for the caller, too"
    )


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Which lines belong to training only?",
    thought="Measuring takes two of the five moves: predict, and compute the loss. Nothing else of "
    "the training loop belongs here, and nothing that freezes the weights.",
    see=RECORDING,
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_changes_no_weight(seen: Any, expected: Any) -> None:
    expect(seen.after, "the model").equals(seen.before, "measuring changed it")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="The model was in train mode before the call. In which mode is it after the call?",
    thought="Note `model.training` in a variable before you change it. After the loop, one method "
    "of the model sets that mode again, in all layers.",
    see=MODES,
)
def test_evaluate_puts_train_mode_back(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(True)
    every = "Which method sets the mode in every layer, either way?"
    expect(seen.layers_alike, "the model", every).holds("layers inside of it stayed in eval mode")


@check(
    "evaluate",
    scenario="evaluation_of_a_sleeping_model",
    hint="The model was in eval mode before the call. Where can you note `model.training` "
    "before you change it?",
    thought="Do not end with train mode whatever happened: the method that sets it takes True or "
    "False, and you know which of the two it was.",
    see=MODES,
)
def test_evaluate_leaves_a_model_in_eval_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(False)
    every = "Which method sets the mode in every layer, either way?"
    expect(seen.layers_alike, "the model", every).holds("layers inside of it are in train mode now")


@check(
    "evaluate",
    scenario="evaluation_on_a_device",
    hint="`.to()` of a tensor returns a new one: is its result kept, and is `device` used?",
    thought="Three things have to be on the device: the model, the images and the labels. "
    "The model moves once, before the loop; the two tensors of a batch are moved in "
    "each turn.",
    see="03_training#to-returns-a-new-tensor",
    needs=test_evaluate_uses_every_image,
)
def test_evaluate_moves_model_and_batches_to_the_device(seen: Any, expected: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        asked = "Which tensors of a batch does `loss_fn` get, and are both of them moved?"
        where = "the device of the labels"
        expect(labels, where, asked).equals(logits, "the logits are elsewhere")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=0.5,
    hint="Which of your lines change the caller's objects, or set something global?",
    see=RECORDING,
    craft=True,
)
def test_evaluate_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "evaluate").left_alone()


@check(
    "evaluate",
    scenario="evaluation_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    see=RECORDING,
    craft=True,
)
def test_evaluate_lets_errors_through(seen: Any, expected: Any) -> None:
    met = seen.met or seen.heard
    expect(met, "the model").holds("the batch that it can't take never went through it")
    expect(seen.heard, "an error in the model").holds("evaluate went on as if nothing was wrong")


@check(
    "evaluate",
    scenario="evaluation_that_fails",
    points=0.5,
    hint="Which statement of Python runs its lines also when the lines before them raise?",
    see=MODES,
    needs=test_evaluate_lets_errors_through,
    craft=True,
)
def test_evaluate_puts_the_mode_back_after_an_error(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` after an error in the model").equals(True)


@check(
    "evaluate",
    scenario="empty_evaluation",
    points=0.5,
    hint="What is the average over no images?",
    see=AVERAGES,
    craft=True,
)
def test_evaluate_refuses_no_batches(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
