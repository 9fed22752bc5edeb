"""Notes the shape at every layer of a model's last forward pass, to explain errors of shape."""

import torch
from torch import nn

from fashion_course.kit.calls import Calls

MAX_LAYERS = 40  # a V2 has 12
REST = "which it can't take"


class Layers(Calls):
    """While it is entered, remembers what went into and out of the layers of the last forward.

    A layer is a module that calls no other. One that raises has no output. Shapes are kept as
    text: no tensor of an answer is held.
    """

    def __init__(self) -> None:
        super().__init__(_shape, MAX_LAYERS)

    def lines(self) -> tuple[str, ...]:
        """Return `layer: shape in -> shape out`, the last one without where it raised."""
        told = [f"{_name(call.module)}: {call.given} -> {call.got}" for call in self.finished]
        if self.open and (self.open[-1].is_leaf or not told):
            last = self.open[-1]
            told.append(f"{_name(last.module)}: {last.given} -> {REST}")
        return tuple(told[-MAX_LAYERS:])


def _name(layer: nn.Module) -> str:
    """Return a layer of torch's with its sizes, a student's by its class."""
    if type(layer).__module__.startswith("torch.nn.") and not any(layer.children()):
        return str(layer)[:100]
    return type(layer).__name__


def _shape(value: object) -> str:
    return str(tuple(value.shape)) if isinstance(value, torch.Tensor) else type(value).__name__
