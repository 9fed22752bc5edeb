"""What is claimed of `accuracy`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

SHARE = "02_baseline#accuracy-is-a-share"
BEST = "02_baseline#the-best-class-per-image"


@check(
    "accuracy",
    scenario="accuracy_of_small_batches",
    hint="Which method turns a tensor with one number into that number?",
    thought="Print the type of your result. A sum or a mean of a tensor is a tensor; one method"
    " takes the number out.",
    see=SHARE,
)
def test_accuracy_returns_a_float(seen: Any, expected: Any) -> None:
    for share in seen.shares.values():
        expect(share, "the accuracy").is_a("float")


@check(
    "accuracy",
    scenario="accuracy_of_small_batches",
    points=1.5,
    hint="Along which dimension do you look for the best score, and what do you divide by?",
    thought="Take three images and two classes. How many predictions do you get, and how "
    "many of them equal their label? The fraction of correct ones is the result, from "
    "0 to 1.",
    see=BEST,
    needs=test_accuracy_returns_a_float,
)
def test_accuracy_is_the_share_of_right_images(seen: Any, expected: Any) -> None:
    expect(seen.shares, "the accuracy").close_to(expected.shares)


@check(
    "accuracy",
    scenario="accuracy_of_a_model_in_training",
    points=0.5,
    hint="What do logits carry while a model is being trained, and which library refuses them?",
    thought="Logits of a model in training require a gradient. numpy refuses such a tensor; "
    "torch's own functions do not, and one method detaches a tensor from its graph.",
    see=SHARE,
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_takes_the_logits_of_a_model_in_training(seen: Any, expected: Any) -> None:
    expect(seen.share, "the accuracy").close_to(expected.share)


@check(
    "accuracy",
    scenario="accuracy_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that came in?",
    thought="`a -= b` and methods with `_` at the end change the caller's tensor; `a = a - b` makes"
    " a new one.",
    see="01_data#a-view-is-not-a-copy",
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "accuracy").left_alone()


@check(
    "accuracy",
    scenario="accuracy_of_ties",
    points=0.5,
    hint="Which of two equal scores does `argmax` take?",
    thought="Try [2, 2, 1]: the prediction is class 0, and class 0 alone.",
    see=BEST,
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_takes_the_first_of_equal_logits(seen: Any, expected: Any) -> None:
    expect(seen.shares, "the accuracies").close_to(expected.shares)


@check(
    "accuracy",
    scenario="accuracy_of_other_labels",
    points=1.5,
    hint="Which shape do the labels have in this call, and which of your lines looks at it?",
    thought="Labels must be (B,), one for each row of the logits. PyTorch's `==` makes a (4, 4) "
    "table of the shapes (4, 1) and (4,), and `zip` stops at the shorter one, both without "
    "an error. Compare the shapes before you compare values.",
    see=BEST,
    needs=test_accuracy_returns_a_float,
)
def test_accuracy_does_not_take_labels_of_another_shape(seen: Any, expected: Any) -> None:
    expect(seen.outcomes, "what comes").equals(expected.outcomes)


@check(
    "accuracy",
    scenario="accuracy_of_nothing",
    points=0.5,
    hint="What fraction of zero images is correct?",
    thought="Look at the number of images before you divide by it, and raise a ValueError where it"
    " is 0.",
    see=SHARE,
    craft=True,
)
def test_accuracy_refuses_no_images(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no images").refuses()


@check(
    "accuracy",
    scenario="accuracy_of_mismatched_shapes",
    points=0.5,
    hint="What do you raise for a caller who passes shapes that do not belong together?",
    thought="Compare the shape of labels with the number of rows of logits before anything else,"
    " and raise a ValueError that names both shapes.",
    see=BEST,
    craft=True,
)
def test_accuracy_raises_a_ValueError_for_other_shapes(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "shapes that do not match").refuses()
    for shapes, refused in seen.refused.items():
        expect(refused, shapes).holds("they got a share instead of an error")
