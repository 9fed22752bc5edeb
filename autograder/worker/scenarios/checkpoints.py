"""Scenarios of unit 6: saving and the best weights.

Loading is in `restoring`, resuming in `resuming`.
"""

import copy
from pathlib import Path
from typing import Any

import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.bystanders import Bystanders
from autograder.worker.scenarios.files import (
    EPOCH,
    Snapshot,
    checkpoint_of,
    empty_folder,
    files_in,
    kind_of_content,
    network,
    read_file,
    trained,
)
from autograder.worker.scenarios.guard import Guard, disk_of_its_own
from autograder.worker.scenarios.watched import LABELS, attempt
from autograder.worker.scenarios.worlds import weights_of

KEYS = ("model", "optimizer", "epoch")


def _note_file(probe: Probe, path: Path) -> None:
    content = read_file(path)
    probe.note(content=kind_of_content(path))
    if content is not None:
        probe.note(keys={key: key in content for key in KEYS})
        probe.note(no_further_keys=content.keys() <= {*KEYS})
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
        probe.note(files=files_in(folder), changed=[*changed, *others.changed])
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
        probe.note(files=files_in(folder))


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
        with disk_of_its_own(folder) as crossed, Guard(path) as guard:
            probe.call(call, answer, str(path), model, optimizer, epoch=EPOCH)
        replaced = path.is_file() and path.read_bytes() != old
        probe.note(worst_moment=guard.worst_moment(), replaced=replaced)
        probe.note(on_disk=guard.on_disk(), crossed=crossed)


class _Fuse:
    """Can't be written: as if the disk was full at this place of the file."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise OSError(28, "No space left on device")


class _FaultyLayer(nn.Flatten):
    """A layer in whose state there is something that can't be written."""

    def get_extra_state(self) -> Any:
        """Return a fuse, as a part of the model's state_dict."""
        return _Fuse()


class _FaultyOptimizer(torch.optim.SGD):
    """An optimizer in whose state there is something that can't be written."""

    def state_dict(self) -> dict[str, Any]:
        """Return a state with a fuse in it."""
        return {**super().state_dict(), "state": {0: {"momentum_buffer": _Fuse()}}}


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
    """Writing fails half way, twice: a full disk, and a state that can't be pickled."""
    model = nn.Sequential(network(probe.generator), _FaultyLayer())
    optimizer = _FaultyOptimizer(model.parameters(), lr=0.1)
    with empty_folder() as folder:
        path = folder / "model.pt"
        torch.save(checkpoint_of(network(probe.generator)), path)
        old = path.read_bytes()
        call = 'save_checkpoint("model.pt", model, optimizer)  # with a full disk'
        told = attempt(probe, call, answer, str(path), model, optimizer, EPOCH)
        probe.note(told="raised" in told, old_file_kept=path.is_file() and path.read_bytes() == old)
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


# --- BestModel -----------------------------------------------------------------------------------


def _train_on(model: nn.Module, probe: Probe) -> None:
    """Change every number of a model in place, as training does."""
    with torch.no_grad():
        for value in model.state_dict().values():
            value.add_(1 + torch.rand(value.shape, generator=probe.generator).to(value.dtype))


@scenario()
def best_of_four(answer: Any, probe: Probe) -> None:
    """Accuracies 0.7, 0.9, 0.9, 0.8, with training in between; then restored twice.

    The model is in train mode at the first update and in eval mode from then on. The other one,
    into which the weights go later, is in train mode.
    """
    model, other = trained(probe.generator)[0], trained(probe.generator)[0]
    best = probe.call("best = BestModel()", answer)
    traces: list[Any] = []
    kept: list[Any] = []
    changed: list[str] = []
    for accuracy in (0.7, 0.9, 0.9, 0.8):
        _train_on(model.train(not kept), probe)
        before = Snapshot(model)
        with Bystanders(model) as others:
            kept.append(probe.call(f"best.update({accuracy}, model)", best.update, accuracy, model))
        changed += [] if before.changes() == "nothing" else ["the weights"]
        changed += others.changed
        traces.append(weights_of(model))
    probe.note(kept=kept, second=traces[1], changed=sorted(set(changed)))
    _train_on(model, probe)
    with Bystanders(model) as others:
        probe.call("best.restore(model.eval())", best.restore, model)
    probe.note(restored=weights_of(model), changed_by_restore=others.changed)
    _train_on(model, probe)
    with Bystanders(other) as others:
        probe.call("best.restore(another_model.train())", best.restore, other)
    probe.note(restored_later=weights_of(other), changed_later=others.changed)


@scenario()
def best_of_close_ones(answer: Any, probe: Probe) -> None:
    """Accuracies 0.7, 0.9, 0.8, 0.85, 0.9001; and 0.8 once more after `restore`."""
    model = network(probe.generator)
    best = probe.call("best = BestModel()", answer)
    kept = []
    for accuracy in (0.7, 0.9, 0.8, 0.85, 0.9001):
        _train_on(model, probe)
        kept.append(probe.call(f"best.update({accuracy}, model)", best.update, accuracy, model))
    probe.note(kept=kept)
    probe.call("best.restore(model)", best.restore, model)
    after = probe.call("best.update(0.8, model)  # after restore", best.update, 0.8, model)
    probe.note(kept_after_restore=after)


@scenario()
def best_of_nothing(answer: Any, probe: Probe) -> None:
    """Accuracies nan, 0.0, nan; `restore` before anything was kept."""
    model = network(probe.generator)
    busy = probe.call("busy = BestModel()", answer)
    probe.call("busy.update(0.5, model)", busy.update, 0.5, model)
    best = probe.call("best = BestModel()", answer)
    _train_on(model, probe)
    before = Snapshot(model)
    early = attempt(probe, "BestModel().restore(model)", best.restore, model)
    probe.note(early=early, early_changes=before.changes())
    kept = []
    for accuracy in (float("nan"), 0.0, float("nan")):
        _train_on(model, probe)
        kept.append(probe.call(f"best.update({accuracy}, model)", best.update, accuracy, model))
        if accuracy == 0.0:
            probe.note(second=weights_of(model))
    probe.call("best.restore(model)", best.restore, model)
    probe.note(kept=kept, restored=weights_of(model))


@scenario()
def best_of_another_model(answer: Any, probe: Probe) -> None:
    """What was kept of one model is restored into one with other layers."""
    model, other = network(probe.generator), network(probe.generator, classes=LABELS + 3)
    best = probe.call("best = BestModel()", answer)
    probe.call("best.update(0.9, model)", best.update, 0.9, copy.deepcopy(model))
    before = Snapshot(other)
    told = attempt(probe, "best.restore(another_kind_of_model)", best.restore, other)
    probe.note(attempt=told, changed=before.changes())
