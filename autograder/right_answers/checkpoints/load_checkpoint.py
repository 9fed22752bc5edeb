"""Right answers to `load_checkpoint` in unusual styles."""

import contextlib
import copy
import json
import os
import pathlib

import torch

from autograder.course.reference import reference_answer
from autograder.right_answers import right
from autograder.right_answers.checkpoints.shared import read


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


@right("load_checkpoint", craft=False)
def load_checkpoint_in_six_lines(path, model, optimizer=None, device="cpu"):
    """The core alone: what the file says goes straight into model and optimizer."""
    saved = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(saved["model"])
    if optimizer is not None:
        optimizer.load_state_dict(saved["optimizer"])
    model.to(device)
    return saved["epoch"]


@right("load_checkpoint", craft=False)
def load_checkpoint_as_in_a_tutorial(path, model, optimizer=None, device="cpu"):
    """A newcomer's: looks for the file first; restores an optimizer if one was saved."""
    if not os.path.isfile(path):
        raise ValueError(f"no checkpoint found at {path}")
    model = model.to(device)
    checkpoint = torch.load(str(path), weights_only=True, map_location=torch.device("cpu"))
    model.load_state_dict(checkpoint["model"], strict=True)
    if optimizer is not None and checkpoint["optimizer"] is not None:
        optimizer.load_state_dict(checkpoint["optimizer"])
    epoch = checkpoint["epoch"]
    return epoch


@right("load_checkpoint", craft=False)
def load_checkpoint_prints_what_it_does(path, model, optimizer=None, device="cpu"):
    """Catches an error to say where it happened, and raises it again."""
    try:
        checkpoint = torch.load(path, map_location=device, weights_only=True)
    except Exception:
        print(f"could not load {path}")
        raise
    model.to(device)
    model.load_state_dict(checkpoint["model"])
    if optimizer:
        optimizer.load_state_dict(checkpoint["optimizer"])
    print(f"loaded epoch {checkpoint['epoch']}")
    return checkpoint["epoch"]
