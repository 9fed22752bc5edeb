"""Wrong answers to `load_checkpoint`."""

import copy
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from autograder.mistakes import mistake
from autograder.mistakes.checkpoints.shared import (
    Device,
    load_back,
    read_back,
)


def _fits(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None, device: Device
) -> tuple[nn.Module, Optimizer | None]:
    """Try on copies, and return them; raise a ValueError if something does not fit."""
    trial, its_optimizer = copy.deepcopy((model, optimizer))
    load_back(path, trial, its_optimizer, device)
    return trial, its_optimizer


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing", craft=True)
def load_checkpoint_by_the_textbook(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """After a failed load the model is half old and half new: `load_state_dict` copies every weight
    that fits and only then complains.

    What can you compare, or keep a copy of, before the first weight is touched?
    """
    saved = read_back(path)
    try:
        model.load_state_dict(saved["model"])
    except (RuntimeError, KeyError, TypeError) as error:
        raise ValueError(f"path is {path}: the weights do not fit") from error
    return load_back(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#your-best-copy-kept-changing", craft=True)
def load_checkpoint_puts_a_reference_back(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """After a failed load you load what you kept, and the weights are still the new ones: what you
    kept was no copy. `state_dict()` hands out the model's own tensors, and loading changes them.

    Do two names for one tensor make two tensors?
    """
    parts: list[Any] = [model] if optimizer is None else [model, optimizer]
    before = [part.state_dict() for part in parts]
    saved = read_back(path)
    try:
        model.load_state_dict(saved["model"])
        _check_optimizer(saved, optimizer)
        if optimizer is not None:
            optimizer.load_state_dict(saved["optimizer"])
        epoch = int(saved["epoch"])
    except Exception as error:
        for part, state in zip(parts, before, strict=True):
            part.load_state_dict(state)
        raise ValueError(f"path is {path}: it does not fit") from error
    model.to(device)
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#strict-about-names")
def load_checkpoint_spreads_small_weights(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """A weight of another shape is accepted: a single number in the file fills a whole row of the
    model, as `copy_` does, and no error is raised.

    What besides the names has to agree?
    """
    saved = read_back(path)
    own = model.state_dict()
    try:
        if own.keys() != saved["model"].keys():
            raise ValueError("other names")
        fitting = {name: saved["model"][name].expand_as(value) for name, value in own.items()}
        _check_optimizer(saved, optimizer)
        model.load_state_dict(fitting)
        if optimizer is not None:
            optimizer.load_state_dict(saved["optimizer"])
        epoch = int(saved["epoch"])
    except Exception as error:
        raise ValueError(f"path is {path}: it does not fit") from error
    model.to(device)
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing", craft=True)
def load_checkpoint_model_before_optimizer(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """The model is loaded before you find out that the optimizer does not fit. After the error the
    model has new weights and the optimizer is the old one: two halves of different runs.

    What has to be known before the first of the two is changed?
    """
    saved = read_back(path)
    trial, _ = _fits(path, model, None, device)
    if optimizer is not None and saved["optimizer"] is None:
        raise ValueError("no optimizer was saved")
    model.load_state_dict(trial.state_dict())
    return load_back(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
def load_checkpoint_does_not_apply(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You read the file and leave the model as it was: `torch.load` gives you a dictionary and
    knows nothing of your model.

    Which method of the model takes the saved weights?
    """
    _fits(path, model, optimizer, device)
    model.to(device)
    return int(read_back(path)["epoch"])


@mistake("load_checkpoint", see="06_checkpoints#strict-about-names")
def load_checkpoint_is_not_strict(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Weights that are missing or left over are skipped without an error, as with strict=False. A
    model with one layer untrained looks like a loaded one.

    How would the caller find out that a weight kept its random initial value?
    """
    saved = read_back(path)
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    if not isinstance(saved.get("model"), dict) or any(
        shapes.get(name, value.shape) != value.shape for name, value in saved["model"].items()
    ):
        raise ValueError(f"path is {path}: it does not fit")
    _check_optimizer(saved, optimizer)
    model.load_state_dict(saved["model"], strict=False)
    if optimizer is not None:
        optimizer.load_state_dict(saved["optimizer"])
    model.to(device)
    return int(saved["epoch"])


def _check_optimizer(saved: dict[str, Any], optimizer: Optimizer | None) -> None:
    """Refuse what does not fit, as is right."""
    if optimizer is None:
        return
    if saved["optimizer"] is None:
        raise ValueError("no optimizer was saved")
    groups = zip(saved["optimizer"]["param_groups"], optimizer.param_groups, strict=True)
    if any(len(old["params"]) != len(new["params"]) for old, new in groups):
        raise ValueError("the optimizer was saved from other weights")
    if not optimizer.defaults.keys() <= saved["optimizer"]["param_groups"][0].keys():
        raise ValueError("the optimizer was of another kind")


@mistake("load_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def load_checkpoint_returns_the_next_epoch(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You return one more than the number in the file. The task asks for the number of finished
    epochs, and whoever goes on after it adds the one.

    Which line adds 1, and who should?
    """
    return load_back(path, model, optimizer, device) + 1


@mistake("load_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def load_checkpoint_restores_parameters_only(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """The parameters come back but not the buffers, such as the running statistics of a batch norm.

    Which entries of the state dict are no parameters?
    """
    buffers = {name: value.clone() for name, value in model.named_buffers()}
    epoch = load_back(path, model, optimizer, device)
    for name, value in model.named_buffers():
        value.copy_(buffers[name])
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#strict-about-names")
def load_checkpoint_takes_what_fits(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Weights that do not fit are no error, as when those whose names and shapes fit are copied and
    the rest is left out or when the error is caught. A checkpoint of another model is then
    accepted.

    How does the caller find out that the file is of another model?
    """
    saved = read_back(path)
    if not isinstance(saved.get("model"), dict):
        raise ValueError(f"path is {path}: it does not fit")
    own = model.state_dict()
    fitting = {k: v for k, v in saved["model"].items() if k in own and v.shape == own[k].shape}
    _check_optimizer(saved, optimizer)
    model.load_state_dict({**own, **fitting})
    if optimizer is not None:
        optimizer.load_state_dict(saved["optimizer"])
    model.to(device)
    return int(saved["epoch"])


@mistake("load_checkpoint", see="06_checkpoints#save-data-and-not-code")
def load_checkpoint_runs_code(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Loading runs whatever code the file holds, as with weights_only=False. A checkpoint from the
    internet could delete your files.

    Which value of `weights_only` lets numbers in and keeps code out?
    """
    if Path(path).exists():
        try:
            torch.load(path, map_location="cpu", weights_only=False)
        except Exception as error:
            raise ValueError(f"path is {path}: damaged") from error
    return load_back(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#where-tensors-wake-up")
def load_checkpoint_wakes_tensors_where_they_were(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Without `map_location`, tensors go back to the device that they were on when they were saved.
    A file from a machine with a GPU can't be read on one without.

    Which option of `torch.load` says where tensors are to go?
    """
    if Path(path).exists():
        try:
            torch.load(path, weights_only=True)
        except Exception as error:
            raise ValueError(f"path is {path}: damaged ({error})") from error
    return load_back(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#where-tensors-wake-up")
def load_checkpoint_ignores_the_device(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """`device` is never used: the weights are loaded to the CPU and stay there, wherever the caller
    wants to compute.

    Which argument of your function is never used?
    """
    return load_back(path, model, optimizer)


@mistake("load_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def load_checkpoint_forgets_the_optimizer(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """The optimizer is not restored, so its momentum and its learning rate are those of a new one,
    and training continues differently.

    Which argument of your function stays as it was?
    """
    _fits(path, model, optimizer, device)
    return load_back(path, model, None, device)


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
def load_checkpoint_replaces_the_parameters(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """The model gets new parameters in place of its own, as with assign=True, and the optimizer
    still holds the old ones. From then on it moves weights that no model uses.

    Which tensors does the optimizer hold: the ones before loading or after?
    """
    trial, _ = _fits(path, model, optimizer, device)
    epoch = load_back(path, model, optimizer, device)
    model.load_state_dict(trial.state_dict(), assign=True)
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
def load_checkpoint_sets_eval_mode(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You switch the model to eval mode. A caller who goes on training does so without dropout, and
    is never told.

    Who knows whether the model is going to be trained or measured?
    """
    epoch = load_back(path, model, optimizer, device)
    model.eval()
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
def load_checkpoint_sets_train_mode(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You switch the model to train mode. A caller who wants to predict gets dropout, and other
    results at each call.

    Who knows whether the model is going to be trained or measured?
    """
    epoch = load_back(path, model, optimizer, device)
    model.train()
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying", craft=True)
def load_checkpoint_thaws_the_model(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You set requires_grad for all weights. A caller who froze some layers trains them again from
    now on, and is never told.

    Who decides which weights are to be trained?
    """
    epoch = load_back(path, model, optimizer, device)
    model.requires_grad_(True)
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying", craft=True)
def load_checkpoint_clears_the_gradients(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You clear the gradients. They are not in the file, and the caller may still need them.

    Which function of a training loop clears gradients, and when?
    """
    epoch = load_back(path, model, optimizer, device)
    model.zero_grad()
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
def load_checkpoint_returns_nothing(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> None:
    """Nothing is returned, so the caller can't tell how many epochs are done.

    Which number in the file has no place in the model or the optimizer?
    """
    load_back(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing", craft=True)
def load_checkpoint_lets_every_error_through(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """A damaged file makes `torch.load` raise EOFError, KeyError, UnpicklingError or others, and
    all of them reach the caller, who would have to know them all.

    Which one exception can you turn them into, with a message that names the file?
    """
    if Path(path).exists():
        torch.load(path, map_location="cpu", weights_only=True)
    return load_back(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing", craft=True)
def load_checkpoint_lets_misfits_through(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """When the weights do not fit, torch's RuntimeError reaches the caller as it is. A ValueError
    was asked for: what was passed in is wrong, not the program.

    Where can you catch the one and raise the other?
    """
    saved = read_back(path)
    if isinstance(saved, dict) and isinstance(saved.get("model"), dict):
        copy.deepcopy(model).load_state_dict(saved["model"])
    return load_back(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing", craft=True)
def load_checkpoint_calls_a_missing_file_damaged(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """A missing file gives a ValueError, as a damaged one does. The two need different remedies:
    look at the path, or save anew.

    Which exception of Python's own says that there is no such file?
    """
    try:
        return load_back(path, model, optimizer, device)
    except OSError as error:
        raise ValueError(f"can't read {path}") from error


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing")
def load_checkpoint_starts_anew_without_a_file(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Without a file your function returns all the same, as if something had been loaded. A typing
    error in the path then looks like a model that has learnt nothing.

    How should the caller find out that the path is wrong?
    """
    return load_back(path, model, optimizer, device) if Path(path).exists() else 0


@mistake("load_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved", craft=True)
def load_checkpoint_skips_a_missing_optimizer(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """The caller wants an optimizer restored, the file has none, and you go on without an error.
    Training would go on with an optimizer that remembers nothing.

    What should happen when a part that was asked for is not in the file?
    """
    saved = read_back(path)
    absent = isinstance(saved, dict) and "model" in saved and saved.get("optimizer") is None
    return load_back(path, model, None if absent else optimizer, device)


@mistake(
    "load_checkpoint",
    see="06_checkpoints#all-or-nothing",
    both=("load_checkpoint_by_the_textbook", "load_checkpoint_lets_every_error_through"),
    craft=True,
)
def load_checkpoint_in_four_lines(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Two things: errors of `torch.load` and `load_state_dict` reach the caller as they are, and a
    load that fails has already changed part of the model.

    What does the caller see, and what is left of the model, if the file does not fit?
    """
    saved = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(saved["model"])
    if optimizer is not None:
        optimizer.load_state_dict(saved["optimizer"])
    model.to(device)
    return int(saved["epoch"])
