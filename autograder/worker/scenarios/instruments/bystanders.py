"""Everything beside a call that it has to leave as it was."""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


class Bystanders:
    """While it is entered, sees what changes that is none of the call's business.

    Looked at are the global random states, whether gradients are recorded, and of a model the mode
    and the hooks of every module, and the gradient and `requires_grad` of every parameter. What the
    weights do is the scenario's own topic.

    Attributes:
        changed: what is not as it was, in words; empty until the end.

    Args:
        model: to look at too.
        but: the beginnings of words to leave out: "torch" where a call may draw from torch's
            generator, "the gradient" where it trains, "the mode".
    """

    def __init__(self, model: nn.Module | None = None, but: tuple[str, ...] = ()) -> None:
        self.model = model
        self.but = but
        self.changed: list[str] = []

    def __enter__(self) -> "Bystanders":
        """Remember how everything is; after a draw, as an earlier call may have set the states."""
        random.random(), np.random.rand(), torch.rand(1)
        self._before = dict(self._look())
        return self

    def __exit__(self, *_: object) -> None:
        """Note what changed."""
        after = dict(self._look())
        names = [*self._before, *(name for name in after if name not in self._before)]
        self.changed = [
            name
            for name in names
            if not name.startswith(self.but) and not _same(self._before.get(name), after.get(name))
        ]

    def _look(self) -> Iterator[tuple[str, Any]]:
        yield "python's random state", random.getstate()
        yield "numpy's random state", tuple(np.random.get_state())
        yield "torch's random state", torch.get_rng_state().clone()
        yield "whether gradients are recorded", torch.is_grad_enabled()
        if self.model is None:
            return
        for name, module in self.model.named_modules():
            where = f"`{name}`" if name else "the model"
            yield f"the mode of {where}", module.training
            yield f"the hooks of {where}", [len(getattr(module, hooks)) for hooks in HOOKS]
        for name, parameter in self.model.named_parameters():
            yield f"requires_grad of `{name}`", parameter.requires_grad
            gradient = parameter.grad
            yield f"the gradient of `{name}`", None if gradient is None else gradient.clone()


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, torch.Tensor) and isinstance(after, torch.Tensor):
        return torch.equal(before, after)
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        return all(_same(*pair) for pair in zip(before, after, strict=True))
    if isinstance(before, np.ndarray):
        return np.array_equal(before, after)
    return type(before) is type(after) and bool(before == after)
