"""Follows the calls of layers in a model's forward pass, in their order, whoever makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn
from torch.nn.modules import module as hooks


@dataclass(slots=True)
class Call:
    """One call of a module, or of a function in its forward: what was seen of input and output.

    Attributes:
        module: the one that is called, or in whose forward the function is.
        given: of the first input; of a function, what the lens follows.
        got: of the output; None where it raised.
        is_leaf: no other module was called inside.
        function: its name; "" for the call of the module itself.
        inside: for a function, the call of the module.
    """

    module: nn.Module
    given: Any
    got: Any = None
    is_leaf: bool = True
    function: str = ""
    inside: "Call | None" = None


class Calls:
    """While it is entered, notes the calls of modules in the last pass of the outermost one.

    It looks at all modules and not at those of one model: layers that a model keeps in a plain
    list, or makes as it goes, are seen too.

    Args:
        look: what to keep of a module's first input and of its output.
        most: how many calls are noted, and how deep.

    Attributes:
        finished: leaf calls in the order in which they ended.
        open: calls that have not ended, outermost first. After an exception the last one raised.
    """

    def __init__(self, look: Callable[[Any], Any], most: int) -> None:
        self._look, self._most = look, most
        self.finished: list[Call] = []
        self.open: list[Call] = []
        self._handles: list[Any] = []

    def __enter__(self) -> "Calls":
        """Begin to follow every module."""
        self._handles = [
            hooks.register_module_forward_pre_hook(self._begin),
            hooks.register_module_forward_hook(self._end),
        ]
        return self

    def __exit__(self, *_: object) -> None:
        """Follow no more."""
        for handle in self._handles:
            handle.remove()

    def forget(self) -> None:
        """Begin anew: what follows is another call."""
        self.finished, self.open = [], []

    def _begin(self, module: nn.Module, inputs: Any) -> None:
        if not self.open or module is self.open[0].module:  # the outermost module: another pass
            self.forget()
        if self.open:
            self.open[-1].is_leaf = False
        if len(self.open) < self._most:
            self.open.append(Call(module, self._look(inputs[0] if inputs else None)))

    def _end(self, module: nn.Module, _: Any, output: Any) -> None:
        if all(call.module is not module for call in self.open):  # too deep to be noted
            return
        call = self.open.pop()
        while call.module is not module:  # somebody has caught what an inner module raised
            call = self.open.pop()
        if call.is_leaf and len(self.finished) < self._most:
            call.got = self._look(output)
            self.finished.append(call)
