"""What numbers say by themselves: each reading holds where it is told, and chance says nothing."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.readings import READINGS, reading
from autograder.worker.values import NamedFields


def drawn(seed, *shape):
    """Return numbers of which none is like another, on both sides of 0."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def told(actual, expected):
    found = reading(actual, expected)
    return found.told if found is not None else None


TABLES = {
    "has the wrong sign": lambda x: -x,
    "has rows and columns exchanged": lambda x: x.mT,
    "is the sum of what is right and its mirror image": lambda x: x + x.mT,
    "is mirrored from left to right": lambda x: x.flip(-1),
    "is upside down": lambda x: x.flip(-2),
    "is turned by half a turn": lambda x: x.flip(-1, -2),
    "is what softmax makes of the right numbers": lambda x: x.softmax(-1),
    "is what `log_softmax` makes of the right numbers": lambda x: x.log_softmax(-1),
    "has its softmax taken over the first axis": lambda x: x.softmax(0),
    "has 0 wherever the right number is negative": lambda x: x.clamp(min=0),
    "has lost its signs": lambda x: x.abs(),
    "is 0 everywhere": lambda x: x * 0,
    "is 2.5 everywhere": lambda x: x * 0 + 2.5,
    "is nan": lambda x: x * math.nan,
    "is 255 times too small": lambda x: x / 255,
    "is 22 times too large": lambda x: x * 22,
    "is 0.5 too large everywhere": lambda x: x + 0.5,
    "is 3 too small everywhere": lambda x: x - 3,
    "has the right rows in another order": lambda x: x[[2, 0, 4, 1, 3]],
    "is rounded to 2 digits after the point": lambda x: x.round(decimals=2),
    "is rounded to a whole number": lambda x: (x * 100).round(),
    "lies on a straight line with what is right: 255 times that, and moved": lambda x: 255 * x - 3,
    "is shifted by one place": lambda x: x.roll(1, -1),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("seed", range(3))
def test_what_became_of_a_table_is_told(name, seed):
    right = drawn(seed, 5, 5) * (100 if "whole" in name else 1)
    change = TABLES[name] if "whole" not in name else torch.round
    assert told(change(right), right) == name


def test_one_number_near_a_multiple_is_one_by_chance():
    assert reading(1.850950207663559, 0.05002580298118181) is None  # 36.9999 times
    assert reading(37 * 0.05002580298118181, 0.05002580298118181) is not None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), shape=st.sampled_from([(), (2,), (7,), (4, 4), (2, 3, 5)]))
def test_numbers_that_have_nothing_to_do_with_each_other_say_nothing(seed, shape):
    both = drawn(seed, 2, *shape)
    assert reading(both[0], both[1]) is None
    other = float(both[0].flatten()[0]), float(both[1].flatten()[0])
    assert reading(*other) is None


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), factor=st.integers(2, 60_000), large=st.booleans())
def test_a_factor_that_is_told_is_the_one(seed, factor, large):
    right = float(drawn(seed, 1)) or 1.0
    mine = right * factor if large else right / factor
    found = reading(mine, right)
    assert found is not None
    which = "large" if large else "small"
    assert found.told == f"is {factor:,} times too {which}"
    assert f"{factor:,}" in found.question


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), count=st.integers(2, 100))
def test_the_root_of_a_sample_is_recognised_by_its_count(seed, count):
    right = abs(float(drawn(seed, 1))) + 0.1
    found = reading(right * math.sqrt(count / (count - 1)), right)
    assert found is not None
    assert f"{count} / {count - 1}" in found.told


AHEAD = "begins with the second of the right numbers: each stands one entry too early"
BEHIND = "has each number one entry too late: the second is the first of the right ones"


@pytest.mark.parametrize(
    ("mine", "right", "expected"),
    [
        (0.273 / 255, 0.273, "is 255 times too small"),
        (float("nan"), 0.5, "is nan"),
        (float("inf"), 0.5, "is infinite"),
        (0.3712, 0.6288, "is 1 minus what is right"),
        (66.7342, 0.667342, "is 100 times too large"),
        (-0.7123, 0.7123, "has the wrong sign"),
        (0.30171, math.sqrt(0.30171), "is the square of what is right"),
        (0.25, 0.5, None),  # of shares, roots, squares and factors are chance
        (42.857142, 3 / 7, "is 100 times too large"),
        (3.0, 3 / 7, "is 7 times too large"),
        (1, 60, None),  # counts are multiples of each other by chance
        (15, 60, None),
        (255.0, 1.0, "is 255 times too large"),
        ([48, 60, 80], [12, 15, 20], "is 4 times too large"),
        ([4, 4], [2, 2], "is 2 too large everywhere"),
        (0.0, 2 / 7, None),  # nor is a count of 0 a rounded share
        (1.0, 0.71428573, None),  # 5 / 7 in float32
        (1.0, 0.5, "is 2 times too large"),
        (2.3219 / math.log(2), 2.3219, "is 1.4427 (1 / ln 2) times too large"),
        ((0.353, 0.286), (0.286, 0.353), "has the right numbers in each other's place"),
        ([5, 3, 9, 1], [9, 1, 5, 3], "has the right numbers in other places"),
        ([1, 3, 5, 9], [9, 1, 5, 3], "has the right numbers, but sorted"),
        ([3, 5, 1, 9], [9, 1, 5, 3], "is in reverse order"),
        ([9, 1], [9, 1, 5, 3], "holds the first 2 of 4 alone; those are right"),
        ([5, 3], [9, 1, 5, 3], "holds the last 2 of 4 alone; those are right"),
        ([9, 1, 5, 3, 7], [9, 1, 5, 3], "begins with what is right, and then goes on: 1 too many"),
        ([9, 1, 5, 4], [9, 1, 5, 3], "differs at index 3 of axis 0 alone"),
        ([0.08, 0.064, 0.0512], [0.1, 0.08, 0.064], AHEAD),
        ([7.0, 5.0, 9.0, 1.0], [5.0, 9.0, 1.0, 2.0], BEHIND),
        ([2, 3, 4], [1, 2, 3], "is 1 too large everywhere"),
        ([3, 1, 1], [2, 3, 1], None),
        ([1.0, 1.0, 2.0], [3.0, 1.0, 1.0], None),
        ([True, True], [False, False], None),
        ({"a": 26.0, "b": 13.0}, {"a": 26, "b": 13}, None),
        ("0.5", 0.5, None),
        (True, 0.5, None),
        (None, 0.5, None),
        (0.5, 0.5, None),
        ([], [1, 2], None),
        ([1, "a"], [1, 2], None),
    ],
)
def test_plain_numbers_are_read_too(mine, right, expected):
    assert told(mine, right) == expected


def test_numbers_in_another_shape_are_recognised():
    right = drawn(1, 2, 3, 4)
    axes = "has the right numbers, but its axes in another order: yours are axes 1, 2, 0"
    assert told(right.permute(1, 2, 0), right) == f"{axes} of what is right"
    exchanged = "has the right numbers, but its height and width are exchanged"
    assert told(right.mT, right) == exchanged
    assert told(right.reshape(2, 4, 3), right) == "has the right numbers in another shape"
    assert told(right.flatten(), right) == "has the right numbers in another shape"
    assert told(right[:1], right) == "holds the first 1 of 2 alone; those are right"
    assert told(right[1:], right) == "holds the last 1 of 2 alone; those are right"
    assert told(drawn(2, 2, 4, 3), right) is None


def test_one_number_of_another_shape_says_nothing():
    assert told(torch.tensor([3.0]), torch.tensor(3.0)) is None


def test_where_all_that_differs_lies_is_told():
    right, border, channel = drawn(1, 2, 3, 6, 6), drawn(2, 2, 3, 6, 6), drawn(1, 2, 3, 6, 6)
    border[..., 1:-1, 1:-1] = right[..., 1:-1, 1:-1]
    channel[:, 1] += drawn(3, 2, 6, 6)
    far, near = right.clone(), right.clone()
    far[..., -1, :] = far[..., :, -1] = 0
    near[..., 0, :] = near[..., :, 0] = 0
    end = "differs in the last row and the last column alone; before them it is right"
    assert told(far, right) == end
    assert told(near, right) is None
    assert told(border, right) == "differs at the border alone; inside it is right"
    assert told(channel, right) == "differs at index 1 of axis 1 alone"


def test_records_are_read_entry_by_entry():
    right = NamedFields("Metrics", {"loss": 0.7312, "accuracy": 0.4})
    crossed = NamedFields("Metrics", {"loss": 0.4, "accuracy": 0.7312})
    summed = NamedFields("Metrics", {"loss": 0.7312 * 22, "accuracy": 0.4})
    assert told(crossed, right) == "has the right numbers in each other's place"
    assert told(summed, right) == "at 'loss' is 22 times too large"
    assert told({"a": 1}, {"b": 1}) is None


def test_a_factor_that_all_calls_have_in_common_is_told_once():
    right = {"one": 12, "two": 15, "three": 20}
    bytes_of = {name: 4 * count for name, count in right.items()}
    assert told(bytes_of, right) == "is 4 times too large, each time"
    assert told(bytes_of | {"two": 15}, right) is None  # of one count alone it may be chance


def test_a_dtype_that_cannot_hold_the_numbers_is_told():
    right = drawn(1, 5).abs() / 10
    whole = "has lost all digits after the point, because its dtype is int64"
    assert told(right.long(), right) == whole
    assert told((10 * right).long(), 10 * right) == whole
    assert told(right * 0, right) == "is 0 everywhere"
    assert told(torch.tensor([3, 1, 2]), torch.tensor([2.0, 1.0, 3.0])) == "is in reverse order"


def test_a_shape_alone_tells_height_from_width():
    size = torch.Size((1, 5, 7))
    assert told(torch.zeros(1, 7, 5), size) == "has height and width exchanged in its shape"
    assert told(torch.zeros(1, 5, 7), size) is None
    assert told(torch.zeros(5, 7), size) is None
    assert told(torch.zeros(7, 5), torch.Size((5, 7))) is None
    assert told("a text", size) is None


def test_every_reading_asks_one_question():
    for name, each in READINGS.items():
        assert each.question.endswith("?"), name
        assert not each.told.endswith("."), name
