"""Small problems for `save_checkpoint`."""

import errno
from pathlib import Path
from typing import Any

import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders
from autograder.worker.scenarios.instruments.files import (
    EPOCH,
    Snapshot,
    checkpoint_of,
    empty_folder,
    kind_of_content,
    network,
    read_file,
    trained,
)
from autograder.worker.scenarios.instruments.guard import Guard, disk_of_its_own
from autograder.worker.scenarios.instruments.refusals import attempt

KEYS = ("model", "optimizer", "epoch")


def _note_file(probe: Probe, path: Path) -> None:
    content = read_file(path)
    probe.note(content=kind_of_content(path))
    if content is not None:
        probe.note(keys={key: key in content for key in KEYS})
        probe.note(model=content.get("model"), optimizer=content.get("optimizer"))
        probe.note(epoch=content.get("epoch"))


@scenario()
def saved_checkpoint(answer: Any, probe: Probe) -> None:
    """A model with batch norm and an optimizer with momentum, into a folder that is there."""
    model, optimizer = trained(probe.generator)
    before = Snapshot(model, optimizer)
    with empty_folder() as folder:
        path = folder / "model.v1.pt"
        call = 'save_checkpoint("model.v1.pt", model, optimizer, epoch=3)'
        with Bystanders(model, but=("python",)) as others:  # a name for a draft may be drawn there
            probe.call(call, answer, str(path), model, optimizer, epoch=EPOCH)
        changed = [] if before.changes() == "nothing" else [f"the state of {before.changes()}"]
        probe.note(changed=[*changed, *others.changed])
        _note_file(probe, path)


@scenario()
def saved_without_an_optimizer(answer: Any, probe: Probe) -> None:
    """A model alone; the path is a Path."""
    model = network(probe.generator)
    with empty_folder() as folder:
        path = folder / "model.pt"
        probe.call('save_checkpoint(Path("model.pt"), model)', answer, path, model)
        _note_file(probe, path)


@scenario()
def saved_in_a_new_folder(answer: Any, probe: Probe) -> None:
    """Two folders on the way are missing."""
    model = network(probe.generator)
    with empty_folder() as folder:
        path = folder / "runs" / "first" / "model.pt"
        call = 'save_checkpoint("runs/first/model.pt", model)'
        probe.note(attempt=attempt(probe, call, answer, str(path), model))
        probe.note(there=path.is_file())


@scenario()
def saved_over_an_older_file(answer: Any, probe: Probe) -> None:
    """An older checkpoint is replaced, and looked at after every call that the answer makes.

    No other folder is on the same disk.
    """
    model, optimizer = trained(probe.generator)
    with empty_folder() as folder:
        path = folder / "model.pt"
        torch.save(checkpoint_of(network(probe.generator)), path)
        old = path.read_bytes()
        call = 'save_checkpoint("model.pt", model, optimizer, epoch=3)  # over an older one'

        def save() -> None:
            try:
                answer(str(path), model, optimizer, epoch=EPOCH)
            except OSError as error:
                if error.errno != errno.EXDEV:  # a file that was to cross is told as such
                    raise

        with disk_of_its_own(folder) as crossed, Guard(path) as guard:
            probe.call(call, save)
        now = path.read_bytes() if path.is_file() else None
        found = {None: "none: there is no such file", old: "the old one"}.get(now, "the new one")
        probe.note(at_path=found, worst_moment=guard.worst_moment())
        probe.note(on_disk=guard.on_disk(), crossed=crossed)


class _Unwritable:
    """Can't be written: as if the disk was full at this place of the file."""

    met = False

    def __reduce_ex__(self, protocol: Any) -> Any:
        _Unwritable.met = True
        raise OSError(28, "No space left on device")


class _FaultyLayer(nn.Flatten):
    """A layer in whose state there is something that can't be written."""

    def get_extra_state(self) -> Any:
        """Return what can't be written, as a part of the model's state_dict."""
        return _Unwritable()


class _FaultyOptimizer(torch.optim.SGD):
    """An optimizer in whose state there is something that can't be written."""

    def state_dict(self) -> dict[str, Any]:
        """Return a state with something in it that can't be written."""
        return {**super().state_dict(), "state": {0: {"momentum_buffer": _Unwritable()}}}


class _OddLayer(nn.Flatten):
    """A layer in whose state there is a function without a name, which can't be pickled."""

    def get_extra_state(self) -> Any:
        """Return a function, as a part of the model's state_dict."""
        return lambda: None


def _count_others(path: Path) -> int:
    """Return how many files there are beside one, in its folder and below."""
    return sum(other.is_file() and other != path for other in path.parent.rglob("*"))


@scenario()
def disk_full_while_saving(answer: Any, probe: Probe) -> None:
    """Writing fails half way, twice: a full disk, and a state that can't be pickled.

    Before that it succeeds once, to see what is beside the file then.
    """
    with empty_folder() as folder:
        path = folder / "model.pt"
        attempt(probe, 'save_checkpoint("model.pt", model)', answer, path, network(probe.generator))
        probe.note(others_at_first=_count_others(path))
    model = nn.Sequential(network(probe.generator), _FaultyLayer())
    optimizer = _FaultyOptimizer(model.parameters(), lr=0.1)
    with empty_folder() as folder:
        path = folder / "model.pt"
        torch.save(checkpoint_of(network(probe.generator)), path)
        old = path.read_bytes()
        call = 'save_checkpoint("model.pt", model, optimizer)  # with a full disk'
        _Unwritable.met = False
        told = attempt(probe, call, answer, str(path), model, optimizer, EPOCH)
        probe.note(full=_Unwritable.met, told="raised" in told)
        probe.note(old_file_kept=path.is_file() and path.read_bytes() == old)
        probe.note(others=_count_others(path))
        odd = nn.Sequential(network(probe.generator), _OddLayer())
        call = 'save_checkpoint("model.pt", model)  # with a lambda in its state'
        attempt(probe, call, answer, str(path), odd)
        probe.note(others_later=_count_others(path))


@scenario()
def saved_with_a_negative_epoch(answer: Any, probe: Probe) -> None:
    """`epoch=-1`."""
    model = network(probe.generator)
    with empty_folder() as folder:
        call = 'save_checkpoint("model.pt", model, epoch=-1)'
        probe.note(attempt=attempt(probe, call, answer, folder / "model.pt", model, epoch=-1))
