"""Runs a model once without leaving a trace in it, and tells the pass step by step."""

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from fashion_course.kit.calls import Call

from .following import Following, Step, quiet_pass, tensors_in

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


class Value(NamedTuple):
    """What was seen of a value on its way through the model.

    Attributes:
        shape: of its first tensor, or None.
        text: the shapes of all its tensors, as text.
        work: multiply-adds for all images up to there.
    """

    shape: Shape | None
    text: str
    work: int


@dataclass
class Passed:
    """One pass of a model.

    Attributes:
        followed: every step.
        steps: those that are worth a row, in their order, at last the one that raised.
        called: the `id` of each module that was called, containers too.
        output: what came out.
        error: what it raised.
    """

    followed: list[Step]
    steps: list[Step]
    called: set[int]
    output: Any
    error: Exception | None


@contextlib.contextmanager
def untouched(model: nn.Module) -> Iterator[tuple[nn.Module, bool]]:
    """Give something to run in eval mode in the model's place, and whether it is a copy.

    A model that cannot be copied (it keeps a tensor with a graph, say) is given itself; its mode,
    parameters and buffers are put back.
    """
    try:
        subject = copy.deepcopy(model)
    except Exception:  # `__deepcopy__` may be anybody's code
        subject = model
    modes = [(module, module.training) for module in model.modules()]
    tensors = [each for each in (*model.parameters(), *model.buffers()) if not is_lazy(each)]
    kept = [(each, each.detach().clone()) for each in tensors if subject is model]
    try:
        yield subject.eval(), subject is not model
    finally:
        for module, training in modes:
            module.training = training
        for tensor, before in kept:
            if not torch.equal(tensor, before):
                tensor.detach().copy_(before)


def run(subject: nn.Module, images: Tensor) -> Passed:
    """Run a model once; what it raises is noted.

    Args:
        subject: from `untouched`.
        images: of any shape; they are not changed.
    """
    known = torch.ops.aten
    formulas = {getattr(known, name): how for name, how in FORMULAS.items() if hasattr(known, name)}
    counter = FlopCounterMode(display=False, custom_mapping=formulas)

    def look(value: Any) -> Value:
        shape = next((tuple(tensor.shape) for tensor in tensors_in(value)), None)
        return Value(shape, shapes_as_text(value), counter.get_total_flops() // 2)

    images = images.clone()
    output, error = None, None
    following = Following(look, subject, images)
    with quiet_pass(), counter, following:
        try:
            output = subject(images)
        except Exception as raised:  # a model may raise anything; that is what the lens explains
            error = raised
    layers = {id(call) for call in following.finished}
    steps = [step for step in following.steps if _is_shown(step, layers)]
    if error is not None:
        last = steps[-1].got if steps else look(images)
        steps.append(_failure(following, Call(subject, last), last))
    return Passed(following.steps, steps, following.called, output, error)


def _is_shown(step: Step, layers: set[int]) -> bool:
    """Say whether a step is worth a row.

    Functions that change neither shape nor cost are not, but for those of `F`, such as relu;
    nor are those inside of a layer, which tells them as a whole.
    """
    if not step.function:
        return True
    changes = step.given.shape != step.got.shape or hasattr(F, step.function)
    return id(step.call) not in layers and (work_of(step) > 0 or (step.depends and changes))


def _failure(following: Following, outermost: Call, last: Value) -> Step:
    """Return the step that raised: a layer, or a function in the forward of a module."""
    call = following.open[-1] if following.open else outermost
    if following.raised is not None and following.raised.call is call:
        return following.raised
    return Step(call, "", call.given) if call.is_leaf else Step(call, "forward", last)


def work_of(step: Step) -> int:
    """Return how many multiply-adds a step took for all images."""
    return step.got.work - step.given.work if step.got else 0


def shapes_as_text(value: Any) -> str:
    """Return the shape of a tensor, those inside lists, tuples and dictionaries, or a type."""
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    if isinstance(value, dict):
        return ", ".join(f"{name} {shapes_as_text(each)}" for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(shapes_as_text(each) for each in value)
    return str(value) if value is None else type(value).__name__
