"""Says whether two answers did the same, as far as it was observed; rounding is no difference.

Types are compared exactly: 1, 1.0 and True are three values. What an answer says in exceptions of
its own is its own affair; what Python or PyTorch say in theirs, sizes included, is not.
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from autograder.claims.difference import is_close
from autograder.worker.observation import (
    Data,
    Error,
    Items,
    Observation,
    Opaque,
    Pairs,
    TensorData,
)
from autograder.worker.values import thaw

_PASSING = re.compile(r"0x[0-9a-f]+|(?:/[^\s/'\"]+){2,}|[A-Z]:\\[^\s'\"]+|float (?=div)")
"""Addresses and paths in the text of an exception: another run has others. And 0.0 is also 0."""


def same(first: Observation, second: Observation) -> bool:
    """Say whether two observations of one scenario agree, exceptions included."""
    if first.stopped or second.stopped or first.values.keys() != second.values.keys():
        return False
    if first.error is None or second.error is None:
        return first.error is second.error and not differing(first, second)
    alike = same_error(first.error, second.error) and first.calls == second.calls
    return alike and not differing(first, second)


def differing(first: Observation, second: Observation) -> frozenset[str]:
    """Return the names of the values of one observation that are not the same in another."""
    mine, others = first.values, second.values
    return frozenset(n for n in mine if n not in others or not same_data(mine[n], others[n]))


def same_where(
    first: Observation, second: Observation, right: Observation, names: Iterable[str]
) -> bool:
    """Say whether both have these values, and they agree.

    Where more than the dtype tells the first from what is right, dtypes are no difference.
    """

    def agree(name: str) -> bool:
        mine, ideal = first.values[name], right.values.get(name)
        loose = not same_data(mine, ideal, loose=True)
        return name in second.values and same_data(mine, second.values[name], loose)

    return all(map(agree, names))


def tells_apart(first: Observation, second: Observation) -> bool:
    """Say whether two observations differ in something that hardly two mistakes have in common.

    A number is such a thing, so are a type and a text of PyTorch's with sizes in it. That something
    was not refused, or is False where True is right, is not: there are many ways to that.
    """
    if first.error is not None and second.error is None and first.error.by != "raise":
        return True
    names = first.values.keys() & second.values.keys()
    return any(_telling(first.values[name], second.values[name]) for name in names)


def is_telling(value: Any) -> bool:
    """Say whether a thawed value that does not hold is such that hardly two mistakes share it.

    A text is, if there are numbers or several words in it: those that say what happened.
    """
    if isinstance(value, dict) and "call" in value:
        value = value.get("returned", "raised" in value and value.get("by") == "raise")
    if isinstance(value, (list, tuple, dict)):
        return any(map(is_telling, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, bool) and (
        not isinstance(value, str) or " " in value or any(map(str.isdigit, value))
    )


def _telling(mine: Data, right: Data) -> bool:
    if same_data(mine, right) or isinstance(mine, bool):
        return False
    if isinstance(mine, str):
        return any(map(str.isdigit, mine))
    if isinstance(mine, Pairs):
        others = dict(_comparable(right)) if isinstance(right, Pairs) else {}
        if dict(mine.items).get("by") not in ("raise", "", None):  # a library's own exception
            return True
        return any(_telling(value, others.get(key)) for key, value in _comparable(mine))
    if isinstance(mine, Items) and isinstance(right, Items) and len(mine.items) == len(right.items):
        return any(map(_telling, mine.items, right.items))
    return True


def same_error(first: Error, second: Error) -> bool:
    """Say whether two exceptions are of one type, raised by one operation, with one text."""
    alike = first.by == "raise" or gist(first.message) == gist(second.message)
    return alike and (first.type, first.by) == (second.type, second.by)


def gist(text: str) -> str:
    """Return the text of an exception without what every run has anew."""
    return _PASSING.sub("", text)


def same_data(first: Data, second: Data, loose: bool = False) -> bool:
    """Say whether two values agree in form and, but for rounding, in their numbers.

    `loose`: dtypes of tensors are no difference.
    """
    alike = partial(same_data, loose=loose)
    if isinstance(first, TensorData) and isinstance(second, TensorData):
        return _same_tensor(first, second, loose)
    if isinstance(first, Items) and isinstance(second, Items):
        forms = [(each.kind, each.names, len(each.items)) for each in (first, second)]
        return forms[0] == forms[1] and all(map(alike, first.items, second.items))
    if isinstance(first, Pairs) and isinstance(second, Pairs):
        mine, theirs = ({(type(k), k): v for k, v in _comparable(p)} for p in (first, second))
        return mine.keys() == theirs.keys() and all(alike(mine[k], theirs[k]) for k in mine)
    if isinstance(first, Opaque) and isinstance(second, Opaque):
        return first.type == second.type  # its text may hold an address
    return is_close(first, second)


def _same_tensor(first: TensorData, second: TensorData, loose: bool) -> bool:
    dtypes = {first.dtype, second.dtype}
    if (first.kind, first.shape) != (second.kind, second.shape) or (len(dtypes) > 1 and not loose):
        return False
    try:
        return (first.data == second.data and len(dtypes) == 1) or is_close(
            thaw(first), thaw(second)
        )
    except (ValueError, TypeError):  # forged, or of a kind that has no rounding
        return False


def _comparable(pairs: Pairs) -> Iterable[tuple[Data, Data]]:
    """Return the entries; those of an attempt without what is the answer's own affair."""
    entries = {key: value for key, value in pairs.items if isinstance(key, str)}
    if "call" not in entries or not entries.keys() & {"raised", "returned"}:
        return pairs.items
    own = {"at", "kinds", "type"}
    own |= {"message"} if entries.get("by") in ("raise", None) else set()
    kept = ((key, value) for key, value in pairs.items if key not in own)
    return ((k, gist(v) if k == "message" and isinstance(v, str) else v) for k, v in kept)
