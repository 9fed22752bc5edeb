"""What a worker tells the judge: plain data with exact types, packed without pickle.

`values` turns objects into such data and back. Here is no torch, so that whoever only reads texts
does not wait for it.
"""

import re
import tempfile
from typing import Annotated

import msgspec

MAX_TEXT = 10_000  # characters of one string
MAX_LINES = 50  # of a traceback, or of the layers of a model
MAX_BYTES = 16 * 2**20  # one packed observation: 10,000 x 10 logits need 0.4 MB
MAX_WORDS = 2**20  # bytes of one packed observation that are no tensor's
MAX_ENTRIES = 100_000  # in all lists, tuples and dicts of one observation

Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
"""A text that is told; no worker that keeps to `freeze` and `describe` sends a longer one."""


class TensorData(msgspec.Struct, frozen=True, tag_field="t", tag="tensor"):
    """A tensor or numpy array: `kind` is "tensor" or "array", `data` its bytes in C order."""

    kind: str
    dtype: str
    shape: tuple[int, ...]
    data: bytes
    requires_grad: bool = False
    device: str = "cpu"


class Items(msgspec.Struct, frozen=True, tag_field="t", tag="items"):
    """A list, tuple or named tuple; `names` are the fields of a named tuple."""

    kind: str
    items: tuple["Data", ...]
    names: tuple[str, ...] = ()


class Pairs(msgspec.Struct, frozen=True, tag_field="t", tag="pairs"):
    """A dict, in its own order."""

    items: tuple[tuple["Data", "Data"], ...]


class Opaque(msgspec.Struct, frozen=True, tag_field="t", tag="opaque"):
    """Any other object, as far as a message needs it: the type's name and a short text."""

    type: Text
    text: Text


Data = TensorData | Items | Pairs | Opaque | bool | int | float | Text | None


ODD = "Odd"
"""The type of an error that a scenario met while it read what the answer made."""
OVERWRITTEN = "Overwritten"
"""The type of an error that nobody raised: the answer assigned to somebody else's function."""


class Frame(msgspec.Struct, frozen=True):
    """One line of a traceback in the student's own code."""

    file: Text
    line: int
    function: Text
    code: Text


class Error(msgspec.Struct, frozen=True):
    """An exception that escaped from an answer, trimmed to the student's lines.

    `layers` are the layers of the last forward pass: `layer: shape in -> shape out`. `by` tells
    what raised it: "raise" for a statement of the answer's own, "line" for an operation in one of
    its lines, else the library's function. `at` is the answer's last line, to compare. `cause` is
    the exception that a statement of the answer's own passes on as another one.
    """

    type: Text
    message: Text
    frames: Annotated[tuple[Frame, ...], msgspec.Meta(max_length=MAX_LINES)] = ()
    layers: Annotated[tuple[Text, ...], msgspec.Meta(max_length=MAX_LINES)] = ()
    by: Text = ""
    at: Text = ""
    cause: Text = ""

    @property
    def at_load(self) -> bool:
        """Whether a module's own line raised it, before anything was called."""
        return any(frame.function == "<module>" for frame in self.frames[:1])


class Observation(msgspec.Struct, frozen=True):
    """What one scenario saw of one answer.

    `values` are compared by the checks. `calls` are the calls made, as text, and `noted` tells
    which of them gave a value: one for the value as a whole, or one for each of its entries, by
    key or index. `error` is the exception that ended the scenario early; `stopped` is "timed out"
    or "died" when the worker could not finish, and "not run" after a scenario that timed out.
    """

    scenario: str
    values: dict[str, Data] = {}
    calls: tuple[Text, ...] = ()
    noted: dict[str, str | dict[str, str]] = {}
    error: Error | None = None
    printed: Text = ""
    stopped: str = ""
    seconds: float = 0.0


_decoder = msgspec.msgpack.Decoder(Observation)


def pack(observation: Observation) -> bytes:
    """Return the observation as bytes; one that is too large becomes an error that says so."""
    packed = msgspec.msgpack.encode(observation)
    if told := _too_large(packed, observation):
        error = Error("GraderLimit", f"the result takes {told}; keep it small")
        return msgspec.msgpack.encode(Observation(observation.scenario, error=error))
    return packed


def unpack(packed: bytes) -> Observation:
    """Return the observation in `packed`.

    Raises:
        ValueError: the bytes are not what `pack` gives: too much, of a wrong type, or cut off.
    """
    if len(packed) > MAX_BYTES:
        raise ValueError(f"an observation of {len(packed):,} bytes is over the limit")
    try:
        observation = _decoder.decode(packed)
        told = _too_large(packed, observation)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"not an observation: {error}") from error
    if told:
        raise ValueError(f"an observation takes {told}")
    return observation


def _too_large(packed: bytes, observation: Observation) -> str:
    """Say how large an observation is, if it is too large to compare and to tell; else ""."""
    if len(packed) > MAX_BYTES:
        return f"{len(packed):,} bytes"
    entries, numbers = 0, 0
    left: list[Data] = list(observation.values.values())
    while left and entries <= MAX_ENTRIES:
        value = left.pop()
        entries += 1
        if isinstance(value, TensorData):
            numbers += len(value.data)
        elif isinstance(value, Items):
            left += value.items
        elif isinstance(value, Pairs):
            left += [each for pair in value.items for each in pair]
    if entries > MAX_ENTRIES:
        return f"more than {MAX_ENTRIES:,} entries"
    words = len(packed) - numbers
    return f"{words:,} bytes beside its tensors" if words > MAX_WORDS else ""


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def steady(text: str) -> str:
    """Return a text without what every run has anew: addresses, and names of temporary folders."""
    folder = re.escape(tempfile.gettempdir())
    within = re.compile(folder + r"(?:[/\\]+(?:tmp|fashion-course-)\w+)*")
    return within.sub("…", _ADDRESS.sub("", text))
