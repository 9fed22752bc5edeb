"""What is claimed of the answers of unit 6."""

from typing import Any

from autograder.claims.expect import expect
from autograder.claims.registry import check

# --- save_checkpoint -----------------------------------------------------------------------------


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="Which method of a model, and of an optimizer, gives its numbers without its code?",
)
def test_save_checkpoint_writes_data_and_no_code(seen: Any, wanted: Any) -> None:
    expect(seen.content, "what the file holds").equals("a dictionary of plain data")


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="Which three keys does the task name?",
    needs=test_save_checkpoint_writes_data_and_no_code,
)
def test_save_checkpoint_names_its_parts_model_optimizer_and_epoch(seen: Any, wanted: Any) -> None:
    for key in ("model", "optimizer", "epoch"):
        expect(seen.keys[key], f"the key {key!r}").holds("it is not in the file")
    expect(seen.no_further_keys, "the file").holds("it has further keys")


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="What has a batch norm besides its parameters?",
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_every_weight_and_buffer(seen: Any, wanted: Any) -> None:
    expect(seen.model, "what is saved of the model").equals(wanted.model)


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    hint="What does an optimizer with momentum know that a new one does not?",
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_the_optimizer_and_the_epoch(seen: Any, wanted: Any) -> None:
    expect(seen.optimizer, "what is saved of the optimizer").equals(wanted.optimizer)
    expect(seen.epoch, "the saved epoch").is_a("int")
    expect(seen.epoch, "the saved epoch").equals(wanted.epoch)


@check(
    "save_checkpoint",
    scenario="saved_checkpoint",
    points=0.5,
    hint="Which of your lines change the model that they only have to look at?",
)
def test_save_checkpoint_leaves_everything_else_as_it_was(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "save_checkpoint").left_alone()


@check(
    "save_checkpoint",
    scenario="saved_without_an_optimizer",
    hint="What should stand under `optimizer` if there is none?",
    needs=test_save_checkpoint_names_its_parts_model_optimizer_and_epoch,
)
def test_save_checkpoint_saves_None_without_an_optimizer(seen: Any, wanted: Any) -> None:
    expect(seen.content, "what the file holds").equals("a dictionary of plain data")
    expect(seen.keys["optimizer"], "the key 'optimizer'").holds("it is not in the file")
    expect(seen.optimizer, "what is saved of no optimizer").equals(None)
    expect(seen.epoch, "the epoch, where none was given,").equals(0)


@check(
    "save_checkpoint",
    scenario="saved_in_a_new_folder",
    hint="Who makes the folders that are missing on the way to `path`?",
)
def test_save_checkpoint_makes_missing_folders(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "a path in a new folder").accepts()
    expect(seen.files, "the files afterwards").equals("runs/first/model.pt")


@check(
    "save_checkpoint",
    scenario="saved_over_an_older_file",
    points=2,
    hint="If the power goes off right after the file was opened for writing, what is left in it?",
)
def test_save_checkpoint_replaces_an_older_file_whole_or_not_at_all(seen: Any, wanted: Any) -> None:
    expect(seen.replaced, "the new file").holds("the path still holds the old one")
    expect(seen.worst_moment, "the file, at the worst moment while saving,").equals("whole")


@check(
    "save_checkpoint",
    scenario="saved_over_an_older_file",
    points=0.5,
    hint="A system keeps what you wrote in memory for a while. Which call waits for the disk, and "
    "must it come before or after the renaming?",
    needs=test_save_checkpoint_replaces_an_older_file_whole_or_not_at_all,
)
def test_save_checkpoint_waits_for_the_disk_before_it_renames(seen: Any, wanted: Any) -> None:
    expect(seen.on_disk, "the wait for the disk").equals("before the renaming")


@check(
    "save_checkpoint",
    scenario="disk_full_while_saving",
    hint="The disk is full: which file may have been touched by then, and who hears of it?",
)
def test_save_checkpoint_keeps_the_old_file_if_saving_fails(seen: Any, wanted: Any) -> None:
    expect(seen.old_file_kept, "the old file").holds("saving failed, and it is not what it was")
    expect(seen.told, "an error").holds("saving failed, and the caller was told nothing")


@check(
    "save_checkpoint",
    scenario="disk_full_while_saving",
    hint="Who removes a half-written file if writing it fails?",
)
def test_save_checkpoint_leaves_no_other_file_behind(seen: Any, wanted: Any) -> None:
    expect(seen.others, "the number of other files, after the disk was full,").equals(0)
    told = "the number of other files, after a lambda could not be saved,"
    expect(seen.others_later, told).equals(0)


@check(
    "save_checkpoint",
    scenario="saved_with_a_negative_epoch",
    hint="How many epochs can be finished at least?",
)
def test_save_checkpoint_refuses_a_negative_epoch(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "a negative epoch").refuses()


# --- load_checkpoint -----------------------------------------------------------------------------


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    points=0.5,
    hint="What does the task say that the function returns?",
)
def test_load_checkpoint_returns_the_epoch(seen: Any, wanted: Any) -> None:
    expect(seen.epoch, "the result").is_a("int")
    expect(seen.epoch, "the epoch").equals(wanted.epoch)
    expect(seen.next_epoch, "the epoch, after the file was replaced").equals(wanted.next_epoch)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    hint="Reading a file gives you a dictionary. Which call puts it into the model?",
)
def test_load_checkpoint_restores_every_weight(seen: Any, wanted: Any) -> None:
    expect(seen.model, "the model's state").equals(seen.saved)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    hint="Does the optimizer get its state, and does it still move the weights of this model?",
    needs=test_load_checkpoint_restores_every_weight,
)
def test_load_checkpoint_restores_the_optimizer_so_that_training_goes_on(
    seen: Any, wanted: Any
) -> None:
    expect(seen.model_later, "the weights after two more steps").equals(seen.saved_later)


@check(
    "load_checkpoint",
    scenario="loaded_checkpoint",
    points=0.5,
    hint="Who should decide whether the model is in train or eval mode?",
)
def test_load_checkpoint_leaves_a_model_in_train_mode_there(seen: Any, wanted: Any) -> None:
    expect(seen.mode_after, "train mode afterwards").equals(True)


@check(
    "load_checkpoint",
    scenario="loaded_without_an_optimizer",
    points=0.5,
    hint="Who should decide whether the model is in train or eval mode?",
)
def test_load_checkpoint_leaves_a_model_in_eval_mode_there(seen: Any, wanted: Any) -> None:
    expect(seen.mode_after, "train mode afterwards").equals(False)


@check(
    "load_checkpoint",
    scenario="loaded_without_an_optimizer",
    points=0.5,
    hint="Which of your lines change anything besides the weights?",
)
def test_load_checkpoint_leaves_gradients_and_frozen_weights_alone(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "load_checkpoint").left_alone()


@check(
    "load_checkpoint",
    scenario="loaded_from_nowhere",
    points=0.5,
    hint="Which exception says that a file is not there?",
)
def test_load_checkpoint_says_that_a_file_is_missing(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "a missing file").refuses(error="FileNotFoundError")


@check(
    "load_checkpoint",
    scenario="loaded_from_damaged_files",
    hint="Damaged bytes make torch.load raise nearly anything. What should the caller see?",
)
def test_load_checkpoint_refuses_a_damaged_file(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "a damaged file").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_file_with_code",
    hint="Which option of torch.load reads numbers and refuses to run code?",
)
def test_load_checkpoint_runs_no_code_from_the_file(seen: Any, wanted: Any) -> None:
    expect(not seen.code_ran, "safe loading").holds("code in the file was run")


@check(
    "load_checkpoint",
    scenario="loaded_weights_that_do_not_fit",
    hint="What happens to a name that is only in the file, or only in the model?",
)
def test_load_checkpoint_refuses_weights_that_do_not_fit(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "weights of another model").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_weights_that_do_not_fit",
    hint="`load_state_dict` copies what fits before it complains: what can you do before it runs?",
    needs=test_load_checkpoint_refuses_weights_that_do_not_fit,
)
def test_load_checkpoint_changes_nothing_if_the_weights_do_not_fit(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "what failed loads changed").equals("nothing")


@check(
    "load_checkpoint",
    scenario="loaded_optimizers_that_do_not_fit",
    hint="The caller passed an optimizer: what if the file has none, or one of other weights?",
)
def test_load_checkpoint_refuses_an_optimizer_that_does_not_fit(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "an optimizer that does not fit").refuses()


@check(
    "load_checkpoint",
    scenario="loaded_optimizers_that_do_not_fit",
    hint="The weights fit and the optimizer does not: what has been changed by then?",
    needs=test_load_checkpoint_refuses_an_optimizer_that_does_not_fit,
)
def test_load_checkpoint_changes_nothing_if_the_optimizer_does_not_fit(
    seen: Any, wanted: Any
) -> None:
    expect(seen.changed, "what failed loads changed").equals("nothing")


@check(
    "load_checkpoint",
    scenario="loaded_optimizer_of_another_kind",
    points=0.5,
    hint="Load what AdamW saved into SGD: which settings do its groups lack afterwards?",
)
def test_load_checkpoint_refuses_an_optimizer_of_another_kind(seen: Any, wanted: Any) -> None:
    for attempt in seen.attempts:
        expect(attempt, "an optimizer of another kind").refuses()
    expect(seen.changed, "what the failed load changed").equals("nothing")


@check(
    "load_checkpoint",
    scenario="loaded_file_from_a_gpu",
    points=0.5,
    hint="Tensors remember where they lay. Which option of torch.load says where they go?",
)
def test_load_checkpoint_reads_a_file_from_a_gpu(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "a file from a GPU").accepts()


@check(
    "load_checkpoint",
    scenario="loaded_onto_a_device",
    points=0.5,
    hint="Where is the model after the call, and where was it to be?",
)
def test_load_checkpoint_moves_the_model_to_the_device(seen: Any, wanted: Any) -> None:
    for device in seen.devices:
        expect(device, "the device of the weights").equals("meta")


# --- BestModel -----------------------------------------------------------------------------------


@check(
    "BestModel",
    scenario="best_of_four",
    hint="With which comparison does the first of two equals win, and what does `update` return?",
)
def test_BestModel_keeps_only_what_is_better(seen: Any, wanted: Any) -> None:
    told = "what update returned for 0.7, 0.9, 0.9, 0.8"
    expect(seen.kept, told).equals(wanted.kept)


@check(
    "BestModel",
    scenario="best_of_close_ones",
    hint="Which one accuracy must a new one be compared with, and for how long does it count?",
    needs=test_BestModel_keeps_only_what_is_better,
)
def test_BestModel_compares_with_the_best_so_far(seen: Any, wanted: Any) -> None:
    told = "what update returned for 0.7, 0.9, 0.8, 0.85, 0.9001"
    expect(seen.kept, told).equals(wanted.kept)
    expect(seen.kept_after_restore, "what update returned for 0.8 after restore").equals(False)


@check(
    "BestModel",
    scenario="best_of_four",
    points=1.5,
    hint="Training changes weights in place. Is what you keep a copy of your own?",
    needs=test_BestModel_keeps_only_what_is_better,
)
def test_BestModel_restores_the_best_weights(seen: Any, wanted: Any) -> None:
    expect(seen.restored, "the restored weights").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_four",
    hint="After `restore`, training goes on once more. Do model and copy share memory now?",
    needs=test_BestModel_restores_the_best_weights,
)
def test_BestModel_can_restore_again_into_another_model(seen: Any, wanted: Any) -> None:
    expect(seen.restored_later, "the weights restored the second time").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_four",
    hint="Which lines of `update` write into the model that goes on training?",
)
def test_BestModel_leaves_the_model_alone_in_update(seen: Any, wanted: Any) -> None:
    expect(seen.changed, "update").left_alone()


@check(
    "BestModel",
    scenario="best_of_four",
    points=0.5,
    hint="Who decides on the mode of a model, and on its gradients?",
)
def test_BestModel_restores_weights_and_nothing_else(seen: Any, wanted: Any) -> None:
    expect(seen.changed_by_restore, "restore").left_alone()
    expect(seen.changed_later, "restore").left_alone()


@check(
    "BestModel",
    scenario="best_of_nothing",
    hint="What does Python answer when a number is compared with nan, and is 0.0 better than none?",
)
def test_BestModel_never_takes_nan_for_better(seen: Any, wanted: Any) -> None:
    expect(seen.kept, "what update returned for nan, 0.0, nan").equals(wanted.kept)
    expect(seen.restored, "the restored weights").equals(seen.second)


@check(
    "BestModel",
    scenario="best_of_nothing",
    hint="What can `restore` restore before the first `update` of this very object?",
)
def test_BestModel_refuses_to_restore_before_any_update(seen: Any, wanted: Any) -> None:
    expect(seen.early, "restore before update").refuses()


@check(
    "BestModel",
    scenario="best_of_another_model",
    hint="`load_state_dict` copies what fits before it complains: what can you do before it runs?",
)
def test_BestModel_refuses_a_model_of_another_kind_untouched(seen: Any, wanted: Any) -> None:
    expect(seen.attempt, "a model with other layers").refuses()
    expect(seen.changed, "what the failed restore changed").equals("nothing")


# --- resume_training -----------------------------------------------------------------------------


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    hint="How many epochs are done when the call begins, and which number comes next?",
)
def test_resume_training_returns_the_epochs_of_this_call_numbered_on(
    seen: Any, wanted: Any
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
def test_resume_training_reports_training_and_validation_metrics(seen: Any, wanted: Any) -> None:
    expect(seen.history, "what an uninterrupted call returned").has_length(4)
    for epoch, right in zip(seen.history, wanted.history, strict=True):
        expect(epoch, "each entry").has_fields("epoch", "train", "validation")
        expect(epoch["train"], "the training metrics").close_to(right["train"])
        expect(epoch["validation"], "the validation metrics").close_to(right["validation"])


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=0.5,
    hint="How many epochs are left when all are done?",
)
def test_resume_training_does_nothing_when_all_is_done(seen: Any, wanted: Any) -> None:
    expect(seen.finished, "the result when all epochs are done").equals([])


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    points=0.5,
    hint="Which field of `loaders` is for the very end, once?",
)
def test_resume_training_never_touches_the_test_images(seen: Any, wanted: Any) -> None:
    expect(seen.test_reads, "the number of test images read").equals(0)


@check(
    "resume_training",
    scenario="resumed_after_two_epochs",
    hint="Which keys does `load_checkpoint` look for, and which types may a safe file hold?",
)
def test_resume_training_saves_what_load_checkpoint_can_read(seen: Any, wanted: Any) -> None:
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
def test_resume_training_goes_on_with_weights_and_optimizer(seen: Any, wanted: Any) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_shuffling",
    hint="Print the first labels of epoch 3 with and without a stop: what decided on the shuffle?",
    needs=test_resume_training_goes_on_with_weights_and_optimizer,
)
def test_resume_training_goes_on_with_the_loaders_shuffling(seen: Any, wanted: Any) -> None:
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
def test_resume_training_goes_on_with_the_random_state_of_torch(seen: Any, wanted: Any) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_noise",
    hint="Transforms may draw from other libraries than torch. Which two more keep a random state?",
    needs=test_resume_training_goes_on_with_weights_and_optimizer,
)
def test_resume_training_goes_on_with_the_random_states_of_python_and_numpy(
    seen: Any, wanted: Any
) -> None:
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="killed_in_epoch_3",
    hint="Killed in epoch 3, what should the file hold: the last whole epoch, or half of one?",
    needs=test_resume_training_goes_on_with_the_loaders_shuffling,
)
def test_resume_training_does_a_killed_epoch_anew(seen: Any, wanted: Any) -> None:
    expect(seen.epoch_in_file, "the epoch in the file, killed in epoch 3,").equals(2)
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="killed_after_saving",
    hint="If one file is written and the power goes off before the next one, do they fit together?",
    needs=test_resume_training_goes_on_with_the_random_state_of_torch,
)
def test_resume_training_saves_all_that_moves_in_one_piece(seen: Any, wanted: Any) -> None:
    expect(seen.epoch_in_file, "the epoch in the file").equals(1)
    expect(seen.resumed, "the resumed run").equals(seen.calm, "the uninterrupted run has that")


@check(
    "resume_training",
    scenario="resumed_under_watch",
    points=0.5,
    hint="If the power goes off while the checkpoint is written, or soon after, what is left?",
)
def test_resume_training_replaces_its_checkpoint_whole_or_not_at_all(
    seen: Any, wanted: Any
) -> None:
    expect(seen.worst_moment, "the file, at the worst moment while saving,").equals("whole")
    expect(seen.on_disk, "the wait for the disk").equals("before the renaming")


@check(
    "resume_training",
    scenario="resumed_from_elsewhere",
    points=0.5,
    hint="What should happen for a number that makes no sense?",
)
def test_resume_training_refuses_a_negative_number_of_epochs(seen: Any, wanted: Any) -> None:
    expect(seen.negative, "a negative number").refuses()
    expect(seen.no_epochs, "epochs=0").accepts()


@check(
    "resume_training",
    scenario="resumed_from_elsewhere",
    points=0.5,
    hint="Somebody's file is damaged: who decides that it may be written over?",
)
def test_resume_training_refuses_a_damaged_checkpoint(seen: Any, wanted: Any) -> None:
    expect(seen.damaged, "a damaged checkpoint").refuses()
    expect(seen.damaged_file_kept, "the damaged file").holds("it was written over")


@check(
    "resume_training",
    scenario="resumed_from_elsewhere",
    points=0.5,
    hint="Who makes the folders that are missing on the way to `path`?",
)
def test_resume_training_makes_missing_folders(seen: Any, wanted: Any) -> None:
    expect(seen.new, "a path in a new folder").accepts()
    expect(seen.new_file, "the checkpoint").holds("it is not in the new folder")


@check(
    "resume_training",
    scenario="resumed_on_a_device",
    points=0.5,
    hint="Where does `device` go from here?",
)
def test_resume_training_trains_on_the_device(seen: Any, wanted: Any) -> None:
    for met in seen.devices:
        expect(met, "the devices of weights and images").equals(["meta", "meta"])
