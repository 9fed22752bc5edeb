"""`pytest autograder`: the third way in, on the same engine."""

import re
import subprocess
import sys

import pytest

from autograder.claims.registry import all_checks
from autograder.course.catalogue import course_root
from tests.support.submissions import stubs

ROOT = course_root()


PLAIN = [f"-pno:{name}" for name in ("cacheprovider", "hypothesispytest", "timeout", "xdist")]
"""As after `pip install -e .`, which brings no plugins."""


def run_pytest(*arguments):
    command = [sys.executable, "-m", "pytest", "autograder", *PLAIN, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def quick():
    return sum(not check.full for check in all_checks().values())


def test_the_solutions_pass_every_check(quick):
    done = run_pytest("--submission", "solutions")
    assert done.returncode == 0, done.stdout
    assert f"{quick} passed" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_stubs_fail_no_check_and_pass_none(tmp_path, quick):
    done = run_pytest("--submission", str(stubs(tmp_path)))
    assert done.returncode == 0, done.stdout
    assert f"{quick} skipped" in done.stdout.splitlines()[-1]
    assert "passed" not in done.stdout.splitlines()[-1]
    assert "not attempted: " in done.stdout


def test_a_wrong_answer_fails_with_words_and_without_a_traceback(tmp_path):
    path = stubs(tmp_path, baseline="\n\ndef count_parameters(model):\n    return 1\n")
    done = run_pytest("--submission", str(path), "-k", "count_parameters")
    assert done.returncode == 1
    assert "failed: count_parameters" in done.stdout
    assert "hint:" in done.stdout
    assert "Traceback" not in done.stdout
    assert "judge.py" not in done.stdout


def test_a_missing_submission_is_a_usage_error(tmp_path):
    done = run_pytest("--submission", str(tmp_path / "nowhere"))
    assert done.returncode != 0
    assert "no such file or folder" in done.stdout + done.stderr


def test_a_seed_and_the_milestone_are_options_as_those_of_grade():
    arguments = ("--submission", "solutions", "--grading-seed", "3")
    done = run_pytest(*arguments, "--full", "--quick", "-k", "test_train_cnn or accuracy", "-q")
    assert done.returncode == 0, done.stdout
    (late,) = (name for name, check in all_checks().items() if check.full)
    chosen = [n for n in all_checks() if n.startswith("train_cnn") or "accuracy" in n]
    assert late in chosen
    assert f"{len(chosen)} passed" in done.stdout


def test_the_same_seed_gives_the_same_words(tmp_path):
    path = stubs(tmp_path, baseline="\n\ndef count_parameters(model):\n    return 1\n")
    arguments = ("--submission", str(path), "--grading-seed", "3", "-k", "count_parameters")
    one, other = (run_pytest(*arguments).stdout.rpartition("=")[0] for _ in range(2))
    assert "failed: count_parameters" in one
    assert re.sub(r"in [\d.]+s", "", one) == re.sub(r"in [\d.]+s", "", other)


def test_quick_without_full_is_a_usage_error():
    done = run_pytest("--submission", "solutions", "--quick", "-k", "count_parameters")
    assert done.returncode != 0
    assert "use it together with --full" in done.stdout + done.stderr
