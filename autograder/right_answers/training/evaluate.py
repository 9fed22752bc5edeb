"""Right answers to `evaluate` in unusual styles."""

import contextlib
import copy
import itertools
import statistics
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import torch
from torchmetrics.classification import MulticlassAccuracy

from autograder.right_answers import right
from autograder.right_answers.training.shared import average
from fashion_course.kit import Metrics


@right("evaluate", craft=False)
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


@right("evaluate", craft=False)
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


@right("evaluate", craft=False)
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


@right("evaluate", craft=False)
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


@right("evaluate", craft=False)
def evaluate_peeks_first(model, batches, loss_fn, device="cpu"):
    """Refuses before it touches anything; puts back the mode of each layer by itself."""
    batches = iter(batches)
    first = next(batches, None)
    if first is None:
        raise ValueError("batches is empty: pass at least one batch")
    modes = [(module, module.training) for module in model.modules()]
    model.to(device).eval()
    rows = []
    with torch.inference_mode():
        for images, labels in itertools.chain([first], batches):
            labels = labels.to(device)
            logits = model(images.to(device))
            hits = (logits.argmax(1) == labels).sum().item()
            rows.append((loss_fn(logits, labels).item(), hits, len(labels)))
    for module, mode in modes:
        module.training = mode
    return average(rows)


@right("evaluate")
def evaluate_leaves_to_a_finally(model, batches, loss_fn, device="cpu"):
    """Refuses in the middle: a finally puts the mode back whatever happens."""
    mode = model.training
    try:
        model.to(device).eval()
        rows = []
        with torch.no_grad():
            for images, labels in batches:
                images, labels = images.to(device), labels.to(device)
                logits = model(images)
                hits = (logits.argmax(1) == labels).sum().item()
                rows.append((loss_fn(logits, labels).item(), hits, len(labels)))
        return average(rows)
    finally:
        model.train(mode)


@right("evaluate", craft=False)
def evaluate_short(model, batches, loss_fn, device="cpu"):
    """Has the core alone."""
    was_training = model.training
    model.to(device).eval()
    loss_sum = correct = seen = 0
    with torch.inference_mode():
        for images, labels in batches:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            loss_sum += loss_fn(logits, labels).item() * len(labels)
            correct += (logits.argmax(1) == labels).sum().item()
            seen += len(labels)
    model.train(was_training)
    return Metrics(loss_sum / seen, correct / seen)


@right("evaluate", craft=False)
def evaluate_of_a_newcomer(model, batches, loss_fn, device="cpu"):
    """Erases the gradients as well, asks for the mode with `if`, and averages at the end."""
    train_mode = model.training
    model.to(device)
    model.eval()
    model.zero_grad()
    losses, hits, n = [], [], 0
    with torch.no_grad():
        for x, y in batches:
            x, y = x.to(device), y.to(device)
            y_pred = model(x)
            losses.append(loss_fn(y_pred, y) * len(x))
            hits.append((torch.softmax(y_pred, 1).argmax(1) == y).sum())
            n += len(x)
    if train_mode == True:  # noqa: E712
        model.train()
    else:
        model.eval()
    return Metrics(float(sum(losses)) / n, float(sum(hits)) / n)
