"""What is claimed of `channel_stats`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    points=0.5,
    hint="How does a tensor with one number become a plain number?",
)
def test_channel_stats_returns_two_floats(seen: Any, expected: Any) -> None:
    expect(seen.types, "the list of types").equals(expected.types)


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    hint="Which numbers do you add up, and by how many of what do you divide?",
    needs=test_channel_stats_returns_two_floats,
)
def test_channel_stats_returns_the_mean_of_all_pixels(seen: Any, expected: Any) -> None:
    expect(seen.mean, "the mean of 6 images").close_to(expected.mean)


@check(
    "channel_stats",
    scenario="stats_of_single_white_images",
    hint="Is every group looked at, and does an image of the last, smaller one weigh more?",
    needs=test_channel_stats_returns_the_mean_of_all_pixels,
)
def test_channel_stats_counts_every_image_once(seen: Any, expected: Any) -> None:
    expect(seen.counted, "how often an image counts in the mean").equals(expected.counted)


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    hint="Which distances are squared, and by which number is their sum divided?",
    needs=test_channel_stats_counts_every_image_once,
)
def test_channel_stats_returns_the_standard_deviation_of_the_population(
    seen: Any, expected: Any
) -> None:
    expect(seen.std, "the standard deviation of 6 images").close_to(expected.std)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    points=0.5,
    hint="Images differ from each other, and so do groups of images: is that in your result?",
    needs=test_channel_stats_returns_the_standard_deviation_of_the_population,
)
def test_channel_stats_measures_the_spread_across_groups(seen: Any, expected: Any) -> None:
    digits = "the standard deviation of 4,201 images, in two digits,"
    expect(seen.two_digits, digits).close_to(expected.two_digits)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    points=0.5,
    hint="Does every pixel weigh the same in both results, also those of the last, smaller group?",
    needs=test_channel_stats_measures_the_spread_across_groups,
)
def test_channel_stats_is_exact_for_many_images(seen: Any, expected: Any) -> None:
    expect(seen.std, "the standard deviation of 4,201 images").close_to(expected.std)
    expect(seen.mean, "the mean of 4,201 images").close_to(expected.mean)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="What do you keep of a group of images once you have looked at it?",
)
def test_channel_stats_never_holds_all_images_at_once(seen: Any, expected: Any) -> None:
    expect(seen.held, "what is in memory at the end of a pass").equals(expected.held)


@check(
    "channel_stats",
    scenario="stats_and_everything_else",
    points=0.5,
    hint="Which of your operations changes a tensor instead of making a new one?",
)
def test_channel_stats_leaves_images_and_later_calls_alone(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the images").holds("they are not what they were before the call")
    expect(seen.again, "the result for the same images again").close_to(seen.first)


@check(
    "channel_stats",
    scenario="stats_and_everything_else",
    points=0.5,
    hint="Where does your loader get its random numbers from, although it does not shuffle?",
)
def test_channel_stats_leaves_the_global_random_state_alone(seen: Any, expected: Any) -> None:
    expect(seen.moved, "channel_stats").left_alone()


@check(
    "channel_stats",
    scenario="stats_of_no_images",
    points=0.5,
    hint="What is the mean of nothing?",
)
def test_channel_stats_refuses_an_empty_dataset(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "an empty dataset").refuses()
