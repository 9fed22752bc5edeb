"""What is claimed of `train_cnn`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

EVERY_IMAGE = "03_training#every-image-once-per-epoch"
AT_CHANCE = "04_cnn#when-the-loss-stays-at-chance"
ADAMW = "04_cnn#adamw-and-its-schedule"


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    hint="What does the task ask you to return, and of which size?",
    thought="Three objects are around at the end: the optimizer, the history that `fit` returns, "
    "and the model, a Model V2 with 10 hidden units. The last one is asked for.",
    see=ADAMW,
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
    thought="The images of `loaders.train` are for learning, all of them, and no others. Those of "
    "`loaders.validation` are for comparing recipes: no gradient may come from them.",
    see=EVERY_IMAGE,
    needs=test_train_cnn_returns_a_model_of_10_hidden_units,
)
def test_train_cnn_trains_on_all_training_images(seen: Any, expected: Any) -> None:
    expect(seen.trained_on, "what the model is trained on").equals("loaders.train")


@check(
    "train_cnn",
    scenario="training_on_many_batches",
    points=0.5,
    hint="Does every batch reach `backward` and `step`, or does a line leave some out?",
    thought="A limit on batches or on steps, such as `if i == 10: break`, is handy at first. "
    "With the real data it leaves most of the images out. A `continue` leaves out some, too.",
    see=EVERY_IMAGE,
    needs=test_train_cnn_trains_on_all_training_images,
)
def test_train_cnn_goes_through_every_batch_of_a_pass(seen: Any, expected: Any) -> None:
    expect(seen.pass_takes, "what a pass over loaders.train takes").equals("all")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="What does `parameter.grad` hold when the next batch arrives?",
    thought="`backward` adds to the gradients that are there. After a step they have been "
    "used, and have to be cleared before the next `backward`.",
    see="03_training#gradients-pile-up",
    needs=test_train_cnn_trains_on_all_training_images,
)
def test_train_cnn_forgets_the_gradients_of_earlier_steps(seen: Any, expected: Any) -> None:
    why = "`backward` adds to gradients that an earlier step has used"
    expect(seen.fresh, "the gradients of a step").holds(why)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="How far does one step of the optimizer move a weight of 0.1, and whose weights are they?",
    thought="A weight is about 0.1. A good step changes it by a hundredth or a thousandth of that, "
    "and the optimizer has to hold the weights of the very model that is trained and returned.",
    see=AT_CHANCE,
    needs=test_train_cnn_trains_on_all_training_images,
)
def test_train_cnn_moves_the_weights_of_its_model_step_by_step(seen: Any, expected: Any) -> None:
    expect(seen.moves, "the way in which the weights move").equals("step by step")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="What does the model return, what does the loss make of it, and is anything in between?",
    thought="`cross_entropy` applies softmax itself. Give it what the model returns, as it is.",
    see="03_training#softmax-before-the-loss",
    needs=test_train_cnn_moves_the_weights_of_its_model_step_by_step,
)
def test_train_cnn_gives_its_loss_raw_logits(seen: Any, expected: Any) -> None:
    expect(seen.probabilities_for, "the loss that gets probabilities for logits").equals("none")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=2,
    hint="Does the loss fall below log(10) at all? How large are the optimizer's steps, and "
    "whose weights do they change?",
    thought="Print the loss of each epoch. If it stays at 2.303, try learning rates of ten times "
    "and a tenth of yours, then look at the order of the moves.",
    see=AT_CHANCE,
    needs=test_train_cnn_gives_its_loss_raw_logits,
)
def test_train_cnn_learns_three_easy_patterns(seen: Any, expected: Any) -> None:
    asked = "Which of your lines changes the order of images or of labels, and that of both?"
    told = "many of them are not those of their images"
    expect(seen.own_labels, "the labels that the loss gets", asked).holds(told)
    why = "guessing all ten labels costs 2.303"
    expect(seen.logits, "the logits of new images").tells(expected.labels_of_new, 0.6, 2.2, why)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="How many epochs are there, and does anything else train on these images?",
    thought="What counts is how often each training image goes through `backward`, wherever "
    "it is stored. A better schedule helps more than a sixth pass.",
    see=ADAMW,
)
def test_train_cnn_makes_at_most_5_passes(seen: Any, expected: Any) -> None:
    expect(seen.passes, "the number of passes over loaders.train").at_most(5, slack=0.5)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=1.5,
    hint="Which part of `loaders` is there to compare recipes with?",
    thought="If you look at the test images while training, they influence your choices. For "
    "a look at new images there is `loaders.validation`.",
    see="03_training#the-test-set-is-opened-once",
)
def test_train_cnn_never_touches_the_test_images(seen: Any, expected: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "train_cnn",
    scenario="training_with_seeds",
    points=1.5,
    hint="Is the seed set before anything is drawn, and is it the one that was passed?",
    thought="The first random numbers are drawn when the model is made. The seed that you were "
    "given has to be set before that line, and nothing may set another one.",
    see="03_training#seeds-and-spread",
    needs=test_train_cnn_returns_a_model_of_10_hidden_units,
)
def test_train_cnn_gives_weights_that_the_seed_decides(seen: Any, expected: Any) -> None:
    first, again, other = seen.weights
    expect(again, "the weights of a second call").close_to(first, "the seed was the same")
    used = "Where in your code is the argument `seed` used?"
    expect(other, "the weights", used).differs_from(first, "the seed was another")


@check(
    "train_cnn",
    scenario="milestone",
    points=10,
    hint="Compare recipes on the validation images: which optimizer, which step, which schedule?",
    thought="The lesson compares six recipes: which learning rate does the best one use, and "
    "for how many steps is its schedule planned? Change one thing at a time, and "
    "compare on the validation images.",
    see=ADAMW,
    full=True,
)
def test_train_cnn_reaches_the_target_accuracy(seen: Any, expected: Any) -> None:
    expected.demand(seen.logits, seen.counts)


@check(
    "train_cnn",
    scenario="training_on_a_device",
    points=0.5,
    hint="What has to be on the device: the model, the batches, or both?",
    see="03_training#to-returns-a-new-tensor",
    craft=True,
)
def test_train_cnn_trains_on_the_device(seen: Any, expected: Any) -> None:
    for devices in seen.devices:
        expect(devices, "model and images, on").equals(expected.devices[0])


@check(
    "train_cnn",
    scenario="training_on_nothing",
    points=0.5,
    hint="What can be learnt from no images?",
    see=EVERY_IMAGE,
    craft=True,
)
def test_train_cnn_refuses_no_training_images(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no training images").refuses()
    expect(seen.single, "what comes back for a single batch").equals("a model")
