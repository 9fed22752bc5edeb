"""`train`, `evaluate` and `predict`, as a person types them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from fashion_course.kit import CLASS_NAMES, fashion_mnist
from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError
from fashion_course.kit.home import HOME_VARIABLE
from tests.support.submissions import stubs


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def done(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output or result.exception
    return result


def refused(*arguments):
    """Return the error that `main` shows in one line, with its exit code."""
    result = run(*arguments)
    assert isinstance(result.exception, UserError), result.output
    return str(result.exception), int(result.exception.code)


@pytest.fixture(scope="module")
def v0(tmp_path_factory):
    """Train once; returns the folder and what was printed as JSON."""
    folder = tmp_path_factory.mktemp("runs") / "v0"
    result = done("train", "v0", "--quick", "--epochs", 2, "--out", folder, "--json")
    return folder, result


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Ten test images as photographs: enlarged, dark on white, one of each class."""
    folder, test = tmp_path_factory.mktemp("pictures"), fashion_mnist("test", quick=True)
    paths = []
    for label in range(10):
        index = (test.labels == label).nonzero()[0, 0]
        path = folder / f"{label}.{'jpg' if label % 2 else 'png'}"
        Image.fromarray(255 - test.images[index].numpy()).resize((300, 300)).save(path)
        paths.append(path)
    return paths


def test_training_prints_a_line_for_each_epoch_and_where_things_went(tmp_path):
    folder = tmp_path / "a run"
    result = done("train", "v1", "--quick", "--epochs", 1, "--seed", 7, "--out", folder)
    assert "V1 with the reference answers on cpu, seed 7" in result.stdout
    assert "epoch 1/1: loss" in result.stdout
    for name in ("checkpoint.pt", "run.json", "history.csv", "curves.png"):
        assert str(folder / name) in result.stdout
        assert (folder / name).is_file()
    assert f"fashion-course evaluate {folder / 'checkpoint.pt'} --quick" in result.stdout


def test_training_as_json_prints_nothing_else_on_standard_output(v0):
    folder, result = v0
    read = json.loads(result.stdout)
    assert (read["model"], read["device"], read["recipe"]["epochs"]) == ("v0", "cpu", 2)
    source = "the subset that ships with the course"
    assert read["data"] == {"source": source, "is_subset": True}
    assert [each["epoch"] for each in read["history"]] == [1, 2]
    assert read["history"][1]["validation"]["accuracy"] > 0.6
    assert read["files"][0] == str(folder / "checkpoint.pt")
    assert "epoch 2/2" in result.stderr


def test_runs_without_a_named_folder_are_numbered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("runs/v0", "runs/v0-2"):
        read = json.loads(done("train", "v0", "--quick", "--epochs", 1, "--json").stdout)
        assert read["files"][0].replace(os.sep, "/") == f"{folder}/checkpoint.pt"


def test_evaluating_gives_loss_accuracy_interval_and_recall(v0):
    result = done("evaluate", v0[0] / "checkpoint.pt", "--quick", "--json")
    read = json.loads(result.stdout)
    assert read["data"] == {
        "source": "the subset that ships with the course",
        "is_subset": True,
        "images": 1000,
    }
    low, high = read["interval"]
    assert 0.6 < low < read["accuracy"] < high < 0.95
    assert list(read["recall"]) == list(CLASS_NAMES)
    # The subset is balanced, so the accuracy is the mean of the recalls.
    assert np.mean(list(read["recall"].values())) == pytest.approx(read["accuracy"])
    assert np.trace(read["confusion_matrix"]) == round(read["accuracy"] * 1000)
    table = done("evaluate", v0[0] / "checkpoint.pt", "--quick").stdout
    assert f"{read['loss']:.4f}" in table
    assert f"{low * 100:.2f} % to {high * 100:.2f} %" in table


def test_predicting_names_the_likeliest_classes_and_draws_them(v0, pictures, tmp_path):
    chart = tmp_path / "chart.png"
    result = done("predict", v0[0] / "checkpoint.pt", *pictures, "--json", "--out", chart)
    read = json.loads(result.stdout)
    assert [each["image"] for each in read] == [str(path) for path in pictures]
    assert sum(each["class"] == name for name, each in zip(CLASS_NAMES, read, strict=True)) >= 6
    for each in read:
        assert set(each["probabilities"]) == set(CLASS_NAMES)
        assert sum(each["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert max(each["probabilities"], key=each["probabilities"].get) == each["class"]
        assert list(each["probabilities"]) == list(CLASS_NAMES)
        assert CLASS_NAMES[each["label"]] == each["class"]
    with Image.open(chart) as picture:
        assert f"10 images: 0.png {read[0]['class']} " in picture.text["Description"]
    plain = done("predict", v0[0] / "checkpoint.pt", pictures[0]).stdout
    assert f"{pictures[0].name}: {read[0]['class']}" in plain.replace("\n", "")
    assert f"{read[0]['probabilities'][read[0]['class']] * 100:.1f} %" in plain


def test_a_lone_checkpoint_is_recognised_and_evaluated_with_a_note(v0, tmp_path):
    shutil.copy(v0[0] / "checkpoint.pt", tmp_path / "handed-in.pt")
    lone = ("evaluate", tmp_path / "handed-in.pt", "--quick", "--json")
    result = done(*lone)
    assert "the course assumes V0, with images normalised" in " ".join(result.stderr.split())
    read = json.loads(result.stdout)
    assert read["model"] == "v0"
    assert read["accuracy"] > 0.6
    assert json.loads(done(*lone, "--model", "v0").stdout) == read


def test_an_earlier_run_is_overwritten_on_demand_alone(tmp_path):
    again = ("train", "v0", "--quick", "--epochs", 1, "--out", tmp_path / "run", "--json")
    first = json.loads(done(*again).stdout)
    assert "--force" in refused(*again)[0]
    second = json.loads(done(*again, "--seed", 7, "--force").stdout)
    assert second["files"] == first["files"]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["recipe"]["seed"] == 7


def test_the_confusion_matrix_is_drawn_on_demand(v0, tmp_path):
    picture = tmp_path / "new" / "matrix.png"
    arguments = (v0[0] / "checkpoint.pt", "--quick", "--device", "cpu", "--out", picture)
    assert str(picture) in done("evaluate", *arguments).stdout.replace("\n", "")
    with Image.open(picture) as drawn:
        assert "onfusion" in drawn.text["Description"]


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_a_device_that_is_not_here_is_refused(v0, pictures, command):
    shown = pictures[:1] if command == "predict" else []
    missing = "mps" if sys.platform != "darwin" else "cuda"
    told, code = refused(command, v0[0] / "checkpoint.pt", *shown, "--device", missing)
    assert f"device is {missing}" in told
    assert code == 2


@pytest.mark.parametrize("command", ["train", "evaluate", "predict"])
def test_help_has_an_example(command):
    assert f"Example: fashion-course {command}" in done(command, "--help").output


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "v4"),
        ("train", "v0", "--precision", "float16"),
        ("train", "v0", "--epochs", "-1"),
        ("train", "v0", "--epochs", "0"),
        ("train", "v0", "--seed", "-1"),
        ("train", "v0", "--seed", "4294967296"),
        ("train", "v0", "--device", "tpu"),
        ("train", "v0", "--answers", "yours"),
        ("train",),
        ("predict", "checkpoint.pt"),
    ],
    ids=" ".join,
)
def test_options_that_cannot_be_served_are_usage_errors(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output
    assert not (tmp_path / "runs").exists()


def test_a_device_that_is_not_there_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    told, code = refused("train", "v0", "--device", "cuda", "--out", tmp_path / "run")
    assert "device is cuda" in told
    assert code == 2
    assert not (tmp_path / "run").exists()


def test_a_run_is_not_overwritten(v0):
    told, code = refused("train", "v0", "--quick", "--out", v0[0])
    assert "name another folder" in told
    assert code == 2


def test_a_folder_that_cannot_be_made_is_told_before_training(tmp_path):
    (tmp_path / "file").touch()
    for folder, words in ((tmp_path / "file", "is a file"), (tmp_path / "file" / "x", "file")):
        told, code = refused("train", "v0", "--quick", "--out", folder)
        assert words in told
        assert code == 2


def test_a_picture_that_cannot_be_written_is_told(v0, pictures, tmp_path):
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "chart.png"
    for arguments in (
        ("predict", v0[0] / "checkpoint.pt", pictures[0], "--out", out),
        ("predict", v0[0] / "checkpoint.pt", pictures[0], "--out", tmp_path),
    ):
        _, code = refused(*arguments)
        assert code == 2


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_what_is_no_checkpoint_is_refused(command, v0, pictures, tmp_path):
    (tmp_path / "text.pt").write_text("no checkpoint")
    torch.save({"model": torch.nn.Linear(2, 3).state_dict(), "epoch": 1}, tmp_path / "other.pt")
    image = [pictures[0]] if command == "predict" else []
    for name, words in (
        ("none.pt", "no such file"),
        ("text.pt", "damaged, or"),
        ("other.pt", "saved from another model"),
    ):
        told, code = refused(command, tmp_path / name, *image, "--model", "v0")
        assert words in told
        assert code == 2
    told, code = refused(command, v0[0] / "checkpoint.pt", *image, "--model", "v2")
    assert "saved from another model" in told


def test_what_is_no_image_is_refused(v0, pictures, tmp_path):
    (tmp_path / "words.png").write_text("no image")
    Image.new("L", (50, 50), 90).save(tmp_path / "grey.png")
    for name, words in (
        ("none.png", "No such file"),
        ("words.png", "cannot be read as an image"),
        ("grey.png", "shows nothing"),
    ):
        told, code = refused("predict", v0[0] / "checkpoint.pt", pictures[0], tmp_path / name)
        assert words in told
        assert code == 2


def test_broken_data_have_their_own_exit_code(v0, tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path))
    for arguments in (
        ("evaluate", v0[0] / "checkpoint.pt"),
        ("train", "v0", "--out", tmp_path / "run"),
    ):
        told, code = refused(*arguments)
        assert "is not in" in told
        assert code == 3


def test_untouched_stubs_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    stubs(tmp_path / "fashion_course")
    told, code = refused("train", "v2", "--answers", "mine", "--out", tmp_path / "run")
    assert code == 2
    for name in ("split", "cross_entropy", "fit", "train_epoch", "FashionMNISTModelV2"):
        assert name in told
    assert "FashionMNISTModelV0" not in told
    assert not (tmp_path / "run").exists()


def test_a_run_in_bfloat16_says_so_and_keeps_float32(tmp_path):
    options = ("--quick", "--epochs", 1, "--precision", "bfloat16", "--device", "cpu", "--json")
    called = ("train", "v2", *options, "--threads", 2, "--out", tmp_path / "run")
    read = json.loads(done(*called).stdout)
    assert (read["precision"], read["recipe"]["threads"]) == ("bfloat16", 2)
    assert read["history"][0]["validation"]["accuracy"] > 0.5
    saved = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert {each.dtype for each in saved["model"].values()} == {torch.float32}


def test_a_precision_that_a_device_has_not_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    told, code = refused("train", "v2", "--precision", "bfloat16", "--out", tmp_path / "run")
    assert told == "precision is bfloat16: mps can't compute in it here; pass float32"
    assert code == 2
    assert not (tmp_path / "run").exists()


def test_an_interrupted_run_is_told_how_to_go_on_and_equals_a_whole_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole = ("train", "v1", "--quick", "--epochs", 20, "--seed", 3)
    done(*whole, "--out", "whole")
    options = [sys.executable, "-u", "-m", "fashion_course", *map(str, whole)]
    with subprocess.Popen(
        options, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        for line in running.stdout:
            if "epoch 1/20" in line:
                running.send_signal(signal.SIGINT)
                break
        running.stdout.read()
        told = running.stderr.read()
    assert running.returncode == 130
    folder = Path("runs") / "v1"
    assert f"Go on with: fashion-course train v1 --resume --out {folder}" in told
    assert "Traceback" not in told
    assert (tmp_path / folder / "unfinished.pt").is_file()
    fresh = done("train", "v1", "--quick", "--epochs", 1)
    assert "v1-2" in fresh.stdout  # a run that is not over is not overwritten
    done("train", "v1", "--resume", "--out", folder)
    both = [(tmp_path / f / "history.csv").read_text() for f in ("whole", folder)]
    assert both[0] == both[1]
    assert not (tmp_path / folder / "unfinished.pt").exists()


def test_without_an_interrupted_run_there_is_nothing_to_resume(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told, code = refused("train", "v1", "--resume", "--quick")
    assert told == "no run of V1 in runs was interrupted: train without --resume"
    assert code == 2


def test_a_run_that_is_interrupted_before_it_began_leaves_no_folder(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fashion_course.kit.runs.files.begin", interrupt)
    assert refused("train", "v0", "--quick") == ("interrupted", 130)
    assert list((tmp_path / "runs").iterdir()) == []
