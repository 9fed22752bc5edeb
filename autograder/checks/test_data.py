"""What is claimed of the answers of unit 1."""

from typing import Any

from autograder.checks import check
from autograder.expect import expect

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
    hint="Does a pixel of 51 become 0.2, whatever the other pixels are?",
    needs=test_image_to_tensor_scales_white_to_1,
)
def test_image_to_tensor_gives_each_grey_its_share_of_white(seen: Any, wanted: Any) -> None:
    expect(seen.tensor, "the result").is_a("tensor")
    expect(seen.tensor.flatten(), "the row of all pixels").close_to(wanted.tensor.flatten())


@check(
    "image_to_tensor",
    scenario="small_dark_picture",
    hint="Which operations of numpy change the array that they are called on?",
)
def test_image_to_tensor_leaves_the_array_alone(seen: Any, wanted: Any) -> None:
    expect(seen.untouched, "the caller's array").holds("it is not what it was before the call")


@check(
    "image_to_tensor",
    scenario="pictures_of_another_kind",
    hint="Which two properties of the array tell whether it is a greyscale picture?",
)
def test_image_to_tensor_refuses_other_types_and_dimensions(seen: Any, wanted: Any) -> None:
    expect(seen.floats, "a picture of floats").refuses()
    expect(seen.deep, "a picture with three dimensions").refuses()


# --- split ---------------------------------------------------------------------------------------


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Which class of `torch.utils.data` stands for some items of a dataset?",
)
def test_split_returns_two_subsets(seen: Any, wanted: Any) -> None:
    expect(seen.kinds, "the list of types").equals("Subset, Subset")


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Is each index used, and used once?",
    needs=test_split_returns_two_subsets,
)
def test_split_puts_every_image_in_exactly_one_part(seen: Any, wanted: Any) -> None:
    expect(seen.shared, "the number of images in both parts").equals(0)
    expect(seen.missing, "the number of images in neither part").equals(0)
    expect(seen.repeated, "the number of images that come again in their part").equals(0)


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
    scenario="split_of_33_images",
    hint="Which of the two parts is the fraction of: the first or the second?",
    needs=test_split_puts_every_image_in_exactly_one_part,
)
def test_split_sets_the_fraction_aside_for_validation(seen: Any, wanted: Any) -> None:
    expect(seen.validation, "the number of validation images").between(9, 10)
    expect(seen.train, "the number of training images").between(23, 24)


@check(
    "split",
    scenario="split_next_to_other_draws",
    hint="Can a random state belong to your function alone?",
)
def test_split_leaves_the_global_random_state_alone(seen: Any, wanted: Any) -> None:
    expect(seen.disturbed, "the library whose random numbers changed").equals("none")


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
    hint="How does a tensor with one number become a plain number?",
)
def test_channel_stats_returns_two_floats(seen: Any, wanted: Any) -> None:
    expect(seen.stats, "the result").has_length(2)
    expect(seen.mean, "the mean").is_a("float")
    expect(seen.std, "the standard deviation").is_a("float")


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="Is the last, smaller group counted as much as a full one?",
    needs=test_channel_stats_returns_two_floats,
)
def test_channel_stats_counts_every_pixel_the_same(seen: Any, wanted: Any) -> None:
    expect(seen.mean, "the mean of 4,201 images").close_to(wanted.mean)


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    hint="Which distances are squared, and by which number is their sum divided?",
    needs=test_channel_stats_counts_every_pixel_the_same,
)
def test_channel_stats_returns_the_standard_deviation_of_the_population(
    seen: Any, wanted: Any
) -> None:
    expect(seen.std, "the standard deviation of 22 images").close_to(wanted.std)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="Images differ from each other, and so do groups of images: is that in your result?",
    needs=test_channel_stats_returns_the_standard_deviation_of_the_population,
)
def test_channel_stats_measures_the_spread_across_groups(seen: Any, wanted: Any) -> None:
    expect(seen.std, "the standard deviation of 4,201 images").close_to(wanted.std)


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="What do you keep of a group of images once you have looked at it?",
)
def test_channel_stats_never_holds_all_images_at_once(seen: Any, wanted: Any) -> None:
    expect(seen.held, "what is in memory at the end of a pass").equals(wanted.held)


@check(
    "channel_stats",
    scenario="stats_and_the_images",
    hint="Which of your operations changes a tensor instead of making a new one?",
)
def test_channel_stats_leaves_the_images_alone(seen: Any, wanted: Any) -> None:
    expect(seen.untouched, "the images").holds("they are not what they were before the call")


@check(
    "channel_stats",
    scenario="stats_of_no_images",
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
    expect(seen.kind, "the type of the result").equals("Transform")


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
    points=2,
    hint="What does a pixel of 255 become after each step?",
    needs=test_build_transform_makes_a_float32_tensor_of_an_image,
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
    scenario="transform_with_impossible_numbers",
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
    expect(seen.fields, "the list of fields").equals("train, validation, test")
    expect(seen.kinds, "the list of types").equals("DataLoader, DataLoader, DataLoader")


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Which dataset does each loader read, and does it read all of it?",
)
def test_make_loaders_serves_each_image_of_each_part_once(seen: Any, wanted: Any) -> None:
    for name, images in wanted.images.items():
        expect(seen.images[name], f"the images of loaders.{name}, in order,").equals(images)


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
    expect(seen.validation, "the order of the validation images").equals(sorted(seen.validation))
    expect(seen.test, "the order of the test images").equals(sorted(seen.test))


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Do neighbours in the file still sit in one batch?",
)
def test_make_loaders_shuffles_the_training_images_one_by_one(seen: Any, wanted: Any) -> None:
    first, why = seen.runs[0][0], "it is the order of the file"
    order = [number for batch in first for number in batch]
    expect(order, "the order of the training images").differs_from(sorted(order), why)
    expect(_all_neighbours(first), "every batch made of neighbours in the file").equals(False)


def _all_neighbours(batches: list[list[int]]) -> bool:
    """Say whether each batch holds images that follow each other in the file, in any order."""
    spans = [range(min(batch), max(batch) + 1) for batch in batches]
    return len(batches) > 1 and [sorted(batch) for batch in batches] == [*map(list, spans)]


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Is the order drawn once, or at each pass?",
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_shuffles_anew_each_epoch(seen: Any, wanted: Any) -> None:
    first, second = seen.runs[0]
    expect(second, "the order").differs_from(first, "the second epoch replays the first")


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Is `seed` all that decides the order?",
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_lets_the_seed_decide_the_order(seen: Any, wanted: Any) -> None:
    first, again, other = seen.runs
    expect(again, "the order of two epochs with the same seed").equals(first)
    expect(other, "the order").differs_from(first, "another seed gives the same epochs")


@check(
    "make_loaders",
    scenario="loaders_next_to_other_draws",
    points=0.5,
    hint="Which of your loaders has no generator of its own?",
)
def test_make_loaders_leaves_the_global_random_state_alone(seen: Any, wanted: Any) -> None:
    expect(seen.disturbed, "the library whose random numbers changed").equals("none")


@check(
    "make_loaders",
    scenario="loaders_with_impossible_batches",
    points=0.5,
    hint="What is a batch of no images?",
)
def test_make_loaders_refuses_an_empty_batch(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "batch_size").refuses()
