"""docs/notebook.md shows what a student sees, word for word."""

import os
import re
import time

import pytest

import autograder
from autograder.course.catalogue import course_root, exercises
from tests.kit.notebook.test_jupyterlab import RIGHT

PAGE = (course_root() / "docs" / "notebook.md").read_text("utf-8")
TIME = r"\d\d:\d\d:\d\d"
EDIT = RIGHT.replace("if count == 0:", "if not count:")
CLASS = exercises()["FashionMNISTModelV0"].solution
SEEN = {
    "uses `model`": [
        "from fashion_course.kit import Metrics\nmodel = max([nn.Linear(2, 3)], key=id)",
        RIGHT.replace("(model, batches", "(net, batches"),
    ],
    "`nn` means": ["from math import pi as nn", "def train_epoch(model):\n    return nn"],
    "only a `def`": ["train_epoch = lambda model: 1"],
    "now means": ["def accuracy(logits, labels):\n    return 0.5", "accuracy = accuracy(1, 2)"],
    "outside the class": [f"{CLASS}\n\nFashionMNISTModelV0.forward = lambda self, images: images"],
    "has a line": ["def train_epoch(model):\n    %time model()"],
    "still the stub": [exercises()["train_batch"].stub],
    "be imported": ["def train_epoch(model):\n    return 1"],
    "read or written": ["def accuracy(logits, labels):\n    return 0.5"],
}


def section(head):
    return PAGE.split(f"## {head}\n")[1].split("\n## ")[0]


def told_rows():
    rows = re.findall(r"^\| (.+?) \| .+ \|$", section("What is saved"), re.M)
    return [row for row in rows if row not in ("you see", "---")]


def test_every_call_is_on_the_page_and_runs(notebook):
    calls = re.findall(r"^\| `((\w+)\(.*?\))` \|", PAGE, re.M)  # `check` has several rows
    assert {name for _, name in calls} == set(autograder.__all__)
    first = re.search(r"```python\n(.+?)```", PAGE, re.S)[1]
    notebook.run("%unload_ext fashion_course")
    for cell in [first, *(call for call, _ in calls)]:
        assert notebook.run(cell).error is None


def test_the_line_below_a_saved_answer_is_the_one_on_the_page(notebook):
    quoted = re.search(r"^> (✓ .+)$", PAGE, re.M)[1]
    assert notebook.run("from fashion_course.kit import Metrics", RIGHT).text.strip() == quoted


def test_the_conflict_on_the_page_is_the_real_one(notebook):
    notebook.run("from fashion_course.kit import Metrics", EDIT)
    notebook.edit("if not count:", "if count == 0:", "training")
    later = time.time() + 60
    os.utime(notebook.file("training"), (later, later))
    shown = re.search(r"```\n(.+?)```", section("When both doors were used"), re.S)[1]
    assert re.sub(TIME, "T", notebook.run(EDIT).text.strip()) == re.sub(TIME, "T", shown.strip())


@pytest.mark.parametrize("row", told_rows())
def test_what_the_table_quotes_is_what_one_sees(notebook, row):
    (cells,) = [cells for words, cells in SEEN.items() if words in row]
    if "stub" in row:
        head = "from torch import Tensor, nn\nfrom torch.optim import Optimizer"
        notebook.run(f"{head}\nfrom fashion_course.training import Loss")
        stub = exercises()["train_batch"].stub
        notebook.edit(stub, "def train_batch(*given):\n    return 0.5\n", "training")
    if "be imported" in row:
        notebook.edit("Batches =", "1 / 0\nBatches =", "training")
    if "read or written" in row:
        notebook.file().unlink()
        notebook.file().mkdir()
    told = notebook.run(*cells).text
    assert all(words.strip() in told for words in row.split("…")), told
