"""Global states that a look at something must leave as they were."""

import contextlib
import random
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
