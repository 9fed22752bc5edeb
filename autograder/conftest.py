"""`pytest autograder` grades the course folder; `--submission PATH` grades another.

The engine is the one of `fashion-course grade`: pytest only shows its verdicts, a check a test.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from autograder.claims.registry import all_checks
from autograder.grading.one import Grading
from autograder.reading.submission import SubmissionError, read_submission
from autograder.report.terminal import lines_of
from autograder.runners.process import ProcessRunner
from fashion_course.kit.home import find_home


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says what to grade."""
    told = "what to grade; default: your course folder"
    parser.getgroup("fashion-course").addoption("--submission", metavar="PATH", help=told)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the milestone out: it trains for a minute, with `fashion-course grade --full`."""
    checks = all_checks()
    late = {f"test_{name}" for name, check in checks.items() if check.full}
    items[:] = [item for item in items if item.name not in late]


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
    runner = ProcessRunner()
    yield Grading(submission, runner)
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
    found = grading.exercise(check.exercise)
    results = (each for each in found.every_check if each.name == check.name)
    result = next(results, None)
    if result is None:
        pytest.skip("craft: judged once the core of the exercise holds")
    told = "\n".join([f"{result.verdict}: {result.sentence}", *lines_of(result)])
    if result.verdict in ("not attempted", "blocked"):
        pytest.skip(told.replace("\n", " "))
    if result.verdict != "passed" and check.craft:
        pytest.xfail(f"craft, a suggestion: {told}")
    if result.verdict != "passed":
        pytest.fail(told, pytrace=False)
    return True


@pytest.fixture(autouse=True)
def _graded(grading: Grading) -> Any:
    """Have every check depend on the grading."""
    return grading
