"""What is claimed of `image_to_tensor`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "image_to_tensor",
    scenario="small_dark_picture",
    hint="`(H, W)` has no channel yet: where does PyTorch want it, and how do you add it?",
)
def test_image_to_tensor_puts_one_channel_first(seen: Any, expected: Any) -> None:
    expect(seen.tensor, "the result").has_shape((1, 5, 7))


@check(
    "image_to_tensor",
    scenario="picture_with_every_grey",
    hint="What is the type after dividing, and which type do the weights of a layer have?",
)
def test_image_to_tensor_returns_float32(seen: Any, expected: Any) -> None:
    expect(seen.tensor, "the result").has_dtype("float32")


@check(
    "image_to_tensor",
    scenario="picture_with_every_grey",
    hint="Which number must 255 be divided by, and how often?",
)
def test_image_to_tensor_scales_white_to_1(seen: Any, expected: Any) -> None:
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
def test_image_to_tensor_gives_each_grey_its_share_of_white(seen: Any, expected: Any) -> None:
    expect(seen.tensor, "the result").is_a("tensor")
    expect(seen.tensor.flatten(), "the row of all pixels").close_to(expected.tensor.flatten())
    black, view = expected.of_0_and_1.flatten(), expected.of_a_view.flatten()
    expect(seen.of_0_and_1.flatten(), "the row of pixels that were 0 and 1").close_to(black)
    row = expected.of_one_row.flatten()
    expect(seen.of_one_row.flatten(), "a picture with one row").close_to(row)
    expect(seen.of_a_view.flatten(), "the row of pixels of a transposed array").close_to(view)


@check(
    "image_to_tensor",
    scenario="picture_and_everything_else",
    hint="Which of your operations changes what is there already, and which make something new?",
)
def test_image_to_tensor_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "image_to_tensor").left_alone()


@check(
    "image_to_tensor",
    scenario="pictures_of_another_kind",
    points=0.5,
    hint="Which attribute of the array tells its type, and how many types are asked for?",
)
def test_image_to_tensor_refuses_every_other_type(seen: Any, expected: Any) -> None:
    for attempt in seen.types:
        expect(attempt, "a picture of another type").refuses()


@check(
    "image_to_tensor",
    scenario="pictures_of_another_kind",
    points=0.5,
    hint="Which attribute of the array tells how many dimensions it has?",
)
def test_image_to_tensor_refuses_every_other_number_of_dimensions(seen: Any, expected: Any) -> None:
    for attempt in seen.shapes:
        expect(attempt, "an array that is no (H, W)").refuses()
