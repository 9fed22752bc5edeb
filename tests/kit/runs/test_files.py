"""The folder of a run: never overwritten unasked, and readable by people and programs."""

import csv
import json

import pytest
from PIL import Image

from autograder.course.reference import reference_answer
from fashion_course.kit.files import require_writable
from fashion_course.kit.runs.files import new_folder, save_run
from fashion_course.kit.runs.recipe import Recipe
from fashion_course.kit.runs.train import prepare, train_model
from tests.kit.runs.test_train import some


@pytest.fixture(scope="module")
def run():
    recipe = Recipe(epochs=2)
    data = prepare(some("train", 100), some("test", 10), reference_answer, recipe)
    return train_model("v0", reference_answer, data, recipe)


def test_a_run_leaves_four_files(run, tmp_path):
    _, files = save_run(run, tmp_path, "reference")
    assert [file.name for file in files] == [
        "checkpoint.pt",
        "run.json",
        "history.csv",
        "curves.png",
    ]
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}


def test_the_history_is_a_table_of_every_epoch(run, tmp_path):
    save_run(run, tmp_path, "reference")
    with (tmp_path / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["validation_loss"]) == run.history[1].validation.loss
    assert float(rows[0]["train_accuracy"]) == run.history[0].train.accuracy


def test_the_record_says_how_the_model_came_about(run, tmp_path):
    save_run(run, tmp_path, "reference")
    record = json.loads((tmp_path / "run.json").read_text())
    assert (record["model"], record["answers"]) == ("v0", "reference")
    assert record["recipe"]["epochs"] == 2
    assert (record["mean"], record["std"]) == (run.data.mean, run.data.std)


def test_the_curves_describe_themselves_in_words(run, tmp_path):
    save_run(run, tmp_path, "reference")
    with Image.open(tmp_path / "curves.png") as picture:
        assert "validation loss" in picture.text["Description"]


def test_a_second_run_gets_a_number(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for expected in ("runs/v2", "runs/v2-2", "runs/v2-3"):
        folder = new_folder(None, "v2")
        assert folder.as_posix() == expected
        (folder / "checkpoint.pt").write_bytes(b"a run")
    assert new_folder(None, "v0").as_posix() == "runs/v0"


def test_a_named_folder_is_taken_once(tmp_path):
    folder = new_folder(tmp_path / "a" / "b", "v0")
    (folder / "checkpoint.pt").write_bytes(b"a run")
    with pytest.raises(ValueError, match="holds a run already: name another"):
        new_folder(folder, "v0")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="is a file"):
        require_writable(tmp_path / "file")
    with pytest.raises(OSError, match="Not a directory"):
        require_writable(tmp_path / "file" / "below")
