"""The small vocabulary that checks are written in.

`expect(value, "the loss").close_to(expected)` either passes or raises `Failed`, which carries what
came and what was expected. Values are thawed observations: plain numbers, tensors, lists.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch

from autograder.claims.difference import (
    difference,
    dtype_name,
    is_close,
    mismatch,
    show,
    show_apart,
    type_name,
    worth_showing,
)
from autograder.worker.values import NamedFields
from fashion_course.kit.words import _


class Failed(AssertionError):
    """A claim that does not hold: what happened, what came, what was expected.

    Attributes:
        about: the value that was looked at.
        place: its entry that is to blame, by key or index; None where it is the whole.
        name: what the value is called, and `wanted` what it should be equal to, where that is it.
        asked: the question that leads on from this very claim; "" where the check's own does.
    """

    name: str = ""
    wanted: Any = None

    def __init__(
        self,
        message: str,
        actual: object = "",
        expected: object = "",
        about: object = None,
        place: object = None,
        asked: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.actual = show(actual)
        self.expected = show(expected)
        self.about, self.place, self.asked = about, place, asked


class Silent(Exception):
    """A claim of which nothing can be said, because what it is about never happened."""


class Expectation:
    """A value of the student's and what it is called in messages; each method is a claim about it.

    `asked` is the question that leads on from its claims; "" leaves that to the check.

    Raises:
        Failed: by every method, where the claim does not hold.
    """

    def __init__(self, value: Any, name: str, asked: str = "") -> None:
        self.value = value
        self.name = _(name)
        self.wanted: Any = None
        self.asked = _(asked) if asked else ""

    def _failed(
        self,
        told: str,
        actual: object = "",
        expected: object = "",
        place: object = None,
        asked: str = "",
    ) -> Failed:
        """Return the failure that is told after the value's name."""
        message = _("{name} {difference}", name=self.name, difference=told)
        failed = Failed(message, actual, expected, self.value, place, self.asked or asked)
        failed.name, failed.wanted = self.name, self.wanted
        return failed

    def _misses(self, why: str, actual: object = "", expected: object = "") -> Failed:
        """Return the failure that is told after the value's name and a colon."""
        message = _("{name}: {why}", name=self.name, why=why)
        return Failed(message, actual, expected, self.value, asked=self.asked)

    def _differs(self, expected: Any, why: str) -> Failed:
        parts = difference(self.value, expected)
        return self._failed(_because(parts.told, why), *worth_showing(parts), parts.place)

    def _is_there(self) -> None:
        if self.value is None:
            asked = _("Does every way through your code end in a `return` with a value?")
            raise self._failed(_("is None: is a return missing?"), None, _("a value"), asked=asked)

    def is_a(self, kind: str) -> None:
        """The value is of a plain type: "float", "int", "bool", "list", "tensor" or a class's name.

        The class is that of a named tuple.
        """
        self._is_there()
        if type_name(self.value) != kind:
            told = mismatch("type", type_name(self.value), kind)
            asked = _("Which type does the task name, and which of your lines makes this value?")
            value = str(self.value) if isinstance(self.value, float) else self.value  # 26.0, not 26
            raise self._failed(told, value, kind, asked=asked)

    def has_fields(self, *names: str) -> None:
        """The value is a named tuple with these fields."""
        self._is_there()
        if not isinstance(self.value, NamedFields) or any(n not in self.value for n in names):
            fields = ", ".join(names)
            expected = _("a named tuple with {fields}", fields=fields)
            raise self._failed(
                _("does not have the fields {expected}", expected=fields), self.value, expected
            )

    def has_shape(self, shape: Sequence[int], of: torch.Tensor | None = None) -> None:
        """The value is a tensor of this shape; that `of` a right result, if there is one."""
        self.is_a("tensor")
        self.wanted = torch.Size(shape) if of is None else of
        if tuple(self.value.shape) != tuple(shape):
            raise self._failed(mismatch("shape", tuple(self.value.shape), tuple(shape)))

    def has_length(self, length: int) -> None:
        """The value is a list or tuple of this many entries."""
        self._is_there()
        expected = _("{count} values", count=length)
        if not isinstance(self.value, (list, tuple)):
            raise self._failed(
                mismatch("type", type_name(self.value), expected), self.value, expected
            )
        if len(self.value) != length:
            raise self._failed(mismatch("values", len(self.value), length), self.value, expected)

    def has_dtype(self, dtype: str) -> None:
        """The value is a tensor of this dtype, for example "float32"."""
        self.is_a("tensor")
        if dtype_name(self.value) != dtype:
            raise self._failed(mismatch("dtype", dtype_name(self.value), dtype))

    def equals(self, expected: Any, why: str = "") -> None:
        """The value is the same as `expected`, to the last bit."""
        self.wanted = expected
        if not is_close(self.value, expected, exact=True):
            raise self._differs(expected, why)

    def differs_from(self, other: Any, why: str = "") -> None:
        """The value is not the same as `other`, to the last bit."""
        if is_close(self.value, other, exact=True):
            raise self._failed(_because(_("did not change"), why))

    def close_to(self, expected: Any, why: str = "") -> None:
        """The value equals `expected` but for rounding, in every entry; dtypes may differ."""
        self.wanted = expected
        if isinstance(expected, torch.Tensor):
            self.has_shape(tuple(expected.shape), expected)
        elif isinstance(expected, float):
            self.is_a("float")
        if not is_close(self.value, expected):
            raise self._differs(expected, why)

    def between(self, low: float, high: float, why: str = "") -> None:
        """All numbers in the value lie in [low, high]."""
        numbers = torch.as_tensor(self.value, dtype=torch.float64)
        least, most = float(numbers.min()), float(numbers.max())
        if not (low <= least and most <= high):
            ends = show_apart(least, low)[0], show_apart(most, high)[0]
            told = _("reaches from {least} to {most}", least=ends[0], most=ends[1])
            if least == most:
                told = _("is {value}", value=ends[0] if least < low else ends[1])
            actual = "" if numbers.numel() == 1 else self.value
            raise self._failed(_because(told, why), actual, _range(low, high))

    def at_most(self, limit: float, slack: float = 0.0, why: str = "") -> None:
        """The number is at most the limit; a slack beyond it is not spoken of."""
        if not self.value <= limit + slack:
            most = _("{limit} or less", limit=f"{limit:,}")
            told = _("is {value}", value=f"{self.value:,.6g}")
            raise self._failed(_because(told, why), "", most)

    def tells(self, labels: torch.Tensor, share: float, loss: float, why: str) -> None:
        """The logits `(N, 10)` are right for this share of the labels, or their loss is as low."""
        self.has_shape((len(labels), 10))
        cost = float(torch.nn.functional.cross_entropy(self.value.detach().double(), labels))
        right = float((self.value.argmax(1) == labels).double().mean())
        if not (cost <= loss or (right >= share and math.isfinite(cost))):
            told = _(
                "are right for {right:.0%} of the images at a loss of {cost:.3f}",
                right=right,
                cost=cost,
            )
            most = _("{share:.0%} or more, or a loss of {loss} or less", share=share, loss=loss)
            raise self._failed(_because(told, why), self.value, most)

    def holds(self, why: str) -> None:
        """The value is true; `why` says what it means that it is not."""
        if self.value is not True:
            raise self._misses(_(why), *(() if self.value is False else (self.value, True)))

    def is_empty(self) -> None:
        """The value, a text that lists what should not be, is empty."""
        if self.value:
            raise self._misses(self.value)

    def was_seen(self, why: str) -> None:
        """The value, what was seen of each batch, is not empty; `why` says what it means if it is.

        Raises:
            Silent: where it is empty, so that nothing can be said.
        """
        if not self.value:
            raise Silent(_("Not checked: {why}.", why=_(why)))

    def left_alone(self) -> None:
        """The value, a list of what a call changed besides its task, is empty."""
        if self.value:
            more = len(self.value) - 3
            shown = ", ".join(
                [*self.value[:3], *([_("… ({count} more)", count=more)] if more > 0 else [])]
            )
            raise self._failed(_("also changed {what}", what=shown))

    def refuses(self, *naming: str, error: str = "ValueError") -> None:
        """The attempt raised `error` or a kind of it, with each text of `naming` in its message."""
        call, raised = self.value["call"], self.value.get("raised")
        if raised is None:
            told = _("{call} returned a value instead of raising {error}", call=call, error=error)
            raise self._misses(told, _returned(self.value), error)
        if error not in (raised, *self.value.get("kinds", ())):  # a subclass will do
            told = _("{call} raised {raised}, not {error}", call=call, raised=raised, error=error)
            raise self._misses(told, _raised(self.value), error)
        missing = ", ".join(text for text in naming if text not in self.value["message"])
        if missing:
            told = _("the message does not name {missing}", missing=missing)
            expected = _("a message with {missing}", missing=missing)
            raise self._misses(told, self.value["message"], expected)

    def accepts(self) -> None:
        """The attempt raised nothing."""
        if "raised" in self.value:
            told = _("{call} was refused", call=self.value["call"])
            raise self._misses(told, _raised(self.value), _("a result"))


def expect(value: Any, name: str, asked: str = "") -> Expectation:
    """Begin a claim about a value, called `name` in messages; `asked` leads on where it fails."""
    return Expectation(value, name, asked)


def _because(told: str, why: str) -> str:
    return _("{told}: {why}", told=told, why=_(why)) if why else told


def _range(low: float, high: float) -> str:
    """Return [low, high] in words, "below 0" for what only keeps away from 0."""
    if math.isinf(high):
        return _("{limit} or more", limit=f"{low:g}")
    if math.isinf(low):
        return _("below 0") if -1e-3 < high < 0 else _("{limit} or less", limit=f"{high:g}")
    return _("{low} to {high}", low=f"{low:g}", high=f"{high:g}")


def _raised(attempt: dict[str, Any]) -> str:
    """Return what an attempt raised, as Python prints it."""
    return ": ".join(text for text in (attempt["raised"], attempt["message"].strip()) if text)


def _returned(attempt: dict[str, Any]) -> Any:
    """Return what an attempt returned, or its type where the value itself was not kept."""
    value, kind = attempt.get("returned"), attempt.get("type", "None")
    return _("a {kind}", kind=kind) if value is None and kind != "None" else value
