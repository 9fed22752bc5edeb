"""The hands and eyes of a scenario: it calls an answer and notes what happens."""

import contextlib
import hashlib
import io
import random
import time
import warnings
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch

from autograder.worker.held import overwritten, put_back
from autograder.worker.layers import Layers
from autograder.worker.observation import Error, Observation, freeze
from autograder.worker.steady import steady
from autograder.worker.trace import describe
from fashion_course.kit.states import global_states_kept

MAX_EVENTS = 2_000
MAX_PRINTED = 4_000  # characters of the student's own output that are kept
MAX_ENTRIES = 64  # of one value whose calls are told apart


class Stop(Exception):
    """Ends a scenario after the answer raised; the error is already noted."""


class Probe:
    """Calls an answer within one scenario and collects the observation.

    Attributes:
        seed: this scenario's own seed, fresh for each grading.
        generator: a torch generator that starts from it.
        data: a folder with the images of the milestone, or "".
    """

    def __init__(self, scenario: str, seed: int, data: str = "") -> None:
        digest = hashlib.sha256(f"{seed}:{scenario}".encode()).digest()
        self.seed = int.from_bytes(digest[:4], "big")
        self.generator = torch.Generator().manual_seed(self.seed)
        self.scenario = scenario
        self.data = data
        self.values: dict[str, Any] = {}
        self.events: list[str] = []
        self.calls: list[str] = []
        self.noted: dict[str, tuple[int, ...]] = {}
        self.error: Error | None = None
        self.layers = Layers()
        self._results: list[object] = []  # what the calls since the last note returned

    def note(self, **values: object) -> None:
        """Keep values for the judge; each is copied as plain data at once.

        A value belongs to the call that returned it, if that was since the last note, else to the
        last call. So does each new entry of a list or dict.
        """
        for name, value in values.items():
            self.values[name] = freeze(value)
            self.noted[name] = self._calls_behind(value, self.noted.get(name, ())[1:])
        self._results = []

    def _calls_behind(self, value: object, before: tuple[int, ...]) -> tuple[int, ...]:
        """Return the place of the call that gave a value, then those of the calls of its entries.

        Args:
            value: just before it is kept.
            before: the places of the calls of those entries that it had when it was kept before.
        """
        last, count = len(self.calls) - 1, len(self._results)
        first = len(self.calls) - count
        entries = _entries(value)
        for place, result in enumerate(self._results, first):
            if _is_result(value, result):
                return (place, *[place] * len(entries))
        new = entries[len(before) :] if len(before) <= len(entries) else entries
        old = before[: len(entries) - len(new)]
        for start in range(count - len(new), -1, -1):
            if all(a is b for a, b in zip(new, self._results[start:], strict=False)):
                return (last, *old, *range(first + start, first + start + len(new)))
        own = range(first, len(self.calls)) if len(new) == count else (last,) * len(new)
        return (last, *old, *own)

    def event(self, text: str) -> None:
        """Keep one moment of the order in which things happened."""
        if len(self.events) < MAX_EVENTS:
            self.events.append(text)

    def call(
        self, shown: str, function: Callable[..., Any], *args: object, **kwargs: object
    ) -> Any:
        """Return `function(*args, **kwargs)`; `shown` is the call as the student reads it.

        Raises:
            Stop: the function raised. The scenario ends, and what it noted so far is kept.
        """
        self.calls.append(shown)
        self.layers.forget()
        try:
            result = function(*args, **kwargs)
        except KeyboardInterrupt:
            raise  # the learner stops the check, not the answer
        except BaseException as error:  # SystemExit too: leaving is no way to pass
            self.error = describe(error, self.layers.lines())
            raise Stop from error
        finally:
            self.mend()
        self._results.append(result)
        return result

    def mend(self) -> None:
        """Stop if functions that everybody needs were overwritten; they are put back."""
        for name in put_back():
            self.error = overwritten(name)
            raise Stop

    def attempt(
        self, shown: str, function: Callable[..., Any], *args: object, **kwargs: object
    ) -> dict[str, Any]:
        """Like `call`, for input that may be refused: an exception is a result like any other.

        Returns:
            `{"call", "raised", "kinds", "message", "by", "at"}`, or `{"call", "returned", "type"}`.
            `by` is that of an `Error`, `at` the answer's own line.
        """
        self.calls.append(shown)
        told: dict[str, Any] = {"call": shown}
        try:
            value = function(*args, **kwargs)
            told |= {"returned": value, "type": "None" if value is None else type(value).__name__}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told |= _refusal(error)
        finally:
            self.mend()
        self._results.append(told)
        return told


def _is_result(value: object, result: object) -> bool:
    """Say whether a value is what a call returned; True, None and 1 may come from anywhere."""
    return value is result and not isinstance(value, (bool, int, str, type(None)))


def _entries(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())[:MAX_ENTRIES]
    return value[:MAX_ENTRIES] if isinstance(value, list) else []


def _refusal(error: BaseException) -> dict[str, Any]:
    told = describe(error)
    return {
        "raised": told.type,
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "message": told.message,
        "by": told.by,
        "at": told.at,
    }


class Scenario(Protocol):
    """A small seeded problem: `scenario(answer, probe)`; `answer` is the exercise's object."""

    __name__: str

    def __call__(self, answer: Any, probe: Probe) -> None:
        """Set the problem up, call the answer, note what happens."""


def observe(scenario: Scenario, answer: Any, seed: int, data: str = "") -> Observation:
    """Run one scenario on one answer, and leave the random states as they were.

    Exceptions of the answer end up in the observation; so does what it printed. Anything that the
    scenario itself raises is a fault of the grader and escapes.
    """
    probe = Probe(scenario.__name__, seed, data)
    printed = _Tail()
    began = time.perf_counter()
    with (
        global_states_kept(),
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(),
        contextlib.suppress(Stop),
        probe.layers,
    ):
        warnings.simplefilter("ignore")  # a harmless warning of an answer is no mistake
        probe.mend()  # what was overwritten before: when the answer was loaded, say
        random.seed(probe.seed)
        np.random.seed(probe.seed)
        torch.default_generator.manual_seed(probe.seed)  # without the detour over other devices
        scenario(answer, probe)
    return Observation(
        scenario=scenario.__name__,
        values=probe.values,
        events=tuple(probe.events),
        calls=tuple(probe.calls),
        noted=probe.noted,
        error=probe.error,
        printed=steady(printed.getvalue()[:MAX_PRINTED]),
        seconds=time.perf_counter() - began,
    )


class _Tail(io.StringIO):
    """Takes the student's output and keeps only its beginning."""

    def write(self, text: str, /) -> int:
        if self.tell() < MAX_PRINTED:
            super().write(text[:MAX_PRINTED])
        return len(text)
