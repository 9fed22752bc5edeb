"""What is claimed of `augment`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

LABEL = "07_capstone#which-changes-keep-the-label"
DRAWS = "07_capstone#one-draw-for-each-image"
GENERATOR = "01_data#a-generator-of-your-own"

NOT_FOUND = "most images are not found again, so nothing is known of their mirror and their moves"


@check(
    "augment",
    scenario="augmented_forms",
    points=0.5,
    hint="Which shape does a batch have after you padded it, and after you cut windows out of it?",
    thought="A batch of 28 x 28 pixels grows to 32 x 32 when it is padded, and a window of it has "
    "28 x 28 again. Take the number of images from `images.shape`: the last batch of an epoch is "
    "smaller.",
    see=DRAWS,
)
def test_augment_keeps_shape_and_dtype(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the new images").equals(expected.forms)


@check(
    "augment",
    scenario="augmented_forms",
    hint="Which of your lines writes into `images`?",
    thought="Somebody may still need the plain photos: the next epoch makes other copies of them. "
    "Write into a new tensor, or collect the changed images and stack them.",
    see="01_data#a-view-is-not-a-copy",
    needs=test_augment_keeps_shape_and_dtype,
)
def test_augment_leaves_the_passed_images_as_they_are(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the images that were passed").holds("their pixels are others now")


@check(
    "augment",
    scenario="augmented_sizes",
    points=0.5,
    hint="Which numbers of `images.shape` are the height and the width, in which order, and where "
    "do you use them?",
    thought="Images of 12 rows and 20 columns come back as such. `_, _, height, width = "
    "images.shape` gives both, and no other line has to know a size.",
    see="01_data#shapes-carry-meaning",
    needs=test_augment_keeps_shape_and_dtype,
)
def test_augment_takes_images_of_any_size(seen: Any, expected: Any) -> None:
    expect(seen.form, "the new images").equals(expected.form)


@check(
    "augment",
    scenario="augmented_images",
    points=1.5,
    hint="Draw one image before and after: is each of its pixels still there, at another place?",
    thought="The labels are not passed, so the image at place 5 has to stay at place 5. A move by "
    "whole pixels changes no number: each pixel is found again a few places further on.",
    see=LABEL,
    needs=test_augment_keeps_shape_and_dtype,
)
def test_augment_makes_each_image_out_of_the_one_at_its_place(seen: Any, expected: Any) -> None:
    expect(seen.others, "instead of the image at its place").is_empty()


@check(
    "augment",
    scenario="augmented_images",
    hint="Which dimension of an image counts its columns, and which one do you turn round?",
    thought="Left and right change places when the columns are read backwards. They are the last "
    "dimension, for a batch as for a single image.",
    see=LABEL,
    needs=test_augment_makes_each_image_out_of_the_one_at_its_place,
)
def test_augment_turns_no_image_but_left_to_right(seen: Any, expected: Any) -> None:
    allowed = set(expected.turns)
    turns = ", ".join(turn for turn in seen.turns if turn not in allowed)
    expect(turns, "how images are turned besides left to right").is_empty()


@check(
    "augment",
    scenario="augmented_by_a_generator",
    points=1.5,
    hint="Call it twice with generators of the same seed: which of your draws has not heard of the "
    "generator?",
    thought="Every function that draws takes the argument `generator`. Without it the draw comes "
    "from a global state, which anybody may move.",
    see=GENERATOR,
    needs=test_augment_keeps_shape_and_dtype,
)
def test_augment_draws_from_the_generator_alone(seen: Any, expected: Any) -> None:
    expect(seen.again, "what the same generator state gives again").equals(expected.again)


@check(
    "augment",
    scenario="augmented_by_a_generator",
    hint="What does the second call draw that the first one has not drawn?",
    thought="A generator moves on with each draw, so the next batch gets other draws by itself, "
    "unless its state is set back or the draws are made only once.",
    see=GENERATOR,
    needs=test_augment_draws_from_the_generator_alone,
)
def test_augment_draws_anew_in_each_call(seen: Any, expected: Any) -> None:
    expect(seen.next_call, "what the next call gives").equals(expected.next_call)
    expect(seen.another, "what another generator gives").equals(expected.another)
    asked = "Which of your draws for an image follow from its place or its pixels alone?"
    expect(seen.kept, "the same again for each image in the next call", asked).is_empty()


@check(
    "augment",
    scenario="augmented_images",
    points=2,
    hint="How many numbers do you draw for a batch of 64 images?",
    thought="One flip for the batch mirrors all of it or nothing. Each image needs a flip, a way "
    "down and a way to the right of its own: draw three times B numbers, or draw in a loop.",
    see=DRAWS,
    needs=test_augment_draws_anew_in_each_call,
)
def test_augment_draws_for_each_image(seen: Any, expected: Any) -> None:
    expect(seen.alike, "one and the same for all images of a batch").is_empty()


@check(
    "augment",
    scenario="augmented_images",
    hint="Which images end up with left and right exchanged, and what decides on each?",
    thought="A number from 0 to 1 is below one half with a chance of one half. Draw it once for "
    "each image, and use it once.",
    see=DRAWS,
    needs=test_augment_draws_for_each_image,
)
def test_augment_mirrors_about_half_of_the_images(seen: Any, expected: Any) -> None:
    expect(seen.share, "what is mirrored").was_seen(NOT_FOUND)
    expect(seen.share, "what is mirrored").equals(expected.share)


@check(
    "augment",
    scenario="augmented_images",
    hint="Which values can your draws have, the smallest and the largest, and where does an image "
    "with each of them end up?",
    thought="`randint` leaves out its upper end. In an image that was padded by 2 pixels the "
    "windows begin in the rows 0 to 4, and the one from row 2 is the image where it was.",
    see=DRAWS,
    needs=test_augment_draws_for_each_image,
)
def test_augment_moves_by_at_most_2_pixels_each_way(seen: Any, expected: Any) -> None:
    expect(seen.farthest, "the farthest move").was_seen(NOT_FOUND)
    expect(seen.farthest, "the farthest move").equals(expected.farthest)


@check(
    "augment",
    scenario="augmented_images",
    hint="Does one of the three draws decide something of another, and does each value of a draw "
    "come up about as often as the others?",
    thought="There are 25 ways to move an image, 5 down times 5 to the right, and each of them can "
    "come with or without the mirror. That takes three draws of an image.",
    see=DRAWS,
    needs=test_augment_moves_by_at_most_2_pixels_each_way,
)
def test_augment_moves_in_all_25_ways(seen: Any, expected: Any) -> None:
    expect(seen.ways, "the number of different moves").was_seen(NOT_FOUND)
    expect(seen.ways, "the number of different moves").equals(expected.ways)


@check(
    "augment",
    scenario="augmented_next_to_other_draws",
    points=0.5,
    hint="Which of your lines draws from, or sets, what the whole program draws from?",
    see=GENERATOR,
    craft=True,
)
def test_augment_leaves_the_global_random_state_alone(seen: Any, expected: Any) -> None:
    expect(seen.moved, "augment").left_alone()
