"""A model comes back from its checkpoint to the last bit, or not at all."""

import copy
import shutil

import pytest
import torch
from torch import nn

from autograder.course.reference import reference_answer
from fashion_course.kit.runs import scoring
from fashion_course.kit.runs.files import save_run
from fashion_course.kit.runs.recipe import MODELS, PIXEL_MEAN, Recipe
from fashion_course.kit.runs.scoring import restore, score
from fashion_course.kit.runs.train import new_model, prepare, train_model
from tests.kit.runs.test_train import some


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    recipe = Recipe(epochs=1)
    data = prepare(some("train", 100), some("test", 10), reference_answer, recipe)
    made = {}
    for name in MODELS:
        run = train_model(name, reference_answer, data, recipe)
        folder = tmp_path_factory.mktemp(name)
        save_run(run, folder, "reference")
        made[name] = (run, folder)
    return made


@pytest.mark.parametrize("name", MODELS)
def test_a_run_comes_back_to_the_last_bit(name, runs):
    run, folder = runs[name]
    restored = restore(folder / "checkpoint.pt")
    assert (restored.name, restored.epoch, restored.notice) == (name, 1, "")
    assert (restored.mean, restored.std) == (run.data.mean, run.data.std)
    assert torch.equal(score(restored.model, run.data.test)[1], score(run.model, run.data.test)[1])
    assert not restored.model.training


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("said", [False, True])
def test_a_lone_checkpoint_is_recognised_by_its_weights(name, said, runs, tmp_path):
    shutil.copy(runs[name][1] / "checkpoint.pt", tmp_path / "mine.pt")
    restored = restore(tmp_path / "mine.pt", name=name if said else None)
    assert (restored.name, restored.mean) == (name, PIXEL_MEAN)
    assert f"the course assumes {name.upper()}, with images normalised" in restored.notice


@pytest.mark.parametrize("name", MODELS)
def test_a_lone_checkpoint_of_another_width_is_recognised_too(name, tmp_path):
    model = new_model(name, reference_answer, 7)
    path = save(tmp_path / "seven.pt", {"model": model.state_dict(), "epoch": 2})
    restored = restore(path)
    assert (restored.name, restored.epoch) == (name, 2)
    assert restored.model.state_dict().keys() == model.state_dict().keys()


def test_a_checkpoint_that_several_own_models_fit_must_be_named(runs, tmp_path, monkeypatch):
    class Mine(nn.Module):
        def __init__(self, hidden_units=5):
            super().__init__()
            self.first, self.second = nn.Linear(784, hidden_units), nn.Linear(hidden_units, 10)

    monkeypatch.setattr(scoring, "find_answers", lambda whose, needed: lambda name: Mine)
    path = save(tmp_path / "mine.pt", {"model": Mine(5).state_dict(), "epoch": 1})
    with pytest.raises(ValueError, match="may belong to v0 or v1 or v2 or v3: pass --model"):
        restore(path, "mine")
    assert restore(path, "mine", "v1").name == "v1"


def test_that_one_answer_is_not_written_hides_no_misfit(tmp_path, monkeypatch):
    def only_v0(whose, needed):
        if needed != ["FashionMNISTModelV0"]:
            raise ValueError("These of your answers are not written yet")
        return reference_answer

    monkeypatch.setattr(scoring, "find_answers", only_v0)
    path = save(tmp_path / "other.pt", {"model": nn.Linear(2, 3).state_dict(), "epoch": 1})
    with pytest.raises(ValueError, match="saved from another model"):
        restore(path, "mine")


@pytest.mark.parametrize("name", ["v2", "v3"])
def test_weights_keep_their_layout_for_a_gpu(name, runs):
    for device, is_changed in (("cpu", True), ("cuda", False), ("mps", False)):
        model = restore(runs[name][1], device=device).model
        plain = [each.is_contiguous() for each in model.parameters()]
        assert all(plain) != is_changed


def test_the_record_of_another_checkpoint_is_not_believed(runs, tmp_path):
    shutil.copy(runs["v0"][1] / "run.json", tmp_path)
    shutil.copy(runs["v2"][1] / "checkpoint.pt", tmp_path)
    restored = restore(tmp_path / "checkpoint.pt")
    assert restored.name == "v2"
    assert "no run.json" in restored.notice


@pytest.mark.parametrize("text", ["", "{", '{"model": "v2"}', "[]"])
def test_a_broken_record_is_passed_over(text, runs, tmp_path):
    shutil.copy(runs["v2"][1] / "checkpoint.pt", tmp_path)
    (tmp_path / "run.json").write_text(text)
    assert "no run.json" in restore(tmp_path / "checkpoint.pt", name="v2").notice


def test_a_checkpoint_asked_for_as_another_model_is_refused(runs):
    with pytest.raises(
        ValueError, match=r"(?s)from another model \(RuntimeError.*--model and --answers say"
    ):
        restore(runs["v2"][1] / "checkpoint.pt", name="v0")


def save(path, content):
    torch.save(content, path)
    return path


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (nn.Linear(3, 3).state_dict(), "saved from another model"),
        ({"model": {}, "epoch": 1}, "saved from another model"),
        ({"model": [1, 2], "epoch": 1}, "saved from another model"),
        ({"model": {"a": 1}, "epoch": 1}, "saved from another model"),
        ({"model": {"a": torch.tensor(1.0)}, "epoch": 1}, "saved from another model"),
        ({"model": nn.Linear(3, 3).state_dict(), "epoch": 1}, "saved from another model"),
        ([1, 2, 3], "saved from another model"),
        (nn.Linear(3, 3), "damaged, or"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_something_else_is_refused(content, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        restore(save(tmp_path / "other.pt", content), name="v0")


def test_a_checkpoint_without_an_epoch_is_refused(runs, tmp_path):
    path = save(tmp_path / "no.pt", {"model": runs["v2"][0].model.state_dict(), "optimizer": None})
    with pytest.raises(ValueError, match="epoch"):
        restore(path, name="v2")


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99])
def test_a_cut_off_file_is_refused(kept, runs, tmp_path):
    whole = (runs["v2"][1] / "checkpoint.pt").read_bytes()
    count = kept if isinstance(kept, int) else int(len(whole) * kept)
    (tmp_path / "cut.pt").write_bytes(whole[:count])
    with pytest.raises(ValueError, match="damaged, or"):
        restore(tmp_path / "cut.pt", name="v2")


def test_a_missing_file_is_told_and_the_folder_of_a_run_serves(runs, tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file"):
        restore(tmp_path / "none.pt")
    with pytest.raises(FileNotFoundError, match=r"checkpoint.pt: no such file"):
        restore(tmp_path)
    assert restore(runs["v0"][1]).name == "v0"


def test_restoring_draws_no_random_number_that_matters(runs):
    before = copy.deepcopy(runs["v2"][0].model.state_dict())
    restore(runs["v2"][1] / "checkpoint.pt")
    after = runs["v2"][0].model.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
