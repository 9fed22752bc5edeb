"""Small problems for `fit`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.noted import meet, moves_of, records_of
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.watched import (
    Log,
    Mood,
    dataset_for,
    graded,
    smooth_loss,
    watched_model,
)
from autograder.worker.scenarios.instruments.worlds import (
    MOMENTUM,
    WatchedDataset,
    loaders_of,
    spied,
    weights_of,
)

FIT_CALL = "fit(model, loaders, loss_fn, optimizer, {})"


@scenario()
def three_epochs(answer: Any, probe: Probe) -> None:
    """Three epochs with momentum and shuffling, after one of another model.

    The test images are watched, and what an answer keeps of the first call shows in the history.
    The validation images are training images with other labels: the better the model learns, the
    worse it does on them. So the last epoch is never the best.
    """
    train, test = (dataset_for(probe.generator, count) for count in (22, 6))
    log = Log()
    model = watched_model(probe.generator, log, Mood())
    alike = (1.05 * train.images[:10], train.labels[:10])
    ((images, labels),) = graded(model, [alike], (10,), probe.generator)
    validation = WatchedDataset(images, (labels + (labels == train.labels[:10])) % 10)
    loaders = loaders_of(train, validation, test, probe.seed)
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    _fit_another(answer, probe, loss_fn)
    call = FIT_CALL.format("epochs=3")
    history = probe.call(call, answer, model, loaders, loss_fn, optimizer, 3)
    probe.note(history=history, records=probe.call(call, records_of, history))
    probe.note(after=weights_of(model), moves=moves_of(probe), stepped=bool(optimizer.rates))
    probe.note(modes=log.modes_while_training(train.images), test_reads=test.reads)
    probe.note(validated=validation.reads > 0)


def _fit_another(answer: Any, probe: Probe, loss_fn: Any) -> None:
    """Train another model for one epoch, before what is watched."""
    dataset, model = dataset_for(probe.generator, 6), watched_model(probe.generator, Log(), Mood())
    loaders = loaders_of(dataset, dataset, dataset, probe.seed)
    optimizer = spied(model, probe)
    probe.call(FIT_CALL.format("epochs=1"), answer, model, loaders, loss_fn, optimizer, 1)
    probe.events.clear()


@scenario()
def fit_with_a_scheduler(answer: Any, probe: Probe) -> None:
    """Two epochs with a learning rate that shrinks after each batch."""
    train, validation, test = (dataset_for(probe.generator, count) for count in (22, 10, 6))
    loaders = loaders_of(train, validation, test, probe.seed)
    model = watched_model(probe.generator, Log(), Mood())
    optimizer, loss_fn = spied(model, probe, momentum=MOMENTUM), smooth_loss(probe)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    call, hooks = FIT_CALL.format("epochs=2, scheduler=scheduler"), _hooks_of(optimizer)
    with Bystanders(model, but=("the gradient", "the mode")) as seen:
        probe.call(call, answer, model, loaders, loss_fn, optimizer, 2, scheduler=scheduler)
    probe.note(rates=optimizer.rates, last_rate=float(optimizer.param_groups[0]["lr"]))
    left = [] if _hooks_of(optimizer) == hooks else ["the hooks of the optimizer"]
    probe.note(changed=[*seen.changed, *left])


def _hooks_of(optimizer: torch.optim.Optimizer) -> list[int]:
    names = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")
    return [len(getattr(optimizer, name)) for name in names]


@scenario()
def fit_for_no_epoch(answer: Any, probe: Probe) -> None:
    """`epochs=-1` and `epochs=0`."""
    dataset, model = dataset_for(probe.generator, 6), watched_model(probe.generator, Log(), Mood())
    loaders, before = loaders_of(dataset, dataset, dataset, probe.seed), weights_of(model)
    arguments = (model, loaders, smooth_loss(probe), spied(model, probe))
    probe.note(refused=attempt(probe, FIT_CALL.format("epochs=-1"), answer, *arguments, -1))
    call = FIT_CALL.format("epochs=0")
    history = probe.call(call, answer, *arguments, 0)
    probe.note(records=probe.call(call, records_of, history))
    probe.note(before=before, after=weights_of(model))


@scenario()
def fit_on_a_device(answer: Any, probe: Probe) -> None:
    """A run on another device."""
    dataset = dataset_for(probe.generator, 6)
    loaders = loaders_of(dataset, dataset, dataset, probe.seed)
    call = FIT_CALL.format('epochs=1, device="meta"')
    meet(
        probe,
        call,
        answer,
        lambda model, loss: (model, loaders, loss, spied(model, probe), 1, "meta"),
    )
