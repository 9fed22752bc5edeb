"""Compares what an answer did with what the reference did. Knows observations and checks alone."""

import re
from typing import Any

from autograder.claims.expect import Failed
from autograder.claims.registry import Check
from autograder.claims.seen import Seen, Unseen
from autograder.course.catalogue import exercises
from autograder.record import CheckResult, ExerciseResult, Verdict
from autograder.worker.layers import REST
from autograder.worker.observation import OVERWRITTEN, Error, Observation
from fashion_course.kit.words import _

WORST_FIRST: tuple[Verdict, ...] = (
    "grader error",
    "timed out",
    "out of memory",
    "crashed",
    "failed",
    "blocked",
    "not attempted",
    "passed",
)


OF_SHAPE = re.compile(r"shape|size|channel|dimension|[34]D")
"""What the message of an error about shapes has in it."""


def judge_check(check: Check, observation: Observation, expected: Any) -> CheckResult:
    """Return the outcome of one check.

    Args:
        check: the claim.
        observation: what the answer did in the check's scenario.
        expected: what the reference did there, as `Seen`, or the milestone's labels and bar.
    """
    return _judged(check, observation, expected)[0]


def _judged(check: Check, observation: Observation, expected: Any) -> tuple[CheckResult, object]:
    """Return the outcome of a check, and where in the answer an exception behind it came from."""
    seen = Seen(observation)
    try:
        check.claim(seen, expected)
    except Failed as failed:
        call = seen.call_behind(failed)
        told = _result(check, "failed", failed.message, call, failed.actual, failed.expected)
        return told, _place_in_attempt(failed.about)
    except Measured as measured:
        verdict: Verdict = "passed" if measured.share == 1 else "failed"
        points = round(check.points * measured.share, 4)
        return _result(check, verdict, measured.message, points=points), None
    except Unseen as unseen:
        return _unseen(check, observation, str(unseen)), _place(observation)
    except Exception as error:
        return _odd(check, seen, expected, error), None
    return _result(check, "passed", points=check.points), None


def _odd(check: Check, seen: Seen, expected: Any, error: Exception) -> CheckResult:
    """Tell a check that broke from an answer so odd that the check could not read it.

    A check that holds for the reference itself is whole; then the answer is the odd one.
    """
    try:
        check.claim(expected, expected)
    except Exception:
        return _result(check, "grader error", f"the check itself raised {error!r}")
    told = _("something that this check looks at is missing, or has a form that does not fit")
    return _result(check, "failed", told, seen.call_behind(), f"{type(error).__name__}: {error}")


class Measured(Exception):
    """A claim about a measured quantity: it earns a share of the points, and says the figure."""

    def __init__(self, share: float, message: str) -> None:
        super().__init__(message)
        self.share, self.message = share, message


def blocked(check: Check, message: str) -> CheckResult:
    """Return that a check says nothing, because of what `message` names."""
    return _result(check, "blocked", message)


def _result(
    check: Check,
    verdict: Verdict,
    message: str = "",
    call: str = "",
    actual: str = "",
    expected: str = "",
    points: float = 0.0,
) -> CheckResult:
    return CheckResult(
        name=check.name,
        sentence=check.sentence,
        verdict=verdict,
        points=points,
        max_points=check.points,
        message=message,
        hint=check.asked if verdict == "failed" else "",
        call=call,
        actual=actual,
        expected=expected,
    )


def _unseen(check: Check, observation: Observation, value: str) -> CheckResult:
    call = observation.calls[-1] if observation.calls else ""
    if observation.stopped == "not run":
        return blocked(check, _("Not run, because the call above did not come back."))
    if observation.stopped == "timed out":
        return _result(
            check,
            "timed out",
            _(
                "{call} did not come back in time. Is there a loop that never ends?",
                call=call or check.exercise,
            ),
            call,
        )
    if observation.stopped:
        return _result(
            check,
            "crashed",
            _(
                "Your code ended the Python process: leave exit and os._exit out, and mind the "
                "memory."
            ),
            call,
        )
    if observation.error is not None:
        return _crashed(check, observation.error, call)
    return _result(check, "grader error", f"the scenario {check.scenario} did not note {value!r}")


def _crashed(check: Check, error: Error, call: str) -> CheckResult:
    where = error.frames[-1] if error.frames else None
    if error.type == "NotImplementedError" and where and where.code.startswith("raise NotImpl"):
        known = exercises()
        within = [f.function for f in error.frames if f.function in known]
        other = within[-1] if within else where.function
        if other in known and other != check.exercise:
            told = _(
                "{exercise} calls {other}, which is not written yet: write that first.",
                exercise=check.exercise,
                other=other,
            )
            return _result(check, "blocked", told, call)
        told = _("The line `{code}` is still in your answer: take it out.", code=where.code)
        return _result(check, "failed", told, call)
    told = f"{error.type}: {error.message}" if error.message else error.type
    if error.type == OVERWRITTEN:
        told = _("`{name}` is no longer the function that it was", name=error.message)
    if where:
        told += "\n  " + _(
            "in {file}, line {line}: {code}", file=where.file, line=where.line, code=where.code
        )
    if error.layers and OF_SHAPE.search(error.message) and _in_forward(error):
        told += (
            "\n  "
            + _("the shape at every layer:")
            + "".join(f"\n    {line}" for line in error.layers)
        )
    memory = error.type == "MemoryError" or "can't allocate memory" in error.message
    return _result(check, "out of memory" if memory else "crashed", told, call)


def _in_forward(error: Error) -> bool:
    """Say whether an exception came out of a layer, or out of a `forward` of the answer's own."""
    return error.layers[-1].endswith(REST) or any(f.function == "forward" for f in error.frames)


def judge_exercise(
    name: str, checks: list[Check], observations: dict[str, Observation], expected: dict[str, Any]
) -> ExerciseResult:
    """Return the outcome of one exercise that somebody attempted.

    One cause gives one failure: what needs a failed check is blocked, and so is every later
    check that met the same exception.

    Args:
        name: the exercise.
        checks: its checks, in order.
        observations: scenario name to what the answer did.
        expected: scenario name to what its checks compare with.
    """
    results: list[CheckResult] = []
    crashes: dict[object, str] = {}
    for check in checks:
        failed = next((r for r in results if r.name == check.needs and r.verdict != "passed"), None)
        if failed is not None:
            result = _result(
                check,
                "blocked",
                _("Says nothing until this holds: {sentence}.", sentence=failed.sentence),
            )
        else:
            seen, right = observations[check.scenario], expected[check.scenario]
            result, place = _judged(check, seen, right)
            if result.verdict in ("crashed", "timed out", "out of memory"):
                first = crashes.setdefault(place or result.message, result.sentence)
                if first != result.sentence:
                    result = blocked(check, _("Stopped by the same error as above."))
            elif place in crashes:
                result = blocked(check, _("Stopped by the same error as above."))
        results.append(result)
    printed = next((o.printed for o in observations.values() if o.printed), "")
    return sum_up(name, results, printed)


def _place(observation: Observation) -> object:
    """Return where an answer raised what; sizes in the message may differ between scenarios."""
    error = observation.error
    return (error.type, error.at) if error is not None and error.at else None


def _place_in_attempt(attempt: object) -> object:
    """Return the same for an attempt that raised; None for anything else."""
    if not isinstance(attempt, dict) or not attempt.get("at"):
        return None
    return attempt["raised"], attempt["at"]


def sum_up(name: str, results: list[CheckResult], printed: str = "") -> ExerciseResult:
    """Return the exercise's result: its verdict is the worst of its checks."""
    verdicts = {r.verdict for r in results}
    return ExerciseResult(
        name=name,
        unit=exercises()[name].unit,
        verdict=next(v for v in WORST_FIRST if v in verdicts),
        points=round(sum(r.points for r in results), 4),
        max_points=round(sum(r.max_points for r in results), 4),
        message=next(
            (r.message for r in results if r.verdict != "passed"), exercises()[name].success
        ),
        printed=printed if verdicts != {"passed"} else "",
        checks=tuple(results),
    )


def same_for_all(name: str, checks: list[Check], verdict: Verdict, message: str) -> ExerciseResult:
    """Return a result in which every check has one verdict: not attempted, grader error, blocked.

    One cause is one crash: "crashed" blocks all checks but the first. What blocks them all is told
    once.
    """
    if verdict not in ("crashed", "blocked"):
        return sum_up(name, [_result(check, verdict, message) for check in checks])
    first = [_result(check, verdict, message) for check in checks[:1]]
    return sum_up(name, [*first, *(_result(check, "blocked") for check in checks[1:])])
