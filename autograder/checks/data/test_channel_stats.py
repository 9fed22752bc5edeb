"""What is claimed of `channel_stats`."""

from typing import Any

from autograder.claims.difference import is_close
from autograder.claims.expect import expect
from autograder.claims.registry import check
from fashion_course.kit.words import _

MEANS = "01_data#the-mean-of-means-is-not-the-mean"


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    hint="Which two numbers do you return, and which type has each of them?",
    thought="Print the type of both results. `.item()` and `float` turn a tensor with one "
    "number into a Python float.",
    see=MEANS,
)
def test_channel_stats_returns_two_floats(seen: Any, expected: Any) -> None:
    asked = "How does a tensor with one number become a plain number?"
    asked = asked if "tensor" in str(seen.types).lower() else ""
    expect(seen.types, "the list of types", asked).equals(expected.types)


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    points=1.5,
    hint="Which result comes first, which numbers do you add up for it, and what divides the sum?",
    thought="Six images of 5 x 7 pixels are 210 numbers: the mean is the sum of all of them,"
    " divided by 210.",
    see=MEANS,
    needs=test_channel_stats_returns_two_floats,
)
def test_channel_stats_returns_the_mean_of_all_pixels(seen: Any, expected: Any) -> None:
    alone = [str(place) for place, own in enumerate(expected.means) if is_close(seen.mean, own)]
    why = _("it is that of image {place} alone", place=alone[0]) if alone else ""
    asked = "Which images reach the line that measures or adds up?" if alone else ""
    expect(seen.mean, "the mean of 6 images", asked).close_to(expected.mean, why)


@check(
    "channel_stats",
    scenario="stats_of_single_white_images",
    points=1.5,
    hint="Is every batch looked at, and does an image of the last, smaller one weigh more?",
    thought="Take three images and batches of two. In a mean of two means the third image weighs as"
    " much as the other two together; in a sum of all pixels it does not.",
    see=MEANS,
    needs=test_channel_stats_returns_the_mean_of_all_pixels,
)
def test_channel_stats_counts_every_image_once(seen: Any, expected: Any) -> None:
    expect(seen.counted, "how often an image counts in the mean").equals(expected.counted)


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    points=1.5,
    hint="What do you square, what do you subtract, and by which number do you divide the sum?",
    thought="The variance is the mean of the squared distances from the mean, over all pixels, and"
    " the standard deviation is its root. Is there a root, and is it the mean of all pixels?",
    see=MEANS,
    needs=test_channel_stats_counts_every_image_once,
)
def test_channel_stats_returns_the_standard_deviation_of_the_population(
    seen: Any, expected: Any
) -> None:
    expect(seen.std, "the standard deviation of 6 images").close_to(expected.std)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="Images differ from each other, and so do batches: does your result include these "
    "differences?",
    thought="Take a black and a white image. Each has a standard deviation of 0 by itself; "
    "all their pixels together have one of 0.5.",
    see=MEANS,
    needs=test_channel_stats_returns_the_standard_deviation_of_the_population,
)
def test_channel_stats_measures_the_spread_across_batches(seen: Any, expected: Any) -> None:
    digits = "the standard deviation of 4,201 images, in two digits,"
    expect(seen.two_digits, digits).close_to(expected.two_digits)


@check(
    "channel_stats",
    scenario="stats_of_single_white_images",
    points=0.5,
    hint="Does every pixel weigh the same in the standard deviation, also in the last batch?",
    thought="A batch of one image must not weigh as much as a batch of 64. Sums over all pixels,"
    " divided once at the end, weigh every pixel alike.",
    see=MEANS,
    needs=test_channel_stats_measures_the_spread_across_batches,
)
def test_channel_stats_counts_every_image_once_in_the_spread(seen: Any, expected: Any) -> None:
    name = "how often an image counts in the standard deviation"
    expect(seen.counted_in_std, name).equals(expected.counted_in_std)


@check(
    "channel_stats",
    scenario="stats_of_the_same_images_again",
    hint="Which of your operations changes a tensor instead of making a new one?",
    thought="Call it twice on one dataset and compare. `+=`, `-=` and methods with `_` at the end"
    " write into the image itself, and that is the dataset's own memory.",
    see="01_data#a-view-is-not-a-copy",
)
def test_channel_stats_leaves_images_and_later_calls_alone(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the images").holds("they are not what they were before the call")
    expect(seen.again, "the result for the same images again").close_to(seen.first)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="What do you keep of a batch of images once you have looked at it?",
    thought="Of each batch three numbers are enough: how many pixels, their sum, and the sum of"
    " their squares.",
    see=MEANS,
    craft=True,
)
def test_channel_stats_never_holds_all_images_at_once(seen: Any, expected: Any) -> None:
    expect(seen.held, "what is in memory at the end of a pass").equals(expected.held)


@check(
    "channel_stats",
    scenario="stats_of_nearly_equal_images",
    points=0.5,
    hint="How many digits does a float32 have, and in how many do the two terms of the "
    "variance agree?",
    thought="Where all pixels are about 0.9, the mean of the squares and the square of the mean"
    " agree in six digits, and float32 has seven. In float64 enough digits are left.",
    see=MEANS,
    craft=True,
)
def test_channel_stats_is_exact_where_pixels_hardly_differ(seen: Any, expected: Any) -> None:
    expect(seen.std, "the standard deviation of images of one grey").close_to(expected.std)


@check(
    "channel_stats",
    scenario="stats_and_other_draws",
    points=0.5,
    hint="Where does your loader get its random numbers from, although it does not shuffle?",
    thought="Each pass over a `DataLoader` draws a number: from the generator that it was given, or"
    " from torch's global random state.",
    see="01_data#a-generator-of-your-own",
    craft=True,
)
def test_channel_stats_leaves_the_global_random_state_alone(seen: Any, expected: Any) -> None:
    expect(seen.moved, "channel_stats").left_alone()


@check(
    "channel_stats",
    scenario="stats_of_no_images",
    points=0.5,
    hint="What is the mean of no numbers?",
    thought="Look at the number of pixels before you divide by it, and raise a ValueError where it"
    " is 0.",
    see=MEANS,
    craft=True,
)
def test_channel_stats_refuses_an_empty_dataset(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "an empty dataset").refuses()
