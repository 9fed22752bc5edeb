"""What is claimed of `BestModel`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "BestModel",
    scenario="best_of_four",
    hint="With which comparison does the first of two equals win, and what does `update` return?",
)
def test_BestModel_keeps_only_what_is_better(seen: Any, expected: Any) -> None:
    told = "what update returned for 0.7, 0.9, 0.9, 0.8"
    expect(seen.kept, told).equals(expected.kept)


@check(
    "BestModel",
    scenario="best_of_close_ones",
    hint="Which one accuracy must a new one be compared with, and for how long does it count?",
    needs=test_BestModel_keeps_only_what_is_better,
)
def test_BestModel_compares_with_the_best_so_far(seen: Any, expected: Any) -> None:
    told = "what update returned for 0.7, 0.9, 0.8, 0.85, 0.9001"
    expect(seen.kept, told).equals(expected.kept)
    expect(seen.kept_after_restore, "what update returned for 0.8 after restore").equals(False)


@check(
    "BestModel",
    scenario="best_of_four",
    points=1.5,
    hint="Training changes weights in place. Is what you keep a copy of your own?",
    needs=test_BestModel_keeps_only_what_is_better,
)
def test_BestModel_restores_the_best_weights(seen: Any, expected: Any) -> None:
    expect(seen.restored, "the restored weights").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_four",
    hint="After `restore`, training goes on once more. Do model and copy share memory now?",
    needs=test_BestModel_restores_the_best_weights,
)
def test_BestModel_can_restore_again_into_another_model(seen: Any, expected: Any) -> None:
    expect(seen.restored_later, "the weights restored the second time").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_four",
    hint="Which lines of `update` write into the model that goes on training?",
)
def test_BestModel_leaves_the_model_alone_in_update(seen: Any, expected: Any) -> None:
    expect(seen.changed, "update").left_alone()


@check(
    "BestModel",
    scenario="best_of_four",
    points=0.5,
    hint="Who decides on the mode of a model, and on its gradients?",
)
def test_BestModel_restores_weights_and_nothing_else(seen: Any, expected: Any) -> None:
    expect(seen.changed_by_restore, "restore").left_alone()
    expect(seen.changed_later, "restore").left_alone()


@check(
    "BestModel",
    scenario="best_of_nothing",
    hint="What does Python answer when a number is compared with nan, and is 0.0 better than none?",
)
def test_BestModel_never_takes_nan_for_better(seen: Any, expected: Any) -> None:
    expect(seen.kept, "what update returned for nan, 0.0, nan").equals(expected.kept)
    expect(seen.restored, "the restored weights").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_nothing",
    hint="What can `restore` restore before the first `update` of this very object?",
)
def test_BestModel_refuses_to_restore_before_any_update(seen: Any, expected: Any) -> None:
    expect(seen.early, "restore before update").refuses()


@check(
    "BestModel",
    scenario="best_of_another_model",
    hint="`load_state_dict` copies what fits before it complains: what can you do before it runs?",
)
def test_BestModel_refuses_a_model_of_another_kind_untouched(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a model with other layers").refuses()
    expect(seen.changed, "what the failed restore changed").equals("nothing")
