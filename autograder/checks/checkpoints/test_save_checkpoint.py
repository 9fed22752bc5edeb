"""What is claimed of `save_checkpoint`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

DATA = "06_checkpoints#save-data-and-not-code"
CRASH = "06_checkpoints#a-crash-in-the-middle-of-writing"
ALL = "06_checkpoints#everything-that-moves-must-be-saved"


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="Which method of a model, and of an optimizer, gives its numbers without its code?",
    thought="The file is to hold a dictionary of names, tensors and numbers, written by "
    "`torch.save`. Whatever is an object of a class has to be turned into these first.",
    see=DATA,
)
def test_save_checkpoint_writes_data_and_no_code(seen: Any, expected: Any) -> None:
    expect(seen.content, "the content of the file").equals("a dictionary of plain data")


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="Which three keys does the task name?",
    thought="The code that loads the file looks for `model`, `optimizer` and `epoch`, spelt "
    "exactly like that.",
    see="06_checkpoints#what-a-model-remembers",
    needs=test_save_checkpoint_writes_data_and_no_code,
)
def test_save_checkpoint_names_its_parts_model_optimizer_and_epoch(
    seen: Any, expected: Any
) -> None:
    for key in ("model", "optimizer", "epoch"):
        expect(seen.keys[key], f"the key {key!r}").holds("it is not in the file")


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    points=1.5,
    hint="What has a batch norm besides its parameters?",
    thought="Parameters are not all that a model has learnt: a batch norm keeps running "
    "statistics, which are buffers. One method gives both.",
    see="06_checkpoints#what-a-model-remembers",
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_every_weight_and_buffer(seen: Any, expected: Any) -> None:
    expect(seen.model, "what is saved of the model").equals(expected.model)


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    points=1.5,
    hint="What does an optimizer with momentum know that a new one does not?",
    thought="An optimizer has a `state_dict()` as a model has. The epoch goes into the file as it "
    "was passed.",
    see=ALL,
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_the_optimizer_and_the_epoch(seen: Any, expected: Any) -> None:
    expect(seen.optimizer, "what is saved of the optimizer").equals(expected.optimizer)
    asked = "Which of your arguments is the epoch, and what do you make of it?"
    expect(seen.epoch, "the saved epoch", asked).is_a("int")
    expect(seen.epoch, "the saved epoch", asked).equals(expected.epoch)


@check(
    "save_checkpoint",
    scenario="saved_without_an_optimizer",
    hint="What should the key `optimizer` hold if there is none?",
    thought="`optimizer` is None by default, and None has no `state_dict`. The key is there "
    "nevertheless.",
    see=ALL,
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_None_without_an_optimizer(seen: Any, expected: Any) -> None:
    expect(seen.content, "the content of the file").equals("a dictionary of plain data")
    expect(seen.keys["optimizer"], "the key 'optimizer'").holds("it is not in the file")
    expect(seen.optimizer, "what is saved of no optimizer").equals(None)
    asked = "Which epoch is saved if the caller passes none?"
    expect(seen.epoch, "the epoch, where none was given,", asked).equals(0)


@check(
    "save_checkpoint",
    scenario="saved_in_a_new_folder",
    hint="Which file does the error name, and who makes the missing folders on the way to it?",
    thought="A Path knows the folder that it lies in, and a method of it makes that folder "
    "and those above it. It should not raise an error if they exist already.",
    see="06_checkpoints#the-folder-may-not-exist",
)
def test_save_checkpoint_makes_missing_folders(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a path in a new folder").accepts()
    asked = "Where does your file end up, and under which name?"
    expect(seen.there, "the file at the path", asked).holds("it is not there")


@check(
    "save_checkpoint",
    scenario="saved_over_an_older_file",
    points=2.5,
    hint="If the program ends in any one of your lines, what lies at `path` then?",
    thought="Write to another name in the same folder. Only when that file is whole, give it the "
    "name of the old one, in a single step that replaces it.",
    see=CRASH,
)
def test_save_checkpoint_replaces_an_older_file_whole_or_not_at_all(
    seen: Any, expected: Any
) -> None:
    asked = "In which folder is a temporary file sure to be on the same disk as `path`?"
    told = "it lies in another folder, and can't be renamed if that is on another disk"
    expect(not seen.crossed, "the draft", asked).holds(told)
    asked = "Which line gives the new file the name `path`?"
    expect(seen.at_path, "the file at the path afterwards", asked).equals("the new one")
    expect(seen.worst_moment, "the file, at the worst moment while saving,").equals("whole")


@check(
    "save_checkpoint",
    scenario="disk_full_while_saving",
    hint="The disk is full: which file may have been touched by then?",
    thought="As long as the new file is not whole, nothing should happen to the old one.",
    see=CRASH,
    needs=test_save_checkpoint_writes_data_and_no_code,
)
def test_save_checkpoint_keeps_the_old_file_if_saving_fails(seen: Any, expected: Any) -> None:
    expect(seen.old_file_kept, "the old file").holds("saving failed, and it is not what it was")


@check(
    "save_checkpoint",
    scenario="saved_over_an_older_file",
    points=0.5,
    hint="The operating system keeps written data in memory for a while. Which call waits "
    "for the disk, and must it come before or after the renaming?",
    see=CRASH,
    craft=True,
)
def test_save_checkpoint_waits_for_the_disk_before_it_renames(seen: Any, expected: Any) -> None:
    expect(seen.on_disk, "the wait for the disk").equals("before the renaming")


@check(
    "save_checkpoint",
    scenario="disk_full_while_saving",
    points=0.5,
    hint="Who can do something about a full disk: your function or its caller?",
    see=CRASH,
    craft=True,
)
def test_save_checkpoint_lets_errors_through(seen: Any, expected: Any) -> None:
    expect(seen.full or seen.told, "the full disk").holds(
        "it was not met: a part of the state is not saved"
    )
    expect(seen.told, "an error").holds("saving failed, and the caller was told nothing")


@check(
    "save_checkpoint",
    scenario="disk_full_while_saving",
    points=0.5,
    hint="Who removes a half-written file if writing it fails?",
    see=CRASH,
    craft=True,
)
def test_save_checkpoint_leaves_no_other_file_behind(seen: Any, expected: Any) -> None:
    asked = "Which files does your function leave beside `path` when all went well?"
    expect(seen.others_at_first, "the number of other files after a save", asked).equals(0)
    expect(seen.others, "the number of other files, after the disk was full,").equals(0)
    told = "the number of other files, after a lambda could not be saved,"
    expect(seen.others_later, told).equals(0)


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    points=0.5,
    hint="Which of your lines change the model, or anything else, besides the file?",
    see="06_checkpoints#loading-is-not-applying",
    craft=True,
)
def test_save_checkpoint_leaves_everything_else_as_it_was(seen: Any, expected: Any) -> None:
    expect(seen.changed, "save_checkpoint").left_alone()


@check(
    "save_checkpoint",
    scenario="saved_with_a_negative_epoch",
    points=0.5,
    hint="What is the smallest possible number of finished epochs?",
    see=ALL,
    craft=True,
)
def test_save_checkpoint_refuses_a_negative_epoch(seen: Any, expected: Any) -> None:
    expect(seen.attempt, "a negative epoch").refuses()
