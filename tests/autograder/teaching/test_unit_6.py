"""What is told of answers to unit 6 that are not in the banks."""

import copy
import os
from pathlib import Path

import pytest
import torch

from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam


class Keeps:
    """As is right; those below write `restore` in their own ways."""

    def __init__(self):
        self.accuracy, self.best = -1, None

    def update(self, accuracy, model):
        better = accuracy > self.accuracy
        if better:
            self.accuracy, self.best = accuracy, copy.deepcopy(model)
        return better


class RenamesALocalVariable(Keeps):
    def restore(self, model):
        model = copy.deepcopy(self.best)  # noqa: F841


class ReadsTheCopyAlone(Keeps):
    def restore(self, model):
        return self.best.state_dict()


class LoadsIntoACopy(Keeps):
    def restore(self, model):
        copy.deepcopy(model).load_state_dict(self.best.state_dict())


class MisspeltRestore(Keeps):
    def resotre(self, model):
        model.load_state_dict(self.best.state_dict())


class RestoreIsNoMethod(Keeps):
    restore = None


def write(path, model, optimizer, epoch, draft, rename=True):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    state = optimizer.state_dict() if optimizer is not None else None
    torch.save({"model": model.state_dict(), "optimizer": state, "epoch": epoch}, draft)
    if rename:
        os.replace(draft, path)


def drafts_in_the_current_folder(path, model, optimizer=None, epoch=0):
    write(path, model, optimizer, epoch, "draft.pt")


def keeps_a_note_beside_it(path, model, optimizer=None, epoch=0):
    write(path, model, optimizer, epoch, f"{path}.tmp")
    Path(path).with_suffix(".txt").write_text(f"epoch {epoch}")


def never_renames(path, model, optimizer=None, epoch=0):
    write(path, model, optimizer, epoch, f"{path}.tmp", rename=False)


def told(result):
    """Return the claims that do not hold, each with all that is said of it."""
    missed = (check for check in result.every_check if check.verdict not in ("passed", "blocked"))
    return {c.sentence: "\n".join(part.text for part in c.told) for c in missed}


@pytest.mark.parametrize("answer", [RenamesALocalVariable, ReadsTheCopyAlone, LoadsIntoACopy])
def test_weights_that_never_reach_the_model_are_told_as_such(answer):
    found = told(judge_answer("BestModel", answer, Exam(3)))
    assert list(found) == ["BestModel restores into the model that is passed"]
    (words,) = found.values()
    assert "has the weights that it had before" in words
    assert "own tensors" not in words


@pytest.mark.parametrize("answer", [Keeps, MisspeltRestore, RestoreIsNoMethod])
def test_a_restore_that_is_not_there_is_told_once(answer):
    result = judge_answer("BestModel", answer, Exam(3))
    assert result.points > 0
    assert list(told(result)) == ["BestModel restores into the model that is passed"]
    assert "the object has no such method" in told(result).popitem()[1]


def test_a_draft_in_the_current_folder_is_told_by_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = told(judge_answer("save_checkpoint", drafts_in_the_current_folder, Exam(3)))
    assert list(found) == ["save_checkpoint replaces an older file whole or not at all"]
    (words,) = found.values()
    assert "it lies in another folder" in words
    assert "for temporary files" not in words


def test_a_file_of_the_answers_own_costs_nothing_and_is_no_missing_folder():
    result = judge_answer("save_checkpoint", keeps_a_note_beside_it, Exam(3))
    assert (result.verdict, result.points) == ("passed", result.max_points)
    assert "makes missing folders" not in "".join(told(result))
    assert "is 1, not 0" in told(result)["save_checkpoint leaves no other file behind"]


def test_an_old_file_is_only_said_to_be_there_where_it_is():
    found = told(judge_answer("save_checkpoint", never_renames, Exam(3)))
    there = found["save_checkpoint replaces an older file whole or not at all"]
    assert "is the old one" in there
    assert "is not there" in found["save_checkpoint makes missing folders"]
