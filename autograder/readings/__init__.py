"""The bank of readings: what the numbers of a difference say by themselves, whatever the code is.

A reading is a hypothesis that was tested on the numbers: what is told to be 255 times too small is
right once it is multiplied. The words stand in `readings.toml`.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor

from autograder.claims.difference import dtype_name, is_close, show
from fashion_course.kit.words import _


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a difference means, to stand after the name of the value; a question that leads on."""

    told: str
    question: str


READINGS = msgspec.toml.decode(
    Path(__file__).with_name("readings.toml").read_bytes(), type=dict[str, Reading]
)

HYPOTHESES: dict[str, Callable[[Tensor], Tensor]] = {
    "sign": lambda x: -x,
    "complement": lambda x: 1 - x.where((x >= 0) & (x <= 1), math.nan),
    "square": lambda x: x * x,
    "root": lambda x: x.sqrt(),
    "logarithm": lambda x: x.log(),
    "exponential": lambda x: x.exp(),
    "whole": lambda x: x.round(),
    "cut": lambda x: x.trunc(),
    "unsigned": lambda x: x.abs(),
}
"""What may have become of one right number, or of all."""

OF_ROWS: dict[str, Callable[[Tensor], Tensor]] = {
    "reversed": lambda x: x.flip(0),
    "sorted": lambda x: x.sort(0)[0],
    "positive": lambda x: x.clamp(min=0),
    "shifted": lambda x: x.roll(1, -1),
    "back": lambda x: x.roll(-1, -1),
    "running": lambda x: x.cumsum(0),
}
"""What may have become of several."""

OF_TABLES: dict[str, Callable[[Tensor], Tensor]] = {
    "mirror": lambda x: x.mT,
    "doubled": lambda x: x + x.mT if x.shape[-1] == x.shape[-2] else x,
    "sideways": lambda x: x.flip(-1),
    "upside": lambda x: x.flip(-2),
    "turned": lambda x: x.flip(-1, -2),
    "softmax": lambda x: x.softmax(-1),
    "softmax_down": lambda x: x.log().softmax(0) if bool((x > 0).all()) else x.softmax(0),
    "log_softmax": lambda x: x.log_softmax(-1),
    "shares": lambda x: x / x.sum(-1, keepdim=True),
}
"""What may have become of a table, or of images."""


def reading(actual: Any, expected: Any) -> Reading | None:
    """Return what the difference of two thawed values says; None where it says nothing special."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        return _of_entries(actual, expected)
    if isinstance(expected, torch.Size):
        return next(_of_sizes(getattr(actual, "shape", torch.Size()), expected), None)
    mine, right = _numbers(actual), _numbers(expected)
    if mine is None or right is None or not right.numel() or not mine.numel():
        return None
    if mine.shape != right.shape:
        return next(_of_shapes(mine, right), None)
    if _equal(mine, right):
        return None
    found = next(_of_numbers(mine, right), None)
    kind = getattr(actual, "dtype", torch.float)
    if kind.is_floating_point or _equal(right, right.round()) or not _equal(mine, right.trunc()):
        return found
    return _say("integers", dtype=dtype_name(actual))


def _say(name: str, **values: object) -> Reading:
    entry = READINGS[name]
    return Reading(_(entry.told).format(**values), _(entry.question).format(**values))


def _of_entries(actual: dict[Any, Any], expected: dict[Any, Any]) -> Reading | None:
    """Read the first entry that differs; two that stand in each other's place first."""
    if actual.keys() != expected.keys():
        return None
    apart = [key for key in expected if not is_close(actual[key], expected[key])]
    for one, other in itertools.combinations(apart, 2):
        if is_close((actual[one], actual[other]), (expected[other], expected[one])):
            return _say("exchanged")
    mine, right = (_numbers([each[key] for key in apart]) for each in (actual, expected))
    if len(apart) == len(expected) > 1 and mine is not None and right is not None:
        alike = next(_by_a_factor(mine, right), None) if mine.shape == right.shape else None
        if alike is not None:
            return msgspec.structs.replace(alike, told=_("{what}, each time", what=alike.told))
    found = reading(actual[apart[0]], expected[apart[0]]) if apart else None
    if found is None:
        return None
    told = _("at {place} {difference}", place=repr(apart[0]), difference=found.told)
    return msgspec.structs.replace(found, told=told)


def _numbers(value: Any) -> Tensor | None:
    """Return a number, a tensor or a list of numbers as float64; None of booleans and others."""
    try:
        plain = not isinstance(value, (bool, str)) and value is not None
        numbers = torch.as_tensor(value).detach() if plain else None
    except (TypeError, ValueError, RuntimeError):
        return None
    return None if numbers is None or numbers.dtype == torch.bool else numbers.double()


def _of_shapes(mine: Tensor, right: Tensor) -> Iterator[Reading]:
    """Yield what holds of numbers that have another shape than they should."""
    if _constant(right):
        return
    if mine.ndim == right.ndim > 2 and _equal(mine, right.mT):
        yield _say("transposed")
    if mine.ndim == right.ndim:
        for order in itertools.permutations(range(right.ndim)):
            if _equal(mine, right.permute(order)):
                yield _say("axes", axes=", ".join(map(str, order)))
    if mine.numel() == right.numel() and _equal(mine.flatten(), right.flatten()):
        yield _say("reshaped")
    if mine.ndim == right.ndim and mine.shape[1:] == right.shape[1:]:
        few, many = len(mine), len(right)
        if few < many and _equal(mine, right[:few]):
            yield _say("first", few=few, many=many)
        if few < many and _equal(mine, right[-few:]):
            yield _say("last", few=few, many=many)
        if few > many and _equal(mine[:many], right):
            yield _say("extra", count=few - many)


def _of_sizes(mine: torch.Size, right: torch.Size) -> Iterator[Reading]:
    """Yield what a shape says where the right numbers are not known."""
    if len(mine) == len(right) > 2 and (*right[:-2], right[-1], right[-2]) == mine != right:
        yield _say("height_and_width")


def _of_numbers(mine: Tensor, right: Tensor) -> Iterator[Reading]:
    """Yield what holds of numbers in the right shape, the most special first."""
    many = mine.numel() > 1
    odd = int((~mine.isfinite()).sum())
    if odd:
        name = "nan" if bool(mine.isnan().any()) else _("infinite")
        place = "odd" if odd == mine.numel() else "odd_places"
        yield _say(place, odd=name, count=odd, total=mine.numel())
        return
    if many and _constant(mine) and not _constant(right):
        value = float(mine.flatten()[0])
        yield _say("constant", value=show(value)) if value else _say("zero")
    if many and mine.ndim == 1 and len(mine) == 2 and _equal(mine.flip(0), right):
        yield _say("exchanged")
    tables, rows = OF_TABLES if mine.ndim > 1 else {}, OF_ROWS if many else {}
    single = not many or _constant(right)
    share = single and any(_equal(right * n, (right * n).round()) for n in range(1, 65))
    for name, change in (HYPOTHESES | tables | rows).items():
        if (not share or name in ("sign", "complement")) and _made(change, right, mine):
            yield _say(name)
    if mine.ndim > 1 and _made(OF_TABLES["softmax"], mine, right):
        yield _say("unsoftened")
    for digits in () if share else range(1, 6):
        cut = mine.round(decimals=digits)
        exact = bool(torch.isclose(mine, cut, rtol=1e-7, atol=0).all())  # 0.37 in float32, too
        if exact and _made(lambda x, d=digits: x.round(decimals=d), right, mine):  # type: ignore[misc]
            yield _say("rounded", digits=digits)
    yield from _in_the_next_entry(mine, right)
    yield from _by_a_factor(mine, right)
    if many:
        yield from _in_other_places(mine, right)
        yield from _in_one_place(mine, right)
    yield from _by_a_distance(mine, right)


def _by_a_factor(mine: Tensor, right: Tensor) -> Iterator[Reading]:
    """Yield the one number that all are too large or too small by; a whole one for one number."""
    used = right != 0
    if not bool(used.any()) or _equal(mine, right):
        return
    factor = float((mine[used] / right[used])[0])
    single = _constant(right[used])
    if factor <= 0 or not _equal(mine, right * factor) or (single and _by_chance(mine, right)):
        return
    size = max(factor, 1 / factor)
    name, whole = "larger" if factor > 1 else "smaller", round(size)
    bases = {1.442695: "1.4427 (1 / ln 2)", 2.302585: "2.3026 (ln 10)"}
    near = 1e-6 if single and whole not in (100, 255) else 1e-5  # one may be near by chance
    base = [text for number, text in bases.items() if math.isclose(size, number, rel_tol=1e-5)]
    count = factor**2 / (factor**2 - 1) if factor > 1 else 0.0
    if base:
        yield _say(f"{name}_base", factor=base[0])
    elif 2 <= whole < 1_000_000 and math.isclose(size, whole, rel_tol=near):
        special = {100: "_percent", 255: "_scale"}.get(whole, "")
        yield _say(name + special, factor=f"{whole:,}")
    elif 1.99 < count < 300 and math.isclose(count, round(count), rel_tol=1e-4):
        yield _say("sample", count=round(count), less=round(count) - 1)
    elif not single:
        yield _say(name, factor=f"{size:.6g}")


def _by_chance(mine: Tensor, right: Tensor) -> bool:
    """Say whether one number is a multiple of another by chance, as counts and shares often are.

    That 3 stands where 3 / 7 should is no chance, nor are percentages and the scale of pixels.
    """
    one, other = float(mine[right != 0][0]), float(right[right != 0][0])
    parts = next((n for n in range(1, 65) if math.isclose(other * n, round(other * n))), None)
    known = {parts or 1, 100, 255, 1 / 255} - {1}
    return parts is not None and not any(math.isclose(one, other * n, rel_tol=1e-5) for n in known)


def _in_the_next_entry(mine: Tensor, right: Tensor) -> Iterator[Reading]:
    """Yield whether a row of numbers begins one entry too early or too late; no plain counting."""
    few = 4 if _equal(right, right.round()) else 3  # small whole numbers agree by chance
    if mine.ndim != 1 or len(mine) < few or _constant(mine - right):
        return
    if _equal(mine[:-1], right[1:]) and not _constant(right[1:]):
        yield _say("ahead")
    elif _equal(mine[1:], right[:-1]) and not _constant(right[:-1]):
        yield _say("behind")


def _in_other_places(mine: Tensor, right: Tensor) -> Iterator[Reading]:
    if _equal(mine.flatten().sort()[0], right.flatten().sort()[0]):
        rows = [sorted(each.flatten(1).tolist()) for each in (mine, right) if each.ndim > 1]
        yield _say("rows" if rows and _equal(*map(torch.tensor, rows)) else "places")


def _in_one_place(mine: Tensor, right: Tensor) -> Iterator[Reading]:
    """Yield where all that differs lies: at the border, or at one index of an axis."""
    apart = ~torch.isclose(mine, right, rtol=1e-5, atol=1e-8)
    if right.ndim > 1 and min(right.shape[-2:]) > 2 and not bool(apart[..., 1:-1, 1:-1].any()):
        first = bool(apart[..., 0, :-1].any() and apart[..., :-1, 0].any())
        last = bool(apart[..., -1, 1:].any() and apart[..., 1:, -1].any())
        if first and last:
            yield _say("border")
        elif last and not bool(apart[..., :-1, :-1].any()):
            yield _say("far_border")
    for axis, size in enumerate(right.shape):
        places = {place[axis] for place in apart.nonzero().tolist()}
        if size > 2 and len(places) == 1:
            yield _say("one_place", place=places.pop(), axis=axis)


def _by_a_distance(mine: Tensor, right: Tensor) -> Iterator[Reading]:
    """Yield the distance between all numbers, or the straight line from the right ones to these."""
    low, high = int(right.argmin()), int(right.argmax())
    (first, last), (least, most) = mine.flatten()[[low, high]], right.flatten()[[low, high]]
    if mine.numel() > 1 and _equal(mine, right + (first - least)):
        name = "higher" if bool(first > least) else "lower"
        yield _say(name, size=show(abs(float(first - least))))
    elif mine.numel() > 3 and least < most:
        factor = (last - first) / (most - least)
        if factor and _equal(mine, right * factor + (first - least * factor)):
            yield _say("line", factor=show(float(factor)))


def _made(change: Callable[[Tensor], Tensor], before: Tensor, after: Tensor) -> bool:
    """Say whether a change makes something else of numbers, and it is this; 0 is made of many."""
    changed = change(before)
    return bool(after.any()) and _equal(after, changed) and not _equal(before, changed)


def _constant(numbers: Tensor) -> bool:
    flat = numbers.flatten()
    return _equal(flat, flat[:1].expand(flat.shape))


def _equal(first: Tensor, second: Tensor) -> bool:
    """Say whether two tensors agree but for the rounding of float32."""
    if first.shape != second.shape or not bool(second.isfinite().all()):
        return False
    near = float(second.abs().max()) if second.numel() else 0.0
    return bool(torch.isclose(first, second, rtol=1e-5, atol=1e-6 * near).all())
