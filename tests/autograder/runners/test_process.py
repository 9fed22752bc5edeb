"""The worker survives anything that an answer does, and the judge gets a verdict for it."""

import ast
import contextlib
import os
import re
import signal
import sys
import textwrap
from pathlib import Path

import pytest

from autograder.course.catalogue import exercises, units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import Source, Submission
from autograder.runners import process as isolation
from autograder.runners.inline import InlineRunner
from autograder.runners.process import ProcessRunner
from autograder.worker.scenarios import Scenario, find_scenario
from tests.support.submissions import alive

RIGHT = """
def train_batch(model, images, labels, loss_fn, optimizer):
    {first}
    loss = loss_fn(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
"""


@pytest.fixture(scope="module")
def runner():
    runner = ProcessRunner()
    yield runner
    runner.close()


@pytest.fixture
def brief(monkeypatch):
    """Shorten the wall clock of all scenarios; no answer here that should finish takes long."""

    def find(name):
        return Scenario(find_scenario(name).run, 5.0)

    monkeypatch.setattr(isolation, "find_scenario", find)


def submit(text, head=""):
    unit = next(u for u in units() if u.name == "training")
    source = f"{unit.imports}\n{head}\n{textwrap.dedent(text)}"
    ast.parse(source)
    return Submission("test", {"training": Source(source, "training.py")})


def grade(runner, text, head="", exercise="train_batch"):
    return Grading(submit(text, head), runner, Exam(3)).exercise(exercise)


def test_a_right_answer_passes(runner):
    result = grade(runner, RIGHT.format(first="pass"))
    assert result.verdict == "passed"
    assert result.points == result.max_points


def test_a_fresh_interpreter_gives_the_same_result_where_there_is_no_fork(runner):
    alone = ProcessRunner(fork=False)
    text = RIGHT.format(first="pass").replace("optimizer.zero_grad()", "pass")
    try:
        assert grade(alone, text) == grade(runner, text)
    finally:
        alone.close()


@pytest.mark.parametrize(
    ("first", "verdict", "word"),
    [
        ("import os; os._exit(0)", "crashed", "ended the Python process"),
        ("import sys; sys.exit(0)", "crashed", "SystemExit"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed", "ended the Python"),
        ("return bytearray(2**50)", "out of memory", "MemoryError"),
        ("return torch.zeros(2**40)", "out of memory", "memory"),
        ("raise KeyError('here')", "crashed", "KeyError: 'here'"),
        ("undefined_name", "crashed", "NameError"),
        ("import pytest; pytest.skip('no')", "crashed", "Skipped"),
        ("return None", "failed", "None"),
        ("raise NotImplementedError()", "failed", "take it out"),
        ("def f(): return f()\n    f()", "crashed", "RecursionError"),
    ],
)
def test_what_goes_wrong_gets_its_verdict(runner, first, verdict, word):
    result = grade(runner, RIGHT.format(first=first))
    assert result.verdict == verdict
    assert result.points < result.max_points
    assert word in result.message


def test_an_endless_loop_is_stopped(runner, brief):
    result = grade(runner, RIGHT.format(first="while True: pass"))
    assert result.verdict == "timed out"
    assert "did not come back in time" in result.message


def test_one_cause_gives_one_failure(runner):
    checks = grade(runner, RIGHT.format(first="undefined_name")).checks
    assert [c.verdict for c in checks].count("crashed") == 1
    assert {c.verdict for c in checks} == {"crashed", "blocked"}


def test_a_crash_shows_the_students_own_line(runner):
    message = grade(runner, RIGHT.format(first="undefined_name")).message
    assert "in training.py, line" in message
    assert "undefined_name" in message
    assert "autograder" not in message


@pytest.mark.parametrize(
    "head",
    ["import no_such_module as needed", "import sys; needed = sys.exit()", "needed = 1 / 0"],
)
def test_an_error_at_import_is_a_crash_with_its_line(runner, head):
    result = grade(runner, RIGHT.format(first="needed"), head)
    assert result.verdict == "crashed"
    assert head.split(";")[-1].strip() in result.message


@pytest.mark.parametrize(
    "head",
    ["import no_such_module", "raise RuntimeError('at import')", "import sys; sys.exit()", "1 / 0"],
)
def test_what_an_answer_does_not_need_costs_nothing_at_import(runner, head):
    assert grade(runner, RIGHT.format(first="pass"), head).verdict == "passed"


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("torch.manual_seed = 3", "torch.manual_seed"),
        ("torch.equal = max", "torch.equal"),
        ("torch.var_mean = 0.5", "torch.var_mean"),
        ("torch.nn.functional.log_softmax = None", "torch.nn.functional.log_softmax"),
        ("import numpy as np; np.random.seed = 1", "np.random.seed"),
        ("import random; random.seed = 1", "random.seed"),
    ],
)
def test_an_assignment_to_somebody_elses_function_is_put_back_and_named(runner, first, name):
    result = grade(runner, RIGHT.format(first=first))
    assert [c.verdict for c in result.checks].count("crashed") == 1
    assert result.points == 0
    crash = next(c for c in result.checks if c.verdict == "crashed")
    assert name in crash.said("explanation")
    assert re.search(rf"in training.py, line \d+: {re.escape(first)}", crash.said("message"))
    assert grade(runner, RIGHT.format(first="pass")).verdict == "passed"


def test_an_assignment_while_the_module_is_loaded_is_named_too(runner):
    result = grade(runner, RIGHT.format(first="seed"), "seed = torch.manual_seed = 3")
    assert result.verdict == "crashed"
    assert "`torch.manual_seed` is no longer the function that it was" in result.message


def test_an_endless_loop_costs_one_limit_and_gets_no_hint_about_something_else(runner, brief):
    """Every scenario would loop; only the first is waited for."""
    result = grade(runner, RIGHT.format(first="while True: pass"))
    assert [c.verdict for c in result.checks].count("timed out") == 1
    assert {c.verdict for c in result.checks} == {"timed out", "blocked"}
    assert {c.said("hint") for c in result.checks} == {""}
    told = {c.said("message") for c in result.checks}
    assert "Not run, because the call above did not come back." in told


def test_what_was_seen_before_a_timeout_counts(runner, brief):
    stuck = "    while not model.training: pass\n    ### BEGIN SOLUTION"
    text = exercises()["train_epoch"].solution.replace("    ### BEGIN SOLUTION", stuck)
    verdicts = [c.verdict for c in grade(runner, text, exercise="train_epoch").checks]
    place = verdicts.index("timed out")
    assert place >= 5
    assert {*verdicts[:place]} == {"passed"}
    assert {*verdicts[place + 1 :]} == {"blocked"}  # nothing more is run


def test_the_worker_has_no_reference_and_no_checks_and_an_empty_environment(runner, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_EXAMINER", "42")
    spy = """
    import os, sys
    found = [m for m in sys.modules if "reference" in m and "fashion" in m or ".checks" in m
             or ".mistakes" in m or "judge" in m or m.startswith(("solutions", "pytest"))]
    assert not found, found
    assert "SECRET_OF_THE_EXAMINER" not in os.environ
    """
    first = textwrap.indent(textwrap.dedent(spy), "    ").strip()
    result = grade(runner, RIGHT.format(first=first))
    assert result.verdict == "passed", result.message


def test_forged_messages_earn_nothing(runner):
    forge = """
    import os
    for descriptor in range(3, 40):
        try: os.write(descriptor, b"\\0\\0\\0\\4junk")
        except OSError: pass
    """
    first = textwrap.indent(textwrap.dedent(forge), "    ").strip()
    result = grade(runner, RIGHT.format(first=first) + "\n")
    assert result.verdict in ("crashed", "grader error")
    assert result.points == 0
    assert grade(runner, RIGHT.format(first="pass")).verdict == "passed"


def test_what_the_answer_prints_is_shown_and_capped(runner):
    result = grade(runner, RIGHT.format(first="print('x' * 10**7); return 0"))
    assert result.printed.startswith("xxx")
    assert len(result.printed) <= 4_000


def test_a_long_table_in_an_answer_does_no_harm(runner):
    table = f"TABLE = [{', '.join(str(n % 10) for n in range(60_000))}]"
    assert grade(runner, RIGHT.format(first="TABLE"), table).verdict == "passed"


def test_what_was_made_before_the_request_is_no_observation(runner):
    """Each message begins with a mark of its request, which no submission can know beforehand."""
    code = """import os
    for descriptor in range(3, 64):
        try: os.write(descriptor, bytes(64))
        except OSError: pass"""
    assert grade(runner, RIGHT.format(first=code)).verdict == "crashed"


def test_no_process_is_left_behind(runner):
    folder = runner._folder.name
    first = "import os\n    if os.fork() == 0:\n        while True: pass"
    grade(runner, RIGHT.format(first=first))
    runner.close()
    assert not os.path.exists(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such signal")
def test_a_killed_judge_leaves_nobody_computing(tmp_path):
    flag = tmp_path / "pid"
    text = RIGHT.format(first=f"import os; open({str(flag)!r}, 'w').write(str(os.getpid())); 0")
    text = text.replace("loss = loss_fn", "while True: pass\n    loss = loss_fn")
    judge = os.fork()
    if judge == 0:
        grade(ProcessRunner(), text)
        os._exit(0)
    while not (flag.exists() and flag.read_text()):
        os.sched_yield()
    os.kill(judge, signal.SIGKILL)
    os.waitpid(judge, 0)
    command = Path(f"/proc/{flag.read_text()}/cmdline")
    with contextlib.suppress(OSError):
        while command.read_bytes():  # empty once it is dead; a child that lives times the test out
            os.sched_yield()


def test_inline_and_process_agree_on_a_wrong_answer():
    text = RIGHT.format(first="pass").replace("optimizer.zero_grad()", "pass")
    submission = submit(text)
    space = {}
    exec(
        compile(
            submission.sources["training"].text.replace("from .", "from solutions."), "x", "exec"
        ),
        space,
    )
    here = alive(space, text)
    inline = Grading(here, InlineRunner(), Exam(3))
    process = ProcessRunner()
    try:
        expected = Grading(submission, process, Exam(3)).exercise("train_batch")
    finally:
        process.close()
    assert inline.exercise("train_batch") == expected


def test_inline_leaves_random_states_and_threads_alone():
    import random

    import numpy as np
    import torch

    space = {}
    exec("import torch\n" + RIGHT.format(first="torch.manual_seed(0)"), space)
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    threads = torch.get_num_threads()
    result = Grading(alive(space), InlineRunner()).exercise("train_batch")
    assert result.verdict != "not attempted"
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]
    assert np.random.get_state()[1].tolist() == before[2]
    assert torch.get_num_threads() == threads
