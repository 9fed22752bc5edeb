"""The hands and eyes of a scenario: it calls an answer and notes what happens."""

import contextlib
import hashlib
import io
import linecache
import random
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Protocol

import numpy as np
import torch

from autograder.layers import Layers
from autograder.observation import Error, Frame, Observation, freeze

MAX_EVENTS = 2_000
MAX_PRINTED = 4_000  # characters of the student's own output that are kept
MAX_ENTRIES = 64  # of one value whose calls are told apart
ANSWER_FILE = "<answer>/"  # begins the file name of every loaded source, so frames can be told
MISTAKES = "autograder.mistakes."  # the modules that hold wrong answers of our own


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
        self._calls_before = 0  # how many calls were made when something was noted last

    def note(self, **values: object) -> None:
        """Keep values for the judge; each is copied as plain data at once.

        The last call gave them. Where a list or dict grew by as many entries as calls were made
        since the last note, each call gave one of those.
        """
        last = len(self.calls) - 1
        recent = tuple(range(self._calls_before, len(self.calls)))
        for name, value in values.items():
            self.values[name] = freeze(value)
            entries = len(value) if isinstance(value, (list, dict)) else 0
            before = self.noted.get(name, ())[1:]
            grown = min(entries, MAX_ENTRIES) - len(before)
            more = recent if grown == len(recent) else (last,) * grown
            self.noted[name] = (last, *(before if grown >= 0 else ()), *more)
        self._calls_before = len(self.calls)

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
            `{"call", "raised", "kinds", "message", "by", "at"}`, or `{"call", "returned", "type"}`.
            `by` is that of an `Error`, `at` the answer's own line.
        """
        self.calls.append(shown)
        try:
            value = function(*args, **kwargs)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told = describe(error)
            kinds = [kind.__name__ for kind in type(error).__mro__]
            at = [f"{frame.file}, {frame.line}" for frame in told.frames[-1:]]
            own = {"by": told.by, "at": "".join(at)}
            return {
                "call": shown,
                "raised": told.type,
                "kinds": kinds,
                "message": told.message,
            } | own
        kind = "None" if value is None else type(value).__name__
        return {"call": shown, "returned": value, "type": kind}


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
        if _is_answer(entry.filename):
            line = entry.line or linecache.getline(entry.filename, entry.lineno or 0).strip()
            frames.append(_frame(entry.filename, entry.lineno or 0, entry.name, line))
    try:
        message = str(error)
    except Exception:  # a student's own exception class may break here
        message = "<no message: its __str__ failed>"
    by = _raised_by(error.__traceback__)
    return Error(type(error).__name__, message[:2_000], tuple(frames[-8:]), layers, by)


def _is_answer(file: str) -> bool:
    return file.startswith((ANSWER_FILE, "<ipython-input", "<cell")) or "ipykernel_" in file


def _raised_by(trace: TracebackType | None) -> str:
    """Return what raised: "raise", "line", or a function of a library; see `Error`."""
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    code, module = trace.tb_frame.f_code, str(trace.tb_frame.f_globals.get("__name__", ""))
    if _is_answer(code.co_filename) or module.startswith(MISTAKES):
        line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
        return "raise" if line.startswith(("raise", "assert")) else "line"
    return f"{module}.{code.co_name}"


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
        _random_states_kept(),
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
        noted=probe.noted,
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


@contextlib.contextmanager
def _random_states_kept() -> Iterator[None]:
    python, numpy, state = random.getstate(), np.random.get_state(), torch.get_rng_state()
    grad = torch.is_grad_enabled()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(state)
        torch.set_grad_enabled(grad)
