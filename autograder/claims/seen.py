"""Observations as checks read them: `seen.loss` is what a scenario noted as `loss`."""

from collections.abc import Callable
from typing import Any

from autograder.claims.expect import Failed
from autograder.worker.observation import Observation, thaw
from fashion_course.kit.words import _


class Unseen(Exception):
    """No value was noted under the name that a check reads: the scenario ended before."""


class Seen:
    """The values of an observation as attributes: plain numbers, texts, lists, tensors.

    `seen.loss is seen.loss` is False: each read gives a new object, so that a check which changes
    one in place changes nothing for the next. `events` are the names of the calls, in order.

    Raises:
        Unseen: nothing was noted under that name.
        Failed: it was, but the data can't be read, as after an attempt to forge it.
    """

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
    """The same, observed when a value is first read; reading nothing costs nothing.

    Args:
        observe: makes the observation; called once at most.
    """

    def __init__(self, observe: Callable[[], Observation]) -> None:
        self._observe = observe

    def __getattr__(self, name: str) -> Any:
        if name == "_observation":
            self._observation = self._observe()
            return self._observation
        return super().__getattr__(name)


class Remembered(Seen):
    """The same, with a list of what was read so far, to name the call behind a failed claim."""

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
        """Return the call, as text, that gave the value which a claim is about.

        An attempt, or a value kept under its call, names the call itself. A value that was read, or
        an entry of one, belongs to the call before it was noted. Where neither says more, it is the
        last call; "" where there was none.
        """
        calls = self._observation.calls
        if isinstance(failed.about, dict) and failed.about.get("call") in calls:
            return str(failed.about["call"])  # an attempt
        name, value, key = self._origin(failed.about)
        for call in (failed.place, key):
            if isinstance(call, str) and call in calls:
                return call
        if not calls:
            return ""
        last = len(calls) - 1
        whole, *parts = self._observation.noted.get(name, (last,))
        keys = [each for each, _ in _entries(value)]
        entry = failed.place if value is failed.about else key
        at = keys.index(entry) if entry in keys else len(parts)
        found = parts[at] if at < len(parts) else whole
        return calls[found if 0 <= found < last else last]  # below 0: noted before any call

    def _origin(self, about: object) -> tuple[str, Any, Any]:
        """Return the last value read that is, or holds, `about`: name, value, key of `about` in it.

        Where none does, it is the last value read.
        """
        for name, value in reversed(self._read):
            keys = [key for key, entry in _entries(value) if entry is about]
            if value is about or keys:
                return name, value, keys[0] if keys else None
        return (*(self._read[-1] if self._read else ("", None)), None)


def _entries(value: object) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, (list, tuple)) else []
