"""Wrong answers to `precision_recall`."""

from torch import Tensor

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


def _require_square(matrix: Tensor) -> None:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix is {tuple(matrix.shape)}")


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_exchanged(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Precision and recall are in each other's place, as when the sums of rows and columns are
    swapped or when recall is returned first.

    Which of your two results looks down the column of a prediction, and is it returned first?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(1).clamp(min=1), correct / matrix.sum(0).clamp(min=1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_twice_precision(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Both of your results are precision: you divide by the sums of the columns twice.

    Which sums hold the images that are of a class?
    """
    _require_square(matrix)
    correct, predicted = matrix.diagonal(), matrix.sum(dim=0).clamp(min=1)
    return correct / predicted, correct / predicted


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_twice_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Both of your results are recall: you divide by the sums of the rows twice.

    Which sums hold the images that were predicted as a class?
    """
    _require_square(matrix)
    correct, actual = matrix.diagonal(), matrix.sum(dim=1).clamp(min=1)
    return correct / actual, correct / actual


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_of_all_images(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You divide by the number of all images. Then no class can get 1, however well it is
    predicted, since images of the other classes are in the sum.

    Over which images is the value for one class computed: over all?
    """
    _require_square(matrix)
    shares = matrix.diagonal() / matrix.sum().clamp(min=1)
    return shares, shares


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_with_nan(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Where a class never occurs or is never predicted, 0 is divided by 0: you return nan, and one
    nan makes the mean of all classes nan.

    By which number could you divide where the sum is 0, so that 0 comes out?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(dim=0), correct / matrix.sum(dim=1)


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_nan_in_recall(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You took care of classes that are never predicted, but not of those that never occur: their
    recall is nan.

    Which of your two divisions can still meet a sum of 0?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(dim=0).clamp(min=1), correct / matrix.sum(dim=1)


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_1_for_nothing(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You return 1 where a class never occurs or is never predicted: a class that the model never
    found looks perfect in your report.

    Which value should a class get if nothing of it was found?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return tuple((correct / matrix.sum(dim=d)).nan_to_num(1.0) for d in (0, 1))  # type: ignore[return-value]


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_leaves_empty_classes_out(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You leave out the classes without images: the result has fewer entries than there are
    classes, and entry 3 is no longer about class 3.

    How many entries should there be, whatever is in the matrix?
    """
    _require_square(matrix)
    correct, predicted, actual = matrix.diagonal(), matrix.sum(dim=0), matrix.sum(dim=1)
    there, said = actual > 0, predicted > 0
    return correct[said] / predicted[said], correct[there] / actual[there]


@mistake("precision_recall", see="05_evaluation#when-a-class-is-never-predicted")
def precision_recall_adds_1(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You add 1 to every sum to be safe from division by zero: that changes all the other shares
    too, those of small classes most.

    Which sums need another number, and which must stay as they are?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / (matrix.sum(dim=0) + 1), correct / (matrix.sum(dim=1) + 1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_in_whole_numbers(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Your results are whole numbers, so every value below 1 is 0: `//`, for example, rounds down.

    Which operator divides without rounding?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct // matrix.sum(dim=0).clamp(min=1), correct // matrix.sum(dim=1).clamp(min=1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_averaged(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You average over the classes: two numbers for the whole model, and which class fails is
    hidden again.

    How many numbers does each of the two questions give for K classes?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    precision, recall = (correct / matrix.sum(dim=d).clamp(min=1) for d in (0, 1))
    return precision.mean(), recall.mean()


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_in_per_cent(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Your values go up to 100: they are in per cent, but precision and recall lie between 0 and 1.

    Which factor did you multiply by?
    """
    _require_square(matrix)
    correct = 100 * matrix.diagonal()
    return correct / matrix.sum(dim=0).clamp(min=1), correct / matrix.sum(dim=1).clamp(min=1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_of_the_mistakes(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Your sums leave out the diagonal: right answers are divided by wrong ones, which gives a
    ratio that can be above 1, not a share.

    Do the correct predictions of a class belong to all predictions of that class?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    predicted, actual = matrix.sum(dim=0) - correct, matrix.sum(dim=1) - correct
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)


@mistake("precision_recall", see="01_data#a-view-is-not-a-copy")
def precision_recall_changes_the_matrix(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """You write into the caller's matrix: whoever uses the table next finds other numbers in it.

    Which operator or method of yours changes the matrix in place?
    """
    _require_square(matrix)
    correct, predicted, actual = matrix.diagonal().clone(), matrix.sum(dim=0), matrix.sum(dim=1)
    matrix.fill_diagonal_(0)
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)


@mistake("precision_recall", see="05_evaluation#precision-and-recall")
def precision_recall_of_the_whole_table(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Your results are tables, as when the whole matrix is divided and not its diagonal alone.

    Which entries of the matrix count images that were predicted right?
    """
    _require_square(matrix)
    return matrix / matrix.sum(0).clamp(min=1), matrix / matrix.sum(1, keepdim=True).clamp(min=1)


@mistake("precision_recall", see="05_evaluation#rows-are-the-truth", craft=True)
def precision_recall_of_any_table(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A table with 2 rows and 3 columns passes, and your results have different lengths: in such a
    table it is unclear which class is which.

    What must hold for the two sides of a confusion matrix?
    """
    rows, columns = matrix.shape
    size = min(rows, columns)
    correct = matrix.diagonal()
    predicted, actual = matrix.sum(dim=0)[:size], matrix.sum(dim=1)[:size]
    return correct / predicted.clamp(min=1), correct / actual.clamp(min=1)


@mistake(
    "precision_recall",
    see="05_evaluation#precision-and-recall",
    both=("precision_recall_exchanged", "precision_recall_with_nan"),
)
def precision_recall_exchanged_with_nan(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Precision and recall are exchanged, and where a class never occurs or is never predicted you
    return nan.

    Which sums hold what was predicted, and what should be returned where such a sum is 0?
    """
    _require_square(matrix)
    correct = matrix.diagonal()
    return correct / matrix.sum(dim=1), correct / matrix.sum(dim=0)


refuses_otherwise("precision_recall", "05_evaluation#rows-are-the-truth")
prints_its_result("precision_recall", "05_evaluation#rows-are-the-truth")
