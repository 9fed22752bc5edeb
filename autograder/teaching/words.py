"""Puts a failed check into words that teach: which mistake it is, why it matters, what to ask."""

from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec

from autograder.claims.registry import Check
from autograder.judge.verdicts import lesson_place
from autograder.readings import reading
from autograder.record import CheckResult, ExerciseResult, Kind, Part
from autograder.teaching.diagnosis import MAX_GUESSES, Case, Diagnosis, broken, diagnose
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
        _taught(check, found, case) if found.verdict in TAUGHT else (found, "")
        for check, found in results.items()
    ]
    told, core = _told_once(taught), len(result.checks)
    own = words_of_slips(checks, [check for check in told if check.verdict in TAUGHT], case)
    told = tuple(_with(check, own.get(check.name, {})) for check in told)
    return msgspec.structs.replace(result, checks=told[:core], craft=told[core:])


def _taught(check: Check, found: CheckResult, case: Case) -> tuple[CheckResult, str]:
    """Return a result with what its numbers or its exception mean, and the mistakes that fit.

    What an exception means, and what numbers say, is sure; which mistake led to it may be a guess.
    What is told of mistakes stands beside the result once more.
    """
    diagnosis = diagnose(check, case)
    error = case.observations[check.scenario].error
    means = explain(error) if error is not None and found.verdict != "failed" else None
    of_mistakes, words = "", dict[Kind, str]()
    if diagnosis is not None:
        words = _words(diagnosis)
        of_mistakes = words["explanation"]
    if means is not None and (diagnosis is None or means.many or not _is_fact(diagnosis)):
        words |= {"explanation": f"{means.means} {of_mistakes}".strip(), "hint": means.question}
    if diagnosis is None or not _is_fact(diagnosis):
        failed = broken(check, case.observations[check.scenario], case.expected[check.scenario])[1]
        read = reading(failed.about, failed.wanted) if failed is not None else None
        if failed is not None and read is not None:
            told = _("{name} {difference}.", name=failed.name, difference=read.told)
            told = f"{told[:1].upper()}{told[1:]} {of_mistakes}"
            words |= {"explanation": told.strip(), "hint": read.question}
    mistakes = tuple(m.id for m in diagnosis.mistakes) if diagnosis is not None else ()
    return _with(msgspec.structs.replace(found, mistakes=mistakes), words), of_mistakes


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
    """Return what is told of mistakes; of several, only what they have in common."""
    first, *others = diagnosis.mistakes
    words: dict[Kind, str] = {
        "explanation": first.told if _is_fact(diagnosis) else _guesses(diagnosis)
    }
    if all(other.see == first.see for other in others):
        words["read"] = lesson_place(first.see)
    return words if others else words | {"hint": first.asked}


def _guesses(diagnosis: Diagnosis) -> str:
    """Say which mistakes fit; they are one of these only where everything seen agrees."""
    told = [mistake.told for mistake in diagnosis.mistakes[:MAX_GUESSES]]
    if len(told) == 1:
        return _("The behaviour of your code fits this mistake: {mistake}", mistake=told[0])
    mistakes = _(" Or: ").join(told)
    if diagnosis.certain:
        return _("One of these fits. {mistakes}", mistakes=mistakes)
    return _("The behaviour of your code fits one of these mistakes. {mistakes}", mistakes=mistakes)


def _told_once(checks: Sequence[tuple[CheckResult, str]]) -> tuple[CheckResult, ...]:
    """Keep what is told of mistakes at the first check that it belongs to; the others refer to it.

    Told as a fact, a mistake is not told again as a guess.
    """
    told: list[tuple[CheckResult, str]] = []
    kept = []
    for check, own in checks:
        same = (each for each in told if each[0].mistakes == check.mistakes and each[1] in own)
        first = next(same, None)
        if own and first is not None:
            again = _("The same as for: {sentence}.", sentence=first[0].sentence)
            check = _with(check, {"explanation": again, "hint": "", "read": ""})
        elif own:
            told.append((check, own))
        kept.append(check)
    return tuple(kept)
