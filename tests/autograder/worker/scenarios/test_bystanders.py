"""What a call has to leave as it was is looked at, and what changed is named."""

import random

import numpy as np
import pytest
import torch
from torch import nn

from autograder.worker.scenarios.instruments.bystanders import Bystanders


def small_model():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    model[0].weight.grad = torch.ones(2, 2)
    return model


CHANGES = {
    "python's random state": lambda _: random.random(),
    "numpy's random state": lambda _: np.random.rand(),
    "torch's random state": lambda _: torch.rand(1),
    "whether gradients are recorded": lambda _: torch.set_grad_enabled(False),
    "the mode of `1`": lambda model: model[1].eval(),
    "the mode of the model": lambda model: setattr(model, "training", False),
    "the hooks of `0`": lambda model: model[0].register_forward_hook(print),
    "requires_grad of `0.bias`": lambda model: model[0].bias.requires_grad_(False),
    "the gradient of `0.weight`": lambda model: model[0].weight.grad.zero_(),
    "the gradient of `0.bias`": lambda model: setattr(model[0].bias, "grad", torch.zeros(2)),
}


@pytest.fixture(autouse=True)
def states_kept():
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    yield
    random.setstate(states[0]), np.random.set_state(states[1]), torch.set_rng_state(states[2])
    torch.set_grad_enabled(True)


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_named_and_nothing_else(name):
    model = small_model()
    with Bystanders(model) as others:
        CHANGES[name](model)
    assert others.changed == [name]


def test_what_a_call_may_change_is_left_out():
    model = small_model()
    with Bystanders(model, but=("torch", "the gradient")) as others:
        torch.rand(1)
        model(torch.ones(1, 2)).sum().backward()
    assert others.changed == []


def test_without_a_change_there_is_nothing_to_say():
    model = small_model()
    with Bystanders(model) as others:
        model[0](torch.ones(1, 2))
    assert others.changed == []


def test_a_module_that_was_added_is_named():
    model = small_model()
    with Bystanders(model) as others:
        model.append(nn.ReLU())
    assert others.changed == ["the mode of `2`", "the hooks of `2`"]
