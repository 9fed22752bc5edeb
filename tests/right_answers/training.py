"""Right answers to unit training in unusual styles."""

import contextlib
import copy
import itertools
import math
import os
import random
import statistics
import warnings
from collections import Counter, defaultdict
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torchmetrics.classification import MulticlassAccuracy

from fashion_course.kit import Epoch, Metrics
from tests.right_answers import right

# --- train_batch ---------------------------------------------------------------------------------


@right("train_batch")
def train_batch_zero_grad_last(model, images, labels, loss_fn, optimizer):
    """Clears the gradients after the step, for the next call; `float` warns of the graph."""
    loss = loss_fn(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as the worker does
        return float(loss)


@right("train_batch")
def train_batch_zero_grad_of_the_model(model, images, labels, loss_fn, optimizer):
    """Clears through the model, fills with zeros instead of None, keeps the mode in a variable."""
    model.zero_grad(set_to_none=False)
    logits = model.forward(images)
    loss = loss_fn(logits, labels)
    torch.autograd.backward(loss)
    optimizer.step()
    return loss.detach().cpu().numpy().item()


@right("train_batch")
def train_batch_gradients_set_to_none_by_hand(model, images, labels, loss_fn, optimizer):
    """Goes through the optimizer's groups itself."""
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    loss = loss_fn(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.tolist()


@right("train_batch")
def train_batch_with_a_closure(model, images, labels, loss_fn, optimizer):
    """Hands the whole computation to `step` as a closure, as LBFGS wants it."""
    seen = []

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        seen.append(loss.item())
        return loss

    optimizer.step(closure)
    return seen[0]


@right("train_batch")
def train_batch_with_autograd_grad(model, images, labels, loss_fn, optimizer):
    """Asks autograd for the gradients and puts them in place."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    loss = loss_fn(model(images), labels)
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return loss.item()


@right("train_batch")
def train_batch_under_enable_grad(model, images, labels, loss_fn, optimizer, *, retain=True):
    """Insists on recording, keeps the graph alive, has an extra option."""
    with torch.enable_grad():
        loss = loss_fn(model(images.float()), labels.long())
        optimizer.zero_grad(set_to_none=False)
        loss.backward(retain_graph=retain)
    optimizer.step()
    return loss.double().item()


@right("train_batch")
def train_batch_image_by_image(model, images, labels, loss_fn, optimizer):
    """Adds up the gradient of the mean from single images, for little memory."""
    optimizer.zero_grad()
    total = 0.0
    for image, label in zip(images, labels, strict=True):
        loss = loss_fn(model(image[None]), label[None]) / len(labels)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@right("train_batch")
class train_batch_as_a_class:  # noqa: N801
    """A class whose construction does the work and gives a float."""

    def __new__(cls, model, images, labels, loss_fn, optimizer):
        self = super().__new__(cls)
        self.loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        self.loss.backward()
        optimizer.step()
        return float(self.loss.detach())


@right("train_batch")
def train_batch_log_softmax_first(model, images, labels, loss_fn, optimizer):
    """Applies log-softmax before the loss: cross-entropy does not notice."""
    optimizer.zero_grad()
    loss = loss_fn(F.log_softmax(model(images), dim=-1), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# --- train_epoch ---------------------------------------------------------------------------------


@right("train_epoch")
def train_epoch_zero_grad_at_the_end(model, batches, loss_fn, optimizer, device="cpu"):
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
        optimizer.zero_grad(set_to_none=True)
        losses += loss.detach() * images.size(0)
        hits += logits.argmax(dim=1).eq(labels).sum()
        count += images.size(0)
    if not count:
        raise ValueError("batches gave no image: pass at least one batch")
    return Metrics((losses / count).item(), (hits / count).item())


@right("train_epoch")
def train_epoch_collects_everything(model, batches, loss_fn, optimizer, device="cpu"):
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
def train_epoch_with_meters(model, batches, loss_fn, optimizer, device="cpu", verbose=False):
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
        loss_meter.update(loss.item(), labels.shape[0])
        accuracy_meter.update((logits.max(1).indices == labels).double().mean().item(), len(labels))
        if verbose:
            print(step, loss_meter.avg)
    if loss_meter.count == 0:
        raise ValueError("batches has no batch")
    return Metrics(loss=loss_meter.avg, accuracy=accuracy_meter.avg)


@right("train_epoch")
def train_epoch_with_torchmetrics(model, batches, loss_fn, optimizer, device="cpu"):
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
        metric.update(logits, labels)
        total["loss"] += float(loss.detach()) * len(images)
        total["images"] += len(images)
    if total["images"] == 0:
        raise ValueError("nothing to train on: batches is empty")
    return Metrics(total["loss"] / total["images"], metric.compute().item())


@right("train_epoch")
def train_epoch_forwards_twice(model, batches, loss_fn, optimizer, device="cpu"):
    """Counts in a forward pass of its own, before an update in a helper."""

    def update(images, labels):
        loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
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
def train_epoch_as_a_generator_of_rows(model, batches, loss_fn, optimizer, device="cpu"):
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
            right = torch.sum(torch.argmax(logits, 1) == y).item()
            yield from [(loss.item(), right / len(y))] * len(y)

    rows = list(steps())
    accuracy = statistics.fmean([row[1] for row in rows])  # its error is a ValueError
    return Metrics(math.fsum(row[0] for row in rows) / len(rows), accuracy)


@right("train_epoch")
def train_epoch_sum_over_n(model, batches, loss_fn, optimizer, device="cpu"):
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
        k = labels.numel()
        hits = int(np.sum(out.detach().cpu().numpy().argmax(1) == labels.cpu().numpy()))
        n += k
        mean_loss += (loss.item() - mean_loss) * k / n
        mean_accuracy += (hits / k - mean_accuracy) * k / n
    if n == 0:
        raise ValueError("batches is empty")
    return Metrics(mean_loss, mean_accuracy)


@right("train_epoch")
def train_epoch_with_reduce(model, batches, loss_fn, optimizer, device="cpu"):
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

    def __new__(cls, model, batches, loss_fn, optimizer, device="cpu"):
        trainer = super().__new__(cls)
        trainer.__init__(model, loss_fn, optimizer, device)
        return trainer.run(batches)

    def __init__(self, model, loss_fn, optimizer, device):
        self.model, self.loss_fn = model.to(device), loss_fn
        self.optimizer, self.device = optimizer, device

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
        hits = (torch.topk(logits, 1).indices.squeeze(1) == labels).sum()
        return [loss.item() * len(labels), float(hits), float(len(labels))]


# --- evaluate ------------------------------------------------------------------------------------


@right("evaluate")
def evaluate_with_no_grad(model, batches, loss_fn, device="cpu"):
    """Uses `no_grad`, and sums the loss over N."""
    mode = model.training
    model.eval()
    model.to(device)
    loss, hits, n = 0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            x, y = x.to(device), y.to(device)
            out = model(x)
            loss += loss_fn(out, y).item() * y.size(0)
            hits += (out.argmax(1) == y).sum().item()
            n += y.size(0)
    model.train(mode)
    if n == 0:
        raise ValueError("batches is empty")
    return Metrics(loss / n, hits / n)


@right("evaluate")
@torch.inference_mode()
def evaluate_decorated(model, batches, loss_fn, device="cpu"):
    """Is decorated; collects all logits and computes at the end, batch by batch for the loss."""
    training = model.training
    try:
        model.eval().to(device)
        pairs = [(model(x.to(device)), y.to(device)) for x, y in batches]
    finally:
        if training:
            model.train()
    if not pairs:
        raise ValueError("batches is empty")
    logits, labels = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    return Metrics(
        loss_fn(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()
    )


@right("evaluate")
def evaluate_a_copy(model, batches, loss_fn, device="cpu"):
    """Works on a frozen copy, so that nothing has to be put back."""
    judge = copy.deepcopy(model).to(device).eval().requires_grad_(False)
    model.to(device)
    totals = defaultdict(float)
    for x, y in batches:
        out = judge(x.to(device))
        totals["loss"] += loss_fn(out, y.to(device)).item() * len(y)
        totals["hits"] += torch.eq(out.argmax(-1), y.to(device)).sum().item()
        totals["n"] += len(y)
    if not totals:
        raise ValueError("batches is empty")
    return Metrics(totals["loss"] / totals["n"], totals["hits"] / totals["n"])


@contextlib.contextmanager
def measuring(model):
    """Eval mode and no recording, for a while."""
    mode, recording = model.training, torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    try:
        yield model
    finally:
        torch.set_grad_enabled(recording)
        model.train(mode)


@right("evaluate")
def evaluate_with_a_context_manager(model, batches, loss_fn, device="cpu"):
    """Puts both switches into a context manager of its own and calls `forward` by name."""
    losses, hits, sizes = [], [], []
    with measuring(model.to(device)):
        for images, labels in batches:
            logits = model.forward(images.to(device)).cpu()
            losses.append(loss_fn(logits, labels.cpu()).item())
            hits.append((logits.argmax(1) == labels.cpu()).sum().item())
            sizes.append(len(labels))
    if sum(sizes) == 0:
        raise ValueError(f"batches gave {len(sizes)} batches: pass at least one")
    return Metrics(float(np.dot(losses, sizes) / np.sum(sizes)), sum(hits) / sum(sizes))


@right("evaluate")
def evaluate_one_switch_per_batch(model, batches, loss_fn, device="cpu"):
    """Sets the switches anew in every turn, in float64 tensors."""
    mode = bool(model.training)
    total = torch.zeros(3, dtype=torch.double)
    for images, labels in list(batches):
        model.to(device)
        model.train(False)
        with torch.set_grad_enabled(False):
            logits = model(images.to(device))
            loss = loss_fn(logits, labels.to(device))
            right = torch.argmax(logits, dim=1) == labels.to(device)
            total += torch.tensor([loss.item() * len(labels), right.sum().item(), len(labels)])
        model.train(mode)
    if not total.any():
        raise ValueError("no batches")
    loss, accuracy, _ = (total / total[-1]).tolist()
    return Metrics(loss, accuracy)


@right("evaluate")
def evaluate_image_by_image(model, batches, loss_fn, device="cpu"):
    """Sends every image alone: in eval mode that changes nothing."""
    mode = model.training
    model.to(device).eval()
    rows = []
    with torch.inference_mode():
        for images, labels in batches:
            for x, y in zip(images.to(device), labels.to(device), strict=True):
                out = model(x.unsqueeze(0))
                rows.append((loss_fn(out, y.unsqueeze(0)).item(), bool(out.argmax() == y)))
    model.train(mode)
    if not rows:
        raise ValueError("batches is empty")
    return Metrics(*(statistics.fmean(column) for column in zip(*rows, strict=True)))


@right("evaluate")
def evaluate_with_torchmetrics(model, batches, loss_fn, device="cpu"):
    """Counts with torchmetrics, and with hooks off the beaten track."""
    metric = MulticlassAccuracy(10, average="micro")
    state = {"loss": 0.0, "n": 0}
    mode = model.training
    model.to(device=device).eval()
    with torch.no_grad(), contextlib.ExitStack() as stack:
        stack.callback(model.train, mode)
        for images, labels in iter(batches):
            out = model(images.to(device))
            metric(out.cpu(), labels.cpu())
            state["loss"] += len(labels) * float(loss_fn(out, labels.to(device)))
            state["n"] += len(labels)
    if state["n"] < 1:
        raise ValueError("batches is empty: nothing to average")
    return Metrics(accuracy=float(metric.compute()), loss=state["loss"] / state["n"])


class Pair(NamedTuple):
    """A record of its own, with the fields that Metrics has."""

    loss: float
    accuracy: float


@right("evaluate")
def evaluate_measures_twice(model, batches, loss_fn, device="cpu"):
    """Runs over the batches twice, for the loss and for the accuracy, and has its own record."""
    kept = [(x.to(device), y.to(device)) for x, y in batches]
    n = sum(len(y) for _, y in kept)
    if n == 0:
        raise ValueError("batches is empty")

    @torch.no_grad()
    def mean(measure):
        before = {name: module.training for name, module in model.named_modules()}
        model.to(device).eval()
        total = sum(measure(model(x), y) for x, y in kept)
        for name, module in model.named_modules():
            module.training = before[name]
        return float(total / n)

    return Pair(
        mean(lambda out, y: loss_fn(out, y).double() * len(y)),
        mean(lambda out, y: (out.argmax(1) == y).sum().double()),
    )


# --- fit -----------------------------------------------------------------------------------------


def one_pass(model, batches, loss_fn, device, after_batch=None):
    """Measure a model on batches; `after_batch(loss)` may train it on the way."""
    loss_sum = hits = n = 0
    for x, y in batches:
        x, y = x.to(device), y.to(device)
        out = model(x)
        loss = loss_fn(out, y)
        if after_batch is not None:
            after_batch(loss)
        loss_sum += loss.item() * len(y)
        hits += (out.argmax(1) == y).sum().item()
        n += len(y)
    return Metrics(loss_sum / n, hits / n)


def update_with(optimizer, scheduler):
    """Return what trains on a loss: three moves and the scheduler's."""

    def update(loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()

    return update


@right("fit")
def fit_with_its_own_loops(
    model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None
):
    """Calls no other answer; steps the scheduler in its own loop."""
    if epochs < 0:
        raise ValueError(f"epochs is {epochs}: pass 0 or more")
    model.to(device)
    history = []
    for epoch in range(epochs):
        model.train()
        update = update_with(optimizer, scheduler)
        train = one_pass(model, loaders.train, loss_fn, device, update)
        model.eval()
        with torch.no_grad():
            validation = one_pass(model, loaders.validation, loss_fn, device)
        history.append(Epoch(epoch + 1, train, validation))
    return history


@right("fit")
def fit_with_a_hook(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    """Lets the optimizer call the scheduler after each of its steps."""
    assert isinstance(epochs, int)
    if epochs < 0:
        raise ValueError("epochs must be 0 or more")
    hook = None
    if scheduler is not None:
        hook = optimizer.register_step_post_hook(lambda *_: scheduler.step())
    try:
        model.to(device)
        return [
            Epoch(
                epoch=number,
                train=one_pass(
                    model.train(), loaders.train, loss_fn, device, update_with(optimizer, None)
                ),
                validation=one_pass(model.eval(), loaders.validation, loss_fn, device),
            )
            for number in range(1, epochs + 1)
        ]
    finally:
        if hook is not None:
            hook.remove()


@right("fit")
def fit_reads_validation_twice(
    model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None, verbose=True
):
    """Measures before the first epoch too, and twice after each; prints a line."""
    if epochs not in range(0, 10**6):
        raise ValueError(f"epochs={epochs} makes no sense: pass 0 or more")
    train_loader, validation_loader, _ = loaders

    def validate():
        model.to(device).eval()
        with torch.inference_mode():
            return one_pass(model, validation_loader, loss_fn, device)

    validate()
    history = []
    while len(history) < epochs:
        model.train()
        train = one_pass(model, train_loader, loss_fn, device, update_with(optimizer, scheduler))
        validate()
        history += [Epoch(len(history) + 1, train, validate())]
        if verbose:
            print(*history[-1])
    return history


@right("fit")
def fit_lists_the_batches(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    """Makes a list of each epoch's batches first, and keeps the validation batches."""
    if epochs < 0:
        raise ValueError("epochs is negative")
    validation = list(loaders[1])
    result = []
    for number in range(1, 1 + epochs):
        batches = list(loaders[0])
        model.to(device).train()
        train = one_pass(model, batches, loss_fn, device, update_with(optimizer, scheduler))
        model.eval()
        with torch.no_grad():
            result.append(Epoch(number, train, one_pass(model, validation, loss_fn, device)))
        model.train()
    return result


@right("fit")
def fit_with_a_wrapped_step(
    model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None
):
    """Sums up in tensors, restores the mode it found, has a helper for the steps."""
    if epochs < 0:
        raise ValueError(f"epochs: {epochs} < 0")
    mode = model.training
    model = model.to(device)
    steps = [optimizer] + ([scheduler] if scheduler is not None else [])

    def run(batches, train):
        model.train(train)
        sums = torch.zeros(3, dtype=torch.float64)
        with torch.set_grad_enabled(train):
            for x, y in batches:
                out = model(x.to(device))
                loss = loss_fn(out, y.to(device))
                if train:
                    loss.backward()
                    for each in steps:
                        each.step()
                    optimizer.zero_grad()
                hits = (out.argmax(1) == y.to(device)).sum().item()
                sums += torch.tensor([loss.item() * len(y), hits, len(y)])
        return Metrics(*(sums[:2] / sums[2]).tolist())

    optimizer.zero_grad()
    history = []
    for number in range(1, epochs + 1):
        history.append(Epoch(number, run(loaders.train, True), run(loaders.validation, False)))
    model.train(mode)
    return history


@right("fit")
def fit_with_a_closure(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    """Passes a closure to the optimizer, and counts inside of it."""
    if epochs < 0:
        raise ValueError("pass 0 or more epochs")
    model.to(device)
    history = []
    for number in itertools.islice(itertools.count(1), epochs):
        rows = []

        def closure(x, y, rows=rows):
            optimizer.zero_grad()
            out = model(x)
            loss = loss_fn(out, y)
            loss.backward()
            rows.append((loss.item(), (out.argmax(1) == y).sum().item(), len(y)))
            return loss

        model.train()
        for x, y in loaders.train:
            optimizer.step(partial(closure, x.to(device), y.to(device)))
            if scheduler is not None:
                scheduler.step()
        n = sum(row[2] for row in rows)
        train = Metrics(sum(a * c for a, _, c in rows) / n, sum(b for _, b, _ in rows) / n)
        model.eval()
        with torch.no_grad():
            history.append(
                Epoch(number, train, one_pass(model, loaders.validation, loss_fn, device))
            )
    return history


@right("fit")
class fit_as_a_trainer:  # noqa: N801
    """A trainer class in place of a function."""

    def __new__(cls, *args, **kwargs):
        trainer = super().__new__(cls)
        trainer.setup(*args, **kwargs)
        return list(trainer.epochs())

    def setup(self, model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
        if epochs < 0:
            raise ValueError(f"epochs is {epochs}, but must be at least 0")
        self.model, self.loaders, self.loss_fn = model.to(device), loaders, loss_fn
        self.count, self.device = epochs, device
        self.update = update_with(optimizer, scheduler)

    def epochs(self):
        for number in range(1, self.count + 1):
            self.model.train()
            train = one_pass(self.model, self.loaders.train, self.loss_fn, self.device, self.update)
            self.model.eval()
            with torch.no_grad():
                held_out = one_pass(self.model, self.loaders.validation, self.loss_fn, self.device)
            yield Epoch(number, train, held_out)


@right("fit")
def fit_validates_a_copy(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    """Measures a frozen copy of the model, so that its mode never changes."""
    if epochs < 0:
        raise ValueError("epochs < 0")
    model.to(device).train()
    history = []
    for number in range(epochs):
        update = update_with(optimizer, scheduler)
        train = one_pass(model, iter(loaders.train), loss_fn, device, update)
        frozen = copy.deepcopy(model).eval().requires_grad_(False)
        validation = one_pass(frozen, iter(loaders.validation), loss_fn, device)
        history.append(Epoch(number + 1, train, validation))
    return history


# --- seed_everything -----------------------------------------------------------------------------


@right("seed_everything")
def seed_everything_in_the_order_numpy_first(seed):
    """Lets numpy refuse what it can't take, before anything else is seeded."""
    np.random.seed(seed)
    random.seed(seed)
    torch.manual_seed(seed)


@right("seed_everything")
def seed_everything_for_every_device(seed):
    """Seeds CUDA as well and returns the generator; numpy refuses a negative seed."""
    random.seed(seed)
    np.random.seed(seed)
    torch.cuda.manual_seed_all(seed)
    return torch.manual_seed(seed)


@right("seed_everything")
def seed_everything_and_be_exact(seed, deterministic=True):
    """Also asks for deterministic algorithms, as many recipes do."""
    if seed < 0:
        raise ValueError("seed must be 0 or more")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(deterministic, warn_only=True)
    torch.backends.cudnn.benchmark = False
    for seeder in (random.seed, np.random.seed, torch.manual_seed):
        seeder(seed)


@right("seed_everything")
def seed_everything_through_the_default_generator(seed):
    """Uses torch's default generator and numpy's RandomState."""
    if not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed is {seed!r}: pass a whole number from 0 on")
    torch.default_generator.manual_seed(seed)
    np.random.set_state(np.random.RandomState(seed).get_state())
    random.setstate(random.Random(seed).getstate())


@right("seed_everything")
def seed_everything_with_other_seeds_for_each(seed):
    """Gives each library a seed of its own that is made from the one seed."""
    if not 0 <= seed < 2**32:
        raise ValueError("seed is out of range")
    children = np.random.SeedSequence(seed).generate_state(3)
    random.seed(int(children[0]))
    np.random.seed(children[1])
    torch.manual_seed(int(children[2]))


@right("seed_everything")
def seed_everything_seeds_python_with_text(seed):
    """Python's random takes a text as seed, numpy a list."""
    if seed < 0 or seed.bit_length() > 32:
        raise ValueError("out of range")
    random.seed(f"fashion {seed}")
    np.random.seed([seed % 2**32, 7])
    torch.random.manual_seed(seed)


@right("seed_everything")
def seed_everything_from_torch_to_the_others(seed):
    """Seeds torch, and the others with what torch draws."""
    if seed not in range(2**32):
        raise ValueError("out of range")
    torch.manual_seed(seed)
    drawn = torch.randint(2**31, (2,)).tolist()
    random.seed(drawn[0])
    np.random.seed(drawn[1])


@right("seed_everything")
class seed_everything_as_a_class:  # noqa: N801
    """A class that is made with a seed."""

    def __init__(self, seed):
        self.seed = seed
        if self.seed < 0:
            raise ValueError(f"seed is {seed}")
        for library in ("python", "numpy", "torch"):
            getattr(self, library)()

    def python(self):
        random.seed(self.seed)

    def numpy(self):
        np.random.seed(self.seed)

    def torch(self):
        torch.manual_seed(self.seed)
