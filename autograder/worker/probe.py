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
from autograder.worker.observation import ODD, Error, Observation, steady
from autograder.worker.trace import describe
from autograder.worker.values import freeze
from fashion_course.kit.states import global_states_kept

MAX_PRINTED = 4_000  # characters of the student's own output that are kept


class Stop(Exception):
    """Ends a scenario after the answer raised; the error is already noted."""


class Probe:
    """Calls an answer within one scenario and collects the observation.

    Attributes:
        seed: this scenario's own seed, fresh for each grading.
        generator: a torch generator that starts from it.
        data: a folder with the images of the milestone, or "".
        events: the order in which things happened, for the scenario itself.
    """

    def __init__(self, scenario: str, seed: int, data: str = "") -> None:
        digest = hashlib.sha256(f"{seed}:{scenario}".encode()).digest()
        self.seed = int.from_bytes(digest[:4], "big")
        self.generator = torch.Generator().manual_seed(self.seed)
        self.data = data
        self.values: dict[str, Any] = {}
        self.events: list[str] = []
        self.calls: list[str] = []
        self.noted: dict[str, str | dict[str, str]] = {}
        self.error: Error | None = None
        self.layers = Layers()

    def note(self, *, of: Any = None, **values: object) -> None:
        """Keep values for the judge, each copied as plain data at once, and which call gave them.

        That is the last call so far, where nothing else is said. What says so by itself needs no
        label: what `attempt` returned, and an entry of a dict whose key is a call as it was shown.

        Args:
            of: the call, as it was shown. For a list or dict whose entries are of several calls, a
                list with one call for each entry, or a dict from the entries' keys to their calls.
            values: by the name under which checks read them.

        Raises:
            ValueError: no such call was made.
        """
        label = of if of is not None else self.calls[-1] if self.calls else ""
        if not isinstance(label, str):
            entries = label.items() if isinstance(label, dict) else enumerate(label)
            label = {str(key): call for key, call in entries}
        for call in [label] if isinstance(label, str) else label.values():
            if call and call not in self.calls:
                raise ValueError(f"of={call!r} is no call that was made; label with what was shown")
        for name, value in values.items():
            self.values[name] = freeze(value)
            self.noted[name] = label

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
        finally:
            self.mend()

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
        try:
            value = function(*args, **kwargs)
            kind = "None" if value is None else type(value).__name__
            return {"call": shown, "returned": value, "type": kind}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told, kinds = describe(error), [kind.__name__ for kind in type(error).__mro__]
            said = {"message": told.message, "by": told.by, "at": told.at}
            return {"call": shown, "raised": told.type, "kinds": kinds, **said}
        finally:
            self.mend()


class ScenarioFunction(Protocol):
    """A small seeded problem: `scenario(answer, probe)`; `answer` is the exercise's object."""

    __name__: str

    def __call__(self, answer: Any, probe: Probe) -> None:
        """Set the problem up, call the answer, note what happens."""


def run_scenario(scenario: ScenarioFunction, answer: Any, seed: int, data: str = "") -> Observation:
    """Run one scenario on one answer, on one thread, and leave global states as they were.

    Exceptions of the answer end up in the observation; so does what it printed. What the scenario
    itself raises, as it reads what the answer made, is an error of type `ODD`: the reference never
    gets there.
    """
    probe = Probe(scenario.__name__, seed, data)
    printed, began = _Beginning(), time.perf_counter()
    with (
        global_states_kept(),
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(),
        contextlib.suppress(Stop),
        probe.layers,
    ):
        warnings.simplefilter("ignore")  # a harmless warning of an answer is no mistake
        probe.mend()  # what was overwritten before: when the answer was loaded, say
        # Sums in one order; and one busy core costs a shared machine less than two half busy.
        torch.set_num_threads(1)
        random.seed(probe.seed)
        np.random.seed(probe.seed)
        torch.default_generator.manual_seed(probe.seed)  # other devices take a detour
        try:
            scenario(answer, probe)
        except Stop:
            raise
        except Exception as error:  # a method is missing, say, or an attribute overwritten
            probe.error = Error(ODD, steady(f"{type(error).__name__}: {error}"))
    return Observation(
        scenario=scenario.__name__,
        values=probe.values,
        calls=tuple(probe.calls),
        noted=probe.noted,
        error=probe.error,
        printed=steady(printed.getvalue()[:MAX_PRINTED]),
        seconds=time.perf_counter() - began,
    )


class _Beginning(io.StringIO):
    """Takes the student's output and keeps only its beginning."""

    def write(self, text: str, /) -> int:
        if self.tell() < MAX_PRINTED:
            super().write(text[:MAX_PRINTED])
        return len(text)
