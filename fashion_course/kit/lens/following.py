"""Follows a forward pass: the calls of layers, and of the functions that forwards use themselves.

Hooks see layers. `torch.flatten(x, 1)` or `x + y` in a forward are none; they are seen by a mode of
torch that is asked before each of its functions runs.
"""

import contextlib
import io
import warnings
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


@dataclass(slots=True, eq=False)
class Step:
    """One call of a layer, or of a function between two layers.

    Attributes:
        call: of the layer; for a function, of the module in whose forward it is.
        function: "flatten" for a function, "" for a layer, and "forward" for the rest of a forward
            that raised.
        given: what was seen of the first input; for a function, of what depends on the images.
        got: what was seen of the output; None where it raised.
        depends: some input of a function is computed from the images.
        field: height and width in pixels of what its output sees; None is unknown.
    """

    call: Call
    function: str
    given: Any
    got: Any = None
    depends: bool = True
    field: tuple[int, int] | None = None


class Following(Calls):
    """While it is entered, notes the calls of layers and of functions between them.

    Args:
        look: what to keep of a value that goes in or comes out. What it computes is not followed.
        model: what is going to run. Its parametrizations, such as weight_norm's, are modules that
            are called to make a weight and not to pass images on; they are left out.
        images: what it is going to run on.

    Attributes:
        steps: finished calls in their order; those of functions inside a plain layer are left out.
        called: the `id` of every module that was called, containers too.
        raised: the function that raised last, until something else was called.
    """

    def __init__(self, look: Callable[[Any], Any], model: nn.Module, images: Tensor) -> None:
        super().__init__(self._unfollowed, MOST_CALLS)
        makers = [each for each in model.modules() if isinstance(each, ParametrizationList)]
        self._left_out = {id(part) for maker in makers for part in maker.modules()}
        self._look_at, self._is_looking = look, False
        # What depends on the images; it is held, so that no other tensor gets the same id.
        self._known = {id(images): images}
        self._functions = _Functions(self)
        self.steps: list[Step] = []
        self.called: set[int] = set()
        self.raised: Step | None = None

    def __enter__(self) -> "Following":
        """Begin to follow modules and functions."""
        super().__enter__()
        self._functions.__enter__()  # type: ignore[no-untyped-call]  # torch's own class
        return self

    def __exit__(self, *error: object) -> None:
        """Follow no more."""
        self._functions.__exit__(*error)  # type: ignore[no-untyped-call]
        super().__exit__()

    def function(self, name: str, run: Callable[[], Any], inputs: Any) -> Any:
        """Run a function of torch's and note it, unless it belongs to a layer or to a look."""
        call, tensors = self.open[-1] if self.open else None, tensors_in(inputs)
        is_busy = self._is_looking or len(self.steps) >= MOST_CALLS
        if is_busy or not tensors or call is None or is_plain(call.module):
            return run()
        known = [tensor for tensor in tensors if id(tensor) in self._known]
        step = Step(call, name, self._unfollowed(known or tensors), depends=bool(known))
        self.raised = step
        result = run()
        self._note(step, self._unfollowed(result), result)
        return result

    def _begin(self, module: nn.Module, inputs: Any) -> None:
        if id(module) not in self._left_out:
            self.called.add(id(module))
            super()._begin(module, inputs)

    def _end(self, module: nn.Module, inputs: Any, output: Any) -> None:
        before = len(self.finished)
        if id(module) not in self._left_out:
            super()._end(module, inputs, output)
        for call in self.finished[before:]:
            self._note(Step(call, "", call.given), call.got, output)

    def _note(self, step: Step, got: Any, result: Any) -> None:
        self.raised = None
        tensors = tensors_in(result)
        if step.depends:
            self._known |= {id(tensor): tensor for tensor in tensors}
        if tensors or not step.function:
            step.got = got
            self.steps.append(step)

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
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
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
