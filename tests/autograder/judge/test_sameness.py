"""Two answers did the same only where types, numbers and exceptions agree; rounding aside."""

import numpy as np
import pytest
import torch

from autograder.judge.sameness import same, same_data, same_error, tells_apart
from autograder.worker.observation import Error, Observation
from autograder.worker.values import freeze


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, True),
        (1, 1.0),
        (True, 1.0),
        ([1, 0], [True, False]),
        ({"a": 1}, {"a": 1.0}),
        ({1: "a"}, {True: "a"}),
        ((1, 2), [1, 2]),
        ("1", 1),
        (None, False),
        (torch.ones(2), torch.ones(2).double()),
        (torch.ones(2), torch.ones(2, 1)),
        (torch.ones(2), np.ones(2, dtype=np.float32)),
        (torch.ones(2), torch.tensor([1.0, 1.001])),
        (0.5, 0.5001),
    ],
)
def test_values_of_another_type_form_or_size_are_others(first, second):
    assert not same_data(freeze(first), freeze(second))
    assert not same_data(freeze(second), freeze(first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (0.1 + 0.2, 0.3),
        (float("nan"), float("nan")),
        ([1, {"a": (0.5, None)}], [1, {"a": (0.5, None)}]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (torch.ones(3) / 3, torch.ones(3) * 0.33333333),
        (torch.ones(2).requires_grad_(), torch.ones(2)),
        (object(), object()),
    ],
)
def test_rounding_order_of_keys_and_addresses_are_no_difference(first, second):
    assert same_data(freeze(first), freeze(second))


def refusal(raised="ValueError", message="", by="raise", **more):
    return freeze({"call": "f()", "raised": raised, "message": message, "by": by, **more})


def test_what_an_answer_says_in_its_own_exception_is_its_own_affair():
    assert same_data(refusal(message="no"), refusal(message="never", at="x.py, 3"))
    assert not same_data(refusal(), refusal("TypeError"))


def test_what_a_library_says_counts_but_for_addresses_and_paths():
    first = refusal("OSError", "can't read /tmp/abc/x.pt at 0x7f00", by="torch.load")
    second = refusal("OSError", "can't read /tmp/def/y.pt at 0x8e11", by="torch.load")
    assert same_data(first, second)
    assert not same_data(first, refusal("OSError", "disk full", by="torch.load"))


def test_exceptions_of_one_type_with_another_text_are_others():
    shapes = "mat1 and mat2 shapes cannot be multiplied (8x{} and 784x10)"
    first, second = (Error("RuntimeError", shapes.format(n), by="line") for n in (28, 27))
    assert not same_error(first, second)
    assert same_error(first, first)
    assert not same_error(
        Error("ValueError", "no", by="raise"), Error("ValueError", "no", by="line")
    )
    assert same_error(Error("ValueError", "no", by="raise"), Error("ValueError", "ja", by="raise"))


def test_an_exception_in_another_call_is_another():
    error = Error("ValueError", "no", by="raise")
    first = Observation("s", calls=("f(1)",), error=error)
    assert same(first, Observation("s", calls=("f(1)",), error=error))
    assert not same(first, Observation("s", calls=("f(1)", "f(2)"), error=error))


@pytest.mark.parametrize(
    ("mine", "right", "telling"),
    [
        (0.4, 0.5, True),
        (False, True, False),
        ([False, True], [True, True], False),
        ("torch", "none", False),
        ("float32 (4,)", "float32 (4, 1)", True),
        (None, 0.5, True),
        (torch.ones(2), torch.zeros(2), True),
        (torch.ones(2), torch.ones(2), False),
        ([0.5, 1], [0.5, 2], True),
        (
            {"call": "f()", "returned": None, "type": "Compose"},
            {"call": "f()", "raised": "E"},
            False,
        ),
        ({"call": "f()", "returned": 0.5, "type": "float"}, {"call": "f()", "raised": "E"}, True),
    ],
)
def test_numbers_tell_mistakes_apart_and_flags_do_not(mine, right, telling):
    seen, expected = (Observation("s", values={"x": freeze(value)}) for value in (mine, right))
    assert tells_apart(seen, expected) is telling


def test_an_exception_of_a_library_tells_mistakes_apart_and_one_of_the_answer_does_not():
    library, own = (Observation("s", error=Error("E", "", by=by)) for by in ("line", "raise"))
    assert tells_apart(library, Observation("s"))
    assert not tells_apart(own, Observation("s"))
