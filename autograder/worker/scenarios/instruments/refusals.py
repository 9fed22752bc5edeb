"""Tries calls that an answer should refuse, and keeps of them what all right answers share."""

import re
import tempfile
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.trace import describe

_TEMPORARY = re.compile(re.escape(tempfile.gettempdir()) + r"[/\\][^/\\\s'\"]+[/\\]?")


def attempt(
    probe: Probe, shown: str, answer: Callable[..., Any], *args: object, **kwargs: object
) -> dict[str, Any]:
    """Like `probe.attempt`, for refusals: what is said in one is the student's own affair.

    A student's own subclass of an error counts as that error. The texts of a ValueError and of a
    FileNotFoundError are left out, and so are the names of temporary folders: else no two answers
    would do the same. The line that raised them stays.
    """
    raised_at = []

    def plainly() -> Any:
        try:
            return answer(*args, **kwargs)
        except (FileNotFoundError, ValueError) as error:
            raised_at.append(describe(error).at)
            is_file = isinstance(error, FileNotFoundError)
            raise (FileNotFoundError if is_file else ValueError) from error

    told = probe.attempt(shown, plainly)
    if raised_at:
        told["at"] = raised_at[0]
    if "message" in told:
        told["message"] = _TEMPORARY.sub("", told["message"])
    return told


def attempt_each(
    probe: Probe, answer: Any, calls: dict[str, tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """Try calls that should be refused; which value they return instead does not matter.

    But for an exception: to return one is a mistake of its own.
    """
    tried = [attempt(probe, shown, answer, *arguments) for shown, arguments in calls.items()]
    return [{**each, "returned": _kind(each)} if "returned" in each else each for each in tried]


def _kind(outcome: dict[str, Any]) -> str:
    returned = outcome["returned"]
    return "an exception object" if isinstance(returned, BaseException) else "a value"


def attempt_number(probe: Probe, shown: str, answer: Any, *given: Tensor) -> dict[str, Any]:
    """Try what should be refused; of a number that comes instead only nan matters."""
    outcome = attempt(probe, shown, answer, *given)
    if "returned" not in outcome:
        return outcome
    returned = outcome["returned"]
    is_nan = isinstance(returned, (Tensor, float)) and bool(torch.as_tensor(returned).isnan().all())
    return {**outcome, "returned": "nan" if is_nan else "a value"}
