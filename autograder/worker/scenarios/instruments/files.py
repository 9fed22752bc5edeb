"""Folders, files and small networks, for scenarios that save and load: unit 6."""

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from autograder.worker.scenarios.instruments.watched import LABELS, PIXELS, images_for
from autograder.worker.scenarios.instruments.worlds import fixed_weights

EPOCH = 3
"""The epoch in every checkpoint of the scenarios."""


@contextlib.contextmanager
def empty_folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    # Windows can't remove a file that an answer has left open.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        yield Path(name)


def safely_read(content: bytes) -> dict[str, Any] | None:
    """Return the dictionary in a checkpoint, read as data only, or None."""
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception:  # damaged bytes can raise nearly anything
        return None
    return found if isinstance(found, dict) else None


def kind_of_content(path: Path) -> str:
    """Say what a file holds, read as data only: a dictionary, or what can't be read of it."""
    if read_file(path) is not None:
        return "a dictionary of plain data"
    if not path.is_file():
        return "nothing: there is no such file"
    with contextlib.suppress(Exception):  # as above
        torch.load(path, map_location="cpu", weights_only=True)
        return "no dictionary"
    with contextlib.suppress(Exception):
        names = sorted(torch.serialization.get_unsafe_globals_in_checkpoint(path))
        if own := [name for name in names if not name.startswith(("builtins.", "collections."))]:
            return f"objects of {', '.join(own)}"
    return "something that torch.load with weights_only=True can't read"


def read_file(path: Path) -> dict[str, Any] | None:
    """Return what `safely_read` finds in a file; None if there is no such file."""
    return safely_read(path.read_bytes()) if path.is_file() else None


def epoch_in(content: dict[str, Any] | None) -> int | str:
    """Return the epoch of a checkpoint, be it an int or a tensor; anything else as text."""
    if content is None:
        return "no readable checkpoint"
    value = content.get("epoch")
    if isinstance(value, Tensor) and value.numel() == 1:
        return int(value)
    return value if isinstance(value, int) else repr(value)


def checkpoint_of(
    model: nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> dict[str, Any]:
    """Return what a checkpoint of epoch 3 holds."""
    state = None if optimizer is None else optimizer.state_dict()
    return {"model": model.state_dict(), "optimizer": state, "epoch": EPOCH}


def network(generator: torch.Generator, classes: int = LABELS, hidden: int = 6) -> nn.Module:
    """Return a small network with a batch norm, so with weights and buffers."""
    layers = (
        nn.Flatten(),
        nn.Linear(PIXELS * PIXELS, hidden),
        nn.BatchNorm1d(hidden),
        nn.Linear(hidden, classes),
    )
    return fixed_weights(nn.Sequential(*layers), generator).float()


def sgd(model: nn.Module, rate: float = 0.05) -> torch.optim.SGD:
    """Return an optimizer with a memory."""
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)


def steps(
    model: nn.Module, optimizer: torch.optim.Optimizer, generator: torch.Generator, count: int = 1
) -> None:
    """Train a little in train mode, so that statistics and momentum are there."""
    mode = model.training
    model.train()
    for images, labels in images_for(generator, (4,) * count):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    model.train(mode)


def trained(
    generator: torch.Generator, rate: float = 0.05
) -> tuple[nn.Module, torch.optim.Optimizer]:
    """Return a network and its optimizer after two steps."""
    model = network(generator)
    optimizer = sgd(model, rate)
    steps(model, optimizer, generator, 2)
    return model, optimizer


class Snapshot:
    """How a model and an optimizer are now, to be compared with how they are later."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer | None = None) -> None:
        self.parts: dict[str, Any] = {"the model": model}
        if optimizer is not None:
            self.parts["the optimizer"] = optimizer
        self.before = self._now()

    def _now(self) -> dict[str, dict[str, Any]]:
        return {name: _flat(part.state_dict()) for name, part in self.parts.items()}

    def changes(self) -> str:
        """Return the names of the parts that are different now, or "nothing"."""
        now = self._now()
        changed = (name for name in now if not _alike(now[name], self.before[name]))
        return " and ".join(changed) or "nothing"


def _flat(state: Any, place: str = "") -> dict[str, Any]:
    if isinstance(state, Tensor):
        return {place: state.detach().clone()}
    if isinstance(state, dict):
        pairs = ((f"{place}/{key}", value) for key, value in state.items())
    elif isinstance(state, (list, tuple)):
        pairs = ((f"{place}/{key}", value) for key, value in enumerate(state))
    else:
        return {place: state}
    return {key: value for name, part in pairs for key, value in _flat(part, name).items()}


def _alike(first: dict[str, Any], second: dict[str, Any]) -> bool:
    if first.keys() != second.keys():
        return False
    for key, value in first.items():
        if isinstance(value, Tensor) != isinstance(second[key], Tensor):
            return False
        if isinstance(value, Tensor):
            if value.shape != second[key].shape or not torch.equal(value, second[key]):
                return False
        elif value != second[key]:
            return False
    return True
