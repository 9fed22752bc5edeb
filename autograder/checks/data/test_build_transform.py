"""What is claimed of `build_transform`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

RECIPE = "01_data#transforms-are-a-recipe"


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=0.5,
    hint="Which class of `torchvision.transforms.v2` chains several transforms into one?",
    thought="Whoever calls `build_transform` writes `transform(image)` next. A list of steps can't"
    " be called; something has to run the steps one after the other.",
    see=RECIPE,
)
def test_build_transform_returns_something_to_call(seen: Any, expected: Any) -> None:
    expect(seen.is_callable, "the result").holds("it can't be called with an image")


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=1.5,
    hint="What leaves the last step: a tensor, of which shape and dtype?",
    thought="Call the steps one by one on an image and print type, shape and dtype after each: an"
    " image, then a tensor `(1, H, W)`, then float32.",
    see=RECIPE,
    needs=test_build_transform_returns_something_to_call,
)
def test_build_transform_makes_a_float32_tensor_of_an_image(seen: Any, expected: Any) -> None:
    asked = "Which step makes a tensor of the image, and which steps change its shape?"
    expect(seen.small, "the result", asked).has_shape((1, 5, 7))
    asked = "Which step decides the dtype, and which one does it ask for?"
    expect(seen.small, "the result", asked).has_dtype("float32")


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=0.5,
    hint="Which of your steps draws a random number?",
    thought="The same image has to give the same numbers in each call. Random steps are for"
    " training only, and nobody asked for one here.",
    see=RECIPE,
    needs=test_build_transform_makes_a_float32_tensor_of_an_image,
)
def test_build_transform_does_the_same_to_the_same_picture(seen: Any, expected: Any) -> None:
    expect(seen.again, "the result for the same image again").equals(seen.small)


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=2,
    hint="What does a pixel of 255 become after each step?",
    thought="Follow a white pixel: 255, then 1.0 after one scaling; then `mean` is subtracted, and"
    " the rest divided by `std`. Both belong to pixels from 0 to 1, so they need no scaling.",
    see=RECIPE,
    needs=test_build_transform_does_the_same_to_the_same_picture,
)
def test_build_transform_scales_once_and_normalises(seen: Any, expected: Any) -> None:
    expect(seen.small, "the result").close_to(expected.small)
    expect(seen.square, "the result for 28 x 28 pixels").close_to(expected.square)


@check(
    "build_transform",
    scenario="transform_of_an_array",
    points=1.5,
    hint="Which first step accepts PIL images and arrays alike?",
    thought="Call your first step on an array by itself. Some transforms take PIL images only, and"
    " one takes both.",
    see=RECIPE,
    needs=test_build_transform_scales_once_and_normalises,
)
def test_build_transform_does_the_same_to_an_array(seen: Any, expected: Any) -> None:
    expect(seen.small, "the result").close_to(expected.small)
    expect(seen.square, "the result for 28 x 28 pixels").close_to(expected.square)
    asked = "Which of your steps writes into the array instead of making something new?"
    why = "it is not what it was before the call"
    expect(seen.untouched, "the caller's array", asked).holds(why)


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=0.5,
    hint="Which `Compose` is it: that of `torchvision.transforms`, or that of `v2`?",
    thought="`v2.Transform` is the class of all transforms of the second version. "
    "`v2.Compose` and `v2.Lambda` make such a transform from a list of steps or from a "
    "function.",
    see=RECIPE,
    craft=True,
)
def test_build_transform_returns_a_transform_of_v2(seen: Any, expected: Any) -> None:
    expect(seen.kind, "the type of the result").equals(expected.kind)


@check(
    "build_transform",
    scenario="transform_and_the_next_one",
    points=0.5,
    hint="Where does a transform keep its two numbers, and who else writes there?",
    thought="What a transform looks up when it is used may have changed by then. Arguments of"
    " `build_transform`, or attributes of the transform, are its own.",
    see=RECIPE,
    craft=True,
)
def test_build_transform_is_not_changed_by_the_next_one(seen: Any, expected: Any) -> None:
    name = "the result of a transform after another one was built"
    expect(seen.after, name).close_to(seen.before)


@check(
    "build_transform",
    scenario="transform_with_impossible_numbers",
    points=0.5,
    hint="Which numbers can't be divided by, and which can't be subtracted?",
    thought="`std` has to be above 0, and both have to be finite. Look at them before the transform"
    " is built, not when it is used.",
    see=RECIPE,
    craft=True,
)
def test_build_transform_refuses_impossible_numbers(seen: Any, expected: Any) -> None:
    asked = "Which standard deviations can a set of pixels have, if they are not all equal?"
    for attempt in seen.std:
        expect(attempt, "std", asked).refuses()
    for attempt in seen.mean:
        expect(attempt, "mean").refuses()
