"""Whole submissions: stubs, the reference, causes that lie in another exercise."""

import json
import re

import jsonschema
import pytest

from autograder.course.catalogue import course_root, exercises, units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import read_submission
from autograder.record import json_schema, to_json
from autograder.report.terminal import exercise_text
from autograder.runners.inline import InlineRunner
from autograder.runners.process import ProcessRunner
from autograder.worker.loading import LENT
from tests.support.submissions import alive, notebook, stubs


@pytest.fixture(scope="module")
def runner():
    runner = ProcessRunner()
    yield runner
    runner.close()


def grade(runner, path, *names, seed=11):
    return Grading(read_submission(path), runner, Exam(seed)).all(names or None)


def test_stubs_get_no_point_and_every_exercise_is_not_attempted(runner, tmp_path):
    result = grade(runner, stubs(tmp_path))
    assert result.points == 0
    assert result.max_points > 100
    assert {e.verdict for e in result.exercises} == {"not attempted"}
    assert {c.verdict for e in result.exercises for c in e.checks} == {"not attempted"}


def test_the_reference_gets_all_points(runner):
    result = grade(runner, course_root() / "solutions")
    assert {e.name: e.message for e in result.exercises if e.verdict != "passed"} == {}
    assert result.points == result.max_points
    assert result.isolation == "process"
    assert [e.name for e in result.exercises] == list(exercises())
    jsonschema.validate(json.loads(to_json(result)), json_schema())


def test_the_same_seed_gives_the_same_record(runner, tmp_path):
    wrong = "\n\ndef count_parameters(model):\n    return 1\n"
    path = stubs(tmp_path, baseline=wrong)
    first, second = (grade(runner, path, "count_parameters") for _ in range(2))
    assert first == second
    assert first.exercises[0].verdict == "failed"


def test_a_fresh_seed_is_drawn_for_each_grading(runner, tmp_path):
    read = read_submission(stubs(tmp_path))
    assert Grading(read, runner).exam.seed != Grading(read, runner).exam.seed


WRONG_EPOCH = """

def train_epoch(model, batches, loss_fn, optimizer, device="cpu"):
    return Metrics(0.0, 0.0)
"""


def solution(name):
    return "\n\n" + exercises()[name].solution + "\n"


def test_a_right_answer_that_stands_on_a_wrong_one_passes_with_the_reference_below(
    runner, tmp_path
):
    mine = WRONG_EPOCH + solution("evaluate") + solution("fit")
    path = stubs(tmp_path, training=mine, baseline=solution("accuracy"))
    result = {e.name: e for e in grade(runner, path, "train_epoch", "evaluate", "fit").exercises}
    assert result["train_epoch"].verdict == "failed"
    assert result["evaluate"].verdict == "passed"
    assert result["evaluate"].lent == ()
    assert result["fit"].verdict == "passed"
    assert result["fit"].lent == ("train_epoch",)


def test_a_wrong_answer_that_stands_on_a_wrong_one_is_told_its_own_fault(runner, tmp_path):
    mine = solution("fit").replace("range(1, epochs + 1)", "range(epochs)")
    assert "range(epochs)" in mine
    path = stubs(tmp_path, training=WRONG_EPOCH + solution("evaluate") + mine)
    (result,) = grade(runner, path, "fit").exercises
    assert result.verdict == "failed"
    assert set(result.lent) == {"train_epoch", "accuracy"}
    assert "fit_counts_from_0" in {m for check in result.checks for m in check.mistakes}


def test_an_answer_that_stands_on_an_unwritten_one_gets_the_reference(runner, tmp_path):
    result = grade(runner, stubs(tmp_path, training=solution("evaluate")), "evaluate")
    assert result.exercises[0].verdict == "passed"
    assert result.exercises[0].lent == ("accuracy",)


def test_what_a_helper_calls_counts_as_built_on(runner, tmp_path):
    mine = solution("evaluate").replace("accuracy(", "_share(")
    mine += "\n\ndef _share(logits, labels):\n    return accuracy(logits, labels)\n"
    (result,) = grade(runner, stubs(tmp_path, training=mine), "evaluate").exercises
    assert result.verdict == "passed"
    assert result.lent == ("accuracy",)


@pytest.mark.parametrize("package", [LENT, "_fashion_course_reference"])
def test_the_graded_exercise_is_never_lent(runner, tmp_path, package):
    body = f"from {package}.training import evaluate as known\n    return known"
    mine = f"""

def evaluate(model, batches, loss_fn, device="cpu"):
    unused = accuracy
    {body}(model, batches, loss_fn, device)
"""
    (result,) = grade(runner, stubs(tmp_path, training=mine), "evaluate").exercises
    assert result.points == 0
    assert result.verdict in ("failed", "crashed", "blocked")


def test_in_a_kernel_the_reference_stands_in_and_leaves_again():
    space = {"__name__": "kernel"}
    text = "\n".join(
        [
            units()[2].imports.replace("from .", "from solutions."),
            WRONG_EPOCH,
            solution("evaluate"),
            solution("fit"),
        ]
    )
    exec(compile(text, "<answer>/kernel.py", "exec"), space)
    own = space["train_epoch"]
    result = Grading(alive(space, text), InlineRunner(), Exam(3)).exercise("fit")
    assert (result.verdict, result.lent) == ("passed", ("train_epoch",))
    assert space["train_epoch"] is own


def test_a_right_answer_passes_whatever_is_wrong_beside_it(runner, tmp_path):
    own = solution("evaluate").replace(
        "accuracy(logits, labels) * len(labels)", "_count(logits, labels)"
    )
    own += "\n\ndef _count(logits, labels):\n    return int((logits.argmax(1) == labels).sum())\n"
    broken = "\n\ndef accuracy(logits, labels):\n    return -1.0\n"
    path = stubs(tmp_path, training=own + WRONG_EPOCH, baseline=broken)
    assert grade(runner, path, "evaluate").exercises[0].verdict == "passed"


def test_answers_that_call_each_other_in_a_circle_come_to_an_end(runner, tmp_path):
    circle = """

def train_epoch(model, batches, loss_fn, optimizer, device="cpu"):
    return evaluate(model, batches, loss_fn, device)


def evaluate(model, batches, loss_fn, device="cpu"):
    return train_epoch(model, batches, loss_fn, None, device)
"""
    result = grade(runner, stubs(tmp_path, training=circle), "train_epoch", "evaluate")
    assert {e.points for e in result.exercises} == {0.0}


def test_a_wrong_name_is_told_with_the_nearest(runner, tmp_path):
    path = tmp_path / "baseline.py"
    path.write_text("def count_params(model):\n    return 1\n")
    (result,) = grade(runner, path, "count_parameters").exercises
    assert result.verdict == "not attempted"
    assert "Did you mean `count_params`? Then rename it." in result.message


def test_a_notebook_is_graded_without_being_run(runner, tmp_path):
    flag = tmp_path / "ran"
    cells = [
        "from torch import nn",
        f"open({str(flag)!r}, 'w')",
        exercises()["count_parameters"].solution,
        "1 / 0",
    ]
    path = tmp_path / "02_baseline.ipynb"
    path.write_bytes(notebook(*cells))
    (result,) = grade(runner, path, "count_parameters").exercises
    assert result.verdict == "passed", result.message
    assert not flag.exists()


def test_an_unknown_exercise_is_told_with_the_nearest(runner, tmp_path):
    with pytest.raises(ValueError, match="Did you mean train_epoch"):
        Grading(read_submission(stubs(tmp_path)), runner).exercise("train_epochs")


def test_a_syntax_error_is_told_once_with_its_line_and_blocks_the_unit(runner, tmp_path):
    path = stubs(tmp_path, training="\n\ndef train_batch(model)\n    return 1\n")
    result = grade(runner, path, "train_batch", "train_epoch", "evaluate")
    first, *others = result.exercises
    assert first.verdict == "crashed"
    assert "def train_batch(model)\n" in first.message
    assert first.message.splitlines()[-1].strip() == "^"
    assert [c.verdict for c in first.checks].count("crashed") == 1
    for other in others:
        assert other.verdict == "blocked"
        assert re.fullmatch(
            r"Blocked by the syntax error in training.py, line \d+, reported at train_batch\.",
            other.message,
        )
        assert exercise_text(other).count("\n") == 1


def test_a_notebook_command_in_a_module_is_named(runner, tmp_path):
    path = tmp_path / "baseline.py"
    path.write_text("%matplotlib inline\ndef accuracy(logits, labels):\n    return 1.0\n")
    (result,) = grade(runner, path, "accuracy").exercises
    assert "a command for notebooks" in result.message


COMPUTED = "numbers = [print(x) for x in '12']\n\nkeep = next(iter(numbers))"


def test_a_line_of_a_notebook_is_told_as_its_cell_and_line_there(runner, tmp_path):
    path = tmp_path / "02_baseline.ipynb"
    answer = "%%time\n# the share\n\ndef accuracy(logits, labels):\n    return 1 / 0\n"
    path.write_bytes(notebook("import torch", "", answer))
    (result,) = grade(runner, path, "accuracy").exercises
    assert "in 02_baseline.ipynb, code cell 3, line 5: return 1 / 0" in result.message


def test_a_name_that_is_computed_in_a_cell_is_told_as_not_taken(runner, tmp_path):
    path = tmp_path / "02_baseline.ipynb"
    path.write_bytes(notebook(COMPUTED, "def accuracy(logits, labels):\n    return keep\n"))
    (result,) = grade(runner, path, "accuracy").exercises
    told = result.checks[0].said("explanation")
    assert "`keep` gets its value in code cell 1, line 3, but the check does not run cells." in told
    assert "simple constants" in told


def test_a_name_that_is_nowhere_is_told_as_undefined(runner, tmp_path):
    path = tmp_path / "02_baseline.ipynb"
    path.write_bytes(notebook(COMPUTED, "def accuracy(logits, labels):\n    return kept\n"))
    (result,) = grade(runner, path, "accuracy").exercises
    assert result.checks[0].said("explanation") == "`kept` is used but never defined here."
