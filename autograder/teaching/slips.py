"""The slips in an answer's text: told at the first check that failed, before any guess."""

from collections.abc import Iterable, Sequence

from autograder.claims.registry import Check
from autograder.judge.verdicts import lesson_place
from autograder.mistakes import mistakes_of
from autograder.record import CheckResult, Kind
from autograder.slips import Found, slips_in
from autograder.teaching.diagnosis import Case
from autograder.teaching.explain import explain
from autograder.worker.observation import Error
from fashion_course.kit.words import _

MOST = 2
"""More slips at once are no help."""


def words_of_slips(
    checks: Sequence[Check], failed: Iterable[CheckResult], case: Case
) -> dict[str, dict[Kind, str]]:
    """Return what is told of slips, by the name of the check: all of it at the first that failed.

    What is sure besides stays after it; a weak slip stands after a mistake that fits. At the other
    checks a guess, and the question, make room: they would be about a fault that the slip may
    explain.
    """
    words, failed = dict[str, dict[Kind, str]](), list(failed)
    found = slips_in(case.answer) if failed else []  # of a right answer nobody asks
    own = {check.name: check for check in checks}
    told, first = list[Found](), ""
    for result in failed if found else ():
        check = own[result.name]
        facts = {m.told for m in mistakes_of(case.exercise) if m.id in result.mistakes}
        fact = result.said("explanation") in facts
        if not words:
            told = [each for each in found if not each.slip.weak]
            first = result.sentence
            words[check.name] = _at_first(result, check, fact, found, case)
            found = told
        elif _explained_by(told, result, case.observations[check.scenario].error):
            again = _("The same as for: {sentence}.", sentence=first)
            words[check.name] = {"explanation": again, "hint": "", "read": ""}
        elif "hint" in words[next(iter(words))] and not fact and result.verdict == "failed":
            asked = _("Does this still fail when the line that is named above is corrected?")
            words[check.name] = {"hint": asked, "read": ""}
            words[check.name] |= {"explanation": ""} if result.mistakes else {}
    return words


def _explained_by(told: Sequence[Found], result: CheckResult, error: Error | None) -> bool:
    """Say whether a slip that was told surely explains another failure: in the same line, say."""
    frames = error.frames if error is not None and result.verdict != "failed" else ()
    at = {frame.code for frame in frames}
    return any(each.slip.whole or each.quote in at for each in told[:MOST])


def _at_first(
    result: CheckResult, check: Check, fact: bool, found: Sequence[Found], case: Case
) -> dict[Kind, str]:
    error = case.observations[check.scenario].error if result.verdict != "failed" else None
    means = explain(error) if error is not None else None
    sure = result.said("explanation") if fact else means.means if means is not None else ""
    named = [each for each in found if not each.slip.weak] or ([] if sure else list(found))
    at = {frame.code for frame in error.frames} if error is not None else set[str]()
    named.sort(key=lambda each: each.quote not in at)
    if not named:
        return {}
    if named[0].quote in at and not fact:
        sure = ""  # the slip says why that very line raised
    told = [each.told for each in named[:MOST]]
    if named[0].slip.weak and result.mistakes:  # it may be harmless, and the mistake fits
        return {"explanation": " ".join([result.said("explanation"), *told])}
    see = named[0].slip.see
    read = lesson_place(see) if see else result.said("read") if fact else ""
    return {"explanation": " ".join([*told, sure]).strip(), "hint": named[0].asked, "read": read}
