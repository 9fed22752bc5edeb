"""The answers of one submission share a fork where that changes nothing for any of them."""

import os
import re
import signal
from pathlib import Path

import pytest

from autograder.course.catalogue import units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import Source, Submission
from autograder.runners import process as isolation
from autograder.runners.process import ProcessRunner
from autograder.worker.scenarios import Scenario, find_scenario

BASELINE = ("count_parameters", "FashionMNISTModelV0", "accuracy", "cross_entropy")
TRAINING = ("seed_everything", "train_batch", "train_epoch", "evaluate")
ANSWERS = {e.name: e.solution for u in units() for e in u.exercises}
LEAVINGS = (
    "torch.set_default_dtype(torch.float64)",
    "import os; os.environ['OMP_NUM_THREADS'] = '7'",
    "import os; os.chdir('/')",
    "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    "nn.modules.module.register_module_forward_hook(lambda *_: None)",
    "torch.Tensor.sum = None",
    "import builtins; builtins.sum = max",
    "import sys; sys.setrecursionlimit(400)",
)


class CountingRunner(ProcessRunner):
    """Counts its forks, and what each of them was asked."""

    def __init__(self) -> None:
        self.forks: list[list[str]] = []
        super().__init__()

    def _forked(self):
        self.forks.append([])
        return super()._forked()

    def _in_fork(self, request):
        before = len(self.forks)
        seen = super()._in_fork(request)
        if len(self.forks) == before:
            self.forks[-1].append(request.exercise)
        else:
            self.forks[-1].insert(0, request.exercise)
        return seen


@pytest.fixture(scope="module")
def runner():
    runner = CountingRunner()
    yield runner
    runner.close()


def submission(*names, **changed):
    """Hand in the units of some exercises; `changed` are texts in place of the reference's."""
    sources = {}
    for unit in units():
        if any(each.name in names for each in unit.exercises):
            texts = [changed.get(each.name, each.solution) for each in unit.exercises]
            text = "\n\n\n".join([unit.imports, *texts])
            sources[unit.name] = Source(text, f"{unit.name}.py")
    return Submission("test", sources)


def grade(runner, names, **changed):
    """Grade some answers of a submission in one sitting."""
    runner.forks.clear()
    result = Grading(submission(*names, **changed), runner, Exam(3)).all(names)
    return {each.name: each for each in result.exercises}


def first(name, line):
    """Return the reference, with a line of its own at the beginning of a function."""
    return re.sub(
        r'("""\n.*?"""|""".*?""")\n', rf"\1\n    {line}\n", ANSWERS[name], count=1, flags=re.S
    )


def verdicts(results):
    return {name: each.verdict for name, each in results.items()}


def test_right_answers_share_one_fork(runner):
    assert set(verdicts(grade(runner, BASELINE)).values()) == {"passed"}
    assert runner.forks == [list(BASELINE)]
    assert runner._fork is None


def test_each_result_is_the_one_that_the_answer_gets_alone(runner):
    wrong = ANSWERS["accuracy"].replace("argmax", "argmin")
    assert wrong != ANSWERS["accuracy"]
    together = grade(runner, BASELINE, accuracy=wrong)
    alone = Grading(submission(*BASELINE, accuracy=wrong), runner, Exam(3))
    assert {name: alone.exercise(name) for name in BASELINE} == together
    assert together["accuracy"].verdict == "failed"
    assert len(runner.forks) == 1 + len(BASELINE)


@pytest.mark.parametrize("line", LEAVINGS)
def test_what_an_answer_leaves_behind_meets_no_other(runner, line):
    results = verdicts(grade(runner, BASELINE, count_parameters=first("count_parameters", line)))
    del results["count_parameters"]  # it may be refused for it
    assert set(results.values()) == {"passed"}
    assert runner.forks[-1][-3:] == list(BASELINE[1:])
    assert len(runner.forks) > 1


def test_an_answer_that_ends_its_fork_costs_only_itself(runner):
    leaves = first("count_parameters", "import os; os._exit(0)")
    results = verdicts(grade(runner, BASELINE, count_parameters=leaves))
    assert results.pop("count_parameters") == "crashed"
    assert set(results.values()) == {"passed"}


def test_an_answer_that_does_not_come_back_costs_only_itself(runner, monkeypatch):
    def brief(name):
        return Scenario(find_scenario(name).run, 5.0)

    monkeypatch.setattr(isolation, "find_scenario", brief)
    waits = first("accuracy", "while True: pass")
    results = verdicts(grade(runner, BASELINE, accuracy=waits))
    assert results.pop("accuracy") == "timed out"
    assert set(results.values()) == {"passed"}


@pytest.mark.parametrize("more", ["", "#" * 200_000], ids=["short", "longer than a pipe holds"])
def test_a_fork_that_an_answer_stopped_costs_the_next_one_nothing(runner, monkeypatch, more):
    monkeypatch.setattr(isolation, "END_SECONDS", 0.5)
    text = f"{ANSWERS['accuracy']}\n{more}\n"
    grading = Grading(submission("accuracy", accuracy=text), runner, Exam(3))
    runner.forks.clear()
    with runner.sitting():
        assert grading.exercise("count_parameters").verdict == "passed"
        os.kill(runner._fork.child, signal.SIGSTOP)
        assert grading.exercise("accuracy").verdict == "passed"
    assert runner.forks == [["count_parameters"], ["accuracy"]]


def test_what_is_lent_never_meets_its_own_exercise(runner):
    """A reference that was lent is gone when its exercise is graded, whatever hoards it."""
    hoards = first(
        "train_batch",
        "import sys, builtins; builtins.hoard = dict(sys.modules)",
    )
    steals = (
        "def evaluate(*arguments, **options):\n"
        "    import builtins, sys\n"
        "    known = {**getattr(builtins, 'hoard', {}), **sys.modules}\n"
        "    return known['_fashion_course_lent.training'].evaluate(*arguments, **options)\n"
    )
    broken = "def seed_everything(seed):\n    return None if seed else 1\n"
    changed = {"seed_everything": broken, "train_batch": hoards, "evaluate": steals}
    results = verdicts(grade(runner, TRAINING, **changed))
    assert results["evaluate"] != "passed"


def test_nothing_is_left_after_a_sitting(runner):
    grading = Grading(submission("accuracy"), runner, Exam(3))
    with runner.sitting():
        grading.exercise("accuracy")
        child = runner._fork.child
        os.kill(child, 0)  # it waits for the next
    while not _has_ended(child):  # it was told to
        os.sched_yield()


def _has_ended(process):
    """Say whether nothing runs there; its parent may not have noticed yet."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in ("Z", "X")
