"""The house's own rules: lengths of files and functions, and that each folder says what it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.catalogue import BEGIN, END, UNITS, exercises

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("checks", "mistakes", "right_answers", "slips", "readings", "worker/scenarios")
BANKS = (*(f"autograder/{room}" for room in ROOMS), "tests/hostile/attacks")
FILE, BANK_FILE, FUNCTION = 400, 600, 45  # lines
ANSWER = 20  # lines of code in the body of a reference answer
# Lines in all; 2,300 of the kit's draw what the lessons show, so that the lessons need not.
ENGINE, KIT = 12_750, 10_550
STUDENTS = {ROOT / "fashion_course" / f"{unit}.py" for unit in UNITS}  # derived by sync


def python(*folders: str) -> list[Path]:
    """Return the modules below some folders, but those that students write."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if path not in STUDENTS)


def is_bank(path: Path) -> bool:
    return any((ROOT / bank) in path.parents for bank in BANKS)


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a module as its name, and its lines from `def` to the last one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1  # type: ignore[operator]


def too_long(paths: list[Path]) -> dict[str, int]:
    limits = {path: BANK_FILE if is_bank(path) else FILE for path in paths}
    return {relative(path): lines(path) for path in paths if lines(path) > limits[path]}


def test_no_file_is_too_long() -> None:
    code = ("autograder", "fashion_course", "solutions")
    assert too_long(python(*code, "tests", "docs", "scripts", "benchmarks")) == {}


def test_no_function_is_too_long() -> None:
    found = {
        f"{relative(path)}: {name}": length
        for path in python("autograder", "fashion_course", "solutions")
        for name, length in functions(path)
        if length > FUNCTION
    }
    assert found == {}


@pytest.mark.parametrize("name", exercises())
def test_a_reference_answer_is_short(name: str) -> None:
    bodies = exercises()[name].solution.split(BEGIN)[1:]
    code = [line.strip() for body in bodies for line in body.split(END)[0].splitlines()]
    assert len([line for line in code if line and not line.startswith("#")]) <= ANSWER


def test_the_engine_stays_small() -> None:
    assert sum(lines(path) for path in python("autograder") if not is_bank(path)) <= ENGINE


def test_the_kit_stays_small() -> None:
    assert sum(map(lines, python("fashion_course/kit"))) <= KIT


@pytest.mark.parametrize("package", ["autograder", "fashion_course"])
def test_each_folder_of_python_says_what_it_is_for(package: str) -> None:
    folders = {path.parent for path in python(package)}
    silent = [
        relative(folder)
        for folder in folders
        if not ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    ]
    assert silent == []


def test_the_table_of_contributing_has_each_folder_once() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in row.split("`")[1::2]]
    rooms = [path.parent for path in sorted((ROOT / "autograder").glob("*/__init__.py"))]
    rooms += [
        path.parent for path in sorted((ROOT / "fashion_course" / "kit").glob("*/__init__.py"))
    ]
    top = ("lessons", "solutions", "exercises", "tests", "docs", "benchmarks", "scripts")
    expected = [f"{relative(room)}/" for room in rooms] + [f"{name}/" for name in top]
    missing = [name for name in expected if named.count(name) != 1]
    assert missing == []
    there = [name for name in named if name.endswith("/") and "<" not in name and "*" not in name]
    assert [name for name in there if not (ROOT / name).is_dir()] == []


MARKS = {"chromium": "browser", "nbgrader": "nbgrader", "SYSTEM_FOLDER": "real_data"}
"""What a module of tests imports to reach a real program, or the real data: its marker."""


@pytest.mark.parametrize("name", MARKS)
def test_tests_of_real_programs_and_data_are_marked(name: str) -> None:
    users = [
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]
    ]
    assert users
    for path in users:
        assert f"pytest.mark.{MARKS[name]}" in path.read_text("utf-8"), relative(path)


def test_each_test_has_a_time_limit(request: pytest.FixtureRequest) -> None:
    limit = request.node.get_closest_marker("timeout")
    assert limit is not None
    assert limit.args == (900,)
