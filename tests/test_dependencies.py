"""What is imported is declared, and what is declared is needed."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import nbformat
import pytest

from autograder.worker.loading import LENT

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OURS = {"autograder", "docs", "fashion_course", "solutions", "tests", LENT}

NOT_IMPORTED = {
    "jupyter": "students read lessons and write answers in it",
    "import-linter": "`lint-imports` keeps .importlinter",
    "hatchling": "a test has it build the wheel, without a network",
    "mypy": "checks types",
    "pytest-timeout": "ends a test that hangs",
    "pytest-xdist": "`pytest -n auto`",
    "ruff": "lints and formats",
}
"""Distributions that no line imports: why they are declared."""


def declared(extra: str = "") -> set[str]:
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    return {re.split(r"[<>=!\[]", line)[0] for line in lines}


def texts(folder: str) -> Iterator[str]:
    """Yield the Python of a folder, that of its notebooks' cells included."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield path.read_text("utf-8")
    for path in sorted((ROOT / folder).rglob("*.ipynb")):
        for cell in nbformat.read(path, nbformat.NO_CONVERT).cells:
            if cell.cell_type == "code":
                yield re.sub(r"^[%!].*", "", cell.source, flags=re.M)


def imports(text: str) -> set[str]:
    """Return the packages that a text imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@cache
def needed(folders: tuple[str, ...]) -> set[str]:
    """Return the distributions that the code of some folders imports."""
    beside = {path.stem for folder in folders for path in (ROOT / folder).glob("*.py")}
    names = set().union(*(imports(text) for folder in folders for text in texts(folder)))
    owners = packages_distributions()
    third = names - sys.stdlib_module_names - OURS - beside
    # Distributions may call themselves by either; names are compared as PEP 503 writes them.
    found = {owner for name in third for owner in owners.get(name, [name])}
    return {re.sub(r"[-_.]+", "-", owner).lower() for owner in found}


SHIPPED = ("autograder", "fashion_course", "solutions", "exercises", "lessons")
EXTRAS = {
    "test": ("tests", "docs", "scripts"),
    "benchmarks": ("benchmarks",),
    "cluster": ("autograder",),  # inside functions alone: the plain install imports each module
}


def test_what_the_course_imports_is_declared() -> None:
    assert needed(SHIPPED) - declared() - declared("cluster") == set()


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_only_others_import_is_declared_in_their_extra(extra: str) -> None:
    assert needed(EXTRAS[extra]) - declared() - declared(extra) == set()


def test_what_is_declared_is_imported_or_has_a_reason() -> None:
    assert declared() - needed(SHIPPED) - NOT_IMPORTED.keys() == set()
    for extra, folders in EXTRAS.items():
        assert declared(extra) - needed(folders) - NOT_IMPORTED.keys() == set()
        assert declared(extra) & declared() == set()


def test_no_reason_is_given_for_what_is_imported_or_not_declared() -> None:
    all_declared = declared().union(*map(declared, EXTRAS))
    assert NOT_IMPORTED.keys() <= all_declared - needed(SHIPPED)


def test_an_import_is_found_wherever_it_stands() -> None:
    text = "import a.b as c\nfrom . import d\ndef f():\n    from e.f import g\n    import h, i\n"
    assert imports(text) == {"a", "e", "h", "i"}
