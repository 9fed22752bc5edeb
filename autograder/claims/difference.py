"""Compares two thawed values, and says in words where they part."""

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from autograder.worker.observation import Opaque
from autograder.worker.values import NamedFields
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


def is_close(actual: Any, expected: Any, exact: bool = False) -> bool:
    """Say whether two thawed values agree, entry by entry.

    Args:
        actual: what came.
        expected: what was expected.
        exact: whether rounding counts as a difference, and so do dtypes of tensors. Types of other
            values, sizes and keys must agree in any case: 1, 1.0 and True are three values.
    """
    if isinstance(actual, torch.Tensor) and isinstance(expected, torch.Tensor):
        if exact:
            return actual.dtype == expected.dtype and torch.equal(actual, expected)
        return actual.shape == expected.shape and not bool(_apart(actual, expected).any())
    if isinstance(actual, dict) and isinstance(expected, dict):
        return (
            (type(actual) is type(expected) or not exact)
            and actual.keys() == expected.keys()
            and all(is_close(actual[key], expected[key], exact) for key in expected)
        )
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, np.ndarray):
        return actual.dtype == expected.dtype and bool(np.array_equal(actual, expected))
    if isinstance(expected, (list, tuple)):
        return len(actual) == len(expected) and all(
            is_close(a, b, exact) for a, b in zip(actual, expected, strict=True)
        )
    if isinstance(expected, float) and not exact:
        both_nan = math.isnan(actual) and math.isnan(expected)
        return both_nan or math.isclose(actual, expected, rel_tol=PYTHON_FLOAT, abs_tol=1e-8)
    return bool(actual == expected)


def _apart(actual: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
    """Return which entries of two tensors of one shape differ by more than rounding.

    Rounding errors of a sum of n terms grow about as the square root of n.
    """
    a, b = actual.detach().double(), expected.detach().double()
    finite = b[torch.isfinite(b)].abs()
    scale = max(float(finite.max()) if finite.numel() else 1.0, 1e-3)
    relative = max(RELATIVE.get(expected.dtype, 0.0), RELATIVE.get(actual.dtype, 0.0))
    rounding = relative * max(1.0, math.sqrt(b.numel())) * scale
    return ~torch.isclose(a, b, rtol=0.0, atol=rounding, equal_nan=True)


def difference(actual: Any, expected: Any) -> Difference:
    """Return where two values part: at the first entry that more than rounding tells apart.

    Where rounding alone tells them apart, at the first entry that it does.
    """
    if isinstance(actual, torch.Tensor) and isinstance(expected, torch.Tensor):
        return Difference(_tensor_difference(actual, expected), actual, expected)
    if type_name(actual) != type_name(expected):
        told = mismatch("type", type_name(actual), type_name(expected))
        return Difference(told, actual, expected)
    if isinstance(expected, dict):
        if actual.keys() != expected.keys():
            return Difference(mismatch("keys", list(actual), list(expected)), "", "")
        entries = [(repr(key), key, actual[key], expected[key]) for key in expected]
    elif isinstance(expected, (list, tuple)):
        if len(actual) != len(expected):
            return Difference(mismatch("entries", len(actual), len(expected)), actual, expected)
        both = enumerate(zip(actual, expected, strict=True))
        entries = [(f"[{index}]", index, *pair) for index, pair in both]
    else:
        return Difference(mismatch("value", *show_apart(actual, expected)), actual, expected)
    apart = [entry for entry in entries if not is_close(*entry[2:])]
    apart = apart or [entry for entry in entries if not is_close(*entry[2:], exact=True)]
    named, place, *pair = apart[0]
    inner = difference(*pair)
    told = _("at {place} {difference}", place=named, difference=inner.told)
    plain = (isinstance(each, (bool, int, float, str)) for each in (*actual, *expected))
    if isinstance(expected, (list, tuple)) and all(plain):
        return Difference(told, actual, expected, place)  # a short list says more than an entry
    return Difference(told, inner.actual, inner.expected, place)


def mismatch(kind: str, actual: object, expected: object) -> str:
    """Return in what two values differ, as it reads after their name.

    Args:
        kind: "value", "type", "shape", "dtype", "keys", or "entries" and "values" for counts.
        actual: what came.
        expected: what was expected.
    """
    told = {
        "value": _("is {actual}, not {expected}", actual=actual, expected=expected),
        "type": _("has type {actual}, not {expected}", actual=actual, expected=expected),
        "shape": _("has shape {actual}, not {expected}", actual=actual, expected=expected),
        "dtype": _("has dtype {actual}, not {expected}", actual=actual, expected=expected),
        "keys": _("has the keys {actual}, not {expected}", actual=actual, expected=expected),
        "entries": _("has {actual} entries, not {expected}", actual=actual, expected=expected),
        "values": _("has {actual} values, not {expected}", actual=actual, expected=expected),
    }
    return told[kind]


def _tensor_difference(actual: torch.Tensor, expected: torch.Tensor) -> str:
    if actual.shape != expected.shape:
        return mismatch("shape", tuple(actual.shape), tuple(expected.shape))
    if actual.dtype != expected.dtype and torch.equal(actual.double(), expected.double()):
        return mismatch("dtype", dtype_name(actual), dtype_name(expected))
    apart = _apart(actual, expected)
    if not bool(apart.any()):
        apart = actual.detach().double() != expected.detach().double()
    index = [int(i) for i in apart.nonzero()[0]]
    first, second = show_apart(float(actual[tuple(index)]), float(expected[tuple(index)]))
    if apart.numel() == 1:
        told = mismatch("value", first, second)
    else:
        told = _(
            "is {actual}, not {expected} ({count} of {total} entries differ)",
            actual=first,
            expected=second,
            count=int(apart.sum()),
            total=apart.numel(),
        )
    return _("at {place} {difference}", place=index, difference=told) if index else told


def worth_showing(parts: Difference) -> tuple[Any, Any]:
    """Return the two values, or nothing where the message says all that they would."""
    large = isinstance(parts.actual, torch.Tensor) and parts.actual.numel() > 12
    shown = show_apart(parts.actual, parts.expected)
    if shown[0] == shown[1]:  # 26.0 and 26
        shown = str(parts.actual), str(parts.expected)
    said = all(each in parts.told for each in shown)
    return ("", "") if large or said else shown


def type_name(value: Any) -> str:
    """Return the type as a student would call it: "tensor", "float", a class's own name."""
    if isinstance(value, Opaque):
        return value.type
    if isinstance(value, NamedFields):
        return value.kind
    if isinstance(value, torch.Tensor):
        return "tensor"
    if isinstance(value, np.ndarray):
        return "numpy array"
    return "None" if value is None else type(value).__name__


def dtype_name(tensor: torch.Tensor) -> str:
    """Return a tensor's dtype without its module: "float32"."""
    return str(tensor.dtype).removeprefix("torch.")


def show_apart(actual: object, expected: object) -> tuple[str, str]:
    """Return two values that differ as short text, with so many digits that the texts differ."""
    shown = show(actual), show(expected)
    for digits in DIGITS[1:]:
        if shown[0] != shown[1]:
            break
        shown = show(actual, digits), show(expected, digits)
    return shown


def show(value: object, digits: int = DIGITS[0]) -> str:
    """Return a value as text of at most 300 characters for a message; numbers with so many digits.

    A tensor of more than 12 numbers is told by its dtype, shape and range.
    """
    if isinstance(value, torch.Tensor):
        head = f"{dtype_name(value)} tensor {tuple(value.shape)}"
        if value.numel() <= 12:
            return f"{head}: {_rounded(value.tolist(), digits)}"
        numbers = value.double()
        least, most = (f"{float(end):.{digits - 2}g}" for end in (numbers.min(), numbers.max()))
        return f"{head}, from {least} to {most}"
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


def _rounded(value: object, digits: int) -> object:
    if isinstance(value, float):
        return float(f"{value:.{digits - 2}g}")
    if isinstance(value, (torch.Tensor, NamedFields, Opaque)):
        return show(value, digits)
    if isinstance(value, (list, tuple)):
        return type(value)(_rounded(v, digits) for v in value)
    if isinstance(value, dict):
        return {key: _rounded(v, digits) for key, v in value.items()}
    return value
