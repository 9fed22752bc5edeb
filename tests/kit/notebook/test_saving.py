"""An answer cell is saved into its module: that definition, what it needs, and nothing else."""

import os
import subprocess
import sys

from autograder.course.catalogue import course_root, exercises
from fashion_course.kit.notebook.memory import FILE
from tests.support.shell import changes
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
OTHER = COUNT.replace("requires_grad)", "requires_grad is True)")
STUB = exercises()["count_parameters"].stub


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
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}; print(c(nn.Linear(2, 3)))"],
        cwd=notebook.home, env={**os.environ, "PYTHONPATH": str(course_root())},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("9\n", "")


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


def test_two_exercises_in_one_cell_are_saved_in_one_line(notebook):
    told = notebook.run(f"{exercises()['accuracy'].solution}\n\n\n{COUNT}")
    assert told.text.count("Saved") == 1
    assert "`accuracy`, `count_parameters`" in told.text
    assert COUNT in notebook.text()
    assert exercises()["accuracy"].solution in notebook.text()


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
