"""A record depends on the submission's bytes, the grader's version and the seed alone."""

import subprocess
import sys

import pytest

from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import read_submission
from autograder.record import to_json
from autograder.runners.process import ProcessRunner
from tests.support.submissions import stubs

WRONG = {
    "batch": {
        "training": "\n\ndef train_batch(model, images, labels, loss_fn, optimizer):\n"
        "    loss = loss_fn(model(images), labels)\n    loss.backward()\n"
        "    optimizer.step()\n    return loss.item()\n"
    },
    "odd": {
        "baseline": "\n\ndef count_parameters(model):\n    print(object())\n"
        "    return (p for p in model.parameters())\n"
        "\n\ndef accuracy(logits, labels):\n    raise KeyError(object())\n"
    },
    "files": {
        "checkpoints": "\n\ndef save_checkpoint(path, model, optimizer=None, epoch=0):\n"
        "    open(path + '.draft', 'wb').write(b'')\n"
        "\n\ndef load_checkpoint(path, model, optimizer=None, device='cpu'):\n"
        "    return torch.load(str(path) + '.old')['epoch']\n"
    },
    "stands on a wrong one": {
        "baseline": "\n\ndef accuracy(logits, labels):\n    return 1.0\n",
        "training": "\n\ndef evaluate(model, batches, loss_fn, device='cpu'):\n"
        "    return [accuracy(model(images), labels) for images, labels in batches]\n",
    },
}
NAMES = (
    *("count_parameters", "accuracy", "train_batch", "evaluate"),
    *("save_checkpoint", "load_checkpoint"),
)
SEED = 9


def records(folder, names, runner, exam):
    """Return the record of each submission as bytes, graded in this order."""
    return {
        name: to_json(Grading(read_submission(folder / name), runner, exam).all(NAMES))
        for name in names
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("class")
    for name, answers in WRONG.items():
        stubs(made / name, **answers)
    return made


@pytest.fixture(scope="module")
def in_order(folder):
    runner = ProcessRunner()
    yield records(folder, list(WRONG), runner, Exam(SEED))
    runner.close()


def test_what_is_compared_has_something_to_tell(in_order):
    assert all(b'"explanation"' in record or b'"message"' in record for record in in_order.values())
    assert b" at 0x" not in b"".join(in_order.values())


def test_the_order_of_the_submissions_and_other_exams_change_nothing(folder, in_order):
    runner = ProcessRunner()
    try:
        records(folder, list(WRONG)[:2], runner, Exam(SEED + 1))  # another class, before
        assert records(folder, list(WRONG)[::-1], runner, Exam(SEED)) == in_order
    finally:
        runner.close()


SCRIPT = """
import sys
from pathlib import Path
from autograder.judge.exam import Exam
from autograder.runners.process import ProcessRunner
from tests.autograder.grading.test_same_bytes import SEED, records

runner = ProcessRunner()
for name, record in records(Path(sys.argv[1]), [sys.argv[2]], runner, Exam(SEED)).items():
    sys.stdout.buffer.write(record)
runner.close()
"""


@pytest.mark.parametrize("name", ["batch", "files"])
def test_another_process_gives_the_same_bytes(folder, in_order, name):
    command = [sys.executable, "-c", SCRIPT, str(folder), name]
    assert subprocess.run(command, check=True, capture_output=True).stdout == in_order[name]
