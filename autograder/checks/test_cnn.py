"""What is claimed of the answers of unit 4."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

# --- conv_output_size ----------------------------------------------------------------------------


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="Lay a kernel of 3 on 5 pixels: how many places are there?",
)
def test_conv_output_size_counts_the_places_of_a_kernel(seen: Any, wanted: Any) -> None:
    expect(seen.alone, "the length").equals(wanted.alone)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="On how many ends of the row is padding added?",
    needs=test_conv_output_size_counts_the_places_of_a_kernel,
)
def test_conv_output_size_pads_both_ends(seen: Any, wanted: Any) -> None:
    expect(seen.padded, "the length").equals(wanted.padded)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="What becomes of a move that would go over the edge?",
    needs=test_conv_output_size_counts_the_places_of_a_kernel,
)
def test_conv_output_size_makes_only_moves_that_fit(seen: Any, wanted: Any) -> None:
    expect(seen.strided, "the length").equals(wanted.strided)


@check(
    "conv_output_size",
    scenario="lengths_of_outputs",
    hint="In which order do padding, kernel and stride come in?",
    needs=test_conv_output_size_makes_only_moves_that_fit,
)
def test_conv_output_size_combines_padding_and_stride(seen: Any, wanted: Any) -> None:
    expect(seen.both, "the length").equals(wanted.both)
    expect(seen.named, "the length for arguments by name").equals(wanted.named)


@check(
    "conv_output_size",
    scenario="lengths_that_cannot_be",
    hint="What is the smallest value of each of the four arguments that makes sense?",
)
def test_conv_output_size_refuses_arguments_that_are_too_small(seen: Any, wanted: Any) -> None:
    for attempt in seen.too_small:
        expect(attempt, "an argument that is too small").refuses()


@check(
    "conv_output_size",
    scenario="lengths_that_cannot_be",
    hint="How often does a kernel of 6 fit into 3 pixels with one more on each end?",
)
def test_conv_output_size_refuses_kernels_that_do_not_fit(seen: Any, wanted: Any) -> None:
    for attempt in seen.too_large:
        expect(attempt, "a kernel that does not fit").refuses()


# --- conv2d --------------------------------------------------------------------------------------


@check(
    "conv2d",
    scenario="convolutions_by_hand",
    points=2,
    hint="Lay the kernel on the upper left corner: which pixel meets which weight?",
)
def test_conv2d_lays_the_kernel_on_every_place(seen: Any, wanted: Any) -> None:
    expect(seen.single, "the map").close_to(wanted.single)


@check(
    "conv2d",
    scenario="convolutions_by_hand",
    points=2,
    hint="Each output channel has a kernel for every input channel: what is summed, what remains?",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_sums_over_input_channels(seen: Any, wanted: Any) -> None:
    expect(seen.channels, "the maps").close_to(wanted.channels)
    expect(seen.extremes, "the maps").close_to(wanted.extremes)
    expect(seen.turned, "the maps of a transposed view").close_to(wanted.turned)


@check(
    "conv2d",
    scenario="convolutions_of_other_kinds",
    points=0.5,
    hint="Which dtype and which device does a tensor get that you make yourself?",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_keeps_the_dtype_and_the_device_of_the_images(seen: Any, wanted: Any) -> None:
    expect(seen.forms, "the map").equals(wanted.forms)
    expect(seen.mixed, "the dtype of a map of float64 images, float32 kernels,").equals("float64")
    device = 'the device of the map, with torch.device("meta") as default for new tensors,'
    expect(seen.device, device).equals(wanted.device)


@check(
    "conv2d",
    scenario="convolution_with_gradients",
    hint="Which step on the way takes the numbers out of their tensors?",
    needs=test_conv2d_lays_the_kernel_on_every_place,
)
def test_conv2d_sends_gradients_back_to_images_and_kernels(seen: Any, wanted: Any) -> None:
    expect(seen.to_kernels, "the gradient of the kernels").close_to(wanted.to_kernels)
    expect(seen.to_images, "the gradient of the images").close_to(wanted.to_images)


@check(
    "conv2d",
    scenario="functions_behind_the_convolution",
    hint="Which function does the work that you are asked to do?",
)
def test_conv2d_is_done_by_hand(seen: Any, wanted: Any) -> None:
    expect(seen.borrowed, "the convolution of torch in use").equals("none")


@check(
    "conv2d",
    scenario="convolution_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that was there before, or into anything else?",
)
def test_conv2d_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "conv2d").left_alone()


@check(
    "conv2d",
    scenario="convolutions_that_cannot_be",
    hint="Which numbers in the two shapes have to agree, and which have to be small enough?",
)
def test_conv2d_refuses_shapes_that_do_not_fit(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "shapes that do not fit").refuses()


# --- conv_block ----------------------------------------------------------------------------------


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Which container of PyTorch calls its layers one after the other?",
)
def test_conv_block_returns_a_sequential(seen: Any, wanted: Any) -> None:
    expect(seen.kind, "the block").equals("an nn.Sequential")


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Which number of the shape is another one, and which of your layers decides on it?",
)
def test_conv_block_halves_the_size_and_changes_the_channels(seen: Any, wanted: Any) -> None:
    expect(seen.forms, "the result").equals(wanted.forms)


@check(
    "conv_block",
    scenario="block_of_layers",
    hint="Count the weights and biases by hand: which layer has more or fewer than you thought?",
    needs=test_conv_block_halves_the_size_and_changes_the_channels,
)
def test_conv_block_changes_the_channels_in_its_first_convolution(seen: Any, wanted: Any) -> None:
    expect(seen.parameters, "the number of parameters").equals(wanted.parameters)


@check(
    "conv_block",
    scenario="block_with_known_weights",
    points=1.5,
    hint="Name the five steps in their order: which of them is missing, or of another kind?",
    needs=test_conv_block_changes_the_channels_in_its_first_convolution,
)
def test_conv_block_computes_conv_relu_conv_relu_pool(seen: Any, wanted: Any) -> None:
    expect(seen.plus, "the result with every weight at 0.1").close_to(wanted.plus)
    expect(seen.minus, "the result with every weight at -0.1").close_to(wanted.minus)
    expect(seen.glaring, "the result of glaring images").close_to(wanted.glaring)
    if seen.layout == wanted.layout:  # whoever holds the weights in another form is done here
        expect(seen.maps, "the result with known weights").close_to(wanted.maps)


@check(
    "conv_block",
    scenario="two_blocks",
    hint="When are the layers made: once, or in each call?",
)
def test_conv_block_makes_new_weights_in_each_call(seen: Any, wanted: Any) -> None:
    expect(seen.shared, "the number of weights that two blocks share").equals(0)
    expect(seen.frozen, "the number of weights that can't learn").equals(0)


@check(
    "conv_block",
    scenario="block_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever calls you?",
    needs=test_conv_block_halves_the_size_and_changes_the_channels,
)
def test_conv_block_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "conv_block").left_alone()


# --- FashionMNISTModelV2 -------------------------------------------------------------------------


@check(
    "FashionMNISTModelV2",
    scenario="v2_by_default",
    hint="Which shape does an image have after each block, and how many values is that?",
)
def test_FashionMNISTModelV2_gives_each_image_one_logit_a_class(seen: Any, wanted: Any) -> None:
    expect(seen.form_of_one, "the logits of one image").equals(wanted.form_of_one)
    expect(seen.forms, "the logits of 1, 4 and 5 images").equals(wanted.forms)


@check(
    "FashionMNISTModelV2",
    scenario="v2_by_default",
    hint="Count by hand: which layer has more or fewer weights than you thought?",
)
def test_FashionMNISTModelV2_has_7740_parameters(seen: Any, wanted: Any) -> None:
    expect(seen.parameters, "the number of parameters").equals(wanted.parameters)
    expect(seen.shared, "the number of weights that two models share").equals(0)


@check(
    "FashionMNISTModelV2",
    scenario="v2_of_other_sizes",
    hint="Where in your layers does each of the three arguments stand, and in which order?",
    needs=test_FashionMNISTModelV2_has_7740_parameters,
)
def test_FashionMNISTModelV2_uses_all_three_sizes(seen: Any, wanted: Any) -> None:
    expect(seen.forms, "the logits for in_channels=3, classes=4").equals(wanted.forms)
    expect(seen.parameters, "their number of parameters").equals(wanted.parameters)
    expect(seen.forms_by_place, "the logits").equals(wanted.forms_by_place)
    expect(seen.parameters_by_place, "the number of parameters").equals(wanted.parameters_by_place)


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    hint="What comes after the linear layer, in train mode and in eval mode?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_returns_raw_logits(seen: Any, wanted: Any) -> None:
    for mode, negative in seen.negative.items():
        expect(negative, f"the logits in {mode}").holds("none is negative, whatever the weights")


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    points=1.5,
    hint="Write down every step from image to logits: which is missing, or too many?",
    needs=test_FashionMNISTModelV2_returns_raw_logits,
)
def test_FashionMNISTModelV2_computes_two_blocks_and_a_linear_layer(seen: Any, wanted: Any) -> None:
    expect(seen.plus, "the logits with every weight at 0.1").close_to(wanted.plus)
    expect(seen.minus, "the logits with every weight at -0.1").close_to(wanted.minus)
    expect(seen.plus_in_eval, "the logits in eval mode").close_to(wanted.plus_in_eval)
    if seen.layout == wanted.layout:  # whoever holds the weights in another form is done here
        expect(seen.known, "the logits with known weights").close_to(wanted.known)


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    hint="What happens in `forward` that happens anew in each call?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_gives_the_same_logits_again(seen: Any, wanted: Any) -> None:
    expect(seen.again, "the logits of the same images again").close_to(seen.logits)


@check(
    "FashionMNISTModelV2",
    scenario="v2_with_known_weights",
    hint="Is there a parameter that no logit depends on, or a step that cuts the way back?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_lets_every_parameter_learn(seen: Any, wanted: Any) -> None:
    expect(seen.unreached, "the number of weights without a gradient").equals(0)


@check(
    "FashionMNISTModelV2",
    scenario="v2_and_everything_else",
    points=0.5,
    hint="Which of your lines changes something that belongs to whoever makes or calls the model?",
    needs=test_FashionMNISTModelV2_uses_all_three_sizes,
)
def test_FashionMNISTModelV2_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "FashionMNISTModelV2").left_alone()


# --- train_cnn -----------------------------------------------------------------------------------


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    hint="What does the task ask you to return, and of which size?",
)
def test_train_cnn_returns_a_model_of_10_hidden_units(seen: Any, wanted: Any) -> None:
    expect(seen.result, "the result").equals("a model")
    expect(seen.parameters, "its number of parameters").equals(wanted.parameters)
    expect(seen.form, "its logits of 40 images").equals(wanted.form)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="Which loader do you go through, and does each of its batches reach `backward`?",
    needs=test_train_cnn_returns_a_model_of_10_hidden_units,
)
def test_train_cnn_trains_on_all_training_images(seen: Any, wanted: Any) -> None:
    expect(seen.trained_on, "what the model is trained on").equals("loaders.train")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="How far does one step of the optimizer move a weight of 0.1, and whose weights are they?",
    needs=test_train_cnn_trains_on_all_training_images,
)
def test_train_cnn_moves_the_weights_of_its_model_step_by_step(seen: Any, wanted: Any) -> None:
    expect(seen.moves, "the way in which the weights move").equals("step by step")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="What does the model return, what does the loss make of it, and is anything in between?",
    needs=test_train_cnn_moves_the_weights_of_its_model_step_by_step,
)
def test_train_cnn_gives_its_loss_raw_logits(seen: Any, wanted: Any) -> None:
    expect(seen.probabilities_for, "the loss that gets probabilities for logits").equals("none")


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=2,
    hint="Does the loss leave log(10) at all? Which steps does the optimizer take, and with whom?",
    needs=test_train_cnn_gives_its_loss_raw_logits,
)
def test_train_cnn_learns_three_easy_patterns(seen: Any, wanted: Any) -> None:
    why = "guessing all ten labels costs 2.303"
    expect(seen.logits, "the logits of new images").tells(wanted.labels, 0.6, 2.2, why)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    hint="How many epochs are there, and does anything else go through the training images?",
)
def test_train_cnn_makes_at_most_5_passes(seen: Any, wanted: Any) -> None:
    expect(seen.read_passes, "the passes over loaders.train").between(0, 5.5)
    expect(seen.trained_passes, "the passes that were trained on").between(0, 5.5)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=1.5,
    hint="Which part of `loaders` is there to compare recipes with?",
)
def test_train_cnn_never_touches_the_test_images(seen: Any, wanted: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "train_cnn",
    scenario="training_on_easy_images",
    points=0.5,
    hint="Which of your lines writes into the images, or switches something for everybody?",
)
def test_train_cnn_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "train_cnn").left_alone()


@check(
    "train_cnn",
    scenario="training_with_seeds",
    points=1.5,
    hint="Is the seed set before anything is drawn, and is it the one that was passed?",
    needs=test_train_cnn_returns_a_model_of_10_hidden_units,
)
def test_train_cnn_gives_weights_that_the_seed_decides(seen: Any, wanted: Any) -> None:
    first, again, other = seen.weights
    expect(again, "the weights of a second call").close_to(first, "the seed was the same")
    expect(other, "the weights").differs_from(first, "the seed was another")


@check(
    "train_cnn",
    scenario="training_on_a_device",
    points=0.5,
    hint="What has to be on the device: the model, the batches, or both?",
)
def test_train_cnn_trains_on_the_device(seen: Any, wanted: Any) -> None:
    for devices in seen.devices:
        expect(devices, "model and images, on").equals(wanted.devices[0])


@check(
    "train_cnn",
    scenario="training_on_nothing",
    points=0.5,
    hint="What can be learnt from no images?",
)
def test_train_cnn_refuses_no_training_images(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "no training images").refuses()
    expect(seen.single, "what comes back for a single batch").equals("a model")


@check(
    "train_cnn",
    scenario="milestone",
    points=10,
    hint="Compare recipes on the validation images: which optimizer, which step, which schedule?",
    full=True,
)
def test_train_cnn_reaches_the_target_accuracy(seen: Any, wanted: Any) -> None:
    wanted.demand(seen.logits)
