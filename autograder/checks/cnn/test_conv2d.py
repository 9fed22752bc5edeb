"""What is claimed of `conv2d`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

WINDOW = "04_cnn#sliding-a-small-window"


@check(
    "conv2d",
    scenario="convolutions_by_hand",
    points=2.5,
    hint="Lay the kernel on a corner, then one step on: which pixel meets which weight there, and "
    "over what is the sum?",
    thought="The result at row y and column x comes from the window that begins there. Its "
    "upper left pixel is multiplied by the upper left weight; the k x k products are "
    "added up.",
    see=WINDOW,
)
def test_conv2d_lays_the_kernel_on_every_place(seen: Any, expected: Any) -> None:
    expect(seen.single, "the map").close_to(expected.single)


@check(
    "conv2d",
    scenario="convolutions_by_hand",
    points=2.5,
    hint="Each output channel has a kernel for every input channel: what is summed, what remains?",
    thought="One kernel has the shape (Cin, k, k), like one window. Their product is summed over "
    "all three dimensions, once for each of the Cout kernels and each of the B images.",
    see="04_cnn#channels-are-summed",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_sums_over_input_channels(seen: Any, expected: Any) -> None:
    sizes = "Which of your numbers come from the shapes, and are H and W told apart?"
    expect(seen.channels, "the maps").close_to(expected.channels)
    expect(seen.extremes, "the maps", sizes).close_to(expected.extremes)
    view = "Does your code rely on how the images lie in memory?"
    expect(seen.turned, "the maps of a transposed view", view).close_to(expected.turned)


@check(
    "conv2d",
    scenario="convolution_with_gradients",
    hint="Which values reach the result, and is each step on the way one of tensors?",
    thought="Gradients flow only through operations on tensors. `item`, `numpy`, `detach`, "
    "`data` and a new `torch.tensor` all leave the graph.",
    see="04_cnn#kernels-can-be-learnt",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_sends_gradients_back_to_images_and_kernels(seen: Any, expected: Any) -> None:
    expect(seen.to_kernels, "the gradient of the kernels").close_to(expected.to_kernels)
    expect(seen.to_images, "the gradient of the images").close_to(expected.to_images)


@check(
    "conv2d",
    scenario="functions_behind_the_convolution",
    hint="Which function does the work that you are asked to do?",
    thought="Slices, products and sums are enough, and so is `unfold` with a product of matrices.",
    see=WINDOW,
)
def test_conv2d_is_done_by_hand(seen: Any, expected: Any) -> None:
    expect(seen.borrowed, "the convolution of torch in use").equals("none")


@check(
    "conv2d",
    scenario="convolutions_of_other_kinds",
    points=0.5,
    hint="Which dtype and which device does a tensor get that you make yourself?",
    see="03_training#to-returns-a-new-tensor",
    craft=True,
)
def test_conv2d_keeps_the_dtype_and_the_device_of_the_images(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the map").equals(expected.forms)
    expect(seen.fine, "the map of float64 images").close_to(expected.fine)
    expect(seen.mixed, "the dtype of a map of float64 images, float32 kernels,").equals("float64")
    device = 'the device of the map, with torch.device("meta") as default for new tensors,'
    expect(seen.device, device).equals(expected.device)


@check(
    "conv2d",
    scenario="convolution_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that was there before, or into anything else?",
    see=WINDOW,
    craft=True,
)
def test_conv2d_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "conv2d").left_alone()


@check(
    "conv2d",
    scenario="convolutions_that_cannot_be",
    points=0.5,
    hint="Which numbers in the two shapes have to agree, and which have to be small enough?",
    see="04_cnn#when-the-classifier-does-not-fit",
    craft=True,
)
def test_conv2d_refuses_shapes_that_do_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "shapes that do not fit").refuses()
