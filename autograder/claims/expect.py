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
    is_close,
    is_same,
    show,
    show_apart,
    type_name,
    worth_showing,
)
from autograder.worker.observation import NamedFields
from fashion_course.kit.words import _


class Failed(AssertionError):
    """A claim that does not hold: what happened, what came, what was expected.

    Attributes:
        about: the value that was looked at.
        place: its entry that is to blame, by key or index; None where it is the whole.
    """

    def __init__(
        self,
        message: str,
        actual: object = "",
        expected: object = "",
        about: object = None,
        place: object = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.actual = show(actual)
        self.expected = show(expected)
        self.about, self.place = about, place


class Expectation:
    """A value of the student's and what it is called in messages."""

    def __init__(self, value: Any, name: str) -> None:
        self.value = value
        self.name = _(name)

    def _failed(
        self, told: str, actual: object = "", expected: object = "", place: object = None
    ) -> Failed:
        return Failed(told, actual, expected, self.value, place)

    def _differs(self, expected: Any, why: str) -> Failed:
        parts = difference(self.value, expected)
        told = _because(_("{name} {difference}", name=self.name, difference=parts.told), why)
        return self._failed(told, *worth_showing(parts), parts.place)

    def is_none_missing(self) -> None:
        """The value is there: neither None nor absent."""
        if self.value is None:
            raise self._failed(
                _("{name} is None: is a return missing?", name=self.name), None, _("a value")
            )

    def is_a(self, kind: str) -> None:
        """The value is of a plain type: "float", "int", "bool", "list", "tensor" or a record's."""
        self.is_none_missing()
        actual = type_name(self.value)
        if actual != kind:
            raise self._failed(
                _(
                    "{name} has type {actual}, not {expected}",
                    name=self.name,
                    actual=actual,
                    expected=kind,
                ),
                self.value,
                kind,
            )

    def has_fields(self, *names: str) -> None:
        """The value is a named tuple with these fields."""
        self.is_none_missing()
        expected = ", ".join(names)
        if not isinstance(self.value, NamedFields) or any(n not in self.value for n in names):
            told = _("{name} has no fields {expected}", name=self.name, expected=expected)
            raise self._failed(told, self.value, _("a named tuple with {fields}", fields=expected))

    def has_shape(self, shape: Sequence[int]) -> None:
        """The value is a tensor of this shape."""
        self.is_a("tensor")
        actual = tuple(self.value.shape)
        if actual != tuple(shape):
            told = _(
                "{name} has shape {actual}, not {expected}",
                name=self.name,
                actual=actual,
                expected=tuple(shape),
            )
            raise self._failed(told)

    def has_length(self, length: int) -> None:
        """The value is a list or tuple of this many entries."""
        self.is_none_missing()
        if not isinstance(self.value, (list, tuple)):
            kind = type_name(self.value)
            told = _(
                "{name} has type {actual}, not {expected} values",
                name=self.name,
                actual=kind,
                expected=length,
            )
            raise self._failed(told, self.value, _("{count} values", count=length))
        if len(self.value) != length:
            told = _(
                "{name} has {actual} values, not {expected}",
                name=self.name,
                actual=len(self.value),
                expected=length,
            )
            raise self._failed(told, self.value, _("{count} values", count=length))

    def has_dtype(self, dtype: str) -> None:
        """The value is a tensor of this dtype, for example "float32"."""
        self.is_a("tensor")
        actual = str(self.value.dtype).removeprefix("torch.")
        if actual != dtype:
            raise self._failed(
                _(
                    "{name} has dtype {actual}, not {expected}",
                    name=self.name,
                    actual=actual,
                    expected=dtype,
                )
            )

    def equals(self, expected: Any, why: str = "") -> None:
        """The value is the same as `expected`, to the last bit."""
        if not is_same(self.value, expected):
            raise self._differs(expected, why)

    def differs_from(self, other: Any, why: str = "") -> None:
        """The value is not the same as `other`."""
        if is_same(self.value, other):
            raise self._failed(_because(_("{name} did not change", name=self.name), why))

    def close_to(self, expected: Any, why: str = "") -> None:
        """The value equals `expected` but for rounding, in every entry."""
        if isinstance(expected, torch.Tensor):
            self.has_shape(tuple(expected.shape))
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
            told = _(
                "{name} reaches from {least} to {most}", name=self.name, least=ends[0], most=ends[1]
            )
            if least == most:
                told = _(
                    "{name} is {value}", name=self.name, value=ends[0] if least < low else ends[1]
                )
            actual = "" if numbers.numel() == 1 else self.value
            raise self._failed(_because(told, why), actual, _range(low, high))

    def tells(self, labels: torch.Tensor, share: float, loss: float, why: str) -> None:
        """The logits `(N, 10)` are right for this share of the labels, or their loss is as low."""
        self.has_shape((len(labels), 10))
        cost = float(torch.nn.functional.cross_entropy(self.value.detach().double(), labels))
        right = float((self.value.argmax(1) == labels).double().mean())
        if not (cost <= loss or (right >= share and math.isfinite(cost))):
            told = _(
                "{name} are right for {right} of the images at a loss of {cost}",
                name=self.name,
                right=f"{right:.0%}",
                cost=f"{cost:.3f}",
            )
            expected = _(
                "{share} or more, or a loss of {loss} or less", share=f"{share:.0%}", loss=loss
            )
            raise self._failed(_because(told, why), self.value, expected)

    def holds(self, why: str) -> None:
        """The value is true; `why` says what it means that it is not."""
        if self.value is not True:
            shown = () if self.value is False else (self.value, True)
            raise self._failed(_("{name}: {why}", name=self.name, why=_(why)), *shown)

    def left_alone(self) -> None:
        """The value, a list of what a call changed besides its task, is empty."""
        if self.value:
            more = len(self.value) - 3
            shown = ", ".join([*self.value[:3], *([f"… ({more} more)"] if more > 0 else [])])
            raise self._failed(_("{name} also changed {what}", name=self.name, what=shown))

    def refuses(self, *naming: str, error: str = "ValueError") -> None:
        """The attempt raised `error` or a kind of it, with each text of `naming` in its message."""
        call, raised = self.value["call"], self.value.get("raised")
        if raised is None:
            told = _(
                "{name}: {call} returned a value instead of raising {error}",
                name=self.name,
                call=call,
                error=error,
            )
            raise self._failed(told, _returned(self.value), error)
        if error not in (raised, *self.value.get("kinds", ())):  # a subclass will do
            told = _(
                "{name}: {call} raised {raised}, not {error}",
                name=self.name,
                call=call,
                raised=raised,
                error=error,
            )
            raise self._failed(told, _raised(self.value), error)
        missing = [text for text in naming if text not in self.value["message"]]
        if missing:
            told = _(
                "{name}: the message does not name {missing}",
                name=self.name,
                missing=", ".join(missing),
            )
            expected = _("a message with {missing}", missing=", ".join(missing))
            raise self._failed(told, self.value["message"], expected)

    def accepts(self) -> None:
        """The attempt raised nothing."""
        if "raised" in self.value:
            told = _("{name}: {call} was refused", name=self.name, call=self.value["call"])
            raise self._failed(told, _raised(self.value), _("a result"))


def expect(value: Any, name: str) -> Expectation:
    """Begin a claim about a value, called `name` in messages."""
    return Expectation(value, name)


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
