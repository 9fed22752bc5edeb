"""Names the mistake behind a failed check, by running the known mistakes through its scenario.

A mistake *fits* a failed check where it fails that check too and did the same as the answer. The
more of what was seen it explains, the better it fits: everything in all scenarios of the exercise,
everything in the check's scenario, or at least what the check looked at.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from autograder.checks import Check
from autograder.difference import is_close
from autograder.judge import judge_check
from autograder.mistakes import Mistake, mistakes_of
from autograder.observation import Data, Items, Observation, Opaque, Pairs, TensorData, thaw
from autograder.probe import observe
from autograder.scenarios import find_scenario
from autograder.seen import Remembered

ALL, SCENARIO, LOOKED_AT = 3, 2, 1
"""How much of what was seen a mistake explains."""


@dataclass(frozen=True)
class Diagnosis:
    """The mistakes that fit a failed check equally well, and how much they explain."""

    mistakes: tuple[Mistake, ...]
    evidence: int


def diagnose(
    check: Check,
    observations: dict[str, Observation],
    wanted: dict[str, Any],
    seed: int,
    passed: Sequence[Check] = (),
) -> Diagnosis | None:
    """Return the mistakes that fit a failed check best, or None where none does.

    Args:
        check: the check that failed.
        observations: scenario name to what the answer did, for the whole exercise.
        wanted: scenario name to what the reference did there.
        seed: of the grading; the mistakes meet the very same problems.
        passed: the checks that the answer passed; they tell apart what fits equally well.
    """
    looked_at = values_read(check, observations[check.scenario], wanted[check.scenario])
    fitting: dict[int, list[Mistake]] = {}
    for mistake in mistakes_of(check.exercise):
        right = wanted[check.scenario]
        evidence = _evidence(mistake, check, observations, right, looked_at, seed)
        if evidence:
            fitting.setdefault(evidence, []).append(mistake)
    if not fitting:
        return None
    best = max(fitting)
    found = [m for m in fitting[best] if not m.both] or fitting[best]
    if len(found) > 1:
        found = [m for m in found if _passes(m, passed, wanted, seed)] or found
    return Diagnosis(tuple(found), best)


def _passes(mistake: Mistake, checks: Sequence[Check], wanted: dict[str, Any], seed: int) -> bool:
    """Say whether a mistake passes checks too; where it does not, it is not this answer's."""
    return all(
        judge_check(check, _observed(mistake, check.scenario, seed), wanted[check.scenario]).verdict
        == "passed"
        for check in checks
    )


def values_read(check: Check, observation: Observation, wanted: Any) -> frozenset[str]:
    """Return the names of the observed values that a check reads before it fails."""
    reader = Remembered(observation)
    with contextlib.suppress(Exception):  # it fails, which is why we are here
        check.claim(reader, wanted)
    return reader.names_read()


def _evidence(
    mistake: Mistake,
    check: Check,
    observations: dict[str, Observation],
    wanted: Any,
    looked_at: frozenset[str],
    seed: int,
) -> int:
    if (mistake.id, check.name) in _harmless:
        return 0
    mine, theirs = _observed(mistake, check.scenario, seed), observations[check.scenario]
    if judge_check(check, mine, wanted).verdict not in ("failed", "crashed"):
        _harmless.add((mistake.id, check.name))
        return 0
    if same(mine, theirs):
        others = (name for name in observations if name != check.scenario)
        if all(same(_observed(mistake, name, seed), observations[name]) for name in others):
            return ALL
        return SCENARIO
    if theirs.error is None and looked_at and _same_values(mine, theirs, looked_at):
        return LOOKED_AT
    return 0


_harmless: set[tuple[str, str]] = set()
"""Mistakes and the checks that they pass: the same under every seed, so no need to see it twice."""


@lru_cache(maxsize=512)
def _run(mistake: Mistake, scenario: str, seed: int) -> Observation:
    entry = find_scenario(scenario)
    threads = torch.get_num_threads()
    torch.set_num_threads(min(threads, entry.threads))
    try:
        return observe(entry.run, mistake.answer, seed)
    finally:
        torch.set_num_threads(threads)


def _observed(mistake: Mistake, scenario: str, seed: int) -> Observation:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some mistakes earn a warning from torch
        return _run(mistake, scenario, seed)


def same(first: Observation, second: Observation) -> bool:
    """Say whether two observations agree but for rounding, exceptions included."""
    if first.stopped or second.stopped or first.values.keys() != second.values.keys():
        return False
    if (first.error is None) != (second.error is None):
        return False
    if first.error and second.error and first.error.type != second.error.type:
        return False
    return _same_values(first, second, first.values.keys())


def _same_values(first: Observation, second: Observation, names: Sequence[str] | Any) -> bool:
    for name in names:
        if name not in first.values or name not in second.values:
            return False
        if first.values[name] != second.values[name] and not _close(
            first.values[name], second.values[name]
        ):
            return False
    return True


def _close(first: Data, second: Data) -> bool:
    try:
        return _same_form(first, second) and is_close(thaw(first), thaw(second))
    except (ValueError, TypeError):
        return False


def _same_form(first: Data, second: Data) -> bool:
    """Say whether two values are built alike: types, dtypes, shapes, lengths."""
    if type(first) is not type(second):
        return False
    if isinstance(first, TensorData) and isinstance(second, TensorData):
        return (first.kind, first.dtype, first.shape) == (second.kind, second.dtype, second.shape)
    if isinstance(first, Items) and isinstance(second, Items):
        alike = (first.kind, first.names, len(first.items)) == (
            *(second.kind, second.names),
            len(second.items),
        )
        return alike and all(map(_same_form, first.items, second.items))
    if isinstance(first, Pairs) and isinstance(second, Pairs):
        mine, theirs = dict(first.items), dict(second.items)
        return mine.keys() == theirs.keys() and all(_same_form(mine[k], theirs[k]) for k in mine)
    if isinstance(first, Opaque) and isinstance(second, Opaque):
        return first.type == second.type
    return True
