"""What is claimed of `accuracy_interval`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "accuracy_interval",
    scenario="interval_of_a_score",
    hint="Two numbers are asked for: of which type, on which scale, and which of them first?",
)
def test_accuracy_interval_returns_low_and_high_as_shares(seen: Any, expected: Any) -> None:
    expect(seen.interval, "the result").has_length(2)
    expect(seen.interval[0], "the lower end").is_a("float")
    expect(seen.interval[1], "the upper end").is_a("float")
    expect(seen.interval, "the result").between(0, 1)
    expect(seen.interval, "the result").equals(sorted(seen.interval), "the lower end comes first")


@check(
    "accuracy_interval",
    scenario="interval_of_a_score",
    points=2,
    hint="Which parts of the formula are in your code, and what is z for 95 % in the middle?",
    needs=test_accuracy_interval_returns_low_and_high_as_shares,
)
def test_accuracy_interval_is_that_of_wilson(seen: Any, expected: Any) -> None:
    expect(seen.interval, "the interval").close_to(expected.interval)


@check(
    "accuracy_interval",
    scenario="intervals_at_the_ends",
    points=0.5,
    hint="What does 10 of 10 leave possible, and does your interval leave it possible too?",
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_holds_at_none_and_all_correct(seen: Any, expected: Any) -> None:
    for interval, right in zip(seen.intervals, expected.intervals, strict=True):
        expect(interval, "the interval").close_to(right)


@check(
    "accuracy_interval",
    scenario="intervals_to_the_last_digit",
    points=0.5,
    hint="Where can the last digit of a float lead outside, and what do you return then?",
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_never_leaves_0_and_1(seen: Any, expected: Any) -> None:
    expect(seen.outside, "an end outside of 0 and 1").equals("none")


@check(
    "accuracy_interval",
    scenario="intervals_at_other_confidences",
    hint="Which number in your code depends on `confidence`?",
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_widens_with_the_confidence(seen: Any, expected: Any) -> None:
    for interval, right in zip(seen.intervals, expected.intervals, strict=True):
        expect(interval, "the interval").close_to(right)


@check(
    "accuracy_interval",
    scenario="impossible_scores",
    hint="Which counts can't be?",
)
def test_accuracy_interval_refuses_impossible_counts(seen: Any, expected: Any) -> None:
    for attempt in seen.scores:
        expect(attempt, "correct and total").refuses()


@check(
    "accuracy_interval",
    scenario="impossible_scores",
    hint="Can an interval be sure to 0, to 100 or to 9,500 per cent?",
)
def test_accuracy_interval_refuses_impossible_confidences(seen: Any, expected: Any) -> None:
    for attempt in seen.confidences:
        expect(attempt, "confidence").refuses()
