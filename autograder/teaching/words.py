"""Puts a failed check into words that teach: which mistake it is, why it matters, what to ask."""

from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec

from autograder.claims.registry import Check
from autograder.judge.verdicts import lesson_place
from autograder.record import CheckResult, ExerciseResult, Kind, Part
from autograder.teaching.diagnosis import MAX_GUESSES, Case, Diagnosis, diagnose
from autograder.teaching.explain import Explanation, explain
from autograder.teaching.slips import words_of_slips
from fashion_course.kit.words import _

TAUGHT = ("failed", "crashed", "out of memory")
"""The verdicts that have something to be explained."""


def teach(result: ExerciseResult, checks: Sequence[Check], case: Case) -> ExerciseResult:
    """Return the result with every failed or crashed check explained as far as it can be.

    Args:
        result: what the judge found.
        checks: of the exercise, in the order of the result's; craft last.
        case: what is known of the answer; the checks that it passed are added here.
    """
    results = dict(zip(checks, result.every_check, strict=False))
    case.passed = [check for check, found in results.items() if found.verdict == "passed"]
    taught = [
        _taught(check, found, case) if found.verdict in TAUGHT else found
        for check, found in results.items()
    ]
    told, core = _told_once(taught), len(result.checks)
    own = words_of_slips(checks, [check for check in told if check.verdict in TAUGHT], case)
    told = tuple(_with(check, own.get(check.name, {})) for check in told)
    return msgspec.structs.replace(result, checks=told[:core], craft=told[core:])


def _taught(check: Check, found: CheckResult, case: Case) -> CheckResult:
    """Return a result with the mistakes that fit, and with what its exception means."""
    diagnosis = diagnose(check, case)
    error = case.observations[check.scenario].error
    means = explain(error) if error is not None and found.verdict != "failed" else None
    words = _words(diagnosis) if diagnosis is not None else {}
    if means is not None and (diagnosis is None or means.many or not _is_fact(diagnosis)):
        # What an exception means is sure; which mistake led to it is a guess.
        told = [means.means, *([_guesses(diagnosis)] if diagnosis is not None else [])]
        words |= {"explanation": " ".join(told), "hint": means.question}
    mistakes = tuple(m.id for m in diagnosis.mistakes) if diagnosis is not None else ()
    return _with(msgspec.structs.replace(found, mistakes=mistakes), words)


def with_meaning(result: ExerciseResult, means: Explanation) -> ExerciseResult:
    """Return the result of an answer that can't be run, with what its first check's error means."""
    first = _with(result.checks[0], {"explanation": means.means, "hint": means.question})
    return msgspec.structs.replace(result, checks=(first, *result.checks[1:]))


def _with(found: CheckResult, words: Mapping[Kind, str]) -> CheckResult:
    """Return a result in which some kinds have other texts; an empty one is told no more."""
    texts = {**{part.kind: part.text for part in found.told}, **words}
    told = (Part(kind, texts[kind]) for kind in get_args(Kind) if texts.get(kind))
    return msgspec.structs.replace(found, told=tuple(told))


def _is_fact(diagnosis: Diagnosis) -> bool:
    return diagnosis.certain and len(diagnosis.mistakes) == 1


def _words(diagnosis: Diagnosis) -> dict[Kind, str]:
    first = diagnosis.mistakes[0]
    return {
        "explanation": first.told if _is_fact(diagnosis) else _guesses(diagnosis),
        "hint": first.asked,
        "read": lesson_place(first.see),
    }


def _guesses(diagnosis: Diagnosis) -> str:
    """Say which mistakes fit; they are one of these only where everything seen agrees."""
    told = [mistake.told for mistake in diagnosis.mistakes[:MAX_GUESSES]]
    if len(told) == 1:
        return _("What was seen fits this: {mistake}", mistake=told[0])
    mistakes = _(" Or: ").join(told)
    if diagnosis.certain:
        return _("One of these fits. {mistakes}", mistakes=mistakes)
    return _("What was seen fits one of these. {mistakes}", mistakes=mistakes)


def _told_once(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """Keep an explanation at the first check that it belongs to, and refer to it at the others.

    Told as a fact, a mistake is not told again as a guess.
    """
    told: list[CheckResult] = []
    kept = []
    for check in checks:
        same = (before for before in told if before.mistakes == check.mistakes)
        own = check.said("explanation")
        first = next((before for before in same if before.said("explanation") in own), None)
        if first is not None:
            again = _("The same as for: {sentence}.", sentence=first.sentence)
            check = _with(check, {"explanation": again, "hint": "", "read": ""})
        elif own:
            told.append(check)
        kept.append(check)
    return tuple(kept)
