"""The hands and eyes of a scenario: it calls an answer and notes what happens."""

import contextlib
import hashlib
import io
import linecache
import random
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch

from autograder.layers import Layers
from autograder.observation import Error, Frame, Observation, freeze
from fashion_course.kit.states import global_states_kept

MAX_EVENTS = 2_000
MAX_PRINTED = 4_000  # characters of the student's own output that are kept
ANSWER_FILE = "<answer>/"  # begins the file name of every loaded source, so frames can be told


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
        self.error: Error | None = None
        self.layers = Layers()

    def note(self, **values: object) -> None:
        """Keep values for the judge; each is copied as plain data at once."""
        for name, value in values.items():
            self.values[name] = freeze(value)

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
            return function(*args, **kwargs)
        except KeyboardInterrupt:
            raise  # the learner stops the check, not the answer
        except BaseException as error:  # SystemExit too: leaving is no way to pass
            self.error = describe(error, self.layers.lines())
            raise Stop from error

    def attempt(
        self, shown: str, function: Callable[..., Any], *args: object, **kwargs: object
    ) -> dict[str, Any]:
        """Like `call`, for input that may be refused: an exception is a result like any other.

        Returns:
            `{"call", "raised", "kinds", "message"}`, or `{"call", "returned"}`.
        """
        self.calls.append(shown)
        try:
            return {"call": shown, "returned": function(*args, **kwargs)}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told = describe(error)
            kinds = [kind.__name__ for kind in type(error).__mro__]
            return {"call": shown, "raised": told.type, "kinds": kinds, "message": told.message}


class Scenario(Protocol):
    """A small seeded problem: `scenario(answer, probe)`; `answer` is the exercise's object."""

    __name__: str

    def __call__(self, answer: Any, probe: Probe) -> None:
        """Set the problem up, call the answer, note what happens."""


def describe(error: BaseException, layers: tuple[str, ...] = ()) -> Error:
    """Return an exception as data: its type, its text, and the frames in the student's code."""
    frames = []
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(ANSWER_FILE):
        frames.append(
            _frame(str(error.filename), error.lineno or 0, "", (error.text or "").strip())
        )
    for entry in traceback.extract_tb(error.__traceback__):
        if entry.filename.startswith((ANSWER_FILE, "<ipython-input", "<cell")) or (
            "ipykernel_" in entry.filename
        ):
            line = entry.line or linecache.getline(entry.filename, entry.lineno or 0).strip()
            frames.append(_frame(entry.filename, entry.lineno or 0, entry.name, line))
    try:
        message = str(error)
    except Exception:  # a student's own exception class may break here
        message = "<no message: its __str__ failed>"
    return Error(type(error).__name__, message[:2_000], tuple(frames[-8:]), layers)


def _frame(file: str, line: int, function: str, code: str) -> Frame:
    return Frame(file.removeprefix(ANSWER_FILE), line, function, code[:200])


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
        random.seed(probe.seed)
        np.random.seed(probe.seed)
        torch.manual_seed(probe.seed)
        scenario(answer, probe)
    return Observation(
        scenario=scenario.__name__,
        values=probe.values,
        events=tuple(probe.events),
        calls=tuple(probe.calls),
        error=probe.error,
        printed=printed.getvalue()[:MAX_PRINTED],
        seconds=time.perf_counter() - began,
    )


class _Tail(io.StringIO):
    """Takes the student's output and keeps only its beginning."""

    def write(self, text: str, /) -> int:
        if self.tell() < MAX_PRINTED:
            super().write(text[:MAX_PRINTED])
        return len(text)
