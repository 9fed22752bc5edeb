"""What is claimed of `precision_recall`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

SHARES = "05_evaluation#precision-and-recall"
EMPTY = "05_evaluation#when-a-class-is-never-predicted"


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="There are two questions for each class: which two tensors answer them, and how "
    "long are they?",
    thought="For K classes there are K precisions and K recalls. A sum along one axis of `(K, K)` "
    "gives K numbers at once, and so does the diagonal.",
    see=SHARES,
)
def test_precision_recall_returns_two_shares_for_each_class(seen: Any, expected: Any) -> None:
    asked = "What stands behind your `return`, in which order?"
    expect(seen.shares, "the result", asked).has_length(2)
    expect(seen.precision, "precision").has_shape((5,))
    expect(seen.recall, "recall").has_shape((5,))
    wide = seen.precision.dtype.itemsize >= 4
    expect(wide, "the dtype of precision").holds("float16 keeps three digits of a share")
    asked = "A share is a part divided by the whole: which of your two numbers is larger?"
    expect(seen.precision, "precision", asked).between(0, 1)


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="Where in the matrix is everything that was predicted as class 0: in a row or in a "
    "column?",
    thought="Precision looks at the images that were predicted as a class. All of these are "
    "in one column, the correct ones on the diagonal.",
    see=SHARES,
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_divides_by_what_was_predicted(seen: Any, expected: Any) -> None:
    expect(seen.precision, "precision").close_to(expected.precision)


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="Where in the matrix is everything that is class 0: in a row or in a column?",
    thought="Recall looks at the images that are of a class. All of these are in one row, "
    "the correct ones on the diagonal.",
    see=SHARES,
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_divides_by_what_is_there(seen: Any, expected: Any) -> None:
    expect(seen.recall, "recall").close_to(expected.recall)


@check(
    "precision_recall",
    scenario="shares_of_empty_classes",
    points=2,
    hint="What is 0 divided by 0, and what should be returned instead?",
    thought="Where the sum is 0, the number of right answers is 0, too. So 0 comes out if the sum "
    "is replaced by any other number, there and only there.",
    see=EMPTY,
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_says_0_where_there_is_nothing(seen: Any, expected: Any) -> None:
    empty, asked = [1, 2, 4], "How many entries has your result if a class has no images?"
    expect(seen.precision, "precision", asked).has_shape((5,))
    expect(seen.recall, "recall", asked).has_shape((5,))
    expect(seen.precision[empty], "precision of classes 1, 2, 4").close_to(
        expected.precision[empty]
    )
    expect(seen.recall[empty], "recall of classes 1, 2, 4").close_to(expected.recall[empty])


@check(
    "precision_recall",
    scenario="shares_of_empty_classes",
    points=0.5,
    hint="Class 3 has one image, and only this one was predicted as class 3: what are 1 of 1 "
    "and 1 of 1?",
    thought="If a number is added to each sum, the shares of small classes change most. Only the "
    "sums that are 0 need another number.",
    see=EMPTY,
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_of_one_image_that_was_found_is_1(seen: Any, expected: Any) -> None:
    expect(seen.precision[3], "precision of class 3").close_to(expected.precision[3])
    expect(seen.recall[3], "recall of class 3").close_to(expected.recall[3])


@check(
    "precision_recall",
    scenario="shares_of_classes",
    points=0.5,
    hint="Which operations change a tensor in place?",
    thought="`diagonal()` gives a view: if you write into it, you change the caller's "
    "matrix. An operator such as `/=`, or a method that ends in an underscore, writes.",
    see="01_data#a-view-is-not-a-copy",
)
def test_precision_recall_leaves_the_matrix_unchanged(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the matrix").holds("it is not what it was before the call")


@check(
    "precision_recall",
    scenario="shares_of_an_oblong_table",
    points=0.5,
    hint="Can a table of truths and predictions have more columns than rows?",
    see="05_evaluation#rows-are-the-truth",
    craft=True,
)
def test_precision_recall_refuses_a_matrix_that_is_not_square(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a matrix of 2 rows and 3 columns").refuses()
