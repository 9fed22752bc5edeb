"""What is claimed of `cross_entropy`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

SURPRISE = "02_baseline#cross-entropy-is-surprise"


@check(
    "cross_entropy",
    scenario="losses_of_small_batches",
    hint="Is it one number for the whole batch, still a tensor, and of the dtype of the logits?",
    thought="Print shape and dtype of your result: `()` and float32. One loss for each image "
    "still wants a mean; a Python float has no graph back to the logits.",
    see=SURPRISE,
)
def test_cross_entropy_returns_a_tensor_with_one_number(seen: Any, expected: Any) -> None:
    expect(seen.forms, "the loss").equals(expected.forms)


@check(
    "cross_entropy",
    scenario="losses_of_small_batches",
    points=2,
    hint="Work it out for one image on paper: which numbers are added, and over what is the mean?",
    thought="The loss of one image is the logarithm of the sum of all `exp(logit)`, minus "
    "the logit of the true class. The loss of a batch is the mean over its images.",
    see=SURPRISE,
    needs=test_cross_entropy_returns_a_tensor_with_one_number,
)
def test_cross_entropy_averages_minus_log_softmax_over_images(seen: Any, expected: Any) -> None:
    expect(seen.losses, "the loss").close_to(expected.losses)


@check(
    "cross_entropy",
    scenario="loss_of_large_logits",
    points=1.5,
    hint="What is exp(1000), and which number can be subtracted from a row without any effect?",
    thought="Print each intermediate result for the logits [1000, 0]: which is the first that is"
    " inf, 0 or nan? Subtracting a row's largest logit, or `logsumexp`, avoids it.",
    see="02_baseline#large-logits-overflow",
    needs=test_cross_entropy_averages_minus_log_softmax_over_images,
)
def test_cross_entropy_stays_right_at_logits_of_1000(seen: Any, expected: Any) -> None:
    expect(seen.losses, "the loss of large logits").close_to(expected.losses)
    expect(seen.gradient, "the gradient at large logits").close_to(expected.gradient)


@check(
    "cross_entropy",
    scenario="gradient_of_the_loss",
    points=1.5,
    hint="Is every step from logits to loss recorded for `backward`?",
    thought="Print `requires_grad` of each intermediate result for logits that require a "
    "gradient. `detach`, `.data`, `.item()`, numpy and `torch.tensor` cut the graph.",
    see=SURPRISE,
    needs=test_cross_entropy_averages_minus_log_softmax_over_images,
)
def test_cross_entropy_sends_gradients_back_to_the_logits(seen: Any, expected: Any) -> None:
    expect(seen.gradient, "the gradient").close_to(expected.gradient)


@check(
    "cross_entropy",
    scenario="functions_behind_the_loss",
    hint="Which function does the work that you are asked to do?",
    thought="Write out the logarithm of the softmax: a logit, minus the logarithm of a sum. "
    "Both can be had with `gather`, `exp`, `sum`, `log` or `logsumexp`.",
    see="02_baseline#from-logits-to-probabilities",
)
def test_cross_entropy_is_made_of_elementary_operations(seen: Any, expected: Any) -> None:
    expect(seen.borrowed, "the ready-made function in use").equals("none")


@check(
    "cross_entropy",
    scenario="loss_and_everything_else",
    points=0.5,
    hint="Which of your lines writes into a tensor that came in?",
    thought="`a -= b` and methods with `_` at the end change the caller's tensor; `a = a - b` makes"
    " a new one.",
    see="01_data#a-view-is-not-a-copy",
)
def test_cross_entropy_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "cross_entropy").left_alone()


@check(
    "cross_entropy",
    scenario="loss_of_what_has_none",
    hint="Which shapes and which labels make no sense, and where do you look at them?",
    thought="Check the shapes first, then the smallest and the largest label, and raise a "
    "ValueError that names the wrong value.",
    see="02_baseline#common-mistakes-by-symptom",
    craft=True,
)
def test_cross_entropy_refuses_what_has_no_loss(seen: Any, expected: Any) -> None:
    for attempt in seen.shapes:
        expect(attempt, "shapes without a loss").refuses()
    asked = "Which labels exist for K classes, and what do Python's negative indices mean?"
    for attempt in seen.values:
        expect(attempt, "a label that no class has", asked).refuses()
