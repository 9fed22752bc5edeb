"""What is claimed of `train_batch`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

ORDER = "03_training#the-order-of-the-moves"
TENSOR = "03_training#the-loss-is-a-tensor-with-a-past"


@check(
    "train_batch",
    scenario="two_updates",
    hint="`loss` is a tensor; which of its methods gives the plain number?",
    thought="The last line returns the loss. It is a tensor with one number, and remembers how it "
    "was computed; whoever calls you wants the number alone.",
    see=TENSOR,
)
def test_train_batch_returns_the_loss_as_a_float(seen: Any, expected: Any) -> None:
    expect(seen.loss, "the returned loss").is_a("float")


@check(
    "train_batch",
    scenario="two_updates",
    hint="Is it what `loss_fn` said of the raw logits of this batch, before the weights moved?",
    thought="Give the logits to `loss_fn` as the model made them, logits first and labels second, "
    "and return that very loss: not one that is computed again after the step.",
    see=TENSOR,
    needs=test_train_batch_returns_the_loss_as_a_float,
)
def test_train_batch_returns_the_loss_before_the_update(seen: Any, expected: Any) -> None:
    expect(seen.loss, "the loss").close_to(expected.loss)
    expect(seen.other_loss, "the loss of another model, later,").close_to(expected.other_loss)


@check(
    "train_batch",
    scenario="two_updates",
    points=2,
    hint="Which of zero_grad, backward and step ran, how often, and in which order?",
    thought="The loss computes the gradients, the optimizer that you were given uses them. Nothing "
    "may come between these two moves, and each runs once.",
    see=ORDER,
)
def test_train_batch_moves_the_weights_one_step_downhill(seen: Any, expected: Any) -> None:
    missing = "Which of the five moves are in your code, and is each of them called, with `()`?"
    expect(seen.moved, "the model", asked=missing).holds("no weight moved, so nothing is learnt")
    own = "Which of your arguments can move the weights, and do you call its `step`?"
    expect(seen.stepped, "the optimizer", asked=own).holds("the one that was passed made no step")
    expect(seen.after_one, "the weights after the first batch").close_to(expected.after_one)


@check(
    "train_batch",
    scenario="two_updates",
    points=2,
    hint="What is still in `parameter.grad`, and in the optimizer, when the second batch comes?",
    thought="The first batch is right and the second is not, so something of the first is "
    "left over. `backward` adds to the gradients that are there; one of the moves "
    "clears them.",
    see="03_training#gradients-pile-up",
    needs=test_train_batch_moves_the_weights_one_step_downhill,
)
def test_train_batch_steps_by_the_gradient_of_this_batch_alone(seen: Any, expected: Any) -> None:
    expect(seen.after_two, "the weights after the second batch").close_to(expected.after_two)


@check(
    "train_batch",
    scenario="update_in_either_mode",
    hint="Who should decide whether the model is in train or eval mode?",
    thought="A caller may want to keep batch norm as it is. Look for a line that sets the mode of "
    "the model; the function that goes through all batches will do that.",
    see="03_training#train-mode-and-eval-mode",
)
def test_train_batch_leaves_the_mode_to_the_caller(seen: Any, expected: Any) -> None:
    expect(seen.modes["eval"], "train mode (during, after) of a model in eval").equals([False] * 2)
    expect(seen.modes["train"], "train mode (during, after) of one in train").equals([True] * 2)


@check(
    "train_batch",
    scenario="update_beside_frozen_weights",
    points=0.5,
    hint="Which of your lines change the caller's objects, or set something global?",
    see=ORDER,
    craft=True,
)
def test_train_batch_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "train_batch").left_alone()


@check(
    "train_batch",
    scenario="update_that_fails",
    points=0.5,
    hint="Who learns of an error that your function catches?",
    see=ORDER,
    craft=True,
)
def test_train_batch_lets_errors_through(seen: Any, expected: Any) -> None:
    met = seen.met or seen.heard
    expect(met, "the model").holds("the batch that it can't take never went through it")
    expect(seen.heard, "an error in the model").holds(
        "train_batch returned as if nothing was wrong"
    )
