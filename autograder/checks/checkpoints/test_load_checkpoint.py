"""What is claimed of `load_checkpoint`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

APPLY = "06_checkpoints#loading-is-not-applying"
STRICT = "06_checkpoints#strict-about-names"
NOTHING = "06_checkpoints#all-or-nothing"
DEVICE = "06_checkpoints#where-tensors-wake-up"


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    hint="Which number does the task ask for, and is it the one in the file?",
    thought="The epoch is in the file, under its own key. It is read anew in each call.",
    see="06_checkpoints#everything-that-moves-must-be-saved",
)
def test_load_checkpoint_returns_the_epoch(seen: Any, expected: Any) -> None:
    expect(seen.epoch, "the result").is_a("int")
    expect(seen.epoch, "the epoch").equals(expected.epoch)
    asked = "Which file is read in the second call, and when?"
    again = expect(seen.next_epoch, "the epoch, after the file was replaced", asked)
    again.equals(expected.next_epoch)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    points=2,
    hint="Which entries of `model.state_dict()` get their values from the file, and by which call?",
    thought="`torch.load` knows nothing of your model. The weights stand under one key of the "
    "dictionary; a method of the model takes them.",
    see=APPLY,
)
def test_load_checkpoint_restores_every_weight(seen: Any, expected: Any) -> None:
    expect(seen.model, "the model's state").equals(seen.saved)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    points=1.5,
    hint="Does the optimizer get its state, and does it still move the weights of this model?",
    thought="An optimizer has a `load_state_dict` of its own. It holds the parameters that the "
    "model had when it was made: these have to stay the model's parameters.",
    see="06_checkpoints#everything-that-moves-must-be-saved",
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
    thought="Loading changes weights. The mode is not in the file, and the caller knows what comes "
    "next.",
    see=APPLY,
)
def test_load_checkpoint_leaves_a_model_in_train_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "train mode afterwards").equals(True)


@check(
    "load_checkpoint",
    scenario="loaded_without_an_optimizer",
    points=0.5,
    hint="Who should decide whether the model is in train or eval mode?",
    thought="Loading changes weights. The mode is not in the file, and the caller knows what comes "
    "next.",
    see=APPLY,
)
def test_load_checkpoint_leaves_a_model_in_eval_mode_there(seen: Any, expected: Any) -> None:
    expect(seen.mode_after, "train mode afterwards").equals(False)


@check(
    "load_checkpoint",
    scenario="loaded_from_nowhere",
    points=0.5,
    hint="How should the caller find out that the path is wrong?",
    thought="`torch.load` raises an error where there is no file. Let it through.",
    see=NOTHING,
    needs=test_load_checkpoint_restores_every_weight,
)
def test_load_checkpoint_refuses_a_missing_file(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "a missing file").refuses(error="Exception")


@check(
    "load_checkpoint",
    scenario="loaded_file_with_code",
    points=1.5,
    hint="Which option of torch.load reads numbers and refuses to run code?",
    thought="A pickle is a program, and loading runs it. `torch.load` can be told to read data "
    "only.",
    see="06_checkpoints#save-data-and-not-code",
    needs=test_load_checkpoint_restores_every_weight,
)
def test_load_checkpoint_runs_no_code_from_the_file(seen: Any, expected: Any) -> None:
    expect(not seen.code_ran, "safe loading").holds("code in the file was run")


@check(
    "load_checkpoint",
    scenario="loaded_weights_that_do_not_fit",
    points=1.5,
    hint="What happens to a name that is only in the file, or only in the model?",
    thought="By default `load_state_dict` refuses names that are missing or left over, and "
    "other shapes. What do you add, catch or copy by hand, so that they are accepted?",
    see=STRICT,
    needs=test_load_checkpoint_restores_every_weight,
)
def test_load_checkpoint_refuses_weights_that_do_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "weights of another model").refuses(error="Exception")


@check(
    "load_checkpoint",
    scenario="loaded_file_from_a_gpu",
    hint="A saved tensor keeps the name of its device. Which option of torch.load gives "
    "another one?",
    thought="The file says on which device each tensor lay. An option of `torch.load` names "
    "another one, which this computer has.",
    see=DEVICE,
)
def test_load_checkpoint_reads_a_file_from_a_gpu(seen: Any, expected: Any) -> None:
    other = "Which of your lines raises this error, and what does it say about the file?"
    asked = "" if seen.attempt.get("raised") == "RuntimeError" else other
    expect(seen.attempt, "a file from a GPU", asked).accepts()


@check(
    "load_checkpoint",
    scenario="loaded_onto_a_device",
    hint="On which device is the model after the call, and on which one should it be?",
    thought="`load_state_dict` copies numbers into the model where it is. A method of the model "
    "moves it.",
    see=DEVICE,
    needs=test_load_checkpoint_restores_every_weight,
)
def test_load_checkpoint_moves_the_model_to_the_device(seen: Any, expected: Any) -> None:
    for device in seen.devices:
        expect(device, "the device of the weights").equals("meta")


@check(
    "load_checkpoint",
    scenario="loaded_without_an_optimizer",
    points=0.5,
    hint="Which of your lines change anything besides the weights?",
    see=APPLY,
    craft=True,
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
    see=NOTHING,
    craft=True,
)
def test_load_checkpoint_says_that_a_file_is_missing(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "a missing file").refuses(error="FileNotFoundError")


@check(
    "load_checkpoint",
    scenario="loaded_from_damaged_files",
    points=0.5,
    hint="With damaged bytes, torch.load can raise many kinds of exception. What should the "
    "caller see?",
    see=NOTHING,
    craft=True,
)
def test_load_checkpoint_calls_a_damaged_file_a_ValueError(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "a damaged file").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_weights_that_do_not_fit",
    points=0.5,
    hint="Where can you catch torch's RuntimeError and raise another one?",
    see=NOTHING,
    craft=True,
)
def test_load_checkpoint_calls_weights_that_do_not_fit_a_ValueError(
    seen: Any, expected: Any
) -> None:
    for attempt in seen.attempts:
        expect(attempt, "weights of another model").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_weights_that_do_not_fit",
    points=0.5,
    hint="`load_state_dict` copies what fits before it complains: what can you do before it runs?",
    see=NOTHING,
    craft=True,
)
def test_load_checkpoint_changes_nothing_if_the_weights_do_not_fit(
    seen: Any, expected: Any
) -> None:
    expect(seen.changed, "what failed loads changed").equals("nothing")


@check(
    "load_checkpoint",
    scenario="loaded_optimizers_that_do_not_fit",
    points=0.5,
    hint="The caller passed an optimizer: what if the file has none, or one of other weights?",
    see="06_checkpoints#everything-that-moves-must-be-saved",
    craft=True,
)
def test_load_checkpoint_refuses_an_optimizer_that_does_not_fit(seen: Any, expected: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "an optimizer that does not fit").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_optimizers_that_do_not_fit",
    points=0.5,
    hint="The weights fit and the optimizer does not: what has been changed by then?",
    see=NOTHING,
    needs=test_load_checkpoint_refuses_an_optimizer_that_does_not_fit,
    craft=True,
)
def test_load_checkpoint_changes_nothing_if_the_optimizer_does_not_fit(
    seen: Any, expected: Any
) -> None:
    expect(seen.changed, "what failed loads changed").equals("nothing")
