"""How the cells of a notebook become what the grader grades, and which cells are the course's."""

import pytest

from autograder.course.catalogue import exercises, units
from autograder.nbgrader import answers
from autograder.nbgrader.answers import graded, lent_sources, scaled, submission_of
from autograder.nbgrader.exporter import exercise_of
from autograder.record import ExerciseResult
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import GraderError
from autograder.sync.assignments import unit_notebook
from tests.support.nbgrader_course import RIGHT


def test_an_assignment_stands_for_itself_on_the_courses_own_earlier_units():
    """`train_epoch` calls `accuracy` of unit 2, which is not in this notebook."""
    unit = next(u for u in units() if u.name == "training")
    cells = [c.source for c in unit_notebook(unit, "source").cells if c.cell_type == "code"]
    submission = submission_of(cells, "here/03_training.ipynb", ["fit", "train_epoch"])
    assert set(submission.sources) == {"data", "baseline", "training"}
    assert "autograder" not in submission.sources["training"].text
    (result,) = graded(submission, ["train_epoch"], seed=3).exercises
    assert result.verdict == "passed"


def test_a_notebook_with_nothing_of_the_course_in_it_is_not_attempted():
    (result,) = graded(submission_of(["1 + 1"], "my.ipynb", ["accuracy"]), ["accuracy"]).exercises
    assert result.verdict == "not attempted"


def test_notebook_3_under_the_name_of_2_gets_no_points_of_unit_2():
    unit = next(u for u in units() if u.name == "training")
    cells = [c.source for c in unit_notebook(unit, "source").cells if c.cell_type == "code"]
    submission = submission_of(cells, "02_baseline.ipynb", ["accuracy"])
    assert "baseline" not in submission.sources
    (result,) = graded(submission, ["accuracy"], seed=3).exercises
    assert (result.verdict, result.points) == ("not attempted", 0.0)


def test_units_before_are_lent_and_none_else():
    assert list(lent_sources("training")) == ["data", "baseline"]
    assert exercises()["accuracy"].solution in lent_sources("training")["baseline"].text
    assert lent_sources("data") == {}


def test_no_line_of_a_lent_answer_is_told_where_it_meets_a_wrong_argument():
    """`resume_training` may call the course's own `train_epoch`, whose text is a solution."""
    unit = next(u for u in units() if u.name == "checkpoints")
    wrong = """
def resume_training(path, model, loaders, loss_fn, optimizer, epochs, device="cpu"):
    return [train_epoch(model, loaders.train, nn.CrossEntropyLoss, optimizer, device)]
"""
    submission = submission_of([unit.imports, wrong], "06_checkpoints.ipynb", ["resume_training"])
    (result,) = graded(submission, ["resume_training"], seed=3).exercises
    told = "\n".join(part.text for check in result.checks for part in check.told)
    assert "return [train_epoch(model, loaders.train" in told
    assert "loss_fn(" not in told
    assert "solutions/" not in told


def test_points_are_scaled_to_the_cell():
    result = ExerciseResult(name="a", unit="u", verdict="failed", points=2.0, max_points=3.0)
    assert scaled(result, None) == 2.0
    assert scaled(result, 6) == 4.0
    assert scaled(result, 1) == 0.6667


def test_a_worker_that_is_gone_is_replaced(monkeypatch):
    class Gone(ProcessRunner):
        def observe(self, *_):
            raise GraderError("the worker is gone")

    made = []

    def runner():
        made.append(Gone(fork=False) if not made else ProcessRunner())
        return made[-1]

    answers._worker.cache_clear()
    monkeypatch.setattr(answers, "open_runner", runner)
    submission = submission_of(
        ["from torch import Tensor", RIGHT["accuracy"]], "my.ipynb", ["accuracy"]
    )
    (result,) = graded(submission, ["accuracy"]).exercises
    answers._worker().close()
    answers._worker.cache_clear()
    assert (result.verdict, len(made)) == ("passed", 2)


GRADE = 'from autograder.nbgrader import grade\n\ngrade("accuracy")'


@pytest.mark.parametrize(
    ("grade_id", "source", "exercise"),
    [
        ("accuracy-check", GRADE, "accuracy"),
        ("accuracy-check", "assert accuracy(1) == 2", ""),
        ("my-check", GRADE, ""),
        ("accuracy", "from autograder.nbgrader import grade", ""),
    ],
)
def test_a_test_cell_is_the_courses_by_its_grade_id_and_its_import(grade_id, source, exercise):
    assert exercise_of(grade_id, source) == exercise
