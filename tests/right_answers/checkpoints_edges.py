"""Right answers to unit checkpoints that come near to what is refused."""

import contextlib
import copy
import functools
import io
import math
import os
import pathlib
import random
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import torch

from autograder.course.reference import reference_answer
from fashion_course.kit import Epoch
from tests.right_answers import right
from tests.right_answers.checkpoints import (
    contents,
    put,
    random_states,
    read,
    set_random_states,
    wait_for_the_disk,
)

# --- save_checkpoint -----------------------------------------------------------------------------


@right("save_checkpoint")
def save_checkpoint_waits_for_all_disks(path, model, optimizer=None, epoch=0):
    """Waits with os.sync where there is one, and draws a number for the name of its draft."""
    path = pathlib.Path(path)
    state = contents(model, optimizer, epoch)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f"{path.stem}-{random.randrange(10**9)}.tmp"
    try:
        torch.save(state, draft)
        os.sync() if hasattr(os, "sync") else wait_for_the_disk(draft)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@right("save_checkpoint")
def save_checkpoint_by_system_calls(path, model, optimizer=None, epoch=0):
    """Writes bytes with os.write and waits with fdatasync; waits for the folder, too."""
    target = os.path.realpath(path)
    memory = io.BytesIO()
    torch.save(contents(model, optimizer, epoch), memory)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    draft = f"{target}.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0))
    try:
        rest = memory.getbuffer()
        while rest:
            rest = rest[os.write(handle, rest) :]
        getattr(os, "fdatasync", os.fsync)(handle)
    finally:
        os.close(handle)
    os.replace(draft, target)
    if os.name != "nt":
        folder = os.open(os.path.dirname(target), os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


@right("save_checkpoint")
def save_checkpoint_writes_through(path, model, optimizer=None, epoch=0):
    """Opens its draft so that every write waits for the disk, where a system can do that."""
    path = pathlib.Path(path)
    state = contents(model, optimizer, epoch)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + "~")

    def opener(name, flags):
        return os.open(name, flags | getattr(os, "O_SYNC", 0), stat.S_IRUSR | stat.S_IWUSR)

    try:
        with open(draft, "wb", opener=opener) as file:
            torch.save(state, file)
            if not hasattr(os, "O_SYNC"):
                os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@right("save_checkpoint")
def save_checkpoint_looks_before_it_renames(path, model, optimizer=None, epoch=0):
    """Reads its draft back before it counts; turns modes to and fro; closes before it waits."""
    mode = model.training
    state = contents(model.eval(), optimizer, int(epoch))
    model.train(mode)
    path = pathlib.Path(path).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    try:
        torch.save(state, draft)
        torch.load(draft, weights_only=True)
        handle = os.open(draft, os.O_RDWR)
        os.fsync(handle)
        os.close(handle)
        draft.rename(path) if os.name != "nt" else draft.replace(path)
    finally:
        if draft.exists():
            draft.unlink()


@right("save_checkpoint")
def save_checkpoint_in_a_thread(path, model, optimizer=None, epoch=0):
    """Writes, waits and renames in another thread, and waits for that."""
    state = contents(model, optimizer, epoch)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(put, path, state).result()


@right("save_checkpoint")
def save_checkpoint_waits_by_way_of_partial(path, model, optimizer=None, epoch=0):
    """Registers wait and removal, which are then called from C."""
    path = pathlib.Path(path)
    state = contents(model, optimizer, epoch)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with contextlib.ExitStack() as last:
        last.callback(functools.partial(draft.unlink, missing_ok=True))
        with open(draft, "wb") as file:
            torch.save(state, file)
            file.flush()
            list(map(os.fsync, [file.fileno()]))
        os.replace(draft, path)


# --- load_checkpoint -----------------------------------------------------------------------------


@right("load_checkpoint")
def load_checkpoint_keeps_copies_of_all_tensors(path, model, optimizer=None, device="cpu"):
    """Clones every tensor of the state, and the whole state of the optimizer, to put them back."""
    if not os.path.exists(path):
        raise FileNotFoundError(path)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    its_before = copy.deepcopy(optimizer.state_dict()) if optimizer is not None else None
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        epoch = int(saved["epoch"])
        model.load_state_dict(saved["model"])
        if optimizer is not None:
            settings = [set(group) for group in its_before["param_groups"]]
            if settings != [set(group) for group in saved["optimizer"]["param_groups"]]:
                raise ValueError("another kind of optimizer")
            optimizer.load_state_dict(saved["optimizer"])
    except Exception as error:
        model.load_state_dict(before)
        if optimizer is not None:
            optimizer.load_state_dict(its_before)
        raise ValueError(f"{path} does not fit: {error}") from error
    model.to(device)
    return epoch


@right("load_checkpoint")
def load_checkpoint_sets_the_mode_for_a_while(path, model, optimizer=None, device="cpu"):
    """Switches to eval mode while it loads, without recording, and back, part by part."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            return reference_answer("load_checkpoint")(path, model, optimizer, device)
    finally:
        for module, mode in modes:
            module.training = mode


# --- BestModel -----------------------------------------------------------------------------------


@right("BestModel")
class BestModelOfExactNumbers:
    """Compares fractions, keeps numbers and copies in one pair; restores without recording."""

    def __init__(self):
        self.pair = (Fraction(-1), None)

    def update(self, accuracy, model):
        """Keep what is best."""
        if math.isnan(accuracy) or not Fraction(accuracy) > self.pair[0]:
            return False
        state = {name: torch.clone(value).detach() for name, value in model.state_dict().items()}
        self.pair = (Fraction(accuracy), state)
        return True

    @torch.no_grad()
    def restore(self, model):
        """Restore what was kept."""
        state, own = self.pair[1], model.state_dict()
        if state is None:
            raise ValueError("nothing was kept yet")
        if own.keys() != state.keys() or any(own[k].shape != state[k].shape for k in own):
            raise ValueError("another kind of model")
        for name, value in own.items():
            value.copy_(state[name])


@right("BestModel")
class BestModelOfNumpyNumbers:
    """Keeps accuracies as numpy's float64, and says with a bool of Python's whether it is best."""

    def __init__(self):
        self.seen = np.array([-np.inf])
        self.state = None

    def update(self, accuracy, model):
        """Keep what is best; the mode is changed for a moment."""
        better = bool(np.float64(accuracy) > np.nanmax(self.seen))
        self.seen = np.append(self.seen, accuracy)
        if better:
            mode = model.training
            self.state = copy.deepcopy(model.train().state_dict())
            model.train(mode)
        return better

    def restore(self, model):
        """Try on a copy first."""
        if self.state is None:
            raise ValueError("update has not kept anything")
        try:
            copy.deepcopy(model).load_state_dict(self.state)
        except RuntimeError as error:
            raise ValueError("the model has other weights") from error
        model.load_state_dict(self.state)


# --- resume_training -----------------------------------------------------------------------------


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
