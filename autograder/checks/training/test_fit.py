"""What is claimed of `fit`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "fit",
    scenario="three_epochs",
    hint="What is added to the list after each epoch, and from which number on?",
)
def test_fit_returns_one_record_an_epoch_numbered_from_1(seen: Any, expected: Any) -> None:
    expect(seen.history, "the history").is_a("list")
    expect(seen.history, "the history of 3 epochs").has_length(3)
    for number, epoch in enumerate(seen.history, 1):
        expect(epoch, "each entry").has_fields("epoch", "train", "validation")
        expect(epoch["epoch"], "the number of an epoch").equals(number)


@check(
    "fit",
    scenario="three_epochs",
    hint="`evaluate` leaves the model in the mode it came in; what about your own loop?",
)
def test_fit_trains_in_train_mode_in_every_epoch(seen: Any, expected: Any) -> None:
    expect(all(seen.modes), "train mode").holds("a batch was trained on in eval mode")


@check(
    "fit",
    scenario="three_epochs",
    points=2,
    hint="What runs once per epoch, on which part of `loaders`, with which optimizer?",
    needs=test_fit_trains_in_train_mode_in_every_epoch,
)
def test_fit_trains_on_the_training_images_each_epoch(seen: Any, expected: Any) -> None:
    expect(seen.stepped, "the optimizer").holds("the one that was passed made no step")
    expect(seen.after, "the weights after 3 epochs").close_to(expected.after)


@check(
    "fit",
    scenario="three_epochs",
    points=2,
    hint="Which function measures, on which part of `loaders`, and when?",
    needs=test_fit_trains_on_the_training_images_each_epoch,
)
def test_fit_reports_training_and_validation_metrics(seen: Any, expected: Any) -> None:
    expect(seen.records, "the history of 3 epochs").has_length(3)
    for epoch, right in zip(seen.records, expected.records, strict=False):
        expect(epoch["train"], "the training metrics").close_to(right["train"])
        expect(epoch["validation"], "the validation metrics").close_to(right["validation"])


@check(
    "fit",
    scenario="three_epochs",
    hint="Which field of `loaders` is for the very end, once?",
)
def test_fit_never_touches_the_test_images(seen: Any, expected: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "fit",
    scenario="fit_with_a_scheduler",
    points=2,
    hint="How many batches are there, and how often, and when, should the learning rate move?",
)
def test_fit_steps_the_scheduler_once_a_batch(seen: Any, expected: Any) -> None:
    expect(seen.rates, "the learning rate at each step").close_to(expected.rates)
    expect(seen.last_rate, "the learning rate at the end").close_to(expected.last_rate)


@check(
    "fit",
    scenario="fit_on_a_device",
    hint="Where does `device` go from here?",
    needs=test_fit_trains_on_the_training_images_each_epoch,
)
def test_fit_trains_and_measures_on_the_device(seen: Any, expected: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        expect(labels, "the device of the labels").equals(logits, "the logits are elsewhere")


@check(
    "fit",
    scenario="fit_with_a_scheduler",
    points=0.5,
    hint="What do you hang on the optimizer, or seed, that is still there when `fit` has ended?",
)
def test_fit_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "fit").left_alone()


@check(
    "fit",
    scenario="fit_for_no_epoch",
    hint="How often does your loop run for 0 epochs, and is the list a new one in each call?",
)
def test_fit_does_nothing_for_0_epochs(seen: Any, expected: Any) -> None:
    expect(seen.records, "the history of 0 epochs").equals([])
    expect(seen.after, "the weights").equals(seen.before)


@check(
    "fit",
    scenario="fit_for_no_epoch",
    points=0.5,
    hint="What should happen for a number that makes no sense?",
)
def test_fit_refuses_a_negative_number_of_epochs(seen: Any, expected: Any) -> None:
    expect(seen.refused, "a negative number").refuses()
