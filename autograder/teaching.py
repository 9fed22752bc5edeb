"""Puts a failed check into words that teach: which mistake it is, why it matters, what to ask."""

from typing import Any

import msgspec

from autograder.checks import Check
from autograder.diagnosis import LOOKED_AT, Diagnosis, diagnose
from autograder.explain import explain
from autograder.observation import Observation
from autograder.record import CheckResult, ExerciseResult


def teach(
    result: ExerciseResult,
    checks: list[Check],
    observations: dict[str, Observation],
    wanted: dict[str, Any],
    seed: int,
) -> ExerciseResult:
    """Return the result with every failed or crashed check explained as far as it can be."""
    passed = [
        check
        for check, found in zip(checks, result.checks, strict=True)
        if found.verdict == "passed"
    ]
    taught = []
    for check, found in zip(checks, result.checks, strict=True):
        if found.verdict in ("failed", "crashed"):
            found = _taught(check, found, observations, wanted, seed, passed)
        taught.append(found)
    return msgspec.structs.replace(result, checks=_told_once(taught))


def _taught(
    check: Check,
    found: CheckResult,
    observations: dict[str, Observation],
    wanted: dict[str, Any],
    seed: int,
    passed: list[Check],
) -> CheckResult:
    diagnosis = diagnose(check, observations, wanted, seed, passed)
    if diagnosis is not None:
        return msgspec.structs.replace(found, **_words(diagnosis))
    error = observations[check.scenario].error
    means = explain(error) if error is not None and found.verdict == "crashed" else None
    if means is not None:
        return msgspec.structs.replace(found, explanation=means[0], question=means[1])
    return found


def _words(diagnosis: Diagnosis) -> dict[str, Any]:
    first = diagnosis.mistakes[0]
    if len(diagnosis.mistakes) > 1:
        told = " Or: ".join(mistake.sentence for mistake in diagnosis.mistakes[:3])
        explanation = f"One of these fits. {told}"
    elif diagnosis.evidence == LOOKED_AT:
        explanation = f"What was seen fits this: {first.sentence}"
    else:
        explanation = first.sentence
    return {
        "mistakes": tuple(mistake.id for mistake in diagnosis.mistakes),
        "explanation": explanation,
        "question": first.question,
        "see": f"lessons/{first.see.replace('#', '.ipynb#', 1)}",
    }


def _told_once(checks: list[CheckResult]) -> tuple[CheckResult, ...]:
    """Keep an explanation at the first check that it belongs to, and refer to it at the others."""
    told: dict[str, str] = {}
    kept = []
    for check in checks:
        if check.explanation and check.explanation in told:
            again = f"The same as for: {told[check.explanation]}."
            check = msgspec.structs.replace(check, explanation=again, question="", see="")
        elif check.explanation:
            told[check.explanation] = check.sentence
        kept.append(check)
    return tuple(kept)
