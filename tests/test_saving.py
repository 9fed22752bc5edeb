"""An answer cell is saved into its module: that definition, what it needs, and nothing else."""

import difflib
import json
import os
import re
import stat
import subprocess
import sys

import pytest

from autograder.catalogue import course_root, exercises
from fashion_course.kit.notebook import saving
from fashion_course.kit.notebook.memory import FILE, KEPT
from tests.submissions import COUNT

COUNT = COUNT.strip()
OTHER = COUNT.replace("requires_grad)", "requires_grad is True)")
STUB = exercises()["count_parameters"].stub


def changes(before, after):
    """Return the lines that went and the lines that came."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[
        2:
    ]
    return [x[1:] for x in lines if x[0] == "-"], [x[1:] for x in lines if x[0] == "+"]


def call(home, code):
    """Return what a new Python in the course folder prints."""
    env = {**os.environ, "PYTHONPATH": str(course_root())}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=home, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_definition_takes_the_place_of_the_stub_and_nothing_else_changes(notebook):
    before = notebook.text()
    told = notebook.run(COUNT)
    assert told.text.strip() == "✓ Saved `count_parameters` in fashion_course/baseline.py."
    assert "<code>count_parameters</code>" in told.html
    gone, came = changes(before, notebook.text())
    assert set(gone) <= set(STUB.splitlines())
    assert set(came) <= set(COUNT.splitlines())
    assert COUNT in notebook.text()


def test_another_process_uses_what_was_saved(notebook):
    notebook.run(COUNT)
    code = "from torch import nn; from fashion_course.baseline import count_parameters as c"
    assert call(notebook.home, f"{code}; print(c(nn.Linear(2, 3)))") == "9"


def test_this_kernel_imports_what_was_saved(notebook):
    notebook.run("import fashion_course.baseline as b", COUNT)
    told = notebook.run("b.count_parameters.__doc__ is None and b.count_parameters.__module__")
    assert "fashion_course.baseline" in told.text


def test_running_the_same_cell_again_says_and_writes_nothing(notebook):
    notebook.run(COUNT)
    before = notebook.file().stat().st_mtime_ns
    assert notebook.run(COUNT).text.strip() == ""
    assert notebook.file().stat().st_mtime_ns == before


def test_stubs_are_not_saved(notebook):
    before = notebook.text()
    assert notebook.run(STUB).text.strip() == ""
    assert notebook.text() == before
    assert not (notebook.home / FILE).exists()


def test_comments_and_decorators_are_kept_exactly(notebook):
    answer = (
        "@torch.no_grad()  # no gradient here\n"
        "def count_parameters( model ):   # my spacing\n"
        "    # why\n"
        "    return sum(p.numel()  for p in model.parameters() if p.requires_grad)\n"
        "    # the end"
    )
    told = notebook.run(f"import torch\n\n# above\n{answer}\n\nprint('below')")
    assert "Saved" in told.text
    assert answer in notebook.text()
    assert "# above" not in notebook.text()
    assert "below" not in notebook.text()
    shorter = answer.replace("    # the end", "").rstrip()
    notebook.run(shorter)
    assert shorter in notebook.text()
    assert "# the end" not in notebook.text()


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
    assert call(notebook.home, "import fashion_course.baseline") == ""


def test_helpers_and_constants_come_along_in_order_and_in_steps(notebook):
    told = notebook.run(
        "SCALE = 1\nUNUSED = 2\nBOTH, PAIR = 3, 4",
        "def one(p, scale=SCALE):\n    # the size\n    return p.numel() * scale",
        "class Adder:\n    def add(self, ps):\n        return sum(one(p) for p in ps)",
        "def idle():\n    return UNUSED",
        "def count_parameters(model):\n"
        "    return Adder().add(p for p in model.parameters() if p.requires_grad) + PAIR - 4",
    )
    assert "with `SCALE`, `PAIR`, `one`, `Adder`." in told.text
    text = notebook.text()
    assert text.index("SCALE = 1\n") < text.index("def one") < text.index("class Adder")
    assert text.index("class Adder") < text.index("# ## `count_parameters(model)`")
    assert "# the size" in text
    assert "UNUSED" not in text
    assert "BOTH, PAIR = 3, 4" in text
    code = "from torch import nn; from fashion_course.baseline import count_parameters as c"
    assert call(notebook.home, f"{code}; print(c(nn.Linear(2, 3)))") == "9"


def test_what_ran_before_the_extension_was_loaded_counts(notebook):
    notebook.run("%unload_ext fashion_course\nfrom math import prod")
    notebook.run("%load_ext fashion_course", "def count_parameters(model):\n    return prod([1])")
    assert "from math import prod\n" in notebook.text()


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


def test_two_exercises_in_one_cell_are_saved_in_one_line(notebook):
    told = notebook.run(f"{exercises()['accuracy'].solution}\n\n\n{COUNT}")
    assert told.text.count("Saved") == 1
    assert "`accuracy`, `count_parameters`" in told.text
    assert COUNT in notebook.text()
    assert exercises()["accuracy"].solution in notebook.text()


def test_of_two_definitions_in_one_cell_the_last_counts(notebook):
    notebook.run(f"{OTHER}\n\n{COUNT}")
    assert COUNT in notebook.text()
    assert OTHER not in notebook.text()


def test_redefining_replaces_what_this_notebook_saved(notebook):
    notebook.run(COUNT)
    told = notebook.run(OTHER)
    assert "Saved" in told.text
    assert OTHER in notebook.text()
    assert COUNT not in notebook.text()


def test_a_restarted_kernel_of_the_same_notebook_goes_on(notebook):
    name = str(notebook.home / "exercises" / "02_baseline.ipynb")
    notebook.again(name).run(COUNT)
    again = notebook.again(name)
    assert "Saved" in again.run(OTHER).text
    assert OTHER in notebook.text()


@pytest.mark.parametrize("magic", ["%%time", "%%capture out"])
def test_cells_with_magics_are_saved_without_them(notebook, magic):
    notebook.run("%config InlineBackend.close_figures = False\nimport math")
    notebook.run(f"{magic}\n{COUNT}")
    assert COUNT in notebook.text()
    assert "%" not in re.sub(r"\d+ %", "", notebook.text())
    notebook.run(f"%precision 3\n{OTHER}\n!true")
    assert OTHER in notebook.text()


@pytest.mark.parametrize("cell", [f"%%timeit -n1 -r1\n{OTHER}", f"%%script true\n{OTHER}"])
def test_cells_that_define_nothing_here_save_nothing(notebook, cell):
    notebook.run(COUNT)
    notebook.run(cell)
    assert COUNT in notebook.text()


def test_a_cell_with_a_syntax_error_saves_nothing_and_says_so(notebook):
    before = notebook.text()
    told = notebook.run("def count_parameters(model):\n    return (")
    assert isinstance(told.error, SyntaxError)
    assert "Not saved, because the cell stopped before: `count_parameters`." in told.text
    assert "Traceback" not in told.text
    assert notebook.text() == before


def test_what_stands_above_an_error_is_saved_and_what_stands_below_is_not(notebook):
    told = notebook.run(f"{COUNT}\n\n1 / 0\n\n\n{exercises()['accuracy'].solution}")
    assert isinstance(told.error, ZeroDivisionError)
    assert "Saved `count_parameters`" in told.text
    assert "stopped before: `accuracy`." in told.text
    assert COUNT in notebook.text()
    assert exercises()["accuracy"].solution not in notebook.text()


def test_a_cell_that_raises_while_it_defines_saves_nothing(notebook):
    before = notebook.text()
    told = notebook.run("def count_parameters(model, factor=unknown):\n    return factor")
    assert isinstance(told.error, NameError)
    assert "stopped before: `count_parameters`." in told.text
    assert notebook.text() == before


def test_names_that_only_the_notebook_has_are_told(notebook):
    told = notebook.run(
        "factor = int(input('?')) if False else len('x')",
        "def count_parameters(model):\n    return factor + helper2(model) + check",
    )
    assert "Saved `count_parameters`" in told.text
    assert "`count_parameters` reads `check`, `factor`, `helper2`" in told.text


def test_other_ways_to_give_the_name_are_told_once(notebook):
    told = notebook.run("count_parameters = lambda model: 1")
    assert "only a `def` or `class` of that name" in told.text
    assert notebook.run("count_parameters = lambda model: 2").text.strip() == ""
    assert STUB in notebook.text()


def test_imports_of_an_exercise_are_no_answers(notebook):
    told = notebook.run("from fashion_course.baseline import count_parameters")
    assert told.text.strip() == ""


def test_methods_that_are_patched_later_are_told(notebook):
    notebook.run(exercises()["FashionMNISTModelV0"].solution)
    saved = notebook.text()
    told = notebook.run("FashionMNISTModelV0.forward = lambda self, images: images")
    assert "`FashionMNISTModelV0` was changed after its cell ran: `forward`." in told.text
    assert notebook.run("None").text.strip() == ""
    assert notebook.text() == saved
    told = notebook.run("check('FashionMNISTModelV0')")
    assert "was changed after its cell ran" in told.text
    assert "failed" in told.text


def test_windows_line_ends_stay(notebook):
    data = notebook.file().read_bytes().replace(b"\n", b"\r\n")
    notebook.file().write_bytes(b"\xef\xbb\xbf" + data)
    notebook.run("import math\nEPS = 0", COUNT.replace("return ", "return EPS + math.floor(0) + "))
    after = notebook.file().read_bytes()
    assert after.startswith(b"\xef\xbb\xbf#")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert b"EPS = 0\r\n" in after
    assert b"import math\r\n" in after
    assert notebook.run(COUNT.replace("return ", "return EPS + math.floor(0) + ")).text == ""
    assert "Saved" in notebook.run(COUNT).text


def test_a_file_without_a_final_newline_gets_a_whole_answer(notebook):
    notebook.file().write_text("from torch import nn", "utf-8")
    notebook.run(COUNT)
    assert notebook.text() == f"from torch import nn\n\n\n{COUNT}\n"


def test_permissions_stay(notebook):
    os.chmod(notebook.file(), 0o640)
    notebook.run(COUNT)
    assert stat.S_IMODE(notebook.file().stat().st_mode) == 0o640


def test_no_temporary_file_is_left_behind(notebook):
    notebook.run(COUNT)
    names = {path.name for path in notebook.file().parent.iterdir()} - {"__pycache__"}
    assert names == {f"{name}.py" for name in {e.unit for e in exercises().values()}}


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda p: p.write_bytes(p.read_bytes() + "# é\n".encode("latin-1")), "not UTF-8 text"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\ndef half(:\n"), "no valid Python (line"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\n\0"), "no valid Python"),
        (lambda p: p.write_text(p.read_text("utf-8") + "\n1 / 0\n"), "ZeroDivisionError"),
        (lambda p: os.chmod(p, 0o444), "is read-only"),
        (lambda p: (p.unlink(), p.mkdir()), "could not be read or written"),
    ],
    ids=["latin-1", "half", "nul", "raises", "read-only", "folder"],
)
def test_a_file_that_cannot_take_an_answer_stays_as_it_is(notebook, spoil, word):
    spoil(notebook.file())
    before = notebook.file().read_bytes() if notebook.file().is_file() else None
    told = notebook.run(COUNT)
    assert "`count_parameters` is not saved: " in told.text
    assert word in told.text
    assert "Traceback" not in told.text
    if before is not None:
        assert notebook.file().read_bytes() == before
    told = notebook.run("check('count_parameters')")
    assert (
        "Checked: this notebook's version, which is not in fashion_course/baseline.py" in told.text
    )


def test_a_link_out_of_the_course_folder_is_not_followed(notebook, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_text(notebook.text(), "utf-8")
    notebook.file().unlink()
    notebook.file().symlink_to(outside)
    assert "leads out of the course folder" in notebook.run(COUNT).text
    assert STUB in outside.read_text("utf-8")


def test_a_deleted_file_is_made_anew(notebook):
    notebook.run(COUNT)
    notebook.file().unlink()
    told = notebook.run(OTHER)
    assert "Saved" in told.text
    assert OTHER in notebook.text()
    assert exercises()["accuracy"].stub in notebook.text()


def test_a_name_with_two_meanings_is_told_and_nothing_saved(notebook):
    before = notebook.text()
    told = notebook.run("import math as nn\n" + COUNT.replace("return ", "nn\n    return "))
    assert "`nn` is one thing in this notebook and another in baseline.py" in told.text
    told = notebook.run("def nn():\n    return 1", COUNT.replace("return ", "nn()\n    return "))
    assert "`nn` is one thing in this notebook" in told.text
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


def test_star_imports_are_told_apart(notebook):
    notebook.run("from math import *", "def count_parameters(model):\n    return floor(1.5)")
    assert "from math import floor\n" in notebook.text()
    assert "import *" not in notebook.text()


def test_a_file_that_changes_while_it_is_saved_is_read_again(notebook, monkeypatch):
    real, seen = saving.read_module, []

    def read_then_lose(home, unit):
        module = real(home, unit)
        if not seen:
            seen.append(notebook.file().write_text(notebook.text() + "\n# mine\n", "utf-8"))
        return module

    monkeypatch.setattr(saving, "read_module", read_then_lose)
    assert "Saved" in notebook.run(COUNT).text
    assert COUNT in notebook.text()
    assert notebook.text().endswith("# mine\n")


def test_a_damaged_memory_is_no_obstacle(notebook):
    (notebook.home / FILE).write_text("{half")
    assert "Saved" in notebook.run(COUNT).text
    assert json.loads((notebook.home / FILE).read_text())["baseline.count_parameters"]
    assert not (notebook.home / KEPT).exists()
