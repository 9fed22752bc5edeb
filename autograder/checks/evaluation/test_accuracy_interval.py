"""What is claimed of `accuracy_interval`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

FORMULA = "05_evaluation#an-interval-that-stays-inside"
SURE = "05_evaluation#how-sure-is-an-accuracy"


@check(
    "accuracy_interval",
    scenario="interval_of_a_score",
    points=1.5,
    hint="Two numbers are asked for: of which type, on which scale, and which of them first?",
    thought="The lower end has the minus sign and comes first; both are shares between 0 and 1, as "
    "plain floats.",
    see=SURE,
)
def test_accuracy_interval_returns_low_and_high_as_shares(seen: Any, expected: Any) -> None:
    expect(seen.interval, "the result").has_length(2)
    asked = "Which method, or function, turns a tensor with one number into a float?"
    expect(seen.interval[0], "the lower end", asked).is_a("float")
    expect(seen.interval[1], "the upper end", asked).is_a("float")
    asked = "Print the parts of the formula one by one: which is the first of a wrong size?"
    expect(seen.interval, "the result", asked).between(0, 1)
    expect(seen.interval, "the result").equals(sorted(seen.interval), "the lower end comes first")


@check(
    "accuracy_interval",
    scenario="interval_of_a_score",
    points=2.5,
    hint="Which parts of the formula are in your code, and what is z for 95 % in the middle?",
    thought="Compute the parts one by one and print them: z is 1.96, the share p is correct / "
    "total. Both terms above the line are divided by 1 + z²/n.",
    see=FORMULA,
    needs=test_accuracy_interval_returns_low_and_high_as_shares,
)
def test_accuracy_interval_is_that_of_wilson(seen: Any, expected: Any) -> None:
    expect(seen.interval, "the interval").close_to(expected.interval)


@check(
    "accuracy_interval",
    scenario="intervals_at_the_ends",
    hint="Which true accuracies are plausible after 10 of 10, and are they in your interval?",
    thought="Wilson's formula has an answer for none and for all correct as it stands: it needs no "
    "special case, and no score is refused.",
    see=FORMULA,
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_holds_at_none_and_all_correct(seen: Any, expected: Any) -> None:
    for interval, right in zip(seen.intervals, expected.intervals, strict=True):
        expect(interval, "the interval").close_to(right)


@check(
    "accuracy_interval",
    scenario="intervals_at_other_confidences",
    points=1.5,
    hint="Which number in your code depends on `confidence`?",
    thought="Only z depends on it. If `confidence` lies in the middle of a normal "
    "distribution, half of the rest lies below: which cumulative probability belongs "
    "to the upper end?",
    see=SURE,
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_widens_with_the_confidence(seen: Any, expected: Any) -> None:
    for interval, right in zip(seen.intervals, expected.intervals, strict=True):
        expect(interval, "the interval").close_to(right)


@check(
    "accuracy_interval",
    scenario="intervals_to_the_last_digit",
    points=0.5,
    hint="Where can rounding give a number outside 0..1, and what do you return then?",
    see=FORMULA,
    craft=True,
)
def test_accuracy_interval_never_leaves_0_and_1(seen: Any, expected: Any) -> None:
    expect(seen.outside, "an end outside of 0 and 1").equals("none")


@check(
    "accuracy_interval",
    scenario="impossible_scores",
    points=0.5,
    hint="Which counts are impossible?",
    see=SURE,
    craft=True,
)
def test_accuracy_interval_refuses_impossible_counts(seen: Any, expected: Any) -> None:
    for attempt in seen.scores:
        expect(attempt, "correct and total").refuses()


@check(
    "accuracy_interval",
    scenario="impossible_scores",
    points=0.5,
    hint="Can an interval have a confidence of 0, of 100 or of 9,500 per cent?",
    see=SURE,
    craft=True,
)
def test_accuracy_interval_refuses_impossible_confidences(seen: Any, expected: Any) -> None:
    for attempt in seen.confidences:
        expect(attempt, "confidence").refuses()
