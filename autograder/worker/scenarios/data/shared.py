"""What several scenarios of unit 1 share."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.watched import attempt
from autograder.worker.scenarios.instruments.worlds import Items, unpacked


def numbered(count: int, first: int = 0) -> Items:
    """Return images that can be told apart: all pixels of one hold its number, from `first` on."""
    numbers = torch.arange(first, first + count)
    images = numbers.float().reshape(-1, 1, 1, 1).repeat(1, 1, 2, 2)
    return Items(images, numbers // 10)  # sorted by label, as files often are


def problem_seed(probe: Probe) -> int:
    """Return a seed that every library can take."""
    return probe.seed % 1_000_000


def outcomes(probe: Probe, answer: Any, calls: dict[str, tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Try calls that should be refused; which value they return instead does not matter."""
    tried = [attempt(probe, shown, answer, *arguments) for shown, arguments in calls.items()]
    return [{**each, "returned": "a value"} if "returned" in each else each for each in tried]


def kinds(entries: object, wanted: type) -> str:
    """Return the names of the entries' types, subclasses of `wanted` under its own name."""
    entries = unpacked(entries)
    names = []
    for entry in entries if isinstance(entries, list) else [entries]:
        name = wanted.__name__ if isinstance(entry, wanted) else type(entry).__name__
        inner = type(entry[0]).__name__ if isinstance(entry, list) and entry else ""
        names.append(f"{name} of {inner}" if inner else name)
    return ", ".join(names)
