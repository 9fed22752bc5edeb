"""What is claimed of the answers of unit 1."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

# --- image_to_tensor -----------------------------------------------------------------------------


@check(
    "image_to_tensor",
    scenario="small_dark_picture",
    hint="`(H, W)` has no channel yet: where does PyTorch want it, and how do you add it?",
)
def test_image_to_tensor_puts_one_channel_first(seen: Any, wanted: Any) -> None:
    expect(seen.tensor, "the result").has_shape((1, 5, 7))


@check(
    "image_to_tensor",
    scenario="picture_with_every_grey",
    hint="What is the type after dividing, and which type do the weights of a layer have?",
)
def test_image_to_tensor_returns_float32(seen: Any, wanted: Any) -> None:
    expect(seen.tensor, "the result").has_dtype("float32")


@check(
    "image_to_tensor",
    scenario="picture_with_every_grey",
    hint="Which number must 255 be divided by, and how often?",
)
def test_image_to_tensor_scales_white_to_1(seen: Any, wanted: Any) -> None:
    expect(seen.tensor, "the result").is_a("tensor")
    expect(seen.tensor, "the result").between(0, 1)
    expect(seen.tensor.double().max().item(), "a white pixel").close_to(1.0)


@check(
    "image_to_tensor",
    scenario="small_dark_picture",
    points=2,
    hint="Does a pixel of 51 become 0.2, whatever the other pixels are and however they lie?",
    needs=test_image_to_tensor_scales_white_to_1,
)
def test_image_to_tensor_gives_each_grey_its_share_of_white(seen: Any, wanted: Any) -> None:
    expect(seen.tensor, "the result").is_a("tensor")
    expect(seen.tensor.flatten(), "the row of all pixels").close_to(wanted.tensor.flatten())
    black, view = wanted.of_0_and_1.flatten(), wanted.of_a_view.flatten()
    expect(seen.of_0_and_1.flatten(), "the row of pixels that were 0 and 1").close_to(black)
    row = wanted.of_one_row.flatten()
    expect(seen.of_one_row.flatten(), "a picture with one row").close_to(row)
    expect(seen.of_a_view.flatten(), "the row of pixels of a transposed array").close_to(view)


@check(
    "image_to_tensor",
    scenario="picture_and_everything_else",
    hint="Which of your operations changes what is there already, and which make something new?",
)
def test_image_to_tensor_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "image_to_tensor").left_alone()


@check(
    "image_to_tensor",
    scenario="pictures_of_another_kind",
    points=0.5,
    hint="Which attribute of the array tells its type, and how many types are asked for?",
)
def test_image_to_tensor_refuses_every_other_type(seen: Any, wanted: Any) -> None:
    for attempt in seen.types:
        expect(attempt, "a picture of another type").refuses()


@check(
    "image_to_tensor",
    scenario="pictures_of_another_kind",
    points=0.5,
    hint="Which attribute of the array tells how many dimensions it has?",
)
def test_image_to_tensor_refuses_every_other_number_of_dimensions(seen: Any, wanted: Any) -> None:
    for attempt in seen.shapes:
        expect(attempt, "an array that is no (H, W)").refuses()


# --- split ---------------------------------------------------------------------------------------


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Which class of `torch.utils.data` stands for some items of a dataset?",
)
def test_split_returns_two_subsets(seen: Any, wanted: Any) -> None:
    expect(seen.kinds, "the list of types").equals("Subset, Subset")
    expect(seen.lazy, "the two parts").holds("their images do not come from `dataset` itself")


@check(
    "split",
    scenario="split_of_three_sizes",
    hint="Is each index used, and used once, also where a size is not whole?",
    needs=test_split_returns_two_subsets,
)
def test_split_puts_every_image_in_exactly_one_part(seen: Any, wanted: Any) -> None:
    expect(seen.shared_out, "the way the images are shared out").equals(wanted.shared_out)


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="The files are sorted by label: what does a part look like that keeps their order?",
    needs=test_split_returns_two_subsets,
)
def test_split_mixes_both_parts(seen: Any, wanted: Any) -> None:
    train, validation = seen.runs[0]
    why = "it is the order of the file"
    expect(train, "the order of the training images").differs_from(sorted(train), why)
    expect(validation, "the order of validation images").differs_from(sorted(validation), why)


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="What decides the order: `seed`, or whatever was drawn before?",
    needs=test_split_returns_two_subsets,
)
def test_split_is_the_same_for_the_same_seed(seen: Any, wanted: Any) -> None:
    expect(seen.runs[1], "the second split with the same seed").equals(seen.runs[0])


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Does `seed` decide which images are set aside?",
    needs=test_split_mixes_both_parts,
)
def test_split_is_another_for_another_seed(seen: Any, wanted: Any) -> None:
    first, other = sorted(seen.runs[0][1]), sorted(seen.runs[2][1])
    why = "the same images are set aside for both seeds"
    expect(other, "the choice of validation images").differs_from(first, why)


@check(
    "split",
    scenario="split_of_three_sizes",
    points=0.5,
    hint="Which of the two parts is the fraction of: the first or the second?",
    needs=test_split_puts_every_image_in_exactly_one_part,
)
def test_split_sets_the_fraction_aside_for_validation(seen: Any, wanted: Any) -> None:
    share = "the share of validation images, in one digit,"
    expect(seen.shares, share).close_to(wanted.shares)


@check(
    "split",
    scenario="split_of_three_sizes",
    points=0.5,
    hint="What does your way of rounding make of 6.0, of 9.9, and of 0.3?",
    needs=test_split_sets_the_fraction_aside_for_validation,
)
def test_split_rounds_a_size_to_one_of_its_neighbours(seen: Any, wanted: Any) -> None:
    expect(seen.of_20, "the number of validation images out of 20").equals(6)
    expect(seen.of_33, "the number of validation images out of 33").between(9, 10)
    expect(seen.of_3, "the number of validation images out of 3").between(0, 1)


@check(
    "split",
    scenario="split_next_to_other_draws",
    hint="Can a random state belong to your function alone?",
)
def test_split_leaves_the_global_random_state_alone(seen: Any, wanted: Any) -> None:
    expect(seen.moved, "split").left_alone()


@check(
    "split",
    scenario="split_by_an_impossible_fraction",
    hint="What would 0 or 1.5 of the images be?",
)
def test_split_refuses_a_fraction_outside_0_and_1(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "validation_fraction").refuses()


# --- channel_stats -------------------------------------------------------------------------------


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    points=0.5,
    hint="How does a tensor with one number become a plain number?",
)
def test_channel_stats_returns_two_floats(seen: Any, wanted: Any) -> None:
    expect(seen.types, "the list of types").equals(wanted.types)


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    hint="Which numbers do you add up, and by how many of what do you divide?",
    needs=test_channel_stats_returns_two_floats,
)
def test_channel_stats_returns_the_mean_of_all_pixels(seen: Any, wanted: Any) -> None:
    expect(seen.mean, "the mean of 6 images").close_to(wanted.mean)


@check(
    "channel_stats",
    scenario="stats_of_single_white_images",
    hint="Is every group looked at, and does an image of the last, smaller one weigh more?",
    needs=test_channel_stats_returns_the_mean_of_all_pixels,
)
def test_channel_stats_counts_every_image_once(seen: Any, wanted: Any) -> None:
    expect(seen.counted, "how often an image counts in the mean").equals(wanted.counted)


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    hint="Which distances are squared, and by which number is their sum divided?",
    needs=test_channel_stats_counts_every_image_once,
)
def test_channel_stats_returns_the_standard_deviation_of_the_population(
    seen: Any, wanted: Any
) -> None:
    expect(seen.std, "the standard deviation of 6 images").close_to(wanted.std)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    points=0.5,
    hint="Images differ from each other, and so do groups of images: is that in your result?",
    needs=test_channel_stats_returns_the_standard_deviation_of_the_population,
)
def test_channel_stats_measures_the_spread_across_groups(seen: Any, wanted: Any) -> None:
    digits = "the standard deviation of 4,201 images, in two digits,"
    expect(seen.two_digits, digits).close_to(wanted.two_digits)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    points=0.5,
    hint="Does every pixel weigh the same in both results, also those of the last, smaller group?",
    needs=test_channel_stats_measures_the_spread_across_groups,
)
def test_channel_stats_is_exact_for_many_images(seen: Any, wanted: Any) -> None:
    expect(seen.std, "the standard deviation of 4,201 images").close_to(wanted.std)
    expect(seen.mean, "the mean of 4,201 images").close_to(wanted.mean)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="What do you keep of a group of images once you have looked at it?",
)
def test_channel_stats_never_holds_all_images_at_once(seen: Any, wanted: Any) -> None:
    expect(seen.held, "what is in memory at the end of a pass").equals(wanted.held)


@check(
    "channel_stats",
    scenario="stats_and_everything_else",
    points=0.5,
    hint="Which of your operations changes a tensor instead of making a new one?",
)
def test_channel_stats_leaves_images_and_later_calls_alone(seen: Any, wanted: Any) -> None:
    expect(seen.untouched, "the images").holds("they are not what they were before the call")
    expect(seen.again, "the result for the same images again").close_to(seen.first)


@check(
    "channel_stats",
    scenario="stats_and_everything_else",
    points=0.5,
    hint="Where does your loader get its random numbers from, although it does not shuffle?",
)
def test_channel_stats_leaves_the_global_random_state_alone(seen: Any, wanted: Any) -> None:
    expect(seen.moved, "channel_stats").left_alone()


@check(
    "channel_stats",
    scenario="stats_of_no_images",
    points=0.5,
    hint="What is the mean of nothing?",
)
def test_channel_stats_refuses_an_empty_dataset(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "an empty dataset").refuses()


# --- build_transform -----------------------------------------------------------------------------


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    hint="Which class of `torchvision.transforms.v2` chains several transforms into one?",
)
def test_build_transform_returns_a_transform(seen: Any, wanted: Any) -> None:
    expect(seen.kind, "the type of the result").equals(wanted.kind)


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    hint="What kind of thing leaves the last step, and with which shape and dtype?",
    needs=test_build_transform_returns_a_transform,
)
def test_build_transform_makes_a_float32_tensor_of_an_image(seen: Any, wanted: Any) -> None:
    expect(seen.small, "the result").has_shape((1, 5, 7))
    expect(seen.small, "the result").has_dtype("float32")


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=0.5,
    hint="Which of your steps draws a random number?",
    needs=test_build_transform_makes_a_float32_tensor_of_an_image,
)
def test_build_transform_does_the_same_to_the_same_picture(seen: Any, wanted: Any) -> None:
    expect(seen.again, "the result for the same picture again").equals(seen.small)


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=1.5,
    hint="What does a pixel of 255 become after each step?",
    needs=test_build_transform_does_the_same_to_the_same_picture,
)
def test_build_transform_scales_once_and_normalises(seen: Any, wanted: Any) -> None:
    expect(seen.small, "the result").close_to(wanted.small)
    expect(seen.square, "the result for 28 x 28 pixels").close_to(wanted.square)


@check(
    "build_transform",
    scenario="transform_of_an_array",
    hint="Which first step accepts PIL images and arrays alike?",
    needs=test_build_transform_scales_once_and_normalises,
)
def test_build_transform_does_the_same_to_an_array(seen: Any, wanted: Any) -> None:
    expect(seen.small, "the result").close_to(wanted.small)
    expect(seen.square, "the result for 28 x 28 pixels").close_to(wanted.square)
    expect(seen.untouched, "the caller's array").holds("it is not what it was before the call")


@check(
    "build_transform",
    scenario="transform_and_the_next_one",
    points=0.5,
    hint="Where does a transform keep its two numbers, and who else writes there?",
    needs=test_build_transform_scales_once_and_normalises,
)
def test_build_transform_is_not_changed_by_the_next_one(seen: Any, wanted: Any) -> None:
    name = "the result of a transform after another one was built"
    expect(seen.after, name).close_to(seen.before)


@check(
    "build_transform",
    scenario="transform_with_impossible_numbers",
    points=0.5,
    hint="Which numbers can't be divided by, and which can't be subtracted?",
)
def test_build_transform_refuses_impossible_numbers(seen: Any, wanted: Any) -> None:
    for attempt in seen.std:
        expect(attempt, "std").refuses()
    for attempt in seen.mean:
        expect(attempt, "mean").refuses()


# --- make_loaders --------------------------------------------------------------------------------


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="`Loaders` has three fields: what stands in each?",
)
def test_make_loaders_returns_loaders(seen: Any, wanted: Any) -> None:
    expect(seen.form, "the result").equals(wanted.form)
    expect(seen.kinds, "the list of types").equals(wanted.kinds)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Which dataset does each loader read, and does it read all of it?",
)
def test_make_loaders_serves_each_image_of_each_part_once(seen: Any, wanted: Any) -> None:
    expect(seen.served, "what is served").equals(wanted.served)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="How many images are in each batch of each loader?",
    needs=test_make_loaders_serves_each_image_of_each_part_once,
)
def test_make_loaders_fills_batches_of_batch_size(seen: Any, wanted: Any) -> None:
    for name, sizes in wanted.sizes.items():
        expect(seen.sizes[name], f"the list of batch sizes of loaders.{name}").equals(sizes)
    expect(seen.single, "the largest batch with batch_size=1").equals(wanted.single)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Is anything learnt from the validation and test images, so that their order matters?",
)
def test_make_loaders_keeps_validation_and_test_in_order(seen: Any, wanted: Any) -> None:
    expect(seen.order, "the order in which images come").equals(wanted.order)


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    hint="Do neighbours in the file still sit in one batch?",
)
def test_make_loaders_shuffles_the_training_images_one_by_one(seen: Any, wanted: Any) -> None:
    why = "it is the order of the file"
    expect(seen.order, "the order of the training images").differs_from(sorted(seen.order), why)
    together = _all_neighbours(seen.runs[0][0])
    expect(together, "every batch made of neighbours in the file").equals(False)
    way, why = "the longest way of an image from its place", "22 images are not mixed as a whole"
    expect(seen.farthest, way).between(11, 21, why)


def _all_neighbours(batches: list[list[int]]) -> bool:
    """Say whether each batch holds images that follow each other in the file, in any order."""
    spans = [range(min(batch), max(batch) + 1) for batch in batches]
    return len(batches) > 1 and [sorted(batch) for batch in batches] == [*map(list, spans)]


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    hint="Is the order drawn once, or at each pass?",
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_shuffles_anew_each_epoch(seen: Any, wanted: Any) -> None:
    first, second, third = seen.runs[0]
    expect(second, "the order").differs_from(first, "the second epoch replays the first")
    expect(third, "the order").differs_from(first, "the third epoch replays the first")
    expect(third, "the order").differs_from(second, "the third epoch replays the second")


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    points=0.5,
    hint="Is `seed` all that decides the order?",
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_lets_the_seed_decide_the_order(seen: Any, wanted: Any) -> None:
    first, again, *others = seen.runs
    expect(again, "the order of three epochs with the same seed").equals(first)
    for other in others:
        expect(other[0], "the order").differs_from(first[0], "another seed gives the same epoch")


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    points=0.5,
    hint="Whose generator does a pass over the validation images move on?",
    needs=test_make_loaders_lets_the_seed_decide_the_order,
)
def test_make_loaders_shuffles_the_same_whether_the_others_are_read_or_not(
    seen: Any, wanted: Any
) -> None:
    name = "the order of three epochs without a look at the validation and test images"
    expect(seen.alone, name).equals(seen.runs[0])


@check(
    "make_loaders",
    scenario="loaders_next_to_other_draws",
    points=0.5,
    hint="Which of your loaders has no generator of its own?",
)
def test_make_loaders_leaves_the_global_random_state_alone(seen: Any, wanted: Any) -> None:
    expect(seen.moved, "make_loaders").left_alone()


@check(
    "make_loaders",
    scenario="loaders_with_impossible_batches",
    points=0.5,
    hint="What is a batch of no images?",
)
def test_make_loaders_refuses_an_empty_batch(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "batch_size").refuses()
