"""The small vocabulary that checks are written in.

`expect(value, "the loss").close_to(wanted)` either passes or raises `Failed`, which carries what
came and what was wanted. Values are thawed observations: plain numbers, tensors, lists.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from autograder.messages import say, translated
from autograder.observation import Opaque, Record

RELATIVE = {torch.float64: 1e-9, torch.float32: 2e-6, torch.float16: 4e-3, torch.bfloat16: 3e-2}
"""Rounding allowed for one number, as a share of the largest one near it: some 20 units in the last
place of each dtype (float64: also a detour through another order of summation)."""

PYTHON_FLOAT = 1e-5
"""For Python floats, which may have been summed in float32 before."""


class Failed(AssertionError):
    """A claim that does not hold: what happened, what came, what was wanted."""

    def __init__(self, message: str, got: object = "", wanted: object = "") -> None:
        super().__init__(message)
        self.message = message
        self.got = show(got)
        self.wanted = show(wanted)


class Expectation:
    """A value of the student's and what it is called in messages."""

    def __init__(self, value: Any, name: str) -> None:
        self.value = value
        self.name = translated("value", name)

    def is_none_missing(self) -> None:
        """The value is there: neither None nor absent."""
        if self.value is None:
            raise Failed(say("missing", name=self.name), None, "a value")

    def is_a(self, kind: str) -> None:
        """The value is of a plain type: "float", "int", "bool", "list", "tensor" or a record's."""
        self.is_none_missing()
        got = type_name(self.value)
        if got != kind:
            raise Failed(say("of-type", name=self.name, got=got, wanted=kind), self.value, kind)

    def has_fields(self, *names: str) -> None:
        """The value is a named tuple with these fields."""
        self.is_none_missing()
        wanted = ", ".join(names)
        if not isinstance(self.value, Record) or any(n not in self.value for n in names):
            told = say("fields", name=self.name, wanted=wanted)
            raise Failed(told, self.value, f"a named tuple with {wanted}")

    def has_shape(self, shape: Sequence[int]) -> None:
        """The value is a tensor of this shape."""
        self.is_a("tensor")
        got = tuple(self.value.shape)
        if got != tuple(shape):
            told = say("shape", name=self.name, got=got, wanted=tuple(shape))
            raise Failed(told)

    def has_length(self, length: int) -> None:
        """The value is a list or tuple of this many entries."""
        self.is_none_missing()
        if not isinstance(self.value, (list, tuple)):
            kind = type_name(self.value)
            told = say("not-values", name=self.name, got=kind, wanted=length)
            raise Failed(told, self.value, f"{length} values")
        if len(self.value) != length:
            told = say("count", name=self.name, got=len(self.value), wanted=length)
            raise Failed(told, self.value, f"{length} values")

    def has_dtype(self, dtype: str) -> None:
        """The value is a tensor of this dtype, for example "float32"."""
        self.is_a("tensor")
        got = str(self.value.dtype).removeprefix("torch.")
        if got != dtype:
            raise Failed(say("dtype", name=self.name, got=got, wanted=dtype))

    def equals(self, wanted: Any, why: str = "") -> None:
        """The value is the same as `wanted`, to the last bit."""
        if not _same(self.value, wanted):
            told, got, right = _first_difference(self.value, wanted)
            parts = say("parts", name=self.name, difference=told)
            raise Failed(_because(parts, why), *_worth_showing(told, got, right))

    def differs_from(self, other: Any, why: str = "") -> None:
        """The value is not the same as `other`."""
        if _same(self.value, other):
            raise Failed(_because(say("unchanged", name=self.name), why))

    def close_to(self, wanted: Any, why: str = "") -> None:
        """The value equals `wanted` but for rounding, in every entry."""
        if isinstance(wanted, torch.Tensor):
            self.has_shape(tuple(wanted.shape))
        elif isinstance(wanted, float):
            self.is_a("float")
        if not is_close(self.value, wanted):
            told, got, right = _first_difference(self.value, wanted)
            parts = say("parts", name=self.name, difference=told)
            raise Failed(_because(parts, why), *_worth_showing(told, got, right))

    def between(self, low: float, high: float, why: str = "") -> None:
        """All numbers in the value lie in [low, high]."""
        numbers = torch.as_tensor(self.value, dtype=torch.float64)
        least, most = float(numbers.min()), float(numbers.max())
        if not (low <= least and most <= high):
            told = say("reaches", name=self.name, least=f"{least:.4g}", most=f"{most:.4g}")
            if least == most:
                told = say("is-one", name=self.name, value=f"{least:.6g}")
            raise Failed(_because(told, why), self.value, f"{low:g} to {high:g}")

    def tells(self, labels: torch.Tensor, share: float, loss: float, why: str) -> None:
        """The logits `(N, 10)` are right for this share of the labels, or their loss is as low."""
        self.has_shape((len(labels), 10))
        cost = float(torch.nn.functional.cross_entropy(self.value.detach().double(), labels))
        right = float((self.value.argmax(1) == labels).double().mean())
        if not (cost <= loss or (right >= share and math.isfinite(cost))):
            told = say("share", name=self.name, right=f"{right:.0%}", cost=f"{cost:.3f}")
            raise Failed(_because(told, why), self.value, f"{share:.0%}, or a loss of {loss}")

    def holds(self, why: str) -> None:
        """The value is true; `why` says what it means that it is not."""
        if self.value is not True:
            shown = () if self.value is False else (self.value, True)
            raise Failed(say("claim", name=self.name, why=translated("why", why)), *shown)

    def left_alone(self) -> None:
        """The value, a list of what a call changed besides its task, is empty."""
        if self.value:
            more = len(self.value) - 3
            shown = ", ".join([*self.value[:3], *([f"… ({more} more)"] if more > 0 else [])])
            raise Failed(say("also-changed", name=self.name, what=shown))

    def refuses(self, *naming: str, error: str = "ValueError") -> None:
        """The attempt raised `error` or a kind of it, with each text of `naming` in its message."""
        call, raised = self.value["call"], self.value.get("raised")
        if raised is None:
            told = say("not-refused", name=self.name, call=call, error=error)
            raise Failed(told, self.value.get("returned"), error)
        if error not in (raised, *self.value.get("kinds", ())):  # a subclass will do
            got = f"{raised}: {self.value['message']}"
            told = say("other-error", name=self.name, call=call, raised=raised, error=error)
            raise Failed(told, got, error)
        missing = [text for text in naming if text not in self.value["message"]]
        if missing:
            told = say("message-lacks", name=self.name, missing=", ".join(missing))
            raise Failed(told, self.value["message"], f"a message with {', '.join(missing)}")

    def accepts(self) -> None:
        """The attempt raised nothing."""
        if "raised" in self.value:
            got = f"{self.value['raised']}: {self.value['message']}"
            told = say("refused", name=self.name, call=self.value["call"])
            raise Failed(told, got, "a result")


def expect(value: Any, name: str) -> Expectation:
    """Begin a claim about a value, called `name` in messages."""
    return Expectation(value, name)


def type_name(value: Any) -> str:
    """Return the type as a student would call it."""
    if isinstance(value, Opaque):
        return value.type
    if isinstance(value, Record):
        return value.kind
    if isinstance(value, torch.Tensor):
        return "tensor"
    if isinstance(value, np.ndarray):
        return "numpy array"
    return "None" if value is None else type(value).__name__


def tolerance(wanted: torch.Tensor, got: torch.Tensor) -> float:
    """Return the largest difference that rounding explains, from dtype, size and magnitude.

    Rounding errors of a sum of n terms grow about as the square root of n.
    """
    relative = max(RELATIVE.get(wanted.dtype, 0.0), RELATIVE.get(got.dtype, 0.0))
    numbers = wanted.detach().double()
    finite = numbers[torch.isfinite(numbers)]
    scale = float(finite.abs().max()) if finite.numel() else 1.0
    return relative * max(1.0, math.sqrt(wanted.numel())) * max(scale, 1e-3)


def is_close(got: Any, wanted: Any) -> bool:
    """Say whether two thawed values agree but for rounding; types must agree too."""
    if isinstance(wanted, torch.Tensor):
        if not isinstance(got, torch.Tensor) or got.shape != wanted.shape:
            return False
        return torch.allclose(
            got.detach().double(),
            wanted.detach().double(),
            rtol=0.0,
            atol=tolerance(wanted, got),
            equal_nan=True,
        )
    if isinstance(wanted, float) and not isinstance(wanted, bool):
        if not isinstance(got, float):
            return False
        if math.isnan(wanted) or math.isnan(got):
            return math.isnan(wanted) and math.isnan(got)
        return math.isclose(got, wanted, rel_tol=PYTHON_FLOAT, abs_tol=1e-8)
    if isinstance(wanted, dict):
        return (
            isinstance(got, dict)
            and got.keys() == wanted.keys()
            and all(is_close(got[key], wanted[key]) for key in wanted)
        )
    if isinstance(wanted, (list, tuple)):
        return (
            type(got) is type(wanted)
            and len(got) == len(wanted)
            and all(is_close(a, b) for a, b in zip(got, wanted, strict=True))
        )
    return _same(got, wanted)


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(got, torch.Tensor) and isinstance(wanted, torch.Tensor):
        same_form = got.shape == wanted.shape and got.dtype == wanted.dtype
        return same_form and bool(torch.equal(got.detach(), wanted.detach()))
    if isinstance(got, np.ndarray) and isinstance(wanted, np.ndarray):
        return got.dtype == wanted.dtype and bool(np.array_equal(got, wanted))
    if type(got) is not type(wanted):
        return False
    if isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(_same(got[k], wanted[k]) for k in wanted)
    if isinstance(wanted, (list, tuple)):
        return len(got) == len(wanted) and all(map(_same, got, wanted))
    return bool(got == wanted)


def _first_difference(got: Any, wanted: Any) -> tuple[str, Any, Any]:
    """Say in words where two values part ("is … , not …"), and give the two parts themselves."""
    if isinstance(got, torch.Tensor) and isinstance(wanted, torch.Tensor):
        return _tensor_difference(got, wanted), got, wanted
    if type_name(got) != type_name(wanted):
        told = say("differ-type", got=type_name(got), wanted=type_name(wanted))
        return told, got, wanted
    if isinstance(wanted, dict):
        if got.keys() != wanted.keys():
            return say("differ-keys", got=list(got), wanted=list(wanted)), "", ""
        key = next(
            k for k in wanted if not is_close(got[k], wanted[k]) or not _same(got[k], wanted[k])
        )
        told, *parts = _first_difference(got[key], wanted[key])
        return say("differ-at", place=repr(key), difference=told), parts[0], parts[1]
    if isinstance(wanted, (list, tuple)):
        return _list_difference(got, wanted)
    return say("differ", got=show(got), wanted=show(wanted)), got, wanted


def _list_difference(got: Any, wanted: Any) -> tuple[str, Any, Any]:
    if len(got) != len(wanted):
        return say("differ-length", got=len(got), wanted=len(wanted)), got, wanted
    pairs = list(zip(got, wanted, strict=True))
    apart = [i for i, (a, b) in enumerate(pairs) if not is_close(a, b)]
    place = apart[0] if apart else next(i for i, (a, b) in enumerate(pairs) if not _same(a, b))
    told, *parts = _first_difference(got[place], wanted[place])
    if all(isinstance(each, (bool, int, float, str)) for each in (*got, *wanted)):
        parts = [got, wanted]  # a short list says more than one of its entries
    return say("differ-at", place=[place], difference=told), parts[0], parts[1]


def _worth_showing(told: str, got: Any, wanted: Any) -> tuple[Any, Any]:
    """Return the two values, or nothing where the message says all that they would."""
    large = isinstance(got, torch.Tensor) and got.numel() > 12
    said = show(got) in told and show(wanted) in told
    return ("", "") if large or said else (got, wanted)


def _tensor_difference(got: torch.Tensor, wanted: torch.Tensor) -> str:
    if got.shape != wanted.shape:
        return say("differ-shape", got=tuple(got.shape), wanted=tuple(wanted.shape))
    if got.dtype != wanted.dtype and torch.equal(got.double(), wanted.double()):
        return say("differ-dtype", got=got.dtype, wanted=wanted.dtype).replace("torch.", "")
    a, b = got.detach().double(), wanted.detach().double()
    apart = ~torch.isclose(a, b, rtol=0.0, atol=tolerance(wanted, got), equal_nan=True)
    if not bool(apart.any()):
        apart = a != b
    index = [int(i) for i in apart.nonzero()[0]]
    first, other = float(a[tuple(index)]), float(b[tuple(index)])
    told = say("differ", got=f"{first:.6g}", wanted=f"{other:.6g}")
    if apart.numel() > 1:
        count = {"count": int(apart.sum()), "total": apart.numel()}
        told = say("differ-entries", got=f"{first:.6g}", wanted=f"{other:.6g}", **count)
    return say("differ-at", place=index, difference=told) if index else told


def show(value: object) -> str:
    """Return a value as short text for a message."""
    if isinstance(value, torch.Tensor):
        head = f"{str(value.dtype).removeprefix('torch.')} tensor {tuple(value.shape)}"
        if value.numel() <= 12:
            return f"{head}: {_rounded(value.tolist())}"
        return (
            f"{head}, from {float(value.double().min()):.4g} to {float(value.double().max()):.4g}"
        )
    if isinstance(value, np.ndarray):
        return f"numpy {value.dtype} array {value.shape}"
    if isinstance(value, Opaque):
        return f"{value.type}: {value.text}"
    if isinstance(value, Record):
        return f"{value.kind}({', '.join(f'{k}={show(v)}' for k, v in value.items())})"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str):
        return value if len(value) <= 300 else value[:297] + "…"
    text = str(_rounded(value))
    return text if len(text) <= 300 else text[:297] + "…"


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, (list, tuple)):
        return type(value)(_rounded(v) for v in value)
    if isinstance(value, dict) and not isinstance(value, Record):
        return {key: _rounded(v) for key, v in value.items()}
    if isinstance(value, (torch.Tensor, Record, Opaque)):
        return show(value)
    return value


def _because(told: str, why: str) -> str:
    return say("because", told=told, why=translated("why", why)) if why else told
