"""Compares two thawed values, and says in words where they part."""

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from autograder.worker.observation import NamedFields, Opaque
from fashion_course.kit.words import _

RELATIVE = {torch.float64: 1e-9, torch.float32: 2e-6, torch.float16: 4e-3, torch.bfloat16: 3e-2}
"""Rounding allowed for one number, as a share of the largest one near it: some 20 units in the last
place of each dtype (float64: also a detour through another order of summation)."""

PYTHON_FLOAT = 1e-5
"""For Python floats, which may have been summed in float32 before."""

DIGITS = (6, 8, 10, 13, 17)
"""How many digits of a number are shown: as few of these as tell it from the other one."""


class Difference(NamedTuple):
    """Where two values part.

    Attributes:
        told: in words, after the name of the value: "is …, not …".
        actual: the part that came, as far as it is worth showing.
        expected: the part that was expected.
        place: the key or index of the outermost entry that differs, or None.
    """

    told: str
    actual: Any
    expected: Any
    place: Any = None


def tolerance(expected: torch.Tensor, actual: torch.Tensor) -> float:
    """Return the largest difference that rounding explains, from dtype, size and magnitude.

    Rounding errors of a sum of n terms grow about as the square root of n.
    """
    relative = max(RELATIVE.get(expected.dtype, 0.0), RELATIVE.get(actual.dtype, 0.0))
    numbers = expected.detach().double()
    finite = numbers[torch.isfinite(numbers)]
    scale = float(finite.abs().max()) if finite.numel() else 1.0
    return relative * max(1.0, math.sqrt(expected.numel())) * max(scale, 1e-3)


def is_close(actual: Any, expected: Any) -> bool:
    """Say whether two thawed values agree but for rounding; types must agree too."""
    if isinstance(expected, torch.Tensor):
        if not isinstance(actual, torch.Tensor) or actual.shape != expected.shape:
            return False
        return torch.allclose(
            actual.detach().double(),
            expected.detach().double(),
            rtol=0.0,
            atol=tolerance(expected, actual),
            equal_nan=True,
        )
    if isinstance(expected, float) and not isinstance(expected, bool):
        if not isinstance(actual, float):
            return False
        if math.isnan(expected) or math.isnan(actual):
            return math.isnan(expected) and math.isnan(actual)
        return math.isclose(actual, expected, rel_tol=PYTHON_FLOAT, abs_tol=1e-8)
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and actual.keys() == expected.keys()
            and all(is_close(actual[key], expected[key]) for key in expected)
        )
    if isinstance(expected, (list, tuple)):
        return (
            type(actual) is type(expected)
            and len(actual) == len(expected)
            and all(is_close(a, b) for a, b in zip(actual, expected, strict=True))
        )
    return is_same(actual, expected)


def is_same(actual: Any, expected: Any) -> bool:
    """Say whether two thawed values agree to the last bit, types included."""
    if isinstance(actual, torch.Tensor) and isinstance(expected, torch.Tensor):
        same_form = actual.shape == expected.shape and actual.dtype == expected.dtype
        return same_form and bool(torch.equal(actual.detach(), expected.detach()))
    if isinstance(actual, np.ndarray) and isinstance(expected, np.ndarray):
        return actual.dtype == expected.dtype and bool(np.array_equal(actual, expected))
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            is_same(actual[k], expected[k]) for k in expected
        )
    if isinstance(expected, (list, tuple)):
        return len(actual) == len(expected) and all(map(is_same, actual, expected))
    return bool(actual == expected)


def difference(actual: Any, expected: Any) -> Difference:
    """Return where two values part: at the first entry that more than rounding tells apart."""
    if isinstance(actual, torch.Tensor) and isinstance(expected, torch.Tensor):
        return Difference(_tensor_difference(actual, expected), actual, expected)
    if type_name(actual) != type_name(expected):
        told = _(
            "has type {actual}, not {expected}",
            actual=type_name(actual),
            expected=type_name(expected),
        )
        return Difference(told, actual, expected)
    if isinstance(expected, dict):
        if actual.keys() != expected.keys():
            return Difference(
                _(
                    "has the keys {actual}, not {expected}",
                    actual=list(actual),
                    expected=list(expected),
                ),
                "",
                "",
            )
        place = _first_apart([(key, actual[key], expected[key]) for key in expected])
        inner = difference(actual[place], expected[place])
        told = _("at {place} {difference}", place=repr(place), difference=inner.told)
        return Difference(told, inner.actual, inner.expected, place)
    if isinstance(expected, (list, tuple)):
        return _list_difference(actual, expected)
    first, other = show_apart(actual, expected)
    return Difference(
        _("is {actual}, not {expected}", actual=first, expected=other), actual, expected
    )


def _first_apart(entries: list[tuple[Any, Any, Any]]) -> Any:
    """Return the key of the first entry that differs by more than rounding, else by a bit."""
    apart = [key for key, a, b in entries if not is_close(a, b)]
    return (apart or [key for key, a, b in entries if not is_same(a, b)])[0]


def _list_difference(actual: Any, expected: Any) -> Difference:
    if len(actual) != len(expected):
        return Difference(
            _("has {actual} entries, not {expected}", actual=len(actual), expected=len(expected)),
            actual,
            expected,
        )
    pairs = list(zip(actual, expected, strict=True))
    place = _first_apart([(i, a, b) for i, (a, b) in enumerate(pairs)])
    inner = difference(actual[place], expected[place])
    parts = inner.actual, inner.expected
    if all(isinstance(each, (bool, int, float, str)) for each in (*actual, *expected)):
        parts = actual, expected  # a short list says more than one of its entries
    return Difference(
        _("at {place} {difference}", place=[place], difference=inner.told), *parts, place
    )


def _tensor_difference(actual: torch.Tensor, expected: torch.Tensor) -> str:
    if actual.shape != expected.shape:
        return _(
            "has shape {actual}, not {expected}",
            actual=tuple(actual.shape),
            expected=tuple(expected.shape),
        )
    if actual.dtype != expected.dtype and torch.equal(actual.double(), expected.double()):
        return _(
            "has dtype {actual}, not {expected}", actual=actual.dtype, expected=expected.dtype
        ).replace("torch.", "")
    a, b = actual.detach().double(), expected.detach().double()
    apart = ~torch.isclose(a, b, rtol=0.0, atol=tolerance(expected, actual), equal_nan=True)
    if not bool(apart.any()):
        apart = a != b
    index = [int(i) for i in apart.nonzero()[0]]
    first, other = show_apart(float(a[tuple(index)]), float(b[tuple(index)]))
    told = _("is {actual}, not {expected}", actual=first, expected=other)
    if apart.numel() > 1:
        count = {"count": int(apart.sum()), "total": apart.numel()}
        told = _(
            "is {actual}, not {expected} ({count} of {total} entries differ)",
            actual=first,
            expected=other,
            **count,
        )
    return _("at {place} {difference}", place=index, difference=told) if index else told


def worth_showing(parts: Difference) -> tuple[Any, Any]:
    """Return the two values, or nothing where the message says all that they would."""
    large = isinstance(parts.actual, torch.Tensor) and parts.actual.numel() > 12
    shown = show_apart(parts.actual, parts.expected)
    said = all(each in parts.told for each in shown)
    return ("", "") if large or said else shown


def type_name(value: Any) -> str:
    """Return the type as a student would call it."""
    if isinstance(value, Opaque):
        return value.type
    if isinstance(value, NamedFields):
        return value.kind
    if isinstance(value, torch.Tensor):
        return "tensor"
    if isinstance(value, np.ndarray):
        return "numpy array"
    return "None" if value is None else type(value).__name__


def show_apart(actual: object, expected: object) -> tuple[str, str]:
    """Return two values that differ as short text, with so many digits that the texts differ."""
    shown = show(actual), show(expected)
    for digits in DIGITS[1:]:
        if shown[0] != shown[1]:
            break
        shown = show(actual, digits), show(expected, digits)
    return shown


def show(value: object, digits: int = DIGITS[0]) -> str:
    """Return a value as short text for a message; numbers with so many digits."""
    if isinstance(value, torch.Tensor):
        return _show_tensor(value, digits)
    if isinstance(value, np.ndarray):
        return f"numpy {value.dtype} array {value.shape}"
    if isinstance(value, Opaque):
        return f"{value.type}: {value.text}" if value.text else value.type
    if isinstance(value, NamedFields):
        fields = (f"{name}={show(field, digits)}" for name, field in value.items())
        return f"{value.kind}({', '.join(fields)})"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    text = value if isinstance(value, str) else str(_rounded(value, digits))
    return text if len(text) <= 300 else text[:297] + "…"


def _show_tensor(value: torch.Tensor, digits: int) -> str:
    head = f"{str(value.dtype).removeprefix('torch.')} tensor {tuple(value.shape)}"
    if value.numel() <= 12:
        return f"{head}: {_rounded(value.tolist(), digits)}"
    numbers = value.double()
    least, most = (f"{float(end):.{digits - 2}g}" for end in (numbers.min(), numbers.max()))
    return f"{head}, from {least} to {most}"


def _rounded(value: object, digits: int) -> object:
    if isinstance(value, float):
        return float(f"{value:.{digits - 2}g}")
    if isinstance(value, (list, tuple)):
        return type(value)(_rounded(v, digits) for v in value)
    if isinstance(value, dict) and not isinstance(value, NamedFields):
        return {key: _rounded(v, digits) for key, v in value.items()}
    if isinstance(value, (torch.Tensor, NamedFields, Opaque)):
        return show(value, digits)
    return value
