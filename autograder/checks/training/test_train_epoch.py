"""What is claimed of `train_epoch`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

IMAGES = "03_training#every-image-once-per-epoch"
AVERAGES = "03_training#averages-over-images"
ORDER = "03_training#the-order-of-the-moves"


@check(
    "train_epoch",
    scenario="ragged_epoch",
    points=0.5,
    hint="Which record of the course has the fields `loss` and `accuracy`?",
    thought="The last line makes a `Metrics` of two plain numbers, the loss first. Divide numbers, "
    "not tensors, and the results are numbers too.",
    see=AVERAGES,
)
def test_train_epoch_returns_metrics(seen: Any, expected: Any) -> None:
    expect(seen.metrics, "the result").has_fields("loss", "accuracy")
    asked = "Which method of a tensor gives the Python number in it?"
    expect(seen.metrics["loss"], "the loss", asked).is_a("float")
    expect(seen.metrics["accuracy"], "the accuracy", asked).is_a("float")


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="Does every batch reach the model, or does a line end the loop early or leave one out?",
    thought="Follow the loop for four batches of 8, 5, 1 and 8 images: which line ends it, or "
    "leaves a batch out, and how far is the last `return` indented?",
    see=IMAGES,
)
def test_train_epoch_uses_every_image(seen: Any, expected: Any) -> None:
    expect(seen.images, "the number of images that the model saw").equals(expected.images)


@check(
    "train_epoch",
    scenario="two_epochs_of_updates",
    points=3,
    hint="Which of zero_grad, backward and step ran for each batch, and in which order?",
    thought="Each turn of the loop makes the five moves of `train_batch`: predict, compute "
    "the loss, clear the gradients, compute new ones, step. All five stand inside the "
    "loop.",
    see=ORDER,
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_updates_the_weights_after_every_batch(seen: Any, expected: Any) -> None:
    missing = "Which of the five moves stand inside your loop, and is each called, with `()`?"
    expect(seen.moved, "the model", asked=missing).holds("no weight moved, so nothing is learnt")
    own = "Which of your arguments can move the weights, and do you call its `step`?"
    expect(seen.stepped, "the optimizer", asked=own).holds("the one that was passed made no step")
    steps, right = (len(each.moves["before each step"]) for each in (seen, expected))
    fewer = "Does your loop reach all batches, and does each of them make a step?"
    asked = fewer if steps < right else ""
    expect(seen.after_one, "the weights after one epoch", asked).close_to(expected.after_one)
    later = "What does the second epoch find that the first has left behind?"
    expect(seen.after_two, "the weights after two epochs", asked=later).close_to(expected.after_two)


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="What do you add up over all batches, and by which number do you divide it at the end?",
    thought="Turn each mean back into a sum: multiply it by the images of its batch. Add "
    "these sums up, and divide once, at the end, by all images.",
    see=AVERAGES,
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_averages_the_loss_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["loss"], "the loss").close_to(expected.figures["loss"])


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="What do you add for each batch, and by what do you divide: once at the end, or often?",
    thought="The accuracy is one fraction: correct images of the whole epoch above the line, all "
    "images of the epoch below it.",
    see=AVERAGES,
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_averages_the_accuracy_over_images(seen: Any, expected: Any) -> None:
    expect(seen.figures["accuracy"], "the accuracy").close_to(expected.figures["accuracy"])


@check(
    "train_epoch",
    scenario="epoch_with_a_large_step",
    hint="Do loss and accuracy come from the same forward pass as the step?",
    thought="If loss or accuracy changes with the size of the step, you compute it after the "
    "step. The logits that the loss is computed from are there before it.",
    see="03_training#the-loss-is-a-tensor-with-a-past",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_reports_what_it_saw_before_each_update(seen: Any, expected: Any) -> None:
    why = "it depends on the size of the step"
    expect(seen.moving, "what is reported of a large step").close_to(seen.still, why)


@check(
    "train_epoch",
    scenario="epochs_of_a_sleeping_model",
    points=2,
    hint="In which mode does the model arrive in the second epoch, after an evaluation?",
    thought="The mode is a switch of the model, and stays where it was set last. Set it for all "
    "layers, before the first batch goes through, and not again inside the loop.",
    see="03_training#train-mode-and-eval-mode",
)
def test_train_epoch_trains_in_train_mode(seen: Any, expected: Any) -> None:
    expect(seen.modes, "the modes").was_seen("no batch was trained on")
    expect(all(seen.modes), "train mode").holds("a batch went through a model in eval mode")


@check(
    "train_epoch",
    scenario="epoch_on_a_device",
    hint="`.to()` of a tensor returns a new one: is its result kept, and is `device` used?",
    thought="Three things have to be on the device: the model, the images and the labels. "
    "The model moves once, before the loop; the two tensors of a batch are moved in "
    "each turn.",
    see="03_training#to-returns-a-new-tensor",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_moves_model_and_batches_to_the_device(seen: Any, expected: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        asked = "Which tensors of a batch does `loss_fn` get, and are both of them moved?"
        where = "the device of the labels"
        expect(labels, where, asked=asked).equals(logits, "the logits are elsewhere")


@check(
    "train_epoch",
    scenario="epoch_with_a_scheduler",
    hint="How many batches are there, and how often, and when, should the learning rate change?",
    thought="A scheduler counts the calls of its own `step`. Each batch needs one, after the "
    "optimizer's; where `scheduler` is None there is nothing to call.",
    see="03_training#the-learning-rate-moves-every-batch",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_steps_the_scheduler_after_each_update(seen: Any, expected: Any) -> None:
    expect(seen.rates, "the learning rate at each step").close_to(expected.rates)
    expect(seen.last_rate, "the learning rate at the end").close_to(expected.last_rate)


@check(
    "train_epoch",
    scenario="ragged_epoch",
    points=0.5,
    hint="Which of your lines change the caller's objects, or set something global?",
    see=ORDER,
    craft=True,
)
def test_train_epoch_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "train_epoch").left_alone()


@check(
    "train_epoch",
    scenario="epoch_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    see=ORDER,
    craft=True,
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
    see=AVERAGES,
    craft=True,
)
def test_train_epoch_refuses_no_batches(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
