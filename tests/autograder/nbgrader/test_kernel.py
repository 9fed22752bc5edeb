"""`grade` in a kernel: a number, reasons, no stderr, and answers of that kernel alone."""

import json
import os
import subprocess
import sys

import pytest

from autograder.course.catalogue import course_root, exercises, units
from autograder.nbgrader import grade, lend_units_before
from autograder.nbgrader.kernel import lent_sources, scaled
from autograder.record import ExerciseResult
from autograder.sync.assignments import unit_notebook
from tests.support.nbgrader_course import LOUD, RIGHT

SCRIPT = """
import json, sys
from torch import nn, Tensor
from autograder.nbgrader import grade, lend_units_before
exec(compile(sys.stdin.read(), "<cell>", "exec"))
"""


def run(code, folder):
    """Run code as a kernel's `__main__` would; return the values it dumps, and stderr."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FASHION_COURSE")}
    env = {**kept, "PYTHONPATH": str(course_root())}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=code, cwd=folder, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1]), done.stdout, done.stderr


def setups():
    """Return the first code cell of every release notebook, in the order of the course."""
    return [unit_notebook(unit, "release").cells[1].source for unit in units()]


def test_scores_reasons_and_silence(tmp_path):
    """One process for all of it, since each imports torch."""
    code = f"""
{RIGHT["count_parameters"]}
{LOUD}
right, scale, loud = grade("count_parameters"), grade("count_parameters", 1.5), grade("accuracy")
missing = grade("cross_entropy")
for setup in {setups()!r}:
    exec(setup)
lent = [answer.__code__.co_filename for answer in (accuracy, fit, train_epoch)]
print(json.dumps([right, scale, loud, missing, *lent]))
"""
    numbers, told, noise = run(code, tmp_path)
    assert numbers[:4] == [3.0, 1.5, 4.0, 0.0]
    assert [name.rpartition("/")[2] for name in numbers[4:]] == [
        "baseline.py", "training.py", "training.py",
    ]  # fmt: skip
    assert all("solutions/" in name for name in numbers[4:])
    assert "✗ accuracy refuses no images" in told
    assert "○ cross_entropy: not attempted" in told
    assert noise == ""


def test_answers_in_a_course_folder_on_the_same_computer_do_not_count(tmp_path):
    home = tmp_path / "fashion_course"
    home.mkdir()
    (tmp_path / ".fashion-course").write_text("")
    (home / "baseline.py").write_text(f"from torch import nn\n{RIGHT['count_parameters']}\n")
    numbers, told, _ = run('print(json.dumps(grade("count_parameters")))', tmp_path)
    assert numbers == 0.0
    assert "not attempted" in told


def test_a_wrong_call_says_what_to_pass():
    with pytest.raises(ValueError, match="Did you mean train_batch"):
        grade("trainbatch")
    with pytest.raises(ValueError, match="points is -1"):
        grade("accuracy", -1)
    with pytest.raises(ValueError, match="there is no unit 'trainings': pass one of data"):
        lend_units_before("trainings")


def test_units_before_are_lent_and_none_else():
    assert list(lent_sources("training")) == ["data", "baseline"]
    assert exercises()["accuracy"].solution in lent_sources("training")["baseline"]
    assert lent_sources("data") == {}


def test_points_are_scaled_to_the_cell():
    result = ExerciseResult(name="a", unit="u", verdict="failed", points=2.0, max_points=3.0)
    assert scaled(result, None) == 2.0
    assert scaled(result, 6) == 4.0
    assert scaled(result, 1) == 0.6667
