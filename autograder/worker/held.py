"""Holds functions that everybody in a process needs, for when an answer assigns to them.

`torch.manual_seed = 3` is a slip that people make, and whoever calls that function next breaks.
"""

import linecache
import random
import re
import sys
from collections.abc import Iterator

import numpy as np
import torch

from autograder.worker.observation import OVERWRITTEN, Error
from autograder.worker.trace import HOME, KIT, frame_of, is_answer_file

_NAMES = {
    random: ("seed", "random", "randint", "shuffle", "getstate", "setstate"),
    np: ("array", "asarray", "array_equal", "zeros"),
    np.random: ("seed", "rand", "randn", "permutation", "default_rng", "get_state", "set_state"),
    torch: (
        *("manual_seed", "get_rng_state", "set_rng_state", "Generator", "set_num_threads"),
        *("rand", "randn", "randint", "randperm", "zeros", "ones", "tensor", "arange", "equal"),
        *("stack", "cat", "no_grad", "inference_mode", "is_grad_enabled", "set_grad_enabled"),
        *("Tensor", "device", "save", "load"),
    ),
    torch.nn: ("Module", "Parameter", "Sequential", "Linear", "Conv2d", "Flatten", "ReLU"),
    torch.nn.functional: ("cross_entropy", "relu", "softmax"),
    torch.optim: ("SGD", "Adam", "AdamW"),
    torch.utils.data: ("DataLoader", "Dataset", "Subset"),
}
_HELD = [(place, name, getattr(place, name)) for place, names in _NAMES.items() for name in names]


def put_back() -> list[str]:
    """Put back what was overwritten since this module was imported, and return its names."""
    found = []
    for place, name, value in _HELD:
        now = getattr(place, name, None)
        if now is not value and not _is_by_its_owner(now):
            setattr(place, name, value)
            found.append(f"{place.__name__}.{name}")
    return found


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
