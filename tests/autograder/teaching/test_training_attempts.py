"""What a tutor would say of wrong attempts at units 3 and 4, as newcomers write them."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from fashion_course.kit import Epoch, Metrics

EXAM = Exam(5)


def all_told(exercise, answer):
    """Return everything that is told of an answer which has not passed."""
    result = judge_answer(exercise, answer, EXAM)
    assert result.verdict != "passed"
    missed = [check for check in result.checks if check.verdict not in ("passed", "blocked")]
    return " ".join(part.text for check in missed for part in check.told)


def argmax_into_the_loss(model, images, labels, loss_fn, optimizer):
    loss = loss_fn(model(images).argmax(dim=1).float(), labels.float())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def the_loss_alone(model, images, labels, loss_fn, optimizer):
    return loss_fn(model(images), labels).item()


def until_the_loss_rises(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    model.to(device).train()
    last, loss_sum, hits, seen = 1e9, 0.0, 0, 0
    for images, labels in batches:
        logits = model(images)
        loss = loss_fn(logits, labels)
        if loss.item() > last:
            break
        last = loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += last * len(labels)
        hits += (logits.argmax(1) == labels).sum().item()
        seen += len(labels)
    return Metrics(loss_sum / seen, hits / seen)


def epoch_with(after_the_step):
    """Return an epoch that is right but for what it does with the scheduler."""

    def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
        model.to(device).train()
        loss_sum = hits = seen = 0
        for images, labels in batches:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            loss = loss_fn(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            after_the_step(scheduler)
            loss_sum += loss.item() * len(labels)
            hits += (logits.argmax(1) == labels).sum().item()
            seen += len(labels)
        return Metrics(loss_sum / seen, hits / seen)

    return train_epoch


def with_backward(model, batches, loss_fn, device="cpu"):
    was_training = model.training
    model.to(device).eval()
    loss_sum = hits = seen = 0
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        loss = loss_fn(logits, labels)
        loss.backward()
        loss_sum += loss.item() * len(labels)
        hits += (logits.argmax(1) == labels).sum().item()
        seen += len(labels)
    model.train(was_training)
    return Metrics(loss_sum / seen, hits / seen)


def means_over_images(model, batches, loss_fn, device="cpu"):
    was_training = model.training
    model.to(device).eval()
    losses = hits = seen = 0
    with torch.no_grad():
        for images, labels in batches:
            logits = model(images.to(device))
            losses += loss_fn(logits, labels.to(device)).item()
            hits += (logits.argmax(1) == labels.to(device)).sum().item()
            seen += len(labels)
    model.train(was_training)
    return Metrics(losses / seen, hits / seen)


def append_after_the_loop(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    train_epoch, evaluate = reference_answer("train_epoch"), reference_answer("evaluate")
    history = []
    for epoch in range(1, epochs + 1):  # noqa: B007
        train = train_epoch(model, loaders.train, loss_fn, optimizer, device, scheduler)
        validation = evaluate(model, loaders.validation, loss_fn, device)
    history.append(Epoch(epoch, train, validation))
    return history


class WithLayers(nn.Module):
    """Two blocks, and what a subclass puts behind them."""

    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        blocks = block(in_channels, hidden_units), block(hidden_units, hidden_units)
        self.layers = nn.Sequential(*blocks, *self.rest(hidden_units, classes))

    def forward(self, images):
        return self.layers(images)


class FlattenedTooEarly(WithLayers):
    def rest(self, hidden_units, classes):
        return nn.Flatten(0, 2), nn.Linear(hidden_units * 49, classes)


class Lazy(WithLayers):
    def rest(self, hidden_units, classes):
        return nn.Flatten(), nn.LazyLinear(classes)


class BlocksInADictionary(nn.Module):
    def __init__(self, in_channels=1, hidden_units=10, classes=10):
        super().__init__()
        block = reference_answer("conv_block")
        self.blocks = {1: block(in_channels, hidden_units), 2: block(hidden_units, hidden_units)}
        self.last = nn.Linear(hidden_units * 49, classes)

    def forward(self, images):
        return self.last(self.blocks[2](self.blocks[1](images)).flatten(1))


@pytest.mark.parametrize(
    ("exercise", "answer", "said", "never"),
    [
        ("train_batch", argmax_into_the_loss, "`argmax`", "runs under"),
        ("train_batch", the_loss_alone, "Three moves are missing", "`backward` computes"),
        ("train_epoch", until_the_loss_rises, "is 13, not 22", "not full"),
        ("train_epoch", epoch_with(lambda scheduler: None), "never stepped", "once an epoch"),
        ("train_epoch", epoch_with(lambda s: s.step()), "a value that is None", "never stepped"),
        ("evaluate", with_backward, "You call `backward` while you measure", "never comes"),
        ("evaluate", means_over_images, "divided by the number of images", "sum over all images"),
        ("fit", append_after_the_loop, "adds to it stands after the loop", "starts anew"),
        (
            "FashionMNISTModelV2",
            FlattenedTooEarly,
            "not from the right dimension",
            "(B, 10, 7, 7).",
        ),
        ("FashionMNISTModelV2", Lazy, "or gets its size, only in the first forward", "dropout"),
        ("FashionMNISTModelV2", BlocksInADictionary, "lists, dictionaries or", "sit in a Python"),
    ],
)
def test_what_is_told_is_true_of_the_attempt(exercise, answer, said, never):
    told = all_told(exercise, answer)
    assert said in told
    assert never not in told


def training(each_batch, parts=("train",), epochs=3):
    """Return a `train_cnn` with a loop of its own; `each_batch(i, model, loss, optimizer)`."""

    def train_cnn(loaders, seed, device="cpu"):
        reference_answer("seed_everything")(seed)
        model = reference_answer("FashionMNISTModelV2")().to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
        for _ in range(epochs):
            for part in parts:
                for i, (images, labels) in enumerate(getattr(loaders, part)):
                    loss = F.cross_entropy(model(images.to(device)), labels.to(device))
                    if each_batch(i, loss, optimizer):
                        break
        return model

    return train_cnn


def update(i, loss, optimizer):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def update_ten(i, loss, optimizer):
    update(i, loss, optimizer)
    return i == 10


def update_fifty(i, loss, optimizer):
    update(i, loss, optimizer)
    return i == 50


def pile_up(i, loss, optimizer):
    loss.backward()
    optimizer.step()


def pile_up_ten(i, loss, optimizer):
    pile_up(i, loss, optimizer)
    return i == 10


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (training(update_ten), "as with `if i == 10: break`"),
        (training(update_fifty), "as with `if i == 10: break`"),
        (training(pile_up), "so they accumulate"),
        (training(pile_up_ten), "adds to gradients that an earlier step has used"),
        (training(update, ("train", "validation")), "You train on `loaders.validation` too"),
    ],
)
def test_what_train_cnn_leaves_out_keeps_or_learns_from_besides_is_refused(answer, said):
    assert said in all_told("train_cnn", answer)


def test_a_loop_of_ones_own_with_no_such_fault_passes():
    assert judge_answer("train_cnn", training(update), EXAM).verdict == "passed"
