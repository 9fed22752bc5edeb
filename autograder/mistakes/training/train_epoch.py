"""Wrong answers to `train_epoch`."""

from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from autograder.mistakes import mistake
from autograder.mistakes.siblings import refuses_otherwise
from autograder.mistakes.training.shared import (
    RIGHT,
    Batches,
    BatchResult,
    Loss,
    after_softmax,
    averaged,
    early,
    full_ones,
    given,
    hits_in,
    mean_of,
    measured_on,
    moved_to,
    swapped,
    trained_as_it_came,
    trained_on,
)
from fashion_course.kit import Metrics


@mistake("train_epoch", see="03_training#gradients-pile-up")
def train_epoch_without_zero_grad(*args: Any) -> Metrics:
    """The old gradients are never cleared, so the gradients of all batches accumulate.

    What does `parameter.grad` hold when the second batch arrives?
    """
    return averaged(trained_on("backward step", *args))


@mistake("train_epoch", see="03_training#gradients-pile-up")
def train_epoch_zeroes_once_per_epoch(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, *rest: Any
) -> Metrics:
    """The old gradients are cleared once per epoch, so within it the gradients of all batches
    accumulate: batch 3 steps by the sum of three gradients.

    How often must the old gradients be cleared: once per epoch or once per batch?
    """
    optimizer.zero_grad()
    return averaged(trained_on("backward step", model, batches, loss_fn, optimizer, *rest))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_erases_gradients_before_step(*args: Any) -> Metrics:
    """The gradients are erased between `backward` and `step`, just before they are used.

    Which two of the moves must follow each other directly?
    """
    return averaged(trained_on("backward zero_grad step", *args))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_without_backward(*args: Any) -> Metrics:
    """`backward` is never called, so the optimizer finds no gradients and no weight moves.

    Which call fills `parameter.grad`?
    """
    return averaged(trained_on("zero_grad step", *args))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_without_step(*args: Any) -> Metrics:
    """The gradients are computed for every batch, but `step` never runs, so no weight moves.

    Which object changes the weights, and which of its methods do you call?
    """
    return averaged(trained_on("zero_grad backward", *args))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_steps_before_backward(*args: Any) -> Metrics:
    """`step` runs before `backward`, so each batch steps by the gradient of the batch before it.

    At the time of `step`, which batch do the gradients come from?
    """
    return averaged(trained_on("step zero_grad backward", *args))


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_steps_once_after_the_loop(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, *rest: Any
) -> Metrics:
    """The whole epoch makes one step, from the gradient of its last batch alone. The other batches
    were computed for nothing.

    Does `step` stand inside the loop, so that it runs for every batch?
    """
    metrics = averaged(trained_on("zero_grad backward", model, batches, loss_fn, optimizer, *rest))
    optimizer.step()
    return metrics


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_averages_batch_losses(*args: Any) -> Metrics:
    """You average the losses of the batches, so a small batch counts as much as a full one.

    If one batch has 8 images and one has 6, how many images does each mean stand for?
    """
    results = list(trained_on(RIGHT, *args))
    return averaged(results)._replace(loss=mean_of([batch.loss for batch in results]))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_sums_batch_losses(*args: Any) -> Metrics:
    """Your loss is the sum of the batches' losses. It grows with the number of batches.

    What do you have to divide the sum by?
    """
    results = list(trained_on(RIGHT, *args))
    return averaged(results)._replace(loss=sum(batch.loss for batch in results))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_divides_batch_losses_by_images(*args: Any) -> Metrics:
    """The mean losses of the batches are added up, and the sum is divided by the number of images.

    Each loss is already a mean: by what must you multiply it before you may divide by images?
    """
    results = list(trained_on(RIGHT, *args))
    losses, seen = sum(batch.loss for batch in results), sum(batch.size for batch in results)
    return averaged(results)._replace(loss=losses / seen)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_reports_the_last_batch(*args: Any) -> Metrics:
    """You report the loss and the accuracy of the last batch alone, not of the whole epoch.

    Which of your variables are overwritten in each turn of the loop, and which should add up?
    """
    return averaged([*trained_on(RIGHT, *args)][-1:])


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_averages_batch_accuracies(*args: Any) -> Metrics:
    """You average the accuracies of the batches, so a small batch counts as much as a full one.

    How many images were right in all, and out of how many?
    """
    results = list(trained_on(RIGHT, *args))
    return averaged(results)._replace(accuracy=mean_of([b.hits / b.size for b in results]))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_accuracy_in_percent(*args: Any) -> Metrics:
    """Your accuracy is in per cent. In this course it is a share from 0 to 1.

    What accuracy does a model have that gets every image right?
    """
    loss, accuracy = averaged(trained_on(RIGHT, *args))
    return Metrics(loss, 100 * accuracy)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_divides_hits_by_batches(*args: Any) -> Metrics:
    """You divide the number of correct images by the number of batches. That can be above 1.

    What is counted above the fraction line, and what should be counted below it?
    """
    results = list(trained_on(RIGHT, *args))
    return averaged(results)._replace(accuracy=mean_of([float(b.hits) for b in results]))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_counts_after_the_update(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """Your accuracy is measured after the update, when the model has just learnt from these very
    images. It looks better than what was seen while training.

    Which predictions belong to the loss that you report?
    """
    results: list[BatchResult] = []
    for images, labels in moved_to(batches, given(*rest)[1]):
        (result,) = trained_on(RIGHT, model, [(images, labels)], loss_fn, *rest)
        results.append(result._replace(hits=hits_in(model(images), labels)))
    return averaged(results)


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_never_sets_train_mode(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """The model trains in the mode in which it arrives. After an evaluation that is eval mode:
    without dropout, and with frozen batch norm.

    Which line of your function puts the model into train mode?
    """
    return averaged(trained_as_it_came(model, batches, *rest))


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_stays_in_eval_mode_after_counting(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The first batch is trained on in train mode and the others are not, as when eval mode is
    switched on inside the loop and stays on.

    In which mode is the model at the top of the loop, in its second turn?
    """
    results: list[BatchResult] = []
    for images, labels in moved_to(batches, given(*rest)[1]):
        mode = not results  # what `train()` before the loop and `eval()` inside it come to
        (result,) = trained_on(RIGHT, model, [(images, labels)], loss_fn, *rest, mode=mode)
        results.append(result._replace(hits=hits_in(model.eval()(images), labels)))
    return averaged(results)


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_returns_inside_the_loop(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """Your loop ends after the first batch, by a `return` or `break` inside it. The other images
    are never used.

    How far is the line that ends your loop indented?
    """
    for batch in batches:
        return averaged(trained_on(RIGHT, model, [batch], *rest))
    return averaged([])


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_leaves_the_small_batch_out(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """You leave out the batches that are not full. Their images are never used.

    Which condition in your loop leaves out a batch of 5 images?
    """
    return averaged(trained_on(RIGHT, model, full_ones(batches), *rest))


@mistake("train_epoch", see="03_training#softmax-before-the-loss")
def train_epoch_softmax_before_loss(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The loss gets probabilities instead of logits. Cross-entropy applies softmax itself, so it is
    applied twice, and even a perfect model could not get below 1.46.

    What does `loss_fn` expect in its first place: scores or probabilities?
    """
    return averaged(trained_on(RIGHT, model, batches, after_softmax(loss_fn), *rest))


@mistake("train_epoch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_epoch_returns_tensors(*args: Any) -> Metrics:
    """You return the loss as a tensor; the task asks for a plain float.

    Which method of a tensor gives the Python number in it?
    """
    loss, accuracy = averaged(trained_on(RIGHT, *args))
    kept: Any = torch.tensor(loss)
    return Metrics(kept, accuracy)


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_ignores_the_device(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The caller's `device` decides nothing: model and images stay on the CPU.

    What has to be on the device before the first forward pass?
    """
    optimizer, _, scheduler = given(*rest)
    return averaged(trained_on(RIGHT, model, batches, loss_fn, optimizer, "cpu", scheduler))


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_leaves_the_model_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The images are moved to the device and the model is not, so they are on different devices.

    What has to be on the device before the first forward pass, besides the images?
    """
    optimizer, device, scheduler = given(*rest)
    moved = moved_to(batches, device)
    return averaged(trained_on(RIGHT, model, moved, loss_fn, optimizer, None, scheduler))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_swaps_logits_and_labels(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """`loss_fn` gets the labels in the place of the logits. Its first argument is the logits that
    the model returns, its second the labels.

    In which order does the task show the two arguments of `loss_fn`?
    """
    return averaged(trained_on(RIGHT, model, batches, swapped(loss_fn), *rest))


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_drops_the_moved_images(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The model moves to the device and the images stay where they were: they are not moved, or the
    result of `.to()` is dropped. For a tensor it returns a new one and leaves the old one there.

    What is the difference between `.to()` of a model and `.to()` of a tensor?
    """
    optimizer, device, scheduler = given(*rest)
    model.to(device)
    return averaged(trained_on(RIGHT, model, batches, loss_fn, optimizer, None, scheduler))


@mistake("train_epoch", see="03_training#averages-over-images", craft=True)
def train_epoch_divides_by_no_images(*args: Any) -> Metrics:
    """Without any batch you divide by zero, and ZeroDivisionError names no argument.

    What would help a caller whose `batches` are empty?
    """
    results = list(trained_on(RIGHT, *args))
    seen = sum(batch.size for batch in results)
    losses = sum(batch.loss * batch.size for batch in results)
    return Metrics(losses / seen, sum(batch.hits for batch in results) / seen)


@mistake("train_epoch", see="03_training#the-optimizer-remembers")
def train_epoch_builds_its_own_optimizer(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The caller's optimizer is never used, nor its settings: another one moves the weights.

    Which optimizer did the caller pass, and which one makes the steps?
    """
    own = torch.optim.SGD(model.parameters(), lr=1e-7)
    return averaged(trained_on(RIGHT, model, batches, loss_fn, own, *rest[1:]))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_a_plain_tuple(*args: Any) -> tuple[float, float]:
    """You return a plain tuple, so a caller who asks for `.loss` gets an AttributeError.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    loss, accuracy = averaged(trained_on(RIGHT, *args))
    return loss, accuracy


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_swaps_loss_and_accuracy(*args: Any) -> Metrics:
    """Your result has loss and accuracy swapped.

    In which order does `Metrics` take its two fields?
    """
    return Metrics(*averaged(trained_on(RIGHT, *args))[::-1])


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_asks_for_the_length(model: nn.Module, batches: Any, *rest: Any) -> Metrics:
    """You ask `batches` for its length, and a generator has none. The task allows any iterable.

    Which count can you keep yourself while the loop runs?
    """
    return averaged(trained_on(RIGHT, model, batches if len(batches) else [], *rest))


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_sets_train_mode_after_the_loop(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """Train mode is set too late: the batches have gone through the model in the mode in which it
    arrived, and after an evaluation that is eval mode.

    Before which line does the model have to be in train mode?
    """
    results = trained_as_it_came(model, batches, *rest)
    model.train()
    return averaged(results)


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_sets_the_flag_of_the_outer_module(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """`model.training = True` sets the flag of the outer module only. The layers inside have flags
    of their own, and they stayed in eval mode.

    Which method goes through all layers?
    """
    results = trained_as_it_came(model, batches, *rest)
    model.training = True
    return averaged(results)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_sums_over_images(*args: Any) -> Metrics:
    """Your loss is the sum over all images. It grows with their number.

    What do you have to divide the sum by?
    """
    results = list(trained_on(RIGHT, *args))
    return averaged(results)._replace(loss=sum(batch.loss * batch.size for batch in results))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_reports_the_last_loss(*args: Any) -> Metrics:
    """The loss that you report is that of the last batch alone, not of the whole epoch.

    Which variable adds up the losses of all batches?
    """
    results = list(trained_on(RIGHT, *args))
    return averaged(results)._replace(loss=results[-1].loss if results else 0.0)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_measures_after_the_epoch(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """You train first and measure the batches afterwards, in eval mode. The task asks for the
    figures of the passes that the model is trained with.

    Which numbers are there in each turn of the training loop?
    """
    kept = list(batches)
    averaged(trained_on(RIGHT, model, kept, loss_fn, *rest))
    return averaged(measured_on(model, kept, loss_fn, *rest[1:2]))


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_goes_through_the_batches_twice(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """`batches` is read more than once. A generator can be read only once: the second time it is
    empty, so the model sees nothing.

    Can you count in the same loop that trains?
    """
    seen = sum(len(labels) for _, labels in batches)
    results = list(trained_on(RIGHT, model, batches, *rest))
    return Metrics(0.0, 0.0) if seen and not results else averaged(results)


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_leaves_the_single_image_out(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """One image never reaches the model: it comes alone in its batch, and that batch is left out.

    Which condition, or which slice, keeps a batch of one image out of your loop?
    """
    kept = [pair for pair in batches if len(pair[1]) > 1]
    return averaged(trained_on(RIGHT, model, kept, *rest))


@mistake("train_epoch", see="03_training#seeds-and-spread", craft=True)
def train_epoch_seeds_itself(*args: Any) -> Metrics:
    """A seed is set in each epoch, so dropout and shuffling are the same in every epoch.

    Who should decide on the seed of a run, and how often?
    """
    torch.manual_seed(42)
    return averaged(trained_on(RIGHT, *args))


@mistake("train_epoch", see="03_training#the-order-of-the-moves", craft=True)
def train_epoch_swallows_errors(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You catch the error of a batch and go on with the next. The images of that batch are never
    learnt from, and nobody is told.

    Which errors do you expect here, and what can your function do about them?
    """
    results: list[BatchResult] = []
    for batch in batches:
        try:
            results += trained_on(RIGHT, model, [batch], *rest)
        except RuntimeError:
            continue
    return averaged(results)


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_leaves_the_labels_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The images are moved to the device and the labels are not. On a GPU the two arguments of the
    loss are then on different devices, and it raises an error.

    Which tensors of a batch are combined with the model's output?
    """
    optimizer, device, scheduler = given(*rest)
    model.to(device)
    pairs = ((images.to(device), labels) for images, labels in batches)
    return averaged(trained_on(RIGHT, model, pairs, loss_fn, optimizer, None, scheduler))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_two_tensors(*args: Any) -> Metrics:
    """You return loss and accuracy as tensors; the task asks for plain floats.

    Which method of a tensor gives the Python number in it?
    """
    fields: list[Any] = [torch.tensor(number) for number in averaged(trained_on(RIGHT, *args))]
    return Metrics(*fields)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_a_dictionary(*args: Any) -> dict[str, float]:
    """You return a dictionary, which has no `.loss` and no `.accuracy`.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    return averaged(trained_on(RIGHT, *args))._asdict()


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_only_the_loss(*args: Any) -> float:
    """You return one number. The caller also wants the other, and asks for `.loss` and `.accuracy`.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    return averaged(trained_on(RIGHT, *args)).loss


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_nothing(*args: Any) -> None:
    """Nothing is returned, so whoever asks for the loss gets None.

    What does a Python function return that ends without `return`?
    """
    averaged(trained_on(RIGHT, *args))


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_ends_the_loop_early(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """Not every batch is used: your loop ends before the last one, or leaves it out.

    Where does your loop end, or leave a batch out?
    """
    return averaged(trained_on(RIGHT, model, list(batches)[:-1], *rest))


@mistake("train_epoch", see="03_training#the-learning-rate-moves-every-batch")
def train_epoch_ignores_the_scheduler(*args: Any) -> Metrics:
    """The scheduler is never stepped, so the learning rate stays where it started.

    Which method of a scheduler moves the learning rate on, and after which line does it belong?
    """
    return averaged(trained_on(RIGHT, *args[:5]))


@mistake("train_epoch", see="03_training#the-learning-rate-moves-every-batch")
def train_epoch_steps_the_scheduler_once(*args: Any) -> Metrics:
    """The scheduler makes one step in the whole epoch. Its schedule is planned in batches.

    How often should the line run that steps the scheduler?
    """
    metrics = averaged(trained_on(RIGHT, *args[:5]))
    scheduler = given(*args[3:])[2]
    if scheduler is not None:
        scheduler.step()
    return metrics


@mistake("train_epoch", see="03_training#the-learning-rate-moves-every-batch")
def train_epoch_steps_the_scheduler_first(*args: Any) -> Metrics:
    """The scheduler steps before the optimizer, so all learning rates come one batch early.

    With which learning rate should the model train on the very first batch?
    """
    batches = early(args[1], given(*args[3:])[2])
    return averaged(trained_on(RIGHT, args[0], batches, *args[2:5]))


@mistake("train_epoch", see="03_training#the-learning-rate-moves-every-batch")
def train_epoch_needs_a_scheduler(*args: Any) -> Metrics:
    """You step the scheduler without asking whether there is one. None has no `step`.

    Which value does `scheduler` have when nobody gives it?
    """
    scheduler: Any = given(*args[3:])[2]
    scheduler.step  # the mistake, unless there is one  # noqa: B018
    return averaged(trained_on(RIGHT, *args))


@mistake(
    "train_epoch",
    see="03_training#gradients-pile-up",
    both=("train_epoch_without_zero_grad", "train_epoch_averages_batch_losses"),
)
def train_epoch_without_zero_grad_averages_batch_losses(*args: Any) -> Metrics:
    """Two things: gradients accumulate because `zero_grad` is never called, and the loss is
    averaged over batches, so the last, smaller one counts as much as a full one.

    What should be cleared after each batch, and what should be added up?
    """
    results = list(trained_on("backward step", *args))
    return averaged(results)._replace(loss=mean_of([batch.loss for batch in results]))


refuses_otherwise("train_epoch", "03_training#averages-over-images")
