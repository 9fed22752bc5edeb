"""Wrong answers to `train_batch`."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from autograder.mistakes import mistake
from autograder.mistakes.training.shared import RIGHT, Loss, after_softmax, make_update, swapped


@mistake("train_batch", see="03_training#gradients-pile-up")
def train_batch_without_zero_grad(*args: Any) -> float:
    """The old gradients are not cleared between two batches, so each `backward` adds to those of
    all batches before. From the second batch on, the step follows old batches too.

    What does `parameter.grad` hold when the second batch arrives?
    """
    return make_update("backward step", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_erases_gradients_before_step(*args: Any) -> float:
    """The gradients are erased between `backward` and `step`, just before they are used. The
    optimizer finds none, and no weight moves.

    Which two of the moves must follow each other directly?
    """
    return make_update("backward zero_grad step", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_without_backward(*args: Any) -> float:
    """`backward` is never called: the optimizer steps, but it finds no gradients, so no weight
    moves.

    Which call fills `parameter.grad`?
    """
    return make_update("zero_grad step", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_without_step(*args: Any) -> float:
    """`backward` computes the gradients, but `step` never runs, so no weight moves.

    Which object changes the weights, and which of its methods do you call?
    """
    return make_update("zero_grad backward", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_only_measures(*args: Any) -> float:
    """No weight moves. Three moves are missing: clearing the old gradients, `backward`, and the
    optimizer's step.

    Which three calls come between the loss and the `return`?
    """
    return make_update("", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_steps_before_backward(*args: Any) -> float:
    """`step` runs before `backward`, so it finds no gradients: those that come too late are cleared
    in the next call. No weight moves.

    What does `step` read, and which call writes that?
    """
    return make_update("zero_grad step backward", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_uses_the_gradient_of_the_batch_before(*args: Any) -> float:
    """You step first and compute the gradient afterwards, so each step uses the gradient of the
    batch before: the first call moves nothing, the second one moves by the first batch.

    At the time of `step`, which batch do the gradients come from?
    """
    return make_update("step zero_grad backward", *args).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_steps_twice(*args: Any) -> float:
    """Every batch moves the weights twice as far as it should, as when `step` runs twice with one
    gradient. That is about twice the learning rate that the caller asked for.

    How many steps should the optimizer make for one batch?
    """
    return make_update("zero_grad backward step step", *args).loss.item()


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_returns_the_tensor(*args: Any) -> Tensor:
    """You return the loss as a tensor, which may keep the graph of its computation in memory. The
    task asks for a Python float.

    Which method of a tensor gives the Python number in it?
    """
    return make_update(RIGHT, *args).loss


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_returns_nothing(*args: Any) -> None:
    """Nothing is returned, so whoever calls your function gets None in place of the loss.

    What does a Python function return that ends without `return`?
    """
    make_update(RIGHT, *args)


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_measures_after_the_update(*args: Any) -> float:
    """The loss that you return is computed after the step, so it tells how well the model does on a
    batch that it has just learnt from. That looks too good.

    Which loss says how good the model was when it met this batch?
    """
    make_update(RIGHT, *args)
    return make_update("", *args).loss.item()


@mistake("train_batch", see="03_training#softmax-before-the-loss")
def train_batch_softmax_before_loss(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """The loss gets probabilities instead of logits. Cross-entropy applies softmax itself, so it is
    applied twice, and even a perfect model could not get below 1.46.

    What does `loss_fn` expect in its first place: scores or probabilities?
    """
    return make_update(RIGHT, model, images, labels, after_softmax(loss_fn), optimizer).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_swaps_logits_and_labels(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """`loss_fn` gets the labels in the place of the logits. Its first argument is the logits that
    the model returns, its second the labels.

    In which order does the task show the two arguments of `loss_fn`?
    """
    return make_update(RIGHT, model, images, labels, swapped(loss_fn), optimizer).loss.item()


@mistake("train_batch", see="03_training#a-loss-is-a-landscape")
def train_batch_argmax_into_loss(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """The loss gets predicted classes instead of logits. `argmax` gives whole numbers, and these
    have no gradient, so nothing can be learnt through it.

    How does a predicted class change if one weight moves a tiny bit?
    """

    def wrong(logits: Tensor, labels: Tensor) -> Tensor:
        return loss_fn(logits.argmax(dim=1), labels)

    return make_update(RIGHT, model, images, labels, wrong, optimizer).loss.item()


@mistake("train_batch", see="03_training#measuring-without-recording")
def train_batch_without_recording(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """`backward` has nothing to go back through: between the images and the loss PyTorch records
    nothing (as under `no_grad`), or a step has no gradient (`argmax`, `item`, `detach`).

    Which line between the images and the loss cuts the graph?
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
    """You call `backward` on the plain number, not on the tensor. A Python float does not know how
    it was computed.

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
    """The optimizer that you were given never steps: the weights are moved in another way, by your
    own line or by a new optimizer. The state of the given one, such as its momentum, is not used.

    Which of your arguments decides how a gradient becomes a step?
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
    """Your function puts the model into train mode. The task leaves the mode to the caller, who may
    want batch norm as it is.

    Which function of this unit is told to set the mode?
    """
    model.train()
    return make_update(RIGHT, model, *rest).loss.item()


@mistake("train_batch", see="03_training#a-loss-is-a-landscape")
def train_batch_uses_its_own_loss(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """You compute cross-entropy yourself and never call `loss_fn`, so a caller who passes another
    loss does not get it.

    Which argument of your function is not used?
    """
    return make_update(
        RIGHT, model, images, labels, nn.functional.cross_entropy, optimizer
    ).loss.item()


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_multiplies_by_the_batch_size(*args: Any) -> float:
    """You return the loss times the number of images. The loss is what `loss_fn` says.

    Is the loss of a batch of 64 larger than that of a batch of 8?
    """
    update = make_update(RIGHT, *args)
    return update.loss.item() * update.size


@mistake("train_batch", see="03_training#the-order-of-the-moves")
def train_batch_normalises_in_place(model: nn.Module, images: Tensor, *rest: Any) -> float:
    """You change the caller's images in place. In the next epoch the same tensor comes again,
    changed once more.

    Which lines write into `images` itself rather than into a new tensor?
    """
    images /= 255
    return make_update(RIGHT, model, images, *rest).loss.item()


@mistake("train_batch", see="03_training#the-loss-is-a-tensor-with-a-past")
def train_batch_makes_the_loss_require_grad(
    model: nn.Module, images: Tensor, labels: Tensor, loss_fn: Loss, optimizer: Optimizer
) -> float:
    """`backward` starts from a loss that does not know how it was computed (`no_grad`, `detach`,
    `item`). Setting `requires_grad` does not bring that back, so no gradient reaches a weight.

    What has to be recorded so that `backward` finds the way to the weights?
    """
    with torch.no_grad():
        loss = loss_fn(model(images), labels)
    loss.requires_grad_()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves", craft=True)
def train_batch_unfreezes_everything(model: nn.Module, *rest: Any) -> float:
    """You set `requires_grad` of every weight. A caller who has frozen some of them on purpose will
    find them unfrozen.

    Whose decision is it which weights learn?
    """
    model.requires_grad_(True)
    return make_update(RIGHT, model, *rest).loss.item()


@mistake("train_batch", see="03_training#the-order-of-the-moves", craft=True)
def train_batch_swallows_errors(*args: Any) -> float:
    """You catch every error and return a number all the same. A wrong shape then looks like a loss,
    nothing is learnt, and nobody is told.

    Which errors do you expect here, and what can your function do about them?
    """
    try:
        return make_update(RIGHT, *args).loss.item()
    except Exception:
        return 0.0


@mistake(
    "train_batch",
    see="03_training#gradients-pile-up",
    both=("train_batch_without_zero_grad", "train_batch_returns_the_tensor"),
)
def train_batch_without_zero_grad_returns_the_tensor(*args: Any) -> Tensor:
    """Two things: old gradients are not cleared, so they accumulate, and the loss is returned as a
    tensor.

    Which of your values are for this call only, and which stay for the next call?
    """
    return make_update("backward step", *args).loss
