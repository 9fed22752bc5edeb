"""What is claimed of `train_cnn`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    hint="What does the task ask you to return, and of which size?",
)
def test_train_cnn_returns_a_model_of_10_hidden_units(seen: Any, expected: Any) -> None:
    expect(seen.result, "the result").equals("a model")
    expect(seen.parameters, "its number of parameters").equals(expected.parameters)
    expect(seen.form, "its logits of 40 images").equals(expected.form)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="Which loader do you go through, and does each of its batches reach `backward`?",
    needs=test_train_cnn_returns_a_model_of_10_hidden_units,
)
def test_train_cnn_trains_on_all_training_images(seen: Any, expected: Any) -> None:
    expect(seen.trained_on, "what the model is trained on").equals("loaders.train")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="How far does one step of the optimizer move a weight of 0.1, and whose weights are they?",
    needs=test_train_cnn_trains_on_all_training_images,
)
def test_train_cnn_moves_the_weights_of_its_model_step_by_step(seen: Any, expected: Any) -> None:
    expect(seen.moves, "the way in which the weights move").equals("step by step")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="What does the model return, what does the loss make of it, and is anything in between?",
    needs=test_train_cnn_moves_the_weights_of_its_model_step_by_step,
)
def test_train_cnn_gives_its_loss_raw_logits(seen: Any, expected: Any) -> None:
    expect(seen.probabilities_for, "the loss that gets probabilities for logits").equals("none")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=2,
    hint="Does the loss leave log(10) at all? Which steps does the optimizer take, and with whom?",
    needs=test_train_cnn_gives_its_loss_raw_logits,
)
def test_train_cnn_learns_three_easy_patterns(seen: Any, expected: Any) -> None:
    why = "guessing all ten labels costs 2.303"
    expect(seen.logits, "the logits of new images").tells(expected.labels, 0.6, 2.2, why)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    hint="How many epochs are there, and does anything else go through the training images?",
)
def test_train_cnn_makes_at_most_5_passes(seen: Any, expected: Any) -> None:
    expect(seen.read_passes, "the passes over loaders.train").between(0, 5.5)
    expect(seen.trained_passes, "the passes that were trained on").between(0, 5.5)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=1.5,
    hint="Which part of `loaders` is there to compare recipes with?",
)
def test_train_cnn_never_touches_the_test_images(seen: Any, expected: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="Which of your lines writes into the images, or switches something for everybody?",
)
def test_train_cnn_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "train_cnn").left_alone()


@check(
    "train_cnn",
    scenario="training_with_seeds",
    points=1.5,
    hint="Is the seed set before anything is drawn, and is it the one that was passed?",
    needs=test_train_cnn_returns_a_model_of_10_hidden_units,
)
def test_train_cnn_gives_weights_that_the_seed_decides(seen: Any, expected: Any) -> None:
    first, again, other = seen.weights
    expect(again, "the weights of a second call").close_to(first, "the seed was the same")
    expect(other, "the weights").differs_from(first, "the seed was another")


@check(
    "train_cnn",
    scenario="training_on_a_device",
    points=0.5,
    hint="What has to be on the device: the model, the batches, or both?",
)
def test_train_cnn_trains_on_the_device(seen: Any, expected: Any) -> None:
    for devices in seen.devices:
        expect(devices, "model and images, on").equals(expected.devices[0])


@check(
    "train_cnn",
    scenario="training_on_nothing",
    points=0.5,
    hint="What can be learnt from no images?",
)
def test_train_cnn_refuses_no_training_images(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no training images").refuses()
    expect(seen.single, "what comes back for a single batch").equals("a model")


@check(
    "train_cnn",
    scenario="milestone",
    points=10,
    hint="Compare recipes on the validation images: which optimizer, which step, which schedule?",
    full=True,
)
def test_train_cnn_reaches_the_target_accuracy(seen: Any, expected: Any) -> None:
    expected.demand(seen.logits)
