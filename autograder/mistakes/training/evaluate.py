"""Wrong answers to `evaluate`."""

from typing import Any

import torch
from torch import nn

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise
from autograder.mistakes.training.shared import (
    RIGHT,
    Batches,
    BatchResult,
    Device,
    Loss,
    after_softmax,
    averaged,
    full_ones,
    hits_in,
    mean_of,
    measured_on,
    moved_to,
    swapped,
    trained_on,
)
from fashion_course.kit import Metrics


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_without_eval_mode(model: nn.Module, *rest: Any) -> Metrics:
    """You measure in the mode that the model was in before the call. In train mode dropout is on,
    so two runs disagree, and batch norm learns from the images that you only wanted to measure.

    Which switch of the model tells dropout and batch norm that training is over?
    """
    return averaged(measured_on(model, *rest, mode=model.training))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_records_gradients(*args: Any) -> Metrics:
    """PyTorch records every operation, which only training needs. That costs time and memory for
    each batch; eval mode does not switch it off.

    Which context turns the recording off?
    """
    return averaged(measured_on(*args, recording=True))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_calls_backward(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """You call `backward` while you measure. A measurement needs no gradients: they take time and
    memory, and those in the model belong to the caller's training.

    Which of the five moves does a measurement need?
    """
    was_training = model.training
    results: list[BatchResult] = []
    model.to(device).eval()
    for images, labels in moved_to(batches, device):
        logits = model(images)
        loss = loss_fn(logits, labels)
        loss.backward()
        results.append(BatchResult(loss.item(), hits_in(logits, labels), len(labels)))
    model.train(was_training)
    return averaged(results)


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_switches_recording_off_for_good(*args: Any) -> Metrics:
    """You turn recording off and never on again, so the next training step of the caller fails: its
    loss has no gradient.

    Which form of switching recording off ends by itself?
    """
    torch.set_grad_enabled(False)
    return averaged(measured_on(*args))


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_leaves_eval_mode_behind(model: nn.Module, *rest: Any) -> Metrics:
    """The model was in train mode before the call and is in eval mode after it. Further training
    then runs without dropout.

    What must you note before you call `eval()`?
    """
    try:
        return averaged(measured_on(model, *rest))
    finally:
        model.eval()


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_always_ends_in_train_mode(model: nn.Module, *rest: Any) -> Metrics:
    """After the call the model is in train mode, whichever mode it was in before. A finished model
    then predicts with its dropout on.

    Where can you read the mode, before you change it?
    """
    metrics = averaged(measured_on(model, *rest))
    model.train()
    return metrics


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_sets_the_flag_of_the_outer_module(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """`model.training = False` sets the flag of the outer module only. The layers inside have flags
    of their own, and they stayed in train mode.

    Which method goes through all layers?
    """
    was_training = model.training
    model.training = False
    results: list[BatchResult] = []
    with torch.no_grad():
        for images, labels in moved_to(batches, device):
            logits = model.to(device)(images)
            loss = loss_fn(logits, labels).item()
            results.append(BatchResult(loss, hits_in(logits, labels), len(labels)))
    model.training = was_training
    return averaged(results)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_averages_batch_losses(*args: Any) -> Metrics:
    """You average the losses of the batches, so a small batch counts as much as a full one, and the
    result changes with the batch size.

    If one batch has 8 images and one has 6, how many images does each mean stand for?
    """
    results = list(measured_on(*args))
    return averaged(results)._replace(loss=mean_of([batch.loss for batch in results]))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_averages_batch_accuracies(*args: Any) -> Metrics:
    """You average the accuracies of the batches, so a small batch counts as much as a full one. On
    10,000 images that can give accuracies that no number of correct images could give.

    How many images were right in all, and out of how many?
    """
    results = list(measured_on(*args))
    return averaged(results)._replace(accuracy=mean_of([b.hits / b.size for b in results]))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_accuracy_in_percent(*args: Any) -> Metrics:
    """Your accuracy is in per cent. In this course it is a share from 0 to 1.

    What accuracy does a model have that gets every image right?
    """
    loss, accuracy = averaged(measured_on(*args))
    return Metrics(loss, 100 * accuracy)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_sums_batch_losses(*args: Any) -> Metrics:
    """Your loss is the sum of the batches' losses. It grows with the number of batches, so it can't
    be compared with the training loss.

    What do you have to divide the sum by?
    """
    results = list(measured_on(*args))
    return averaged(results)._replace(loss=sum(batch.loss for batch in results))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_divides_batch_losses_by_images(*args: Any) -> Metrics:
    """The mean losses of the batches are added up, and the sum is divided by the number of images.

    Each loss is already a mean: by what must you multiply it before you may divide by images?
    """
    results = list(measured_on(*args))
    metrics = averaged(results)
    losses, seen = sum(batch.loss for batch in results), sum(batch.size for batch in results)
    return metrics._replace(loss=losses / seen)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_divides_hits_by_batches(*args: Any) -> Metrics:
    """You divide the number of correct images by the number of batches. That can be above 1.

    What is counted above the fraction line, and what should be counted below it?
    """
    results = list(measured_on(*args))
    return averaged(results)._replace(accuracy=mean_of([float(b.hits) for b in results]))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_reports_the_last_loss(*args: Any) -> Metrics:
    """The loss that you report is that of the last batch alone.

    Which variable adds up the losses of all batches?
    """
    results = list(measured_on(*args))
    return averaged(results)._replace(loss=results[-1].loss if results else 0.0)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_reports_the_last_batch(*args: Any) -> Metrics:
    """You report the loss and the accuracy of the last batch alone.

    Which of your variables are overwritten in each turn of the loop, and which should add up?
    """
    results = list(measured_on(*args))
    return averaged(results[-1:])


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_returns_inside_the_loop(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """Your loop ends after the first batch, by a `return` or `break` inside it. The other images
    are never measured.

    How far is the line that ends your loop indented?
    """
    for batch in batches:
        return averaged(measured_on(model, [batch], *rest))
    return averaged([])


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_leaves_the_small_batch_out(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You leave out the batches that are not full, so some images are never measured.

    Which condition in your loop leaves out a batch of 5 images?
    """
    return averaged(measured_on(model, full_ones(batches), *rest))


@mistake("evaluate", see="03_training#softmax-before-the-loss")
def evaluate_softmax_before_loss(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The loss gets probabilities instead of logits. Cross-entropy applies softmax itself, so it is
    applied twice, and the loss can't be compared with the training loss.

    What does `loss_fn` expect in its first place: scores or probabilities?
    """
    return averaged(measured_on(model, batches, after_softmax(loss_fn), *rest))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_copied_from_training(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """Your function moves the weights, on the images that should only measure them. The result
    looks better and better, and means nothing.

    Which lines of a training loop look at the model, and which change it?
    """
    was_training = model.training
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-7)
    metrics = averaged(trained_on(RIGHT, model, batches, loss_fn, optimizer, device, mode=False))
    model.train(was_training)
    return metrics


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_freezes_the_model(model: nn.Module, *rest: Any) -> Metrics:
    """You turn `requires_grad` off for every weight and leave it so: the model can't learn any
    more.

    Which switch applies to a block of code rather than to the model?
    """
    model.requires_grad_(False)
    return averaged(measured_on(model, *rest))


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_ignores_the_device(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The caller's `device` decides nothing: model and images stay on the CPU.

    What has to be on the device before the first forward pass?
    """
    return averaged(measured_on(model, batches, loss_fn))


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_leaves_the_model_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The images are moved to the device and the model is not, so they are on different devices.

    What has to be on the device before the first forward pass, besides the images?
    """
    return averaged(measured_on(model, moved_to(batches, device), loss_fn, None))


@mistake("evaluate", see="03_training#the-order-of-the-moves")
def evaluate_swaps_logits_and_labels(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """`loss_fn` gets the labels in the place of the logits. Its first argument is the logits that
    the model returns, its second the labels.

    In which order does the task show the two arguments of `loss_fn`?
    """
    return averaged(measured_on(model, batches, swapped(loss_fn), *rest))


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_drops_the_moved_images(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The model moves to the device and the images stay where they were: they are not moved, or the
    result of `.to()` is dropped. For a tensor it returns a new one and leaves the old one there.

    What is the difference between `.to()` of a model and `.to()` of a tensor?
    """
    model.to(device)
    return averaged(measured_on(model, batches, loss_fn, None))


@mistake("evaluate", see="03_training#averages-over-images", craft=True)
def evaluate_divides_by_no_images(*args: Any) -> Metrics:
    """Without any batch you divide by zero, and ZeroDivisionError names no argument.

    What would help a caller whose `batches` are empty?
    """
    results = list(measured_on(*args))
    seen = sum(batch.size for batch in results)
    losses = sum(batch.loss * batch.size for batch in results)
    return Metrics(losses / seen, sum(batch.hits for batch in results) / seen)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_returns_only_the_loss(*args: Any) -> float:
    """You return one number. The caller also wants the other, and asks for `.loss` and `.accuracy`.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    return averaged(measured_on(*args)).loss


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_restores_the_outer_module_only(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The mode is put back for the outer module only, as with `model.training = …`. The layers
    inside stay in eval mode, and training goes on without dropout.

    Which method sets the flag in every layer, either way?
    """
    was_training = model.training
    metrics = averaged(measured_on(model, batches, loss_fn, device))
    model.eval()
    model.training = was_training
    return metrics


@mistake("evaluate", see="03_training#train-mode-and-eval-mode", craft=True)
def evaluate_leaves_eval_mode_after_an_error(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """An error in the model ends your function before the mode is put back, so a model that came in
    train mode is left in eval mode.

    Which statement of Python runs its lines whether or not there was an error?
    """
    was_training = model.training
    metrics = averaged(measured_on(model.eval(), batches, loss_fn, device))
    model.train(was_training)
    return metrics


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_sums_over_images(*args: Any) -> Metrics:
    """Your loss is the sum over all images. It grows with their number, so the validation loss
    can't be compared with the training loss.

    What do you have to divide the sum by?
    """
    results = list(measured_on(*args))
    return averaged(results)._replace(loss=sum(batch.loss * batch.size for batch in results))


@mistake("evaluate", see="03_training#measuring-without-recording", craft=True)
def evaluate_erases_gradients(model: nn.Module, *rest: Any) -> Metrics:
    """You erase the gradients of the model. The caller may still need them for a step, and
    measuring does not need to clear them.

    Which lines of a training loop does an evaluation not need?
    """
    model.zero_grad()
    return averaged(measured_on(model, *rest))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_swaps_loss_and_accuracy(*args: Any) -> Metrics:
    """Your result has loss and accuracy swapped.

    In which order does `Metrics` take its two fields?
    """
    loss, accuracy = averaged(measured_on(*args))
    return Metrics(accuracy, loss)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_returns_tensors(*args: Any) -> Metrics:
    """You return loss and accuracy as tensors; the task asks for plain floats.

    Which method of a tensor gives the Python number in it?
    """
    fields: list[Any] = [torch.tensor(number) for number in averaged(measured_on(*args))]
    return Metrics(*fields)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_returns_a_plain_tuple(*args: Any) -> tuple[float, float]:
    """You return a plain tuple, so a caller who asks for `.loss` gets an AttributeError.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    loss, accuracy = averaged(measured_on(*args))
    return loss, accuracy


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_goes_through_the_batches_twice(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """`batches` is read more than once. A generator can be read only once: the second time it is
    empty, so nothing is measured.

    Can you get the loss and the accuracy in one loop?
    """
    loss = averaged(measured_on(model, batches, *rest)).loss
    return Metrics(loss, averaged(measured_on(model, batches, *rest)).accuracy)


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_asks_for_the_length(model: nn.Module, batches: Any, *rest: Any) -> Metrics:
    """You ask `batches` for its length, and a generator has none. The task allows any iterable.

    Which count can you keep yourself while the loop runs?
    """
    count = len(batches)
    metrics = averaged(measured_on(model, batches, *rest))
    return metrics if count else averaged([])


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_leaves_the_single_image_out(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """One image never reaches the model: it comes alone in its batch, and that batch is left out.

    Which condition, or which slice, keeps a batch of one image out of your loop?
    """
    return averaged(measured_on(model, [pair for pair in batches if len(pair[1]) > 1], *rest))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_changes_the_images(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You change the caller's images in place, so whoever measures a second time measures other
    images.

    Which lines write into `images` itself rather than into a new tensor?
    """
    pairs = ((images.mul_(255), labels) for images, labels in batches)
    return averaged(measured_on(model, pairs, *rest))


@mistake("evaluate", see="03_training#measuring-without-recording", craft=True)
def evaluate_swallows_errors(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You catch the error of a batch and go on with the next, so the figures are those of the
    images that happened to work, and nobody is told.

    Which errors do you expect here, and what can your function do about them?
    """
    results: list[BatchResult] = []
    for batch in batches:
        try:
            results += measured_on(model, [batch], *rest)
        except RuntimeError:
            continue
    return averaged(results)


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_leaves_the_labels_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The images are moved to the device and the labels are not. On a GPU the two arguments of the
    loss are then on different devices, and it raises an error.

    Which tensors of a batch are combined with the model's output?
    """
    model.to(device)
    pairs = ((images.to(device), labels) for images, labels in batches)
    return averaged(measured_on(model, pairs, loss_fn, None))


@mistake(
    "evaluate",
    see="03_training#train-mode-and-eval-mode",
    both=("evaluate_without_eval_mode", "evaluate_records_gradients"),
)
def evaluate_without_either_switch(model: nn.Module, *rest: Any) -> Metrics:
    """Two things: the model measures in train mode, with its dropout on, and PyTorch records
    gradients that nobody needs. They are two switches, and one does not set the other.

    Which switch belongs to the model, and which to PyTorch?
    """
    return averaged(measured_on(model, *rest, mode=model.training, recording=True))


@mistake(
    "evaluate",
    see="03_training#averages-over-images",
    both=("evaluate_averages_batch_losses", "evaluate_averages_batch_accuracies"),
)
def evaluate_averages_batches(*args: Any) -> Metrics:
    """You average over batches, the loss and the accuracy alike, so a small batch counts as much as
    a full one.

    How many images does each batch stand for?
    """
    results = list(measured_on(*args))
    averaged(results)  # refuses no batches
    return Metrics(mean_of([b.loss for b in results]), mean_of([b.hits / b.size for b in results]))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_returns_a_dictionary(*args: Any) -> dict[str, float]:
    """You return a dictionary, which has no `.loss` and no `.accuracy`.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    return averaged(measured_on(*args))._asdict()


refuses_otherwise("evaluate", "03_training#averages-over-images")
prints_its_result("evaluate", "03_training#averages-over-images")
