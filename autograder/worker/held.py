"""Holds functions that everybody in a process needs, for when an answer assigns to them.

`torch.manual_seed = 3` is a slip that people make, and whoever calls that function next breaks.
"""

import builtins
import linecache
import operator
import os
import random
import re
import sys
import threading
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn
from torch.nn.modules import module as modules
from torch.optim import optimizer as optimizers
from torch.utils.data import DataLoader

from autograder.worker.observation import OVERWRITTEN, Error
from autograder.worker.trace import HOME, KIT, frame_of, is_answer_file

_PLACES = (random, np, np.random, torch, nn, nn.functional, torch.optim, torch.utils.data)
_HELD = [
    (place, {n: value for n, value in vars(place).items() if n[0] != "_" and callable(value)})
    for place in _PLACES
]


def put_back() -> list[str]:
    """Put back what was overwritten since this module was imported, and return its names."""
    found = []
    for place, held in _HELD:
        now = vars(place)
        if all(map(operator.is_, map(now.get, held), held.values())):
            continue  # in C, as this is asked after every call
        for name in [name for name, value in held.items() if now.get(name) is not value]:
            if not _is_by_its_owner(now.get(name)):
                setattr(place, name, held[name])
                found.append(f"{place.__name__}.{name}")
    return found


_SHARED = (builtins, torch.Tensor, nn.Module, optimizers.Optimizer, DataLoader)


def traces() -> tuple[object, ...]:
    """Return what an answer may leave in a process beside random states; compare two with `==`."""
    hooks = [value for value in vars(modules).values() if isinstance(value, dict)]
    hooks += [value for value in vars(optimizers).values() if isinstance(value, dict)]
    return (
        *(torch.get_default_dtype(), torch.get_default_device(), torch.is_anomaly_enabled()),
        *(torch.are_deterministic_algorithms_enabled(), np.geterr(), sys.getrecursionlimit()),
        *(threading.active_count(), os.getcwd(), {**os.environ}, [*sys.path]),
        *(len(each) for each in hooks),
        *([id(value) for value in vars(place).values()] for place in _SHARED),
    )


def _is_by_its_owner(value: object) -> bool:
    """Say whether a library put its own function there, as torch does when it loads its parts."""
    module = str(getattr(value, "__module__", ""))
    return callable(value) and module.partition(".")[0] in ("torch", "numpy", "random")


def overwritten(name: str) -> Error:
    """Return that an answer assigned to a function, with the line that did if it can be found."""
    assignment = re.compile(rf"\.{name.rpartition('.')[2]}\s*=(?!=)")
    for file in _files():
        for number, line in enumerate(linecache.getlines(file), 1):
            if assignment.search(line):
                return Error(OVERWRITTEN, name, (frame_of(file, number, "", line.strip()),))
    return Error(OVERWRITTEN, name)


def _files() -> Iterator[str]:
    """Yield the files, and the cells of a notebook, that hold answers."""
    yield from (file for file in list(linecache.cache) if is_answer_file(file))
    for name, module in list(sys.modules.items()):
        if name.startswith(HOME) and not name.startswith(KIT) and module.__file__:
            yield module.__file__
