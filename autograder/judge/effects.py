"""What the known mistakes do, so far as it depends on no seed: stored, so that nobody has to wait.

The file is derived: `python docs/make_matrix.py` writes it, and the self-test says what is stale.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

import autograder.mistakes

EFFECTS = Path(autograder.mistakes.__file__).with_name("effects.json")

Effect = frozenset[str]
"""The names of the checks that a mistake fails, and of the scenarios where it differs."""


@cache
def stored_effects() -> Mapping[str, Effect | None]:
    """Return the stored effects by the id of the mistake; None where it depends on the seed."""
    return msgspec.json.decode(EFFECTS.read_bytes(), type=dict[str, Effect | None])


def is_fresh(mistake: str, seen: Sequence[Effect]) -> bool:
    """Say whether what is stored of a mistake, given by id, is in each name true of some seed."""
    stored = stored_effects().get(mistake)
    if stored is None:
        return mistake in stored_effects()
    return Effect.intersection(*seen) <= stored <= Effect.union(*seen)
