"""What the known mistakes do, so far as it depends on no seed: stored, so that nobody has to wait.

The file is derived: `python docs/make_matrix.py` writes it, and the self-test says what is stale.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

import autograder.mistakes

EFFECTS = Path(autograder.mistakes.__file__).with_name("effects.json")


class Effect(NamedTuple):
    """The checks that a mistake fails, and the scenarios where it does not do as the reference.

    Attributes:
        always: their names.
        sometimes: the names of those that depend on the seed.
    """

    always: frozenset[str]
    sometimes: frozenset[str]


def effect_of(seen: Sequence[frozenset[str]]) -> Effect:
    """Return the effect of a mistake from the names that were seen, a set for each seed."""
    always = frozenset.intersection(*seen)
    return Effect(always, frozenset.union(*seen) - always)


def is_fresh(stored: Effect | None, seen: Sequence[frozenset[str]]) -> bool:
    """Say whether a stored effect agrees with what was seen: in each name under some seed."""
    if stored is None:
        return False
    always, sometimes = effect_of(seen)
    return always <= stored.always | stored.sometimes and stored.always <= always | sometimes


@cache
def stored_effects() -> Mapping[str, Effect]:
    """Return the stored effects by the id of the mistake."""
    return msgspec.json.decode(EFFECTS.read_bytes(), type=dict[str, Effect])


def text_of(effects: Mapping[str, Effect]) -> str:
    """Return the text of the file: a line a mistake."""
    rows = (
        f'"{name}": {msgspec.json.encode([sorted(names) for names in effect]).decode()}'
        for name, effect in effects.items()
    )
    return "{\n" + ",\n".join(rows) + "\n}\n"
