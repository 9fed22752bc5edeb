"""What is claimed of `make_loaders`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

LOADER = "01_data#what-a-loader-does"
GENERATOR = "01_data#a-generator-of-your-own"


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="`Loaders` has three fields: what does each one hold?",
    thought="Everybody who gets your result reads `loaders.train`, `loaders.validation` and"
    " `loaders.test`. A tuple or a dict does not have these names.",
    see=LOADER,
)
def test_make_loaders_returns_loaders(seen: Any, expected: Any) -> None:
    expect(seen.form, "the result").equals(expected.form)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Which dataset does each loader read, and does it read all of it?",
    thought="Count the images that each loader serves in one epoch, and look at a few of them."
    " Options of a loader or a sampler may drop images or repeat them.",
    see=LOADER,
)
def test_make_loaders_serves_each_image_of_each_part_once(seen: Any, expected: Any) -> None:
    expect(seen.served, "what is served").equals(expected.served)
    asked = "Can each of the three be read from the start again in the next epoch?"
    expect(seen.served_again, "what is served in a second epoch", asked).equals(expected.served)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="How many images are in each batch of each loader?",
    thought="Print the shape of the images of each batch. A loader that is not told how large a"
    " batch is takes 1.",
    see=LOADER,
    needs=test_make_loaders_serves_each_image_of_each_part_once,
)
def test_make_loaders_fills_batches_of_batch_size(seen: Any, expected: Any) -> None:
    for name, sizes in expected.sizes.items():
        expect(seen.sizes[name], f"the list of batch sizes of loaders.{name}").equals(sizes)
    expect(seen.single, "the largest batch with batch_size=1").equals(expected.single)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Is anything learnt from the validation and test images, so that their order matters?",
    thought="Only the loader that the model learns from is shuffled. Which of your three has"
    " `shuffle=True`, or a sampler that draws?",
    see=LOADER,
)
def test_make_loaders_keeps_validation_and_test_in_order(seen: Any, expected: Any) -> None:
    expect(seen.order, "the order in which images come").equals(expected.order)


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    hint="What is drawn at random: nothing, whole batches, or the images that go into them?",
    thought="Print the numbers of the images in the first two batches. They should come from all"
    " over the file, not from its beginning, and not one after the other.",
    see=LOADER,
)
def test_make_loaders_shuffles_the_training_images_one_by_one(seen: Any, expected: Any) -> None:
    expect(seen.mixing, "the way in which the images are mixed").equals(expected.mixing)


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    points=1.5,
    hint="Is the order drawn once, or at each pass?",
    thought="A loader with `shuffle=True` draws an order at the start of each pass. An order "
    "that is drawn before, or that starts from the seed again at each pass, is the "
    "same every time.",
    see=LOADER,
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_shuffles_anew_each_epoch(seen: Any, expected: Any) -> None:
    name = "the list of epochs, of three, that come in the order of an earlier one,"
    expect(seen.repeats, name).equals([])


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    points=1.5,
    hint="Is `seed` all that decides the order?",
    thought="Make the loaders twice with one seed and compare the first epochs; then with "
    "another seed. The random state of the training loader has to start from `seed`.",
    see=GENERATOR,
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_lets_the_seed_decide_the_order(seen: Any, expected: Any) -> None:
    name = "the order of three epochs, made again with the same seed,"
    expect(seen.again, name).equals(expected.again)
    asked = "Where in your code is `seed` read?"
    name = "the order of the first epoch with another seed"
    expect(seen.another_seed, name, asked).equals(expected.another_seed)


@check(
    "make_loaders",
    scenario="loaders_between_other_draws",
    points=0.5,
    hint="Which generator does a pass over the validation images advance?",
    thought="The next shuffle depends on all that was drawn from the same generator before. "
    "If only the training loader uses a generator, nothing else advances it.",
    see=GENERATOR,
    craft=True,
)
def test_make_loaders_shuffles_the_same_whatever_else_is_read_or_drawn(
    seen: Any, expected: Any
) -> None:
    asked = "Who else draws from what the training loader draws from?"
    name = "the order of three epochs with other draws in between"
    expect(seen.among_draws, name, asked).equals(seen.alone)
    name = "the order of three epochs with a look at the validation and test images"
    expect(seen.among_reads, name).equals(seen.alone)


@check(
    "make_loaders",
    scenario="loaders_next_to_other_draws",
    points=0.5,
    hint="Which of your loaders has no generator of its own?",
    thought="Each pass over a `DataLoader` draws a number, shuffled or not: from the generator that"
    " it was given, or from torch's global random state.",
    see=GENERATOR,
    craft=True,
)
def test_make_loaders_leaves_the_global_random_state_alone(seen: Any, expected: Any) -> None:
    expect(seen.moved, "make_loaders").left_alone()


@check(
    "make_loaders",
    scenario="loaders_with_impossible_batches",
    points=0.5,
    hint="What is a batch of no images?",
    thought="A size below 1 is an error of the caller: raise a ValueError that names it, instead of"
    " putting another size in its place.",
    see=LOADER,
    craft=True,
)
def test_make_loaders_refuses_an_empty_batch(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "batch_size").refuses()
