"""What is claimed of `image_to_tensor`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

SHAPES = "01_data#shapes-carry-meaning"
SCALE = "01_data#pixels-from-0-to-255-become-0-to-1"


@check(
    "image_to_tensor",
    scenario="small_dark_picture",
    hint="What is the shape after each step, and what does each of its numbers stand for?",
    thought="Print the shape of your result for an array of 5 rows and 7 columns. The three numbers"
    " should be 1, 5 and 7, in this order; the first is the channel.",
    see=SHAPES,
)
def test_image_to_tensor_puts_one_channel_first(seen: Any, expected: Any) -> None:
    flat = getattr(seen.tensor, "ndim", 0) == 2
    asked = "`(H, W)` has no channel yet: where does PyTorch want it, and how do you add it?"
    expect(seen.tensor, "the result", asked if flat else "").has_shape((1, 5, 7), expected.tensor)


@check(
    "image_to_tensor",
    scenario="picture_with_every_grey",
    hint="What is the type after dividing, and which type do the weights of a layer have?",
    thought="Print the dtype after each step. numpy returns float64 when you divide a uint8 "
    "array; layers want float32, so one step has to ask for it.",
    see=SHAPES,
)
def test_image_to_tensor_returns_float32(seen: Any, expected: Any) -> None:
    expect(seen.tensor, "the result").has_dtype("float32")


@check(
    "image_to_tensor",
    scenario="picture_with_every_grey",
    hint="Which number must 255 be divided by, and how often?",
    thought="Black is 0 and should stay 0, white is 255 and should become 1. One division does"
    " both, if the pixels are floats by then.",
    see=SCALE,
)
def test_image_to_tensor_scales_white_to_1(seen: Any, expected: Any) -> None:
    asked = "What is the smallest and the largest pixel after each of your steps?"
    expect(seen.tensor, "the result").is_a("tensor")
    expect(seen.tensor, "the result", asked).between(0, 1)
    expect(seen.tensor.double().max().item(), "a white pixel").close_to(1.0)


@check(
    "image_to_tensor",
    scenario="small_dark_picture",
    points=2.5,
    hint="Does a pixel of 51 become 0.2, whatever the other pixels are?",
    thought="Make an image whose brightest pixel is 51, and follow one pixel. The same grey "
    "has to give the same number in every image.",
    see=SCALE,
    needs=test_image_to_tensor_scales_white_to_1,
)
def test_image_to_tensor_scales_every_pixel_alike(seen: Any, expected: Any) -> None:
    expect(seen.tensor, "the result").is_a("tensor")
    expect(seen.tensor.flatten(), "the row of all pixels").close_to(expected.tensor.flatten())
    black, view = expected.of_0_and_1.flatten(), expected.of_a_view.flatten()
    asked = "Does your scaling depend on how bright the image is?"
    name = "the row of pixels that were 0 and 1"
    expect(seen.of_0_and_1.flatten(), name, asked).close_to(black)
    row = expected.of_one_row.flatten()
    expect(seen.of_one_row.flatten(), "an image with one row").close_to(row)
    asked = "Do the pixels keep their places: row by row, from left to right?"
    name = "the row of pixels of a transposed array"
    expect(seen.of_a_view.flatten(), name, asked).close_to(view)


@check(
    "image_to_tensor",
    scenario="picture_and_the_array",
    points=1.5,
    hint="Which of your operations change the array itself, and which return a new one?",
    thought="Print the array before and after the call. `+=`, `/=`, methods of a tensor with `_` at"
    " the end and `resize` of an array work in place; a tensor from `from_numpy` shares the array's"
    " memory.",
    see="01_data#a-view-is-not-a-copy",
)
def test_image_to_tensor_leaves_the_image_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "image_to_tensor").left_alone()


@check(
    "image_to_tensor",
    scenario="pictures_of_another_kind",
    points=0.5,
    hint="Which attribute of the array holds its dtype, and how many dtypes does the task allow?",
    thought="An error has to be raised, not returned or printed, and before the pixels are scaled.",
    see=SCALE,
    craft=True,
)
def test_image_to_tensor_refuses_every_other_type(seen: Any, expected: Any) -> None:
    for attempt in seen.types:
        expect(attempt, "an image of another type").refuses()


@check(
    "image_to_tensor",
    scenario="pictures_of_another_kind",
    points=0.5,
    hint="Which attribute of the array tells how many dimensions it has?",
    thought="An error has to be raised, not returned or printed, and before a dimension is added.",
    see=SHAPES,
    craft=True,
)
def test_image_to_tensor_refuses_every_other_number_of_dimensions(seen: Any, expected: Any) -> None:
    for attempt in seen.shapes:
        expect(attempt, "an array that is not (H, W)").refuses()
