"""Right answers to `train_epoch` in unusual styles."""

import contextlib
import itertools
import math
import statistics
from collections import Counter
from functools import reduce
from typing import NamedTuple

import numpy as np
import torch
from torchmetrics.classification import MulticlassAccuracy

from autograder.right_answers import right
from autograder.right_answers.training.shared import average
from fashion_course.kit import Metrics


@right("train_epoch")
def train_epoch_zero_grad_at_the_end(
    model, batches, loss_fn, optimizer, device="cpu", scheduler=None
):
    """Clears at the end of each turn; adds up the loss in a float64 tensor on the device."""
    model = model.to(device)
    model.train(True)
    losses = torch.zeros((), dtype=torch.float64, device=device)
    hits = torch.zeros((), dtype=torch.int64, device=device)
    count = 0
    for images, labels in batches:
        images, labels = images.to(device, non_blocking=True), labels.to(device)
        logits = model(images)
        loss = loss_fn(logits, labels)
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        optimizer.zero_grad(set_to_none=True)
        losses += loss.detach() * images.size(0)
        hits += logits.argmax(dim=1).eq(labels).sum()
        count += images.size(0)
    if not count:
        raise ValueError("batches gave no image: pass at least one batch")
    return Metrics((losses / count).item(), (hits / count).item())


@right("train_epoch")
def train_epoch_collects_everything(
    model, batches, loss_fn, optimizer, device="cpu", scheduler=None
):
    """Keeps all logits and labels, and averages once at the end."""
    model.train()
    model.to(device)
    losses, logits, labels = [], [], []
    for x, y in batches:
        x, y = x.to(device), y.to(device)
        out = model(x)
        loss = loss_fn(out, y)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        losses.append(loss.detach().repeat(len(y)))
        logits.append(out.detach())
        labels.append(y)
    if not losses:
        raise ValueError("batches is empty: pass at least one")
    correct = torch.cat(logits).argmax(-1) == torch.cat(labels)
    return Metrics(torch.cat(losses).mean().item(), correct.float().mean().item())


class Meter:
    """A counter of its own, as in many tutorials."""

    def __init__(self):
        self.sum = self.count = 0

    def update(self, value, n=1):
        self.sum += value * n
        self.count += n

    @property
    def avg(self):
        return self.sum / self.count


@right("train_epoch")
def train_epoch_with_meters(
    model, batches, loss_fn, optimizer, device="cpu", scheduler=None, verbose=False
):
    """Uses AverageMeter objects, enumerate, and an option to print."""
    loss_meter, accuracy_meter = Meter(), Meter()
    model.to(torch.device(device)).train()
    for step, batch in enumerate(batches):
        images, labels = (tensor.to(device) for tensor in batch)
        optimizer.zero_grad()
        logits = model(images)
        loss = loss_fn(logits, labels)
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        loss_meter.update(loss.item(), labels.shape[0])
        accuracy_meter.update((logits.max(1).indices == labels).double().mean().item(), len(labels))
        if verbose:
            print(step, loss_meter.avg)
    if loss_meter.count == 0:
        raise ValueError("batches has no batch")
    return Metrics(loss=loss_meter.avg, accuracy=accuracy_meter.avg)


@right("train_epoch")
def train_epoch_with_torchmetrics(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    """Counts with torchmetrics, which must average over images and not over classes."""
    metric = MulticlassAccuracy(num_classes=10, average="micro").to(device)
    total = Counter()
    model.train().to(device)
    for images, labels in batches:
        images, labels = images.to(device=device), labels.to(device=device)
        logits = model(images)
        loss = loss_fn(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        metric.update(logits, labels)
        total["loss"] += float(loss.detach()) * len(images)
        total["images"] += len(images)
    if total["images"] == 0:
        raise ValueError("nothing to train on: batches is empty")
    return Metrics(total["loss"] / total["images"], metric.compute().item())


@right("train_epoch")
def train_epoch_forwards_twice(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    """Counts in a forward pass of its own, before an update in a helper."""

    def update(images, labels):
        loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        return loss.item()

    model.to(device).train()
    rows = []
    for images, labels in list(batches):
        images, labels = images.to(device), labels.to(device)
        with torch.no_grad():
            hits = (model(images).argmax(1) == labels).sum().item()
        rows.append((len(labels), hits, update(images, labels)))
    if not rows:
        raise ValueError("batches must not be empty")
    sizes, hits, losses = map(np.array, zip(*rows, strict=True))
    return Metrics(np.average(losses, weights=sizes), hits.sum() / sizes.sum())


@right("train_epoch")
def train_epoch_as_a_generator_of_rows(
    model, batches, loss_fn, optimizer, device="cpu", scheduler=None
):
    """A generator does the steps, `math.fsum` the sums; `statistics` refuses an empty list."""

    def steps():
        model.to(device)
        for images, labels in batches:
            model.train()
            x, y = images.to(device), labels.to(device)
            logits = model(x)
            loss = loss_fn(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if scheduler is not None:
                scheduler.step()
            right = torch.sum(torch.argmax(logits, 1) == y).item()
            yield from [(loss.item(), right / len(y))] * len(y)

    rows = list(steps())
    accuracy = statistics.fmean([row[1] for row in rows])  # its error is a ValueError
    return Metrics(math.fsum(row[0] for row in rows) / len(rows), accuracy)


@right("train_epoch")
def train_epoch_sum_over_n(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    """Keeps running means instead of sums."""
    model.train()
    model.to(device)
    n, mean_loss, mean_accuracy = 0, 0.0, 0.0
    iterator = iter(batches)
    while True:
        try:
            images, labels = next(iterator)
        except StopIteration:
            break
        images = images.to(device)
        labels = labels.to(device)
        out = model(images)
        loss = loss_fn(out, labels)
        for parameter in model.parameters():
            parameter.grad = None
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        k = labels.numel()
        hits = int(np.sum(out.detach().cpu().numpy().argmax(1) == labels.cpu().numpy()))
        n += k
        mean_loss += (loss.item() - mean_loss) * k / n
        mean_accuracy += (hits / k - mean_accuracy) * k / n
    if n == 0:
        raise ValueError("batches is empty")
    return Metrics(mean_loss, mean_accuracy)


@right("train_epoch")
def train_epoch_with_reduce(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    """Folds over the batches; peeks at the first one to see whether there is any."""
    batches = iter(batches)
    first = next(batches, None)
    if first is None:
        raise ValueError("batches is empty: pass at least one")

    class Totals(NamedTuple):
        loss: float
        hits: float
        n: int

    def step(totals, batch):
        x, y = batch[0].to(device), batch[1].to(device)
        logits = model(x)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        hits = (logits.softmax(1).argmax(1) == y).count_nonzero().item()
        return Totals(totals.loss + loss.item() * len(y), totals.hits + hits, totals.n + len(y))

    model.to(device).train()
    totals = reduce(step, itertools.chain([first], batches), Totals(0.0, 0.0, 0))
    return Metrics(totals.loss / totals.n, totals.hits / totals.n)


class EmptyError(ValueError):
    """An error class of its own, which is a ValueError."""


@right("train_epoch")
class train_epoch_as_a_class:  # noqa: N801
    """A class that is called like a function, with an error class of its own."""

    def __new__(cls, model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
        trainer = super().__new__(cls)
        trainer.__init__(model, loss_fn, optimizer, device, scheduler)
        return trainer.run(batches)

    def __init__(self, model, loss_fn, optimizer, device, scheduler):
        self.model, self.loss_fn = model.to(device), loss_fn
        self.optimizer, self.device, self.scheduler = optimizer, device, scheduler

    def run(self, batches):
        was_training = self.model.training
        self.model.train()
        totals = torch.zeros(3, dtype=torch.float64)
        for images, labels in batches:
            totals += torch.tensor(self.step(images.to(self.device), labels.to(self.device)))
        self.model.train(was_training)
        if totals[2] == 0:
            raise EmptyError("batches is empty")
        return Metrics(*(totals[:2] / totals[2]).tolist())

    def step(self, images, labels):
        with contextlib.ExitStack() as stack:
            stack.callback(self.optimizer.zero_grad)
            logits = self.model(images)
            loss = self.loss_fn(logits, labels)
            loss.backward()
            self.optimizer.step()
            if self.scheduler is not None:
                self.scheduler.step()
        hits = (torch.topk(logits, 1).indices.squeeze(1) == labels).sum()
        return [loss.item() * len(labels), float(hits), float(len(labels))]


@right("train_epoch")
def train_epoch_with_a_hook_for_a_while(
    model, batches, loss_fn, optimizer, device="cpu", scheduler=None
):
    """Reads the logits with a forward hook, which it takes off again."""
    caught, rows = [], []
    model.to(device).train()
    handle = model.register_forward_hook(lambda module, given, logits: caught.append(logits))
    try:
        for images, labels in batches:
            labels = labels.to(device)
            loss = loss_fn(model(images.to(device)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if scheduler is not None:
                scheduler.step()
            hits = (caught.pop().argmax(1) == labels).sum().item()
            rows.append((loss.item(), hits, len(labels)))
    finally:
        handle.remove()
    return average(rows)


@right("train_epoch")
def train_epoch_names_the_broken_batch(
    model, batches, loss_fn, optimizer, device="cpu", scheduler=None
):
    """Says which batch failed, in an error of its own."""
    model.to(device).train()
    rows = []
    for number, (images, labels) in enumerate(batches, 1):
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        try:
            logits = model(images)
        except RuntimeError as error:
            raise RuntimeError(f"batch {number} failed") from error
        loss = loss_fn(logits, labels)
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        rows.append((loss.item(), (logits.argmax(1) == labels).sum().item(), len(labels)))
    return average(rows)


@right("train_epoch")
def train_epoch_scores_on_the_cpu(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    """Brings the logits to the labels, which stay on the CPU."""
    model.to(device).train()
    rows = []
    for images, labels in batches:
        logits = model(images.to(device)).cpu()
        loss = loss_fn(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        rows.append((loss.item(), (logits.argmax(1) == labels).sum().item(), len(labels)))
    return average(rows)


@right("train_epoch", craft=False)
def train_epoch_short(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    """Has the core alone."""
    model.to(device).train()
    loss_sum = correct = seen = 0
    for images, labels in batches:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        loss = loss_fn(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        loss_sum += loss.item() * len(labels)
        correct += (logits.argmax(1) == labels).sum().item()
        seen += len(labels)
    return Metrics(loss_sum / seen, correct / seen)


@right("train_epoch", craft=False)
def train_epoch_of_a_newcomer(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    """Keeps lists, sets the mode in each turn, and takes the numbers out of tensors at the end."""
    losses, hits, sizes = [], [], []
    model = model.to(device)
    for batch in batches:
        model.train()
        optimizer.zero_grad()
        x = batch[0].to(device)
        y = batch[1].to(device)
        y_pred = model(x)
        loss = loss_fn(y_pred, y)
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        losses.append(loss.detach() * x.shape[0])
        hits.append(torch.sum(torch.argmax(torch.softmax(y_pred, dim=1), dim=1) == y))
        sizes.append(x.shape[0])
    total = sum(sizes)
    loss_mean = (sum(losses) / total).item()
    return Metrics(loss=loss_mean, accuracy=(sum(hits) / total).item())


@right("train_epoch", craft=False)
def train_epoch_that_prints(model, batches, loss_fn, optimizer, device="cpu", scheduler=None, **_):
    """Prints as it goes, and starts its counters at 1e-12 so that nothing divides by zero."""
    total = {"loss": 0.0, "right": 0, "n": 1e-12}
    model.train()
    model.to(device)
    for number, (images, labels) in enumerate(batches):
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        scores = model(images)
        loss = loss_fn(scores, labels)
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        _, guess = torch.max(scores, 1)
        total["loss"] += images.size(0) * loss.item()
        total["right"] += int((guess == labels).sum())
        total["n"] += images.size(0)
        print(f"batch {number}: {loss.item():.3f}")
    return Metrics(total["loss"] / total["n"], total["right"] / total["n"])
