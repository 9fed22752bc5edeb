"""Small problems for `count_parameters`."""

from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.bystanders import Bystanders


class _Tied(nn.Module):
    """Two layers with one weight, one layer in two places, a parameter of its own, a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(5, 5), nn.Linear(5, 5)
        self.second.weight = self.first.weight
        self.third = self.first
        self.shift = nn.Parameter(torch.zeros(3))
        self.norm = nn.BatchNorm1d(5)


class _Scaled(nn.Module):
    """A single number, without any dimension, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))


@scenario()
def sizes_of_plain_models(answer: Any, probe: Probe) -> None:
    """A layer, layers within layers, layers that look alike, and no layer."""
    width = int(torch.randint(3, 9, (), generator=probe.generator))
    nested = nn.Sequential(nn.Conv2d(2, width, 3), nn.Sequential(nn.ReLU(), nn.Linear(7, 2)))
    alike = nn.Sequential(nn.Linear(width, width), nn.Linear(width, width))
    equal = nn.Sequential(nn.LayerNorm(width), nn.LayerNorm(width))
    models = {
        f"nn.Linear({width}, 3)": nn.Linear(width, 3),
        f"a convolution of 2 to {width} channels and a nested nn.Linear(7, 2)": nested,
        f"two layers nn.Linear({width}, {width})": alike,
        f"two layers nn.LayerNorm({width}) with equal numbers": equal,
        "nn.Flatten()": nn.Flatten(),
    }
    _count_all(answer, probe, models)


@scenario()
def size_of_a_single_number(answer: Any, probe: Probe) -> None:
    """A parameter without any dimension."""
    _count_all(answer, probe, {"a model with one single number": _Scaled()})


@scenario()
def sizes_of_frozen_models(answer: Any, probe: Probe) -> None:
    """Nothing, a part, and all of a model is frozen."""
    partly = nn.Sequential(nn.Linear(6, 4), nn.Linear(4, 3))
    partly[0].requires_grad_(False)
    bias = nn.Linear(6, 4)
    bias.bias.requires_grad_(False)
    frozen = nn.Linear(6, 4).requires_grad_(False)
    models = {"a model with a frozen layer": partly, "a layer with a frozen bias": bias}
    _count_all(answer, probe, {**models, "a frozen model": frozen})


@scenario()
def size_and_everything_else(answer: Any, probe: Probe) -> None:
    """A model in training, with a frozen layer, a layer in eval mode, and gradients."""
    model = nn.Sequential(nn.Linear(6, 4), nn.Dropout(), nn.Linear(4, 3))
    model[0].requires_grad_(False)
    model[1].eval()
    model(torch.randn(2, 6, generator=probe.generator)).sum().backward()
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    with Bystanders(model) as others:
        probe.call("count_parameters(model)", answer, model)
    changed = [
        f"the numbers of `{n}`" for n, v in model.state_dict().items() if not v.equal(kept[n])
    ]
    probe.note(changed=[*others.changed, *changed])


@scenario()
def sizes_of_shared_models(answer: Any, probe: Probe) -> None:
    """Weights that two layers share, a layer in two places, and buffers."""
    layer = nn.Linear(4, 4)
    twice = nn.Sequential(layer, nn.ReLU(), layer)
    models = {
        "a model with one layer in two places": twice,
        "a model with a shared weight": _Tied(),
    }
    _count_all(answer, probe, models)


def _count_all(answer: Any, probe: Probe, models: dict[str, nn.Module]) -> None:
    counts, calls = {}, {}
    for what, model in models.items():
        calls[what] = f"count_parameters(model) for {what}"
        count = probe.call(calls[what], answer, model)
        # numpy's whole numbers, as `np.prod` gives them (a float for no dimension), are as good
        numpys = isinstance(count, (np.integer, np.floating)) and count.is_integer()
        counts[what] = int(count) if numpys else count
        probe.note(counts=counts, of=calls)
