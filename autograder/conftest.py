"""`pytest autograder` grades the course folder; `--submission PATH` grades another.

The engine is the one of `fashion-course grade`: pytest only shows its verdicts, a check a test.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.claims.registry import all_checks
from autograder.grading.one import Grading
from autograder.report.terminal import lines_of
from fashion_course.kit.cli.common import UserError
from fashion_course.kit.cli.grading import answers_in, grading_of
from fashion_course.kit.home import find_home


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `fashion-course grade`; `--seed` may be another plugin's."""
    group = parser.getgroup("fashion-course")
    told = "what to grade; default: your course folder"
    group.addoption("--submission", metavar="PATH", help=told)
    group.addoption("--full", action="store_true", help="train for the accuracy milestone too")
    group.addoption("--quick", action="store_true", help="with --full: on the shipped subset")
    group.addoption("--isolation", help="sandbox or process; default: the best that holds")
    group.addoption("--grading-seed", type=int, help="of the small problems; default: a new one")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the milestone out, which trains for a minute, unless it is asked for."""
    if not config.getoption("--full"):
        late = {f"test_{name}" for name, check in all_checks().items() if check.full}
        items[:] = [item for item in items if item.name not in late]


@pytest.fixture(scope="session")
def grading(pytestconfig: pytest.Config) -> Iterator[Grading]:
    """Return the grading of this session's submission."""
    names = ("--submission", "--full", "--quick", "--grading-seed")
    path, full, quick, seed = map(pytestconfig.getoption, names)
    if path is None and find_home() is None:
        raise pytest.UsageError("no course folder here: pass --submission PATH")
    try:
        level = pytestconfig.getoption("--isolation") or (None if path else "process")
        read = answers_in(path and Path(path))
        with grading_of(read, full, quick, seed, level=level) as opened:
            yield opened
    except UserError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture
def seen(grading: Grading) -> Grading:
    """Stand for the observation, which the engine hands to the check: here it is the grading."""
    return grading


@pytest.fixture
def expected() -> None:
    """Stand for what the check compares with; the engine hands it over."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Show the engine's verdict of a check instead of calling it."""
    check = all_checks().get(pyfuncitem.name.removeprefix("test_"))
    if check is None or pyfuncitem.function is not check.claim:
        return None
    grading: Any = pyfuncitem.funcargs["seen"]
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
