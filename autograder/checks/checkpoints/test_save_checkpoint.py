"""What is claimed of `save_checkpoint`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="Which method of a model, and of an optimizer, gives its numbers without its code?",
)
def test_save_checkpoint_writes_data_and_no_code(seen: Any, expected: Any) -> None:
    expect(seen.content, "what the file holds").equals("a dictionary of plain data")


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="Which three keys does the task name?",
    needs=test_save_checkpoint_writes_data_and_no_code,
)
def test_save_checkpoint_names_its_parts_model_optimizer_and_epoch(
    seen: Any, expected: Any
) -> None:
    for key in ("model", "optimizer", "epoch"):
        expect(seen.keys[key], f"the key {key!r}").holds("it is not in the file")
    expect(seen.no_further_keys, "the file").holds("it has further keys")


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="What has a batch norm besides its parameters?",
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_every_weight_and_buffer(seen: Any, expected: Any) -> None:
    expect(seen.model, "what is saved of the model").equals(expected.model)


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="What does an optimizer with momentum know that a new one does not?",
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_the_optimizer_and_the_epoch(seen: Any, expected: Any) -> None:
    expect(seen.optimizer, "what is saved of the optimizer").equals(expected.optimizer)
    expect(seen.epoch, "the saved epoch").is_a("int")
    expect(seen.epoch, "the saved epoch").equals(expected.epoch)


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    points=0.5,
    hint="Which of your lines change the model that they only have to look at?",
)
def test_save_checkpoint_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "save_checkpoint").left_alone()


@check(
    "save_checkpoint",
    scenario="saved_without_an_optimizer",
    hint="What should stand under `optimizer` if there is none?",
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_None_without_an_optimizer(seen: Any, expected: Any) -> None:
    expect(seen.content, "what the file holds").equals("a dictionary of plain data")
    expect(seen.keys["optimizer"], "the key 'optimizer'").holds("it is not in the file")
    expect(seen.optimizer, "what is saved of no optimizer").equals(None)
    expect(seen.epoch, "the epoch, where none was given,").equals(0)


@check(
    "save_checkpoint",
    scenario="saved_in_a_new_folder",
    hint="Who makes the folders that are missing on the way to `path`?",
)
def test_save_checkpoint_makes_missing_folders(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a path in a new folder").accepts()
    expect(seen.files, "the files afterwards").equals("runs/first/model.pt")


@check(
    "save_checkpoint",
    scenario="saved_over_an_older_file",
    points=2,
    hint="If the power goes off right after the file was opened for writing, what is left in it?",
)
def test_save_checkpoint_replaces_an_older_file_whole_or_not_at_all(
    seen: Any, expected: Any
) -> None:
    expect(seen.held, "what is under `path` afterwards").equals("a new file")
    expect(seen.worst_moment, "the file, at the worst moment while saving,").equals("whole")


@check(
    "save_checkpoint",
    scenario="saved_over_an_older_file",
    points=0.5,
    hint="A system keeps what you wrote in memory for a while. Which call waits for the disk, and "
    "must it come before or after the renaming?",
    needs=test_save_checkpoint_replaces_an_older_file_whole_or_not_at_all,
)
def test_save_checkpoint_waits_for_the_disk_before_it_renames(seen: Any, expected: Any) -> None:
    expect(seen.on_disk, "the wait for the disk").equals("before the renaming")


@check(
    "save_checkpoint",
    scenario="disk_full_while_saving",
    hint="The disk is full: which file may have been touched by then, and who hears of it?",
)
def test_save_checkpoint_keeps_the_old_file_if_saving_fails(seen: Any, expected: Any) -> None:
    expect(seen.full or seen.told, "the full disk").holds(
        "it was not met: a part of the state is not saved"
    )
    expect(seen.old_file_kept, "the old file").holds("saving failed, and it is not what it was")
    expect(seen.told, "an error").holds("saving failed, and the caller was told nothing")


@check(
    "save_checkpoint",
    scenario="disk_full_while_saving",
    hint="Who removes a half-written file if writing it fails?",
)
def test_save_checkpoint_leaves_no_other_file_behind(seen: Any, expected: Any) -> None:
    expect(seen.others, "the number of other files, after the disk was full,").equals(0)
    told = "the number of other files, after a lambda could not be saved,"
    expect(seen.others_later, told).equals(0)


@check(
    "save_checkpoint",
    scenario="saved_with_a_negative_epoch",
    hint="How many epochs can be finished at least?",
)
def test_save_checkpoint_refuses_a_negative_epoch(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a negative epoch").refuses()
