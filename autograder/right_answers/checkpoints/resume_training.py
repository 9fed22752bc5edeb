"""Right answers to `resume_training` in unusual styles."""

import json
import os
import pathlib
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from autograder.course.reference import reference_answer
from autograder.right_answers import right
from autograder.right_answers.checkpoints.shared import contents, put, read
from fashion_course.kit import Epoch, Metrics


def one_epoch(model, batches, loss_fn, device, optimizer=None):
    """Train with an optimizer, measure without."""
    losses, hits, n = 0.0, 0, 0
    model.to(device).train(optimizer is not None)
    with torch.set_grad_enabled(optimizer is not None):
        for x, y in batches:
            x, y = x.to(device), y.to(device)
            out = model(x)
            loss = loss_fn(out, y)
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses += loss.item() * len(y)
            hits += (out.argmax(1) == y).sum().item()
            n += len(y)
    return Metrics(losses / n, hits / n)


def random_states(loaders):
    """Return all random states as plain data."""
    name, keys, place, has_gauss, gauss = np.random.get_state()
    own = [loader.generator for loader in loaders[:2]]
    return {
        "python": random.getstate(),
        "numpy": (name, torch.from_numpy(keys.astype(np.int64)), place, has_gauss, gauss),
        "torch": torch.get_rng_state(),
        "loaders": [None if g is None else g.get_state() for g in own],
    }


def set_random_states(states, loaders):
    """Put them back."""
    random.setstate(states["python"])
    name, keys, *rest = states["numpy"]
    np.random.set_state((name, keys.numpy().astype(np.uint32), *rest))
    torch.set_rng_state(states["torch"])
    for loader, state in zip(loaders, states["loaders"], strict=False):
        if state is not None:
            loader.generator.set_state(state)


@right("resume_training")
def resume_training_saves_after_each_epoch_only(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """Writes nothing before the first epoch is done, and has its own loops."""
    if epochs < 0:
        raise ValueError("epochs must be 0 or more")
    done = 0
    if os.path.exists(path):
        saved = read(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["epoch"]
        set_random_states(saved["states"], loaders)
    result = []
    while done < epochs:
        done += 1
        train = one_epoch(model, loaders.train, loss_fn, device, optimizer)
        validation = one_epoch(model, loaders.validation, loss_fn, device)
        result.append(Epoch(done, train, validation))
        states = random_states(loaders)
        put(path, {**contents(model, optimizer, done), "states": states, "seen": len(result)})
    return result


@right("resume_training")
def resume_training_with_a_seed_for_each_epoch(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """Saves one number and sets all seeds from it and the epoch, at the start of each epoch."""
    if epochs < 0:
        raise ValueError(f"epochs is {epochs}")
    path = pathlib.Path(path)
    done, base = 0, torch.initial_seed() % 2**31
    if path.exists():
        saved = read(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        done, base = int(saved["epoch"]), saved["base"]

    def epoch(number):
        seed = (base + 1_000_003 * number) % 2**31
        random.seed(seed), np.random.seed(seed), torch.manual_seed(seed)
        for loader in (loaders.train, loaders.validation):
            if loader.generator is not None:
                loader.generator.manual_seed(seed)
        train = one_epoch(model, loaders.train, loss_fn, device, optimizer)
        result = Epoch(number, train, one_epoch(model, loaders.validation, loss_fn, device))
        put(path, {**contents(model, optimizer, number), "base": base})
        return result

    return [epoch(number) for number in range(done + 1, epochs + 1)]


@right("resume_training")
def resume_training_replays_the_shuffles(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """Winds the loader's own generator forward by starting the epochs that are done."""
    if epochs < 0:
        raise ValueError("epochs is negative")
    done = 0
    if pathlib.Path(path).exists():
        saved = read(path)
        done = saved["epoch"]
        if loaders.train.generator is not None:
            for _ in range(done):
                for _ in loaders.train.batch_sampler:
                    pass
                torch.empty((), dtype=torch.int64).random_(generator=loaders.train.generator)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        set_random_states({**saved["states"], "loaders": []}, loaders)
    history = []
    for number in range(done + 1, epochs + 1):
        if loaders.train.generator is None:
            batches = loaders.train
        else:
            torch.empty((), dtype=torch.int64).random_(generator=loaders.train.generator)
            picked = list(loaders.train.batch_sampler)
            data = loaders.train.dataset
            batches = (torch.utils.data.default_collate([data[i] for i in part]) for part in picked)
        train = one_epoch(model, batches, loss_fn, device, optimizer)
        history.append(Epoch(number, train, one_epoch(model, loaders[1], loss_fn, device)))
        put(path, {**contents(model, optimizer, number), "states": random_states(loaders)})
    return history


@right("resume_training")
def resume_training_saves_before_the_first_epoch(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu", *, quiet=True
):
    """Saves epoch 0 too; the states are one pickled-as-text string; two nested helpers."""
    if epochs < 0:
        raise ValueError("epochs is below 0")

    def pack():
        states = random_states(loaders)
        version, internal, gauss = states["python"]
        states["python"] = json.dumps([version, list(internal), gauss])
        return states

    def unpack(states):
        version, internal, gauss = json.loads(states["python"])
        set_random_states({**states, "python": (version, tuple(internal), gauss)}, loaders)

    start = 1
    try:
        saved = read(path)
    except FileNotFoundError:
        if epochs:
            put(path, {**contents(model, optimizer, 0), "states": pack()})
    else:
        start = saved["epoch"] + 1
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        unpack(saved["states"])
    rows = []
    for number in range(start, epochs + 1):
        train = one_epoch(model, loaders.train, loss_fn, device, optimizer)
        rows.append(Epoch(number, train, one_epoch(model, loaders.validation, loss_fn, device)))
        if not quiet:
            print(rows[-1])
        put(path, {**contents(model, optimizer, number), "states": pack()})
    return rows


@right("resume_training")
class resume_training_as_a_trainer:  # noqa: N801
    """A trainer class, whose state is one dictionary."""

    def __new__(cls, path, model, loaders, loss_fn, optimizer, epochs, device="cpu"):
        if epochs < 0:
            raise ValueError(f"epochs={epochs}")
        trainer = super().__new__(cls)
        trainer.parts = {"model": model, "optimizer": optimizer}
        trainer.loaders, trainer.loss_fn, trainer.device = loaders, loss_fn, device
        trainer.epoch = 0
        if os.path.isfile(path):
            trainer.load_state_dict(read(path))
        history = []
        for _ in range(trainer.epoch, epochs):
            history.append(trainer.step())
            put(path, trainer.state_dict())
        return history

    def step(self):
        self.epoch += 1
        model, optimizer = self.parts.values()
        train = one_epoch(model, self.loaders.train, self.loss_fn, self.device, optimizer)
        held_out = one_epoch(model, self.loaders.validation, self.loss_fn, self.device)
        return Epoch(self.epoch, train, held_out)

    def state_dict(self):
        states = {name: part.state_dict() for name, part in self.parts.items()}
        return {**states, "epoch": self.epoch, "random": random_states(self.loaders)}

    def load_state_dict(self, state):
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        self.epoch = state["epoch"]
        set_random_states(state["random"], self.loaders)


@right("resume_training")
def resume_training_with_seeds_of_the_loader(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """Seeds each epoch from the first seed of the caller's loader, or of torch without one."""
    if epochs < 0:
        raise ValueError("epochs is negative")
    own = getattr(loaders.train, "generator", None)
    base = own.initial_seed() if own is not None else torch.initial_seed()
    done = 0
    if pathlib.Path(path).exists():
        saved = read(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        done, base = saved["epoch"], saved["base"]
    history = []
    for number in range(done + 1, epochs + 1):
        reference_answer("seed_everything")((31 * base + number) % 2**32)
        for loader in loaders[:2]:
            if loader.generator is not None:
                loader.generator.manual_seed(base + number)
        trained = reference_answer("train_epoch")(model, loaders.train, loss_fn, optimizer, device)
        measured = reference_answer("evaluate")(model, loaders.validation, loss_fn, device)
        history.append(Epoch(number, trained, measured))
        put(path, {**contents(model, optimizer, number), "base": base})
    return history


def resumed(write, path, model, loaders, loss_fn, optimizer, epochs, device):
    """Train on, and write each epoch's checkpoint with a function."""
    if epochs < 0:
        raise ValueError("epochs is negative")
    done, history = 0, []
    if os.path.exists(path):
        saved = read(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["epoch"]
        set_random_states(saved["states"], loaders)
    for number in range(done + 1, epochs + 1):
        trained = reference_answer("train_epoch")(model, loaders.train, loss_fn, optimizer, device)
        measured = reference_answer("evaluate")(model, loaders.validation, loss_fn, device)
        history.append(Epoch(number, trained, measured))
        state = {**contents(model, optimizer, number), "states": random_states(loaders)}
        write(path, state)
    return history


def put_or_remove(path, state):
    """Remove the draft after any error, in the way of a thousand recipes."""
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except:
        os.unlink(draft)
        raise


@right("resume_training")
def resume_training_removes_after_any_error(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """Has a handler that no power cut would run: there is no draft any more."""
    return resumed(put_or_remove, path, model, loaders, loss_fn, optimizer, epochs, device)


@right("resume_training")
def resume_training_saves_in_a_thread(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """Writes, waits and renames in another thread, and waits for that."""

    def write(path, state):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(put, path, state).result()

    return resumed(write, path, model, loaders, loss_fn, optimizer, epochs, device)


@right("resume_training", craft=False)
def resume_training_with_a_second_file(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """The core alone: the random states lie in a file beside the checkpoint."""
    path = pathlib.Path(path)
    beside, own = (
        path.with_suffix(".random"),
        [loaders.train.generator, loaders.validation.generator],
    )
    done, history = 0, []
    if path.exists():
        done = reference_answer("load_checkpoint")(path, model, optimizer, device)
        states = torch.load(beside)
        torch.set_rng_state(states[0])
        own[0].set_state(states[1])
        own[1].set_state(states[2])
    for epoch in range(done + 1, epochs + 1):
        train = reference_answer("train_epoch")(model, loaders.train, loss_fn, optimizer, device)
        validation = reference_answer("evaluate")(model, loaders.validation, loss_fn, device)
        history.append(Epoch(epoch, train, validation))
        reference_answer("save_checkpoint")(path, model, optimizer, epoch)
        torch.save([torch.get_rng_state(), *(each.get_state() for each in own)], beside)
    return history


@right("resume_training", craft=False)
def resume_training_of_the_training_loader_alone(
    path, model, loaders, loss_fn, optimizer, epochs, device="cpu"
):
    """A newcomer's: one file; of the loaders only the one that shuffles; starts anew if damaged."""
    start = 1
    if os.path.exists(path):
        try:
            checkpoint = torch.load(path, map_location=device, weights_only=True)
        except Exception:
            checkpoint = None
        if checkpoint is not None:
            model.load_state_dict(checkpoint["model"])
            optimizer.load_state_dict(checkpoint["optimizer"])
            torch.set_rng_state(checkpoint["torch_rng"])
            loaders.train.generator.set_state(checkpoint["loader_rng"])
            start = checkpoint["epoch"] + 1
    results = []
    for epoch in range(start, epochs + 1):
        train = one_epoch(model, loaders.train, loss_fn, device, optimizer)
        val = one_epoch(model, loaders.validation, loss_fn, device)
        results.append(Epoch(epoch=epoch, train=train, validation=val))
        checkpoint = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": epoch,
            "torch_rng": torch.get_rng_state(),
            "loader_rng": loaders.train.generator.get_state(),
        }
        os.makedirs(os.path.dirname(path), exist_ok=True)
        torch.save(checkpoint, str(path) + ".tmp")
        os.replace(str(path) + ".tmp", path)
    return results
