"""What is claimed of `evaluate`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=0.5,
    hint="Which record does the task name, and what are its two fields made of?",
)
def test_evaluate_returns_metrics(seen: Any, expected: Any) -> None:
    expect(seen.metrics, "the result").has_fields("loss", "accuracy")
    expect(seen.metrics["loss"], "the loss").is_a("float")
    expect(seen.metrics["accuracy"], "the accuracy").is_a("float")


@check(
    "evaluate",
    scenario="evaluation_of_a_sleeping_model",
    hint="Does every batch reach the model, the smaller ones and that of one image too?",
)
def test_evaluate_uses_every_image(seen: Any, expected: Any) -> None:
    expect(seen.images, "the number of images that the model saw").equals(expected.images)
    expect(seen.images_again, "the same number in a second call").equals(expected.images_again)


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=0.5,
    hint="Which of your lines write into what is not yours, or set something for everybody?",
)
def test_evaluate_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "evaluate").left_alone()


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=2,
    hint="Which switch of the model turns dropout off and freezes batch norm, in every layer?",
)
def test_evaluate_measures_in_eval_mode(seen: Any, expected: Any) -> None:
    expect(not any(seen.modes), "eval mode").holds("a batch went through a model in train mode")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="How much should a last, smaller batch count for the loss?",
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_averages_the_loss_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["loss"], "the loss").close_to(expected.figures["loss"])


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Count the correct images of all batches; by what do you divide, and once or often?",
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_averages_the_accuracy_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["accuracy"], "the accuracy").close_to(expected.figures["accuracy"])


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Which context tells PyTorch not to keep the graph, and where does it end?",
)
def test_evaluate_records_no_gradients(seen: Any, expected: Any) -> None:
    expect(not any(seen.recorded), "recording off").holds("the logits still carry a graph")
    expect(seen.recording_after, "recording afterwards").holds("it stayed off for the caller")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Which lines belong to training only?",
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_changes_no_weight(seen: Any, expected: Any) -> None:
    expect(seen.after, "the model").equals(seen.before, "measuring changed it")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="The model came in train mode. In which mode does it leave?",
)
def test_evaluate_puts_train_mode_back(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(True)
    expect(seen.layers_alike, "the model").holds("layers inside of it stayed in eval mode")


@check(
    "evaluate",
    scenario="evaluation_of_a_sleeping_model",
    hint="The model came in eval mode. Where can you note `model.training` before you change it?",
)
def test_evaluate_leaves_a_model_in_eval_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(False)
    expect(seen.layers_alike, "the model").holds("layers inside of it are in train mode now")


@check(
    "evaluate",
    scenario="evaluation_on_a_device",
    hint="`.to()` of a tensor returns a new one: is its result kept, and is `device` used?",
    needs=test_evaluate_uses_every_image,
)
def test_evaluate_moves_model_and_batches_to_the_device(seen: Any, expected: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        expect(labels, "the device of the labels").equals(logits, "the logits are elsewhere")


@check(
    "evaluate",
    scenario="evaluation_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    needs=test_evaluate_uses_every_image,
)
def test_evaluate_lets_errors_through(seen: Any, expected: Any) -> None:
    met = seen.met or seen.heard
    expect(met, "the model").holds("the batch that it can't take never went through it")
    expect(seen.heard, "an error in the model").holds("evaluate went on as if nothing was wrong")


@check(
    "evaluate",
    scenario="empty_evaluation",
    points=0.5,
    hint="What is the average over no images, and in which mode do you leave the model then?",
)
def test_evaluate_refuses_no_batches(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
    expect(seen.mode_after_none, "`model.training` after the error").equals(seen.mode_after_one)
