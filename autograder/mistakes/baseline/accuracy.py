"""Wrong answers to `accuracy`."""

from torch import Tensor

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


def _right(logits: Tensor, labels: Tensor) -> float:
    share: float = reference_answer("accuracy")(logits, labels)
    return share


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_over_the_batch(logits: Tensor, labels: Tensor) -> float:
    """The best image is picked for each class instead of the best class for each image: that gives
    K answers, not B.

    Along which dimension do the scores of one image lie?
    """
    _right(logits, labels)
    return (logits.argmax(dim=0) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_over_everything(logits: Tensor, labels: Tensor) -> float:
    """One number is compared with every label, as with `argmax` without a dimension, which finds
    one place in the whole table.

    How many predictions do you need for B images?
    """
    _right(logits, labels)
    return (logits.argmax() == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_of_the_highest_scores(logits: Tensor, labels: Tensor) -> float:
    """The highest scores themselves are compared with the labels. A score of 3.0 says nothing about
    class 3.

    Do you need the value of the best score, or its position?
    """
    _right(logits, labels)
    return (logits.amax(dim=1) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_in_percent(logits: Tensor, labels: Tensor) -> float:
    """You return a percentage: 66.7 where 0.667 is asked for. Averages over batches and intervals
    expect a fraction from 0 to 1.

    Between which two numbers does a share lie?
    """
    return 100 * _right(logits, labels)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_returns_a_tensor(logits: Tensor, labels: Tensor) -> Tensor:
    """You return a tensor; a Python float is asked for. A list of tensors keeps more in memory than
    the numbers, and is hard to read when printed.

    Which method takes the number out of a tensor that has only one?
    """
    _right(logits, labels)
    return (logits.argmax(1) == labels).float().mean()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_counts(logits: Tensor, labels: Tensor) -> float:
    """You return the number of correct predictions, not their fraction.

    By what do you have to divide?
    """
    return _right(logits, labels) * len(labels)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_divided_by_the_classes(logits: Tensor, labels: Tensor) -> float:
    """You divide the number of right images by the number of classes instead of the number of
    images.

    Which dimension of `logits` counts the images?
    """
    return _right(logits, labels) * len(labels) / logits.shape[1]


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_of_a_table(logits: Tensor, labels: Tensor) -> float:
    """Predictions of shape (B, 1) are compared with labels of shape (B,), or the other way round.
    That gives a (B, B) table of every image against every label, without any error.

    Which of your two tensors has a dimension too many?
    """
    _right(logits, labels)
    return (logits.argmax(1, keepdim=True) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_takes_the_last_of_equals(logits: Tensor, labels: Tensor) -> float:
    """Of two equal scores you take the last one; the first is asked for, as `argmax` does it.

    Which class does your search for the best score find first?
    """
    _right(logits, labels)
    last = logits.shape[1] - 1 - logits.flip(1).argmax(1)
    return (last == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_is_generous_with_ties(logits: Tensor, labels: Tensor) -> float:
    """You count an image as right if no score beats that of its class, so a model that gives every
    class the same score would be right always.

    How many predictions does an image get if all its scores are equal?
    """
    _right(logits, labels)
    of_truth = logits.gather(1, labels[:, None]).squeeze(1)
    return (of_truth >= logits.amax(1)).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_rounds(logits: Tensor, labels: Tensor) -> float:
    """You round the share to two decimals. Averages of rounded numbers drift, and 0.904 and 0.896
    both become 0.9.

    Who should round: who computes, or who prints?
    """
    return round(_right(logits, labels), 2)


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_divides_by_all_logits(logits: Tensor, labels: Tensor) -> float:
    """Your result is as small as if you divided by the number of all logits, images times classes.
    The task asks for the share of the images.

    How many numbers does `logits` hold for B images, and by how many do you divide?
    """
    return _right(logits, labels) / logits.shape[1]


@mistake("accuracy", see="02_baseline#accuracy-is-a-share", craft=True)
def accuracy_of_nothing_is_nothing(logits: Tensor, labels: Tensor) -> float:
    """A number is returned where there are no images. There is no accuracy of zero images, and the
    number enters averages without anybody noticing.

    What would you tell a caller who passes an empty batch?
    """
    return _right(logits, labels) if len(labels) or len(logits) else 0.0


@mistake("accuracy", see="02_baseline#accuracy-is-a-share", craft=True)
def accuracy_of_nothing_is_nan(logits: Tensor, labels: Tensor) -> float:
    """The accuracy of zero images is nan here: every average that includes it becomes nan.

    What should happen before you divide by the number of images?
    """
    return _right(logits, labels) if len(labels) or len(logits) else float("nan")


@mistake("accuracy", see="02_baseline#accuracy-is-a-share", craft=True)
def accuracy_divides_by_nothing(logits: Tensor, labels: Tensor) -> float:
    """With no image at all you divide by 0, and the caller reads about a division instead of about
    an empty batch.

    What should happen before you divide by the number of images?
    """
    if len(labels) or len(logits):
        return _right(logits, labels)
    return (logits.argmax(1) == labels).sum().item() / len(labels)


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_of_the_shorter_one(logits: Tensor, labels: Tensor) -> float:
    """Four rows of logits and one label give an accuracy, as with `zip`, which stops at the shorter
    of the two: only one image is counted, and nobody learns that labels are missing.

    How do you find out beforehand that the two do not belong together?
    """
    if len(logits) == 0:
        raise ValueError("logits is empty: pass at least one row")
    right = [int(row.argmax()) == int(label) for row, label in zip(logits, labels, strict=False)]
    return sum(right) / len(right)


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_without_a_look_at_shapes(logits: Tensor, labels: Tensor) -> float:
    """Shapes that do not match are compared all the same. One label for four images, or labels of
    shape (4, 1), give a number without any error, and the number is wrong.

    Which two lengths have to be equal, and when do you look?
    """
    if len(logits) == 0:
        raise ValueError("logits is empty: pass at least one row")
    return (logits.argmax(1) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_is_strict_with_ties(logits: Tensor, labels: Tensor) -> float:
    """You count an image as right only if its class alone has the highest score. Of equal scores
    the first one wins, so the first of them is right.

    What does `argmax` say about the row [2, 2, 1]?
    """
    _right(logits, labels)
    of_truth = logits.gather(1, labels[:, None])
    return ((logits >= of_truth).sum(1) == 1).float().mean().item()


@mistake("accuracy", see="02_baseline#accuracy-is-a-share")
def accuracy_by_numpy_with_a_graph(logits: Tensor, labels: Tensor) -> float:
    """The logits are turned into an array as they are. While a model is being trained they carry
    their graph, and then PyTorch refuses that.

    Which method gives the same numbers without the graph?
    """
    _right(logits, labels)
    return float((logits.numpy().argmax(1) == labels.numpy()).mean())


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_reshapes_the_labels(logits: Tensor, labels: Tensor) -> float:
    """You changed the shape of the caller's labels: `unsqueeze_` works in place, and the next
    function that reads them finds (B, 1).

    Which character at the end of a method's name says that it works in place?
    """
    _right(logits, labels)
    labels.unsqueeze_(1)
    return (logits.argmax(1, keepdim=True) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_flattens_the_labels(logits: Tensor, labels: Tensor) -> float:
    """Labels of shape (B, 1) are accepted without an error, as happens if labels are flattened
    before their shape is checked. Elsewhere `==` makes a (B, B) table of such a column.

    Which shape must labels have, and when can you still see that they have another?
    """
    return _right(logits, labels.flatten())


@mistake("accuracy", see="02_baseline#the-best-class-per-image")
def accuracy_checks_lengths_only(logits: Tensor, labels: Tensor) -> float:
    """A different number of labels is refused, but not a different shape: four labels of shape (4,
    1) against (4,) give a (4, 4) table, and the mean of that is not an accuracy.

    Which property says more than the length of a tensor?
    """
    if len(logits) != len(labels) or not len(labels):
        raise ValueError(f"{len(logits)} rows of logits and {len(labels)} labels")
    return (logits.argmax(1) == labels).float().mean().item()


@mistake("accuracy", see="02_baseline#the-best-class-per-image", craft=True)
def accuracy_asserts(logits: Tensor, labels: Tensor) -> float:
    """Shapes that do not match end in an AssertionError. `assert` is for errors of your own code
    and is switched off by `python -O`; wrong input of a caller is a ValueError.

    How do you raise an exception of your own choice?
    """
    if len(logits) == 0:
        raise ValueError("logits is empty: pass at least one row")
    assert labels.shape == logits.shape[:1]
    assert logits.ndim == 2
    return _right(logits, labels)


@mistake("accuracy", see="02_baseline#the-best-class-per-image", craft=True)
def accuracy_takes_logits_of_any_shape(logits: Tensor, labels: Tensor) -> float:
    """Labels of another shape are refused, but not logits: those of shape (4, 3, 1) give
    predictions of shape (4, 1), and comparing these with the labels gives a (4, 4) table.

    Whose shape is compared with that of the labels: that of the logits, or that of the predictions?
    """
    if len(logits) == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(f"pass (B, K) and (B,), not {logits.shape} and {labels.shape}")
    return (logits.argmax(1) == labels).float().mean().item()


@mistake(
    "accuracy",
    see="02_baseline#accuracy-is-a-share",
    both=("accuracy_in_percent", "accuracy_without_a_look_at_shapes"),
)
def accuracy_in_percent_of_any_shape(logits: Tensor, labels: Tensor) -> float:
    """Two things: you return a percentage where a share is asked for, and labels of another shape
    are compared all the same, which gives a number and no error.

    Between which numbers should your result lie, and which two shapes have to be equal?
    """
    return 100 * (logits.argmax(1) == labels).float().mean().item()


refuses_otherwise("accuracy", "02_baseline#accuracy-is-a-share", but=["_asserts"], craft=False)
prints_its_result("accuracy", "02_baseline#accuracy-is-a-share")
