"""Wrong answers to `resume_training`."""

import copy
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.checkpoints.shared import (
    Device,
    content_of,
    load_back,
    put,
    read_back,
)
from fashion_course.kit import Epoch, Loaders

Loss = Callable[[Tensor, Tensor], Tensor]


def _generators(loaders: Loaders) -> Iterator[torch.Generator]:
    for loader in loaders[:2]:
        if loader.generator is not None:
            yield loader.generator


def _states(loaders: Loaders) -> dict[str, Any]:
    """Return all that moves besides model and optimizer."""
    own = [generator.get_state() for generator in _generators(loaders)]
    return {"torch": torch.get_rng_state(), "loaders": own}


def _restore_states(states: dict[str, Any], loaders: Loaders) -> None:
    torch.set_rng_state(states["torch"])
    for generator, state in zip(_generators(loaders), states["loaders"], strict=True):
        generator.set_state(state)


class _Resume:
    """Resumes as is right; the mistakes below change one thing each."""

    def __init__(
        self,
        path: str | Path,
        model: nn.Module,
        loaders: Loaders,
        loss_fn: Loss,
        optimizer: Optimizer,
        epochs: int,
        device: Device = "cpu",
    ) -> None:
        self.path, self.model, self.loaders = Path(path), model, loaders
        self.loss_fn, self.optimizer = loss_fn, optimizer
        self.epochs, self.device = epochs, device

    def load(self) -> int:
        """Return how many epochs are done, with everything restored."""
        if not self.path.exists():
            return 0
        epoch = load_back(self.path, self.model, self.optimizer, self.device)
        self.restore(read_back(self.path)["states"])
        return epoch

    def restore(self, states: dict[str, Any]) -> None:
        """Restore the random states."""
        _restore_states(states, self.loaders)

    def content(self, epoch: int) -> dict[str, Any]:
        """Return what is saved."""
        return {**content_of(self.model, self.optimizer, epoch), "states": _states(self.loaders)}

    def save(self, epoch: int) -> None:
        """Save a checkpoint."""
        put(self.path, self.content(epoch))

    def train(self, epoch: int) -> Epoch:
        """Train for one epoch and measure."""
        trained = reference_answer("train_epoch")(
            self.model, self.loaders.train, self.loss_fn, self.optimizer, self.device
        )
        measured = reference_answer("evaluate")(
            self.model, self.loaders.validation, self.loss_fn, self.device
        )
        return Epoch(epoch, trained, measured)

    def run(self) -> list[Epoch]:
        """Do what the call asks for."""
        history = []
        for epoch in range(self.load() + 1, self.epochs + 1):
            history.append(self.train(epoch))
            self.save(epoch)
        return history


@mistake("resume_training", see="06_checkpoints#loading-is-not-applying")
def resume_training_starts_anew(*args: Any) -> list[Epoch]:
    """Every call begins at epoch 1, as if there was no checkpoint, and writes over the work of the
    last one.

    What should your function look for before the first epoch?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            if self.path.exists():
                read_back(self.path)
            return 0

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_counts_epochs_of_this_call(*args: Any) -> list[Epoch]:
    """You train `epochs` more epochs each time. `epochs` is how many there are to be in all: after
    a stop in epoch 4 of 5, two are left and not five.

    How many epochs are left when the checkpoint says 2 and 4 are wanted?
    """

    class Wrong(_Resume):
        def run(self) -> list[Epoch]:
            done = self.load()
            history = []
            for epoch in range(done + 1, done + self.epochs + 1):
                history.append(self.train(epoch))
                self.save(epoch)
            return history

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_repeats_the_last_epoch(*args: Any) -> list[Epoch]:
    """You go on *with* the saved epoch and not after it, so the last finished epoch is trained a
    second time after every stop.

    If the file says that epoch 2 is done, which number comes next?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            return max(super().load() - 1, 0)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_begins_with_the_last_epoch(*args: Any) -> list[Epoch]:
    """Your loop begins with the number of the last finished epoch, which is 0 in a new run, and not
    with the one after it: an epoch too many is trained in each call.

    With which number does `range` begin, and how many epochs are done then?
    """

    class Wrong(_Resume):
        def run(self) -> list[Epoch]:
            history = []
            for epoch in range(self.load(), self.epochs + 1):
                history.append(self.train(epoch))
                self.save(epoch)
            return history

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_numbers_from_1_again(*args: Any) -> list[Epoch]:
    """After a stop, your epochs are numbered from 1 again, so two different epochs have the same
    number in the table of the run.

    How many epochs were done before this call?
    """
    history = _Resume(*args).run()
    return [epoch._replace(epoch=number) for number, epoch in enumerate(history, 1)]


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_the_optimizer(*args: Any) -> list[Epoch]:
    """The optimizer starts with an empty state after a stop. Its momentum is lost, and the first
    steps differ from those of a run without a stop.

    What does the optimizer know after two epochs that a new one does not?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            fresh = copy.deepcopy(self.optimizer.state_dict())
            epoch = super().load()
            self.optimizer.load_state_dict(fresh)
            return epoch

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_the_shuffling(*args: Any) -> list[Epoch]:
    """The loader's own generator is not restored, so after a stop epoch 3 gets the batches of
    epoch 1 once more.

    Where does a loader with a generator of its own take the next shuffle from?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            kept = [generator.get_state() for generator in _generators(self.loaders)]
            _restore_states({**states, "loaders": kept}, self.loaders)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_forgets_the_state_of_torch(*args: Any) -> list[Epoch]:
    """torch's own random state is not restored, so dropout starts over after a stop.

    What do dropout masks come from?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            _restore_states({**states, "torch": torch.get_rng_state()}, self.loaders)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_replays_one_shuffle(*args: Any) -> list[Epoch]:
    """Every epoch replays one and the same shuffle, as when a seed is set at the start of each. A
    stop changes nothing then, but the model learns the order too.

    What should be the same after a stop, and what should differ from epoch to epoch?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            reference_answer("seed_everything")(7)
            for generator in _generators(self.loaders):
                generator.manual_seed(7)
            return super().train(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_seeds_by_the_epoch(*args: Any) -> list[Epoch]:
    """All runs shuffle alike, whatever the caller's seed is, as when each epoch starts from a seed
    of its own, such as its number.

    Whose seed is to decide, and what has to be saved of it?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            reference_answer("seed_everything")(epoch)
            for generator in _generators(self.loaders):
                generator.manual_seed(epoch)
            return super().train(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved")
def resume_training_saves_the_states_too_early(*args: Any) -> list[Epoch]:
    """The random states in the file are those from before the epoch, and the weights those from
    after it. After a stop, the next epoch draws the same numbers once more.

    At which moment must everything in one checkpoint have been taken?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            self.early = _states(self.loaders)
            return super().train(epoch)

        def content(self, epoch: int) -> dict[str, Any]:
            return {**super().content(epoch), "states": self.early}

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def resume_training_saves_at_the_end_only(*args: Any) -> list[Epoch]:
    """A run that is stopped in epoch 3 has left no checkpoint that can be read, as when it is saved
    after the last epoch only or when it holds more than data.

    When do you save, and what does the file hold then?
    """

    class Wrong(_Resume):
        def save(self, epoch: int) -> None:
            if epoch == self.epochs:
                super().save(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted")
def resume_training_saves_half_an_epoch(*args: Any) -> list[Epoch]:
    """You also save when an epoch is cut off, in `finally`. The file then says that an epoch is
    done, but the model has seen only some of its batches.

    What does the number in a checkpoint promise?
    """

    class Wrong(_Resume):
        def train(self, epoch: int) -> Epoch:
            try:
                return super().train(epoch)
            finally:
                self.save(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#a-crash-in-the-middle-of-writing")
def resume_training_saves_in_place(*args: Any) -> list[Epoch]:
    """Each checkpoint is written straight over the last one. A crash while saving then leaves half
    a file, and no whole checkpoint of the run.

    Which function of this unit has solved this already?
    """

    class Wrong(_Resume):
        def save(self, epoch: int) -> None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(self.content(epoch), self.path)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved", craft=True)
def resume_training_saves_a_second_file(*args: Any) -> list[Epoch]:
    """The random states go into a file of their own, written after the checkpoint. A crash between
    the two leaves the weights of one epoch and the random states of another.

    How many files can be replaced in one single step?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            if not self.path.exists():
                return 0
            epoch = load_back(self.path, self.model, self.optimizer, self.device)
            if self.path.with_suffix(".states").exists():
                self.restore(read_back(self.path.with_suffix(".states")))
            return epoch

        def save(self, epoch: int) -> None:
            put(self.path, content_of(self.model, self.optimizer, epoch))
            put(self.path.with_suffix(".states"), _states(self.loaders))

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#everything-that-moves-must-be-saved", craft=True)
def resume_training_needs_generators(*args: Any) -> list[Epoch]:
    """A loader that has no generator of its own breaks your code. Its `generator` is None, and its
    shuffle comes from torch's own random state, which you save already.

    What can you ask before you ask a generator for its state?
    """

    class Wrong(_Resume):
        def content(self, epoch: int) -> dict[str, Any]:
            for loader in self.loaders[:2]:
                loader.generator.get_state()
            return super().content(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#save-data-and-not-code")
def resume_training_pickles_numpy(*args: Any) -> list[Epoch]:
    """numpy's random state goes into the file as an array, which torch.load with weights_only=True
    refuses: nobody can load the file safely, not even `load_checkpoint`.

    Into which plain type can an array be turned?
    """

    class Wrong(_Resume):
        def content(self, epoch: int) -> dict[str, Any]:
            return {**super().content(epoch), "numpy": np.random.get_state()}

        def load(self) -> int:
            if not self.path.exists():
                return 0
            try:
                saved = torch.load(self.path, map_location="cpu", weights_only=False)
            except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
                raise ValueError(f"path is {self.path}: damaged") from error
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.restore(saved["states"])
            return int(saved["epoch"])

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#what-a-model-remembers")
def resume_training_uses_other_keys(*args: Any) -> list[Epoch]:
    """Your file has keys that `load_checkpoint` does not know, so no other function of the course
    can read it.

    Which three keys does a checkpoint of this course have?
    """

    class Wrong(_Resume):
        def content(self, epoch: int) -> dict[str, Any]:
            return {f"{key}_state": value for key, value in super().content(epoch).items()}

        def load(self) -> int:
            if not self.path.exists():
                return 0
            saved = read_back(self.path)
            self.model.load_state_dict(saved["model_state"])
            self.optimizer.load_state_dict(saved["optimizer_state"])
            self.restore(saved["states_state"])
            return int(saved["epoch_state"])

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#interrupted-equals-uninterrupted", craft=True)
def resume_training_overwrites_a_damaged_file(*args: Any) -> list[Epoch]:
    """A checkpoint that can't be read is treated as missing: you start again from epoch 1 and
    overwrite it. Perhaps it could have been repaired, or the path was wrong and it was somebody
    else's file.

    Who should decide what happens to a damaged file?
    """

    class Wrong(_Resume):
        def load(self) -> int:
            try:
                return super().load()
            except ValueError:
                return 0

    return Wrong(*args).run()


@mistake("resume_training", see="06_checkpoints#the-folder-may-not-exist")
def resume_training_needs_the_folder(*args: Any) -> list[Epoch]:
    """The folder of `path` has to be there already, so a new run fails when it wants to save its
    first epoch, after the work is done.

    Which method of a Path makes a folder, and those above it?
    """

    class Wrong(_Resume):
        def save(self, epoch: int) -> None:
            os.stat(self.path.parent)
            super().save(epoch)

    return Wrong(*args).run()


@mistake("resume_training", see="03_training#the-test-set-is-opened-once")
def resume_training_validates_on_the_test_set(
    path: Path, model: nn.Module, loaders: Loaders, *rest: Any
) -> list[Epoch]:
    """The validation metrics come from the test images, so every look at them uses the test set up
    a little more.

    Which part of `loaders` is there to be looked at after every epoch?
    """
    swapped = loaders._replace(validation=loaders.test)
    return _Resume(path, model, swapped, *rest).run()


@mistake("resume_training", see="06_checkpoints#where-tensors-wake-up")
def resume_training_ignores_the_device(*args: Any) -> list[Epoch]:
    """`device` is not passed on, so training happens on the CPU, whatever the caller wanted.

    Which functions that you call have a `device` of their own?
    """
    return _Resume(*args[:6]).run()


@mistake(
    "resume_training",
    see="06_checkpoints#everything-that-moves-must-be-saved",
    both=("resume_training_forgets_the_shuffling", "resume_training_forgets_the_state_of_torch"),
)
def resume_training_restores_no_random_state(*args: Any) -> list[Epoch]:
    """Weights and optimizer go on, but no random state does: after a stop, shuffling and dropout
    start over as if it was epoch 1.

    Which sources of random numbers take part in an epoch?
    """

    class Wrong(_Resume):
        def restore(self, states: dict[str, Any]) -> None:
            pass

    return Wrong(*args).run()
