"""Notes the shape at every layer of a model's last forward pass, to explain errors of shape."""

from typing import Any

import torch
from torch import nn
from torch.nn.modules import module as hooks

MAX_LAYERS = 40  # a V2 has 12
REST = "which it can't take"


class Layers:
    """While it is entered, remembers what went into and out of the layers of the last forward.

    A layer is a module without children. One that raises has no output.
    """

    def __init__(self) -> None:
        self._passed: list[tuple[nn.Module, str, str]] = []
        self._open: list[tuple[nn.Module, str]] = []
        self._handles: list[Any] = []

    def __enter__(self) -> "Layers":
        """Begin to look at every module."""
        self._handles = [
            hooks.register_module_forward_pre_hook(self._begin),
            hooks.register_module_forward_hook(self._end),
        ]
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        for handle in self._handles:
            handle.remove()

    def forget(self) -> None:
        """Begin anew: what follows is another call."""
        self._passed, self._open = [], []

    def lines(self) -> tuple[str, ...]:
        """Return `layer: shape in -> shape out`, the last one without where it raised."""
        told = [f"{_name(layer)}: {given} -> {got}" for layer, given, got in self._passed]
        if self._open:
            layer, given = self._open[-1]
            if not any(layer.children()) or not told:
                told.append(f"{_name(layer)}: {given} -> {REST}")
        return tuple(told[-MAX_LAYERS:])

    def _begin(self, layer: nn.Module, inputs: Any) -> None:
        if not self._open or layer is self._open[0][0]:  # the outermost module: another pass
            self.forget()
        if len(self._open) < MAX_LAYERS:
            self._open.append((layer, _shape(inputs[0] if inputs else None)))

    def _end(self, layer: nn.Module, inputs: Any, output: Any) -> None:
        while self._open:  # an answer may have caught what an inner layer raised
            last, given = self._open.pop()
            if last is layer:
                if not any(layer.children()) and len(self._passed) < MAX_LAYERS:
                    self._passed.append((layer, given, _shape(output)))
                return


def _name(layer: nn.Module) -> str:
    """Return a layer of torch's with its sizes, a student's by its class."""
    if type(layer).__module__.startswith("torch.nn.") and not any(layer.children()):
        return str(layer)[:100]
    return type(layer).__name__


def _shape(value: object) -> str:
    return str(tuple(value.shape)) if isinstance(value, torch.Tensor) else type(value).__name__
