"""Wrong answers to `fit`."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.siblings import refuses_otherwise
from autograder.mistakes.training.shared import (
    RIGHT,
    Batches,
    Device,
    Loss,
    averaged,
    measured_on,
    trained_on,
)
from fashion_course.kit import Epoch, Loaders


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
    """`fit` measures on the test images. If you pick the best epoch by these numbers, no unseen
    images are left for a fair last test.

    Which part of `loaders` is there to be looked at after every epoch?
    """
    return _fit(model, loaders._replace(validation=loaders.test), *args, **more)


@mistake("fit", see="03_training#the-test-set-is-opened-once")
def fit_looks_at_the_test_set_too(
    model: nn.Module, loaders: Loaders, loss_fn: Loss, *args: Any, **more: Any
) -> list[Epoch]:
    """`fit` also measures on the test images. Even an occasional look influences your next
    decisions, and the final accuracy is then too high.

    How often may the test set be opened, and by whom?
    """
    history = _fit(model, loaders, loss_fn, *args, **more)
    print(averaged(measured_on(model, loaders.test, loss_fn)))
    return history


@mistake("fit", see="03_training#the-test-set-is-opened-once")
def fit_validates_on_the_training_set(
    model: nn.Module, loaders: Loaders, *args: Any, **more: Any
) -> list[Epoch]:
    """Your validation metrics come from the training images. A model that has memorised them then
    looks perfect. The extra pass also makes the training loader draw one more shuffle.

    Which images has the model never been trained on?
    """
    return _fit(model, loaders._replace(validation=loaders.train), *args, **more)


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_steps_the_scheduler_once_an_epoch(
    *args: Any, scheduler: LRScheduler | None = None
) -> list[Epoch]:
    """The learning rate moves once an epoch. A schedule that is planned in batches, such as
    OneCycleLR, then makes only its first few steps.

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

    Which method of a scheduler moves the learning rate on, and how often should it run?
    """
    return _fit(*args)


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_steps_the_scheduler_before_the_optimizer(
    *args: Any, scheduler: LRScheduler | None = None
) -> list[Epoch]:
    """The scheduler steps before the optimizer, so the first learning rate of the schedule is never
    used, and all others come one batch early.

    With which learning rate should the model train on the very first batch?
    """
    loaders: Any = args[1]
    early = loaders._replace(train=_Ticking(loaders.train, scheduler, first=0))
    return _fit(args[0], early, *args[2:])


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch")
def fit_steps_the_scheduler_between_batches_only(
    *args: Any, scheduler: LRScheduler | None = None
) -> list[Epoch]:
    """The scheduler is not stepped after the last batch of an epoch, so one step is lost in every
    epoch.

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
    """Every epoch starts with an optimizer that remembers nothing: momentum, or the averages of
    Adam, are lost at the end of each epoch.

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
    """Only the last epoch is in your list, as when the list is made anew in each turn of the loop,
    or when the line that adds to it stands after the loop.

    Which of these two lines belongs inside the loop, and which before it?
    """
    return _fit(*args, **more)[-1:]


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_returns_inside_the_loop(*args: Any, **more: Any) -> list[Epoch]:
    """Training ends after the first epoch, however many were asked for. Most often a `return`
    stands inside the loop.

    Which line ends your loop, and how far is it indented?
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
    """The first epoch trains in train mode, the others in eval mode, without dropout and with
    frozen batch norm: after a measurement nothing sets train mode again.

    In which mode is the model when epoch 2 begins?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        batches = _Ticking(loaders.train, scheduler, first=1, last=True)
        results = trained_on(RIGHT, model, batches, loss_fn, optimizer, device, mode=number == 1)
        trained = averaged(results)
        validated = averaged(measured_on(model.eval(), loaders.validation, loss_fn, device))
        history.append(Epoch(number, trained, validated))
    return history


@mistake("fit", see="03_training#every-image-once-per-epoch", craft=True)
def fit_takes_any_number_of_epochs(*args: Any, **more: Any) -> list[Epoch]:
    """epochs=-1 is accepted without an error. A number that makes no sense is most often a mistake,
    and the caller should get an error.

    How often does a loop over `range(1, 0)` run?
    """
    return _fit(*args[:4], max(args[4], 0), *args[5:], **more)


@mistake("fit", see="03_training#every-image-once-per-epoch", craft=True)
def fit_always_trains_once(*args: Any, **more: Any) -> list[Epoch]:
    """With epochs=0 your function trains all the same. The weights should be as they were, and the
    list empty.

    Is the number of epochs looked at before the first one or after it?
    """
    return _fit(*args[:4], args[4] or 1, *args[5:], **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_trains_one_epoch_too_many(*args: Any, **more: Any) -> list[Epoch]:
    """One epoch more is trained than was asked for, as in a loop from 0 up to and including
    `epochs`.

    How many numbers are there from 0 to 3?
    """
    return _fit(*args[:4], args[4] + (args[4] > 0), *args[5:], **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_replays_one_shuffle(
    model: nn.Module, loaders: Loaders, *args: Any, **more: Any
) -> list[Epoch]:
    """Every epoch gets the same batches in the same order, as if they were kept from the first. A
    loader shuffles anew each time it is iterated.

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
    """The validation figures are one epoch old: in each epoch you measure first and train
    afterwards, and the finished model is never measured.

    Which weights do the validation figures of epoch 3 belong to?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        validated = averaged(measured_on(model, loaders.validation, loss_fn, *rest[:1]))
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
    """The model is trained on the validation images too, which should tell how well it does on new
    ones.

    Which of the two functions of this unit changes weights, and which only looks?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        (epoch,) = _fit(model, loaders, loss_fn, optimizer, 1, *rest, **more)
        validated = averaged(trained_on(RIGHT, model, loaders.validation, loss_fn, optimizer))
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
    """The caller's `device` decides nothing: model and images stay on the CPU.

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
    """One epoch fewer is trained than was asked for, as in a loop over `range(1, epochs)`.

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
    """The caller's optimizer is never used, nor its settings: another one moves the weights. A
    scheduler of the caller's optimizer then changes nothing.

    Which optimizer did the caller pass, and which one makes the steps?
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
    """At the end the weights are not those of the last epoch, but those of the best. The caller
    chooses which epoch to keep.

    Who decides which of the epochs to keep?
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
    what was seen while training, and the pass makes the training loader draw one more shuffle.

    What does `train_epoch` return?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        (epoch,) = _fit(model, loaders, loss_fn, optimizer, 1, *rest, **more)
        again = averaged(measured_on(model, loaders.train, loss_fn, *rest[:1]))
        history.append(Epoch(number, again, epoch.validation))
    return history


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_keeps_a_default_list(
    model: nn.Module, loaders: Loaders, loss_fn: Loss, *args: Any, **more: Any
) -> list[Epoch]:
    """Your list still holds what an earlier call added, even of another model. A list that is a
    default argument, or stands outside the function, is made once, not once per call.

    In which line is the list made, and how often does that line run?
    """
    # Kept at the loss, which is made anew for each grading.
    kept: list[Epoch] = vars(loss_fn).setdefault("kept", [])
    kept += _fit(model, loaders, loss_fn, *args, **more)
    return kept


@mistake("fit", see="03_training#averages-over-images")
def fit_returns_columns(*args: Any, **more: Any) -> dict[str, list[Any]]:
    """You return a dictionary of lists, one for each quantity. The task asks for a list with one
    record for each epoch.

    What should `history[0]` be?
    """
    history = _fit(*args, **more)
    fields = Epoch._fields
    return {name: [getattr(epoch, name) for epoch in history] for name in fields}


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_yields(*args: Any, **more: Any) -> Iterator[Epoch]:
    """You return a generator; the task asks for a list. A generator can be read only once, and if
    `fit` itself yields, nothing is trained before somebody reads it.

    Which brackets, or which function, make a list?
    """
    yield from _fit(*args, **more)


@mistake("fit", see="03_training#every-image-once-per-epoch")
def fit_returns_nothing(*args: Any, **more: Any) -> None:
    """Nothing is returned, so no curve can be drawn.

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
    """Training happens on the device and measuring does not, as when the model is moved back to the
    CPU after each epoch.

    Which functions that you call have a `device` of their own?
    """
    history = _fit(model, loaders, loss_fn, optimizer, min(epochs, 0))  # refuses a negative number
    for number in range(1, epochs + 1):
        batches = _Ticking(loaders.train, scheduler, first=1, last=True)
        trained = averaged(trained_on(RIGHT, model, batches, loss_fn, optimizer, device))
        validated = averaged(measured_on(model, loaders.validation, loss_fn))
        history.append(Epoch(number, trained, validated))
    return history


@mistake("fit", see="03_training#the-learning-rate-moves-every-batch", craft=True)
def fit_leaves_its_hook_behind(*args: Any, scheduler: LRScheduler | None = None) -> list[Epoch]:
    """You register a hook with the optimizer and never remove it. After a second call each step
    moves the learning rate twice, and after a third one three times.

    What does registering a hook return, and what is it good for?
    """
    optimizer: Optimizer = args[3]
    if scheduler is not None:
        optimizer.register_step_post_hook(lambda *_: scheduler.step())
    return _fit(*args)


@mistake("fit", see="03_training#seeds-and-spread", craft=True)
def fit_seeds_itself(*args: Any, **more: Any) -> list[Epoch]:
    """A seed is set inside `fit`, so ten runs that should differ share their dropout and their
    shuffles.

    Who should decide on the seed of a run?
    """
    torch.manual_seed(42)
    return _fit(*args, **more)


@mistake("fit", see="03_training#every-image-once-per-epoch", craft=True)
def fit_refuses_0_epochs(*args: Any, **more: Any) -> list[Epoch]:
    """You refuse 0 epochs, which the task allows: a loop over no epochs gives an empty list.

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
    """Two things: the test images are used for validation, and the epochs are numbered from 0
    instead of from 1.

    Which part of `loaders` is there to be looked at after every epoch, and what is the first
    number of your range?
    """
    history = _fit(model, loaders._replace(validation=loaders.test), *args, **more)
    return [epoch._replace(epoch=epoch.epoch - 1) for epoch in history]


refuses_otherwise("fit", "03_training#every-image-once-per-epoch")
