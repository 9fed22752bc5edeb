"""Runs a model once without leaving a trace in it, and tells the pass step by step."""

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from fashion_course.kit.calls import Call

from .following import Following, FunctionCall, Key, quiet_pass, silence, tensors_in

Shape = tuple[int, ...]

# What torch's counter has no formula for, as it occurs on CPUs and with small inputs. Each gives
# two operations a multiply-add, from the shapes of the arguments.
FORMULAS = {
    "mv": lambda matrix, vector, **_: 2 * prod(matrix),
    "addmv": lambda added, matrix, vector, **_: 2 * prod(matrix),
    "dot": lambda left, right, **_: 2 * prod(left),
    "mkldnn_rnn_layer": lambda steps, inner, outer, *_, **__: (
        2 * prod(steps[:2]) * (prod(inner) + prod(outer))
    ),
    "_scaled_dot_product_flash_attention_for_cpu": lambda query, key, value, *_, **__: (
        sdpa_flop_count(query, key, value)
    ),
}


@dataclass
class Step:
    """One call of a layer, or of a function between two layers.

    Attributes:
        module: the layer; for a function, the module in whose forward it is called, if any.
        function: "flatten" for a function, "" for a layer, "forward" for the rest of a forward,
            where it raised, and "?" for what nobody saw.
        given, got: the shape of the first tensor that went in and that came out, if any.
        shapes: all that came out, in words.
        operations: multiply-adds for all images; None where they were not counted.
        event: its key in `Following.events`, if it has one.
        source: the index of the step that it takes its input from, -1 for the images, where that
            is not the step before it and has another shape.
        failed: it raised.
    """

    module: nn.Module | None
    function: str
    given: Shape | None
    got: Shape | None
    shapes: str
    operations: int | None
    event: Key | None = None
    source: int | None = None
    failed: bool = False


@dataclass
class Passed:
    """One pass of a model: its steps in their order, what came out, and what it raised.

    Attributes:
        kinds: the class of each module by its `id`, as it was before the pass: a lazy layer
            becomes another one.
        called: the `id` of each module that was called, containers too.
    """

    subject: nn.Module
    kinds: dict[int, str]
    steps: list[Step] = field(default_factory=list)
    called: set[int] = field(default_factory=set)
    output: Any = None
    error: Exception | None = None


@dataclass
class _Seen:
    """What was seen of a value: its tensors, its shapes in words, the work up to then."""

    tensors: list[Tensor]
    shapes: str
    operations: int | None


@contextlib.contextmanager
def untouched(model: nn.Module) -> Iterator[tuple[nn.Module, bool]]:
    """Give something to run in eval mode in the model's place, and whether it is a copy.

    A model that cannot be copied (it keeps a tensor with a graph, say) is given itself; its mode,
    parameters and buffers are put back.
    """
    try:
        copied = copy.deepcopy(model)
    except Exception:  # `__deepcopy__` may be anybody's code
        with _put_back(model):
            yield model.eval(), False
    else:
        yield copied.eval(), True


@contextlib.contextmanager
def _put_back(model: nn.Module) -> Iterator[None]:
    modes = [(module, module.training) for module in model.modules()]
    tensors = [*model.parameters(), *model.buffers()]
    kept = [(tensor, tensor.detach().clone()) for tensor in tensors if not is_lazy(tensor)]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
        with torch.no_grad():
            for tensor, before in kept:
                if not torch.equal(tensor, before):
                    tensor.copy_(before)


def run(subject: nn.Module, images: Tensor) -> Passed:
    """Run a model once; what it raises is noted.

    Args:
        subject: from `untouched`.
        images: of any shape; they are not changed.
    """
    known = torch.ops.aten
    formulas = {getattr(known, name): how for name, how in FORMULAS.items() if hasattr(known, name)}
    passed = _run(subject, images, FlopCounterMode(display=False, custom_mapping=formulas))
    if passed.error is not None:  # the model's fault, or does its code not bear to be counted?
        with silence():
            again = _run(subject, images, None)
        return passed if again.error is not None else again
    return passed


def _run(subject: nn.Module, images: Tensor, counter: FlopCounterMode | None) -> Passed:
    passed = Passed(subject, {id(each): type(each).__name__ for each in subject.modules()})

    def look(value: Any) -> _Seen:
        counted = counter.get_total_flops() // 2 if counter else None
        return _Seen(tensors_in(value), in_words(value), counted)

    images = images.clone()
    steps = _Steps(look(images))
    following = Following(look, subject)
    with quiet_pass(), counter or contextlib.nullcontext(), following:
        try:
            passed.output = subject(images)
        except Exception as error:  # a model may raise anything; that is what the lens explains
            passed.error = error
    layers = {id(call) for call in following.finished}
    for key, event in following.events.items():
        if isinstance(event, Call):
            steps.layer(event, key)
        elif id(event.caller) not in layers:  # else the layer tells it as a whole
            steps.function(event, key)
    if passed.error is None:
        steps.between(look(passed.output))
    else:
        steps.failure(following, subject)
    passed.called, passed.steps = following.called, steps.steps
    return passed


class _Steps:
    """Makes steps of what was followed.

    Args:
        images: what was seen of the input.
    """

    def __init__(self, images: _Seen) -> None:
        self.steps: list[Step] = []
        self._before = images  # what the last step gave
        # For each tensor that depends on the images, the step it came from; the tensors are held,
        # so that no other gets the same id.
        self._source = {id(tensor): -1 for tensor in images.tensors}

    def layer(self, call: Call, event: Key) -> None:
        """Add the call of a layer."""
        self.between(call.given)
        self._add(call.module, "", call.given, call.got, event)

    def function(self, call: FunctionCall, event: Key) -> None:
        """Add the call of a function, if it is worth a row, and remember where its result is from.

        Those that change neither shape nor cost are left out, but for those of `F`, such as relu.
        """
        seen = [tensor for tensor in call.given.tensors if id(tensor) in self._source]
        work = _difference(call.given, call.got)
        given = _Seen(seen or call.given.tensors, "", call.given.operations)
        if work or (seen and (_shape(given) != _shape(call.got) or hasattr(F, call.name))):
            module = call.caller.module if call.caller else None
            self._add(module, call.name, given, call.got, event)
        elif seen:
            for tensor in call.got.tensors:
                self._source.setdefault(id(tensor), self._source[id(seen[0])])

    def between(self, given: _Seen) -> None:
        """Add a step for a change of shape that nobody saw, by code that is not torch's."""
        known = any(id(tensor) in self._source for tensor in given.tensors)
        if given.tensors and not known and _shape(given) != _shape(self._before):
            self._add(None, "?", self._before, given, None)

    def failure(self, following: Following, subject: nn.Module) -> None:
        """Add the step that raised: a layer, or a function in the forward of a module."""
        open_ = following.open[-1] if following.open else Call(subject, self._before)
        raised = following.raised
        if raised is not None and raised.caller is open_:
            step = Step(open_.module, raised.name, _shape(raised.given), None, "", None)
        else:
            given, name = (open_.given, "") if open_.is_leaf else (self._before, "forward")
            step = Step(open_.module, name, _shape(given), None, "", None)
        step.failed = True
        self.steps.append(step)

    def _add(
        self,
        module: nn.Module | None,
        function: str,
        given: _Seen,
        got: _Seen,
        event: Key | None,
    ) -> None:
        sources = [self._source[id(t)] for t in given.tensors if id(t) in self._source]
        last = len(self.steps) - 1
        step = Step(
            module, function, _shape(given), _shape(got), got.shapes, _difference(given, got), event
        )
        if sources and last not in sources and _shape(given) != _shape(self._before):
            step.source = sources[0]
        for tensor in got.tensors:
            self._source[id(tensor)] = last + 1
        self.steps.append(step)
        self._before = got


def _shape(seen: _Seen) -> Shape | None:
    return tuple(seen.tensors[0].shape) if seen.tensors else None


def _difference(given: _Seen, got: _Seen) -> int | None:
    if given.operations is None or got.operations is None:
        return None
    return got.operations - given.operations


def in_words(value: Any) -> str:
    """Return the shape of a tensor, those inside lists, tuples and dictionaries, or a type."""
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(each)}" for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(in_words(each) for each in value)
    return str(value) if value is None else type(value).__name__
