"""What a worker tells the judge: plain data with exact types, packed without pickle.

`freeze` turns any Python object into such data on the untrusted side, `thaw` turns the data into
fresh objects on the trusted side. Nothing that the student defined survives the passage.
"""

import math
import re
import tempfile
from typing import Annotated, Any

import msgspec
import numpy as np
import torch

MAX_TEXT = 10_000  # characters of one string
MAX_LINES = 50  # of a traceback, or of the layers of a model
MAX_ITEMS = 20_000  # entries of one list, tuple or dict
MAX_BYTES = 16 * 2**20  # one packed observation: 10,000 x 10 logits need 0.4 MB
MAX_WORDS = 2**20  # bytes of one packed observation that are no tensor's
MAX_ENTRIES = 100_000  # in all lists, tuples and dicts of one observation
MAX_DEPTH = 12  # lists within lists; a list that holds itself must end somewhere

Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
"""A text that is told; no worker that keeps to `freeze` and `describe` sends a longer one."""

DTYPES = {
    str(dtype): dtype
    for dtype in (
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
        *(torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool),
    )
}


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


def freeze(value: object, depth: int = 0) -> Data:
    """Return `value` as plain data; what has no plain form becomes an `Opaque`."""
    if value is None or type(value) is bool:
        return value
    if isinstance(value, torch.Tensor):
        return _freeze_tensor(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return _freeze_array(value)
    if isinstance(value, str):
        return str.__str__(value)[:MAX_TEXT]
    if isinstance(value, int):
        number = int.__index__(value)
        return number if abs(number) < 2**63 else _opaque(value)
    if isinstance(value, float):
        return float.__add__(value, 0.0)
    if depth < MAX_DEPTH and isinstance(value, (list, tuple)):
        length = min(list.__len__(value) if isinstance(value, list) else len(value), MAX_ITEMS)
        names = tuple(map(str, getattr(type(value), "_fields", ())))
        items = tuple(freeze(value[i], depth + 1) for i in range(length))
        return Items(type(value).__name__, items, names if len(names) == length else ())
    if depth < MAX_DEPTH and isinstance(value, dict):
        pairs = list(value.items())[:MAX_ITEMS]
        return Pairs(tuple((freeze(k, depth + 1), freeze(v, depth + 1)) for k, v in pairs))
    return _opaque(value)


def _freeze_tensor(value: torch.Tensor) -> Data:
    with torch._C.DisableTorchFunctionSubclass():  # a subclass must not answer for itself
        plain = value.detach()
        shapeless = plain.layout != torch.strided or plain.device.type == "meta"
        if str(plain.dtype) not in DTYPES or shapeless:
            return Opaque("torch.Tensor", f"{plain.dtype}, {plain.layout}, on {plain.device.type}")
        plain = plain.to("cpu").contiguous()
        raw = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
        return TensorData(
            kind="tensor",
            dtype=str(plain.dtype),
            shape=tuple(plain.shape),
            data=raw,
            requires_grad=value.requires_grad,
            device=value.device.type,
        )


def _freeze_array(value: np.ndarray[Any, Any]) -> Data:
    name = f"torch.{'bool' if value.dtype.kind == 'b' else value.dtype.name}"
    if name not in DTYPES:
        return Opaque("numpy.ndarray", f"dtype {value.dtype}, shape {value.shape}")
    return TensorData("array", name, tuple(value.shape), np.ascontiguousarray(value).tobytes())


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def steady(text: str) -> str:
    """Return a text without what every run has anew: addresses, and names of temporary folders."""
    folder = re.escape(tempfile.gettempdir())
    within = re.compile(folder + r"(?:[/\\]+(?:tmp|fashion-course-)\w+)*")
    return within.sub("…", _ADDRESS.sub("", text))


def _opaque(value: object) -> Opaque:
    kind = type(value)
    try:
        text = steady(repr(value))[:200]
    except Exception as error:  # a student's __repr__ may raise anything
        text = f"<its repr raised {type(error).__name__}>"
    return Opaque(f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."), text)


class NamedFields(dict[str, Any]):
    """A thawed named tuple: its fields by name; `kind` is the name of its class."""

    def __init__(self, kind: str, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.kind = kind


def thaw(data: Data) -> Any:
    """Return fresh plain objects: tensors, lists, tuples, dicts, `NamedFields`, `Opaque`, numbers.

    Raises:
        ValueError: the bytes of a tensor do not fit its shape.
    """
    if isinstance(data, TensorData):
        return _thaw_tensor(data)
    if isinstance(data, Items):
        values = [thaw(item) for item in data.items]
        if data.names:
            return NamedFields(data.kind, dict(zip(data.names, values, strict=True)))
        return values if data.kind == "list" else tuple(values)
    if isinstance(data, Pairs):
        return {_key(thaw(key)): thaw(value) for key, value in data.items}
    return data


def _key(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)


def _thaw_tensor(data: TensorData) -> Any:
    dtype = DTYPES.get(data.dtype)
    if dtype is None or any(size < 0 for size in data.shape):
        raise ValueError(f"no tensor has dtype {data.dtype!r} and shape {data.shape}")
    if math.prod(data.shape) * dtype.itemsize != len(data.data):
        raise ValueError(f"{len(data.data)} bytes do not fill {data.dtype} of shape {data.shape}")
    flat = torch.frombuffer(bytearray(data.data), dtype=dtype) if data.data else torch.empty(0)
    tensor = flat.to(dtype).reshape(data.shape)
    return tensor.numpy() if data.kind == "array" else tensor.requires_grad_(data.requires_grad)
