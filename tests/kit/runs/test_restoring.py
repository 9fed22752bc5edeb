"""A model comes back from its checkpoint to the last bit, or not at all."""

import copy
import shutil

import pytest
import torch
from torch import nn

from autograder.course.reference import reference_answer
from fashion_course.kit.runs.answers import UnwrittenError
from fashion_course.kit.runs.files import save_run
from fashion_course.kit.runs.recipe import MODELS, PIXEL_MEAN, Recipe
from fashion_course.kit.runs.restoring import restore
from fashion_course.kit.runs.scoring import logits_of
from fashion_course.kit.runs.train import prepare, train_model
from tests.kit.runs.test_train import some


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    recipe = Recipe(epochs=1)
    data = prepare(some("train", 100), some("test", 10), reference_answer, recipe)
    made = {}
    for name in MODELS:
        run = train_model(name, reference_answer, data, recipe)
        folder = tmp_path_factory.mktemp(name)
        save_run(run, folder, reference_answer, "reference")
        made[name] = (run, folder)
    return made


@pytest.mark.parametrize("name", MODELS)
def test_a_run_comes_back_to_the_last_bit(name, runs):
    run, folder = runs[name]
    restored = restore(folder / "checkpoint.pt")
    assert (restored.name, restored.epoch, restored.notice) == (name, 1, "")
    assert (restored.mean, restored.std) == (run.data.mean, run.data.std)
    assert torch.equal(
        logits_of(restored.model, run.data.test), logits_of(run.model, run.data.test)
    )
    assert not restored.model.training


@pytest.mark.parametrize("name", MODELS)
def test_a_lone_checkpoint_is_recognised(name, runs, tmp_path):
    shutil.copy(runs[name][1] / "checkpoint.pt", tmp_path / "mine.pt")
    restored = restore(tmp_path / "mine.pt")
    assert restored.name == name
    assert restored.mean == PIXEL_MEAN
    assert f"taken for {name.upper()}" in restored.notice


def test_a_wider_model_is_recognised(tmp_path):
    wide = reference_answer(MODELS["v2"])(hidden_units=16)
    reference_answer("save_checkpoint")(tmp_path / "wide.pt", wide, epoch=3)
    restored = restore(tmp_path / "wide.pt")
    assert (restored.name, restored.epoch) == ("v2", 3)
    for ours, theirs in zip(wide.parameters(), restored.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_the_record_of_another_checkpoint_is_not_believed(runs, tmp_path):
    shutil.copy(runs["v0"][1] / "run.json", tmp_path)
    shutil.copy(runs["v2"][1] / "checkpoint.pt", tmp_path)
    restored = restore(tmp_path / "checkpoint.pt")
    assert restored.name == "v2"
    assert restored.notice


@pytest.mark.parametrize("text", ["", "{", '{"model": "v2"}', "[]"])
def test_a_broken_record_is_passed_over(text, runs, tmp_path):
    shutil.copy(runs["v2"][1] / "checkpoint.pt", tmp_path)
    (tmp_path / "run.json").write_text(text)
    assert "no run.json" in restore(tmp_path / "checkpoint.pt").notice


def test_a_checkpoint_asked_for_as_another_model_is_refused(runs):
    with pytest.raises(ValueError, match="does not fit reference V0"):
        restore(runs["v2"][1] / "checkpoint.pt", name="v0")


def save(path, content):
    torch.save(content, path)
    return path


class Own(nn.Module):
    """Model V0 with names of one's own."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(784, 10), nn.Linear(10, 10)


def test_the_names_of_ones_own_class_lead_to_a_remedy(tmp_path):
    path = save(tmp_path / "own.pt", {"model": Own().state_dict(), "optimizer": None, "epoch": 1})
    with pytest.raises(ValueError, match=r"none of the course's models.*--answers mine"):
        restore(path)


def test_ones_own_class_is_recognised_where_one_alone_fits(tmp_path, monkeypatch):
    own = {"FashionMNISTModelV0": Own, "FashionMNISTModelV2": Own}

    def find_answers(whose, needed):
        if needed[0] not in own:
            raise UnwrittenError("not written")
        return lambda name: lambda hidden_units: own[name]()

    monkeypatch.setattr("fashion_course.kit.runs.restoring.find_answers", find_answers)
    path = save(tmp_path / "own.pt", {"model": Own().state_dict(), "optimizer": None, "epoch": 1})
    with pytest.raises(ValueError, match=r"may be of each of v0, v2: .*--model"):
        restore(path, whose="mine")
    assert restore(path, whose="mine", name="v2").name == "v2"
    del own["FashionMNISTModelV2"]
    assert restore(path, whose="mine").name == "v0"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (nn.Linear(3, 3).state_dict(), "no weights under 'model'"),
        ({"model": {}, "epoch": 1}, "no weights under 'model'"),
        ({"model": [1, 2], "epoch": 1}, "no weights under 'model'"),
        ({"model": {"a": 1}, "epoch": 1}, "no weights under 'model'"),
        ({"model": {"a": torch.tensor(1.0)}, "epoch": 1}, "none of the course's models"),
        ({"model": nn.Linear(3, 3).state_dict(), "epoch": 1}, "none of the course's models"),
        ([1, 2, 3], "no weights under 'model'"),
        (nn.Linear(3, 3), "damaged or no checkpoint"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_something_else_is_refused(content, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        restore(save(tmp_path / "other.pt", content))


def test_a_checkpoint_without_an_epoch_is_refused(runs, tmp_path):
    path = save(tmp_path / "no.pt", {"model": runs["v2"][0].model.state_dict(), "optimizer": None})
    with pytest.raises(ValueError, match="epoch"):
        restore(path)


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99])
def test_a_cut_off_file_is_refused(kept, runs, tmp_path):
    whole = (runs["v2"][1] / "checkpoint.pt").read_bytes()
    count = kept if isinstance(kept, int) else int(len(whole) * kept)
    (tmp_path / "cut.pt").write_bytes(whole[:count])
    with pytest.raises(ValueError, match="damaged or no checkpoint"):
        restore(tmp_path / "cut.pt")


def test_a_missing_file_and_a_folder_are_told_apart(runs, tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file"):
        restore(tmp_path / "none.pt")
    with pytest.raises(ValueError, match=r"is a folder.*Do you mean .*checkpoint.pt"):
        restore(runs["v0"][1])


def test_restoring_draws_no_random_number_that_matters(runs):
    before = copy.deepcopy(runs["v2"][0].model.state_dict())
    restore(runs["v2"][1] / "checkpoint.pt")
    after = runs["v2"][0].model.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
