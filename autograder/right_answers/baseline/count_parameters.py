"""Right answers to `count_parameters` in unusual styles."""

import functools
import math

import numpy as np
import torch
from torch import nn

from autograder.right_answers import right


@right("count_parameters")
def count_parameters_by_shapes(model):
    """Multiplies the shapes in a loop over names."""
    total = 0
    for _, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        total += math.prod(parameter.shape)
    return total


@right("count_parameters")
def count_parameters_by_identity(model):
    """Walks the layers and keeps what it met in a dict by id."""
    met = {}
    for layer in model.modules():
        for parameter in layer._parameters.values():
            if parameter is not None and parameter.requires_grad:
                met[id(parameter)] = parameter.nelement()
    return sum(met.values())


@right("count_parameters")
def count_parameters_by_filter_and_reduce(model):
    """Is functional, and starts at 0 for a model without parameters."""
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    return functools.reduce(lambda total, p: total + p.size().numel(), trainable, 0)


@right("count_parameters")
def count_parameters_as_one_vector(model, trainable_only=True):
    """Joins all numbers into one vector; an extra default; a set, as tensors hash by identity."""
    kept = {p for p in model.parameters() if p.requires_grad or not trainable_only}
    return len(nn.utils.parameters_to_vector(kept)) if kept else 0


@right("count_parameters")
def count_parameters_by_numpy(model):
    """Takes the sizes from numpy and returns a true int."""
    sizes = [p.detach().numpy().size for p in model.parameters() if p.requires_grad]
    return int(np.sum(sizes))


@right("count_parameters")
def count_parameters_by_products(model):
    """The sum of numpy's products, which is numpy's own kind of int."""
    return sum(np.prod(p.shape, dtype=np.int64) for p in model.parameters() if p.requires_grad)


@right("count_parameters")
def count_parameters_by_walking(model, met=None):
    """Walks down the modules and hands on what it has met; it looks, but touches nothing."""
    met = set() if met is None else met
    new = {p for p in model._parameters.values() if p is not None and p.requires_grad} - met
    met |= new
    own = sum(parameter.nelement() for parameter in new)
    return own + sum(count_parameters_by_walking(child, met) for child in model.children())


@right("count_parameters")
def count_parameters_in_a_loop(model):
    """A plain loop with `continue` and `nelement`."""
    total = 0
    for _, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        total += parameter.nelement()
    return total


@right("count_parameters")
def count_parameters_reduced(model):
    """`filter`, `map`, `reduce`, and a set."""
    trainable = set(filter(lambda p: p.requires_grad, model.parameters()))
    return functools.reduce(lambda a, b: a + b, map(torch.numel, trainable), 0)


@right("count_parameters")
def count_parameters_with_numpy(model, trainable_only=True):
    """Products of shapes by numpy, made an int at the end; has a further option."""
    given = (p for p in model.parameters() if p.requires_grad or not trainable_only)
    return int(np.sum([np.prod(tuple(p.shape)) for p in given]))


@right("count_parameters")
def count_parameters_in_short(model):
    """As short as it can be."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@right("count_parameters")
def count_parameters_as_the_web_has_it(model):
    """A newcomer's way: `np.prod`, which gives a float for a parameter without dimensions."""
    model_parameters = filter(lambda p: p.requires_grad, model.parameters())
    return sum([np.prod(p.size()) for p in model_parameters])


@right("count_parameters", craft=False)
def count_parameters_that_tidies_up(model):
    """The core alone: clears the gradients on its way, which is not asked for."""
    model.zero_grad()
    total_params = 0
    for param in model.parameters():
        if param.requires_grad is True:
            total_params = total_params + torch.numel(param)
    return total_params


@right("count_parameters", craft=False)
def count_parameters_by_torchs_product(model):
    """A newcomer's way: torch's product, which gives a float for a parameter without dimensions."""
    sizes = [
        torch.prod(torch.tensor(p.shape)).item() for p in model.parameters() if p.requires_grad
    ]
    return sum(sizes)
