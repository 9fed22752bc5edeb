"""What is claimed of `confusion_matrix`."""

from typing import Any

import torch

from autograder.claims.expect import expect
from autograder.claims.registry import check

ROWS = "05_evaluation#rows-are-the-truth"


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    points=1.5,
    hint="How many rows has the table for `classes=5`, also if a class never occurs?",
    thought="Make the whole table first, with a row and a column for each of the `classes`, filled "
    "with whole numbers; then count.",
    see=ROWS,
)
def test_confusion_matrix_counts_in_whole_numbers_for_all_classes(seen: Any, expected: Any) -> None:
    expect(seen.matrix, "the result").has_shape((5, 5))
    asked = "Which dtype holds whole numbers, and where can you ask for it?"
    expect(seen.matrix, "the result", asked).has_dtype("int64")


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    points=1.5,
    hint="Which images reach the line that counts, and how many entries grow for each?",
    thought="The sum of the table is the number of images. If it is too small, some images were "
    "not counted: which ones, those that were right, wrong, or repeated?",
    see=ROWS,
    needs=test_confusion_matrix_counts_in_whole_numbers_for_all_classes,
)
def test_confusion_matrix_counts_every_image_once(seen: Any, expected: Any) -> None:
    table = seen.matrix
    asked = "What happens to an entry when its truth and prediction come a second time?"
    if not table.any():
        asked = "Into which tensor do you count, and which one do you return?"
    elif bool((table > 1).any()) or not torch.equal(table > 0, expected.matrix > 0):
        asked = ""  # not one for each pair
    expect(table.sum().item(), "the sum of all entries", asked).equals(60)
    asked = "Does anything remain from the call before?"
    again = expect(seen.another.sum().item(), "the sum of all entries for 12 other images", asked)
    again.equals(12)


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    points=2.5,
    hint="Which of the two chooses the row: the truth or the prediction?",
    thought="`matrix[i, j]` is row i, column j. Take one image, say a shirt that was "
    "predicted as a coat: which entry grows?",
    see=ROWS,
    needs=test_confusion_matrix_counts_every_image_once,
)
def test_confusion_matrix_has_the_truth_in_its_rows(seen: Any, expected: Any) -> None:
    expect(seen.matrix, "the result").equals(expected.matrix)
    expect(seen.single, "the result for 3 images of the only class").equals(expected.single)


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    points=0.5,
    hint="Which of your lines write into a tensor that was passed to you?",
    thought="`*=` and methods that end in an underscore change the caller's own tensor. The same "
    "operation without it makes a new one.",
    see="01_data#a-view-is-not-a-copy",
)
def test_confusion_matrix_leaves_its_input_unchanged(seen: Any, expected: Any) -> None:
    expect(seen.untouched, "the inputs").holds("labels or predictions were changed in place")


@check(
    "confusion_matrix",
    scenario="table_of_no_predictions",
    points=0.5,
    hint="How often does each class occur among no images?",
    see=ROWS,
    craft=True,
)
def test_confusion_matrix_of_no_images_is_all_zeros(seen: Any, expected: Any) -> None:
    expect(seen.matrix, "the result").equals(expected.matrix)


@check(
    "confusion_matrix",
    scenario="tables_of_odd_input",
    points=0.5,
    hint="If there are three labels and two predictions, what was predicted for the third image?",
    see="05_evaluation#predictions-in-order",
    craft=True,
)
def test_confusion_matrix_refuses_lengths_that_differ(seen: Any, expected: Any) -> None:
    expect(seen.lengths, "3 labels and 2 predictions").refuses()


@check(
    "confusion_matrix",
    scenario="tables_of_odd_input",
    points=0.5,
    hint="Which classes have a row and a column, and what does -1 mean as an index?",
    see=ROWS,
    craft=True,
)
def test_confusion_matrix_refuses_classes_out_of_range(seen: Any, expected: Any) -> None:
    # All are read before one fails: a mistake is told apart by what it does with each of them.
    large, below = seen.label_too_large, seen.label_below_0
    guess_large, guess_below, none = (
        seen.prediction_too_large,
        seen.prediction_below_0,
        seen.no_classes,
    )
    expect(large, "a label of 3").refuses()
    expect(below, "a label of -1").refuses()
    expect(guess_large, "a prediction of 3").refuses()
    expect(guess_below, "a prediction of -1").refuses()
    expect(none, "classes").refuses()
