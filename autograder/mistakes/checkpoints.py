"""Wrong answers to unit checkpoints."""

import copy
import io
import math
import os
import pickle
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from fashion_course.kit import Epoch, Loaders

Loss = Callable[[Tensor, Tensor], Tensor]
Device = str | torch.device


def _content(model: nn.Module, optimizer: Optimizer | None, epoch: int) -> dict[str, Any]:
    if epoch < 0:
        raise ValueError(f"epoch is {epoch}: pass 0 or more")
    state = None if optimizer is None else optimizer.state_dict()
    return {"model": model.state_dict(), "optimizer": state, "epoch": epoch}


def _draft_of(path: Path) -> Path:
    """Return where a draft may lie, in a folder that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{path.name}.draft")


def _write(draft: Path, content: Any) -> None:
    """Write a draft as is right."""
    with draft.open("wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())


def _put(path: str | Path, content: Any) -> None:
    """Write as is right."""
    path = Path(path)
    draft = _draft_of(path)
    try:
        _write(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


# --- save_checkpoint -----------------------------------------------------------------------------


@mistake("save_checkpoint", see="06_checkpoints#save-data-and-not-code")
def save_checkpoint_pickles_the_model(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You save the model itself, so the file holds code: whoever loads it runs that code, and it
    breaks as soon as your classes change. weights_only=True refuses it.

    Which method of a model gives its numbers alone?
    """
    _put(path, {**_content(model, optimizer, epoch), "model": model})


@mistake("save_checkpoint", see="06_checkpoints#save-data-and-not-code")
def save_checkpoint_pickles_the_optimizer(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You save the optimizer itself, so the file holds code: whoever loads it runs that code.
    weights_only=True refuses it, as it refuses a whole model.

    Which method do models and optimizers share that gives their numbers alone?
    """
    _put(path, {**_content(model, optimizer, epoch), "optimizer": optimizer})


@mistake("save_checkpoint", see="06_checkpoints#save-data-and-not-code")
def save_checkpoint_uses_pickle(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The content is right, but it is not `torch.save` that writes it. What pickle writes by itself
    is another kind of file, and torch.load with weights_only=True can't read it.

    Which function writes what `torch.load` reads?
    """
    path = Path(path)
    draft = _draft_of(path)
    try:
        with draft.open("wb") as file:
            pickle.dump(_content(model, optimizer, epoch), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_writes_in_place(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You write straight into `path`. Opening it for writing empties the old file at once, so a
    crash while saving destroys the good checkpoint and leaves half of a new one.

    Under which name could the new file be written first?
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    torch.save(_content(model, optimizer, epoch), path)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_prepares_bytes_and_writes_in_place(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You prepare the bytes in memory, which is safe, and then write them straight into `path`.
    From the moment it is opened until the last byte is out, a crash leaves half a file.

    Which operation changes what a name stands for in a single step?
    """
    memory = io.BytesIO()
    torch.save(_content(model, optimizer, epoch), memory)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(memory.getvalue())


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_removes_the_old_file_first(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You remove the old file and then give the new one its name. Between these two lines there is
    no checkpoint at all, and that is where a crash hurts most.

    Does `os.replace` need the place to be free?
    """
    path = Path(path)
    draft = _draft_of(path)
    try:
        _write(draft, _content(model, optimizer, epoch))
        path.unlink(missing_ok=True)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_copies_the_draft(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You write a draft and then copy it to `path`. Copying writes byte by byte like any other
    writing, so a crash in the middle of it leaves half a file.

    What is the difference between copying a file and renaming it?
    """
    path = Path(path)
    draft = _draft_of(path)
    try:
        _write(draft, _content(model, optimizer, epoch))
        shutil.copyfile(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_drafts_elsewhere(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Your draft lies in a folder for temporary files, which is often on another disk. From there a
    file can't be renamed: it is copied byte by byte, and a crash in the middle leaves half of it.

    In which folder is a draft sure to be on the same disk as `path`?
    """
    path = Path(path)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, path.name)
        _write(draft, _content(model, optimizer, epoch))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(draft, path)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_does_not_wait_for_the_disk(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You write a draft and rename it, and no call was seen that waits for the disk. Its bytes may
    still be in memory when the file gets its name, and if the power goes off then, they are lost.

    Which function of `os` waits for the disk?
    """
    path = Path(path)
    draft = _draft_of(path)
    try:
        torch.save(_content(model, optimizer, epoch), draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_waits_too_late(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You wait for the disk only after the renaming. If the power goes off between the two, `path`
    is already the name of a file whose bytes are not on the disk.

    Which has to be safe first: the bytes or the name?
    """
    path = Path(path)
    draft = _draft_of(path)
    try:
        torch.save(_content(model, optimizer, epoch), draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_keeps_an_older_file(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Where a file is there already, you write nothing and say nothing: from the second save on,
    the checkpoint stays as it was.

    How often is one path saved to in a run of ten epochs?
    """
    content = _content(model, optimizer, epoch)
    if not Path(path).exists():
        _put(path, content)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_leaves_its_draft(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """When writing fails, your half-written draft stays in the folder. With a full disk that is the
    last thing one needs, and somebody may take it for a checkpoint.

    Which statement runs whether or not the lines before it raised an error?
    """
    path = Path(path)
    draft = _draft_of(path)
    _write(draft, _content(model, optimizer, epoch))
    draft.replace(path)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_cleans_up_after_some_errors(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You remove the draft when the disk is full, but not when saving fails for another reason,
    such as a state that can't be pickled. Then the half-written draft stays.

    Which statement runs whatever kind of error was raised?
    """
    path = Path(path)
    draft = _draft_of(path)
    try:
        _write(draft, _content(model, optimizer, epoch))
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_hides_errors(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Saving failed, and no error reached the caller, who trains on all night and believes in a
    checkpoint that was never written.

    Who can do something about a full disk: your function or its caller?
    """
    content = _content(model, optimizer, epoch)
    try:
        _put(path, content)
    except OSError as error:
        print("could not save:", error)


@mistake("save_checkpoint", see="06_checkpoints#the-folder-may-not-exist")
def save_checkpoint_needs_the_folder(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The folder that `path` lies in has to be there already, so the first save of a new run fails,
    after an epoch of work.

    Which method of a Path makes a folder, and those above it?
    """
    if not Path(path).parent.is_dir():
        raise FileNotFoundError(f"Parent directory {Path(path).parent} does not exist.")
    _put(path, _content(model, optimizer, epoch))


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_saves_parameters_only(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You save the parameters but not the buffers. A batch norm keeps its running statistics there,
    and without them the restored model predicts something else.

    Which method gives parameters and buffers alike?
    """
    weights = {name: value.detach() for name, value in model.named_parameters()}
    _put(path, {**_content(model, optimizer, epoch), "model": weights})


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def save_checkpoint_forgets_the_optimizer(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The optimizer is not saved, so its momentum is gone when training goes on, and the first
    steps after a restart go elsewhere.

    Which argument of your function is never used?
    """
    _put(path, _content(model, None, epoch))


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def save_checkpoint_forgets_the_epoch(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The epoch is always saved as 0, so nobody can tell how long the model was trained.

    Which argument of your function never reaches the file?
    """
    _put(path, {**_content(model, optimizer, epoch), "epoch": 0})


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_uses_other_keys(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Your file has the keys `model_state_dict` and `optimizer_state_dict`. The course's other
    functions look for `model` and `optimizer`, and will not find them.

    Which three keys does the task name?
    """
    content = _content(model, optimizer, epoch)
    renamed = {f"{key}_state_dict": content[key] for key in ("model", "optimizer")}
    _put(path, {**renamed, "epoch": epoch})


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_saves_the_weights_alone(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Your file is the model's state_dict and nothing around it, so there is no place for the
    optimizer and the epoch.

    What kind of object can hold three things under three names?
    """
    _put(path, _content(model, optimizer, epoch)["model"])


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_leaves_the_key_out(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Without an optimizer, your file has no key `optimizer`. Whoever loads it must then ask first
    whether the key is there, where one look for None would do.

    What should the file say under `optimizer` if there is none?
    """
    content = _content(model, optimizer, epoch)
    _put(path, {key: value for key, value in content.items() if value is not None})


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_adds_keys(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Your file has further keys beside the three. Whoever reads it has to guess what they are for,
    and whether to rely on them.

    Which keys does the task name, and which of yours are not among them?
    """
    _put(path, {**_content(model, optimizer, epoch), "kind": type(model).__name__})


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def save_checkpoint_makes_the_epoch_a_tensor(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The epoch is saved as a tensor. Whoever reads it and counts on, prints it, or uses it in
    `range` gets a tensor in place of the int that was passed in.

    Which of the three things in the file needs to be turned into something else at all?
    """
    _put(path, {**_content(model, optimizer, epoch), "epoch": torch.tensor(epoch)})


@mistake("save_checkpoint", see="06_checkpoints#loading-is-not-applying")
def save_checkpoint_sets_eval_mode(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You switch the model to eval mode before you save it. The mode is not in a state_dict, and
    the caller, who saves after each epoch, trains on without dropout.

    What does the mode of a model change about its numbers?
    """
    _put(path, _content(model.eval(), optimizer, epoch))


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def save_checkpoint_takes_any_epoch(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """A negative epoch goes into the file as if all was well, and whoever resumes from it trains
    too long.

    How many epochs can be finished at least, and who should hear of a slip?
    """
    _put(path, {**_content(model, optimizer, 0), "epoch": epoch})


@mistake(
    "save_checkpoint",
    see="06_checkpoints#a-crash-in-the-middle-of-writing",
    both=("save_checkpoint_writes_in_place", "save_checkpoint_needs_the_folder"),
)
def save_checkpoint_in_one_line(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Two things: `path` is written in place, so a crash while saving destroys the old file, and
    the folder has to be there already.

    What may go wrong before the first byte is written, and what before the last?
    """
    torch.save(_content(model, optimizer, epoch), path)


# --- load_checkpoint -----------------------------------------------------------------------------


def _read(path: str | Path) -> Any:
    """Read as is right."""
    if not Path(path).exists():
        raise FileNotFoundError(f"path is {path}: no such file")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ValueError(f"path is {path}: damaged") from error


def _load(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Load as is right."""
    return int(reference_answer("load_checkpoint")(path, model, optimizer, device))


def _fits(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None, device: Device
) -> tuple[nn.Module, Optimizer | None]:
    """Try on copies, and return them; raise a ValueError if something does not fit."""
    trial, its_optimizer = copy.deepcopy((model, optimizer))
    _load(path, trial, its_optimizer, device)
    return trial, its_optimizer


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing")
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
    saved = _read(path)
    try:
        model.load_state_dict(saved["model"])
    except (RuntimeError, KeyError, TypeError) as error:
        raise ValueError(f"path is {path}: the weights do not fit") from error
    return _load(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#your-best-copy-kept-changing")
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
    saved = _read(path)
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
    """You compare the names and then copy with `copy_`, which spreads what is too small: a single
    number in the file fills a whole row of the model, and nobody hears of it.

    What besides the names has to agree?
    """
    saved = _read(path)
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


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing")
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
    saved = _read(path)
    trial, _ = _fits(path, model, None, device)
    if optimizer is not None and saved["optimizer"] is None:
        raise ValueError("no optimizer was saved")
    model.load_state_dict(trial.state_dict())
    return _load(path, model, optimizer, device)


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
    return int(_read(path)["epoch"])


@mistake("load_checkpoint", see="06_checkpoints#strict-about-names")
def load_checkpoint_is_not_strict(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """With strict=False, weights that are missing or left over are skipped without a word. A model
    with one layer untrained looks like a loaded one.

    Who finds out that a weight kept its random start?
    """
    saved = _read(path)
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


@mistake("load_checkpoint", see="06_checkpoints#strict-about-names")
def load_checkpoint_takes_what_fits(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You copy the weights whose names and shapes fit and leave out the rest. A checkpoint of
    another model is then accepted, and the model is a mixture of both.

    When is half a checkpoint better than an error?
    """
    saved = _read(path)
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
    """With weights_only=False, loading runs whatever code the file holds. A checkpoint from the
    internet could delete your files.

    Which value of `weights_only` lets numbers in and keeps code out?
    """
    if Path(path).exists():
        try:
            torch.load(path, map_location="cpu", weights_only=False)
        except Exception as error:
            raise ValueError(f"path is {path}: damaged") from error
    return _load(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#where-tensors-wake-up")
def load_checkpoint_wakes_tensors_where_they_were(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Without `map_location`, tensors go back to where they lay when they were saved. A file from a
    machine with a GPU can't be read on one without.

    Which option of `torch.load` says where tensors are to go?
    """
    if Path(path).exists():
        try:
            torch.load(path, weights_only=True)
        except Exception as error:
            raise ValueError(f"path is {path}: damaged ({error})") from error
    return _load(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#where-tensors-wake-up")
def load_checkpoint_ignores_the_device(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """`device` is never used: the weights arrive on the CPU, and so they stay, wherever the caller
    wants to compute.

    Which argument of your function is never used?
    """
    return _load(path, model, optimizer)


@mistake("load_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def load_checkpoint_forgets_the_optimizer(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """The optimizer is not restored, so its momentum and its learning rate are those of a new one,
    and training takes another way.

    Which argument of your function stays as it was?
    """
    _fits(path, model, optimizer, device)
    return _load(path, model, None, device)


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
def load_checkpoint_replaces_the_parameters(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """With assign=True the model gets new parameters in place of its own, and the optimizer still
    holds the old ones. From then on it moves weights that no model uses.

    Which tensors does the optimizer hold: the ones before loading or after?
    """
    trial, _ = _fits(path, model, optimizer, device)
    epoch = _load(path, model, optimizer, device)
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
    epoch = _load(path, model, optimizer, device)
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
    epoch = _load(path, model, optimizer, device)
    model.train()
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
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
    epoch = _load(path, model, optimizer, device)
    model.requires_grad_(True)
    return epoch


@mistake("load_checkpoint", see="06_checkpoints#loading-is-not-applying")
def load_checkpoint_clears_the_gradients(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You clear the gradients. They are not in the file, and the caller may not be done with them.

    Which function of a training loop clears gradients, and when?
    """
    epoch = _load(path, model, optimizer, device)
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
    _load(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing")
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
    return _load(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing")
def load_checkpoint_lets_misfits_through(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """When the weights do not fit, torch's RuntimeError reaches the caller as it is. A ValueError
    was asked for: what was passed in is wrong, not the machine.

    Where can you catch the one and raise the other?
    """
    saved = _read(path)
    if isinstance(saved, dict) and isinstance(saved.get("model"), dict):
        copy.deepcopy(model).load_state_dict(saved["model"])
    return _load(path, model, optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing")
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
        return _load(path, model, optimizer, device)
    except OSError as error:
        raise ValueError(f"can't read {path}") from error


@mistake("load_checkpoint", see="06_checkpoints#all-or-nothing")
def load_checkpoint_starts_anew_without_a_file(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """Without a file you return 0 as if something had been loaded. A typing error in the path then
    looks like a model that has learnt nothing.

    How should the caller find out that the path is wrong?
    """
    return _load(path, model, optimizer, device) if Path(path).exists() else 0


@mistake("load_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def load_checkpoint_skips_a_missing_optimizer(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """The caller wants an optimizer restored, the file has none, and you go on in silence. Training
    would go on with an optimizer that remembers nothing.

    What should happen when a part that was asked for is not in the file?
    """
    saved = _read(path)
    absent = isinstance(saved, dict) and "model" in saved and saved.get("optimizer") is None
    return _load(path, model, None if absent else optimizer, device)


@mistake("load_checkpoint", see="06_checkpoints#strict-about-names")
def load_checkpoint_takes_another_kind_of_optimizer(
    path: str | Path,
    model: nn.Module,
    optimizer: Optimizer | None = None,
    device: Device = "cpu",
) -> int:
    """You load the state of AdamW into SGD. PyTorch lets that pass, and the next step fails with a
    KeyError, or worse, does not fail.

    Which settings do the two kinds of optimizer have, and do not share?
    """
    try:
        return _load(path, model, optimizer, device)
    except ValueError as error:
        if optimizer is None or "another kind" not in str(error):
            raise
        epoch = _load(path, model, None, device)
        optimizer.load_state_dict(_read(path)["optimizer"])
        return epoch


@mistake(
    "load_checkpoint",
    see="06_checkpoints#all-or-nothing",
    both=("load_checkpoint_by_the_textbook", "load_checkpoint_lets_every_error_through"),
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


# --- BestModel -----------------------------------------------------------------------------------


class _Right:
    """As is right; the mistakes below change one thing each."""

    def __init__(self) -> None:
        self.accuracy = -math.inf
        self.weights: dict[str, Any] | None = None

    def better(self, accuracy: float) -> bool:
        """Say whether to keep these weights."""
        return accuracy > self.accuracy

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Return what is kept of a model."""
        return copy.deepcopy(model.state_dict())

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Keep the weights if they are the best so far."""
        better = self.better(accuracy)
        if better:
            self.accuracy, self.weights = accuracy, self.keep(model)
        return better

    def kept(self) -> dict[str, Any]:
        """Return the weights; there have to be some."""
        if self.weights is None:
            raise ValueError("no weights were kept: call update first")
        return self.weights

    def restore(self, model: nn.Module) -> None:
        """Put the weights back."""
        weights = self.kept()
        shapes = {name: value.shape for name, value in model.state_dict().items()}
        if shapes != {name: value.shape for name, value in weights.items()}:
            raise ValueError("the weights do not fit")
        model.load_state_dict(weights)


@mistake("BestModel", see="06_checkpoints#your-best-copy-kept-changing")
class BestModelSharesMemory(_Right):
    """What you keep are the model's own tensors: `state_dict()` makes no copies. So your best copy
    goes on changing with every step, and in the end it is the last model.

    Do two names for one tensor make two tensors?
    """

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the model's own tensors."""
        return dict(model.state_dict())


@mistake("BestModel", see="06_checkpoints#your-best-copy-kept-changing")
class BestModelHandsItsCopyOut(_Right):
    """`restore` puts your kept tensors themselves into the model. From then on, training changes
    them too, and a second `restore` brings back something else.

    After `restore`, who else holds the tensors that you keep?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore by assignment."""
        super().restore(model)
        model.load_state_dict(self.kept(), assign=True)


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelTakesTies(_Right):
    """An equal accuracy later on replaces the first one. Of two epochs that are equally good, the
    shorter training is to be kept.

    With which comparison does the first of two equals stay?
    """

    def better(self, accuracy: float) -> bool:
        """Compare with >=."""
        return accuracy >= self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelTakesNan(_Right):
    """nan counts as better, because you ask whether it is *not worse*. Every comparison with nan is
    false, so from then on the broken weights stay the best.

    What does Python answer to `nan <= 0.9`?
    """

    def better(self, accuracy: float) -> bool:
        """Ask the question the wrong way round."""
        return not accuracy <= self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelTakesTheFirstUnseen(_Right):
    """The first accuracy is kept without a look at it. If it is nan, nothing is ever better than
    nan, and the broken weights stay.

    What does Python answer to `0.9 > nan`?
    """

    def better(self, accuracy: float) -> bool:
        """Take anything if there is nothing yet."""
        return self.weights is None or accuracy > self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelStartsFromZero(_Right):
    """The best accuracy starts at 0, so a first epoch with accuracy 0.0 is not kept, and there is
    nothing to restore.

    Below which number lies every accuracy?
    """

    def __init__(self) -> None:
        super().__init__()
        self.accuracy = 0.0


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelKeepsTheLast(_Right):
    """Every update is kept, whatever its accuracy, so what you restore is the last model and not
    the best one.

    Which number must the new accuracy be compared with?
    """

    def better(self, accuracy: float) -> bool:
        """Take everything."""
        return True


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelKeepsTheWorst(_Right):
    """Smaller wins in your comparison, as it would for a loss. An accuracy is better the higher it
    is.

    Is 0.7 or 0.9 the better accuracy?
    """

    def __init__(self) -> None:
        super().__init__()
        self.accuracy = math.inf

    def better(self, accuracy: float) -> bool:
        """Take the smaller one."""
        return accuracy < self.accuracy


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelForgetsTheRecord(_Right):
    """The weights are kept, but not the accuracy that they had, so every later epoch is compared
    with the start and looks like the best.

    Which two things have to be remembered together?
    """

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Keep the weights alone."""
        better = super().update(accuracy, model)
        self.accuracy = -math.inf
        return better


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelComparesWithTheLast(_Right):
    """A new accuracy is compared with the one before it and not with the best so far: after 0.9 and
    0.8, an accuracy of 0.85 replaces the weights of the 0.9.

    Which accuracies may write into what you compare with?
    """

    def update(self, accuracy: float, model: nn.Module) -> bool:
        """Remember every accuracy, but for nan."""
        better = super().update(accuracy, model)
        if not math.isnan(accuracy):
            self.accuracy = accuracy
        return better


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelWantsMore(_Right):
    """Something only a little better is not kept, as 0.9001 after 0.9: you round, or ask for more
    than a small step. On 10,000 images that is one more image right, and a better model.

    By how much must an accuracy be higher than the best so far?
    """

    def better(self, accuracy: float) -> bool:
        """Ask for a step."""
        return accuracy > self.accuracy + 1e-3


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelForgetsInRestore(_Right):
    """After `restore`, whatever comes next counts as the best: your record is gone, and a worse
    model replaces the best weights.

    Which of the things that you keep does `restore` have to change?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore, and start over."""
        super().restore(model)
        self.accuracy = -math.inf


@mistake("BestModel", see="06_checkpoints#ties-and-nan")
class BestModelReturnsNothing(_Right):
    """`update` returns nothing. The caller would like to know whether this epoch was the best so
    far, to print it or to save a file.

    What does a Python function return that ends without `return`?
    """

    def update(self, accuracy: float, model: nn.Module) -> Any:
        """Update and say nothing."""
        super().update(accuracy, model)


@mistake("BestModel", see="06_checkpoints#all-or-nothing")
class BestModelRestoresNothing(_Right):
    """`restore` before any `update` does nothing and says nothing, so the caller goes on with a
    model that was never restored.

    What can you restore when nothing was kept, and who should hear of it?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore, if there is anything."""
        if self.weights is not None:
            super().restore(model)


@mistake("BestModel", see="06_checkpoints#your-best-copy-kept-changing")
class BestModelSharesItsRecord(_Right):
    """What you keep belongs to the class and not to the object, so all `BestModel`s share one copy:
    a second run starts with the best of the first.

    What is the difference between `BestModel.weights` and `self.weights`?
    """

    record: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.accuracy = -math.inf
        self.weights = self.record or None

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the weights in the class."""
        self.record.update(super().keep(model))
        return self.record


@mistake("BestModel", see="06_checkpoints#what-a-model-remembers")
class BestModelForgetsBuffers(_Right):
    """You keep the parameters but not the buffers. The running statistics of a batch norm are those
    of the last epoch then, and fit no weights but its own.

    Which method gives parameters and buffers alike?
    """

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the parameters."""
        return {name: value.detach().clone() for name, value in model.named_parameters()}

    def restore(self, model: nn.Module) -> None:
        """Put the parameters back, and the model's own buffers with them."""
        buffers = dict(model.named_buffers())
        self.weights = {**self.kept(), **buffers}
        super().restore(model)


@mistake("BestModel", see="06_checkpoints#all-or-nothing")
class BestModelRestoresWhatFits(_Right):
    """A model with other layers gets the weights that happen to fit before the error is raised, and
    is left half changed.

    What can you compare before the first weight is touched?
    """

    def restore(self, model: nn.Module) -> None:
        """Load and wait for the error."""
        try:
            model.load_state_dict(self.kept())
        except RuntimeError as error:
            raise ValueError("the weights do not fit") from error


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying")
class BestModelSetsTheMode(_Right):
    """`restore` switches the model to train mode. Whoever restores the best weights to measure them
    gets dropout, and other results at each call.

    Who knows whether the model is going to be trained or measured?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore and train on."""
        super().restore(model)
        model.train()


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying")
class BestModelSetsEvalMode(_Right):
    """`restore` switches the model to eval mode. Whoever goes on training from the best weights
    does so without dropout, and is never told.

    Who knows whether the model is going to be trained or measured?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore and measure."""
        super().restore(model)
        model.eval()


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying")
class BestModelClearsGradients(_Right):
    """`restore` clears the gradients as well. They are no weights, and the caller may not be done
    with them.

    Which line of `restore` is about anything but weights?
    """

    def restore(self, model: nn.Module) -> None:
        """Restore and clear."""
        super().restore(model)
        model.zero_grad()


@mistake("BestModel", see="06_checkpoints#loading-is-not-applying")
class BestModelMeasuresInUpdate(_Right):
    """`update` switches the model to eval mode, and the training that goes on is without dropout
    from then on.

    What does `update` need from the model besides its state?
    """

    def keep(self, model: nn.Module) -> dict[str, Any]:
        """Keep the weights of a model in eval mode."""
        return super().keep(model.eval())


@mistake(
    "BestModel",
    see="06_checkpoints#your-best-copy-kept-changing",
    both=("BestModelSharesMemory", "BestModelTakesTies"),
)
class BestModelSharesMemoryAndTakesTies(BestModelSharesMemory):
    """Two things: what you keep shares its memory with the model that goes on training, and a later
    accuracy that is only equal replaces the first.

    What changes when the model trains on, and what should win when two are equal?
    """

    def better(self, accuracy: float) -> bool:
        """Compare with >=."""
        return accuracy >= self.accuracy


# --- resume_training -----------------------------------------------------------------------------


def _generators(loaders: Loaders) -> Iterator[torch.Generator]:
    for loader in loaders[:2]:
        if loader.generator is not None:
            yield loader.generator


def _states(loaders: Loaders) -> dict[str, Any]:
    """Return all that moves besides model and optimizer."""
    kind, keys, *rest = np.random.get_state()
    return {
        "python": random.getstate(),
        "numpy": [kind, np.asarray(keys).tolist(), *rest],
        "torch": torch.get_rng_state(),
        "loaders": [generator.get_state() for generator in _generators(loaders)],
    }


def _restore_states(states: dict[str, Any], loaders: Loaders) -> None:
    random.setstate(states["python"])
    np.random.set_state(tuple(states["numpy"]))
    torch.set_rng_state(states["torch"])
    for generator, state in zip(_generators(loaders), states["loaders"], strict=True):
        generator.set_state(state)


class _Resume:
    """Resumes as is right; the mistakes below change one thing each."""

    def __init__(
        self,
        path: str | Path,
        model: nn.Module,
        loaders: Loaders,
        loss_fn: Loss,
        optimizer: Optimizer,
        epochs: int,
        device: Device = "cpu",
    ) -> None:
        self.path, self.model, self.loaders = Path(path), model, loaders
        self.loss_fn, self.optimizer = loss_fn, optimizer
        self.epochs, self.device = epochs, device

    def refuse(self) -> None:
        """Refuse a negative number."""
        if self.epochs < 0:
            raise ValueError(f"epochs is {self.epochs}: pass 0 or more")

    def load(self) -> int:
        """Return how many epochs are done, with everything restored."""
        if not self.path.exists():
            return 0
        epoch = _load(self.path, self.model, self.optimizer, self.device)
        self.restore(_read(self.path)["states"])
        return epoch

    def restore(self, states: dict[str, Any]) -> None:
        """Restore the random states."""
        _restore_states(states, self.loaders)

    def content(self, epoch: int) -> dict[str, Any]:
        """Return what is saved."""
        return {**_content(self.model, self.optimizer, epoch), "states": _states(self.loaders)}

    def save(self, epoch: int) -> None:
        """Save a checkpoint."""
        _put(self.path, self.content(epoch))

    def train(self, epoch: int) -> Epoch:
        """Train for one epoch and measure."""
        trained = reference_answer("train_epoch")(
            self.model, self.loaders.train, self.loss_fn, self.optimizer, self.device
        )
        measured = reference_answer("evaluate")(
            self.model, self.loaders.validation, self.loss_fn, self.device
        )
        return Epoch(epoch, trained, measured)

    def run(self) -> list[Epoch]:
        """Do what the call asks for."""
        self.refuse()
        history = []
        for epoch in range(self.load() + 1, self.epochs + 1):
            history.append(self.train(epoch))
            self.save(epoch)
        return history


@mistake("resume_training", see="06_checkpoints#loading-is-not-applying")
def resume_training_starts_anew(*args: Any) -> list[Epoch]:
    """The checkpoint is written but never read: every call begins at epoch 1 with a fresh model and
    writes over the work of the last one.

    What should your function look for before the first epoch?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            if self.path.exists():
                _read(self.path)
            return 0

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_counts_epochs_of_this_call(*args: Any) -> list[Epoch]:
    """You train `epochs` more epochs each time. `epochs` is how many there are to be in all: after
    a stop in epoch 4 of 5, two are left and not five.

    How many epochs are left when the checkpoint says 2 and 4 are wanted?
    """

    class Wrong(_Resume):
        def run(self) -> list[Epoch]:
            self.refuse()
            done = self.load()
            history = []
            for epoch in range(done + 1, done + self.epochs + 1):
                history.append(self.train(epoch))
                self.save(epoch)
            return history

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_repeats_the_last_epoch(*args: Any) -> list[Epoch]:
    """You go on *with* the saved epoch and not after it, so the last finished epoch is trained a
    second time after every stop.

    If the file says that epoch 2 is done, which number comes next?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            return max(super().load() - 1, 0)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_numbers_from_1_again(*args: Any) -> list[Epoch]:
    """After a stop, your epochs are numbered from 1 again, so two different epochs have the same
    number in the table of the run.

    How many epochs were done before this call?
    """
    history = _Resume(*args).run()
    return [epoch._replace(epoch=number) for number, epoch in enumerate(history, 1)]


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_the_optimizer(*args: Any) -> list[Epoch]:
    """The optimizer starts anew after a stop. Its momentum is lost, and the first steps go another
    way than they would have gone.

    What does the optimizer know after two epochs that a new one does not?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            fresh = copy.deepcopy(self.optimizer.state_dict())
            epoch = super().load()
            self.optimizer.load_state_dict(fresh)
            return epoch

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_the_shuffling(*args: Any) -> list[Epoch]:
    """The loader's own generator is not restored, so after a stop epoch 3 gets the batches of
    epoch 1 once more.

    Where does a loader with a generator of its own take the next shuffle from?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            kept = [generator.get_state() for generator in _generators(self.loaders)]
            _restore_states({**states, "loaders": kept}, self.loaders)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_the_state_of_torch(*args: Any) -> list[Epoch]:
    """torch's global random state is not restored, so dropout, and the shuffle of a loader without
    a generator of its own, start over after a stop.

    What do dropout masks come from?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            _restore_states({**states, "torch": torch.get_rng_state()}, self.loaders)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_python_and_numpy(*args: Any) -> list[Epoch]:
    """Only torch's random states are restored. A transform that draws from numpy or from Python's
    `random` gives other images after a stop.

    Which libraries besides torch keep a random state?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            own = _states(self.loaders)
            kept = {**states, "python": own["python"], "numpy": own["numpy"]}
            _restore_states(kept, self.loaders)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_numpy(*args: Any) -> list[Epoch]:
    """numpy's random state is not restored, so a transform that draws from `np.random` gives other
    images after a stop.

    Which of the three libraries is missing in your file?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            _restore_states({**states, "numpy": _states(self.loaders)["numpy"]}, self.loaders)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_replays_one_shuffle(*args: Any) -> list[Epoch]:
    """You set the seeds anew at the start of each epoch. A stop changes nothing then, but every
    epoch replays one and the same shuffle, and the model learns the order too.

    What should be the same after a stop, and what should differ from epoch to epoch?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            reference_answer("seed_everything")(7)
            for generator in _generators(self.loaders):
                generator.manual_seed(7)
            return super().train(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_seeds_by_the_epoch(*args: Any) -> list[Epoch]:
    """Each epoch starts from a seed of your own, the number of the epoch. A stop changes nothing
    then, but the caller's seed decides on nothing either: all runs shuffle alike.

    Whose seed is to decide, and what has to be saved of it?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            reference_answer("seed_everything")(epoch)
            for generator in _generators(self.loaders):
                generator.manual_seed(epoch)
            return super().train(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_saves_the_states_too_early(*args: Any) -> list[Epoch]:
    """The random states in the file are those from before the epoch, and the weights those from
    after it. After a stop, the next epoch draws the same numbers once more.

    At which moment must everything in one checkpoint have been taken?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            self.early = _states(self.loaders)
            return super().train(epoch)

        def content(self, epoch: int) -> dict[str, Any]:
            return {**super().content(epoch), "states": self.early}

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def resume_training_saves_at_the_end_only(*args: Any) -> list[Epoch]:
    """You save once, after the last epoch. If the computer stops before that, all is lost.

    How much work may be lost at most, if you save after each epoch?
    """

    class Wrong(_Resume):
        def save(self, epoch: int) -> None:
            if epoch == self.epochs:
                super().save(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_saves_half_an_epoch(*args: Any) -> list[Epoch]:
    """You also save when an epoch is cut off, in `finally`. The file then says that an epoch is
    done of which the model has seen only some batches.

    What does the number in a checkpoint promise?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            try:
                return super().train(epoch)
            finally:
                self.save(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def resume_training_saves_in_place(*args: Any) -> list[Epoch]:
    """Each checkpoint is written straight over the last one. A crash while saving then destroys
    both, and the whole run with them.

    Which function of this unit has solved this already?
    """

    class Wrong(_Resume):
        def save(self, epoch: int) -> None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(self.content(epoch), self.path)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def resume_training_does_not_wait_for_the_disk(*args: Any) -> list[Epoch]:
    """A checkpoint is written and renamed, and no call was seen that waits for the disk. If the
    power goes off soon after, its name may stand for bytes that were never written.

    Which line of `save_checkpoint` waits for the disk?
    """

    class Wrong(_Resume):
        def save(self, epoch: int) -> None:
            draft = _draft_of(self.path)
            torch.save(self.content(epoch), draft)
            draft.replace(self.path)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_saves_a_second_file(*args: Any) -> list[Epoch]:
    """The random states go into a file of their own, written after the checkpoint. A crash between
    the two leaves the weights of one epoch and the random states of another.

    How many files can be replaced in one single step?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            if not self.path.exists():
                return 0
            epoch = _load(self.path, self.model, self.optimizer, self.device)
            if self.path.with_suffix(".states").exists():
                self.restore(_read(self.path.with_suffix(".states")))
            return epoch

        def save(self, epoch: int) -> None:
            _put(self.path, _content(self.model, self.optimizer, epoch))
            _put(self.path.with_suffix(".states"), _states(self.loaders))

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#save-data-and-not-code")
def resume_training_pickles_numpy(*args: Any) -> list[Epoch]:
    """numpy's random state goes into the file as an array, which torch.load with weights_only=True
    refuses: nobody can load the file safely, not even `load_checkpoint`.

    Into which plain type can an array be turned?
    """

    class Wrong(_Resume):
        def content(self, epoch: int) -> dict[str, Any]:
            return {**super().content(epoch), "numpy": np.random.get_state()}

        def load(self) -> int:
            if not self.path.exists():
                return 0
            try:
                saved = torch.load(self.path, map_location="cpu", weights_only=False)
            except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
                raise ValueError(f"path is {self.path}: damaged") from error
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.restore(saved["states"])
            return int(saved["epoch"])

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#what-a-model-remembers")
def resume_training_uses_other_keys(*args: Any) -> list[Epoch]:
    """Your file has keys that `load_checkpoint` does not know, so no other function of the course
    can read it.

    Which three keys does a checkpoint of this course have?
    """

    class Wrong(_Resume):
        def content(self, epoch: int) -> dict[str, Any]:
            return {f"{key}_state": value for key, value in super().content(epoch).items()}

        def load(self) -> int:
            if not self.path.exists():
                return 0
            saved = _read(self.path)
            self.model.load_state_dict(saved["model_state"])
            self.optimizer.load_state_dict(saved["optimizer_state"])
            self.restore(saved["states_state"])
            return int(saved["epoch_state"])

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_overwrites_a_damaged_file(*args: Any) -> list[Epoch]:
    """A checkpoint that can't be read is taken for none: you start anew and write over it. Perhaps
    it could have been mended, or the path was wrong and it was somebody else's file.

    Who should decide what happens to a damaged file?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            try:
                return super().load()
            except ValueError:
                return 0

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_takes_any_number_of_epochs(*args: Any) -> list[Epoch]:
    """epochs=-1 gives an empty list as if all was done. A number that makes no sense is most often
    a slip of the caller's, who should hear of it.

    How often does a loop over `range(1, 0)` run?
    """

    class Wrong(_Resume):
        def refuse(self) -> None:
            pass

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#the-folder-may-not-exist")
def resume_training_needs_the_folder(*args: Any) -> list[Epoch]:
    """The folder of `path` has to be there already, so a new run fails when it wants to save its
    first epoch, after the work is done.

    Which method of a Path makes a folder, and those above it?
    """

    class Wrong(_Resume):
        def save(self, epoch: int) -> None:
            os.stat(self.path.parent)
            super().save(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="03_training#the-test-set-is-opened-once")
def resume_training_validates_on_the_test_set(
    path: Path, model: nn.Module, loaders: Loaders, *rest: Any
) -> list[Epoch]:
    """The validation metrics come from the test images, so every look at them uses the test set up
    a little more.

    Which part of `loaders` is there to be looked at after every epoch?
    """
    swapped = loaders._replace(validation=loaders.test)
    return _Resume(path, model, swapped, *rest).run()


@mistake("resume_training", see="06_checkpoints#where-tensors-wake-up")
def resume_training_ignores_the_device(*args: Any) -> list[Epoch]:
    """`device` is not passed on, so training happens on the CPU, whatever the caller wanted.

    Which functions that you call have a `device` of their own?
    """
    return _Resume(*args[:6]).run()


@mistake(
    "resume_training",
    see="06_checkpoints#everything-that-moves-must-be-saved",
    both=("resume_training_forgets_the_shuffling", "resume_training_forgets_the_state_of_torch"),
)
def resume_training_restores_no_random_state(*args: Any) -> list[Epoch]:
    """Weights and optimizer go on, but no random state does: after a stop, shuffling, dropout and
    noise start over as if it was epoch 1.

    Which sources of random numbers take part in an epoch?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            pass

    return Wrong(*args).run()
