"""Small problems for `accuracy_interval`."""

from itertools import product
from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.worlds import unpacked


def _interval(answer: Any, probe: Probe, *arguments: float) -> object:
    shown = ", ".join(map(str, arguments))
    return unpacked(probe.call(f"accuracy_interval({shown})", answer, *arguments))


def _as_floats(interval: object) -> object:
    """Return the ends as floats: the type is asked elsewhere, and `max(0, low)` may give an int."""
    if not isinstance(interval, list):
        return interval
    return [float(end) if isinstance(end, int) else end for end in interval]


def _score(probe: Probe) -> tuple[int, int]:
    total = int(torch.randint(300, 900, (), generator=probe.generator))
    share = 0.8 + 0.15 * float(torch.rand((), generator=probe.generator))
    return round(share * total), total


@scenario()
def interval_of_a_score(answer: Any, probe: Probe) -> None:
    """Some 80 to 95 % of some hundred images, with the default confidence."""
    probe.note(interval=_interval(answer, probe, *_score(probe)))


@scenario()
def intervals_at_other_confidences(answer: Any, probe: Probe) -> None:
    """80 %, 99 % and one that nobody has a table for."""
    correct, total = _score(probe)
    odd = round(0.6 + 0.15 * float(torch.rand((), generator=probe.generator)), 3)
    intervals = [_interval(answer, probe, correct, total, each) for each in (0.8, 0.99, odd)]
    probe.note(intervals=intervals, of=probe.calls)


@scenario()
def intervals_at_the_ends(answer: Any, probe: Probe) -> None:
    """None, all and all but one of 10, none and all of some hundred images and of one."""
    _, total = _score(probe)
    pairs = ((0, 10), (10, 10), (9, 10), (0, total), (total, total), (0, 1), (1, 1))
    intervals = [_as_floats(_interval(answer, probe, *pair)) for pair in pairs]
    probe.note(intervals=intervals, of=probe.calls)


@scenario()
def intervals_to_the_last_digit(answer: Any, probe: Probe) -> None:
    """None and all correct, for totals and confidences at which rounding may lead outside."""
    outside, found = "none", None
    for total, confidence in product((2, 5, 8, 10, 20, 50, 100), (0.5, 0.6, 0.8, 0.9, 0.95)):
        for correct in (0, total):
            ends = _interval(answer, probe, correct, total, confidence)
            for end in ends if isinstance(ends, list) else []:
                if outside == "none" and isinstance(end, float) and not 0 <= end <= 1:
                    found = probe.calls[-1]
                    outside = f"{float(end)!r} of {found}"
    probe.note(outside=outside, of=found)


@scenario()
def impossible_scores(answer: Any, probe: Probe) -> None:
    """More right than there are, fewer than none, no images, no such confidence."""
    scores = ((11, 10), (-1, 10), (0, 0), (101, 100, 0.99))
    confidences = ((5, 10, 0.0), (5, 10, 1.0), (5, 10, 95.0))
    for name, calls in {"scores": scores, "confidences": confidences}.items():
        attempts = []
        for arguments in calls:
            call = f"accuracy_interval({', '.join(map(str, arguments))})"
            attempts.append(attempt(probe, call, answer, *arguments))
        probe.note(**{name: attempts})
