"""`grade` in a kernel: a number, reasons, no stderr, and answers of that kernel alone."""

import json
import os
import subprocess
import sys

import pytest

from autograder.course.catalogue import course_root, units
from autograder.nbgrader import grade, lend_units_before
from autograder.sync.assignments import unit_notebook
from tests.support.nbgrader_course import LOUD, RIGHT

SCRIPT = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

config = Config()
config.HistoryManager.hist_file = ":memory:"
shell = InteractiveShell.instance(config=config)
for cell in json.load(sys.stdin):
    shell.run_cell(cell, store_history=True).raise_error()
"""
START = """import json
from torch import nn, Tensor
from autograder.nbgrader import grade, lend_units_before"""


def run(folder, *cells):
    """Run cells as a kernel does; return the values they dump, all that they print, and stderr."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FASHION_COURSE")}
    env = {**kept, "PYTHONPATH": str(course_root()), "IPYTHONDIR": str(folder / "ipython")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps([START, *cells]),
        cwd=folder, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1]), done.stdout, done.stderr


def setups():
    """Return the first code cell of every release notebook, in the order of the course."""
    return [unit_notebook(unit, "release").cells[1].source for unit in units()]


def test_scores_reasons_and_silence(tmp_path):
    """One process for all of it, since each imports torch."""
    code = f"""
right, scale, loud = grade("count_parameters"), grade("count_parameters", 1.5), grade("accuracy")
missing = grade("cross_entropy")
for setup in {setups()!r}:
    exec(setup)
lent = [answer.__code__.co_filename for answer in (accuracy, fit, train_epoch)]
print(json.dumps([right, scale, loud, missing, *lent]))
"""
    numbers, told, noise = run(tmp_path, RIGHT["count_parameters"], "%%time\n" + LOUD.strip(), code)
    assert numbers[:4] == [3.0, 1.5, 4.0, 0.0]
    assert [name.rpartition("/")[2] for name in numbers[4:]] == [
        "baseline.py", "training.py", "training.py",
    ]  # fmt: skip
    assert all("solutions/" in name for name in numbers[4:])
    assert "✗ accuracy does not take labels of another shape" in told
    assert "○ cross_entropy: not attempted" in told
    assert noise == ""


def test_answers_in_a_course_folder_on_the_same_computer_do_not_count(tmp_path):
    home = tmp_path / "fashion_course"
    home.mkdir()
    (tmp_path / ".fashion-course").write_text("")
    (home / "baseline.py").write_text(f"from torch import nn\n{RIGHT['count_parameters']}\n")
    numbers, told, _ = run(tmp_path, 'print(json.dumps(grade("count_parameters")))')
    assert numbers == 0.0
    assert "not attempted" in told


def test_a_wrong_call_says_what_to_pass():
    with pytest.raises(ValueError, match="Did you mean train_batch"):
        grade("trainbatch")
    with pytest.raises(ValueError, match="points is -1"):
        grade("accuracy", -1)
    with pytest.raises(ValueError, match="there is no unit 'trainings': pass one of data"):
        lend_units_before("trainings")
    with pytest.raises(RuntimeError, match="call it in a notebook"):
        grade("accuracy")
