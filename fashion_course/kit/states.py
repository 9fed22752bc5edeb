"""Global states that a look at something must leave as they were, and how memory is kept."""

import contextlib
import ctypes
import random
import sys
from collections.abc import Iterator

import numpy as np
import torch


@contextlib.contextmanager
def global_states_kept() -> Iterator[None]:
    """Put back random states of python, numpy and torch, torch's threads and gradient mode."""
    python, numpy, grad = random.getstate(), np.random.get_state(), torch.is_grad_enabled()
    on_cpu, threads = torch.get_rng_state(), torch.get_num_threads()
    on_gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_grad_enabled(grad)
        torch.set_rng_state(on_cpu)
        torch.set_num_threads(threads)
        if on_gpus:
            torch.cuda.set_rng_state_all(on_gpus)


def keep_memory() -> None:
    """Let this process keep the memory that one batch frees for the next one.

    The C library of most Linux systems gives large pieces back and asks for them anew, page by
    page, in each step of a training. See mallopt(3): M_TRIM_THRESHOLD is -1, M_MMAP_THRESHOLD is -3
    and can be at most 32 MiB.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library, musl say
            library = ctypes.CDLL(None)
            library.mallopt(-1, 2**30)
            library.mallopt(-3, 2**25)
