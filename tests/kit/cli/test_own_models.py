"""`train`, `evaluate` and `predict` with one's own answers, as a person types them."""

import json
import os
import subprocess
import sys

import pytest
import torch

from autograder.course.catalogue import exercises, units
from fashion_course.kit.home import HOME_VARIABLE
from tests.kit.cli.test_models import pictures as pictures
from tests.support.submissions import stubs


@pytest.fixture
def own_course(tmp_path, monkeypatch):
    """A course folder with all solutions as answers; V0 in it has layers under other names."""
    home = tmp_path / "course"
    stubs(home / "fashion_course")
    for unit in units():
        answers = "\n\n\n".join(e.solution for e in unit.exercises)
        text = f"{unit.imports}\n\n\n{answers}\n"
        text = text.replace("self.layers", "self.mine") if unit.name == "baseline" else text
        (home / "fashion_course" / f"{unit.name}.py").write_text(text, "utf-8")
    (home / ".fashion-course").touch()
    return home


def command(folder, *arguments):
    environment = {k: v for k, v in os.environ.items() if k != HOME_VARIABLE}
    return subprocess.run(
        [sys.executable, "-m", "fashion_course", *map(str, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_ones_own_answers_train_a_model_that_comes_back(own_course):
    # Nobody has to finish the last unit before the first model can be trained.
    late = exercises()["save_checkpoint"]
    file = own_course / "fashion_course" / "checkpoints.py"
    file.write_text(file.read_text("utf-8").replace(late.solution, late.stub), "utf-8")
    trained = command(own_course, "train", "v0", "--answers", "mine", "--quick", "--epochs", 1)
    assert trained.returncode == 0, trained.stderr
    assert "V0 with your answers" in trained.stdout
    checkpoint = own_course / "runs" / "v0" / "checkpoint.pt"
    assert "mine.1.weight" in torch.load(checkpoint, weights_only=True)["model"]
    measured = command(own_course, "evaluate", checkpoint, "--quick", "--json")
    assert measured.returncode == 0, measured.stderr
    assert json.loads(measured.stdout)["accuracy"] > 0.5


def test_an_exception_of_ones_own_is_told_with_ones_own_lines(own_course):
    file = own_course / "fashion_course" / "training.py"
    broken = file.read_text("utf-8").replace("loss.backward()", "loss.backwards()")
    file.write_text(broken, "utf-8")
    trained = command(own_course, "train", "v0", "--answers", "mine", "--quick", "--epochs", 1)
    assert trained.returncode == 2
    assert "your code raised AttributeError" in trained.stderr
    assert "in train_epoch: loss.backwards()" in trained.stderr
    assert "Traceback" not in trained.stderr
    assert "runs.py" not in trained.stderr


def test_ones_own_train_cnn_makes_a_v2_that_comes_back(own_course):
    file = own_course / "fashion_course" / "cnn.py"
    text = file.read_text("utf-8").replace("total_steps=5 *", "total_steps=2 *")
    file.write_text(text.replace("optimizer, 5, device", "optimizer, 2, device"), "utf-8")
    trained = command(own_course, "train", "v2", "--answers", "mine", "--quick", "--json")
    assert trained.returncode == 0, trained.stderr
    assert "train_cnn decides on the optimizer" in trained.stderr
    assert json.loads(trained.stdout)["recipe"] is None
    measured = command(own_course, "evaluate", own_course / "runs" / "v2", "--quick", "--json")
    assert json.loads(measured.stdout)["accuracy"] > 0.7


def test_v2_is_trained_by_the_recipe_where_ones_own_train_cnn_is_not_written(own_course):
    file, stub = own_course / "fashion_course" / "cnn.py", exercises()["train_cnn"]
    file.write_text(file.read_text("utf-8").replace(stub.solution, stub.stub), "utf-8")
    options = ("--answers", "mine", "--quick", "--epochs", 1, "--json")
    trained = command(own_course, "train", "v2", *options)
    assert json.loads(trained.stdout)["recipe"]["epochs"] == 1, trained.stderr


SMALL_CAPSTONE = """
class FashionMNISTModelV3(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.mine = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.BatchNorm1d(32), nn.ReLU())
        self.end = nn.Linear(32, classes)

    def forward(self, images):
        return self.end(self.mine(images))


def train_capstone(loaders, seed, device="cpu"):
    seed_everything(seed)
    model = FashionMNISTModelV3().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(2):
        train_epoch(model, loaders.train, nn.CrossEntropyLoss(), optimizer, device)
    return model
"""


@pytest.fixture
def own_capstone(own_course):
    """A course folder whose V3 and recipe are small, and do not validate."""
    file = own_course / "fashion_course" / "capstone.py"
    imports = "import torch\nfrom torch import nn\n\nfrom .training import *\n"
    file.write_text(imports + SMALL_CAPSTONE, "utf-8")
    return own_course


def test_ones_own_train_capstone_makes_a_v3_that_comes_back(own_capstone, pictures):
    trained = command(own_capstone, "train", "v3", "--answers", "mine", "--quick", "--json")
    assert trained.returncode == 0, trained.stderr
    assert "V3 with your answers" in trained.stderr
    assert "train_capstone decides on the optimizer" in trained.stderr
    read = json.loads(trained.stdout)
    assert (read["model"], read["recipe"]) == ("v3", None)
    assert [each["epoch"] for each in read["history"]] == [1, 2]
    assert read["history"][0]["validation"]["accuracy"] is None  # it was not asked for
    folder = own_capstone / "runs" / "v3"
    measured = command(own_capstone, "evaluate", folder, "--quick", "--json")
    accuracy = json.loads(measured.stdout)["accuracy"]
    assert accuracy > 0.7
    assert accuracy == pytest.approx(read["history"][1]["validation"]["accuracy"], abs=0.1)
    said = command(own_capstone, "predict", folder, *pictures, "--json")
    assert len({each["class"] for each in json.loads(said.stdout)}) > 5


def test_v3_is_trained_by_the_recipe_where_train_capstone_is_not_written(own_capstone):
    file = own_capstone / "fashion_course" / "capstone.py"
    file.write_text(file.read_text("utf-8").partition("\n\ndef train_capstone")[0], "utf-8")
    options = ("--answers", "mine", "--quick", "--epochs", 1, "--json")
    trained = command(own_capstone, "train", "v3", *options)
    assert json.loads(trained.stdout)["recipe"]["epochs"] == 1, trained.stderr
