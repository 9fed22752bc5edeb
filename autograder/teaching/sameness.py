"""Says whether two answers did the same, as far as it was observed; rounding is no difference.

Types are compared exactly: 1, 1.0 and True are three values. What an answer says in exceptions of
its own is its own affair; what Python or PyTorch say in theirs, sizes included, is not.
"""

import re
from collections.abc import Iterable

from autograder.claims.difference import is_close
from autograder.worker.observation import (
    Data,
    Error,
    Items,
    Observation,
    Opaque,
    Pairs,
    TensorData,
    thaw,
)

_PASSING = re.compile(r"0x[0-9a-f]+|(?:/[^\s/'\"]+){2,}|[A-Z]:\\[^\s'\"]+")
"""Addresses and paths in the text of an exception: another run has others."""


def same(first: Observation, second: Observation) -> bool:
    """Say whether two observations of one scenario agree, exceptions included."""
    if first.stopped or second.stopped or first.values.keys() != second.values.keys():
        return False
    if first.error is None or second.error is None:
        return first.error is second.error and same_values(first, second, first.values)
    alike = same_error(first.error, second.error) and first.calls == second.calls
    return alike and same_values(first, second, first.values)


def tells_apart(first: Observation, second: Observation) -> bool:
    """Say whether two observations differ in something that hardly two mistakes have in common.

    A number is such a thing, so are a type and a text of PyTorch's with sizes in it. That something
    was not refused, or is False where True is right, is not: there are many ways to that.
    """
    if first.error is not None and second.error is None:
        return first.error.by != "raise"
    names = first.values.keys() & second.values.keys()
    return any(_telling(first.values[name], second.values[name]) for name in names)


def _telling(mine: Data, right: Data) -> bool:
    if same_data(mine, right) or isinstance(mine, bool):
        return False
    if isinstance(mine, str):
        return any(map(str.isdigit, mine))
    if isinstance(mine, Pairs):
        others = dict(_comparable(right)) if isinstance(right, Pairs) else {}
        return any(_telling(value, others.get(key)) for key, value in _comparable(mine))
    if isinstance(mine, Items) and isinstance(right, Items) and len(mine.items) == len(right.items):
        return any(map(_telling, mine.items, right.items))
    return True


def same_values(first: Observation, second: Observation, names: Iterable[str]) -> bool:
    """Say whether both observations have these values, and they agree."""
    return all(
        name in first.values
        and name in second.values
        and same_data(first.values[name], second.values[name])
        for name in names
    )


def same_error(first: Error, second: Error) -> bool:
    """Say whether two exceptions are of one type, raised by one operation, with one text."""
    alike = first.by == "raise" or _gist(first.message) == _gist(second.message)
    return alike and (first.type, first.by) == (second.type, second.by)


def _gist(text: str) -> str:
    return _PASSING.sub("", text)


def same_data(first: Data, second: Data) -> bool:
    """Say whether two values agree in form and, but for rounding, in their numbers."""
    if isinstance(first, TensorData) and isinstance(second, TensorData):
        return _same_tensor(first, second)
    if isinstance(first, Items) and isinstance(second, Items):
        forms = [(each.kind, each.names, len(each.items)) for each in (first, second)]
        return forms[0] == forms[1] and all(map(same_data, first.items, second.items))
    if isinstance(first, Pairs) and isinstance(second, Pairs):
        mine, theirs = ({(type(k), k): v for k, v in _comparable(p)} for p in (first, second))
        return mine.keys() == theirs.keys() and all(same_data(mine[k], theirs[k]) for k in mine)
    if isinstance(first, Opaque) and isinstance(second, Opaque):
        return first.type == second.type  # its text may hold an address
    return is_close(first, second)


def _same_tensor(first: TensorData, second: TensorData) -> bool:
    if (first.kind, first.dtype, first.shape) != (second.kind, second.dtype, second.shape):
        return False
    try:
        return first.data == second.data or is_close(thaw(first), thaw(second))
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
    return ((k, _gist(v) if k == "message" and isinstance(v, str) else v) for k, v in kept)
