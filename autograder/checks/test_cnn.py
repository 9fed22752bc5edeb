"""What is claimed of the answers of unit 4."""

from typing import Any

from autograder.checks import check
from autograder.expect import expect

FORBIDDEN = {"conv1d", "conv2d", "conv3d", "conv_transpose2d", "convolution", "_convolution"}

# --- conv_output_size ----------------------------------------------------------------------------


@check(
    "conv_output_size",
    scenario="sizes_of_outputs",
    points=3,
    hint="At how many places can the kernel stand, with padding at both ends and its stride?",
)
def test_conv_output_size_counts_the_positions_of_the_kernel(seen: Any, wanted: Any) -> None:
    expect(seen.results[0], "the result").is_a("int")
    for asked, result, right in zip(seen.asked, seen.results, wanted.results, strict=True):
        expect(result, f"for size, kernel, stride, padding {asked} the result").equals(right)
    expect(seen.defaults, "with stride and padding left out, the result").equals(wanted.defaults)


@check(
    "conv_output_size",
    scenario="sizes_that_leave_nothing",
    hint="How often does a kernel of 5 fit into a side of 3?",
)
def test_conv_output_size_refuses_a_kernel_that_does_not_fit(seen: Any, wanted: Any) -> None:
    expect(seen.too_large, "a kernel larger than the side").refuses()


@check(
    "conv_output_size",
    scenario="sizes_that_leave_nothing",
    hint="Which values of stride, kernel, padding and size make sense?",
)
def test_conv_output_size_refuses_senseless_arguments(seen: Any, wanted: Any) -> None:
    for attempt in seen.senseless:
        expect(attempt, "a senseless argument").refuses()


# --- conv2d --------------------------------------------------------------------------------------


@check(
    "conv2d",
    scenario="convolution_by_hand",
    hint="How many channels come out, and how many rows and columns without padding?",
)
def test_conv2d_gives_one_map_a_kernel(seen: Any, wanted: Any) -> None:
    expect(seen.result, "the result").has_shape(tuple(wanted.result.shape))


@check(
    "conv2d",
    scenario="convolution_by_hand",
    points=3,
    hint="Is the kernel laid on as it is, and are the products of all channels added up?",
    needs=test_conv2d_gives_one_map_a_kernel,
)
def test_conv2d_sums_the_products_of_window_and_kernel(seen: Any, wanted: Any) -> None:
    expect(seen.result, "the result").close_to(wanted.result)


@check(
    "conv2d",
    scenario="other_convolutions",
    hint="Does it work for kernels of 1 pixel, for one channel, and in float32?",
    needs=test_conv2d_sums_the_products_of_window_and_kernel,
)
def test_conv2d_works_for_other_sizes_and_dtypes(seen: Any, wanted: Any) -> None:
    expect(seen.results, "the results").close_to(wanted.results)
    expect(seen.results[0], "the result for float32 images").has_dtype("float32")


@check(
    "conv2d",
    scenario="convolution_by_hand",
    hint="Which operation of yours cuts the path back to images or kernels?",
    needs=test_conv2d_sums_the_products_of_window_and_kernel,
)
def test_conv2d_can_be_differentiated(seen: Any, wanted: Any) -> None:
    expect(seen.kernel_gradient, "the gradient of the kernels").close_to(wanted.kernel_gradient)
    expect(seen.image_gradient, "the gradient of the images").close_to(wanted.image_gradient)
    expect(seen.inputs_untouched, "the inputs").holds("they were changed in place")


@check(
    "conv2d",
    scenario="convolution_by_hand",
    hint="What does a convolution do at one place? Write that, for all places.",
)
def test_conv2d_leaves_torchs_own_convolution_alone(seen: Any, wanted: Any) -> None:
    used = sorted(FORBIDDEN.intersection(seen.functions))
    expect(used, "torch's own convolutions in your answer").equals([])


@check(
    "conv2d",
    scenario="convolutions_that_do_not_fit",
    hint="Which shapes can't be convolved?",
)
def test_conv2d_refuses_shapes_that_do_not_fit(seen: Any, wanted: Any) -> None:
    expect(seen.channels, "kernels for another number of channels").refuses()
    expect(seen.large, "kernels larger than the image").refuses()


# --- conv_block ----------------------------------------------------------------------------------


@check(
    "conv_block",
    scenario="block_at_work",
    hint="Which container runs layers one after the other?",
)
def test_conv_block_returns_a_sequential(seen: Any, wanted: Any) -> None:
    expect(seen.is_sequential, "the result").holds("it is no nn.Sequential")


@check(
    "conv_block",
    scenario="block_at_work",
    points=2,
    hint="What do padding 1 and pooling by 2 make of a side of 8, and of 7?",
)
def test_conv_block_halves_the_sides_and_changes_the_channels(seen: Any, wanted: Any) -> None:
    expect(seen.shapes, "the shapes for 8 x 8 and for 7 x 9").equals(wanted.shapes)


@check(
    "conv_block",
    scenario="block_at_work",
    hint="Which of the two convolutions changes the number of channels, and has each a bias?",
    needs=test_conv_block_halves_the_sides_and_changes_the_channels,
)
def test_conv_block_has_two_convolutions_of_3_by_3(seen: Any, wanted: Any) -> None:
    expect(seen.parameters, "the number of parameters").equals(wanted.parameters)


@check(
    "conv_block",
    scenario="block_at_work",
    points=2,
    hint="Where does each ReLU stand, and which kind of pooling is asked for?",
    needs=test_conv_block_has_two_convolutions_of_3_by_3,
)
def test_conv_block_computes_conv_relu_conv_relu_pool(seen: Any, wanted: Any) -> None:
    expect(seen.result, "the result for known weights").close_to(wanted.result)


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


@check(
    "FashionMNISTModelV2",
    scenario="usual_v2",
    hint="What is left of 28 x 28 after two blocks, and how many numbers is that an image?",
)
def test_FashionMNISTModelV2_gives_one_row_of_logits_an_image(seen: Any, wanted: Any) -> None:
    expect(seen.shapes, "the shapes of the logits for 3 images and for 1").equals(wanted.shapes)


@check(
    "FashionMNISTModelV2",
    scenario="usual_v2",
    hint="Count: two blocks of two convolutions, and a classifier of 490 times 10 plus 10.",
    needs=test_FashionMNISTModelV2_gives_one_row_of_logits_an_image,
)
def test_FashionMNISTModelV2_has_7740_parameters(seen: Any, wanted: Any) -> None:
    expect(seen.parameters, "the number of parameters").equals(7740)
    expect(seen.without_gradient, "the number of parameters without a gradient").equals(0)


@check(
    "FashionMNISTModelV2",
    scenario="usual_v2",
    points=3,
    hint="What happens between the blocks, and after the classifier?",
    needs=test_FashionMNISTModelV2_has_7740_parameters,
)
def test_FashionMNISTModelV2_is_two_blocks_flatten_and_linear(seen: Any, wanted: Any) -> None:
    expect(seen.logits, "the logits for known weights").close_to(wanted.logits)


@check(
    "FashionMNISTModelV2",
    scenario="small_v2",
    hint="Is every argument used where it belongs?",
    needs=test_FashionMNISTModelV2_gives_one_row_of_logits_an_image,
)
def test_FashionMNISTModelV2_follows_its_arguments(seen: Any, wanted: Any) -> None:
    expect(seen.shapes, "the shapes of the logits").equals(wanted.shapes)
    expect(seen.parameters, "the number of parameters").equals(wanted.parameters)


# --- train_cnn -----------------------------------------------------------------------------------


@check(
    "train_cnn",
    scenario="training_on_few_images",
    hint="Which model with how many hidden units is asked for, and is it returned?",
)
def test_train_cnn_returns_a_v2(seen: Any, wanted: Any) -> None:
    expect(seen.is_module, f"the result ({seen.kind})").holds("it is no model")
    expect(seen.parameters, "the number of parameters").equals(7740)
    expect(seen.logits_shape, "the shape of the logits for 300 images").equals([300, 10])


@check(
    "train_cnn",
    scenario="training_on_few_images",
    points=3,
    hint="Does the loss fall at all? Look at the step size, and at who owns the weights.",
    needs=test_train_cnn_returns_a_v2,
)
def test_train_cnn_learns_from_953_images(seen: Any, wanted: Any) -> None:
    why = "chance is 0.1, and working recipes reach 0.6 to 0.8 with so few images"
    expect(seen.share, "the share of right answers on new images").between(0.35, 1.0, why)


@check(
    "train_cnn",
    scenario="training_twice",
    hint="Which random numbers are drawn before the first weight exists?",
)
def test_train_cnn_repeats_itself_for_the_same_seed(seen: Any, wanted: Any) -> None:
    expect(seen.again, "two calls with one seed").holds("they gave different weights")
    expect(seen.other, "calls with two seeds").equals(False)


@check(
    "train_cnn",
    scenario="training_on_few_images",
    points=2,
    hint="How many passes over the training images are allowed?",
)
def test_train_cnn_takes_at_most_5_passes(seen: Any, wanted: Any) -> None:
    most = 5 * seen.images
    expect(seen.trained_images, "the number of images trained on").between(0, most)


@check(
    "train_cnn",
    scenario="training_on_few_images",
    hint="Which field of `loaders` is for the very end, once?",
)
def test_train_cnn_never_touches_the_test_images(seen: Any, wanted: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "train_cnn",
    scenario="milestone",
    points=10,
    hint="Look at the curve of the training loss: is it still falling, or does it jump about?",
    full=True,
)
def test_train_cnn_reaches_the_target_accuracy(seen: Any, wanted: Any) -> None:
    wanted.demand(seen.logits)
