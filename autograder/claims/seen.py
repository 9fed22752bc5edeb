"""Observations as checks read them: `seen.loss`, `seen.weights`, `seen.events`."""

from collections.abc import Callable
from typing import Any

from autograder.claims.expect import Failed
from autograder.worker.observation import Observation, thaw
from fashion_course.kit.words import _


class Unseen(Exception):
    """The scenario ended before it noted what a check asks for."""


class Seen:
    """The values of an observation by name, each thawed afresh when it is read."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation

    @property
    def whole(self) -> Observation:
        """The observation itself."""
        return self._observation

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "events":
            return list(self._observation.events)
        if name not in self._observation.values:
            raise Unseen(name)
        try:
            return thaw(self._observation.values[name])
        except ValueError as error:  # only a forged message gets here
            raise Failed(_("{name} can't be read: {error}", name=name, error=error)) from error


class Later(Seen):
    """An observation that is made when a check first reads it."""

    def __init__(self, observe: Callable[[], Observation]) -> None:
        self._observe = observe

    def __getattr__(self, name: str) -> Any:
        if name == "_observation":
            self._observation = self._observe()
            return self._observation
        return super().__getattr__(name)


class Remembered(Seen):
    """An observation that remembers what was read, to name the call behind a failed claim."""

    def __init__(self, observation: Observation) -> None:
        super().__init__(observation)
        self._read: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        if name != "events":
            self._read.append((name, value))
        return value

    def names_read(self) -> frozenset[str]:
        """Return the names of the values that were read so far."""
        return frozenset(name for name, _ in self._read)

    def call_behind(self, failed: Failed) -> str:
        """Return the call that gave the value that a claim is about; the last one if in doubt."""
        calls = self._observation.calls
        if isinstance(failed.about, dict) and failed.about.get("call") in calls:
            return str(failed.about["call"])  # an attempt
        for key in (failed.place, self._entry_of(failed.about)):
            if isinstance(key, str) and key in calls:  # values that are kept by their calls
                return key
        return calls[self._call_of(failed)] if calls else ""

    def _call_of(self, failed: Failed) -> int:
        """Return the place of the call that gave a value, or the entry of it that is to blame."""
        last = len(self._observation.calls) - 1
        name, value = self._origin(failed.about)
        whole, *parts = self._observation.noted.get(name, (last,))
        entry = failed.place if value is failed.about else self._entry_of(failed.about)
        keys = [key for key, _ in _entries(value)]
        at = keys.index(entry) if entry in keys else len(parts)
        found = parts[at] if at < len(parts) else whole
        return found if 0 <= found < last else last  # below 0: noted before any call

    def _origin(self, about: object) -> tuple[str, Any]:
        """Return the value that was read last of those that are, or hold, what a claim is about."""
        for name, value in reversed(self._read):
            if value is about or any(entry is about for _, entry in _entries(value)):
                return name, value
        return self._read[-1] if self._read else ("", None)

    def _entry_of(self, about: object) -> Any:
        """Return the key or index under which the value that was read holds `about`, or None."""
        entries = _entries(self._origin(about)[1])
        return next((key for key, entry in entries if entry is about), None)


def _entries(value: object) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, (list, tuple)) else []
