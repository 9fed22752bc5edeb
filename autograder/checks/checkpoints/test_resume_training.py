"""What is claimed of `resume_training`."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    hint="How many epochs are done when the call begins, and which number comes next?",
)
def test_resume_training_returns_the_epochs_of_this_call_numbered_on(
    seen: Any, expected: Any
) -> None:
    for part, numbers in (("first", [1, 2]), ("rest", [3, 4])):
        history = getattr(seen, part)
        expect(history, f"what the {part} call returned").has_length(2)
        for number, epoch in zip(numbers, history, strict=True):
            expect(epoch, "each entry").has_fields("epoch", "train", "validation")
            expect(epoch["epoch"], "the number of an epoch").equals(number)


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=0.5,
    hint="Which earlier functions of the course train for one epoch, and measure?",
)
def test_resume_training_reports_training_and_validation_metrics(seen: Any, expected: Any) -> None:
    expect(seen.history, "what an uninterrupted call returned").has_length(4)
    for epoch, right in zip(seen.history, expected.history, strict=True):
        expect(epoch, "each entry").has_fields("epoch", "train", "validation")
        expect(epoch["train"], "the training metrics").close_to(right["train"])
        expect(epoch["validation"], "the validation metrics").close_to(right["validation"])


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=0.5,
    hint="How many epochs are left when all are done?",
)
def test_resume_training_does_nothing_when_all_is_done(seen: Any, expected: Any) -> None:
    expect(seen.finished, "the result when all epochs are done").equals([])


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=0.5,
    hint="Which field of `loaders` is for the very end, once?",
)
def test_resume_training_never_touches_the_test_images(seen: Any, expected: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    hint="Which keys does `load_checkpoint` look for, and which types may a safe file hold?",
)
def test_resume_training_saves_what_load_checkpoint_can_read(seen: Any, expected: Any) -> None:
    expect(seen.readable, "the file").holds("torch.load with weights_only=True can't read it")
    for key in ("model", "optimizer", "epoch"):
        expect(seen.keys[key], f"the key {key!r}").holds("it is not in the file")
    expect(seen.epoch, "the epoch in the file after 2 epochs").equals(2)
    expect(seen.saved, "the weights in the file").equals(seen.live)


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    hint="What does a new optimizer not know, and which epoch comes after the last saved one?",
)
def test_resume_training_goes_on_with_weights_and_optimizer(seen: Any, expected: Any) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_shuffling",
    hint="Print the first labels of epoch 3 with and without a stop: what decided on the shuffle?",
    needs=test_resume_training_goes_on_with_weights_and_optimizer,
)
def test_resume_training_goes_on_with_the_loaders_shuffling(seen: Any, expected: Any) -> None:
    first, second = seen.orders
    expect(second, "the order of the images in epoch 2").differs_from(first)
    other, _ = seen.orders_of_other_seeds
    expect(other, "the order of the images in epoch 1").differs_from(first, "all seeds are others")
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_dropout",
    hint="What do dropout, and a loader without a generator, draw from?",
    needs=test_resume_training_goes_on_with_weights_and_optimizer,
)
def test_resume_training_goes_on_with_the_random_state_of_torch(seen: Any, expected: Any) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_noise",
    hint="Transforms may draw from other libraries than torch. Which two more keep a random state?",
    needs=test_resume_training_goes_on_with_weights_and_optimizer,
)
def test_resume_training_goes_on_with_the_random_states_of_python_and_numpy(
    seen: Any, expected: Any
) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="killed_in_epoch_3",
    hint="Killed in epoch 3, what should the file hold: the last whole epoch, or half of one?",
    needs=test_resume_training_goes_on_with_the_loaders_shuffling,
)
def test_resume_training_does_a_killed_epoch_anew(seen: Any, expected: Any) -> None:
    expect(seen.epoch_in_file, "the epoch in the file, killed in epoch 3,").equals(2)
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="killed_after_saving",
    hint="If one file is written and the power goes off before the next one, do they fit together?",
    needs=test_resume_training_goes_on_with_the_random_state_of_torch,
)
def test_resume_training_saves_all_that_moves_in_one_piece(seen: Any, expected: Any) -> None:
    expect(seen.epoch_in_file, "the epoch in the file").equals(1)
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_under_watch",
    points=0.5,
    hint="If the power goes off while the checkpoint is written, or soon after, what is left?",
)
def test_resume_training_replaces_its_checkpoint_whole_or_not_at_all(
    seen: Any, expected: Any
) -> None:
    expect(seen.worst_moment, "the file, at the worst moment while saving,").equals("whole")
    expect(seen.on_disk, "the wait for the disk").equals("before the renaming")


@check(
    "resume_training",
    scenario="resumed_from_elsewhere",
    points=0.5,
    hint="What should happen for a number that makes no sense?",
)
def test_resume_training_refuses_a_negative_number_of_epochs(seen: Any, expected: Any) -> None:
    expect(seen.negative, "a negative number").refuses()
    expect(seen.no_epochs, "epochs=0").accepts()


@check(
    "resume_training",
    scenario="resumed_from_elsewhere",
    points=0.5,
    hint="Somebody's file is damaged: who decides that it may be written over?",
)
def test_resume_training_refuses_a_damaged_checkpoint(seen: Any, expected: Any) -> None:
    expect(seen.damaged, "a damaged checkpoint").refuses()
    expect(seen.damaged_file_kept, "the damaged file").holds("it was written over")


@check(
    "resume_training",
    scenario="resumed_from_elsewhere",
    points=0.5,
    hint="Who makes the folders that are missing on the way to `path`?",
)
def test_resume_training_makes_missing_folders(seen: Any, expected: Any) -> None:
    expect(seen.new, "a path in a new folder").accepts()
    expect(seen.new_file, "the checkpoint").holds("it is not in the new folder")


@check(
    "resume_training",
    scenario="resumed_on_a_device",
    points=0.5,
    hint="Where does `device` go from here?",
)
def test_resume_training_trains_on_the_device(seen: Any, expected: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
