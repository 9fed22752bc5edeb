"""`demo --quick`, the whole of it, once; and what it does where something is missing."""

import json

import pytest
from PIL import Image
from typer.testing import CliRunner

from autograder.course.catalogue import exercises
from fashion_course.kit.cli import app, demo
from fashion_course.kit.cli.common import UserError
from fashion_course.kit.data import download

FILES = {
    "checkpoint.pt",
    "run.json",
    "history.csv",
    "curves.png",
    "confusion-matrix.png",
    "mistakes.png",
}


def run(*arguments):
    return CliRunner().invoke(app, ["demo", *map(str, arguments)])


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "out"
    result = run("--quick", "--out", folder, "--json")
    assert result.exit_code == 0, result.stderr or result.exception
    return folder, result, json.loads(result.stdout)


def test_it_says_which_data_it_uses(quick):
    source = "the subset that ships with the course"
    counts = {"train_images": 5_000, "test_images": 1_000}
    assert quick[2]["data"] == {"source": source, "is_subset": True, **counts}
    assert quick[2]["seconds"] > 0
    assert f"5,000 training and 1,000 test images, from {source}" in quick[1].stderr


def test_the_saved_model_gives_the_same_predictions_when_it_is_loaded(quick):
    assert quick[2]["identical"] is True
    assert "identical to the last bit" in quick[1].stderr.replace("\n", " ")


def test_baseline_and_cnn_have_the_parameters_of_the_contract_and_learn(quick):
    v0, v2 = quick[2]["models"]
    assert (v0["model"], v0["parameters"]) == ("v0", 7960)
    assert (v2["model"], v2["parameters"]) == ("v2", 7740)
    assert 0.75 < v0["accuracy"] < v2["accuracy"]
    assert v2["accuracy"] > 0.82
    assert v2["loss"] < v0["loss"]
    for model in (v0, v2):
        low, high = model["interval"]
        assert low < model["accuracy"] < high


def test_the_reference_gets_all_points_and_stubs_are_not_attempted(quick):
    grades = quick[2]["grading"]
    reference, stubs = grades["reference answers"], grades["untouched stubs"]
    assert reference["points"] == reference["max_points"] > 0
    graded = len(exercises()) - 1  # all but train_capstone
    assert reference["verdicts"] == {"passed": graded}
    assert (stubs["points"], stubs["max_points"]) == (0, reference["max_points"])
    assert stubs["verdicts"] == {"not attempted": graded}


def test_it_leaves_model_and_pictures(quick):
    folder, _, read = quick
    assert {path.name for path in folder.iterdir()} == FILES
    assert set(read["files"]) == {str(folder / name) for name in FILES}
    for path in folder.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.text["Description"]


def test_the_table_and_what_comes_next_are_printed(quick):
    told = quick[1].stderr
    for column in ("model", "parameters", "test loss", "test accuracy", "95 % interval", "seconds"):
        assert column in told
    assert f"{quick[2]['models'][1]['loss']:.4f}" in told
    assert "fashion-course start my-course" in told


def test_where_data_cannot_be_had_the_subset_serves(bare_computer, monkeypatch, capsys):
    monkeypatch.setattr(download, "default_mirrors", list)
    train, test = demo._find_images(quick=False)
    assert train.is_subset
    assert test.is_subset
    told = capsys.readouterr().out
    assert "downloading it" in told
    assert "could not be downloaded" in told
    assert "5,000 training and 1,000 test images" in told


def test_a_named_folder_without_data_has_its_own_exit_code(tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path / "none"))
    result = run("--out", tmp_path / "out")
    assert isinstance(result.exception, UserError)
    assert result.exception.code == 3


def test_a_folder_that_cannot_be_made_is_told_at_once(tmp_path):
    (tmp_path / "file").touch()
    result = run("--quick", "--out", tmp_path / "file")
    assert isinstance(result.exception, UserError)
    assert result.exception.code == 2
    assert "is a file" in str(result.exception)


@pytest.mark.parametrize(
    ("identical", "reference", "stubs"),
    [
        (False, "passed", "not attempted"),
        (True, "failed", "not attempted"),
        (True, "passed", "failed"),
    ],
)
def test_a_promise_that_the_course_breaks_is_the_graders_fault(identical, reference, stubs):
    verdicts = {"reference answers": reference, "untouched stubs": stubs}
    grades = {name: {"verdicts": {verdict: 1}} for name, verdict in verdicts.items()}
    with pytest.raises(UserError, match="please report this") as failed:
        demo._require_success(identical, grades)
    assert failed.value.code == 4


def test_help_has_an_example():
    assert "Example: fashion-course demo --quick" in run("--help").output
