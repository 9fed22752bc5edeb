"""Compares what an answer did with what the reference did. Knows observations and checks alone."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from autograder.claims.expect import Failed, Silent
from autograder.claims.registry import Check
from autograder.claims.seen import Seen, Unseen
from autograder.course.catalogue import Exercise, exercises
from autograder.record import CheckResult, Evidence, ExerciseResult, Kind, Part, Verdict
from autograder.worker.layers import REST
from autograder.worker.observation import ODD, OVERWRITTEN, Error, Frame, Observation
from fashion_course.kit.words import _

OF_SHAPE = re.compile(r"shape|size|channel|dimension|[34]D")
"""What the message of an error about shapes has in it."""


class Measured(Exception):
    """A claim about a measured quantity: it earns a share of the points, and says the figure.

    `asked` is the question that leads on; "" leaves that to the check. `holds` says whether the
    check passes, as it may with a part of the points.
    """

    def __init__(
        self, share: float, message: str, evidence: Evidence, asked: str, holds: bool
    ) -> None:
        super().__init__(message)
        self.share, self.message, self.evidence = share, message, evidence
        self.asked, self.holds = asked, holds


def judge_exercise(
    exercise: Exercise,
    checks: Sequence[Check],
    observations: Mapping[str, Observation],
    expected: Mapping[str, Any],
) -> ExerciseResult:
    """Return the outcome of an exercise that somebody attempted; craft is judged after the core.

    One cause gives one failure: a check whose `needs` has not passed gets the verdict "blocked",
    and so does each later check that ends in the same exception, raised at the same line.

    Args:
        exercise: what was answered.
        checks: its checks, in order.
        observations: scenario name to what the answer did.
        expected: scenario name to what its checks compare with.
    """
    results: list[CheckResult] = []
    crashes: dict[object, str] = {}
    for check in checks:
        if check.craft and any(r.verdict != "passed" for r in results[: core_of(checks)]):
            break
        missed = (r for r in results if r.verdict != "passed")
        missing = next((r for r in missed if r.name == check.needs), None)
        if missing is not None:
            told = _("Not checked until this passes: {sentence}.", sentence=missing.sentence)
            results.append(_result(check, "blocked", told))
            continue
        seen, right = observations[check.scenario], expected[check.scenario]
        result, place = judge_check(check, seen, right)
        crashed = result.verdict in ("crashed", "timed out", "out of memory")
        if crashed:
            place = place or result.said("message")
        if crashes.get(place, result.sentence) != result.sentence:
            result = _result(check, "blocked", _("Stopped by the same error as above."))
        elif crashed:
            crashes[place] = result.sentence
        results.append(result)
    printed = next((o.printed for o in observations.values() if o.printed), "")
    core = core_of(checks)
    return sum_up(exercise, results[:core], printed, results[core:])


def core_of(checks: Sequence[Check]) -> int:
    """Return how many checks are core; those of craft come after them."""
    return sum(not check.craft for check in checks)


def judge_check(
    check: Check, observation: Observation, expected: Any
) -> tuple[CheckResult, object]:
    """Return the outcome of one check, and where in the answer an exception behind it came from.

    Args:
        check: the claim.
        observation: what the answer did in the check's scenario.
        expected: what the reference did there, as `Seen`, or the milestone's labels and bar.
    """
    seen = Seen(observation)
    try:
        check.claim(seen, expected)
    except Failed as failed:
        if observation.error is not None and _is_cut_short(failed):
            return _unseen(check, observation, ""), (observation.error.type, observation.error.at)
        call = seen.call_behind(failed)
        values = (failed.actual, failed.expected, failed.asked)
        told = _result(check, "failed", failed.message, call, *values)
        attempt = failed.about if isinstance(failed.about, dict) else {}
        return told, (attempt["raised"], attempt["at"]) if attempt.get("at") else None
    except Silent as silent:
        return _result(check, "blocked", str(silent)), None
    except Measured as measured:
        verdict: Verdict = "passed" if measured.holds else "failed"
        points = round(check.points * measured.share, 4)
        told = _result(check, verdict, measured.message, asked=measured.asked, points=points)
        return msgspec.structs.replace(told, evidence=measured.evidence), None
    except Unseen as unseen:
        error = observation.error
        place = (error.type, error.at) if error is not None and error.at else None
        return _unseen(check, observation, str(unseen)), place
    except Exception as error:
        return _odd(check, seen, expected, error), None
    return _result(check, "passed", points=check.points), None


def _is_cut_short(failed: Failed) -> bool:
    """Say whether a value lacks entries, which an error kept the scenario from noting."""
    about, wanted = failed.about, failed.wanted
    return isinstance(about, dict) and isinstance(wanted, dict) and about.keys() < wanted.keys()


def _odd(check: Check, seen: Seen, expected: Any, error: Exception) -> CheckResult:
    """Tell a check that broke from an answer so odd that the check could not read it.

    A check that holds for the reference itself is whole; then the answer is the odd one.
    """
    try:
        check.claim(expected, expected)
    except Exception:
        return _result(check, "grader error", f"the check itself raised {error!r}")
    return _of_odd_form(check, seen.call_behind(), f"{type(error).__name__}: {error}")


def _of_odd_form(check: Check, call: str, actual: str) -> CheckResult:
    told = _("something that this check looks at is missing, or has the wrong type")
    asked = _("Which type has each thing that you return, keep or assign to?")
    return _result(check, "failed", told, call, actual, asked=asked)


def _unseen(check: Check, observation: Observation, value: str) -> CheckResult:
    """Return why a scenario ended before it noted what a check reads."""
    call = ("", *observation.calls)[-1]
    if observation.stopped == "not run":
        return _result(check, "blocked", _("Not run, because the call above did not come back."))
    if observation.stopped == "timed out":
        told = _(
            "{call} did not come back in time. Is there a loop that never ends?",
            call=call or check.exercise,
        )
        return _result(check, "timed out", told, call)
    if observation.stopped:
        told = _(
            "Your code ended the Python process: remove exit and os._exit, and check how "
            "much memory your code uses."
        )
        return _result(check, "crashed", told, call)
    if observation.error is not None and observation.error.type == ODD:
        return _of_odd_form(check, call, observation.error.message)
    if observation.error is not None:
        return _crashed(check, observation.error, call)
    return _result(check, "grader error", f"the scenario {check.scenario} did not note {value!r}")


def _crashed(check: Check, error: Error, call: str) -> CheckResult:
    where = error.frames[-1] if error.frames else None
    if error.type == "NotImplementedError" and where and where.code.startswith("raise NotImpl"):
        return _unwritten(check, error.frames, call)
    told = f"{error.type}: {error.message}" if error.message else error.type
    if error.type == OVERWRITTEN:
        told = _("`{name}` is no longer the function that it was", name=error.message)
    if error.cause:
        told += "\n  " + _("caused by {error}", error=error.cause.partition("\n")[0])
    for file, line, code in dict.fromkeys((at.file, at.line, at.code) for at in error.frames):
        told += "\n  " + _("in {file}, line {line}: {code}", file=file, line=line, code=code)
    if error.layers and OF_SHAPE.search(error.message) and _in_forward(error):
        told += "\n  " + "\n    ".join([_("the shape at every layer:"), *error.layers])
    memory = error.type == "MemoryError" or "can't allocate memory" in error.message
    return _result(check, "out of memory" if memory else "crashed", told, call)


def _unwritten(check: Check, frames: Sequence[Frame], call: str) -> CheckResult:
    """Return that a line of a stub was reached: the answer's own, or that of one that it calls."""
    within = [frame.function for frame in frames if frame.function in exercises()]
    other = within[-1] if within else frames[-1].function
    if other in exercises() and other != check.exercise:
        told = _(
            "{exercise} calls {other}, which is not written yet: write that first.",
            exercise=check.exercise,
            other=other,
        )
        return _result(check, "blocked", told, call)
    told = _("The line `{code}` is still in your answer: take it out.", code=frames[-1].code)
    return _result(check, "failed", told, call)


def _in_forward(error: Error) -> bool:
    """Say whether an exception came out of a layer, or out of a `forward` of the answer's own."""
    return error.layers[-1].endswith(REST) or any(f.function == "forward" for f in error.frames)


def _result(
    check: Check,
    verdict: Verdict,
    message: str = "",
    call: str = "",
    actual: str = "",
    expected: str = "",
    asked: str = "",
    points: float = 0.0,
) -> CheckResult:
    told: dict[Kind, str] = {
        "message": message,
        "call": call,
        "actual": actual,
        "expected": expected,
        "hint": asked or check.asked if verdict == "failed" else "",
        "read": lesson_place(check.see) if verdict == "failed" and check.see else "",
    }
    return CheckResult(
        name=check.name,
        sentence=check.sentence,
        verdict=verdict,
        points=points,
        max_points=check.points,
        told=tuple(Part(kind, text) for kind, text in told.items() if text),
    )


def sum_up(
    exercise: Exercise,
    results: Sequence[CheckResult],
    printed: str = "",
    craft: Sequence[CheckResult] = (),
) -> ExerciseResult:
    """Return the exercise's result: its verdict is the worst of its core checks."""
    verdicts = {r.verdict for r in results}
    missed = (r.said("message") for r in results if r.verdict != "passed")
    return ExerciseResult(
        name=exercise.name,
        unit=exercise.unit,
        verdict=max(verdicts, key=get_args(Verdict).index),
        points=round(sum(r.points for r in results), 4),
        max_points=round(sum(r.max_points for r in results), 4),
        message=next(missed, exercise.success),
        printed=printed if verdicts != {"passed"} else "",
        checks=tuple(results),
        craft=tuple(craft),
        star=bool(craft) and all(r.verdict == "passed" for r in craft),
    )


def with_craft_counted(result: ExerciseResult, checks: Sequence[Check]) -> ExerciseResult:
    """Return a result whose points are those of the core and of craft together."""
    most = sum(check.points for check in checks if check.craft)
    return msgspec.structs.replace(
        result,
        points=round(result.points + sum(each.points for each in result.craft), 4),
        max_points=round(result.max_points + most, 4),
    )


def lesson_place(see: str) -> str:
    """Return the path of a lesson section that is named `stem#heading`."""
    return f"lessons/{see.replace('#', '.ipynb#', 1)}"


def same_for_all(
    exercise: Exercise, checks: Sequence[Check], verdict: Verdict, message: str
) -> ExerciseResult:
    """Return a result in which every check has one verdict: not attempted, grader error, blocked.

    One cause is one crash: "crashed" blocks all checks but the first. What blocks them all is told
    once.
    """
    checks = checks[: core_of(checks)]
    if verdict not in ("crashed", "blocked"):
        return sum_up(exercise, [_result(check, verdict, message) for check in checks])
    first = [_result(check, verdict, message) for check in checks[:1]]
    return sum_up(exercise, [*first, *(_result(check, "blocked") for check in checks[1:])])
