"""What is claimed of `fit`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

EPOCHS = "03_training#every-image-once-per-epoch"
LOOP = "03_training#the-whole-loop"
TURNS = "How often does your loop run, and where is the list made, added to and returned?"


@check(
    "fit",
    scenario="three_epochs",
    hint="What is added to the list after each epoch, and from which number on?",
    thought="Make the list once, before the loop. In each turn an `Epoch` is added to it, whose "
    "number is that of the loop, counted from 1. Return the list after the loop.",
    see=LOOP,
)
def test_fit_returns_one_record_an_epoch_numbered_from_1(seen: Any, expected: Any) -> None:
    expect(seen.history, "the history").is_a("list")
    expect(seen.history, "the history of 3 epochs", TURNS).has_length(3)
    for number, epoch in enumerate(seen.history, 1):
        record = "Which record of the course has the fields `epoch`, `train` and `validation`?"
        expect(epoch, "each entry", record).has_fields("epoch", "train", "validation")
        expect(epoch["epoch"], "the number of an epoch").equals(number)


@check(
    "fit",
    scenario="three_epochs",
    hint="In which mode is the model when the second epoch begins?",
    thought="Measuring sets eval mode, and somebody has to set train mode again before the next "
    "batch is trained on. `train_epoch` does so each time it is called.",
    see="03_training#train-mode-and-eval-mode",
)
def test_fit_trains_in_train_mode_in_every_epoch(seen: Any, expected: Any) -> None:
    expect(seen.modes, "the modes").was_seen("no batch was trained on")
    expect(all(seen.modes), "train mode").holds("a batch was trained on in eval mode")


@check(
    "fit",
    scenario="three_epochs",
    points=2,
    hint="What runs once per epoch, on which part of `loaders`, with which optimizer?",
    thought="Each epoch goes once through `loaders.train` itself, so that it is shuffled anew, and "
    "the optimizer that you were given makes all the steps, from the first epoch to the last.",
    see=EPOCHS,
    needs=test_fit_trains_in_train_mode_in_every_epoch,
)
def test_fit_trains_on_the_training_images_each_epoch(seen: Any, expected: Any) -> None:
    own = "Which of your arguments moves the weights, and do you pass it on?"
    expect(seen.stepped, "the optimizer", own).holds("the one that was passed made no step")
    expect(seen.after, "the weights after 3 epochs").close_to(expected.after)


@check(
    "fit",
    scenario="three_epochs",
    points=2,
    hint="Which function measures, on which part of `loaders`, and when?",
    thought="Two calls in each turn give the two figures of the `Epoch`: what training returned "
    "comes first, then what measuring the validation images after it returned.",
    see=LOOP,
    needs=test_fit_trains_on_the_training_images_each_epoch,
)
def test_fit_reports_training_and_validation_metrics(seen: Any, expected: Any) -> None:
    expect(seen.records, "the history of 3 epochs", TURNS).has_length(3)
    for epoch, right in zip(seen.records, expected.records, strict=False):
        while_training = "Do the training figures come from the passes that the model learns from?"
        expect(epoch["train"], "the training metrics", while_training).close_to(right["train"])
        expect(epoch["validation"], "the validation metrics").close_to(right["validation"])


@check(
    "fit",
    scenario="three_epochs",
    hint="Which field of `loaders` is for the very end, once?",
    thought="If you look at the test images after each epoch, they influence your choices. "
    "Of the three parts of `loaders` your code needs two.",
    see="03_training#the-test-set-is-opened-once",
)
def test_fit_never_touches_the_test_images(seen: Any, expected: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "fit",
    scenario="fit_with_a_scheduler",
    points=2,
    hint="How many batches are there, and how often, and when, should the learning rate move?",
    thought="The loop over the batches is in `train_epoch`, so the scheduler has to be passed on "
    "to it; a step here, after the epoch, is one step for many batches.",
    see="03_training#the-learning-rate-moves-every-batch",
)
def test_fit_steps_the_scheduler_once_a_batch(seen: Any, expected: Any) -> None:
    expect(seen.rates, "the learning rate at each step").close_to(expected.rates)
    expect(seen.last_rate, "the learning rate at the end").close_to(expected.last_rate)


@check(
    "fit",
    scenario="fit_on_a_device",
    hint="Where does `device` go from here?",
    thought="Training and measuring both happen on the device, so you have to pass it to "
    "both functions that you call.",
    see="03_training#to-returns-a-new-tensor",
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
    hint="What do you set, seed or register that is still there when `fit` has ended?",
    see="03_training#seeds-and-spread",
    craft=True,
)
def test_fit_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "fit").left_alone()


@check(
    "fit",
    scenario="fit_for_no_epoch",
    points=0.5,
    hint="How often does your loop run for 0 epochs?",
    see=EPOCHS,
    craft=True,
)
def test_fit_does_nothing_for_0_epochs(seen: Any, expected: Any) -> None:
    expect(seen.records, "the history of 0 epochs").equals([])
    expect(seen.after, "the weights").equals(seen.before)


@check(
    "fit",
    scenario="fit_for_no_epoch",
    points=0.5,
    hint="What should happen for a number that makes no sense?",
    see=EPOCHS,
    craft=True,
)
def test_fit_refuses_a_negative_number_of_epochs(seen: Any, expected: Any) -> None:
    expect(seen.refused, "a negative number").refuses()
