"""Puts a failed check into words that teach: which mistake it is, why it matters, what to ask."""

from typing import Any

import msgspec

from autograder.checks import Check
from autograder.diagnosis import MAX_GUESSES, Case, Diagnosis, diagnose
from autograder.explain import explain
from autograder.messages import say
from autograder.observation import Observation
from autograder.record import CheckResult, ExerciseResult

TAUGHT = ("failed", "crashed", "out of memory")
"""The verdicts that have something to be explained."""


def teach(
    result: ExerciseResult,
    checks: list[Check],
    observations: dict[str, Observation],
    wanted: dict[str, Any],
    seed: int,
) -> ExerciseResult:
    """Return the result with every failed or crashed check explained as far as it can be."""
    results = dict(zip(checks, result.checks, strict=True))
    passed = [check for check in checks if results[check].verdict == "passed"]
    case = Case(observations, wanted, seed, passed)
    taught = [
        _taught(check, found, case) if found.verdict in TAUGHT else found
        for check, found in results.items()
    ]
    return msgspec.structs.replace(result, checks=_told_once(taught))


def _taught(check: Check, found: CheckResult, case: Case) -> CheckResult:
    """Return a result with the mistakes that fit, and with what its exception means."""
    diagnosis = diagnose(check, case)
    error = case.observations[check.scenario].error
    means = explain(error) if error is not None and found.verdict != "failed" else None
    words = _words(diagnosis) if diagnosis is not None else {}
    if means is not None and (diagnosis is None or means.many or not _is_fact(diagnosis)):
        # What an exception means is sure; which mistake led to it is a guess.
        told = [means.told, *([_guesses(diagnosis)] if diagnosis is not None else [])]
        words |= {"explanation": " ".join(told), "question": means.asked}
    return msgspec.structs.replace(found, **words)


def _is_fact(diagnosis: Diagnosis) -> bool:
    return diagnosis.certain and len(diagnosis.mistakes) == 1


def _words(diagnosis: Diagnosis) -> dict[str, Any]:
    first = diagnosis.mistakes[0]
    return {
        "mistakes": tuple(mistake.id for mistake in diagnosis.mistakes),
        "explanation": first.told if _is_fact(diagnosis) else _guesses(diagnosis),
        "question": first.asked,
        "see": f"lessons/{first.see.replace('#', '.ipynb#', 1)}",
    }


def _guesses(diagnosis: Diagnosis) -> str:
    """Say which mistakes fit; they are one of these only where everything seen agrees."""
    told = [mistake.told for mistake in diagnosis.mistakes[:MAX_GUESSES]]
    if len(told) == 1:
        return say("fits", mistake=told[0])
    key = "one-of" if diagnosis.certain else "fits-one-of"
    return say(key, mistakes=say("or").join(told))


def _told_once(checks: list[CheckResult]) -> tuple[CheckResult, ...]:
    """Keep an explanation at the first check that it belongs to, and refer to it at the others."""
    told: dict[str, str] = {}
    kept = []
    for check in checks:
        if check.explanation and check.explanation in told:
            again = say("told-above", sentence=told[check.explanation])
            check = msgspec.structs.replace(check, explanation=again, question="", see="")
        elif check.explanation:
            told[check.explanation] = check.sentence
        kept.append(check)
    return tuple(kept)
