"""Compares two thawed values, and says in words where they part."""

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from autograder.worker.observation import Opaque, Record
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
        got: the part that came, as far as it is worth showing.
        wanted: the part that was wanted.
        place: the key or index of the outermost entry that differs, or None.
    """

    told: str
    got: Any
    wanted: Any
    place: Any = None


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
    return is_same(got, wanted)


def is_same(got: Any, wanted: Any) -> bool:
    """Say whether two thawed values agree to the last bit, types included."""
    if isinstance(got, torch.Tensor) and isinstance(wanted, torch.Tensor):
        same_form = got.shape == wanted.shape and got.dtype == wanted.dtype
        return same_form and bool(torch.equal(got.detach(), wanted.detach()))
    if isinstance(got, np.ndarray) and isinstance(wanted, np.ndarray):
        return got.dtype == wanted.dtype and bool(np.array_equal(got, wanted))
    if type(got) is not type(wanted):
        return False
    if isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(is_same(got[k], wanted[k]) for k in wanted)
    if isinstance(wanted, (list, tuple)):
        return len(got) == len(wanted) and all(map(is_same, got, wanted))
    return bool(got == wanted)


def difference(got: Any, wanted: Any) -> Difference:
    """Return where two values part: at the first entry that more than rounding tells apart."""
    if isinstance(got, torch.Tensor) and isinstance(wanted, torch.Tensor):
        return Difference(_tensor_difference(got, wanted), got, wanted)
    if type_name(got) != type_name(wanted):
        told = _("has type {got}, not {wanted}", got=type_name(got), wanted=type_name(wanted))
        return Difference(told, got, wanted)
    if isinstance(wanted, dict):
        if got.keys() != wanted.keys():
            return Difference(
                _("has the keys {got}, not {wanted}", got=list(got), wanted=list(wanted)), "", ""
            )
        place = _first_apart([(key, got[key], wanted[key]) for key in wanted])
        inner = difference(got[place], wanted[place])
        told = _("at {place} {difference}", place=repr(place), difference=inner.told)
        return Difference(told, inner.got, inner.wanted, place)
    if isinstance(wanted, (list, tuple)):
        return _list_difference(got, wanted)
    first, other = show_apart(got, wanted)
    return Difference(_("is {got}, not {wanted}", got=first, wanted=other), got, wanted)


def _first_apart(entries: list[tuple[Any, Any, Any]]) -> Any:
    """Return the key of the first entry that differs by more than rounding, else by a bit."""
    apart = [key for key, a, b in entries if not is_close(a, b)]
    return (apart or [key for key, a, b in entries if not is_same(a, b)])[0]


def _list_difference(got: Any, wanted: Any) -> Difference:
    if len(got) != len(wanted):
        return Difference(
            _("has {got} entries, not {wanted}", got=len(got), wanted=len(wanted)), got, wanted
        )
    pairs = list(zip(got, wanted, strict=True))
    place = _first_apart([(i, a, b) for i, (a, b) in enumerate(pairs)])
    inner = difference(got[place], wanted[place])
    parts = inner.got, inner.wanted
    if all(isinstance(each, (bool, int, float, str)) for each in (*got, *wanted)):
        parts = got, wanted  # a short list says more than one of its entries
    return Difference(
        _("at {place} {difference}", place=[place], difference=inner.told), *parts, place
    )


def _tensor_difference(got: torch.Tensor, wanted: torch.Tensor) -> str:
    if got.shape != wanted.shape:
        return _("has shape {got}, not {wanted}", got=tuple(got.shape), wanted=tuple(wanted.shape))
    if got.dtype != wanted.dtype and torch.equal(got.double(), wanted.double()):
        return _("has dtype {got}, not {wanted}", got=got.dtype, wanted=wanted.dtype).replace(
            "torch.", ""
        )
    a, b = got.detach().double(), wanted.detach().double()
    apart = ~torch.isclose(a, b, rtol=0.0, atol=tolerance(wanted, got), equal_nan=True)
    if not bool(apart.any()):
        apart = a != b
    index = [int(i) for i in apart.nonzero()[0]]
    first, other = show_apart(float(a[tuple(index)]), float(b[tuple(index)]))
    told = _("is {got}, not {wanted}", got=first, wanted=other)
    if apart.numel() > 1:
        count = {"count": int(apart.sum()), "total": apart.numel()}
        told = _(
            "is {got}, not {wanted} ({count} of {total} entries differ)",
            got=first,
            wanted=other,
            **count,
        )
    return _("at {place} {difference}", place=index, difference=told) if index else told


def worth_showing(parts: Difference) -> tuple[Any, Any]:
    """Return the two values, or nothing where the message says all that they would."""
    large = isinstance(parts.got, torch.Tensor) and parts.got.numel() > 12
    shown = show_apart(parts.got, parts.wanted)
    said = all(each in parts.told for each in shown)
    return ("", "") if large or said else shown


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


def show_apart(got: object, wanted: object) -> tuple[str, str]:
    """Return two values that differ as short text, with so many digits that the texts differ."""
    shown = show(got), show(wanted)
    for digits in DIGITS[1:]:
        if shown[0] != shown[1]:
            break
        shown = show(got, digits), show(wanted, digits)
    return shown


def show(value: object, digits: int = DIGITS[0]) -> str:
    """Return a value as short text for a message; numbers with so many digits."""
    if isinstance(value, torch.Tensor):
        return _show_tensor(value, digits)
    if isinstance(value, np.ndarray):
        return f"numpy {value.dtype} array {value.shape}"
    if isinstance(value, Opaque):
        return f"{value.type}: {value.text}" if value.text else value.type
    if isinstance(value, Record):
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
    if isinstance(value, dict) and not isinstance(value, Record):
        return {key: _rounded(v, digits) for key, v in value.items()}
    if isinstance(value, (torch.Tensor, Record, Opaque)):
        return show(value, digits)
    return value
