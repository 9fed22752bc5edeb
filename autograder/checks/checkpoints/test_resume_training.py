"""What is claimed of `resume_training`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

EQUAL = "06_checkpoints#interrupted-equals-uninterrupted"
ALL = "06_checkpoints#everything-that-moves-must-be-saved"
CRASH = "06_checkpoints#a-crash-in-the-middle-of-writing"


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=1.5,
    hint="How many epochs are done when the call begins, and which number comes next?",
    thought="`load_checkpoint` returns how many are done, and without a file none are. The loop "
    "begins with the next number and ends with `epochs`.",
    see=EQUAL,
)
def test_resume_training_returns_the_epochs_of_this_call_numbered_on(
    seen: Any, expected: Any
) -> None:
    asked = "Which numbers does your loop run through if 2 epochs are done and 4 are wanted in all?"
    for part, numbers in (("first", [1, 2]), ("rest", [3, 4])):
        history = getattr(seen, part)
        expect(history, f"what the {part} call returned", asked).has_length(2)
        for number, epoch in zip(numbers, history, strict=True):
            expect(epoch, "each entry").has_fields("epoch", "train", "validation")
            expect(epoch["epoch"], "the number of an epoch").equals(number)


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    hint="Which earlier functions of the course train for one epoch, and measure?",
    thought="`train_epoch` and `evaluate` give the two metrics of an `Epoch`, one on the training "
    "images, one on the validation images.",
    see="03_training#the-whole-loop",
)
def test_resume_training_reports_training_and_validation_metrics(seen: Any, expected: Any) -> None:
    asked = "How often does your loop run, and where is the list made, added to and returned?"
    expect(seen.history, "what an uninterrupted call returned", asked).has_length(4)
    for epoch, right in zip(seen.history, expected.history, strict=True):
        expect(epoch, "each entry").has_fields("epoch", "train", "validation")
        expect(epoch["train"], "the training metrics").close_to(right["train"])
        expect(epoch["validation"], "the validation metrics").close_to(right["validation"])


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=0.5,
    hint="How many epochs are left when all are done?",
    thought="A loop over an empty range does nothing, and the list stays empty.",
    see=EQUAL,
)
def test_resume_training_does_nothing_when_all_is_done(seen: Any, expected: Any) -> None:
    expect(seen.finished, "the result when all epochs are done").equals([])


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=0.5,
    hint="Which field of `loaders` is for the very end, once?",
    thought="After each epoch one looks at the validation images. If you look at the test "
    "images each time, they influence your choices.",
    see="03_training#the-test-set-is-opened-once",
)
def test_resume_training_never_touches_the_test_images(seen: Any, expected: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=1.5,
    hint="Which keys does `load_checkpoint` look for, and which types may a safe file hold?",
    thought="The file at `path` has the three keys of `save_checkpoint`, taken after the epoch. "
    "Further keys are fine, as long as they are tensors, numbers, text, lists and dictionaries.",
    see="06_checkpoints#save-data-and-not-code",
)
def test_resume_training_saves_what_load_checkpoint_can_read(seen: Any, expected: Any) -> None:
    expect(seen.readable, "the file").holds("torch.load with weights_only=True can't read it")
    for key in ("model", "optimizer", "epoch"):
        expect(seen.keys[key], f"the key {key!r}").holds("it is not in the file")
    asked = "At which moment do you save, and which number do you save then?"
    expect(seen.epoch, "the epoch in the file after 2 epochs", asked).equals(2)
    expect(seen.saved, "the weights in the file", asked).equals(seen.live)


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=1.5,
    hint="What does a new optimizer not know, and which epoch comes after the last saved one?",
    thought="`load_checkpoint` restores model and optimizer, if you pass it both. After "
    "that, the epoch after the saved one comes next.",
    see=ALL,
)
def test_resume_training_goes_on_with_weights_and_optimizer(seen: Any, expected: Any) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_shuffling",
    points=1.5,
    hint="From which epoch on does a stop change the order of the labels, and what decides on the "
    "shuffle there?",
    thought="A loader draws its shuffle from its own generator. Save the generator's state after "
    "each epoch, and give it back before the next one.",
    see=EQUAL,
    needs=test_resume_training_goes_on_with_weights_and_optimizer,
)
def test_resume_training_goes_on_with_the_loaders_shuffling(seen: Any, expected: Any) -> None:
    first, second = seen.orders
    asked = "Which of your lines sets a seed?"
    expect(second, "the order of the images in epoch 2", asked).differs_from(first)
    other, _ = seen.orders_of_other_seeds
    of_others = expect(other, "the order of the images in epoch 1", asked)
    of_others.differs_from(first, "all seeds are others")
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_dropout",
    hint="What does dropout draw from?",
    thought="Dropout draws from torch's own random state, which belongs to no loader. It can be "
    "read and set as a whole.",
    see=ALL,
    needs=test_resume_training_goes_on_with_weights_and_optimizer,
)
def test_resume_training_goes_on_with_the_random_state_of_torch(seen: Any, expected: Any) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="killed_in_epoch_3",
    points=0.5,
    hint="How much work may be lost at most, if the program ends in epoch 3?",
    thought="Save at the end of the loop's body, once an epoch is whole: neither after the last "
    "one only, nor when one was cut off.",
    see=CRASH,
)
def test_resume_training_saves_after_each_epoch(seen: Any, expected: Any) -> None:
    expect(seen.epoch_in_file, "the epoch in the file, killed in epoch 3,").equals(2)


@check(
    "resume_training",
    scenario="resumed_under_watch",
    points=0.5,
    hint="If the program ends while the checkpoint is written, what is left at `path`?",
    thought="`save_checkpoint` has solved this. Call it, or do the same: write a temporary "
    "file, then rename it.",
    see=CRASH,
)
def test_resume_training_replaces_its_checkpoint_whole_or_not_at_all(
    seen: Any, expected: Any
) -> None:
    expect(seen.worst_moment, "the file, at the worst moment while saving,").equals("whole")


@check(
    "resume_training",
    scenario="resumed_in_a_new_folder",
    points=0.5,
    hint="Who makes the folders that are missing on the way to `path`?",
    thought="`save_checkpoint` makes them. If you write a file before it, or without it, the "
    "folders have to exist, too.",
    see="06_checkpoints#the-folder-may-not-exist",
)
def test_resume_training_makes_missing_folders(seen: Any, expected: Any) -> None:
    expect(seen.new, "a path in a new folder").accepts()
    expect(seen.new_file, "the checkpoint").holds("it is not in the new folder")


@check(
    "resume_training",
    scenario="resumed_on_a_device",
    points=0.5,
    hint="Where do you pass `device` on to?",
    thought="`load_checkpoint`, `train_epoch` and `evaluate` each take a `device`.",
    see="03_training#to-returns-a-new-tensor",
    needs=test_resume_training_returns_the_epochs_of_this_call_numbered_on,
)
def test_resume_training_trains_on_the_device(seen: Any, expected: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])


@check(
    "resume_training",
    scenario="killed_after_saving",
    points=0.5,
    hint="If one file is written and the program ends before the next one, do they fit together?",
    see=CRASH,
    craft=True,
)
def test_resume_training_saves_all_that_moves_in_one_piece(seen: Any, expected: Any) -> None:
    expect(seen.epoch_in_file, "the epoch in the file").equals(1)
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_without_generators",
    points=0.5,
    hint="What is `loader.generator` if nobody gave the loader one, and which random numbers "
    "does its shuffle use?",
    see=ALL,
    craft=True,
)
def test_resume_training_goes_on_with_loaders_without_a_generator(seen: Any, expected: Any) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_from_a_damaged_file",
    points=0.5,
    hint="Somebody's file is damaged: who decides that it may be written over?",
    see=EQUAL,
    craft=True,
)
def test_resume_training_leaves_a_damaged_checkpoint_alone(seen: Any, expected: Any) -> None:
    expect(seen.damaged, "a damaged checkpoint").refuses(error="Exception")
    expect(seen.damaged_file_kept, "the damaged file").holds("it was written over")
