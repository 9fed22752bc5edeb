"""Right answers to `fit` in unusual styles."""

import copy
import itertools
from functools import partial

import torch

from autograder.course.reference import reference_answer
from autograder.right_answers import right
from fashion_course.kit import Epoch, Metrics


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


@right("fit", craft=False)
def fit_short(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    """Has the core alone, out of the other answers of the unit."""
    one_epoch, measured = reference_answer("train_epoch"), reference_answer("evaluate")
    history = []
    for epoch in range(epochs):
        train = one_epoch(model, loaders.train, loss_fn, optimizer, device, scheduler)
        validation = measured(model, loaders.validation, loss_fn, device)
        history.append(Epoch(epoch + 1, train, validation))
    return history


@right("fit", craft=False)
def fit_in_a_comprehension(
    model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None
):
    """A list comprehension; everything is passed by name."""
    one_epoch, measured = reference_answer("train_epoch"), reference_answer("evaluate")
    common = {"model": model, "loss_fn": loss_fn, "device": device}
    return [
        Epoch(
            epoch=number,
            train=one_epoch(
                batches=loaders.train, optimizer=optimizer, scheduler=scheduler, **common
            ),
            validation=measured(batches=loaders.validation, **common),
        )
        for number in range(1, epochs + 1)
    ]


@right("fit", craft=False)
def fit_of_a_newcomer(model, loaders, loss_fn, optimizer, epochs, device="cpu", scheduler=None):
    """Counts in a while loop, prints, and registers a hook for the scheduler once."""
    history, epoch = [], 1
    if scheduler:
        optimizer.register_step_post_hook(lambda *_: scheduler.step())
    while epoch <= epochs:
        train = reference_answer("train_epoch")(
            model, loaders.train, loss_fn, optimizer, device=device
        )
        validation = reference_answer("evaluate")(model, loaders.validation, loss_fn, device=device)
        print(f"epoch {epoch}: {train.loss:.4f} {validation.accuracy:.2%}")
        history = [*history, Epoch(epoch, train, validation)]
        epoch += 1
    return history
