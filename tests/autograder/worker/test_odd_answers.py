"""Whatever an answer lacks or overwrites, reading it is never the grader's exception."""

import copy

import pytest

from autograder.grading.one import Grading, judge_answer
from autograder.judge.exam import Exam
from autograder.reading.submission import read_submission
from autograder.runners.process import ProcessRunner
from tests.support.submissions import stubs


class BestModelWithoutRestore:
    def __init__(self):
        self.accuracy, self.best = None, None

    def update(self, accuracy, model):
        if self.accuracy is not None and accuracy <= self.accuracy:
            return False
        self.accuracy, self.best = accuracy, copy.deepcopy(model.state_dict())
        return True


def saves_and_overwrites(path, model, optimizer=None, epoch=0):
    model.state_dict = model.state_dict()


def predicts_pairs(model, batches, device="cpu"):
    return [(images, labels) for images, labels in batches]


def reads_nothing(*args, **more):
    return object()


def told_of(result):
    return "\n".join(part.text for check in result.checks for part in check.told)


def test_a_missing_method_is_named_as_missing():
    result = judge_answer("BestModel", BestModelWithoutRestore, Exam(3))
    assert result.verdict == "failed"
    assert 0 < result.points < result.max_points
    assert "`restore`: the object has no such method" in told_of(result)
    assert "process" not in told_of(result)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("save_checkpoint", saves_and_overwrites),
        ("predict", predicts_pairs),
        ("make_loaders", reads_nothing),
        ("split", reads_nothing),
        ("FashionMNISTModelV2", reads_nothing),
        ("build_transform", reads_nothing),
    ],
)
def test_an_odd_answer_gets_a_verdict_of_its_own(exercise, answer):
    result = judge_answer(exercise, answer, Exam(3))
    assert result.verdict in ("failed", "crashed")
    assert "grader error" not in {check.verdict for check in result.checks}


def test_in_a_process_an_odd_answer_does_not_count_as_one_that_ended_it(tmp_path):
    text = "\n\nclass BestModel:\n    def update(self, accuracy, model):\n        return True\n"
    runner = ProcessRunner()
    try:
        read = read_submission(stubs(tmp_path, checkpoints=text))
        result = Grading(read, runner, Exam(3)).exercise("BestModel")
    finally:
        runner.close()
    assert "ended the Python process" not in told_of(result)
    assert "restore" in told_of(result)
