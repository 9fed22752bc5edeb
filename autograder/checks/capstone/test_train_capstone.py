"""What is claimed of `train_capstone`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "train_capstone",
    scenario="capstone_on_few_images",
    hint="What does the task ask you to return?",
    thought="Several objects are around at the end: the optimizer, the schedule, and the model. "
    "The last one is asked for.",
    see="04_cnn#adamw-and-its-schedule",
)
def test_train_capstone_returns_a_model(seen: Any, expected: Any) -> None:
    expect(seen.result, "the result").equals("a model")
