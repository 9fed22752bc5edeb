"""A dataset that finds out how many of its images are in memory at once: for unit 1."""

import gc
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset


class Marked(Dataset[tuple[Tensor, int]]):
    """Images of 2 x 2 pixels, made when read; finds out how many are held when a pass ends.

    Each image has a mark, a brightness of its own. It counts as held while its memory is in use,
    or while its mark stands in a tensor, an array or a list: batches and copies hold it as well.
    Batches of up to 2,000 images stay well below the limit: only two of them live at a time.
    """

    LIMIT = 4_000

    def __init__(self, count: int, start: float) -> None:
        self.marks = ((torch.arange(count) + 0.25 + start / 2) / count).float()  # (N)
        self.memory: dict[int, weakref.ref[Any]] = {}
        self.reads = 0
        self.held = "a part of the images"

    def __len__(self) -> int:
        return len(self.marks)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        if not 0 <= index < len(self.marks):
            raise IndexError(f"index {index} is out of range for {len(self.marks)} images")
        pixels = np.zeros((1, 2, 2), dtype=np.float32)
        pixels[0, 0] = float(self.marks[index])
        self.memory[int(index)] = weakref.ref(pixels)  # lives as long as any view of it
        self.reads += 1
        if self.reads % len(self) == 0:
            self._look_around()
        return torch.from_numpy(pixels), 0

    def _look_around(self) -> None:
        gc.collect()
        new = gc.get_objects()
        held = torch.zeros(len(self), dtype=torch.bool)
        held[[i for i, pixels in self.memory.items() if pixels() is not None]] = True
        for form, numbers in (
            ("as they were read", []),
            ("in batches or copies", [o for o in new if type(o) is Tensor and _has_numbers(o)]),
            ("as lists of numbers", [torch.tensor(o) for o in new if _is_list_of_floats(o)]),
            ("as arrays", [torch.from_numpy(a.astype(np.float32)) for a in _arrays(new)]),
        ):
            values = [o.detach().reshape(-1).float() for o in numbers if o is not self.marks]
            held |= torch.isin(self.marks, torch.cat([torch.zeros(1), *values]))
            if held.sum() > self.LIMIT:
                self.held = f"all images, {form}"
                return


def _has_numbers(tensor: Tensor) -> bool:
    return tensor.is_floating_point() and tensor.layout == torch.strided and not tensor.is_meta


def _is_list_of_floats(value: object) -> bool:
    return type(value) is list and bool(value) and all(type(v) is float for v in value)


def _arrays(new: list[Any]) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the arrays in lists, tuples and local variables: the collector knows no arrays itself.

    The variables are those of everybody who called, up to the scenario.
    """
    holders, frame = list(new), sys._getframe()
    while frame.f_back and frame.f_globals["__name__"] != "autograder.worker.probe":
        frame = frame.f_back
        holders.append(list(frame.f_locals.values()))
    for holder in holders:
        if type(holder) in (list, tuple):
            yield from (a for a in holder if isinstance(a, np.ndarray) and a.dtype.kind == "f")
