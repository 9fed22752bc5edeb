"""Wrong answers to unit training.

What is right in them is done by the helpers at the top, so that each shows its own fault alone.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from fashion_course.kit import Epoch, Loaders, Metrics

Batches = Iterable[tuple[Tensor, Tensor]]
Loss = Callable[[Tensor, Tensor], Tensor]
Device = str | torch.device

RIGHT = "zero_grad backward step"
"""The moves of one update, in order."""


class Update(NamedTuple):
    """One update as it was made: the batch's mean loss, correct images and images."""

    loss: Tensor
    hits: int
    size: int


class Batch(NamedTuple):
    """The same in plain numbers."""

    loss: float
    hits: int
    size: int


def _hits(logits: Tensor, labels: Tensor) -> int:
    return int((logits.argmax(1) == labels).sum())


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def _average(results: Iterable[Batch]) -> Metrics:
    """Average over images, as is right."""
    losses, hits, seen = 0.0, 0, 0
    for batch in results:
        losses += batch.loss * batch.size
        hits += batch.hits
        seen += batch.size
    if seen == 0:
        raise ValueError("batches is empty: pass at least one")
    return Metrics(losses / seen, hits / seen)


def _update(
    moves: str,
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    loss_fn: Loss,
    optimizer: Optimizer,
) -> Update:
    """Measure a batch, then make the moves that are named, in their order."""
    logits = model(images)
    loss = loss_fn(logits, labels)
    for move in moves.split():
        if move == "backward":
            loss.backward()
        else:
            getattr(optimizer, move)()
    return Update(loss, _hits(logits, labels), len(labels))


def _moved(batches: Batches, device: Device | None) -> Iterator[tuple[Tensor, Tensor]]:
    for images, labels in batches:
        yield (images, labels) if device is None else (images.to(device), labels.to(device))


def _trained(
    moves: str,
    model: nn.Module,
    batches: Batches,
    loss_fn: Loss,
    optimizer: Optimizer,
    device: Device | None = "cpu",
    *,
    mode: bool = True,
) -> Iterator[Batch]:
    """Train on every batch; with `device=None` nothing is moved."""
    if device is not None:
        model.to(device)
    model.train(mode)
    for images, labels in _moved(batches, device):
        update = _update(moves, model, images, labels, loss_fn, optimizer)
        yield Batch(update.loss.item(), update.hits, update.size)


def _measured(
    model: nn.Module,
    batches: Batches,
    loss_fn: Loss,
    device: Device | None = "cpu",
    *,
    mode: bool = False,
    recording: bool = False,
) -> Iterator[Batch]:
    """Measure every batch and put the model's mode back; with `device=None` nothing is moved."""
    was_training = model.training
    if device is not None:
        model.to(device)
    model.train(mode)
    for images, labels in _moved(batches, device):
        with torch.set_grad_enabled(recording):
            logits = model(images)
            loss = loss_fn(logits, labels)
        yield Batch(loss.item(), _hits(logits, labels), len(labels))
    model.train(was_training)


def _full(batches: Batches) -> Batches:
    pairs = list(batches)
    return [pair for pair in pairs if len(pair[1]) == len(pairs[0][1])]


def _after_softmax(loss_fn: Loss) -> Loss:
    return lambda logits, labels: loss_fn(logits.softmax(dim=1), labels)


def _fit(*args: Any, **more: Any) -> list[Epoch]:
    history: list[Epoch] = reference_answer("fit")(*args, **more)
    return history


class _Ticking:
    """Steps a scheduler when a batch is asked for, from batch number `first` on."""

    def __init__(
        self, batches: Batches, scheduler: LRScheduler | None, first: int, last: bool = False
    ) -> None:
        self.batches, self.scheduler, self.first, self.last = batches, scheduler, first, last

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for place, batch in enumerate(self.batches):
            if self.scheduler is not None and place >= self.first:
                self.scheduler.step()
            yield batch
        if self.scheduler is not None and self.last:
            self.scheduler.step()


# --- train_batch ---------------------------------------------------------------------------------


@mistake("train_batch", see="03_training#gradients-pile-up")
def train_batch_without_zero_grad(*args: Any) -> float:
    """No `zero_grad` comes between two batches, so each `backward` adds to the gradients of all
    batches before. From the second batch on, the step points where old batches pointed.

    What does `parameter.grad` hold when the second batch arrives?
    """
    return _update("backward step", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_erases_gradients_before_step(*args: Any) -> float:
    """You erase the gradients between `backward` and `step`, just before they are used. The
    optimizer finds none and no weight moves.

    Which two of the moves must follow each other directly?
    """
    return _update("backward zero_grad step", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_without_backward(*args: Any) -> float:
    """`backward` is never called: the optimizer steps, but there are no gradients that tell it
    where to, so no weight moves.

    Which call fills `parameter.grad`?
    """
    return _update("zero_grad step", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_without_step(*args: Any) -> float:
    """The gradients are there, but `step` never runs: the weights are told where to go and stay
    where they are.

    Which object changes the weights, and which of its methods do you call?
    """
    return _update("zero_grad backward", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_steps_before_backward(*args: Any) -> float:
    """`step` runs before `backward`, so it uses gradients that are not computed yet, and those that
    come too late are erased by the next call. No weight moves.

    What does `step` read, and which call writes that?
    """
    return _update("zero_grad step backward", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_uses_the_gradient_of_the_batch_before(*args: Any) -> float:
    """You step first and compute the gradient afterwards, so each step uses the gradient of the
    batch before: the first batch moves nothing, the second one moves by the first.

    At the time of `step`, which batch do the gradients come from?
    """
    return _update("step zero_grad backward", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_steps_twice(*args: Any) -> float:
    """You call `step` twice, so every batch moves the weights by two steps with one gradient. That
    doubles the learning rate behind the caller's back.

    How many steps does one batch deserve?
    """
    return _update("zero_grad backward step step", *args).loss.item()


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_returns_the_tensor(*args: Any) -> Tensor:
    """You return the loss as a tensor, which drags the graph of its computation along. A list of a
    thousand of those keeps a thousand graphs in memory.

    Which method of a tensor gives the Python number in it?
    """
    return _update(RIGHT, *args).loss


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_returns_nothing(*args: Any) -> None:
    """The update is made, but nothing is returned, so whoever calls your function gets None in
    place of the loss.

    What does a Python function return that ends without `return`?
    """
    _update(RIGHT, *args)


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_measures_after_the_update(*args: Any) -> float:
    """You compute the returned loss anew after the step, so it tells how well the model does on a
    batch that it has just learnt from. That looks too good, and costs a second forward pass.

    Which of your two losses says how good the model was when it met this batch?
    """
    _update(RIGHT, *args)
    return _update("", *args).loss.item()


@mistake("train_batch", see="03_training#softmax-before-the-loss")
def train_batch_softmax_before_loss(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """The loss gets probabilities instead of logits. Cross-entropy applies softmax itself, so yours
    is the second one, and even a perfect model could not get below 1.46.

    What does `loss_fn` expect in its first place: scores or probabilities?
    """
    return _update(RIGHT, model, images, labels, _after_softmax(loss_fn), optimizer).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_swaps_logits_and_labels(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """`loss_fn` gets the labels in the place of the logits. Its first argument is what the model
    says, its second what is true.

    In which order does the task show the two arguments of `loss_fn`?
    """

    def wrong(logits: Tensor, labels: Tensor) -> Tensor:
        return loss_fn(labels, logits)

    return _update(RIGHT, model, images, labels, wrong, optimizer).loss.item()


@mistake("train_batch", see="03_training#a-loss-is-a-landscape")
def train_batch_argmax_into_loss(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """The loss gets predicted classes instead of logits. `argmax` jumps from one whole number to
    the next, so it has no slope and nothing can be learnt through it.

    How does a prediction change if one weight moves a tiny bit?
    """

    def wrong(logits: Tensor, labels: Tensor) -> Tensor:
        return loss_fn(logits.argmax(dim=1), labels)

    return _update(RIGHT, model, images, labels, wrong, optimizer).loss.item()


@mistake("train_batch", see="03_training#measuring-without-recording")
def train_batch_without_recording(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """The forward pass runs under `no_grad`, so PyTorch writes nothing down, and `backward` has
    nothing to go back through.

    For which of your passes do you need gradients: those that train or those that measure?
    """
    with torch.no_grad():
        loss = loss_fn(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_item_before_backward(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """You take the plain number out of the loss and then call `backward` on that number. A Python
    float does not know how it was computed.

    Until when do you need the loss as a tensor?
    """
    loss: Any = loss_fn(model(images), labels).item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss)


@mistake("train_batch", see="03_training#the-optimizer-remembers")
def train_batch_moves_weights_by_hand(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """The optimizer that you were given never steps: the weights move by learning rate times
    gradient, by your own line or by a new optimizer. Its momentum, or Adam's averages, are lost.

    Whose job is it to decide how a gradient becomes a step?
    """
    optimizer.zero_grad()
    loss = loss_fn(model(images), labels)
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.sub_(optimizer.param_groups[0]["lr"] * parameter.grad)
    return loss.item()


@mistake("train_batch", see="03_training#train-mode-and-eval-mode")
def train_batch_sets_train_mode(model: nn.Module, *rest: Any) -> float:
    """You switch the model to train mode. The task leaves the mode to the caller, who may have
    frozen batch norm on purpose.

    Which function of this unit is told to set the mode?
    """
    model.train()
    return _update(RIGHT, model, *rest).loss.item()


@mistake("train_batch", see="03_training#a-loss-is-a-landscape")
def train_batch_uses_its_own_loss(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """You compute cross-entropy yourself and never call `loss_fn`, so a caller who wants label
    smoothing or another loss gets neither, and no word about it.

    Which argument of your function is not used?
    """
    return _update(RIGHT, model, images, labels, nn.functional.cross_entropy, optimizer).loss.item()


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_multiplies_by_the_batch_size(*args: Any) -> float:
    """You return the loss times the number of images. The mean was asked for: a sum over images is
    for whoever adds up several batches.

    Is the loss of a batch of 64 larger than that of a batch of 8?
    """
    update = _update(RIGHT, *args)
    return update.loss.item() * update.size


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_normalises_in_place(model: nn.Module, images: Tensor, *rest: Any) -> float:
    """You change the caller's images in place. In the next epoch the same tensor comes again,
    changed once more.

    Which lines write into `images` itself rather than into a new tensor?
    """
    images -= images.mean()
    return _update(RIGHT, model, images, *rest).loss.item()


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_makes_the_loss_require_grad(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """`backward` starts from a loss without a past: it was computed under `no_grad`, or cut off its
    graph, and `requires_grad_()` does not bring the graph back. No gradient reaches a weight.

    What has to be recorded, and since when, so that `backward` finds the way to the weights?
    """
    with torch.no_grad():
        loss = loss_fn(model(images), labels)
    loss.requires_grad_()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_swallows_errors(*args: Any) -> float:
    """You catch every error and return a number all the same. A wrong shape then looks like a loss,
    nothing is learnt, and nobody is told.

    Which errors do you expect here, and what can your function do about them?
    """
    try:
        return _update(RIGHT, *args).loss.item()
    except Exception:
        return 0.0


@mistake(
    "train_batch",
    see="03_training#gradients-pile-up",
    both=("train_batch_without_zero_grad", "train_batch_returns_the_tensor"),
)
def train_batch_without_zero_grad_returns_the_tensor(*args: Any) -> Tensor:
    """Two things: gradients pile up because `zero_grad` is never called, and the loss is returned
    as a tensor that keeps its graph.

    Which of your variables should end with this call, and which live on?
    """
    return _update("backward step", *args).loss


# --- train_epoch ---------------------------------------------------------------------------------


@mistake("train_epoch", see="03_training#gradients-pile-up")
def train_epoch_without_zero_grad(*args: Any) -> Metrics:
    """`zero_grad` is never called, so the gradients of all batches pile up, and every step points
    where the old batches pointed.

    What does `parameter.grad` hold when the second batch arrives?
    """
    return _average(_trained("backward step", *args))


@mistake("train_epoch", see="03_training#gradients-pile-up")
def train_epoch_zeroes_once_per_epoch(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, *device: Any
) -> Metrics:
    """`zero_grad` runs once before the loop, so within the epoch the gradients of all batches pile
    up: batch 3 steps by the sum of three gradients.

    How often must the old gradients be forgotten: once an epoch or once a batch?
    """
    optimizer.zero_grad()
    return _average(_trained("backward step", model, batches, loss_fn, optimizer, *device))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_erases_gradients_before_step(*args: Any) -> Metrics:
    """You erase the gradients between `backward` and `step`, just before they are used. The
    optimizer finds none, and after the whole epoch no weight has moved.

    Which two of the moves must follow each other directly?
    """
    return _average(_trained("backward zero_grad step", *args))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_without_backward(*args: Any) -> Metrics:
    """`backward` is never called: the optimizer steps without any gradient to follow, so no weight
    moves in the whole epoch.

    Which call fills `parameter.grad`?
    """
    return _average(_trained("zero_grad step", *args))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_without_step(*args: Any) -> Metrics:
    """The gradients are computed for every batch, but `step` never runs, so the weights are the
    same after the epoch as before.

    Which object changes the weights, and which of its methods do you call?
    """
    return _average(_trained("zero_grad backward", *args))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_steps_before_backward(*args: Any) -> Metrics:
    """`step` runs before `backward`, so each batch moves the weights by the gradient of the batch
    before it, and the last batch teaches nothing.

    At the time of `step`, which batch do the gradients come from?
    """
    return _average(_trained("step zero_grad backward", *args))


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_steps_once_after_the_loop(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, *device: Any
) -> Metrics:
    """`step` stands after the loop, so the whole epoch makes one step, from the last batch's
    gradient alone. The other batches were computed for nothing.

    How far should `step` be indented so that it runs for every batch?
    """
    metrics = _average(_trained("zero_grad backward", model, batches, loss_fn, optimizer, *device))
    optimizer.step()
    return metrics


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_averages_batch_losses(*args: Any) -> Metrics:
    """You average the losses of the batches, so a smaller batch counts as much as a full
    one. Its images weigh more than the others.

    If one batch has 8 images and one has 6, how many images does each mean stand for?
    """
    results = list(_trained(RIGHT, *args))
    return _average(results)._replace(loss=_mean([batch.loss for batch in results]))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_sums_batch_losses(*args: Any) -> Metrics:
    """You return the sum of the losses. It grows with the number of batches, so two runs with
    different batch sizes can't be compared.

    What do you have to divide the sum by?
    """
    results = list(_trained(RIGHT, *args))
    return _average(results)._replace(loss=sum(batch.loss for batch in results))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_divides_batch_losses_by_images(*args: Any) -> Metrics:
    """You add up one mean loss per batch and divide by the number of images, so the loss comes out
    smaller by about the batch size.

    Each loss is already a mean: by what must you multiply it before you may divide by images?
    """
    results = list(_trained(RIGHT, *args))
    metrics = _average(results)
    losses, seen = sum(batch.loss for batch in results), sum(batch.size for batch in results)
    return metrics._replace(loss=losses / seen)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_reports_the_last_batch(*args: Any) -> Metrics:
    """You report the loss and the accuracy of the last batch only. A handful of images then speaks
    for the whole epoch.

    Which of your variables are overwritten in each turn of the loop, and which should add up?
    """
    results = list(_trained(RIGHT, *args))
    return _average(results[-1:])


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_averages_batch_accuracies(*args: Any) -> Metrics:
    """You average the accuracies of the batches, so a smaller batch counts as much as a
    full one. The share of correct images is something else.

    How many images were right in all, and out of how many?
    """
    results = list(_trained(RIGHT, *args))
    return _average(results)._replace(accuracy=_mean([b.hits / b.size for b in results]))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_accuracy_in_percent(*args: Any) -> Metrics:
    """Your accuracy is in per cent. In this course it is a share from 0 to 1, so that it can be
    compared and plotted with all others.

    What accuracy does a model have that gets every image right?
    """
    loss, accuracy = _average(_trained(RIGHT, *args))
    return Metrics(loss, 100 * accuracy)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_divides_hits_by_batches(*args: Any) -> Metrics:
    """You count correct images and divide by the number of batches. That is the number of correct
    images per batch, which can be above 1.

    What is counted above the fraction line, and what should be counted below it?
    """
    results = list(_trained(RIGHT, *args))
    return _average(results)._replace(accuracy=_mean([float(b.hits) for b in results]))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_counts_after_the_update(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, device: Device = "cpu"
) -> Metrics:
    """You predict each batch once more after the update and count those answers: the model has just
    been shown them. The accuracy looks better than what was seen while training.

    Which predictions belong to the loss that you report?
    """
    results: list[Batch] = []
    for images, labels in _moved(batches, device):
        (result,) = _trained(RIGHT, model, [(images, labels)], loss_fn, optimizer, device)
        results.append(result._replace(hits=_hits(model(images), labels)))
    return _average(results)


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_never_sets_train_mode(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You never call `model.train()`. After an evaluation the model arrives in eval mode, and then
    trains without dropout and with frozen batch norm.

    Who says that the model is in train mode when your function is called?
    """
    was_training = model.training
    results: list[Batch] = []
    for batch in batches:
        results += _trained(RIGHT, model, [batch], *rest, mode=was_training)
    return _average(results)


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_stays_in_eval_mode_after_counting(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, device: Device = "cpu"
) -> Metrics:
    """You switch to eval mode inside the loop to count correct images, and `train()` stands before
    the loop. From the second batch on, the model trains in eval mode.

    In which mode is the model at the top of the loop, in its second turn?
    """
    results: list[Batch] = []
    for images, labels in _moved(batches, device):
        mode = not results  # what `train()` before the loop and `eval()` inside it come to
        (result,) = _trained(
            RIGHT, model, [(images, labels)], loss_fn, optimizer, device, mode=mode
        )
        results.append(result._replace(hits=_hits(model.eval()(images), labels)))
    return _average(results)


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_returns_inside_the_loop(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """The loop ends after the first batch, by a `return` or `break` inside it, and the rest of the
    images are never used.

    How far is the line indented that ends your loop?
    """
    for batch in batches:
        return _average(_trained(RIGHT, model, [batch], *rest))
    return _average([])


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_leaves_the_small_batch_out(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """You leave out the batches that are not full. Their images are never learnt from, and never
    counted.

    Which condition in your loop is false for a batch of 5 images?
    """
    return _average(_trained(RIGHT, model, _full(batches), *rest))


@mistake("train_epoch", see="03_training#softmax-before-the-loss")
def train_epoch_softmax_before_loss(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The loss gets probabilities instead of logits. Cross-entropy applies softmax itself, so yours
    is the second one: even a perfect model could not get below 1.46, and learning is slow.

    What does `loss_fn` expect in its first place: scores or probabilities?
    """
    return _average(_trained(RIGHT, model, batches, _after_softmax(loss_fn), *rest))


@mistake("train_epoch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_epoch_returns_tensors(*args: Any) -> Metrics:
    """You return the loss as a tensor. If it was added up from tensors with their graphs, an epoch
    keeps every batch in memory; plain numbers cost nothing.

    Which method of a tensor gives the Python number in it?
    """
    loss, accuracy = _average(_trained(RIGHT, *args))
    kept: Any = torch.tensor(loss)
    return Metrics(kept, accuracy)


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_ignores_the_device(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, device: Device = "cpu"
) -> Metrics:
    """The caller's `device` decides nothing: model and images stay on the CPU. With device="cuda"
    the GPU would stay idle.

    What has to be on the device before the first forward pass?
    """
    return _average(_trained(RIGHT, model, batches, loss_fn, optimizer))


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_leaves_the_model_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, device: Device = "cpu"
) -> Metrics:
    """The images are moved to the device and the model is not, so they can't meet there.

    What has to be on the device before the first forward pass, besides the images?
    """
    return _average(_trained(RIGHT, model, _moved(batches, device), loss_fn, optimizer, None))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_swaps_logits_and_labels(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """`loss_fn` gets the labels in the place of the logits. Its first argument is what the model
    says, its second what is true.

    In which order does the task show the two arguments of `loss_fn`?
    """

    def wrong(logits: Tensor, labels: Tensor) -> Tensor:
        return loss_fn(labels, logits)

    return _average(_trained(RIGHT, model, batches, wrong, *rest))


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_drops_the_moved_images(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, device: Device = "cpu"
) -> Metrics:
    """The model moves to the device and the images stay where they were. They are not moved, or the
    result of `.to()` is dropped: for a tensor it returns a new one and leaves the old one there.

    What is the difference between `.to()` of a model and `.to()` of a tensor?
    """
    model.to(device)
    return _average(_trained(RIGHT, model, batches, loss_fn, optimizer, None))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_divides_by_no_images(*args: Any) -> Metrics:
    """Without any batch you divide by zero, and the caller reads ZeroDivisionError instead of which
    argument was empty.

    What should a function say that was given nothing to average?
    """
    results = list(_trained(RIGHT, *args))
    seen = sum(batch.size for batch in results)
    losses = sum(batch.loss * batch.size for batch in results)
    return Metrics(losses / seen, sum(batch.hits for batch in results) / seen)


@mistake("train_epoch", see="03_training#the-optimizer-remembers")
def train_epoch_builds_its_own_optimizer(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, device: Device = "cpu"
) -> Metrics:
    """You make a new optimizer inside the function and leave the caller's unused, with its settings
    and all that it remembers from earlier batches.

    Which argument of your function is never used?
    """
    own = torch.optim.SGD(model.parameters(), lr=1e-7)
    return _average(_trained(RIGHT, model, batches, loss_fn, own, device))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_a_plain_tuple(*args: Any) -> tuple[float, float]:
    """You return a plain tuple, so a caller who asks for `.loss` gets an AttributeError and has to
    know by heart what comes first.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    loss, accuracy = _average(_trained(RIGHT, *args))
    return loss, accuracy


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_swaps_loss_and_accuracy(*args: Any) -> Metrics:
    """Your `Metrics` has the accuracy in the place of the loss. Both are plain numbers, so nothing
    complains, and every plot is wrong.

    In which order does `Metrics` take its two fields?
    """
    loss, accuracy = _average(_trained(RIGHT, *args))
    return Metrics(accuracy, loss)


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_asks_for_the_length(model: nn.Module, batches: Any, *rest: Any) -> Metrics:
    """You ask `batches` for its length, and a generator has none. The task allows any iterable, and
    the number of batches is known once you have seen them all.

    Which count can you keep yourself while the loop runs?
    """
    count = len(batches)
    metrics = _average(_trained(RIGHT, model, batches, *rest))
    return metrics if count else _average([])


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_sets_train_mode_after_the_loop(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """`model.train()` comes too late: the batches have gone through the model in the mode in which
    it arrived, and after an evaluation that is eval mode.

    Before which line does the model have to be in train mode?
    """
    was_training = model.training
    results: list[Batch] = []
    for batch in batches:
        results += _trained(RIGHT, model, [batch], *rest, mode=was_training)
    model.train()
    return _average(results)


@mistake("train_epoch", see="03_training#train-mode-and-eval-mode")
def train_epoch_sets_the_flag_of_the_outer_module(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """You assign to `model.training`, which sets the flag of the outer module only. The layers
    inside have flags of their own, and they stayed in eval mode.

    Which method goes through all layers?
    """
    was_training = model.training
    results: list[Batch] = []
    for batch in batches:
        results += _trained(RIGHT, model, [batch], *rest, mode=was_training)
    model.training = True
    return _average(results)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_sums_over_images(*args: Any) -> Metrics:
    """You return the loss of all images together. It grows with their number, so an epoch of twice
    as many images looks twice as bad.

    What do you have to divide the sum by?
    """
    results = list(_trained(RIGHT, *args))
    return _average(results)._replace(loss=sum(batch.loss * batch.size for batch in results))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_reports_the_last_loss(*args: Any) -> Metrics:
    """The loss that you report is that of the last batch alone. It is left over in the variable
    when the loop ends, and a single image may speak for the whole epoch.

    Which variable adds up the losses of all batches?
    """
    results = list(_trained(RIGHT, *args))
    return _average(results)._replace(loss=results[-1].loss if results else 0.0)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_measures_after_the_epoch(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, *device: Any
) -> Metrics:
    """You train first and measure the batches afterwards, in eval mode. That is another figure than
    what was seen while training, and costs a second pass over all images.

    Which numbers does each turn of the training loop already hold?
    """
    kept = list(batches)
    _average(_trained(RIGHT, model, kept, loss_fn, optimizer, *device))
    return _average(_measured(model, kept, loss_fn, *device))


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_goes_through_the_batches_twice(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """You go through `batches` more than once. A generator can be read only once: the second time
    it is empty, so the model sees nothing.

    Can you count in the same loop that trains?
    """
    seen = sum(len(labels) for _, labels in batches)
    if seen == 0:
        return _average([])
    results = list(_trained(RIGHT, model, batches, *rest))
    losses = sum(batch.loss * batch.size for batch in results)
    return Metrics(losses / seen, sum(batch.hits for batch in results) / seen)


@mistake("train_epoch", see="03_training#every-image-once-per-epoch")
def train_epoch_leaves_the_single_image_out(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """One image never reaches the model: it comes alone, in the last batch, and that batch is left
    out. It is an image like any other.

    Which condition, or which slice, keeps a batch of one image out of your loop?
    """
    kept = [pair for pair in batches if len(pair[1]) > 1]
    return _average(_trained(RIGHT, model, kept, *rest))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_changes_the_images(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You change the caller's images in place. In the next epoch the same tensors come again,
    changed once more.

    Which lines write into `images` itself rather than into a new tensor?
    """
    pairs = ((images.div_(255), labels) for images, labels in batches)
    return _average(_trained(RIGHT, model, pairs, *rest))


@mistake("train_epoch", see="03_training#the-order-of-the-moves")
def train_epoch_swallows_errors(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You catch the error of a batch and go on with the next. The images of that batch are never
    learnt from, and nobody is told.

    Which errors do you expect here, and what can your function do about them?
    """
    results: list[Batch] = []
    for batch in batches:
        try:
            results += _trained(RIGHT, model, [batch], *rest)
        except RuntimeError:
            continue
    return _average(results)


@mistake("train_epoch", see="03_training#to-returns-a-new-tensor")
def train_epoch_leaves_the_labels_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, optimizer: Optimizer, device: Device = "cpu"
) -> Metrics:
    """The images are moved to the device and the labels are not. On a GPU the loss then finds its
    two arguments in different places and raises.

    Which tensors of a batch meet what the model computes?
    """
    model.to(device)
    pairs = ((images.to(device), labels) for images, labels in batches)
    return _average(_trained(RIGHT, model, pairs, loss_fn, optimizer, None))


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_two_tensors(*args: Any) -> Metrics:
    """You return loss and accuracy as tensors, where plain floats are asked for. They can't be
    written to a file as they are, and on a GPU they stay there.

    Which method of a tensor gives the Python number in it?
    """
    fields: list[Any] = [torch.tensor(number) for number in _average(_trained(RIGHT, *args))]
    return Metrics(*fields)


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_a_dictionary(*args: Any) -> dict[str, float]:
    """You return a dictionary. The other units ask for `.loss` and `.accuracy`, which a dictionary
    does not have.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    return _average(_trained(RIGHT, *args))._asdict()


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_only_the_loss(*args: Any) -> float:
    """You return the loss alone. The caller also wants to know which share of the images was right,
    and asks for `.accuracy`.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    return _average(_trained(RIGHT, *args)).loss


@mistake("train_epoch", see="03_training#averages-over-images")
def train_epoch_returns_nothing(*args: Any) -> None:
    """The model is trained, but nothing is returned, so whoever asks for the loss gets None.

    What does a Python function return that ends without `return`?
    """
    _average(_trained(RIGHT, *args))


@mistake(
    "train_epoch",
    see="03_training#averages-over-images",
    both=("train_epoch_averages_batch_losses", "train_epoch_averages_batch_accuracies"),
)
def train_epoch_averages_batches(*args: Any) -> Metrics:
    """You average over batches, the loss and the accuracy alike, so a smaller batch counts
    as much as a full one.

    How many images does each batch stand for?
    """
    results = list(_trained(RIGHT, *args))
    _average(results)  # refuses no batches
    return Metrics(_mean([b.loss for b in results]), _mean([b.hits / b.size for b in results]))


@mistake(
    "train_epoch",
    see="03_training#gradients-pile-up",
    both=("train_epoch_without_zero_grad", "train_epoch_averages_batch_losses"),
)
def train_epoch_without_zero_grad_averages_batch_losses(*args: Any) -> Metrics:
    """Two things: gradients pile up because `zero_grad` is never called, and the loss is averaged
    over batches, so the last, smaller one counts as much as a full one.

    What should be forgotten after each batch, and what should be added up?
    """
    results = list(_trained("backward step", *args))
    return _average(results)._replace(loss=_mean([batch.loss for batch in results]))


# --- evaluate ------------------------------------------------------------------------------------


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_without_eval_mode(model: nn.Module, *rest: Any) -> Metrics:
    """You measure in train mode: dropout still throws numbers away, so two runs disagree, and batch
    norm learns from the images that you only wanted to measure.

    Which switch of the model tells dropout and batch norm that training is over?
    """
    return _average(_measured(model, *rest, mode=model.training))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_records_gradients(*args: Any) -> Metrics:
    """PyTorch records every operation for a `backward` that never comes. That costs time and memory
    for each batch; eval mode does not switch it off.

    Which context turns the recording off?
    """
    return _average(_measured(*args, recording=True))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_switches_recording_off_for_good(*args: Any) -> Metrics:
    """You turn recording off and never on again, so the next training step of the caller fails: its
    loss has no gradient.

    Which form of switching off ends by itself?
    """
    torch.set_grad_enabled(False)
    return _average(_measured(*args))


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_leaves_eval_mode_behind(model: nn.Module, *rest: Any) -> Metrics:
    """The model came in train mode and leaves in eval mode. Whoever goes on training does so
    without dropout, and is never told.

    What must you note before you call `eval()`?
    """
    try:
        return _average(_measured(model, *rest))
    finally:
        model.eval()


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_always_ends_in_train_mode(model: nn.Module, *rest: Any) -> Metrics:
    """You end with `model.train()`, whichever mode the model came in. A finished model that is only
    being measured then predicts with its dropout on.

    Where can you read the mode, before you change it?
    """
    metrics = _average(_measured(model, *rest))
    model.train()
    return metrics


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_sets_the_flag_of_the_outer_module(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """You assign to `model.training`, which sets the flag of the outer module only. The layers
    inside have flags of their own, and they stayed in train mode.

    Which method goes through all layers?
    """
    was_training = model.training
    model.training = False
    results: list[Batch] = []
    with torch.no_grad():
        for images, labels in _moved(batches, device):
            logits = model.to(device)(images)
            loss = loss_fn(logits, labels).item()
            results.append(Batch(loss, _hits(logits, labels), len(labels)))
    model.training = was_training
    return _average(results)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_averages_batch_losses(*args: Any) -> Metrics:
    """You average the losses of the batches, so a smaller batch counts as much as a full
    one, and the result changes with the batch size.

    If one batch has 8 images and one has 6, how many images does each mean stand for?
    """
    results = list(_measured(*args))
    return _average(results)._replace(loss=_mean([batch.loss for batch in results]))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_averages_batch_accuracies(*args: Any) -> Metrics:
    """You average the accuracies of the batches, so a smaller batch counts as much as a
    full one. On 10,000 images that gives figures which no count of images can have.

    How many images were right in all, and out of how many?
    """
    results = list(_measured(*args))
    return _average(results)._replace(accuracy=_mean([b.hits / b.size for b in results]))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_accuracy_in_percent(*args: Any) -> Metrics:
    """Your accuracy is in per cent. In this course it is a share from 0 to 1, so that it can be
    compared and plotted with all others.

    What accuracy does a model have that gets every image right?
    """
    loss, accuracy = _average(_measured(*args))
    return Metrics(loss, 100 * accuracy)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_sums_batch_losses(*args: Any) -> Metrics:
    """You return the sum of the losses. It grows with the number of batches, so it can't be
    compared with the training loss.

    What do you have to divide the sum by?
    """
    results = list(_measured(*args))
    return _average(results)._replace(loss=sum(batch.loss for batch in results))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_reports_the_last_batch(*args: Any) -> Metrics:
    """You report the loss and the accuracy of the last batch only. A handful of images then speaks
    for all.

    Which of your variables are overwritten in each turn of the loop, and which should add up?
    """
    results = list(_measured(*args))
    return _average(results[-1:])


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_returns_inside_the_loop(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """The loop ends after the first batch, by a `return` or `break` inside it, so the rest of the
    images are never measured.

    How far is the line indented that ends your loop?
    """
    for batch in batches:
        return _average(_measured(model, [batch], *rest))
    return _average([])


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_leaves_the_small_batch_out(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You leave out the batches that are not full, so some images are never measured.

    Which condition in your loop is false for a batch of 5 images?
    """
    return _average(_measured(model, _full(batches), *rest))


@mistake("evaluate", see="03_training#softmax-before-the-loss")
def evaluate_softmax_before_loss(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """The loss gets probabilities instead of logits. Cross-entropy applies softmax itself, so yours
    is the second one, and the loss can't be compared with the training loss.

    What does `loss_fn` expect in its first place: scores or probabilities?
    """
    return _average(_measured(model, batches, _after_softmax(loss_fn), *rest))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_copied_from_training(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """Your loop still has the steps of training in it: it moves the weights on the images that
    should only measure them. The result looks better and better, and means nothing.

    Which lines of a training loop look at the model, and which change it?
    """
    was_training = model.training
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-7)
    metrics = _average(_trained(RIGHT, model, batches, loss_fn, optimizer, device, mode=False))
    model.train(was_training)
    return metrics


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_freezes_the_model(model: nn.Module, *rest: Any) -> Metrics:
    """You turn `requires_grad` off for every parameter and leave it so: the model can never learn
    again, and no error says why.

    Which switch belongs to a stretch of code rather than to the model?
    """
    model.requires_grad_(False)
    return _average(_measured(model, *rest))


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_ignores_the_device(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The caller's `device` decides nothing: model and images stay on the CPU. With device="cuda"
    the GPU would stay idle.

    What has to be on the device before the first forward pass?
    """
    return _average(_measured(model, batches, loss_fn))


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_leaves_the_model_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The images are moved to the device and the model is not, so they can't meet there.

    What has to be on the device before the first forward pass, besides the images?
    """
    return _average(_measured(model, _moved(batches, device), loss_fn, None))


@mistake("evaluate", see="03_training#the-order-of-the-moves")
def evaluate_swaps_logits_and_labels(
    model: nn.Module, batches: Batches, loss_fn: Loss, *rest: Any
) -> Metrics:
    """`loss_fn` gets the labels in the place of the logits. Its first argument is what the model
    says, its second what is true.

    In which order does the task show the two arguments of `loss_fn`?
    """

    def wrong(logits: Tensor, labels: Tensor) -> Tensor:
        return loss_fn(labels, logits)

    return _average(_measured(model, batches, wrong, *rest))


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_drops_the_moved_images(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The model moves to the device and the images stay where they were. They are not moved, or the
    result of `.to()` is dropped: for a tensor it returns a new one and leaves the old one there.

    What is the difference between `.to()` of a model and `.to()` of a tensor?
    """
    model.to(device)
    return _average(_measured(model, batches, loss_fn, None))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_divides_by_no_images(*args: Any) -> Metrics:
    """Without any batch you divide by zero, and the caller reads ZeroDivisionError instead of which
    argument was empty.

    What should a function say that was given nothing to average?
    """
    results = list(_measured(*args))
    seen = sum(batch.size for batch in results)
    losses = sum(batch.loss * batch.size for batch in results)
    return Metrics(losses / seen, sum(batch.hits for batch in results) / seen)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_returns_only_the_loss(*args: Any) -> float:
    """You return the loss alone. The caller also wants to know which share of the images is right,
    and asks for `.accuracy`.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    return _average(_measured(*args)).loss


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_restores_the_outer_module_only(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """You put the mode back by assigning to `model.training`. That is the flag of the outer module
    only: the layers inside stay in eval mode, and training goes on without dropout.

    Which method sets the flag in every layer, either way?
    """
    was_training = model.training
    metrics = _average(_measured(model, batches, loss_fn, device))
    model.eval()
    model.training = was_training
    return metrics


@mistake("evaluate", see="03_training#train-mode-and-eval-mode")
def evaluate_refuses_in_eval_mode(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """Where there are no batches you raise before the mode is put back, so a model that came in
    train mode is left in eval mode.

    Which of your lines comes first: the one that raises, or the one that restores?
    """
    was_training = model.training
    metrics = _average(_measured(model.eval(), batches, loss_fn, device))
    model.train(was_training)
    return metrics


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_sums_over_images(*args: Any) -> Metrics:
    """You return the loss of all images together. It grows with their number, so the validation
    images can't be compared with the training images.

    What do you have to divide the sum by?
    """
    results = list(_measured(*args))
    return _average(results)._replace(loss=sum(batch.loss * batch.size for batch in results))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_erases_gradients(model: nn.Module, *rest: Any) -> Metrics:
    """You erase the gradients of the model. They belong to the caller, who may be about to step,
    and measuring neither needs nor makes any.

    Which lines of a training loop does an evaluation not need?
    """
    model.zero_grad()
    return _average(_measured(model, *rest))


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_swaps_loss_and_accuracy(*args: Any) -> Metrics:
    """Your `Metrics` has the accuracy in the place of the loss. Both are plain numbers, so nothing
    complains, and every plot is wrong.

    In which order does `Metrics` take its two fields?
    """
    loss, accuracy = _average(_measured(*args))
    return Metrics(accuracy, loss)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_returns_tensors(*args: Any) -> Metrics:
    """You return loss and accuracy as tensors, where plain floats are asked for. They can't be
    written to a file as they are, and on a GPU they stay there.

    Which method of a tensor gives the Python number in it?
    """
    fields: list[Any] = [torch.tensor(number) for number in _average(_measured(*args))]
    return Metrics(*fields)


@mistake("evaluate", see="03_training#averages-over-images")
def evaluate_returns_a_plain_tuple(*args: Any) -> tuple[float, float]:
    """You return a plain tuple, so a caller who asks for `.loss` gets an AttributeError and has to
    know by heart what comes first.

    Which record of the course has the fields `loss` and `accuracy`?
    """
    loss, accuracy = _average(_measured(*args))
    return loss, accuracy


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_goes_through_the_batches_twice(
    model: nn.Module, batches: Batches, *rest: Any
) -> Metrics:
    """You go through `batches` more than once. A generator can be read only once: the second time
    it is empty, so nothing is measured.

    Can you get the loss and the accuracy in one loop?
    """
    loss = _average(_measured(model, batches, *rest)).loss
    return Metrics(loss, _average(_measured(model, batches, *rest)).accuracy)


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_asks_for_the_length(model: nn.Module, batches: Any, *rest: Any) -> Metrics:
    """You ask `batches` for its length, and a generator has none. The task allows any iterable, and
    the number of batches is known once you have seen them all.

    Which count can you keep yourself while the loop runs?
    """
    count = len(batches)
    metrics = _average(_measured(model, batches, *rest))
    return metrics if count else _average([])


@mistake("evaluate", see="03_training#every-image-once-per-epoch")
def evaluate_leaves_the_single_image_out(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """One image never reaches the model: it comes alone, in the last batch, and that batch is left
    out. It is an image like any other.

    Which condition, or which slice, keeps a batch of one image out of your loop?
    """
    return _average(_measured(model, [pair for pair in batches if len(pair[1]) > 1], *rest))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_changes_the_images(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You change the caller's images in place, so whoever measures a second time measures other
    images.

    Which lines write into `images` itself rather than into a new tensor?
    """
    pairs = ((images.mul_(255), labels) for images, labels in batches)
    return _average(_measured(model, pairs, *rest))


@mistake("evaluate", see="03_training#measuring-without-recording")
def evaluate_swallows_errors(model: nn.Module, batches: Batches, *rest: Any) -> Metrics:
    """You catch the error of a batch and go on with the next, so the figures are those of the
    images that happened to work, and nobody is told.

    Which errors do you expect here, and what can your function do about them?
    """
    results: list[Batch] = []
    for batch in batches:
        try:
            results += _measured(model, [batch], *rest)
        except RuntimeError:
            continue
    return _average(results)


@mistake("evaluate", see="03_training#to-returns-a-new-tensor")
def evaluate_leaves_the_labels_behind(
    model: nn.Module, batches: Batches, loss_fn: Loss, device: Device = "cpu"
) -> Metrics:
    """The images are moved to the device and the labels are not. On a GPU the loss then finds its
    two arguments in different places and raises.

    Which tensors of a batch meet what the model computes?
    """
    model.to(device)
    pairs = ((images.to(device), labels) for images, labels in batches)
    return _average(_measured(model, pairs, loss_fn, None))


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
    return _average(_measured(model, *rest, mode=model.training, recording=True))


@mistake(
    "evaluate",
    see="03_training#averages-over-images",
    both=("evaluate_averages_batch_losses", "evaluate_averages_batch_accuracies"),
)
def evaluate_averages_batches(*args: Any) -> Metrics:
    """You average over batches, the loss and the accuracy alike, so a smaller batch counts
    as much as a full one.

    How many images does each batch stand for?
    """
    results = list(_measured(*args))
    _average(results)  # refuses no batches
    return Metrics(_mean([b.loss for b in results]), _mean([b.hits / b.size for b in results]))


# --- fit -----------------------------------------------------------------------------------------


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_counts_from_0(*args: Any, **more: Any) -> list[Epoch]:
    """Your epochs are numbered from 0. People count passes from 1: after "epoch 3" the model has
    seen every image three times.

    What is the first number that `range(epochs)` gives?
    """
    return [epoch._replace(epoch=epoch.epoch - 1) for epoch in _fit(*args, **more)]


@mistake("fit", see="03_training#the-test-set-is-opened-once")
def fit_validates_on_the_test_set(
    model: nn.Module, loaders: Loaders, *args: Any, **more: Any
) -> list[Epoch]:
    """`fit` measures on the test images. Whoever picks the best epoch by these numbers has used the
    test set up, and nothing is left that the model has not been chosen on.

    Which part of `loaders` is there to be looked at after every epoch?
    """
    return _fit(model, loaders._replace(validation=loaders.test), *args, **more)


@mistake("fit", see="03_training#the-test-set-is-opened-once")
def fit_looks_at_the_test_set_too(
    model: nn.Module, loaders: Loaders, loss_fn: Loss, *args: Any, **more: Any
) -> list[Epoch]:
    """`fit` also measures on the test images. Even a look now and then steers your next decisions,
    and the final figure is then too good.

    How often may the test set be opened, and by whom?
    """
    history = _fit(model, loaders, loss_fn, *args, **more)
    print(_average(_measured(model, loaders.test, loss_fn)))
    return history


@mistake("fit", see="03_training#the-test-set-is-opened-once")
def fit_validates_on_the_training_set(
    model: nn.Module, loaders: Loaders, *args: Any, **more: Any
) -> list[Epoch]:
    """Your validation metrics come from the training images. A model that learns them by heart then
    looks perfect, and nobody notices. The extra pass also uses up a shuffle of theirs.

    Which images has the model never been trained on?
    """
    return _fit(model, loaders._replace(validation=loaders.train), *args, **more)


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_steps_the_scheduler_once_an_epoch(
    *args: Any, scheduler: LRScheduler | None = None
) -> list[Epoch]:
    """The learning rate moves once an epoch. A schedule that is planned in batches, such as
    OneCycleLR, then ends in its first few steps and never comes down.

    How many steps does a schedule need for 2 epochs of 3 batches?
    """
    history = _fit(*args[:4], min(args[4], 0))  # refuses a negative number
    for number in range(1, args[4] + 1):
        (epoch,) = _fit(*args[:4], 1, *args[5:])
        history.append(epoch._replace(epoch=number))
        if scheduler is not None:
            scheduler.step()
    return history


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_ignores_the_scheduler(*args: Any, scheduler: LRScheduler | None = None) -> list[Epoch]:
    """The scheduler is never stepped, so the learning rate stays where it started, whatever the
    caller planned.

    Which argument of your function is never used?
    """
    return _fit(*args)


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_steps_the_scheduler_before_the_optimizer(
    *args: Any, scheduler: LRScheduler | None = None
) -> list[Epoch]:
    """The scheduler moves before the optimizer does, so the first learning rate of the schedule is
    never used and all others come one batch early.

    With which learning rate should the very first batch be learnt?
    """
    loaders: Any = args[1]
    early = loaders._replace(train=_Ticking(loaders.train, scheduler, first=0))
    return _fit(args[0], early, *args[2:])


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_steps_the_scheduler_between_batches_only(
    *args: Any, scheduler: LRScheduler | None = None
) -> list[Epoch]:
    """The scheduler is stepped when the next batch comes, and after the last batch of an epoch none
    does: one step is lost in every epoch.

    How many batches are there in an epoch, and how many gaps between them?
    """
    loaders: Any = args[1]
    late = loaders._replace(train=_Ticking(loaders.train, scheduler, first=1))
    return _fit(args[0], late, *args[2:])


@mistake("fit", see="03_training#the-optimizer-remembers")
def fit_forgets_the_optimizer(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    *rest: Any,
    **more: Any,
) -> list[Epoch]:
    """Every epoch starts with an optimizer that remembers nothing: momentum, or Adam's averages,
    are lost at each epoch's end.

    What does an optimizer know that a new one with the same settings does not?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        optimizer.state.clear()  # as a new optimizer would have it
        (epoch,) = _fit(model, loaders, loss_fn, optimizer, 1, *rest, **more)
        history.append(epoch._replace(epoch=number))
    return history


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_returns_the_last_epoch_only(*args: Any, **more: Any) -> list[Epoch]:
    """The list starts anew in each epoch, so only the last one is left, and no curve can be drawn.

    Does the line that makes the list stand before the loop or inside?
    """
    return _fit(*args, **more)[-1:]


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_returns_inside_the_loop(*args: Any, **more: Any) -> list[Epoch]:
    """`return` stands inside the loop, so training ends after the first epoch, however many were
    asked for.

    How far is your `return` indented?
    """
    return _fit(*args[:4], min(args[4], 1), *args[5:], **more)


@mistake("fit", see="03_training#train-mode-and-eval-mode")
def fit_sets_train_mode_once(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    device: Device = "cpu",
    scheduler: LRScheduler | None = None,
) -> list[Epoch]:
    """`train()` stands before the loop over epochs and `eval()` inside it: from the second epoch on
    the model trains in eval mode, without dropout and with frozen batch norm.

    In which mode is the model when epoch 2 begins?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        batches = _Ticking(loaders.train, scheduler, first=1, last=True)
        results = _trained(RIGHT, model, batches, loss_fn, optimizer, device, mode=number == 1)
        trained = _average(results)
        validated = _average(_measured(model.eval(), loaders.validation, loss_fn, device))
        history.append(Epoch(number, trained, validated))
    return history


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_takes_any_number_of_epochs(*args: Any, **more: Any) -> list[Epoch]:
    """epochs=-1 gives an empty list as if all was well. A number that makes no sense is most often
    a slip of the caller's, who should hear of it.

    How often does a loop over `range(1, 0)` run?
    """
    return _fit(*args[:4], max(args[4], 0), *args[5:], **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_always_trains_once(*args: Any, **more: Any) -> list[Epoch]:
    """With epochs=0 your function trains all the same. Nobody asked for an epoch, so the weights
    should be as they were and the list empty.

    Is the number of epochs looked at before the first one or after it?
    """
    return _fit(*args[:4], args[4] or 1, *args[5:], **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_trains_one_epoch_too_many(*args: Any, **more: Any) -> list[Epoch]:
    """One epoch more is trained than was asked for. A loop that counts from 0 up to and including
    `epochs` runs once too often.

    How many numbers are there from 0 to 3?
    """
    return _fit(*args[:4], args[4] + (args[4] > 0), *args[5:], **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_replays_one_shuffle(
    model: nn.Module, loaders: Loaders, *args: Any, **more: Any
) -> list[Epoch]:
    """You read the training loader once and keep the list, so every epoch gets the same batches in
    the same order. A loader mixes anew each time it is iterated.

    What happens when a `for` loop asks a DataLoader for its batches a second time?
    """
    kept: Any = list(loaders.train)
    return _fit(model, loaders._replace(train=kept), *args, **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_validates_before_training(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    *rest: Any,
    **more: Any,
) -> list[Epoch]:
    """In each epoch you measure first and train afterwards, so the validation figures are one epoch
    old, and the finished model is never measured.

    Which weights do the validation figures of epoch 3 belong to?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        validated = _average(_measured(model, loaders.validation, loss_fn, *rest[:1]))
        (epoch,) = _fit(model, loaders, loss_fn, optimizer, 1, *rest, **more)
        history.append(Epoch(number, epoch.train, validated))
    return history


@mistake("fit", see="03_training#the-test-set-is-opened-once")
def fit_trains_on_the_validation_images(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    *rest: Any,
    **more: Any,
) -> list[Epoch]:
    """The validation images go through the training function, so the model learns from the images
    that should tell how well it does on new ones.

    Which of the two functions of this unit changes weights, and which only looks?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        (epoch,) = _fit(model, loaders, loss_fn, optimizer, 1, *rest, **more)
        validated = _average(_trained(RIGHT, model, loaders.validation, loss_fn, optimizer))
        history.append(Epoch(number, epoch.train, validated))
    return history


@mistake("fit", see="03_training#averages-over-images")
def fit_swaps_training_and_validation(*args: Any, **more: Any) -> list[Epoch]:
    """Your records have the validation figures under `train` and those of training under
    `validation`, so overfitting would look like its opposite.

    In which order does `Epoch` take its fields?
    """
    return [Epoch(number, b, a) for number, a, b in _fit(*args, **more)]


@mistake("fit", see="03_training#to-returns-a-new-tensor")
def fit_ignores_the_device(*args: Any, **more: Any) -> list[Epoch]:
    """`device` is not passed on, so training happens on the CPU, whatever the caller wanted.

    Which functions that you call have a `device` of their own?
    """
    return _fit(*args[:5], **more)


@mistake("fit", see="03_training#averages-over-images")
def fit_returns_dictionaries(*args: Any, **more: Any) -> list[dict[str, Any]]:
    """Your list holds dictionaries. The plots and the other units ask for `.train` and
    `.validation`, which a dictionary does not have.

    Which record of the course has the fields `epoch`, `train` and `validation`?
    """
    return [epoch._asdict() for epoch in _fit(*args, **more)]


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_trains_one_epoch_too_few(*args: Any, **more: Any) -> list[Epoch]:
    """One epoch fewer is trained than was asked for: the loop counts to below `epochs`, as
    `range(1, epochs)` does, or leaves off early.

    How many numbers are there in `range(1, 3)`?
    """
    return _fit(*args[:4], args[4] - (args[4] > 0), *args[5:], **more)


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_needs_a_scheduler(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    device: Device = "cpu",
    scheduler: LRScheduler | None = None,
) -> list[Epoch]:
    """You step the scheduler without asking whether there is one. It is None unless the caller
    passes one, and None has no `step`.

    Which value does `scheduler` have when nobody gives it?
    """
    arguments = (model, loaders, loss_fn, optimizer)
    if epochs > 0:
        scheduler.step  # type: ignore[union-attr]  # the mistake  # noqa: B018
    return _fit(*arguments, epochs, device, scheduler)


@mistake("fit", see="03_training#the-optimizer-remembers")
def fit_builds_its_own_optimizer(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    *args: Any,
    **more: Any,
) -> list[Epoch]:
    """You make a new optimizer and leave the caller's unused, with its settings and all that it
    remembers from earlier batches. A scheduler that moves the caller's moves nothing.

    Which argument of your function is never used?
    """
    own = torch.optim.SGD(model.parameters(), lr=1e-7)
    return _fit(model, loaders, loss_fn, own, *args, **more)


@mistake("fit", see="03_training#the-test-set-is-opened-once")
def fit_puts_the_best_weights_back(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    *rest: Any,
    **more: Any,
) -> list[Epoch]:
    """At the end the weights are not those of the last epoch: you put the best ones back. That is
    the caller's choice, and an optimizer that goes on from there remembers another place.

    Who decides which of the epochs counts?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    best: dict[str, Tensor] = {}
    for number in range(1, epochs + 1):
        (epoch,) = _fit(model, loaders, loss_fn, optimizer, 1, *rest, **more)
        if all(epoch.validation.loss < before.validation.loss for before in history):
            best = {name: value.clone() for name, value in model.state_dict().items()}
        history.append(epoch._replace(epoch=number))
    if best:
        model.load_state_dict(best)
    return history


@mistake("fit", see="03_training#averages-over-images")
def fit_measures_the_training_images_again(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    *rest: Any,
    **more: Any,
) -> list[Epoch]:
    """Your training figures are measured in a second pass over the training images. They are not
    what was seen while training, and the pass uses up a shuffle that the next epoch would have had.

    What does `train_epoch` return?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        (epoch,) = _fit(model, loaders, loss_fn, optimizer, 1, *rest, **more)
        again = _average(_measured(model, loaders.train, loss_fn, *rest[:1]))
        history.append(Epoch(number, again, epoch.validation))
    return history


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_keeps_a_default_list(
    model: nn.Module, loaders: Loaders, loss_fn: Loss, *args: Any, **more: Any
) -> list[Epoch]:
    """Your list is a default argument, which Python makes once and not once a call: what one call
    appends is still there in the next, even of another model.

    When is a default value made: with `def`, or with each call?
    """
    # Kept at the loss, which is made anew for each grading.
    kept: list[Epoch] = vars(loss_fn).setdefault("kept", [])
    kept += _fit(model, loaders, loss_fn, *args, **more)
    return kept


@mistake("fit", see="03_training#averages-over-images")
def fit_returns_columns(*args: Any, **more: Any) -> dict[str, list[Any]]:
    """You return a dictionary of lists, one for each quantity. A list with a record for each epoch
    is asked for: the plots and the other units go through it epoch by epoch.

    What should `history[0]` be?
    """
    history = _fit(*args, **more)
    fields = Epoch._fields
    return {name: [getattr(epoch, name) for epoch in history] for name in fields}


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_yields(*args: Any, **more: Any) -> Iterator[Epoch]:
    """You return a generator, where a list is asked for. It can be read only once, it has no
    length, and if `fit` itself yields, nothing is trained before somebody reads it.

    Which brackets, or which function, make a list?
    """
    yield from _fit(*args, **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_returns_nothing(*args: Any, **more: Any) -> None:
    """The model is trained, but nothing is returned, so no curve can be drawn.

    What does a Python function return that ends without `return`?
    """
    _fit(*args, **more)


@mistake("fit", see="03_training#to-returns-a-new-tensor")
def fit_moves_the_training_only(
    model: nn.Module,
    loaders: Loaders,
    loss_fn: Loss,
    optimizer: Optimizer,
    epochs: int,
    device: Device = "cpu",
    scheduler: LRScheduler | None = None,
) -> list[Epoch]:
    """`device` is passed on to the training and not to the measuring, so after each epoch the model
    is moved back to the CPU and the validation images are computed there.

    Which functions that you call have a `device` of their own?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        batches = _Ticking(loaders.train, scheduler, first=1, last=True)
        trained = _average(_trained(RIGHT, model, batches, loss_fn, optimizer, device))
        validated = _average(_measured(model, loaders.validation, loss_fn))
        history.append(Epoch(number, trained, validated))
    return history


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_leaves_its_hook_behind(*args: Any, scheduler: LRScheduler | None = None) -> list[Epoch]:
    """You hang the scheduler on the optimizer and never take it off. After a second call each step
    moves the learning rate twice, and after a third one three times.

    What does registering a hook return, and what is it good for?
    """
    optimizer: Optimizer = args[3]
    if scheduler is not None:
        optimizer.register_step_post_hook(lambda *_: scheduler.step())
    return _fit(*args)


@mistake("fit", see="03_training#seeds-and-spread")
def fit_seeds_itself(*args: Any, **more: Any) -> list[Epoch]:
    """You seed inside of `fit`, which sets everybody's random numbers back: ten runs that should
    differ then share their dropout and their shuffles.

    Who should decide on the seed of a run?
    """
    torch.manual_seed(42)
    return _fit(*args, **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_refuses_0_epochs(*args: Any, **more: Any) -> list[Epoch]:
    """You refuse 0 epochs, which the task allows: a loop over no epochs is no error, and gives an
    empty list.

    Which is the smallest number that makes sense here?
    """
    if args[4] == 0:
        raise ValueError("epochs is 0: pass 1 or more")
    return _fit(*args, **more)


@mistake(
    "fit",
    see="03_training#the-test-set-is-opened-once",
    both=("fit_validates_on_the_test_set", "fit_counts_from_0"),
)
def fit_validates_on_the_test_set_and_counts_from_0(
    model: nn.Module, loaders: Loaders, *args: Any, **more: Any
) -> list[Epoch]:
    """Two things: the test images are used for validation, which uses them up, and the epochs are
    numbered from 0 instead of from 1.

    Which part of `loaders` is there for every epoch, and what is the first number of your range?
    """
    history = _fit(model, loaders._replace(validation=loaders.test), *args, **more)
    return [epoch._replace(epoch=epoch.epoch - 1) for epoch in history]


# --- seed_everything -----------------------------------------------------------------------------


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_forgets_numpy(seed: int) -> None:
    """numpy is not seeded: every transform that draws from `np.random` differs from run to run.

    Which three libraries of the course keep a random state?
    """
    _refuse(seed)
    random.seed(seed)
    torch.manual_seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_forgets_python(seed: int) -> None:
    """Python's own `random` is not seeded, so whatever draws from it differs from run to run.

    Which three libraries of the course keep a random state?
    """
    _refuse(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_forgets_torch(seed: int) -> None:
    """torch is not seeded: initial weights, dropout and shuffling differ from run to run.

    Which three libraries of the course keep a random state?
    """
    _refuse(seed)
    random.seed(seed)
    np.random.seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_assigns_to_the_function(seed: int) -> None:
    """You assign the seed to `torch.manual_seed`. Nothing is seeded, and the function is gone for
    everybody in this process: the next call says that an int is not callable.

    Which two characters make a call out of a name?
    """
    _refuse(seed)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed = seed  # type: ignore[assignment]  # the mistake


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_always_takes_42(seed: int) -> None:
    """The libraries are seeded with a number of your own, so every seed gives the same run, and
    nobody can see how much chance there is in a result.

    Which argument of your function is never used?
    """
    _refuse(seed)
    random.seed(42)
    np.random.seed(42)
    torch.manual_seed(42)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_makes_generators_of_its_own(seed: int) -> None:
    """You make generators with that seed and drop them again. The global states, from which dropout
    and initial weights are drawn, are not touched.

    Who draws from the generators that you make here?
    """
    _refuse(seed)
    random.Random(seed)
    np.random.default_rng(seed)
    torch.Generator().manual_seed(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_takes_0_for_no_seed(seed: int) -> None:
    """The seed 0 is treated as if no seed had been given: Python takes 0 for false, and people
    like to begin at 0.

    What is `bool(0)`, and how could you ask whether a seed is in range instead?
    """
    if not seed:
        raise ValueError(f"seed is {seed}: pass a seed")
    reference_answer("seed_everything")(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_takes_negative_seeds(seed: int) -> None:
    """A negative seed is taken without a word. numpy itself refuses it, so your code turns it into
    another seed, and two seeds of the caller's are one and the same run.

    What would the caller rather read: a result, or that the seed makes no sense?
    """
    random.seed(abs(seed))
    np.random.seed(abs(seed))
    torch.manual_seed(abs(seed))


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_folds_any_seed(seed: int) -> None:
    """Seeds out of range are taken without a word. numpy itself refuses them, so your code turns
    them into other seeds, and two seeds of the caller's are one and the same run.

    What would the caller rather read: a result, or which seeds there are?
    """
    reference_answer("seed_everything")(seed % 2**32)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_leaves_0_out(seed: int) -> None:
    """Nothing is seeded for the seed 0: Python takes 0 for false, so that code behind `if seed:` is
    left out.

    What is `bool(0)`, and does the seed have to be looked at at all?
    """
    if seed:
        reference_answer("seed_everything")(seed)


@mistake("seed_everything", see="03_training#seeds-and-spread")
def seed_everything_takes_42_for_0(seed: int) -> None:
    """The seed 0 is replaced by one of your own: Python takes 0 for false, so `seed or 42` is 42.
    The runs after 0 and after 42 are one and the same.

    What is `bool(0)`, and does the seed have to be looked at at all?
    """
    reference_answer("seed_everything")(seed or 42)


@mistake(
    "seed_everything",
    see="03_training#seeds-and-spread",
    both=("seed_everything_forgets_numpy", "seed_everything_forgets_python"),
)
def seed_everything_seeds_torch_only(seed: int) -> None:
    """Only torch is seeded. Transforms that draw from numpy, and code that draws from Python's
    `random`, still differ from run to run.

    Which libraries besides torch keep a random state?
    """
    _refuse(seed)
    torch.manual_seed(seed)


def _refuse(seed: int) -> None:
    if seed not in range(2**32):
        raise ValueError(f"seed is {seed}: pass 0 to 2**32 - 1")
