"""Where two values part is told at the entry that counts, with digits enough to see it."""

import math

import pytest
import torch

from autograder.claims.difference import difference, show, show_apart
from autograder.claims.expect import Failed, expect
from autograder.worker.observation import Opaque


def told(claim):
    with pytest.raises(Failed) as caught:
        claim()
    return caught.value


def test_an_entry_that_is_off_comes_before_one_that_is_rounded():
    actual = {"a": 0.1 + 0.2, "b": 5.0}
    found = difference(actual, {"a": 0.3, "b": 6.0})
    assert found.told == "at 'b' is 5, not 6"
    assert found.place == "b"
    assert difference([0.1 + 0.2, 5.0], [0.3, 6.0]).told == "at [1] is 5, not 6"
    assert difference({0: 1, 1: 2}, {0: 3, 1: 2}).place == 0


def test_a_float_in_the_place_of_an_int_is_shown_as_a_float():
    failed = told(lambda: expect(26.0, "the length").is_a("int"))
    assert (failed.actual, failed.expected) == ("26.0", "int")
    failed = told(lambda: expect({"a": 26.0}, "the lengths").equals({"a": 26}))
    assert (failed.actual, failed.expected) == ("26.0", "26")


def test_where_only_rounding_differs_that_is_told_with_enough_digits():
    found = difference({"a": 0.1 + 0.2}, {"a": 0.3})
    assert found.told == "at 'a' is 0.30000000000000004, not 0.29999999999999999"


@pytest.mark.parametrize(
    ("actual", "expected", "texts"),
    [
        (1.0, 2.0, ("1", "2")),
        (0.2857142, 0.2857139, ("0.2857142", "0.2857139")),
        (1.0000000000000002, 1.0, ("1.0000000000000002", "1")),
        (torch.tensor([0.12345678]), torch.tensor([0.12345699]), None),
        ([0.333333333], [0.333334333], None),
    ],
)
def test_two_values_that_differ_look_different(actual, expected, texts):
    shown = show_apart(actual, expected)
    assert shown[0] != shown[1]
    assert texts is None or shown == texts


def test_tensors_too_are_told_with_digits_enough():
    actual, expected = (torch.tensor([1.0, x], dtype=torch.float64) for x in (2.0000000002, 2.0))
    assert difference(actual, expected).told == (
        "at [1] is 2.0000000002, not 2 (1 of 2 entries differ)"
    )


def test_what_the_message_says_is_not_shown_twice():
    failed = told(lambda: expect(3, "the count").equals(4))
    assert (failed.message, failed.actual, failed.expected) == ("the count is 3, not 4", "", "")


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [
        (-math.inf, -1e-6, 0.5, "below 0"),
        (-math.inf, 3, 4, "3 or less"),
        (1e-2, math.inf, 0, "0.01 or more"),
        (0, 1, [0.5, 2.0], "0 to 1"),
    ],
)
def test_ranges_read_as_words(low, high, value, expected):
    assert told(lambda: expect(value, "it").between(low, high)).expected == expected


def test_a_number_just_outside_of_its_range_can_be_seen_to_be():
    assert told(lambda: expect([0.5, 1.0000000000000002], "it").between(0, 1)).message == (
        "it reaches from 0.5 to 1.0000000000000002"
    )
    assert told(lambda: expect(-1e-30, "it").between(0, 1)).message == "it is -1e-30"


def test_a_returned_object_that_was_not_kept_is_told_by_its_type():
    attempt = {"call": "f()", "returned": None, "type": "Compose"}
    assert told(lambda: expect(attempt, "std").refuses()).actual == "a Compose"
    assert told(lambda: expect({"call": "f()", "returned": None}, "std").refuses()).actual == "None"


def test_an_exception_without_words_is_told_by_its_type():
    attempt = {"call": "f()", "raised": "AssertionError", "kinds": [], "message": ""}
    assert told(lambda: expect(attempt, "it").refuses()).actual == "AssertionError"


def test_objects_show_their_type():
    assert show(Opaque("numpy.float32", "1.0")) == "numpy.float32: 1.0"
