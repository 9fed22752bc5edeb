"""Observations survive the passage as plain data, and nothing hostile does."""

from typing import NamedTuple

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from autograder.worker.observation import (
    MAX_BYTES,
    Observation,
    Opaque,
    TensorData,
    pack,
    unpack,
)
from autograder.worker.values import NamedFields, freeze, thaw


def passed(value):
    return thaw(unpack(pack(Observation("s", values={"value": freeze(value)}))).values["value"])


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text()
    | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=10,
)


@given(plain)
def test_plain_data_comes_through_unchanged(value):
    assert passed(value) == value


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool]
)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3), (2, 1, 4)])
def test_tensors_come_through_bit_for_bit(dtype, shape):
    tensor = (torch.randn(shape) * 3).to(dtype)
    back = passed(tensor)
    assert back.dtype == dtype
    assert back.shape == tensor.shape
    assert torch.equal(back, tensor)


def test_a_view_with_odd_strides_comes_through():
    tensor = torch.arange(12.0).reshape(3, 4).T[::2]
    assert torch.equal(passed(tensor), tensor)


def test_requires_grad_is_told():
    assert passed(nn.Linear(2, 1).weight).requires_grad


def test_named_tuples_keep_their_fields():
    class Pair(NamedTuple):
        loss: float
        count: int

    back = passed([Pair(0.5, 2)])[0]
    assert isinstance(back, NamedFields)
    assert (back.kind, back["loss"], back["count"]) == ("Pair", 0.5, 2)


def test_numpy_numbers_and_objects_are_told_from_python_numbers():
    assert passed(np.float32(1)).type == "numpy.float32"
    assert isinstance(passed(object()), Opaque)
    assert isinstance(passed(np.arange(3)), np.ndarray)
    assert passed(np.float64(0.5)) == 0.5


def test_objects_that_lie_about_themselves_lose_their_voice():
    class Liar(float):
        def __eq__(self, other):
            return True

        def __float__(self):
            return 1.0

        __hash__ = float.__hash__

    class LyingTensor(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            return True

    assert passed(Liar(0.25)) == 0.25
    assert type(passed(Liar(0.25))) is float
    assert torch.equal(passed(torch.zeros(2).as_subclass(LyingTensor)), torch.zeros(2))


def test_a_tensor_without_numbers_is_told_as_such():
    assert "on meta" in passed(torch.zeros(2, device="meta")).text


def test_a_list_that_holds_itself_ends_somewhere():
    loop = []
    loop.append(loop)
    assert passed(loop) is not None


def test_a_broken_repr_does_no_harm():
    class Broken:
        def __repr__(self):
            raise RuntimeError("no")

    assert "its repr raised RuntimeError" in passed(Broken()).text


def test_too_large_a_result_becomes_an_error_that_says_so():
    seen = unpack(pack(Observation("s", values={"x": freeze(torch.zeros(MAX_BYTES))})))
    assert seen.error is not None
    assert "bytes" in seen.error.message


@pytest.mark.parametrize("value", [[[0] * 400] * 400, ["x" * 9_000] * 200])
def test_what_is_too_much_to_compare_is_an_error_here_and_refused_there(value):
    seen = Observation("s", values={"x": freeze(value)})
    packed = unpack(pack(seen))
    assert packed.error is not None
    assert "keep it small" in packed.error.message
    with pytest.raises(ValueError, match="an observation takes"):
        unpack(msgspec.msgpack.encode(seen))


def test_lists_in_lists_that_no_stack_can_hold_are_refused():
    packed = msgspec.msgpack.encode(Observation("s", values={"x": "X"}))
    head = b"\x82\xa1t\xa5items\xa5items\x91"  # {"t": "items", "items": [
    with pytest.raises(ValueError, match="not an observation"):
        unpack(packed.replace(b"\xa1X", head * 100_000 + b"\xc0"))


def test_a_text_that_fills_pages_is_refused():
    packed = msgspec.msgpack.encode(Observation("s", printed="x" * 20_000))
    with pytest.raises(ValueError, match="not an observation"):
        unpack(packed)


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x80", b"\x00" * 50, b"\xc1"])
def test_forged_bytes_are_refused(junk):
    with pytest.raises(ValueError, match=r".+"):
        unpack(junk)


def test_a_tensor_whose_bytes_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="do not fill"):
        thaw(TensorData("tensor", "torch.float32", (4,), b"\0" * 4))
    with pytest.raises(ValueError, match="no tensor has dtype"):
        thaw(TensorData("tensor", "object", (1,), b"\0" * 8))
