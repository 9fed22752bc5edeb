"""Gives a student's model known weights, whatever its layers and variables are called."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves


class UseOrder(TorchFunctionMode):
    """Notes in which order parameters are first used, and which functions of torch are called."""

    def __init__(self) -> None:
        super().__init__()
        self.parameters: list[nn.Parameter] = []
        self.functions: list[str] = []

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Note the call, then make it."""
        self.functions.append(getattr(function, "__name__", str(function)))
        for leaf in tree_leaves((args, kwargs)):
            if isinstance(leaf, nn.Parameter) and not any(leaf is p for p in self.parameters):
                self.parameters.append(leaf)
        return function(*args, **(kwargs or {}))


def place_weights(model: nn.Module, run: Callable[[], Any], seed: int) -> None:
    """Fill the parameters in the order of their use with numbers that depend on size and place.

    Two models that use parameters of the same sizes in the same order get the same numbers, also
    where one holds a weight transposed or flattened.

    Args:
        model: whose parameters are filled.
        run: calls the model once, to see the order.
        seed: of the numbers.
    """
    with UseOrder() as order, torch.no_grad():
        run()
    unused = [p for p in model.parameters() if not any(p is q for q in order.parameters)]
    seen: dict[int, int] = {}
    with torch.no_grad():
        for parameter in [*order.parameters, *unused]:
            place = seen.get(parameter.numel(), 0)
            seen[parameter.numel()] = place + 1
            parameter.copy_(_numbers(parameter, place, seed))


def _numbers(parameter: Tensor, place: int, seed: int) -> Tensor:
    """Return numbers for a parameter; with more rows than columns they are drawn transposed.

    Kernels count as a matrix with a row for each map, as a linear layer over windows holds them.
    """
    digest = hashlib.sha256(f"{seed}:{parameter.numel()}:{place}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:4], "big"))
    flat = 0.5 * torch.randn(parameter.numel(), generator=generator, dtype=torch.float64)
    rows = parameter.shape[0] if parameter.ndim > 1 else 1
    if rows * rows > parameter.numel():
        return flat.reshape(-1, rows).T.reshape(parameter.shape)
    return flat.reshape(parameter.shape)


def shapes_of(outputs: Iterable[Any]) -> list[Any]:
    """Return the shape of each output, or the name of its type where it is no tensor."""
    return [list(o.shape) if isinstance(o, Tensor) else type(o).__name__ for o in outputs]
