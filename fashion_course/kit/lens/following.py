"""Follows a forward pass: the calls of layers, and of the functions that forwards use themselves.

Hooks see layers. `torch.flatten(x, 1)` or `x + y` in a forward are none; they are seen by a mode of
torch that is asked before each of its functions runs.
"""

import contextlib
import io
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import ParametrizationList
from torch.overrides import TorchFunctionMode

from fashion_course.kit.calls import Call, Calls
from fashion_course.kit.states import global_states_kept

MOST_CALLS = 10_000

Key = tuple[int | str, str, int]
"""Of an event: the module by its `id`, or by its class if it is no part of the model; the name of a
function called in its forward, "" for the layer itself; and which such call it is, from 1. Two
passes of one model agree in it, even where one of them does a little more in between."""


@dataclass(slots=True)
class FunctionCall:
    """One call of a function of torch's: what was seen of its tensors, and of its result.

    Attributes:
        name: of the function or method, such as "flatten".
        caller: the call of the module in whose forward it is, if any.
    """

    name: str
    caller: Call | None
    given: Any
    got: Any = None


class Following(Calls):
    """While it is entered, notes the calls of layers and of functions between them.

    Args:
        look: what to keep of a value that goes in or comes out. What it computes is not followed.
        model: what is going to run. Its parametrizations, such as weight_norm's, are modules that
            are called to make a weight and not to pass images on; they are left out.

    Attributes:
        events: finished calls in their order; those of functions inside a plain layer are left out.
        called: the `id` of every module that was called, containers too.
        raised: the last function that raised, until something else was called.
    """

    def __init__(self, look: Callable[[Any], Any], model: nn.Module) -> None:
        super().__init__(self._unfollowed, MOST_CALLS)
        makers = [each for each in model.modules() if isinstance(each, ParametrizationList)]
        self._left_out = {id(part) for maker in makers for part in maker.modules()}
        self._parts = {id(part) for part in model.modules()}
        self._counts: Counter[tuple[int | str, str]] = Counter()
        self.events: dict[Key, Call | FunctionCall] = {}
        self.called: set[int] = set()
        self.raised: FunctionCall | None = None
        self._is_looking = False
        self._look_at = look
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Following":
        """Begin to follow modules and functions."""
        super().__enter__()
        self._stack.enter_context(_Functions(self))
        return self

    def __exit__(self, *_: object) -> None:
        """Follow no more."""
        self._stack.close()
        super().__exit__()

    def function(self, name: str, run: Callable[[], Any], inputs: Any) -> Any:
        """Run a function of torch's and note it, unless it belongs to a layer or to a look."""
        caller = self.open[-1] if self.open else None
        given = tensors_in(inputs)
        full = len(self.events) >= MOST_CALLS
        if self._is_looking or full or not given or (caller and is_plain(caller.module)):
            return run()
        noted = FunctionCall(name, caller, self._unfollowed(given))
        try:
            result = run()
        except Exception:
            self.raised = noted
            raise
        if tensors_in(result):
            noted.got = self._unfollowed(result)
            self._note(caller.module if caller else None, name, noted)
        return result

    def _begin(self, module: nn.Module, inputs: Any) -> None:
        if id(module) not in self._left_out:
            self.called.add(id(module))
            super()._begin(module, inputs)

    def _end(self, module: nn.Module, inputs: Any, output: Any) -> None:
        before = len(self.finished)
        if id(module) not in self._left_out:
            super()._end(module, inputs, output)
        if len(self.finished) > before:
            self._note(module, "", self.finished[-1])

    def _note(self, module: nn.Module | None, name: str, event: Call | FunctionCall) -> None:
        where = id(module) if id(module) in self._parts else type(module).__name__
        self._counts[where, name] += 1
        self.events[where, name, self._counts[where, name]] = event
        self.raised = None

    def _unfollowed(self, value: Any) -> Any:
        self._is_looking = True
        try:
            return self._look_at(value)
        finally:
            self._is_looking = False


class _Functions(TorchFunctionMode):
    """Hands every function of torch's that is called to `Following.function`."""

    def __init__(self, following: Following) -> None:
        super().__init__()
        self._following = following

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run a function; inside of it the mode is off."""
        name = getattr(function, "__name__", "")
        if name == "__get__":  # an attribute, such as `x.T`
            name = function.__self__.__name__
        keywords = kwargs or {}
        return self._following.function(name, lambda: function(*args, **keywords), [args, keywords])


def is_plain(module: nn.Module) -> bool:
    """Say whether a module is a layer of torch's with nothing inside."""
    return type(module).__module__.startswith("torch.nn.") and not any(module.children())


@contextlib.contextmanager
def quiet_pass() -> Iterator[None]:
    """Run a model without gradients, its random numbers and settings put back afterwards.

    Attention calls its parts one by one meanwhile, so that they can be seen.
    """
    attention = torch.backends.mha.get_fastpath_enabled()
    with global_states_kept(), torch.no_grad():
        torch.backends.mha.set_fastpath_enabled(False)
        try:
            yield
        finally:
            torch.backends.mha.set_fastpath_enabled(attention)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Swallow what a model prints and warns of, in a pass that repeats another one."""
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        yield


def tensors_in(value: Any) -> list[Tensor]:
    """Return the tensors in a value: itself, or those in lists, tuples and dictionaries."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for each in value for tensor in tensors_in(each)]
    return []
