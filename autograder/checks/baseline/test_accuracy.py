"""What is claimed of `accuracy`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "accuracy",
    scenario="accuracy_of_small_batches",
    hint="Which method turns a tensor with one number into that number?",
)
def test_accuracy_returns_a_float(seen: Any, expected: Any) -> None:
    for share in seen.shares.values():
        expect(share, "the accuracy").is_a("float")


@check(
    "accuracy",
    scenario="accuracy_of_small_batches",
    points=1.5,
    hint="Along which dimension do you look for the best score, and what do you divide by?",
    needs=test_accuracy_returns_a_float,
)
def test_accuracy_is_the_share_of_right_images(seen: Any, expected: Any) -> None:
    expect(seen.shares, "the accuracy").close_to(expected.shares)


@check(
    "accuracy",
    scenario="accuracy_of_a_model_in_training",
    points=0.5,
    hint="What do logits carry while a model is being trained, and who can't take it?",
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_takes_the_logits_of_a_model_in_training(seen: Any, expected: Any) -> None:
    expect(seen.share, "the accuracy").close_to(expected.share)


@check(
    "accuracy",
    scenario="accuracy_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that came in?",
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "accuracy").left_alone()


@check(
    "accuracy",
    scenario="accuracy_of_ties",
    points=0.5,
    hint="Which of two equal scores does `argmax` take?",
    needs=test_accuracy_is_the_share_of_right_images,
)
def test_accuracy_takes_the_first_of_equal_logits(seen: Any, expected: Any) -> None:
    expect(seen.shares, "the accuracies").close_to(expected.shares)


@check(
    "accuracy",
    scenario="accuracy_of_nothing",
    hint="What share of no images is right?",
)
def test_accuracy_refuses_no_images(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "no images").refuses()


@check(
    "accuracy",
    scenario="accuracy_of_mismatched_shapes",
    hint="What does `==` make of the shapes (4, 1) and (4,)?",
)
def test_accuracy_refuses_shapes_that_do_not_match(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "shapes that do not match").refuses()
    for shapes, refused in seen.refused.items():
        expect(refused, shapes).holds("they got a share instead of an error")
