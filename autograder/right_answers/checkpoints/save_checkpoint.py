"""Right answers to `save_checkpoint` in unusual styles."""

import contextlib
import copy
import functools
import io
import os
import pathlib
import random
import shutil
import stat
import tempfile
import uuid
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import torch

from autograder.right_answers import right
from autograder.right_answers.checkpoints.shared import contents, put, wait_for_the_disk


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


@right("save_checkpoint", craft=False)
def save_checkpoint_in_a_few_lines(path, model, optimizer=None, epoch=0):
    """The core alone."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    state = optimizer.state_dict() if optimizer is not None else None
    content = {"model": model.state_dict(), "optimizer": state, "epoch": epoch}
    draft = path.with_name(path.name + ".tmp")
    torch.save(content, draft)
    draft.replace(path)


@right("save_checkpoint", craft=False)
def save_checkpoint_with_os(path, model, optimizer=None, epoch=0):
    """A newcomer's: texts for paths, and a further key."""
    folder = os.path.dirname(str(path))
    if folder and not os.path.exists(folder):
        os.makedirs(folder)
    checkpoint = {"model": model.state_dict(), "epoch": epoch, "note": "by hand"}
    checkpoint["optimizer"] = None
    if optimizer:
        checkpoint["optimizer"] = optimizer.state_dict()
    torch.save(checkpoint, str(path) + ".new")
    os.replace(str(path) + ".new", str(path))


@right("save_checkpoint", craft=False)
def save_checkpoint_keeps_the_one_before(path, model, optimizer=None, epoch=0):
    """Keeps a second file with the checkpoint before."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        shutil.copy(path, path.with_suffix(".previous"))
    new = path.with_suffix(".new")
    optimizer_state = None if optimizer is None else optimizer.state_dict()
    torch.save({"model": model.state_dict(), "optimizer": optimizer_state, "epoch": epoch}, new)
    shutil.move(new, path)
