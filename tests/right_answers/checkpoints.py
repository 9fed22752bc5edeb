"""Right answers to unit checkpoints in unusual styles."""

import contextlib
import copy
import io
import json
import math
import os
import pathlib
import random
import shutil
import tempfile
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
import torch

from fashion_course.kit import Epoch, Metrics
from tests.right_answers import right

# --- save_checkpoint -----------------------------------------------------------------------------


def contents(model, optimizer, epoch):
    if epoch < 0:
        raise ValueError(f"epoch is {epoch}: pass 0 or more")
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict() if optimizer else None,
        "epoch": epoch,
    }


def wait_for_the_disk(path):
    """Wait for a file that somebody else wrote and closed."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


@right("save_checkpoint")
def save_checkpoint_with_a_named_temporary_file(path, model, optimizer=None, epoch=0):
    """Lets `tempfile` find a name in the same folder, and uses os.replace."""
    state = contents(model, optimizer, epoch)
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        try:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise
    os.replace(file.name, path)


@right("save_checkpoint")
def save_checkpoint_by_way_of_memory(path, model, optimizer=None, epoch=0):
    """Makes the bytes in memory first, so that only finished ones reach the disk; makes copies."""
    memory = io.BytesIO()
    state = contents(model, optimizer, epoch)
    state["model"] = copy.deepcopy(state["model"])
    torch.save(state, memory)
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{uuid.uuid4().hex}"
    try:
        with open(draft, "xb", buffering=0) as file:
            file.write(memory.getbuffer())
            os.fsync(file)
        os.rename(draft, path) if os.name != "nt" else os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


@right("save_checkpoint")
def save_checkpoint_in_a_temporary_folder(path, model, optimizer=None, epoch=0):
    """Writes in a temporary folder next to the file, and moves the file out of it."""
    parent = pathlib.Path(path).expanduser().parent
    state = contents(model, optimizer, epoch)
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        draft = os.path.join(folder, "draft")
        torch.save(state, draft)
        wait_for_the_disk(draft)
        shutil.move(draft, path)


@right("save_checkpoint")
def save_checkpoint_on_the_cpu_in_the_old_format(path, model, optimizer=None, epoch=0):
    """Copies the weights to the CPU, and uses torch's older file format."""
    state = contents(model, optimizer, int(epoch))
    state["model"] = OrderedDict((k, v.detach().cpu().clone()) for k, v in state["model"].items())
    target = os.fspath(path)
    os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    with contextlib.ExitStack() as stack:
        draft = target + ".tmp"
        stack.callback(lambda: os.path.exists(draft) and os.remove(draft))
        torch.save(state, draft, _use_new_zipfile_serialization=False)
        wait_for_the_disk(draft)
        os.replace(draft, target)


@right("save_checkpoint")
def save_checkpoint_with_more_options(path, model, optimizer=None, epoch=0, **further):
    """Takes further keys, keeps a second copy of the old file for a while."""
    path = pathlib.Path(path)
    if not epoch >= 0:
        raise ValueError("epoch must not be negative")
    os.makedirs(path.parent, exist_ok=True)
    backup = path.with_name(path.name + ".bak")
    draft = path.with_name(path.name + ".new")
    if path.exists():
        shutil.copy2(path, backup)
    try:
        with open(draft, "wb") as file:
            torch.save({**contents(model, optimizer, epoch), **further}, file)
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        for leftover in (draft, backup):
            if leftover.exists():
                leftover.unlink()


# --- load_checkpoint -----------------------------------------------------------------------------


def read(path):
    """Return the dictionary in a file."""
    with open(path, "rb") as file:  # its error is a FileNotFoundError
        content = file.read()
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        found["model"], found["optimizer"], found["epoch"]
    except Exception as error:
        raise ValueError(f"path is {path}: it holds no checkpoint") from error
    return found


def require_fitting_weights(model, state):
    own = model.state_dict()
    if set(own) != set(state):
        raise ValueError(f"weights {set(own) ^ set(state)} are on one side only")
    for name, value in own.items():
        if value.shape != state[name].shape:
            raise ValueError(f"{name} is {tuple(value.shape)} and {tuple(state[name].shape)}")


def require_fitting_optimizer(optimizer, state):
    own = optimizer.state_dict()
    if not state:
        raise ValueError("optimizer: none was saved")
    if len(own["param_groups"]) != len(state["param_groups"]):
        raise ValueError("optimizer: other groups")
    for mine, theirs in zip(own["param_groups"], state["param_groups"], strict=True):
        if mine.keys() != theirs.keys() or len(mine["params"]) != len(theirs["params"]):
            raise ValueError("optimizer: another kind, or of another model")


@right("load_checkpoint")
def load_checkpoint_looks_before_it_leaps(path, model, optimizer=None, device="cpu"):
    """Compares all names, shapes and settings before anything is touched."""
    saved = read(path)
    require_fitting_weights(model, saved["model"])
    if optimizer is not None:
        require_fitting_optimizer(optimizer, saved["optimizer"])
    model.to(device)
    model.load_state_dict(saved["model"], strict=True)
    if optimizer is not None:
        optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


@right("load_checkpoint")
def load_checkpoint_tries_on_copies(path, model, optimizer=None, device="cpu"):
    """Loads into copies of both first; what works there works again."""
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(path)
    saved = read(path)
    try:
        trial, its_optimizer = copy.deepcopy((model, optimizer))
        trial.load_state_dict(saved["model"])
        if its_optimizer is not None:
            keys = [set(group) for group in its_optimizer.param_groups]
            its_optimizer.load_state_dict(saved["optimizer"])
            assert keys == [set(group) for group in its_optimizer.param_groups]
    except Exception as error:
        raise ValueError(f"{path} does not fit: {error}") from None
    model.load_state_dict(saved["model"])
    model = model.to(torch.device(device))
    if optimizer:
        optimizer.load_state_dict(saved["optimizer"])
    return int(saved["epoch"])


class CheckpointError(ValueError):
    """An error class of its own, which is a ValueError."""


@right("load_checkpoint")
def load_checkpoint_rolls_back(path, model, optimizer=None, device="cpu"):
    """Keeps copies and a list of what to undo; maps straight to the device."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: save a checkpoint there first")
    with contextlib.ExitStack() as undo:
        for part in filter(None, (model, optimizer)):
            undo.callback(part.load_state_dict, copy.deepcopy(part.state_dict()))
        try:
            saved = torch.load(str(path), map_location=torch.device(device), weights_only=True)
            epoch = saved["epoch"]
            model.load_state_dict(saved["model"])
            if optimizer is not None:
                require_fitting_optimizer(optimizer, saved["optimizer"])
                optimizer.load_state_dict(saved["optimizer"])
        except Exception as error:
            raise CheckpointError(f"{path} can't be loaded: {type(error).__name__}") from error
        undo.pop_all()
    model.to(device)
    return epoch


@right("load_checkpoint")
def load_checkpoint_copies_by_hand(path, model, optimizer=None, device="cpu", verbose=False):
    """Copies every tensor itself, parameters and buffers."""
    saved = read(path)
    require_fitting_weights(model, saved["model"])
    if optimizer is not None:
        require_fitting_optimizer(optimizer, saved["optimizer"])
        optimizer.load_state_dict(saved["optimizer"])
    with torch.no_grad():
        for name, value in model.state_dict(keep_vars=True).items():
            value.copy_(saved["model"][name])
    if verbose:
        print(json.dumps({"epoch": int(saved["epoch"])}))
    model.to(device)
    return int(saved["epoch"])


@right("load_checkpoint")
class load_checkpoint_as_a_class:  # noqa: N801
    """A class that gives an int; it collects all complaints before it raises one."""

    def __new__(cls, path, model, optimizer=None, device="cpu"):
        saved = read(os.fspath(path))
        complaints = []
        checks = [(require_fitting_weights, model, saved["model"])]
        if optimizer is not None:
            checks.append((require_fitting_optimizer, optimizer, saved["optimizer"]))
        for check, part, state in checks:
            try:
                check(part, state)
            except (ValueError, AttributeError, TypeError) as error:
                complaints.append(str(error))
        if complaints:
            raise ValueError("; ".join(complaints))
        for _, part, state in checks:
            part.load_state_dict(state)
        model.to(device)
        return int(saved["epoch"])


# --- BestModel -----------------------------------------------------------------------------------


def shapes_of(state):
    return {name: tuple(value.shape) for name, value in state.items()}


@right("BestModel")
class BestModelWithClones:
    """Clones tensor by tensor, and has None for no accuracy yet."""

    def __init__(self):
        self.best = None
        self._state = None

    def update(self, accuracy, model):
        if math.isnan(accuracy) or (self.best is not None and accuracy <= self.best):
            return False
        self.best = accuracy
        self._state = {k: v.detach().clone() for k, v in model.state_dict().items()}
        return True

    def restore(self, model):
        if self._state is None:
            raise ValueError("call update before restore")
        if shapes_of(model.state_dict()) != shapes_of(self._state):
            raise ValueError("model has other weights")
        model.load_state_dict(self._state)


@right("BestModel")
class BestModelAsBytes:
    """Keeps a saved file in memory."""

    def __init__(self, maximise=True):
        self.file = io.BytesIO()
        self.score = float("-inf")

    def update(self, accuracy, model):
        if accuracy > self.score:
            self.file = io.BytesIO()
            torch.save(model.state_dict(), self.file)
            self.score = accuracy
            return True
        return False

    def restore(self, model):
        if not self.file.getvalue():
            raise ValueError("nothing was kept")
        self.file.seek(0)
        state = torch.load(self.file, weights_only=True)
        trial = copy.deepcopy(model)
        try:
            trial.load_state_dict(state)
        except RuntimeError as error:
            raise ValueError("model does not fit") from error
        model.load_state_dict(state)


@right("BestModel")
class BestModelKeepsAWholeCopy:
    """Keeps a deep copy of the whole model, and counts the updates."""

    copy = None
    count = 0

    def update(self, accuracy, model, note=None):
        self.count += 1
        better = bool(self.copy is None or accuracy > self.accuracy) and accuracy == accuracy
        if better:
            self.copy, self.accuracy, self.note = copy.deepcopy(model), float(accuracy), note
        return better

    def restore(self, model):
        if self.copy is None:
            raise ValueError(f"restore after {self.count} updates: nothing was kept")
        before = copy.deepcopy(model.state_dict())
        try:
            model.load_state_dict(self.copy.state_dict())
        except RuntimeError:
            model.load_state_dict(before)
            raise ValueError("model is of another kind") from None


@right("BestModel")
@dataclass(slots=True)
class BestModelAsADataclass:
    """A dataclass with slots; keeps a history and compares with its maximum."""

    history: list = field(default_factory=list)
    weights: dict = field(default_factory=dict)

    def update(self, accuracy, model):
        better = all(accuracy > old for old in self.history) and not np.isnan(accuracy)
        if better:
            self.history.append(accuracy)
            for name, value in model.state_dict().items():
                self.weights[name] = value.cpu().numpy().copy()
        return bool(better)

    def restore(self, model):
        if not self.history:
            raise ValueError("no accuracy yet")
        state = model.state_dict()
        if state.keys() != self.weights.keys():
            raise ValueError("other names")
        if any(state[name].shape != self.weights[name].shape for name in state):
            raise ValueError("other shapes")
        with torch.no_grad():
            for name in state:
                state[name].copy_(torch.from_numpy(np.asarray(self.weights[name])))


@right("BestModel")
def best_model_out_of_functions():
    """A function that returns an object of closures."""
    kept = {"accuracy": -1.0}

    class Best:
        @staticmethod
        def update(accuracy, model):
            better = accuracy > kept["accuracy"]
            if better:
                kept.update(accuracy=accuracy, state=copy.deepcopy(model.state_dict()))
            return better

        @staticmethod
        def restore(model):
            if "state" not in kept:
                raise ValueError("update first")
            if shapes_of(model.state_dict()) != shapes_of(kept["state"]):
                raise ValueError("does not fit")
            model.load_state_dict(kept["state"])

    return Best()


# --- resume_training -----------------------------------------------------------------------------


def put(path, content):
    """Save in one step."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    try:
        torch.save(content, draft)
        wait_for_the_disk(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


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
