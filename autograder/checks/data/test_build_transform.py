"""What is claimed of `build_transform`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    hint="Which class of `torchvision.transforms.v2` chains several transforms into one?",
)
def test_build_transform_returns_a_transform(seen: Any, expected: Any) -> None:
    expect(seen.kind, "the type of the result").equals(expected.kind)


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    hint="What kind of thing leaves the last step, and with which shape and dtype?",
    needs=test_build_transform_returns_a_transform,
)
def test_build_transform_makes_a_float32_tensor_of_an_image(seen: Any, expected: Any) -> None:
    expect(seen.small, "the result").has_shape((1, 5, 7))
    expect(seen.small, "the result").has_dtype("float32")


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=0.5,
    hint="Which of your steps draws a random number?",
    needs=test_build_transform_makes_a_float32_tensor_of_an_image,
)
def test_build_transform_does_the_same_to_the_same_picture(seen: Any, expected: Any) -> None:
    expect(seen.again, "the result for the same picture again").equals(seen.small)


@check(
    "build_transform",
    scenario="transform_of_a_pil_image",
    points=1.5,
    hint="What does a pixel of 255 become after each step?",
    needs=test_build_transform_does_the_same_to_the_same_picture,
)
def test_build_transform_scales_once_and_normalises(seen: Any, expected: Any) -> None:
    expect(seen.small, "the result").close_to(expected.small)
    expect(seen.square, "the result for 28 x 28 pixels").close_to(expected.square)


@check(
    "build_transform",
    scenario="transform_of_an_array",
    hint="Which first step accepts PIL images and arrays alike?",
    needs=test_build_transform_scales_once_and_normalises,
)
def test_build_transform_does_the_same_to_an_array(seen: Any, expected: Any) -> None:
    expect(seen.small, "the result").close_to(expected.small)
    expect(seen.square, "the result for 28 x 28 pixels").close_to(expected.square)
    expect(seen.untouched, "the caller's array").holds("it is not what it was before the call")


@check(
    "build_transform",
    scenario="transform_and_the_next_one",
    points=0.5,
    hint="Where does a transform keep its two numbers, and who else writes there?",
    needs=test_build_transform_scales_once_and_normalises,
)
def test_build_transform_is_not_changed_by_the_next_one(seen: Any, expected: Any) -> None:
    name = "the result of a transform after another one was built"
    expect(seen.after, name).close_to(seen.before)


@check(
    "build_transform",
    scenario="transform_with_impossible_numbers",
    points=0.5,
    hint="Which numbers can't be divided by, and which can't be subtracted?",
)
def test_build_transform_refuses_impossible_numbers(seen: Any, expected: Any) -> None:
    for attempt in seen.std:
        expect(attempt, "std").refuses()
    for attempt in seen.mean:
        expect(attempt, "mean").refuses()
