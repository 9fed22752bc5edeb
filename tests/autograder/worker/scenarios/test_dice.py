"""Who moves a global random state is told apart: who draws, who sets it, and when."""

import random

import numpy as np
import pytest
import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios.instruments.dice import DRAWN, SET, moved


@pytest.fixture(autouse=True)
def states_kept():
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    yield
    random.setstate(states[0]), np.random.set_state(states[1]), torch.set_rng_state(states[2])


def put_back():
    state = torch.get_rng_state()
    torch.rand(3)
    torch.set_rng_state(state)


CALLS = {
    "python drawn": (random.random, [f"python's random state {DRAWN}"]),
    "python set": (lambda: random.seed(5), [f"python's random state {SET}"]),
    "numpy drawn": (np.random.rand, [f"numpy's random state {DRAWN}"]),
    "numpy set": (lambda: np.random.seed(5), [f"numpy's random state {SET}"]),
    "torch drawn": (lambda: torch.rand(1), [f"torch's random state {DRAWN}"]),
    "torch set": (lambda: torch.manual_seed(5), [f"torch's random state {SET}"]),
    "own dice": (lambda: torch.rand(1, generator=torch.Generator()), []),
    "put back": (put_back, []),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_state_that_is_drawn_from_is_told_from_one_that_is_set(name):
    call, wanted = CALLS[name]

    def steps():
        call()
        yield ""

    assert moved(Probe("any", 1), steps) == wanted


def test_each_step_is_told_with_its_time_and_a_draw_after_a_seed_is_a_draw():
    def steps():
        torch.manual_seed(5)
        yield " at first"
        yield " in between"
        torch.rand(1)
        yield " at last"

    told = [f"torch's random state at first {SET}", f"torch's random state at last {DRAWN}"]
    assert moved(Probe("any", 1), steps) == told
