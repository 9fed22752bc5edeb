"""What is claimed of `conv2d`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "conv2d",
    scenario="convolutions_by_hand",
    points=2,
    hint="Lay the kernel on the upper left corner: which pixel meets which weight?",
)
def test_conv2d_lays_the_kernel_on_every_place(seen: Any, expected: Any) -> None:
    expect(seen.single, "the map").close_to(expected.single)


@check(
    "conv2d",
    scenario="convolutions_by_hand",
    points=2,
    hint="Each output channel has a kernel for every input channel: what is summed, what remains?",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_sums_over_input_channels(seen: Any, expected: Any) -> None:
    expect(seen.channels, "the maps").close_to(expected.channels)
    expect(seen.extremes, "the maps").close_to(expected.extremes)
    expect(seen.turned, "the maps of a transposed view").close_to(expected.turned)


@check(
    "conv2d",
    scenario="convolutions_of_other_kinds",
    points=0.5,
    hint="Which dtype and which device does a tensor get that you make yourself?",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_keeps_the_dtype_and_the_device_of_the_images(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the map").equals(expected.forms)
    expect(seen.mixed, "the dtype of a map of float64 images, float32 kernels,").equals("float64")
    device = 'the device of the map, with torch.device("meta") as default for new tensors,'
    expect(seen.device, device).equals(expected.device)


@check(
    "conv2d",
    scenario="convolution_with_gradients",
    hint="Which step on the way takes the numbers out of their tensors?",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_sends_gradients_back_to_images_and_kernels(seen: Any, expected: Any) -> None:
    expect(seen.to_kernels, "the gradient of the kernels").close_to(expected.to_kernels)
    expect(seen.to_images, "the gradient of the images").close_to(expected.to_images)


@check(
    "conv2d",
    scenario="functions_behind_the_convolution",
    hint="Which function does the work that you are asked to do?",
)
def test_conv2d_is_done_by_hand(seen: Any, expected: Any) -> None:
    expect(seen.borrowed, "the convolution of torch in use").equals("none")


@check(
    "conv2d",
    scenario="convolution_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that was there before, or into anything else?",
)
def test_conv2d_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "conv2d").left_alone()


@check(
    "conv2d",
    scenario="convolutions_that_cannot_be",
    hint="Which numbers in the two shapes have to agree, and which have to be small enough?",
)
def test_conv2d_refuses_shapes_that_do_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "shapes that do not fit").refuses()
