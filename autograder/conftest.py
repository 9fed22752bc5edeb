"""`pytest autograder` grades the course folder; `--submission PATH` grades another.

The engine is the one of `fashion-course grade`: pytest only shows its verdicts, a check a test.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from autograder.claims.registry import all_checks
from autograder.course.catalogue import exercises
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.judge.milestone import open_milestone
from autograder.reading.submission import SubmissionError, read_submission
from autograder.record import CheckResult
from autograder.report.terminal import lines_of
from autograder.runners.process import ProcessRunner
from fashion_course.kit.home import find_home

GRADING = pytest.StashKey[Grading]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the autograder."""
    group = parser.getgroup("fashion-course")
    group.addoption(
        "--submission", metavar="PATH", help="what to grade; default: your course folder"
    )
    group.addoption("--full", action="store_true", help="train for the accuracy milestone too")
    group.addoption("--quick", action="store_true", help="train on the shipped subset only")
    group.addoption("--grading-seed", type=int, help="seed of the problems; default: a new one")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the milestone out unless it was asked for."""
    if config.getoption("--full"):
        return
    checks = all_checks()
    late = [i for i in items if (c := checks.get(i.name.removeprefix("test_"))) and c.full]
    if late:
        config.hook.pytest_deselected(items=late)
        items[:] = [item for item in items if item not in late]


@pytest.fixture(scope="session")
def grading(pytestconfig: pytest.Config) -> Iterator[Grading]:
    """Return the grading of this session's submission."""
    path = pytestconfig.getoption("--submission") or find_home()
    if path is None:
        raise pytest.UsageError("no course folder here: pass --submission PATH")
    try:
        submission = read_submission(path)
    except SubmissionError as error:
        raise pytest.UsageError(str(error)) from error
    seed = pytestconfig.getoption("--grading-seed")
    full, quick = pytestconfig.getoption("--full"), pytestconfig.getoption("--quick")
    if not full:
        runner = ProcessRunner()
        yield Grading(submission, runner, Exam(seed))
        runner.close()
        return
    with open_milestone(quick) as milestone:
        runner = ProcessRunner(milestone.folder)
        yield Grading(submission, runner, Exam(seed), milestone)
        runner.close()


@pytest.fixture
def seen() -> None:
    """Stand for the observation; the engine hands it to the check."""


@pytest.fixture
def expected() -> None:
    """Stand for what the check compares with; the engine hands it over."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Show the engine's verdict of a check instead of calling it."""
    check = all_checks().get(pyfuncitem.name.removeprefix("test_"))
    if check is None or pyfuncitem.function is not check.claim:
        return None
    grading: Any = pyfuncitem.funcargs["grading"]
    result = grading.exercise(check.exercise)
    _tell(next(c for c in result.checks if c.name == check.name), result.message)
    return True


@pytest.fixture(autouse=True)
def _graded(grading: Grading) -> Any:
    """Have every check depend on the grading."""
    return grading


def _tell(result: CheckResult, message: str) -> None:
    if result.verdict == "passed":
        return
    told = "\n".join([f"{result.verdict}: {result.sentence}", *lines_of(result)])
    if result.verdict in ("not attempted", "blocked"):
        pytest.skip(told.replace("\n", " "))
    pytest.fail(told, pytrace=False)


def pytest_report_header(config: pytest.Config) -> str:
    """Name what is graded."""
    return f"submission: {config.getoption('--submission') or find_home()}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell how many exercises there are, so that silence is not taken for success."""
    terminalreporter.write_line(f"{len(exercises())} exercises, {len(all_checks())} checks")
