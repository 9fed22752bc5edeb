"""What is claimed of `train_epoch`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "train_epoch",
    scenario="ragged_epoch",
    points=0.5,
    hint="Which record does the task name, and what are its two fields made of?",
)
def test_train_epoch_returns_metrics(seen: Any, expected: Any) -> None:
    expect(seen.metrics, "the result").has_fields("loss", "accuracy")
    expect(seen.metrics["loss"], "the loss").is_a("float")
    expect(seen.metrics["accuracy"], "the accuracy").is_a("float")


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="Does every batch reach the model, the smaller ones and that of one image too?",
)
def test_train_epoch_uses_every_image(seen: Any, expected: Any) -> None:
    expect(seen.images, "the number of images that the model saw").equals(expected.images)


@check(
    "train_epoch",
    scenario="ragged_epoch",
    points=0.5,
    hint="Which of your lines write into what is not yours, or set something for everybody?",
)
def test_train_epoch_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "train_epoch").left_alone()


@check(
    "train_epoch",
    scenario="two_epochs_of_updates",
    points=3,
    hint="Which of zero_grad, backward and step ran for each batch, and in which order?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_updates_the_weights_after_every_batch(seen: Any, expected: Any) -> None:
    expect(seen.moved, "the model").holds("no weight has moved, so nothing was learnt")
    expect(seen.stepped, "the optimizer").holds("the one that was passed made no step")
    expect(seen.after_one, "the weights after one epoch").close_to(expected.after_one)
    expect(seen.after_two, "the weights after two epochs").close_to(expected.after_two)


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="A batch of 8 and one of 5 have a mean loss each: how much should each count?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_averages_the_loss_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["loss"], "the loss").close_to(expected.figures["loss"])


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="Count the correct images of all batches; by what do you divide, and once or often?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_averages_the_accuracy_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["accuracy"], "the accuracy").close_to(expected.figures["accuracy"])


@check(
    "train_epoch",
    scenario="epoch_with_a_large_step",
    hint="Do loss and accuracy come from the same forward pass as the step?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_reports_what_it_saw_before_each_update(seen: Any, expected: Any) -> None:
    expect(seen.moving, "what is reported of a large step").close_to(seen.still, "it moved with it")


@check(
    "train_epoch",
    scenario="epochs_of_a_sleeping_model",
    points=2,
    hint="In which mode does the model arrive in the second epoch, after an evaluation?",
)
def test_train_epoch_trains_in_train_mode(seen: Any, expected: Any) -> None:
    expect(all(seen.modes), "train mode").holds("a batch went through a model in eval mode")


@check(
    "train_epoch",
    scenario="epoch_on_a_device",
    hint="`.to()` of a tensor returns a new one: is its result kept, and is `device` used?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_moves_model_and_batches_to_the_device(seen: Any, expected: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        expect(labels, "the device of the labels").equals(logits, "the logits are elsewhere")


@check(
    "train_epoch",
    scenario="epoch_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_lets_errors_through(seen: Any, expected: Any) -> None:
    met = seen.met or seen.heard
    expect(met, "the model").holds("the batch that it can't take never went through it")
    expect(seen.heard, "an error in the model").holds("train_epoch went on as if nothing was wrong")


@check(
    "train_epoch",
    scenario="empty_epoch",
    points=0.5,
    hint="What is the average over no images?",
)
def test_train_epoch_refuses_no_batches(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
