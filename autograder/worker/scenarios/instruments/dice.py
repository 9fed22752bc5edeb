"""Whose random numbers a call moves, and how: does it draw from them, or set them anew?"""

import random
from collections.abc import Callable, Iterator

import numpy as np
import torch

from autograder.worker.probe import Probe

DRAWN, SET = "(numbers were drawn from it)", "(it was set anew)"


def random_states() -> dict[str, int]:
    """Return a fingerprint of each library's global random state."""
    _, keys, place, *_ = np.random.get_state(legacy=True)
    return {
        "python's": hash(random.getstate()),
        "numpy's": hash((np.asarray(keys).tobytes(), place)),
        "torch's": hash(torch.get_rng_state().numpy().tobytes()),
    }


def moved(probe: Probe, steps: Callable[[], Iterator[str]]) -> list[str]:
    """Return which global random states `steps` leaves changed, step by step, in words.

    It runs twice, from two different states: a state that ends the same both times was set.

    Args:
        probe: gives the two states.
        steps: does something and then yields when that was (" when they were made", or ""), and
            so on.
    """
    first, second = (_states_along(steps, probe.seed + start) for start in (0, 1))
    words = []
    for place in range(1, min(len(first), len(second))):
        when, now = first[place]
        before, other_before, other_now = (
            first[place - 1][1],
            second[place - 1][1],
            second[place][1],
        )
        for library in now:
            if now[library] == before[library]:
                continue
            anew = now[library] == other_now[library] and before[library] != other_before[library]
            words.append(f"{library} random state{when} {SET if anew else DRAWN}")
    return words


def _states_along(
    steps: Callable[[], Iterator[str]], seed: int
) -> list[tuple[str, dict[str, int]]]:
    """Run the steps from a state of their own; return when each ended and the states there."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    return [("", random_states()), *((when, random_states()) for when in steps())]
