"""What is claimed of `make_loaders`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="`Loaders` has three fields: what stands in each?",
)
def test_make_loaders_returns_loaders(seen: Any, expected: Any) -> None:
    expect(seen.form, "the result").equals(expected.form)
    expect(seen.kinds, "the list of types").equals(expected.kinds)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="Which dataset does each loader read, and does it read all of it?",
)
def test_make_loaders_serves_each_image_of_each_part_once(seen: Any, expected: Any) -> None:
    expect(seen.served, "what is served").equals(expected.served)


@check(
    "make_loaders",
    scenario="loaders_of_three_parts",
    hint="How many images are in each batch of each loader?",
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
)
def test_make_loaders_keeps_validation_and_test_in_order(seen: Any, expected: Any) -> None:
    expect(seen.order, "the order in which images come").equals(expected.order)


@check(
    "make_loaders",
    scenario="loaders_of_shuffled_images",
    hint="Do neighbours in the file still sit in one batch?",
)
def test_make_loaders_shuffles_the_training_images_one_by_one(seen: Any, expected: Any) -> None:
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
def test_make_loaders_shuffles_anew_each_epoch(seen: Any, expected: Any) -> None:
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
def test_make_loaders_lets_the_seed_decide_the_order(seen: Any, expected: Any) -> None:
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
    seen: Any, expected: Any
) -> None:
    name = "the order of three epochs without a look at the validation and test images"
    expect(seen.alone, name).equals(seen.runs[0])


@check(
    "make_loaders",
    scenario="loaders_next_to_other_draws",
    points=0.5,
    hint="Which of your loaders has no generator of its own?",
)
def test_make_loaders_leaves_the_global_random_state_alone(seen: Any, expected: Any) -> None:
    expect(seen.moved, "make_loaders").left_alone()


@check(
    "make_loaders",
    scenario="loaders_with_impossible_batches",
    points=0.5,
    hint="What is a batch of no images?",
)
def test_make_loaders_refuses_an_empty_batch(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "batch_size").refuses()
