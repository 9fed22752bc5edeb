"""What an answer reads comes along, in an order that can be imported, or is told to be missing."""

import re
import sys

import pytest
from torch import nn

from autograder.course.catalogue import exercises
from tests.support.shell import changes
from tests.support.submissions import COUNT

COUNT = COUNT.strip()


def test_imports_come_along_one_by_one_and_only_what_is_read(notebook):
    notebook.run(
        "import math, json\nfrom functools import reduce, partial\nimport numpy as np",
        "from torch.nn import functional as F, init",
        "def count_parameters(model):\n"
        "    F, np, reduce\n"
        "    return sum(math.prod(p.shape) for p in model.parameters() if p.requires_grad)",
    )
    _, came = changes("", notebook.text())
    for line in ("import math", "from functools import reduce", "import numpy as np"):
        assert line in came
    assert "from torch.nn import functional as F" in came
    assert not re.search(r"json|partial|init$", notebook.text(), re.M)
    first_definition = came.index("class FashionMNISTModelV0(nn.Module):")
    assert came.index("import math") < first_definition
    assert notebook.saved("count_parameters")(nn.Linear(2, 3)) == 9


def test_helpers_and_constants_come_along_in_order_and_in_steps(notebook):
    told = notebook.run(
        "SCALE = 1\nUNUSED = 2\nBOTH, PAIR = 3, 4",
        "def one(p, scale=SCALE):\n    # the size\n    return p.numel() * scale",
        "class Adder:\n    def add(self, ps):\n        return sum(one(p) for p in ps)",
        "def idle():\n    return UNUSED",
        "def count_parameters(model):\n"
        "    return Adder().add(p for p in model.parameters() if p.requires_grad) + PAIR - 4",
    )
    assert "with `PAIR`, `SCALE`, `one`, `Adder`." in told.text
    text = notebook.text()
    assert text.index("SCALE = 1\n") < text.index("def one") < text.index("class Adder")
    assert text.index("class Adder") < text.index("# ## `count_parameters(model)`")
    assert "# the size" in text
    assert "UNUSED" not in text
    assert "BOTH, PAIR = 3, 4" in text
    assert notebook.saved("count_parameters")(nn.Linear(2, 3)) == 9


def test_a_changed_helper_is_saved_by_its_own_cell(notebook):
    notebook.run("def size(p):\n    return 1")
    notebook.run("def count_parameters(model):\n    return sum(map(size, model.parameters()))")
    told = notebook.run("def size(p):\n    return p.numel()")
    assert "Saved `count_parameters` in fashion_course/baseline.py, with `size`." in told.text
    assert "return p.numel()" in notebook.text()
    assert "return 1" not in notebook.text()


def test_an_exercise_of_an_earlier_unit_is_imported_never_copied(notebook):
    notebook.file("training").write_text("import torch\n", "utf-8")
    notebook.run("from fashion_course.baseline import accuracy as score, cross_entropy")
    notebook.run(exercises()["accuracy"].stub)  # defined in this very notebook, too
    notebook.run(
        "def train_batch(model, images, labels, loss_fn, optimizer):\n"
        "    return accuracy(model(images), labels) + score(1, 2) + cross_entropy(1, 2)"
    )
    text = notebook.text("training")
    assert "from .baseline import accuracy\n" in text
    assert "from .baseline import accuracy as score\n" in text
    assert "from .baseline import cross_entropy\n" in text
    assert "def accuracy" not in text


def test_what_the_stubs_import_already_is_not_imported_again(notebook):
    setup = exercises()["evaluate"].unit
    notebook.run(
        "from fashion_course.kit.types import Metrics\nimport torch\nfrom torch import nn, Tensor\n"
        "from collections.abc import Callable, Iterable\n"
        "from fashion_course.baseline import accuracy\n"
        "Batches = Iterable[tuple[Tensor, Tensor]]\nLoss = Callable[[Tensor, Tensor], Tensor]"
    )
    before = notebook.text(setup)
    notebook.run(exercises()["evaluate"].solution)
    gone, came = changes(before, notebook.text(setup))
    assert set(gone) <= set(exercises()["evaluate"].stub.splitlines())
    assert set(came) <= set(exercises()["evaluate"].solution.splitlines())


def test_names_that_only_the_notebook_has_are_told(notebook):
    told = notebook.run(
        "factor = int(input('?')) if False else len('x')",
        "def count_parameters(model):\n    return factor + helper2(model) + check",
    )
    assert "Saved `count_parameters`" in told.text
    assert "`count_parameters` uses `check`, `factor`, `helper2`" in told.text


def test_a_name_with_two_meanings_is_told_and_nothing_saved(notebook):
    before = notebook.text()
    told = notebook.run("import math as nn\n" + COUNT.replace("return ", "nn\n    return "))
    assert "`nn` means different things in this notebook and in baseline.py" in told.text
    told = notebook.run("def nn():\n    return 1", COUNT.replace("return ", "nn()\n    return "))
    assert "`nn` means different things in this notebook" in told.text
    assert notebook.text() == before


def test_an_answer_that_would_import_in_a_circle_is_told_and_not_saved(notebook):
    before = notebook.text()
    told = notebook.run("def count_parameters(model):\n    return fit(model)")
    assert "it uses `fit` of training.py, a later unit" in told.text
    told = notebook.run("from fashion_course.cnn import conv_block", "import torch")
    told = notebook.run("def count_parameters(model):\n    return conv_block(model)")
    assert "it uses `conv_block` of cnn.py" in told.text
    assert notebook.text() == before


def test_an_answer_that_would_break_the_import_is_told_and_not_saved(notebook):
    before = notebook.text()
    notebook.run("factor = len('x')")
    told = notebook.run("def count_parameters(model, by=factor):\n    return by")
    assert "baseline.py could not be imported: NameError" in told.text
    assert notebook.text() == before


def test_helpers_whose_cells_ran_in_another_order_come_in_one_that_can_be_imported(notebook):
    notebook.run("STEP = 1", "def f(step=STEP):\n    return step", "STEP = 2")
    told = notebook.run("def count_parameters(model):\n    return f()")
    assert "with `STEP`, `f`." in told.text
    notebook.run("BASE = 5\nSTEP = BASE + 1")
    assert notebook.text().index("BASE = 5") < notebook.text().index("STEP = BASE")
    assert notebook.saved("count_parameters")(0) == 6


def test_helpers_that_call_each_other_are_no_obstacle(notebook):
    notebook.run("def even(n):\n    return n == 0 or odd(n - 1)")
    notebook.run("def odd(n):\n    return n != 0 and even(n - 1)")
    assert "Saved" in notebook.run("def count_parameters(model):\n    return even(model)").text
    assert notebook.saved("count_parameters")(7) is False


def test_a_new_need_of_an_old_helper_goes_above_it(notebook):
    notebook.run("def f():\n    return 1", "def count_parameters(model):\n    return f()")
    told = notebook.run("STEP = 2\n\n@(lambda g: g)\ndef f(step=STEP):\n    return step")
    assert "Saved `count_parameters` in fashion_course/baseline.py, with `STEP`, `f`." in told.text
    assert notebook.saved("count_parameters")(0) == 2


def test_a_line_that_gives_two_names_keeps_the_other_one(notebook):
    notebook.run("LOW, HIGH = 1, 2")
    notebook.run("def count_parameters(model):\n    return LOW")
    notebook.run("def accuracy(logits, labels):\n    return HIGH")
    notebook.run("LOW = 5", "LOW = 6")
    assert "LOW, HIGH = 1, 2\nLOW = 6\n" in notebook.text()
    assert "LOW = 5" not in notebook.text()
    assert notebook.saved("accuracy")(0, 0) == 2


def test_a_module_of_the_students_own_beside_the_units_is_imported(notebook):
    (notebook.home / "fashion_course" / "mine.py").write_text("def f(m):\n    return 7\n")
    told = notebook.run(
        "from fashion_course.mine import f", "def count_parameters(model):\n    return f(model)"
    )
    assert "Saved" in told.text
    assert "from fashion_course.mine import f\n" in notebook.text()
    assert notebook.saved("count_parameters")(0) == 7
    sys.modules.pop("fashion_course.mine")


def test_exercises_may_use_those_that_are_not_written_yet(notebook):
    told = notebook.run("def cross_entropy(logits, labels):\n    return count_parameters(logits)")
    assert told.text.strip() == "✓ Saved `cross_entropy` in fashion_course/baseline.py."
    notebook.run(COUNT)
    assert notebook.saved("cross_entropy")(nn.Linear(2, 3), 0) == 9


def test_imports_that_stand_above_the_docstring_stay_there(notebook):
    notebook.file().write_text(f"from .data import split\n{notebook.text()}", "utf-8")
    before = notebook.text()
    told = notebook.run("import math", COUNT.replace("sum(", "math.ceil(0) + sum("))
    assert "Saved" in told.text
    assert "import math" in changes(before, notebook.text())[1]
    assert notebook.text().startswith("from .data import split\n# Derived")
    assert notebook.saved("count_parameters")(nn.Linear(2, 3)) == 9


@pytest.mark.parametrize("times", [1, 2])
def test_of_a_star_import_what_an_answer_reads_comes_along_as_lines_of_their_own(notebook, times):
    notebook.run(*["from math import *"] * times)
    told = notebook.run("def count_parameters(model):\n    return floor(log(8))")
    assert "Saved `count_parameters`" in told.text
    assert "from math import floor\nfrom math import log\n" in notebook.text()
    assert "import *" not in notebook.text()
    assert notebook.saved("count_parameters")(0) == 2
