"""Small problems for `resume_training`."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.files import (
    empty_folder,
    epoch_in,
    read_file,
    safely_read,
)
from autograder.worker.scenarios.instruments.guard import Guard, PowerCut, is_power_cut
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.watched import (
    Log,
    dataset_for,
    devices_met,
    smooth_loss,
    watched_model,
)
from autograder.worker.scenarios.instruments.worlds import WatchedDataset, fixed_weights, weights_of
from fashion_course.kit import Loaders

TRAIN, VALIDATION, TEST, BATCH = 14, 6, 4, 6

EPOCHS = 4

CALL = "resume_training(path, model, loaders, loss_fn, optimizer, epochs={})"


class Script:
    """What the scripts of one scenario have in common.

    Attributes:
        shuffle: "none", "own" (a generator of the loader's) or "global".
        dropout: whether the model draws from torch's global state.
    """

    def __init__(self, probe: Probe, shuffle: str, dropout: bool = False) -> None:
        self.probe, self.shuffle, self.dropout = probe, shuffle, dropout

    def start(self, cut_at: int | None = None, again: bool = False, offset: int = 0) -> "Start":
        """Set the seeds and make everything.

        Args:
            cut_at: the power goes off when so many training images have been read.
            again: whether this is a later start; the weights are others then, since they have to
                come from the checkpoint.
            offset: is added to all seeds; images and weights stay the same.
        """
        seed = (self.probe.seed + offset) % 2**32
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        source = torch.Generator().manual_seed(self.probe.seed)
        log = Log()
        middle: nn.Module = nn.Dropout(0.5) if self.dropout else nn.Identity()
        model = watched_model(source, log, middle)
        parts = [dataset_for(source, count) for count in (TRAIN, VALIDATION, TEST)]
        train = _Images(parts[0], cut_at)
        if again:
            fixed_weights(model, source).float()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        loaders = self._loaders(seed, train, parts[1], parts[2])
        return Start(self, model, loaders, optimizer, log, parts[2])

    def _loaders(
        self, seed: int, train: WatchedDataset, validation: WatchedDataset, test: WatchedDataset
    ) -> Loaders:
        if self.shuffle == "global":
            return Loaders(
                DataLoader(train, BATCH, shuffle=True),
                DataLoader(validation, BATCH),
                DataLoader(test, BATCH),
            )
        own = [torch.Generator().manual_seed(seed + place) for place in range(3)]
        return Loaders(
            DataLoader(train, BATCH, shuffle=self.shuffle == "own", generator=own[0]),
            DataLoader(validation, BATCH, generator=own[1]),
            DataLoader(test, BATCH, generator=own[2]),
        )


class _Images(WatchedDataset):
    """Training images that may cut the power."""

    def __init__(self, data: WatchedDataset, cut_at: int | None) -> None:
        super().__init__(data.images, data.labels)
        self.cut_at = cut_at

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, label = super().__getitem__(index)
        if self.reads == self.cut_at:
            raise PowerCut
        return image, label


@dataclass
class Start:
    """One start of a script."""

    script: Script
    model: nn.Module
    loaders: Loaders
    optimizer: torch.optim.Optimizer
    log: Log
    test: WatchedDataset

    def __call__(self, answer: Any, path: Path, epochs: int, after: str = "") -> Any:
        """Call the answer; a power cut ends the call, and None comes back."""
        loss_fn = smooth_loss(self.script.probe)

        def until_the_power_goes() -> Any:
            try:
                return answer(path, self.model, self.loaders, loss_fn, self.optimizer, epochs)
            except BaseException as error:
                if not is_power_cut(error):
                    raise
                return None

        shown = CALL.format(epochs) + (f"  # {after}" if after else "")
        return self.script.probe.call(shown, until_the_power_goes)

    def outcome(self, history: Any) -> dict[str, Any]:
        """Return what has to be the same in the end, bit for bit."""
        last = history[-2:] if isinstance(history, (list, tuple)) else [history]
        metrics = [each[1:] if isinstance(each, tuple) else each for each in last]
        return {"weights": weights_of(self.model), "metrics of epochs 3 and 4": metrics}


def _after_two(answer: Any) -> Callable[["Start", Path], Any]:
    """Return what stops a run after two epochs."""
    return lambda run, path: run(answer, path, 2)


def _compare(answer: Any, script: Script, stop: Callable[[Start, Path], Any]) -> None:
    """Note the outcome of a run that is never stopped, and of one that is stopped and goes on."""
    with empty_folder() as folder:
        calm = script.start()
        whole = calm(answer, folder / "calm.pt", EPOCHS)
        script.probe.note(calm=calm.outcome(whole))
    with empty_folder() as folder:
        path = folder / "stopped.pt"
        stop(script.start(), path)
        script.probe.note(epoch_in_file=epoch_in(read_file(path)))
        again = script.start(again=True)
        rest = again(answer, path, EPOCHS, "again, after a stop")
        script.probe.note(resumed=again.outcome(rest))


@scenario()
def resumed_after_two_epochs(answer: Any, probe: Probe) -> None:
    """Nothing is left to chance: two epochs, a new start, two more, and a third start."""
    script = Script(probe, "none")
    with empty_folder() as folder:
        calm = script.start()
        whole = calm(answer, folder / "calm.pt", EPOCHS)
        probe.note(history=whole, test_reads=calm.test.reads, calm=calm.outcome(whole))
    with empty_folder() as folder:
        path = folder / "stopped.pt"
        first = script.start()
        probe.note(first=first(answer, path, 2))
        content = read_file(path)
        probe.note(readable=content is not None, epoch=epoch_in(content))
        content = content or {}
        probe.note(keys={key: key in content for key in ("model", "optimizer", "epoch")})
        probe.note(saved=content.get("model"), live=weights_of(first.model))
        again = script.start(again=True)
        rest = again(answer, path, EPOCHS, "again, after 2 epochs")
        probe.note(rest=rest, resumed=again.outcome(rest))
        probe.note(finished=script.start(again=True)(answer, path, EPOCHS, "again, all done"))


@scenario()
def resumed_shuffling(answer: Any, probe: Probe) -> None:
    """The training loader shuffles with a generator of its own."""
    script = Script(probe, "own")
    _compare(answer, script, _after_two(answer))
    orders, calls = [], []
    for offset, epochs in ((0, 2), (1_000, 1)):
        with empty_folder() as folder:
            run = script.start(offset=offset)
            run(answer, folder / "orders.pt", epochs, "with other seeds" if offset else "")
        known = set(run.loaders.train.dataset.images[:, 0, 0, 0].tolist())  # type: ignore[attr-defined]
        seen = [image for batch in run.log.images for image in batch if image in known]
        orders.append([seen[:TRAIN], seen[-TRAIN:]])
        calls.append(probe.calls[-1])
    probe.note(orders=orders[0], of=calls[0])
    probe.note(orders_of_other_seeds=orders[1], of=calls[1])


@scenario()
def resumed_dropout(answer: Any, probe: Probe) -> None:
    """Dropout draws from torch's global state; nothing is shuffled."""
    _compare(answer, Script(probe, "none", dropout=True), _after_two(answer))


@scenario()
def resumed_without_generators(answer: Any, probe: Probe) -> None:
    """The loaders have no generators; the training loader shuffles from torch's global state."""
    _compare(answer, Script(probe, "global"), _after_two(answer))


@scenario()
def killed_in_epoch_3(answer: Any, probe: Probe) -> None:
    """The power goes off in the second batch of epoch 3."""
    run = Script(probe, "own").start(cut_at=2 * TRAIN + BATCH + 2)
    with empty_folder() as folder:
        run(answer, folder / "model.pt", EPOCHS, "killed in epoch 3")
        probe.note(epoch_in_file=epoch_in(read_file(folder / "model.pt")))


@scenario()
def killed_after_saving(answer: Any, probe: Probe) -> None:
    """The power goes off right after the checkpoint of epoch 1 is in its place."""
    script = Script(probe, "none", dropout=True)

    def cut(content: bytes | None) -> None:
        found = safely_read(content) if content else None
        if found is not None and epoch_in(found) == 1:
            raise PowerCut

    def stop(run: Start, path: Path) -> None:
        def watched(*args: Any) -> Any:
            with Guard(path, cut):
                return answer(*args)

        run(watched, path, EPOCHS, "killed right after saving epoch 1")

    _compare(answer, script, stop)


@scenario()
def resumed_under_watch(answer: Any, probe: Probe) -> None:
    """The checkpoint is looked at after every call that the answer makes."""
    script = Script(probe, "own")
    with empty_folder() as folder:
        path = folder / "model.pt"
        script.start()(answer, path, 1)
        with Guard(path) as guard:
            script.start(again=True)(answer, path, 2, "again, after 1 epoch")
        probe.note(worst_moment=guard.worst_moment())


def _attempted(answer: Any, probe: Probe, path: Path, name: str) -> dict[str, Any]:
    """Try one epoch with a file that is told by its name; what comes back does not matter."""
    run, shown = Script(probe, "own").start(), CALL.format(1).replace("path", f'"{name}"')
    arguments = (path, run.model, run.loaders, smooth_loss(probe), run.optimizer, 1)
    told = attempt(probe, shown, answer, *arguments)
    return told if "raised" in told else {"call": shown, "returned": "no error"}


@scenario()
def resumed_in_a_new_folder(answer: Any, probe: Probe) -> None:
    """Two folders on the way are missing."""
    with empty_folder() as folder:
        path = folder / "runs" / "first" / "new.pt"
        probe.note(new=_attempted(answer, probe, path, "runs/first/new.pt"), new_file=path.exists())


@scenario()
def resumed_from_a_damaged_file(answer: Any, probe: Probe) -> None:
    """A file that is no checkpoint."""
    with empty_folder() as folder:
        path = folder / "damaged.pt"
        path.write_bytes(b"hello" * 100)
        probe.note(damaged=_attempted(answer, probe, path, "damaged.pt"))
        kept = path.is_file() and path.read_bytes() == b"hello" * 100
        probe.note(damaged_file_kept=kept)


@scenario()
def resumed_on_a_device(answer: Any, probe: Probe) -> None:
    """A run on another device."""
    run = Script(probe, "own").start()
    with empty_folder() as folder:

        def arguments(model: nn.Module) -> tuple[Any, ...]:
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            loss_fn = nn.functional.cross_entropy
            return folder / "model.pt", model, run.loaders, loss_fn, optimizer, 1, "meta"

        devices_met(probe, CALL.format('1, device="meta"'), answer, arguments)
