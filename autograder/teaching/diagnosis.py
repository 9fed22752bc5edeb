"""Names the mistake behind a failed check: two witnesses, what was seen and what the source says.

A mistake *fits* a failed check where it fails that check in the same way. What fits is told as a
fact where the answer does what the mistake does wherever the mistake differs from the reference,
and the source agrees. What fits less well is told as a guess, if a number speaks for it. A mistake
that the source contradicts is not told, nor even run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from autograder.claims.difference import is_close
from autograder.claims.expect import Failed
from autograder.claims.registry import Check
from autograder.claims.seen import Seen
from autograder.course.catalogue import Exercise
from autograder.judge.exam import Exam
from autograder.judge.sameness import (
    differing,
    gist,
    is_telling,
    same,
    same_error,
    same_where,
    tells_apart,
)
from autograder.judge.verdicts import judge_check
from autograder.mistakes import Mistake, mistakes_of
from autograder.reading.answer import Answer
from autograder.record import CheckResult
from autograder.teaching.facts import Facts, facts_of
from autograder.teaching.witness import CONTRADICTS, SILENT, SPEAKS, word_of
from autograder.worker.observation import Error, Observation, Opaque

MAX_GUESSES = 3
"""More mistakes than that, none of which explains everything, are no help."""


@dataclass(frozen=True)
class Diagnosis:
    """The mistakes that fit a failed check equally well.

    Attributes:
        mistakes: one or more.
        certain: whether both witnesses speak for them, and hardly another mistake does the same.
    """

    mistakes: tuple[Mistake, ...]
    certain: bool


@dataclass
class Case:
    """What is known of an answer to an exercise.

    Attributes:
        exercise: what it answers.
        observations: scenario name to what the answer did.
        expected: scenario name to what the reference did there.
        exam: the very same problems, and what the mistakes do in them.
        answer: its source; None where there is none.
        passed: the checks that the answer passed.
    """

    exercise: Exercise
    observations: Mapping[str, Observation]
    expected: Mapping[str, Any]
    exam: Exam
    answer: Answer | None = None
    passed: Sequence[Check] = ()

    @cached_property
    def source(self) -> Facts | None:
        """What the source says; None where it can't be found."""
        nodes = self.answer.nodes if self.answer is not None else ()
        return facts_of(nodes) if nodes else None


class Fit(NamedTuple):
    """How well a mistake explains what was seen.

    Attributes:
        mistake: which one.
        explained: in how many values the mistake differs from the reference as the answer does;
            0 where in some of them the answer does not do as the mistake.
        whole: whether the answer did the same in everything.
        telling: whether hardly another mistake does the same.
        word: what the source says of it.
    """

    mistake: Mistake
    explained: int
    whole: bool
    telling: bool
    word: int


def diagnose(check: Check, case: Case) -> Diagnosis | None:
    """Return the mistakes that fit a failed check best, or None where none does."""
    found, failed = broken(check, case.observations[check.scenario], case.expected[check.scenario])
    if found.verdict not in ("failed", "crashed"):
        return None
    fits = []
    for mistake in mistakes_of(case.exercise):
        word = word_of(mistake, case.source)
        if word == CONTRADICTS or check.name not in case.exam.effect(mistake):
            continue
        if any(passed.name in case.exam.effect(mistake) for passed in case.passed):
            continue  # what fails where the answer passed is not this answer's mistake
        theirs = case.exam.mistaken(mistake, check.scenario)
        their = broken(check, theirs, case.expected[check.scenario])
        if _alike((found, failed), their, case, theirs):
            fits.append(_fit(mistake, case, word))
    bare = case.source is None
    certain = _best(
        [f for f in fits if f.explained and (f.telling or f.word or (bare and f.whole))]
    )
    if certain:
        sure = all(fit.telling and (fit.word or fit.whole) for fit in certain)
        return Diagnosis(tuple(fit.mistake for fit in certain), sure)
    speaks = _speaks(failed, case.observations[check.scenario].error)
    guesses = [fit for fit in fits if speaks or fit.word == SPEAKS] or fits[: len(fits) == 1]
    guesses = [fit for fit in guesses if not fit.mistake.both] or guesses
    guesses = [fit for fit in guesses if fit.word > SILENT] or guesses
    if 0 < len(guesses) <= MAX_GUESSES:
        return Diagnosis(tuple(fit.mistake for fit in guesses), False)
    return None


Broken = tuple[CheckResult, Failed | None]


def broken(check: Check, seen: Observation, expected: Any) -> Broken:
    """Return a check's result, and the claim in it that does not hold; None where none is told."""
    result = judge_check(check, seen, expected)[0]
    if result.verdict == "failed":
        try:
            check.claim(Seen(seen), expected)
        except Failed as failed:
            return result, failed
        except Exception:  # an answer of an odd form: its result says so
            return result, None
    return result, None


def _speaks(failed: Failed | None, error: Error | None) -> bool:
    """Say whether what does not hold is such that hardly two mistakes have it in common."""
    if failed is None:
        return error is not None and error.by != "raise"
    value = failed.about
    place: Any = failed.place
    if isinstance(value, (dict, list)) and place is not None:
        value = value[place]
    return is_telling(value)


def _alike(mine: Broken, other: Broken, case: Case, theirs: Observation) -> bool:
    """Say whether a check fails on two answers in the same way, which is what is told of it."""
    if mine[0].verdict != other[0].verdict:
        return False
    if mine[0].verdict == "crashed":
        error, their = case.observations[theirs.scenario].error, theirs.error
        return error is not None and their is not None and same_error(error, their)
    return _heard(*mine) == _heard(*other) and _agree(mine[1], other[1])


def _agree(mine: Failed | None, other: Failed | None) -> bool:
    """Say whether a claim fails on two answers in the same entries: one number may agree by chance.

    Nothing at all is no other order of what another answer has.
    """
    if mine is None or other is None:
        return True
    found, theirs, wanted = mine.about, other.about, other.wanted
    if isinstance(found, dict) and isinstance(theirs, dict) and isinstance(wanted, dict):
        wrong = (k for k in theirs if k not in wanted or not is_close(theirs[k], wanted[k]))
        return all(k in found and is_close(found[k], theirs[k]) for k in wrong)
    return not isinstance(found, list) or bool(found) == bool(theirs)


def _heard(result: CheckResult, failed: Failed | None) -> tuple[object, ...]:
    """Return what is told of a failed check, without words of the answer's own.

    Of whole numbers, which may be drawn by chance, also whether they are sorted or neighbours.
    """
    about = failed.about if failed is not None else None
    attempt = about if isinstance(about, dict) else {}
    returned = attempt.get("returned")
    actual = returned.type if isinstance(returned, Opaque) else result.said("actual")
    order: tuple[bool, ...] = ()
    if isinstance(about, list) and len(about) > 2 and all(type(each) is int for each in about):
        order = about == sorted(about), max(about) - min(about) < len(about)
    return gist(result.said("message")), "" if "raised" in attempt else gist(actual), order


def _fit(mistake: Mistake, case: Case, word: int) -> Fit:
    explained, whole, telling, agrees = 0, True, False, True
    for name, seen in case.observations.items():
        right = case.expected[name].whole
        differs = name in case.exam.effect(mistake)
        theirs = case.exam.mistaken(mistake, name) if differs else right
        names = differing(theirs, right)
        whole = whole and same(theirs, seen)
        if theirs.error is not None:
            alike = seen.error is not None and same_error(theirs.error, seen.error)
            agrees = agrees and alike and theirs.calls == seen.calls
            explained += 1
        agrees = agrees and same_where(theirs, seen, right, names)
        explained += len(names)
        telling = telling or tells_apart(theirs, right)
    return Fit(mistake, explained * agrees, whole, telling and agrees, word)


def _best(fits: Sequence[Fit]) -> list[Fit]:
    """Return those that explain most; a single mistake rather than two at once."""
    whole = [fit for fit in fits if fit.whole] or fits
    most = max((fit.explained for fit in whole), default=0)
    best = [fit for fit in whole if fit.explained == most]
    return [fit for fit in best if not fit.mistake.both] or best
