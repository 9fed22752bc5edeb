"""Turns what an answer made into plain data, and such data into objects for the checks.

`freeze` works on the untrusted side, `thaw` makes fresh objects on the trusted side. Nothing that
the student defined survives the passage.
"""

import math
from typing import Any

import numpy as np
import torch

from autograder.worker.observation import MAX_TEXT, Data, Items, Opaque, Pairs, TensorData, steady

MAX_ITEMS = 20_000  # entries of one list, tuple or dict
MAX_DEPTH = 12  # lists within lists; a list that holds itself must end somewhere

DTYPES = {
    str(dtype): dtype
    for dtype in (
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
        *(torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool),
    )
}


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
