"""What is claimed of `load_checkpoint`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    points=0.5,
    hint="What does the task say that the function returns?",
)
def test_load_checkpoint_returns_the_epoch(seen: Any, expected: Any) -> None:
    expect(seen.epoch, "the result").is_a("int")
    expect(seen.epoch, "the epoch").equals(expected.epoch)
    expect(seen.next_epoch, "the epoch, after the file was replaced").equals(expected.next_epoch)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    hint="Reading a file gives you a dictionary. Which call puts it into the model?",
)
def test_load_checkpoint_restores_every_weight(seen: Any, expected: Any) -> None:
    expect(seen.model, "the model's state").equals(seen.saved)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    hint="Does the optimizer get its state, and does it still move the weights of this model?",
    needs=test_load_checkpoint_restores_every_weight,
)
def test_load_checkpoint_restores_the_optimizer_so_that_training_goes_on(
    seen: Any, expected: Any
) -> None:
    expect(seen.model_later, "the weights after two more steps").equals(seen.saved_later)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    points=0.5,
    hint="Who should decide whether the model is in train or eval mode?",
)
def test_load_checkpoint_leaves_a_model_in_train_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "train mode afterwards").equals(True)


@check(
    "load_checkpoint",
    scenario="loaded_without_an_optimizer",
    points=0.5,
    hint="Who should decide whether the model is in train or eval mode?",
)
def test_load_checkpoint_leaves_a_model_in_eval_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "train mode afterwards").equals(False)


@check(
    "load_checkpoint",
    scenario="loaded_without_an_optimizer",
    points=0.5,
    hint="Which of your lines change anything besides the weights?",
)
def test_load_checkpoint_leaves_gradients_and_frozen_weights_alone(
    seen: Any, expected: Any
) -> None:
    expect(seen.changed, "load_checkpoint").left_alone()


@check(
    "load_checkpoint",
    scenario="loaded_from_nowhere",
    points=0.5,
    hint="Which exception says that a file is not there?",
)
def test_load_checkpoint_says_that_a_file_is_missing(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "a missing file").refuses(error="FileNotFoundError")


@check(
    "load_checkpoint",
    scenario="loaded_from_damaged_files",
    hint="Damaged bytes make torch.load raise nearly anything. What should the caller see?",
)
def test_load_checkpoint_refuses_a_damaged_file(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "a damaged file").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_file_with_code",
    hint="Which option of torch.load reads numbers and refuses to run code?",
)
def test_load_checkpoint_runs_no_code_from_the_file(seen: Any, expected: Any) -> None:
    expect(not seen.code_ran, "safe loading").holds("code in the file was run")


@check(
    "load_checkpoint",
    scenario="loaded_weights_that_do_not_fit",
    hint="What happens to a name that is only in the file, or only in the model?",
)
def test_load_checkpoint_refuses_weights_that_do_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "weights of another model").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_weights_that_do_not_fit",
    hint="`load_state_dict` copies what fits before it complains: what can you do before it runs?",
    needs=test_load_checkpoint_refuses_weights_that_do_not_fit,
)
def test_load_checkpoint_changes_nothing_if_the_weights_do_not_fit(
    seen: Any, expected: Any
) -> None:
    expect(seen.changed, "what failed loads changed").equals("nothing")


@check(
    "load_checkpoint",
    scenario="loaded_optimizers_that_do_not_fit",
    hint="The caller passed an optimizer: what if the file has none, or one of other weights?",
)
def test_load_checkpoint_refuses_an_optimizer_that_does_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "an optimizer that does not fit").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_optimizers_that_do_not_fit",
    hint="The weights fit and the optimizer does not: what has been changed by then?",
    needs=test_load_checkpoint_refuses_an_optimizer_that_does_not_fit,
)
def test_load_checkpoint_changes_nothing_if_the_optimizer_does_not_fit(
    seen: Any, expected: Any
) -> None:
    expect(seen.changed, "what failed loads changed").equals("nothing")


@check(
    "load_checkpoint",
    scenario="loaded_optimizer_of_another_kind",
    points=0.5,
    hint="Load what AdamW saved into SGD: which settings do its groups lack afterwards?",
)
def test_load_checkpoint_refuses_an_optimizer_of_another_kind(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "an optimizer of another kind").refuses()
    expect(seen.changed, "what the failed load changed").equals("nothing")


@check(
    "load_checkpoint",
    scenario="loaded_file_from_a_gpu",
    points=0.5,
    hint="Tensors remember where they lay. Which option of torch.load says where they go?",
)
def test_load_checkpoint_reads_a_file_from_a_gpu(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a file from a GPU").accepts()


@check(
    "load_checkpoint",
    scenario="loaded_onto_a_device",
    points=0.5,
    hint="Where is the model after the call, and where was it to be?",
)
def test_load_checkpoint_moves_the_model_to_the_device(seen: Any, expected: Any) -> None:
    for device in seen.devices:
        expect(device, "the device of the weights").equals("meta")
