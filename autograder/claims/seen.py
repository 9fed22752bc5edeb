"""Observations as checks read them: `seen.loss`, `seen.weights`."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograder.claims.expect import Failed
from autograder.worker.observation import Observation
from autograder.worker.values import thaw
from fashion_course.kit.words import _


class Unseen(Exception):
    """The scenario ended before it noted what a check asks for."""


class Seen:
    """An observation whose values are attributes: tensors, lists and numbers of the judge's own.

    Reading raises `Unseen` for what the scenario did not note, and `Failed` for what can't be a
    value, which only a forged message holds. Read twice, a value is the same object.

    Attributes:
        whole: the observation itself.
    """

    def __init__(self, observation: Observation) -> None:
        self.whole = observation
        self._read: dict[str, Any] = {}  # what was read last stands last

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self.whole.values:
            raise Unseen(name)
        if name not in self._read:
            try:
                self._read[name] = thaw(self.whole.values[name])
            except ValueError as error:
                raise Failed(_("{name} can't be read: {error}", name=name, error=error)) from error
        self._read[name] = self._read.pop(name)
        return self._read[name]

    def names_read(self) -> frozenset[str]:
        """Return the names of the values that were read so far."""
        return frozenset(self._read)

    def call_behind(self, failed: Failed | None = None) -> str:
        """Return the call, as it was shown, that gave what a claim is about; "" before any call.

        It is the one under which the scenario noted the value, or its failing entry. What is no
        value that was read, nor a part of one, was computed from the value that was read last.
        """
        about, place = (failed.about, failed.place) if failed else (None, None)
        name, key = self._source(about)
        place, calls = place if key is None else key, self.whole.calls
        of = self.whole.noted.get(name, "")
        if not isinstance(of, str):
            of = of.get(str(place), ["", *of.values()][-1])
        own = about.get("call") if isinstance(about, dict) else None  # an attempt
        told = [call for call in (own, place, of) if isinstance(call, str) and call in calls]
        return [*told, *calls[-1:], ""][0]

    def _source(self, about: object) -> tuple[str, Any]:
        """Return the name of the value that `about` is or stands in, and the key of its entry."""
        for name, value in reversed(self._read.items()):
            for key, part in _parts(value):
                if part is about:
                    return name, key
        return next(reversed(self._read), ""), None


def _parts(value: object, key: object = None) -> Iterator[tuple[Any, object]]:
    """Yield a value and all that is in it, each under the key of the value's own entry."""
    yield key, value
    entries: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, (list, tuple)):
        entries = enumerate(value)
    for own, entry in entries:
        yield from _parts(entry, own if key is None else key)


class Later(Seen):
    """An observation that is made when a check first reads it."""

    def __init__(self, observe: Callable[[], Observation]) -> None:
        self._observe, self._read = observe, {}

    def __getattr__(self, name: str) -> Any:
        if name == "whole":
            self.whole = self._observe()
            return self.whole
        return super().__getattr__(name)
