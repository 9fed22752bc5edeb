"""What is claimed of the answers of unit 3."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

# --- train_batch ---------------------------------------------------------------------------------


@check(
    "train_batch",
    scenario="two_updates",
    hint="`loss` is a tensor; which of its methods gives the plain number?",
)
def test_train_batch_returns_the_loss_as_a_float(seen: Any, wanted: Any) -> None:
    expect(seen.loss, "the returned loss").is_a("float")


@check(
    "train_batch",
    scenario="update_beside_frozen_weights",
    points=0.5,
    hint="Which of your lines write into what is not yours, or set something for everybody?",
)
def test_train_batch_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "train_batch").left_alone()


@check(
    "train_batch",
    scenario="two_updates",
    hint="Is it what `loss_fn` said of the raw logits of this batch, before the weights moved?",
    needs=test_train_batch_returns_the_loss_as_a_float,
)
def test_train_batch_returns_the_loss_before_the_update(seen: Any, wanted: Any) -> None:
    expect(seen.loss, "the loss").close_to(wanted.loss)
    expect(seen.other_loss, "the loss of another model, later,").close_to(wanted.other_loss)


@check(
    "train_batch",
    scenario="two_updates",
    points=2,
    hint="Which of zero_grad, backward and step ran, how often, and in which order?",
)
def test_train_batch_moves_the_weights_one_step_downhill(seen: Any, wanted: Any) -> None:
    expect(seen.moved, "the model").holds("no weight has moved, so nothing was learnt")
    expect(seen.stepped, "the optimizer").holds("the one that was passed made no step")
    expect(seen.after_one, "the weights after the first batch").close_to(wanted.after_one)


@check(
    "train_batch",
    scenario="two_updates",
    points=2,
    hint="What is still in `parameter.grad`, and in the optimizer, when the second batch comes?",
    needs=test_train_batch_moves_the_weights_one_step_downhill,
)
def test_train_batch_steps_by_the_gradient_of_this_batch_alone(seen: Any, wanted: Any) -> None:
    expect(seen.after_two, "the weights after the second batch").close_to(wanted.after_two)


@check(
    "train_batch",
    scenario="update_in_either_mode",
    hint="Who should decide whether the model is in train or eval mode?",
)
def test_train_batch_leaves_the_mode_to_the_caller(seen: Any, wanted: Any) -> None:
    expect(seen.modes["eval"], "train mode (during, after) of a model in eval").equals([False] * 2)
    expect(seen.modes["train"], "train mode (during, after) of one in train").equals([True] * 2)


@check(
    "train_batch",
    scenario="update_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
)
def test_train_batch_lets_errors_through(seen: Any, wanted: Any) -> None:
    expect(seen.heard, "an error in the model").holds(
        "train_batch returned as if nothing was wrong"
    )


# --- train_epoch ---------------------------------------------------------------------------------


@check(
    "train_epoch",
    scenario="ragged_epoch",
    points=0.5,
    hint="Which record does the task name, and what are its two fields made of?",
)
def test_train_epoch_returns_metrics(seen: Any, wanted: Any) -> None:
    expect(seen.metrics, "the result").has_fields("loss", "accuracy")
    expect(seen.metrics["loss"], "the loss").is_a("float")
    expect(seen.metrics["accuracy"], "the accuracy").is_a("float")


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="Does every batch reach the model, the smaller ones and that of one image too?",
)
def test_train_epoch_uses_every_image(seen: Any, wanted: Any) -> None:
    expect(seen.images, "the number of images that the model saw").equals(wanted.images)


@check(
    "train_epoch",
    scenario="ragged_epoch",
    points=0.5,
    hint="Which of your lines write into what is not yours, or set something for everybody?",
)
def test_train_epoch_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "train_epoch").left_alone()


@check(
    "train_epoch",
    scenario="two_epochs_of_updates",
    points=3,
    hint="Which of zero_grad, backward and step ran for each batch, and in which order?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_updates_the_weights_after_every_batch(seen: Any, wanted: Any) -> None:
    expect(seen.moved, "the model").holds("no weight has moved, so nothing was learnt")
    expect(seen.stepped, "the optimizer").holds("the one that was passed made no step")
    expect(seen.after_one, "the weights after one epoch").close_to(wanted.after_one)
    expect(seen.after_two, "the weights after two epochs").close_to(wanted.after_two)


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="A batch of 8 and one of 5 have a mean loss each: how much should each count?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_averages_the_loss_over_images(seen: Any, wanted: Any) -> None:
    expect(seen.figures["loss"], "the loss").close_to(wanted.figures["loss"])


@check(
    "train_epoch",
    scenario="ragged_epoch",
    hint="Count the correct images of all batches; by what do you divide, and once or often?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_averages_the_accuracy_over_images(seen: Any, wanted: Any) -> None:
    expect(seen.figures["accuracy"], "the accuracy").close_to(wanted.figures["accuracy"])


@check(
    "train_epoch",
    scenario="epoch_with_a_large_step",
    hint="Do loss and accuracy come from the same forward pass as the step?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_reports_what_it_saw_before_each_update(seen: Any, wanted: Any) -> None:
    expect(seen.moving, "what is reported of a large step").close_to(seen.still, "it moved with it")


@check(
    "train_epoch",
    scenario="epochs_of_a_sleeping_model",
    points=2,
    hint="In which mode does the model arrive in the second epoch, after an evaluation?",
)
def test_train_epoch_trains_in_train_mode(seen: Any, wanted: Any) -> None:
    expect(all(seen.modes), "train mode").holds("a batch went through a model in eval mode")


@check(
    "train_epoch",
    scenario="epoch_on_a_device",
    hint="`.to()` of a tensor returns a new one: is its result kept, and is `device` used?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_moves_model_and_batches_to_the_device(seen: Any, wanted: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        expect(labels, "the device of the labels").equals(logits, "the logits are elsewhere")


@check(
    "train_epoch",
    scenario="epoch_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    needs=test_train_epoch_uses_every_image,
)
def test_train_epoch_lets_errors_through(seen: Any, wanted: Any) -> None:
    expect(seen.heard, "an error in the model").holds("train_epoch went on as if nothing was wrong")


@check(
    "train_epoch",
    scenario="empty_epoch",
    points=0.5,
    hint="What is the average over no images?",
)
def test_train_epoch_refuses_no_batches(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "no batches").refuses()


# --- evaluate ------------------------------------------------------------------------------------


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=0.5,
    hint="Which record does the task name, and what are its two fields made of?",
)
def test_evaluate_returns_metrics(seen: Any, wanted: Any) -> None:
    expect(seen.metrics, "the result").has_fields("loss", "accuracy")
    expect(seen.metrics["loss"], "the loss").is_a("float")
    expect(seen.metrics["accuracy"], "the accuracy").is_a("float")


@check(
    "evaluate",
    scenario="evaluation_of_a_sleeping_model",
    hint="Does every batch reach the model, the smaller ones and that of one image too?",
)
def test_evaluate_uses_every_image(seen: Any, wanted: Any) -> None:
    expect(seen.images, "the number of images that the model saw").equals(wanted.images)
    expect(seen.images_again, "the same number in a second call").equals(wanted.images_again)


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=0.5,
    hint="Which of your lines write into what is not yours, or set something for everybody?",
)
def test_evaluate_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "evaluate").left_alone()


@check(
    "evaluate",
    scenario="ragged_evaluation",
    points=2,
    hint="Which switch of the model turns dropout off and freezes batch norm, in every layer?",
)
def test_evaluate_measures_in_eval_mode(seen: Any, wanted: Any) -> None:
    expect(not any(seen.modes), "eval mode").holds("a batch went through a model in train mode")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="How much should a last, smaller batch count for the loss?",
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_averages_the_loss_over_images(seen: Any, wanted: Any) -> None:
    expect(seen.figures["loss"], "the loss").close_to(wanted.figures["loss"])


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Count the correct images of all batches; by what do you divide, and once or often?",
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_averages_the_accuracy_over_images(seen: Any, wanted: Any) -> None:
    expect(seen.figures["accuracy"], "the accuracy").close_to(wanted.figures["accuracy"])


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Which context tells PyTorch not to keep the graph, and where does it end?",
)
def test_evaluate_records_no_gradients(seen: Any, wanted: Any) -> None:
    expect(not any(seen.recorded), "recording off").holds("the logits still carry a graph")
    expect(seen.recording_after, "recording afterwards").holds("it stayed off for the caller")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="Which lines belong to training only?",
    needs=test_evaluate_measures_in_eval_mode,
)
def test_evaluate_changes_no_weight(seen: Any, wanted: Any) -> None:
    expect(seen.after, "the model").equals(seen.before, "measuring changed it")


@check(
    "evaluate",
    scenario="ragged_evaluation",
    hint="The model came in train mode. In which mode does it leave?",
)
def test_evaluate_puts_train_mode_back(seen: Any, wanted: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(True)
    expect(seen.layers_alike, "the model").holds("layers inside of it stayed in eval mode")


@check(
    "evaluate",
    scenario="evaluation_of_a_sleeping_model",
    hint="The model came in eval mode. Where can you note `model.training` before you change it?",
)
def test_evaluate_leaves_a_model_in_eval_mode_there(seen: Any, wanted: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(False)
    expect(seen.layers_alike, "the model").holds("layers inside of it are in train mode now")


@check(
    "evaluate",
    scenario="evaluation_on_a_device",
    hint="`.to()` of a tensor returns a new one: is its result kept, and is `device` used?",
    needs=test_evaluate_uses_every_image,
)
def test_evaluate_moves_model_and_batches_to_the_device(seen: Any, wanted: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        expect(labels, "the device of the labels").equals(logits, "the logits are elsewhere")


@check(
    "evaluate",
    scenario="evaluation_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    needs=test_evaluate_uses_every_image,
)
def test_evaluate_lets_errors_through(seen: Any, wanted: Any) -> None:
    expect(seen.heard, "an error in the model").holds("evaluate went on as if nothing was wrong")


@check(
    "evaluate",
    scenario="empty_evaluation",
    points=0.5,
    hint="What is the average over no images, and in which mode do you leave the model then?",
)
def test_evaluate_refuses_no_batches(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
    expect(seen.mode_after_none, "`model.training` after the error").equals(seen.mode_after_one)


# --- fit -----------------------------------------------------------------------------------------


@check(
    "fit",
    scenario="three_epochs",
    hint="What is added to the list after each epoch, and from which number on?",
)
def test_fit_returns_one_record_an_epoch_numbered_from_1(seen: Any, wanted: Any) -> None:
    expect(seen.history, "the history").is_a("list")
    expect(seen.history, "the history of 3 epochs").has_length(3)
    for number, epoch in enumerate(seen.history, 1):
        expect(epoch, "each entry").has_fields("epoch", "train", "validation")
        expect(epoch["epoch"], "the number of an epoch").equals(number)


@check(
    "fit",
    scenario="three_epochs",
    hint="`evaluate` leaves the model in the mode it came in; what about your own loop?",
)
def test_fit_trains_in_train_mode_in_every_epoch(seen: Any, wanted: Any) -> None:
    expect(all(seen.modes), "train mode").holds("a batch was trained on in eval mode")


@check(
    "fit",
    scenario="three_epochs",
    points=2,
    hint="What runs once per epoch, on which part of `loaders`, with which optimizer?",
    needs=test_fit_trains_in_train_mode_in_every_epoch,
)
def test_fit_trains_on_the_training_images_each_epoch(seen: Any, wanted: Any) -> None:
    expect(seen.stepped, "the optimizer").holds("the one that was passed made no step")
    expect(seen.after, "the weights after 3 epochs").close_to(wanted.after)


@check(
    "fit",
    scenario="three_epochs",
    points=2,
    hint="Which function measures, on which part of `loaders`, and when?",
    needs=test_fit_trains_on_the_training_images_each_epoch,
)
def test_fit_reports_training_and_validation_metrics(seen: Any, wanted: Any) -> None:
    expect(seen.records, "the history of 3 epochs").has_length(3)
    for epoch, right in zip(seen.records, wanted.records, strict=False):
        expect(epoch["train"], "the training metrics").close_to(right["train"])
        expect(epoch["validation"], "the validation metrics").close_to(right["validation"])


@check(
    "fit",
    scenario="three_epochs",
    hint="Which field of `loaders` is for the very end, once?",
)
def test_fit_never_touches_the_test_images(seen: Any, wanted: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "fit",
    scenario="fit_with_a_scheduler",
    points=2,
    hint="How many batches are there, and how often, and when, should the learning rate move?",
)
def test_fit_steps_the_scheduler_once_a_batch(seen: Any, wanted: Any) -> None:
    expect(seen.rates, "the learning rate at each step").close_to(wanted.rates)
    expect(seen.last_rate, "the learning rate at the end").close_to(wanted.last_rate)


@check(
    "fit",
    scenario="fit_on_a_device",
    hint="Where does `device` go from here?",
    needs=test_fit_trains_on_the_training_images_each_epoch,
)
def test_fit_trains_and_measures_on_the_device(seen: Any, wanted: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    for logits, labels in seen.labels:
        expect(labels, "the device of the labels").equals(logits, "the logits are elsewhere")


@check(
    "fit",
    scenario="fit_with_a_scheduler",
    points=0.5,
    hint="What do you hang on the optimizer, or seed, that is still there when `fit` has ended?",
)
def test_fit_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "fit").left_alone()


@check(
    "fit",
    scenario="fit_for_no_epoch",
    hint="How often does your loop run for 0 epochs, and is the list a new one in each call?",
)
def test_fit_does_nothing_for_0_epochs(seen: Any, wanted: Any) -> None:
    expect(seen.records, "the history of 0 epochs").equals([])
    expect(seen.after, "the weights").equals(seen.before)


@check(
    "fit",
    scenario="fit_for_no_epoch",
    points=0.5,
    hint="What should happen for a number that makes no sense?",
)
def test_fit_refuses_a_negative_number_of_epochs(seen: Any, wanted: Any) -> None:
    expect(seen.refused, "a negative number").refuses()


# --- seed_everything -----------------------------------------------------------------------------


def _claim_seeds(library: str, seen: Any) -> None:
    first, second, other = (draw[library] for draw in seen.draws)
    expect(second, f"what {library} draws after the same seed").equals(first)
    expect(other, f"what {library} draws after another seed").differs_from(first)


@check(
    "seed_everything",
    scenario="draws_after_seeding",
    hint="Is `torch.manual_seed` called, with your seed?",
)
def test_seed_everything_seeds_torch(seen: Any, wanted: Any) -> None:
    expect(seen.replaced, "what was overwritten").equals([], "a function was assigned to")
    _claim_seeds("torch", seen)
    _claim_seeds("weights", seen)


@check(
    "seed_everything",
    scenario="draws_after_seeding",
    hint="Which library besides torch do transforms and your own code draw from?",
)
def test_seed_everything_seeds_numpy(seen: Any, wanted: Any) -> None:
    _claim_seeds("numpy", seen)


@check(
    "seed_everything",
    scenario="draws_after_seeding",
    hint="Python has a random module of its own: is it started from your seed?",
)
def test_seed_everything_seeds_python(seen: Any, wanted: Any) -> None:
    _claim_seeds("random", seen)


@check(
    "seed_everything",
    scenario="seeds_out_of_range",
    hint="Which seeds can all three libraries take?",
)
def test_seed_everything_refuses_seeds_out_of_range(seen: Any, wanted: Any) -> None:
    negative, large = seen.negative, seen.large
    expect(negative, "a negative seed").refuses()
    expect(large, "a seed that is too large").refuses()


@check(
    "seed_everything",
    scenario="seeds_from_end_to_end",
    points=0.5,
    hint="Does the seed go to the libraries as it is, also if it is 0 or very large?",
    needs=test_seed_everything_seeds_torch,
)
def test_seed_everything_tells_all_seeds_apart(seen: Any, wanted: Any) -> None:
    for attempt in seen.taken:
        expect(attempt, "a seed").accepts()
    expect(seen.repeats, "the seed 0").holds("two runs after it differ")
    expect(seen.alike, "a pair of seeds that give the same run").equals("none")
