"""What is claimed of `precision_recall`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="There are two questions for each class: which two tensors answer them, and how long?",
)
def test_precision_recall_returns_two_shares_for_each_class(seen: Any, expected: Any) -> None:
    expect(seen.shares, "the result").has_length(2)
    expect(seen.precision, "precision").has_shape((5,))
    expect(seen.recall, "recall").has_shape((5,))
    wide = seen.precision.dtype.itemsize >= 4
    expect(wide, "the dtype of precision").holds("float16 keeps three digits of a share")
    expect(seen.precision, "precision").between(0, 1)


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="Where in the matrix is everything that was called class 0: in a row or in a column?",
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_divides_by_what_was_predicted(seen: Any, expected: Any) -> None:
    expect(seen.precision, "precision").close_to(expected.precision)


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="Where in the matrix is everything that is class 0: in a row or in a column?",
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_divides_by_what_is_there(seen: Any, expected: Any) -> None:
    expect(seen.recall, "recall").close_to(expected.recall)


@check(
    "precision_recall",
    scenario="shares_of_empty_classes",
    points=2,
    hint="What is 0 divided by 0, and what should be said instead?",
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_says_0_where_there_is_nothing(seen: Any, expected: Any) -> None:
    empty = [1, 2, 4]
    expect(seen.precision, "precision").has_shape((5,))
    expect(seen.recall, "recall").has_shape((5,))
    expect(seen.precision[empty], "precision of classes 1, 2, 4").close_to(
        expected.precision[empty]
    )
    expect(seen.recall[empty], "recall of classes 1, 2, 4").close_to(expected.recall[empty])


@check(
    "precision_recall",
    scenario="shares_of_empty_classes",
    points=0.5,
    hint="Class 3 has one image, and it was found: what are 1 of 1 and 1 of 1?",
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_of_one_image_that_was_found_is_1(seen: Any, expected: Any) -> None:
    expect(seen.precision[3], "precision of class 3").close_to(expected.precision[3])
    expect(seen.recall[3], "recall of class 3").close_to(expected.recall[3])


@check(
    "precision_recall",
    scenario="shares_of_classes",
    points=0.5,
    hint="Which operations of a tensor end in an underscore?",
)
def test_precision_recall_leaves_the_matrix_unchanged(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the matrix").holds("it is not what it was before the call")


@check(
    "precision_recall",
    scenario="shares_of_an_oblong_table",
    points=0.5,
    hint="Can a table of truths and predictions have more columns than rows?",
)
def test_precision_recall_refuses_a_matrix_that_is_not_square(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a matrix of 2 rows and 3 columns").refuses()
