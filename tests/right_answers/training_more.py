"""More right answers to unit training: near to what the checks look at beside the result."""

import itertools

import torch

from fashion_course.kit import Metrics
from tests.right_answers import right


def average(rows):
    """Return metrics from rows of loss, correct images and images."""
    n = sum(size for *_, size in rows)
    if n == 0:
        raise ValueError("batches is empty: pass at least one batch")
    return Metrics(sum(a * c for a, _, c in rows) / n, sum(b for _, b, _ in rows) / n)


@right("train_batch")
def train_batch_differentiates_every_weight(model, images, labels, loss_fn, optimizer):
    """Asks for the gradients of all weights, which fails where one is frozen."""
    loss = loss_fn(model(images), labels)
    weights = list(model.parameters())
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    optimizer.step()
    return loss.item()


@right("train_batch")
def train_batch_explains_errors(model, images, labels, loss_fn, optimizer):
    """Catches an error of the model, and raises one that says more."""
    optimizer.zero_grad()
    try:
        loss = loss_fn(model(images), labels)
    except RuntimeError as error:
        raise ValueError(f"images is {tuple(images.shape)}: the model can't take it") from error
    loss.backward()
    optimizer.step()
    return loss.item()


@right("train_batch")
def train_batch_cuts_its_own_copies_off(model, images, labels, loss_fn, optimizer):
    """Works on copies of the images, one of which records gradients."""
    own = images.detach().clone().requires_grad_(True)
    loss = loss_fn(model(own), labels.clone())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@right("train_epoch")
def train_epoch_with_a_hook_for_a_while(model, batches, loss_fn, optimizer, device="cpu"):
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
            hits = (caught.pop().argmax(1) == labels).sum().item()
            rows.append((loss.item(), hits, len(labels)))
    finally:
        handle.remove()
    return average(rows)


@right("train_epoch")
def train_epoch_names_the_broken_batch(model, batches, loss_fn, optimizer, device="cpu"):
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
        rows.append((loss.item(), (logits.argmax(1) == labels).sum().item(), len(labels)))
    return average(rows)


@right("train_epoch")
def train_epoch_scores_on_the_cpu(model, batches, loss_fn, optimizer, device="cpu"):
    """Brings the logits to the labels, which stay on the CPU."""
    model.to(device).train()
    rows = []
    for images, labels in batches:
        logits = model(images.to(device)).cpu()
        loss = loss_fn(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rows.append((loss.item(), (logits.argmax(1) == labels).sum().item(), len(labels)))
    return average(rows)


@right("evaluate")
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
