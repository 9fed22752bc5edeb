"""Follows a forward pass: the calls of layers, and of the functions that forwards use themselves.

Hooks see layers. `torch.flatten(x, 1)` or `x + y` in a forward are none: they are seen by a class
of tensors that is asked before each of torch's functions runs, and that their results belong to.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from fashion_course.kit.calls import Call, Calls
from fashion_course.kit.states import global_states_kept

MOST_CALLS = 10_000
Shape = tuple[int, ...]


class Pass(NamedTuple):
    """One pass of a model.

    Attributes:
        steps: calls of layers, and of functions outside of torch's own layers, in their order;
            at last the one that raised, without output.
        error: what it raised.
        gave_none: it ended without an output.
    """

    steps: list[Call]
    error: Exception | None
    gave_none: bool = False


def follow(model: nn.Module, images: Tensor, look: Callable[[Any], Any]) -> Pass:
    """Run a model once, without gradients; random states are put back.

    Args:
        model: whatever it raises is noted.
        images: they are not changed.
        look: what to keep of what goes into a step and comes out: a tensor, or several in lists,
            tuples and dictionaries.
    """
    following, error, output = _Following(look), None, None
    with global_states_kept(), torch.no_grad(), following:
        try:
            output = model(images.clone().as_subclass(following.followed))
        except Exception as raised:  # a model may raise anything; that is what the lens explains
            error = raised
    steps = following.finished
    if error:
        return Pass([*steps, following.failure(steps)], error)
    return Pass(steps, None, output is None)


class _Following(Calls):
    """Notes functions among the finished calls, unless they are inside of a layer of torch's.

    Attributes:
        followed: the class of tensors that are computed from the images.
    """

    def __init__(self, look: Callable[[Any], Any]) -> None:
        def unfollowed(value: Any) -> Any:
            with torch._C.DisableTorchFunctionSubclass():
                return look(value)

        class Followed(Tensor):
            @classmethod
            def __torch_function__(
                cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                run = partial(super().__torch_function__, function, types, args, kwargs or {})
                return following._function(function, [args, kwargs], run)

        super().__init__(unfollowed, MOST_CALLS)
        following, self.followed = self, Followed
        self._running: Call | None = None

    def _function(self, function: Any, inputs: Any, run: Callable[[], Any]) -> Any:
        inside = self.open[-1] if self.open else None
        if inside is None or len(self.finished) >= MOST_CALLS:
            return run()
        is_torchs = type(inside.module).__module__.startswith("torch.nn.")
        if is_torchs and not any(inside.module.children()):
            return run()
        name = getattr(function, "__name__", "")
        if name == "__get__":  # an attribute, such as `x.T`
            name = function.__self__.__name__
        images = [each for each in tensors_in(inputs) if isinstance(each, self.followed)]
        step = Call(inside.module, self._look(images), function=name, inside=inside)
        self._running = step
        result = run()
        self._running = None
        if tensors_in(result):
            step.got = self._look(result)
            self.finished.append(step)
        return result

    def failure(self, earlier: list[Call]) -> Call:
        """Return the step that raised: a layer, or a function in the forward of a module."""
        call = self.open[-1]
        if self._running is not None and self._running.inside is call:
            return self._running
        if call.is_leaf:
            return call
        last = earlier[-1].got if earlier else call.given
        return Call(call.module, last, function="forward", inside=call)


def tensors_in(value: Any) -> list[Tensor]:
    """Return the tensors in a value: itself, or those in lists, tuples and dictionaries."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for each in value for tensor in tensors_in(each)]
    return []
