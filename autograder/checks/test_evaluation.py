"""What is claimed of the answers of unit 5."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

# --- predict -------------------------------------------------------------------------------------


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    points=0.5,
    hint="22 images, one of them alone in its batch, and 7 classes: how many rows and columns?",
)
def test_predict_returns_one_row_for_each_image(seen: Any, wanted: Any) -> None:
    expect(seen.probabilities, "the result").has_shape((22, 7))


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    hint="What turns the scores of one image into shares that sum to 1, and along which axis?",
    needs=test_predict_returns_one_row_for_each_image,
)
def test_predict_returns_rows_that_sum_to_1(seen: Any, wanted: Any) -> None:
    expect(seen.probabilities, "the result").between(0, 1.001)
    expect(seen.probabilities.sum(dim=1), "the list of sums of the rows").between(0.999, 1.001)


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    hint="Is row 9 still about image 9, and is it the softmax of its logits?",
    needs=test_predict_returns_rows_that_sum_to_1,
)
def test_predict_gives_each_image_the_softmax_of_its_logits(seen: Any, wanted: Any) -> None:
    wide = seen.probabilities.dtype.itemsize >= 4
    expect(wide, "the dtype").holds("float16 keeps three digits of a probability")
    expect(seen.probabilities, "the result").close_to(wanted.probabilities)


@check(
    "predict",
    scenario="ragged_predictions",
    hint="Which switch of the model turns dropout off, in every layer?",
)
def test_predict_predicts_in_eval_mode(seen: Any, wanted: Any) -> None:
    expect(len(seen.modes) > 0, "the model").holds("no batch went through it")
    expect(not any(seen.modes), "eval mode").holds("a batch went through a model in train mode")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="The model came in train mode. In which mode does it leave?",
)
def test_predict_puts_train_mode_back(seen: Any, wanted: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(True)
    expect(seen.layers_alike, "the model").holds("layers inside of it stayed in eval mode")


@check(
    "predict",
    scenario="predictions_of_a_sleeping_model",
    points=0.5,
    hint="The model came in eval mode. Where can you note `model.training` before you change it?",
)
def test_predict_leaves_a_model_in_eval_mode_there(seen: Any, wanted: Any) -> None:
    expect(seen.mode_after, "`model.training` afterwards").equals(False)
    expect(seen.layers_alike, "the model").holds("layers inside of it are in train mode now")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="Which context tells PyTorch not to keep the graph, and where does it end?",
)
def test_predict_records_no_gradients(seen: Any, wanted: Any) -> None:
    expect(not any(seen.recorded), "recording off").holds("the logits still carry a graph")
    expect(seen.recording_after, "recording afterwards").holds("it stayed off for the caller")


@check(
    "predict",
    scenario="ragged_predictions",
    points=0.5,
    hint="Which of your lines write into what is not yours, or set something for everybody?",
)
def test_predict_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "predict").left_alone()


@check(
    "predict",
    scenario="predictions_from_large_logits",
    points=0.5,
    hint="What is exp(1000) in float32, and which function of torch knows how to avoid it?",
    needs=test_predict_returns_rows_that_sum_to_1,
)
def test_predict_stands_large_logits(seen: Any, wanted: Any) -> None:
    expect(seen.probabilities, "the result").between(0, 1.001)
    expect(seen.probabilities.sum(dim=1), "the list of sums of the rows").between(0.999, 1.001)


@check(
    "predict",
    scenario="predictions_on_a_device",
    hint="Where do model and images have to be for the forward pass, and where is the result?",
)
def test_predict_computes_on_the_device_and_returns_to_the_cpu(seen: Any, wanted: Any) -> None:
    expect(seen.on_cpu, "the devices of weights and images").equals([["cpu", "cpu"]])
    for met in seen.on_meta:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
    expect(seen.result_on, "the device of the result").equals("cpu")


@check(
    "predict",
    scenario="predictions_that_fail",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    needs=test_predict_returns_one_row_for_each_image,
)
def test_predict_lets_errors_through(seen: Any, wanted: Any) -> None:
    expect(seen.heard, "an error in the model").holds("predict went on as if nothing was wrong")


@check(
    "predict",
    scenario="predictions_of_nothing",
    points=0.5,
    hint="How many columns has a table of no images, and in which mode do you leave the model?",
)
def test_predict_refuses_no_batches(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "no batches").refuses()
    expect(seen.mode_after_none, "`model.training` after the error").equals(seen.mode_after_one)


# --- confusion_matrix ----------------------------------------------------------------------------


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    hint="How many rows has the table if a class never occurs, and what are counts made of?",
)
def test_confusion_matrix_counts_in_whole_numbers_for_all_classes(seen: Any, wanted: Any) -> None:
    expect(seen.matrix, "the result").has_shape((5, 5))
    expect(seen.matrix, "the result").has_dtype("int64")


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    hint="Does every image add 1 somewhere, also the second with the same truth and prediction?",
    needs=test_confusion_matrix_counts_in_whole_numbers_for_all_classes,
)
def test_confusion_matrix_counts_every_image_once(seen: Any, wanted: Any) -> None:
    expect(seen.matrix.sum().item(), "the sum of all entries").equals(60)
    expect(seen.another.sum().item(), "the sum of all entries for 12 other images").equals(12)


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    points=1.5,
    hint="Which of the two chooses the row: the truth or the prediction?",
    needs=test_confusion_matrix_counts_every_image_once,
)
def test_confusion_matrix_has_the_truth_in_its_rows(seen: Any, wanted: Any) -> None:
    expect(seen.matrix, "the result").equals(wanted.matrix)
    expect(seen.single, "the result for 3 images of the only class").equals(wanted.single)


@check(
    "confusion_matrix",
    scenario="table_of_predictions",
    points=0.5,
    hint="Which of your lines write into a tensor that was passed to you?",
)
def test_confusion_matrix_leaves_its_input_unchanged(seen: Any, wanted: Any) -> None:
    expect(seen.untouched, "the inputs").holds("labels or predictions were changed in place")


@check(
    "confusion_matrix",
    scenario="table_of_no_predictions",
    hint="How often does each class occur among no images?",
    needs=test_confusion_matrix_counts_in_whole_numbers_for_all_classes,
)
def test_confusion_matrix_of_no_images_is_all_zeros(seen: Any, wanted: Any) -> None:
    expect(seen.matrix, "the result").equals(wanted.matrix)


@check(
    "confusion_matrix",
    scenario="tables_of_odd_input",
    hint="What do three labels and two predictions tell about the third image?",
)
def test_confusion_matrix_refuses_lengths_that_differ(seen: Any, wanted: Any) -> None:
    expect(seen.lengths, "3 labels and 2 predictions").refuses()


@check(
    "confusion_matrix",
    scenario="tables_of_odd_input",
    hint="Which classes have a row and a column, and what does -1 mean as an index?",
)
def test_confusion_matrix_refuses_classes_out_of_range(seen: Any, wanted: Any) -> None:
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


# --- precision_recall ----------------------------------------------------------------------------


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="There are two questions for each class: which two tensors answer them, and how long?",
)
def test_precision_recall_returns_two_shares_for_each_class(seen: Any, wanted: Any) -> None:
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
def test_precision_recall_divides_by_what_was_predicted(seen: Any, wanted: Any) -> None:
    expect(seen.precision, "precision").close_to(wanted.precision)


@check(
    "precision_recall",
    scenario="shares_of_classes",
    hint="Where in the matrix is everything that is class 0: in a row or in a column?",
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_divides_by_what_is_there(seen: Any, wanted: Any) -> None:
    expect(seen.recall, "recall").close_to(wanted.recall)


@check(
    "precision_recall",
    scenario="shares_of_empty_classes",
    points=2,
    hint="What is 0 divided by 0, and what should be said instead?",
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_says_0_where_there_is_nothing(seen: Any, wanted: Any) -> None:
    empty = [1, 2, 4]
    expect(seen.precision, "precision").has_shape((5,))
    expect(seen.recall, "recall").has_shape((5,))
    expect(seen.precision[empty], "precision of classes 1, 2, 4").close_to(wanted.precision[empty])
    expect(seen.recall[empty], "recall of classes 1, 2, 4").close_to(wanted.recall[empty])


@check(
    "precision_recall",
    scenario="shares_of_empty_classes",
    points=0.5,
    hint="Class 3 has one image, and it was found: what are 1 of 1 and 1 of 1?",
    needs=test_precision_recall_returns_two_shares_for_each_class,
)
def test_precision_recall_of_one_image_that_was_found_is_1(seen: Any, wanted: Any) -> None:
    expect(seen.precision[3], "precision of class 3").close_to(wanted.precision[3])
    expect(seen.recall[3], "recall of class 3").close_to(wanted.recall[3])


@check(
    "precision_recall",
    scenario="shares_of_classes",
    points=0.5,
    hint="Which operations of a tensor end in an underscore?",
)
def test_precision_recall_leaves_the_matrix_unchanged(seen: Any, wanted: Any) -> None:
    expect(seen.untouched, "the matrix").holds("it is not what it was before the call")


@check(
    "precision_recall",
    scenario="shares_of_an_oblong_table",
    points=0.5,
    hint="Can a table of truths and predictions have more columns than rows?",
)
def test_precision_recall_refuses_a_matrix_that_is_not_square(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "a matrix of 2 rows and 3 columns").refuses()


# --- most_confident_mistakes ---------------------------------------------------------------------


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    hint="Which type has an index, and how many axes has a row of them?",
)
def test_most_confident_mistakes_returns_a_row_of_indices(seen: Any, wanted: Any) -> None:
    expect(seen.indices, "the result").has_dtype("int64")
    expect(len(seen.indices.shape), "the number of axes").equals(1)


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    points=2,
    hint="Of which images is the prediction wrong, and which number says how sure the model was?",
)
def test_most_confident_mistakes_finds_the_surest_mistakes(seen: Any, wanted: Any) -> None:
    expect(seen.found, "the result").has_length(5)
    expect(sorted(seen.found), "the sorted list of indices").equals(sorted(wanted.found))
    close, right = sorted(seen.close), sorted(wanted.close)
    expect(close, "the sorted list of indices of nearly equal mistakes").equals(right)


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    hint="Which comes first, also where two mistakes are nearly equally sure?",
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_puts_the_surest_first(seen: Any, wanted: Any) -> None:
    expect(seen.found, "the list of indices").equals(wanted.found)
    expect(seen.close, "the list of indices of nearly equal mistakes").equals(wanted.close)


@check(
    "most_confident_mistakes",
    scenario="fewer_mistakes_than_asked",
    hint="What if there are only 2 mistakes, or 1, or none, or none are asked for?",
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_gives_no_more_than_there_are(seen: Any, wanted: Any) -> None:
    expect(seen.found_two, "the result for 2 mistakes and k=5").has_length(2)
    expect(seen.found_no_more, "the result for 2 mistakes and k=30").has_length(2)
    expect(seen.one, "the result for 1 mistake").equals(wanted.one)
    expect(seen.none, "the result for no mistakes").equals(wanted.none)
    expect(seen.k_0, "the result for k=0").equals(wanted.k_0)


@check(
    "most_confident_mistakes",
    scenario="equally_sure_mistakes",
    hint="What may a sort do with equal values, and which option forbids it?",
    needs=test_most_confident_mistakes_puts_the_surest_first,
)
def test_most_confident_mistakes_keeps_ties_in_order(seen: Any, wanted: Any) -> None:
    expect(seen.found, "the list of indices").equals(wanted.found)


@check(
    "most_confident_mistakes",
    scenario="two_classes_equally_sure",
    points=0.5,
    hint="If two classes have the same probability, which one does `argmax` choose?",
    needs=test_most_confident_mistakes_finds_the_surest_mistakes,
)
def test_most_confident_mistakes_predicts_the_first_of_equal_classes(
    seen: Any, wanted: Any
) -> None:
    expect(sorted(seen.found), "the sorted list of indices").equals(sorted(wanted.found))


@check(
    "most_confident_mistakes",
    scenario="surest_mistakes",
    points=0.5,
    hint="Which of your lines write into a tensor that was passed to you?",
)
def test_most_confident_mistakes_leaves_its_input_unchanged(seen: Any, wanted: Any) -> None:
    expect(seen.untouched, "the inputs").holds("probabilities or labels were changed in place")


@check(
    "most_confident_mistakes",
    scenario="mistakes_of_odd_input",
    hint="Do six rows and five labels belong together, and what would -1 mistakes be?",
)
def test_most_confident_mistakes_refuses_odd_input(seen: Any, wanted: Any) -> None:
    expect(seen.lengths, "6 rows and 5 labels").refuses()
    expect(seen.negative, "a negative k").refuses()


# --- accuracy_interval ---------------------------------------------------------------------------


@check(
    "accuracy_interval",
    scenario="interval_of_a_score",
    hint="Two numbers are asked for: of which type, on which scale, and which of them first?",
)
def test_accuracy_interval_returns_low_and_high_as_shares(seen: Any, wanted: Any) -> None:
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
def test_accuracy_interval_is_that_of_wilson(seen: Any, wanted: Any) -> None:
    expect(seen.interval, "the interval").close_to(wanted.interval)


@check(
    "accuracy_interval",
    scenario="intervals_at_the_ends",
    points=0.5,
    hint="What does 10 of 10 leave possible, and does your interval leave it possible too?",
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_holds_at_none_and_all_correct(seen: Any, wanted: Any) -> None:
    for interval, right in zip(seen.intervals, wanted.intervals, strict=True):
        expect(interval, "the interval").close_to(right)


@check(
    "accuracy_interval",
    scenario="intervals_to_the_last_digit",
    points=0.5,
    hint="Where can the last digit of a float lead outside, and what do you return then?",
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_never_leaves_0_and_1(seen: Any, wanted: Any) -> None:
    expect(seen.outside, "an end outside of 0 and 1").equals("none")


@check(
    "accuracy_interval",
    scenario="intervals_at_other_confidences",
    hint="Which number in your code depends on `confidence`?",
    needs=test_accuracy_interval_is_that_of_wilson,
)
def test_accuracy_interval_widens_with_the_confidence(seen: Any, wanted: Any) -> None:
    for interval, right in zip(seen.intervals, wanted.intervals, strict=True):
        expect(interval, "the interval").close_to(right)


@check(
    "accuracy_interval",
    scenario="impossible_scores",
    hint="Which counts can't be?",
)
def test_accuracy_interval_refuses_impossible_counts(seen: Any, wanted: Any) -> None:
    for attempt in seen.scores:
        expect(attempt, "correct and total").refuses()


@check(
    "accuracy_interval",
    scenario="impossible_scores",
    hint="Can an interval be sure to 0, to 100 or to 9,500 per cent?",
)
def test_accuracy_interval_refuses_impossible_confidences(seen: Any, wanted: Any) -> None:
    for attempt in seen.confidences:
        expect(attempt, "confidence").refuses()
