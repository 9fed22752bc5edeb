"""What is claimed of `train_capstone`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

EVERY_IMAGE = "03_training#every-image-once-per-epoch"
AT_CHANCE = "04_cnn#when-the-loss-stays-at-chance"
TEST_SET = "03_training#the-test-set-is-opened-once"
ONE_CHANGE = "07_capstone#one-change-at-a-time"


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    hint="What does the task ask you to return, and what has it to give for a batch of images?",
    thought="Several objects are around at the end: the optimizer, the schedule, a history, and "
    "the model. The last one is asked for: your `FashionMNISTModelV3`, of at most 500,000 "
    "parameters.",
    see="07_capstone#a-budget-for-parameters",
)
def test_train_capstone_returns_a_model_within_the_budget(seen: Any, expected: Any) -> None:
    expect(seen.result, "the result").equals("a model")
    expect(seen.kind, "the model that is returned").equals("a FashionMNISTModelV3")
    expect(seen.parameters, "its number of parameters").between(1, 500_000)
    expect(seen.form, "its logits of 40 images").equals("float32 (40, 10)")


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=0.5,
    hint="Which loader do your images come from, before they are augmented?",
    thought="Augmented or not: the images of `loaders.train` are for learning, all of them, and no "
    "others. Those of `loaders.validation` are for comparing ideas: no gradient may come of them.",
    see=EVERY_IMAGE,
    needs=test_train_capstone_returns_a_model_within_the_budget,
)
def test_train_capstone_trains_on_all_training_images(seen: Any, expected: Any) -> None:
    expect(seen.trained_on, "what the model is trained on").equals("loaders.train")


@check(
    "train_capstone",
    scenario="capstone_on_many_batches",
    points=0.5,
    hint="Does every batch reach `backward` and `step`, or does a line leave some out?",
    thought="A limit on batches or on steps, such as `if i == 10: break`, is handy at first. "
    "With the real data it leaves most of the images out. A `continue` leaves out some, too.",
    see=EVERY_IMAGE,
    needs=test_train_capstone_trains_on_all_training_images,
)
def test_train_capstone_goes_through_every_batch_of_a_pass(seen: Any, expected: Any) -> None:
    expect(seen.pass_takes, "what a pass over loaders.train takes").equals("all")


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=0.5,
    hint="What does `parameter.grad` hold when the next batch arrives?",
    thought="`backward` adds to the gradients that are there. After a step they have been "
    "used, and have to be cleared before the next `backward`.",
    see="03_training#gradients-pile-up",
    needs=test_train_capstone_trains_on_all_training_images,
)
def test_train_capstone_forgets_the_gradients_of_earlier_steps(seen: Any, expected: Any) -> None:
    why = "`backward` adds to gradients that an earlier step has used"
    expect(seen.fresh, "the gradients of a step").holds(why)


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=0.5,
    hint="How far does one step of the optimizer move a weight of 0.1, and whose weights are they?",
    thought="A good step changes a weight by a small part of it, and the optimizer has to hold the "
    "weights of the very model that is trained and returned.",
    see=AT_CHANCE,
    needs=test_train_capstone_trains_on_all_training_images,
)
def test_train_capstone_moves_the_weights_of_its_model_step_by_step(
    seen: Any, expected: Any
) -> None:
    expect(seen.moves, "the way in which the weights move").equals("step by step")


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=0.5,
    hint="Which numbers of a model are no parameters, and who measures them?",
    thought="Batch norm keeps the mean and the variance of what went through it in train mode. "
    "A copy that never ran has none. With averaged weights, copy the buffers of the model that was "
    "trained, or send the training images through the average once, in train mode.",
    see="07_capstone#batch-norm-steadies-the-steps",
    needs=test_train_capstone_moves_the_weights_of_its_model_step_by_step,
)
def test_train_capstone_returns_batch_norms_that_have_seen_images(seen: Any, expected: Any) -> None:
    in_eval_mode = (
        "Which of your lines sets the mode, and which sets it back before the next batch?"
    )
    mode = "the mode of the batch norms in most of the steps"
    expect(seen.mode, mode, in_eval_mode).equals("train mode")
    told = "the images that the batch norms of your model have seen"
    expect(seen.normed_by, told).equals("those of the training")


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=0.5,
    hint="What does the model return, what does the loss make of it, and is anything in between?",
    thought="`cross_entropy` applies softmax itself. Give it what the model returns, as it is.",
    see="03_training#softmax-before-the-loss",
    needs=test_train_capstone_moves_the_weights_of_its_model_step_by_step,
)
def test_train_capstone_gives_its_loss_raw_logits(seen: Any, expected: Any) -> None:
    expect(seen.probabilities_for, "the loss that gets probabilities for logits").equals("none")


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=2,
    hint="Does the loss fall below log(10) at all? Do the labels still belong to the images that "
    "you augmented?",
    thought="Print the loss of each epoch. If it stays at 2.303, train without augmentation first, "
    "then with learning rates of ten times and a tenth of yours.",
    see=AT_CHANCE,
    needs=test_train_capstone_gives_its_loss_raw_logits,
)
def test_train_capstone_learns_three_easy_patterns(seen: Any, expected: Any) -> None:
    asked = "Which of your lines changes the order of images or of labels, and that of both?"
    told = "many of them are not those of their images"
    expect(seen.own_labels, "the labels that the loss gets", asked).holds(told)
    why = "guessing all ten labels costs 2.303"
    expect(seen.logits, "the logits of new images").tells(expected.labels_of_new, 0.6, 2.2, why)


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=0.5,
    hint="How many epochs are there, and how many versions of an image does each of them train on?",
    thought="An augmented image counts as the image that it was made of. Twelve epochs on each "
    "image and on a flipped copy of it are 24 passes.",
    see=ONE_CHANGE,
)
def test_train_capstone_makes_at_most_20_passes(seen: Any, expected: Any) -> None:
    expect(seen.passes, "the number of passes over loaders.train").at_most(20, slack=0.5)


@check(
    "train_capstone",
    scenario="capstone_on_easy_images",
    points=1.5,
    hint="Which part of `loaders` is there to compare ideas with?",
    thought="If you look at the test images while training, they influence your choices. For "
    "a look at new images there is `loaders.validation`.",
    see=TEST_SET,
)
def test_train_capstone_never_touches_the_test_images(seen: Any, expected: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "train_capstone",
    scenario="capstone_milestone",
    points=10,
    hint="Compare ideas on the validation images, one change at a time: capacity, data or "
    "patience?",
    thought="Where do the two curves stand, of images that were trained on and of others? If both "
    "are low, the network or the training is too small. If they are far apart, augmentation helps.",
    see=ONE_CHANGE,
    full=True,
)
def test_train_capstone_climbs_the_ladder(seen: Any, expected: Any) -> None:
    expected.demand(seen.logits, seen.counts)


@check(
    "train_capstone",
    scenario="capstone_with_seeds",
    points=0.5,
    hint="What is drawn at random: the first weights, the order of the images, the augmentation?",
    thought="The first random numbers are drawn when the model is made. Set the seed that you were "
    "given before that line, and make the generator of the augmentation from it, too.",
    see="03_training#seeds-and-spread",
    craft=True,
)
def test_train_capstone_gives_weights_that_the_seed_decides(seen: Any, expected: Any) -> None:
    first, again, other = seen.weights
    expect(again, "the weights of a second call").close_to(first, "the seed was the same")
    used = "Where in your code is the argument `seed` used?"
    expect(other, "the weights", used).differs_from(first, "the seed was another")
