"""Wrong answers to `save_checkpoint`."""

import io
import os
import pickle
import shutil
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.optim import Optimizer

from autograder.mistakes import mistake
from autograder.mistakes.checkpoints.shared import (
    content_of,
    draft_of,
    put,
    write_draft,
)


@mistake("save_checkpoint", see="06_checkpoints#save-data-and-not-code")
def save_checkpoint_pickles_the_model(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You save the model itself, so the file holds code: whoever loads it runs that code, and it
    breaks as soon as your classes change. weights_only=True refuses it.

    Which method of a model gives its numbers alone?
    """
    put(path, {**content_of(model, optimizer, epoch), "model": model})


@mistake("save_checkpoint", see="06_checkpoints#save-data-and-not-code")
def save_checkpoint_pickles_the_optimizer(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You save the optimizer itself, so the file holds code: whoever loads it runs that code.
    weights_only=True refuses it, as it refuses a whole model.

    Which method do models and optimizers share that gives their numbers alone?
    """
    put(path, {**content_of(model, optimizer, epoch), "optimizer": optimizer})


@mistake("save_checkpoint", see="06_checkpoints#save-data-and-not-code")
def save_checkpoint_uses_pickle(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """`torch.load` with weights_only=True can't read your file. What `pickle` writes by itself, for
    instance, is another kind of file than what `torch.save` writes.

    Which function writes what `torch.load` reads?
    """
    path = Path(path)
    draft = draft_of(path)
    try:
        with draft.open("wb") as file:
            pickle.dump(content_of(model, optimizer, epoch), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_writes_in_place(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The new file is written straight under the name `path`. From the moment it is opened until
    the last byte is out, a crash leaves half a file there, and no good checkpoint under this name.

    Under which name could the new file be written first?
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    torch.save(content_of(model, optimizer, epoch), path)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_prepares_bytes_and_writes_in_place(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You prepare the bytes in memory and then write them straight into `path`. From the moment it
    is opened until the last byte is out, a crash leaves half a file.

    Which operation makes a name refer to another file in a single step?
    """
    memory = io.BytesIO()
    torch.save(content_of(model, optimizer, epoch), memory)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(memory.getvalue())


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_removes_the_old_file_before_it_writes(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The old file is removed, or gets another name, before the new one is whole. If saving fails
    then, nobody finds a checkpoint at `path`.

    Which operation gives the new file its name and replaces the old one in a single step?
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    draft = draft_of(path)
    torch.save(content_of(model, optimizer, epoch), draft)
    draft.replace(path)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_removes_the_old_file_first(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """For a moment no file lies at `path`: the old one is removed, or gets another name, before the
    new one has this name. After a crash at this moment nobody finds a checkpoint there.

    Which operation gives the new file its name and replaces the old one in a single step?
    """
    path = Path(path)
    draft = draft_of(path)
    try:
        write_draft(draft, content_of(model, optimizer, epoch))
        path.unlink(missing_ok=True)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_copies_the_draft(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The file at `path` is written byte by byte, as when a temporary file is copied to it, so a
    crash in the middle of it leaves half a file there.

    What is the difference between copying a file and renaming it?
    """
    path = Path(path)
    draft = draft_of(path)
    try:
        write_draft(draft, content_of(model, optimizer, epoch))
        shutil.copyfile(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_drafts_elsewhere(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Your temporary file is not in the folder of `path`, but in one that may be on another disk.
    From there a file can't be renamed: the move fails, or it copies byte by byte, and a crash in
    the middle of it leaves half a file.

    In which folder is a temporary file sure to be on the same disk as `path`?
    """
    path = Path(path)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, path.name)
        write_draft(draft, content_of(model, optimizer, epoch))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(draft, path)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_gives_it_another_name(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You write no file at `path`. The new file is written under another name, like a temporary
    file, and keeps that name.

    Which line gives the new file the name that the caller asked for?
    """
    write_draft(draft_of(Path(path)), content_of(model, optimizer, epoch))


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing", craft=True)
def save_checkpoint_does_not_wait_for_the_disk(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You write a temporary file and rename it, and no call was seen that waits for the disk. Its
    bytes may still be in memory when the file gets its name, and if the power goes off then, they
    are lost.

    Which function of `os` waits for the disk?
    """
    path = Path(path)
    draft = draft_of(path)
    try:
        torch.save(content_of(model, optimizer, epoch), draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing", craft=True)
def save_checkpoint_waits_too_late(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You wait for the disk only after the renaming. If the power goes off between the two, `path`
    is already the name of a file whose bytes are not on the disk.

    Which has to be safe first: the bytes or the name?
    """
    path = Path(path)
    draft = draft_of(path)
    try:
        torch.save(content_of(model, optimizer, epoch), draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def save_checkpoint_keeps_an_older_file(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """If a file is there already, you write nothing and raise no error: from the second save on,
    the checkpoint stays as it was.

    How often is one path saved to in a run of ten epochs?
    """
    content = content_of(model, optimizer, epoch)
    if not Path(path).exists():
        put(path, content)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing", craft=True)
def save_checkpoint_leaves_its_draft(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """When writing fails, your half-written temporary file stays in the folder. On a full disk it
    takes up space, and somebody may think that it is a checkpoint.

    Which statement runs whether or not the lines before it raised an error?
    """
    path = Path(path)
    draft = draft_of(path)
    write_draft(draft, content_of(model, optimizer, epoch))
    draft.replace(path)


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing", craft=True)
def save_checkpoint_cleans_up_after_some_errors(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You remove the temporary file when the disk is full, but not when saving fails for another
    reason, such as a state that can't be pickled. Then the half-written temporary file stays.

    Which statement runs whatever kind of error was raised?
    """
    path = Path(path)
    draft = draft_of(path)
    try:
        write_draft(draft, content_of(model, optimizer, epoch))
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


@mistake("save_checkpoint", see="06_checkpoints#a-crash-in-the-middle-of-writing", craft=True)
def save_checkpoint_hides_errors(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Saving failed, and no error reached the caller, who goes on training and relies on a
    checkpoint that was never written.

    Who can do something about a full disk: your function or its caller?
    """
    content = content_of(model, optimizer, epoch)
    try:
        put(path, content)
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
    put(path, content_of(model, optimizer, epoch))


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_saves_parameters_only(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You save the parameters but not the buffers. A batch norm keeps its running statistics there,
    and without them the restored model predicts something else.

    Which method gives parameters and buffers alike?
    """
    weights = {name: value.detach() for name, value in model.named_parameters()}
    put(path, {**content_of(model, optimizer, epoch), "model": weights})


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def save_checkpoint_forgets_the_optimizer(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The optimizer is not saved, so its momentum is gone when training goes on, and the first
    steps after a restart are different.

    Which argument of your function never reaches the file?
    """
    put(path, content_of(model, None, epoch))


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def save_checkpoint_forgets_the_epoch(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The epoch is always saved as 0, so nobody can tell how long the model was trained.

    Which argument of your function never reaches the file?
    """
    put(path, {**content_of(model, optimizer, epoch), "epoch": 0})


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_uses_other_keys(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Your file has the keys `model_state_dict` and `optimizer_state_dict`. The course's other
    functions look for `model` and `optimizer`, and will not find them.

    Which three keys does the task name?
    """
    content = content_of(model, optimizer, epoch)
    renamed = {f"{key}_state_dict": content[key] for key in ("model", "optimizer")}
    put(path, {**renamed, "epoch": epoch})


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_saves_the_weights_alone(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Your file is the model's state_dict and nothing around it, so there is no place for the
    optimizer and the epoch.

    What kind of object can hold three things under three names?
    """
    put(path, content_of(model, optimizer, epoch)["model"])


@mistake("save_checkpoint", see="06_checkpoints#what-a-model-remembers")
def save_checkpoint_leaves_the_key_out(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Without an optimizer, your file has no key `optimizer`. The code that loads it must then
    first check whether the key is there, where one test for None would be enough.

    What should the file say under `optimizer` if there is none?
    """
    content = content_of(model, optimizer, epoch)
    put(path, {key: value for key, value in content.items() if value is not None})


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved")
def save_checkpoint_makes_the_epoch_a_tensor(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """The epoch is saved as a tensor. Code that adds to it, prints it, or uses it in `range` gets a
    tensor in place of the int that was passed in.

    Which of the three things in the file needs to be turned into something else at all?
    """
    put(path, {**content_of(model, optimizer, epoch), "epoch": torch.tensor(epoch)})


@mistake("save_checkpoint", see="06_checkpoints#loading-is-not-applying", craft=True)
def save_checkpoint_sets_eval_mode(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """You switch the model to eval mode before you save it. The mode is not in a state_dict, and
    the caller, who saves after each epoch, trains on without dropout.

    What does the mode of a model change about its numbers?
    """
    put(path, content_of(model.eval(), optimizer, epoch))


@mistake("save_checkpoint", see="06_checkpoints#everything-that-moves-must-be-saved", craft=True)
def save_checkpoint_takes_any_epoch(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """A negative epoch is saved without an error, and a run that resumes from it trains too long.

    What is the smallest possible number of finished epochs, and who should get an error?
    """
    put(path, {**content_of(model, optimizer, 0), "epoch": epoch})


@mistake(
    "save_checkpoint",
    see="06_checkpoints#a-crash-in-the-middle-of-writing",
    both=("save_checkpoint_writes_in_place", "save_checkpoint_needs_the_folder"),
)
def save_checkpoint_in_one_line(
    path: str | Path, model: nn.Module, optimizer: Optimizer | None = None, epoch: int = 0
) -> None:
    """Two things: `path` is written in place, so a crash while saving leaves half a file there, and
    the folder has to be there already.

    What may go wrong before the first byte is written, and what before the last?
    """
    torch.save(content_of(model, optimizer, epoch), path)
