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
    expect(seen.tensor, "the pixels").between(0, 1)
    expect(seen.tensor.max().item(), "a white pixel").close_to(1.0)


@check(
    "image_to_tensor",
    scenario="small_dark_picture",
    points=2,
    hint="Does a pixel of 51 become 0.2, whatever the other pixels are?",
    needs=test_image_to_tensor_puts_one_channel_first,
)
def test_image_to_tensor_keeps_each_pixel_in_place(seen: Any, wanted: Any) -> None:
    expect(seen.tensor, "the result").close_to(wanted.tensor)


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
    expect(seen.kinds, "the result").equals(["Subset", "Subset"])


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="Is each index used, and used once?",
    needs=test_split_returns_two_subsets,
)
def test_split_puts_every_image_in_exactly_one_part(seen: Any, wanted: Any) -> None:
    train, validation = seen.runs[0]
    expect(len(set(train) & set(validation)), "the number of images in both parts").equals(0)
    expect(sorted(train + validation), "the images of both parts").equals(list(range(40)))


@check(
    "split",
    scenario="split_of_sorted_images",
    hint="The files are sorted by label: what does a part look like that keeps their order?",
    needs=test_split_returns_two_subsets,
)
def test_split_mixes_both_parts(seen: Any, wanted: Any) -> None:
    train, validation = seen.runs[0]
    expect(train, "the order of the training images").differs_from(sorted(train))
    expect(validation, "the order of the validation images").differs_from(sorted(validation))


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
    needs=test_split_returns_two_subsets,
)
def test_split_is_another_for_another_seed(seen: Any, wanted: Any) -> None:
    first, other = sorted(seen.runs[0][1]), sorted(seen.runs[2][1])
    expect(other, "the choice of validation images for another seed").differs_from(first)


@check(
    "split",
    scenario="split_of_33_images",
    hint="Which of the two parts is the fraction of: the first or the second?",
    needs=test_split_returns_two_subsets,
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
    expect(seen.disturbed, "the list of libraries that draw other numbers now").equals([])


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
    expect(seen.stats[0], "the mean").is_a("float")
    expect(seen.stats[1], "the standard deviation").is_a("float")


@check(
    "channel_stats",
    scenario="stats_of_few_images",
    hint="By which number is the sum of squared distances divided, and over what is it summed?",
    needs=test_channel_stats_returns_two_floats,
)
def test_channel_stats_measures_the_spread_of_all_pixels(seen: Any, wanted: Any) -> None:
    expect(seen.stats[1], "the standard deviation").close_to(wanted.stats[1])


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    points=2,
    hint="Is the last, smaller group counted as much as a full one?",
    needs=test_channel_stats_returns_two_floats,
)
def test_channel_stats_counts_every_pixel_the_same(seen: Any, wanted: Any) -> None:
    expect(seen.stats[0], "the mean of 4,201 images").close_to(wanted.stats[0])
    expect(seen.stats[1], "the standard deviation of 4,201 images").close_to(wanted.stats[1])


@check(
    "channel_stats",
    scenario="stats_of_many_images",
    hint="What do you keep of a group of images once you have looked at it?",
)
def test_channel_stats_never_holds_all_images_at_once(seen: Any, wanted: Any) -> None:
    expect(seen.held, "the number of images held at the end of a pass").between(0, 4000)


@check(
    "channel_stats",
    scenario="stats_next_to_other_draws",
    hint="Where does a DataLoader draw its random numbers from, if you give it no generator?",
)
def test_channel_stats_leaves_images_and_random_state_alone(seen: Any, wanted: Any) -> None:
    expect(seen.untouched, "the images").holds("they are not what they were before the call")
    expect(seen.disturbed, "the list of libraries that draw other numbers now").equals([])


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
    needs=test_build_transform_returns_a_transform,
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
    points=0.5,
    hint="`Loaders` has three fields: what stands in each?",
)
def test_make_loaders_returns_loaders(seen: Any, wanted: Any) -> None:
    expect(seen.fields, "the fields of the result").equals(["train", "validation", "test"])
    expect(seen.kinds, "the types of the fields").equals(["DataLoader"] * 3)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Which dataset does each loader read, and does it read all of it?",
)
def test_make_loaders_serves_each_image_of_each_part_once(seen: Any, wanted: Any) -> None:
    for name, batches in wanted.served.items():
        expect(_flat(seen.served[name]), f"the images of loaders.{name}").equals(_flat(batches))


def _flat(batches: list[list[int]]) -> list[int]:
    return sorted(sum(batches, []))


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="How many images are in each batch of each loader?",
    needs=test_make_loaders_serves_each_image_of_each_part_once,
)
def test_make_loaders_fills_batches_of_batch_size(seen: Any, wanted: Any) -> None:
    for name, batches in wanted.served.items():
        expect(_sizes(seen.served[name]), f"the sizes from loaders.{name}").equals(_sizes(batches))


def _sizes(batches: list[list[int]]) -> list[int]:
    return [len(batch) for batch in batches]


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Is anything learnt from the validation and test images, so that their order matters?",
)
def test_make_loaders_keeps_validation_and_test_in_order(seen: Any, wanted: Any) -> None:
    validation, test = sum(seen.served["validation"], []), sum(seen.served["test"], [])
    expect(validation, "the order of the validation images").equals(sorted(validation))
    expect(test, "the order of the test images").equals(sorted(test))


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Do neighbours in the file still sit in one batch?",
    needs=test_make_loaders_serves_each_image_of_each_part_once,
)
def test_make_loaders_shuffles_the_training_images_one_by_one(seen: Any, wanted: Any) -> None:
    first = seen.runs[0][0]
    expect(sum(first, []), "the order of the training images").differs_from(_flat(first))
    expect(all(map(_are_neighbours, first)), "every batch made of neighbours").equals(False)


def _are_neighbours(batch: list[int]) -> bool:
    """Say whether the images of a batch follow each other in the file, in any order."""
    return sorted(batch) == list(range(min(batch), max(batch) + 1))


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Is the order drawn once, or at each pass?",
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_shuffles_anew_each_epoch(seen: Any, wanted: Any) -> None:
    first, second = seen.runs[0]
    expect(second, "the order in the second epoch").differs_from(first)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Is `seed` all that decides the order?",
    needs=test_make_loaders_shuffles_the_training_images_one_by_one,
)
def test_make_loaders_lets_the_seed_decide_the_order(seen: Any, wanted: Any) -> None:
    first, again, other = seen.runs
    expect(again, "the order of two epochs with the same seed").equals(first)
    expect(other, "the order of two epochs with another seed").differs_from(first)


@check(
    "make_loaders",
    scenario="loaders_next_to_other_draws",
    hint="Which of your loaders has no generator of its own?",
)
def test_make_loaders_leaves_the_global_random_state_alone(seen: Any, wanted: Any) -> None:
    expect(seen.disturbed, "the list of libraries that draw other numbers now").equals([])


@check(
    "make_loaders",
    scenario="loaders_with_impossible_batches",
    points=0.5,
    hint="What is a batch of no images?",
)
def test_make_loaders_refuses_an_empty_batch(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "batch_size").refuses()
