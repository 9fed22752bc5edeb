"""Watching a loss function: what is training, what validation, and what it adds up to."""

import functools
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fashion_course.kit import Epoch, LiveTraining, Loaders, Metrics
from fashion_course.kit.live.watching import MOST_POINTS, EpochLog, Tally, batch_of
from tests.support.live_runs import (
    NO_LOADERS,
    evaluate,
    flat,
    loaders_of,
    model_and_optimizer,
    train,
    train_epoch,
)


def test_it_sees_what_fit_returns():
    history, shown = train(epochs=3)
    assert flat(shown.history) == pytest.approx(flat(history), abs=1e-6)
    assert shown.history[2].epoch == 3


@pytest.mark.parametrize(
    "loss_fn",
    [
        nn.CrossEntropyLoss(reduction="sum"),
        functools.partial(F.cross_entropy, reduction="sum"),
        lambda logits, labels: F.cross_entropy(logits, labels),
        nn.CrossEntropyLoss(),
    ],
    ids=["sum", "partial sum", "function", "mean"],
)
def test_a_loss_is_told_per_image(loss_fn):
    def fit_once(model, loaders, loss_fn, optimizer, epochs):
        return [evaluate(model, loaders.validation, loss_fn)]

    _, shown = train(loss_fn=loss_fn, fit=fit_once)
    model, _ = model_and_optimizer()
    wanted = evaluate(model, loaders_of().validation, nn.CrossEntropyLoss())
    (seen,) = shown.history
    assert (seen.epoch, *seen.validation) == pytest.approx((0, *wanted), abs=1e-6)
    assert math.isnan(seen.train.loss)


def test_a_validation_that_forgot_no_grad_is_validation():
    def careless(model, batches, loss_fn):
        model.eval()
        with torch.no_grad():
            for pixels, labels in batches:
                with torch.enable_grad():
                    loss_fn(model(pixels), labels).item()

    def fit_and_measure(model, loaders, loss_fn, optimizer, epochs):
        history = []
        for number in range(1, epochs + 1):
            trained = train_epoch(model, loaders.train, loss_fn, optimizer)
            careless(model, loaders.validation, loss_fn)
            validated = evaluate(model, loaders.validation, nn.CrossEntropyLoss())
            history.append(Epoch(number, trained, validated))
        return history

    history, shown = train(epochs=3, fit=fit_and_measure)
    assert flat(shown.history) == pytest.approx(flat(history), abs=1e-6)


def log_after(model, pixels, labels, loss_fn, optimizer):
    """Compute the loss again, with and without a graph, after the step."""
    loss_fn(model(pixels), labels).backward()
    optimizer.step()
    with torch.no_grad():
        loss_fn(model(pixels), labels).item()
    loss_fn(model(pixels), labels).item()


def log_before(model, pixels, labels, loss_fn, optimizer):
    """Compute the loss before the step, without a graph."""
    with torch.no_grad():
        loss_fn(model(pixels), labels).item()
    loss_fn(model(pixels), labels).backward()
    optimizer.step()


def two_heads(model, pixels, labels, loss_fn, optimizer):
    """Add two losses of one batch up."""
    (loss_fn(model(pixels), labels) + 0.3 * loss_fn(model(pixels), labels)).backward()
    optimizer.step()


@pytest.mark.parametrize("step", [log_after, log_before, two_heads])
def test_a_loss_that_is_computed_twice_for_a_batch_counts_once(step):
    def fit_strangely(model, loaders, loss_fn, optimizer, epochs):
        for _ in range(epochs):
            for pixels, labels in loaders.train:
                step(model, pixels, labels, loss_fn, optimizer)
            evaluate(model, loaders.validation, loss_fn)

    _, shown = train(epochs=3, fit=fit_strangely)
    assert [epoch.epoch for epoch in shown.history] == [1, 2, 3]
    assert [len(curve) for _, curve in shown._log.curves()] == [3, 3, 3]
    assert not any(math.isnan(number) for epoch in shown.history for number in epoch.validation)


def test_training_alone_and_validation_alone_are_seen():
    def only_train(model, loaders, loss_fn, optimizer, epochs):
        return [train_epoch(model, loaders.train, loss_fn, optimizer) for _ in range(epochs)]

    trained, shown = train(epochs=3, fit=only_train)
    assert [epoch.epoch for epoch in shown.history] == [1, 2, 3]
    assert [epoch.train.loss for epoch in shown.history] == pytest.approx(
        [metrics.loss for metrics in trained], abs=1e-6
    )
    assert all(math.isnan(epoch.validation.accuracy) for epoch in shown.history)


def test_one_batch_again_and_again_is_training():
    batch = next(iter(loaders_of().train))

    def by_heart(model, loaders, loss_fn, optimizer, epochs):
        for _ in range(epochs):
            train_epoch(model, loaders.train, loss_fn, optimizer)

    _, shown = train(epochs=4, batches=Loaders([batch], [], []), fit=by_heart)
    assert [epoch.epoch for epoch in shown.history] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("logits", "labels", "accuracy"),
    [
        (torch.eye(3), torch.tensor([0, 1, 0]), 2 / 3),
        (torch.eye(3), torch.eye(3), math.nan),
        (torch.zeros(3), torch.tensor(1), math.nan),
        (None, torch.zeros(3), math.nan),
    ],
)
def test_only_a_row_of_logits_a_label_has_an_accuracy(logits, labels, accuracy):
    seen = batch_of(torch.tensor(1.0), logits, labels).seen
    assert seen == pytest.approx((1.0, accuracy), nan_ok=True)


def test_what_is_no_tensor_passes_unseen():
    shown = LiveTraining(NO_LOADERS, 1)
    assert shown.watch(lambda logits, labels: 3)(torch.zeros(2, 3), torch.zeros(2)) == 3
    assert shown.watch(lambda: None)() is None
    assert shown.history == []


def test_a_curve_has_a_bounded_number_of_points_and_its_last_one():
    log = EpochLog(950, 0)
    for _ in range(950):
        batch = batch_of(torch.tensor(1.0, requires_grad=True), torch.eye(3), torch.arange(3))
        log.add(batch, is_training=True)
    ((places, curve),) = log.curves()
    assert len(places) == len(curve) <= MOST_POINTS + 1
    assert places[-1] == 1
    assert curve[-1] == Metrics(1.0, 1.0)


def test_nothing_added_up_is_nan():
    assert all(map(math.isnan, Tally().metrics()))
