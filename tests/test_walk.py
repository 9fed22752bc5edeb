"""The way of a failing answer is the one that CONTRIBUTING draws: ten stations, no climb back."""

import importlib
import re
import sys
from pathlib import Path

import pytest

from autograder.course.reference import PACKAGE

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")
STATIONS = re.findall(r"^\d+\. `([\w.]+)`:", TEXT, re.MULTILINE)
WRONG = """
from fashion_course.kit import Metrics

def train_epoch(model, batches, loss_fn, optimizer, device="cpu", scheduler=None):
    return Metrics(0.0, 0.0)
"""


def found(path):
    """Return the function that a dotted path leads to."""
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError:  # a method
        return getattr(found(module), name)


@pytest.fixture
def walked(notebook):
    """The stations in the order in which a failing check entered and left them.

    The exam observes the reference and the mistakes, too: that is not the answer's way.
    """
    codes = {found(path).__code__: path for path in STATIONS}
    notebook.run(WRONG)
    moves, others = [], set()

    def watch(frame, event, _):
        if event not in ("call", "return") or frame.f_code not in codes:
            return
        home = getattr(frame.f_locals.get("answer"), "__module__", "")
        if home.startswith((PACKAGE, "autograder.mistakes.")) or frame in others:
            others.add(frame)
        else:
            moves.append((event, codes[frame.f_code]))

    sys.setprofile(watch)
    try:
        told = notebook.run('check("train_epoch", seed=3)')
    finally:
        sys.setprofile(None)
    assert "train_epoch: failed" in told.text
    return moves


def test_there_are_at_most_ten_stations_and_each_is_a_function():
    assert 5 <= len(STATIONS) <= 10
    assert all(callable(found(path)) for path in STATIONS)


def test_a_failing_answer_passes_the_stations_in_order(walked):
    entered = [path for event, path in walked if event == "call"]
    assert list(dict.fromkeys(entered)) == STATIONS


def test_no_station_is_entered_again_once_the_walk_has_left_it(walked):
    below = {path: place for place, path in enumerate(STATIONS)}
    open_stations = []
    farthest = 0
    for event, path in walked:
        if event == "return":
            assert open_stations.pop() == path
            continue
        assert below[path] >= farthest, f"{path} is entered again after {STATIONS[farthest]}"
        farthest = below[path]
        open_stations.append(path)
