"""What is claimed of `BestModel`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

COPY = "06_checkpoints#your-best-copy-kept-changing"
TIES = "06_checkpoints#ties-and-nan"
APPLY = "06_checkpoints#loading-is-not-applying"
NOTHING = "06_checkpoints#all-or-nothing"


@check(
    "BestModel",
    scenario="best_of_four",
    points=1.5,
    hint="What does `update` compare, what does it return, and what does it change?",
    thought="Compare with the best accuracy so far. One comparison is true only for what is "
    "better; its result is what `update` returns, True or False.",
    see=TIES,
)
def test_BestModel_keeps_only_what_is_better(seen: Any, expected: Any) -> None:
    asked = "Is `update` indented as a method of the class, and spelt like that?"
    expect(seen.there["update"], "`update`", asked).holds("the object has no such method")
    told = "what update returned for 0.7, 0.9, 0.9, 0.8"
    tie = seen.kept == [True, True, True, False]
    asked = "With which comparison does the first of two equals win?" if tie else ""
    expect(seen.kept, told, asked).equals(expected.kept)


@check(
    "BestModel",
    scenario="best_of_close_ones",
    hint="Which one accuracy must a new one be compared with, and for how long does it count?",
    thought="The record changes only when something better comes; then the new accuracy, "
    "unrounded, is the record.",
    see=TIES,
    needs=test_BestModel_keeps_only_what_is_better,
)
def test_BestModel_compares_with_the_best_so_far(seen: Any, expected: Any) -> None:
    told = "what update returned for 0.7, 0.9, 0.8, 0.85, 0.9001"
    expect(seen.kept, told).equals(expected.kept)


@check(
    "BestModel",
    scenario="best_of_four",
    hint="Which object does `restore` change: the model that is passed, or something else?",
    thought="`model = ...` only gives the name another object; the caller's model stays what it "
    "was. A method of the model copies weights into it.",
    see=APPLY,
    needs=test_BestModel_keeps_only_what_is_better,
)
def test_BestModel_restores_into_the_model_that_is_passed(seen: Any, expected: Any) -> None:
    asked = "Is `restore` indented as a method of the class, and spelt like that?"
    expect(seen.there["restore"], "`restore`", asked).holds("the object has no such method")
    expect(seen.arrived, "restore").holds("the model that was passed has the weights it had before")


@check(
    "BestModel",
    scenario="best_of_four",
    points=2.5,
    hint="Training changes weights in place. Is what you keep a copy of your own?",
    thought="`state_dict()` hands out the model's own tensors, and the next step changes them. "
    "Keep a copy of every tensor, buffers included.",
    see=COPY,
    needs=test_BestModel_restores_into_the_model_that_is_passed,
)
def test_BestModel_restores_the_best_weights(seen: Any, expected: Any) -> None:
    expect(seen.restored, "the restored weights").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_four",
    hint="After `restore`, training goes on once more. Do model and copy share memory now?",
    thought="A model that is handed the kept tensors themselves changes them when it trains. "
    "They have to be copied when they are restored, too.",
    see=COPY,
    needs=test_BestModel_restores_the_best_weights,
)
def test_BestModel_can_restore_a_second_time(seen: Any, expected: Any) -> None:
    expect(seen.restored_later, "the weights restored the second time").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_close_ones",
    points=0.5,
    hint="Which of the things that you keep does `restore` have to change?",
    thought="`restore` reads what is kept. The best accuracy so far is still the best afterwards.",
    see=TIES,
    needs=test_BestModel_restores_into_the_model_that_is_passed,
)
def test_BestModel_still_knows_the_best_after_restore(seen: Any, expected: Any) -> None:
    expect(seen.kept_after_restore, "what update returned for 0.8 after restore").equals(False)


@check(
    "BestModel",
    scenario="best_of_four",
    points=0.5,
    hint="Which lines of `update` write into the model that goes on training?",
    see=APPLY,
    craft=True,
)
def test_BestModel_leaves_the_model_alone_in_update(seen: Any, expected: Any) -> None:
    expect(seen.changed, "update").left_alone()


@check(
    "BestModel",
    scenario="best_of_four",
    points=0.5,
    hint="Who decides on the mode of a model, and on its gradients?",
    see=APPLY,
    craft=True,
)
def test_BestModel_restores_weights_and_nothing_else(seen: Any, expected: Any) -> None:
    expect(seen.changed_by_restore, "restore").left_alone()
    expect(seen.changed_later, "restore").left_alone()


@check(
    "BestModel",
    scenario="best_of_nothing",
    points=0.5,
    hint="What does Python answer when a number is compared with nan, and is 0.0 better than none?",
    see=TIES,
    craft=True,
)
def test_BestModel_never_takes_nan_for_better(seen: Any, expected: Any) -> None:
    expect(seen.kept, "what update returned for nan, 0.0, nan").equals(expected.kept)


@check(
    "BestModel",
    scenario="best_of_nothing",
    points=0.5,
    hint="What can `restore` restore before the first `update` of this very object?",
    see=NOTHING,
    craft=True,
)
def test_BestModel_refuses_to_restore_before_any_update(seen: Any, expected: Any) -> None:
    expect(seen.early, "restore before update").refuses()


@check(
    "BestModel",
    scenario="best_of_another_model",
    points=0.5,
    hint="`load_state_dict` copies what fits before it complains: what can you do before it runs?",
    see=NOTHING,
    craft=True,
)
def test_BestModel_refuses_a_model_of_another_kind_untouched(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a model with other layers").refuses()
    expect(seen.changed, "what the failed restore changed").equals("nothing")
