"""What may import what: import-linter keeps the contracts, and each is seen to break."""

import configparser
import re
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("autograder", "fashion_course")
KIT = "fashion_course.kit"
LESSONS_IMPORT = [f"{KIT}.{part}" for part in ("data", "plots", "live", "lens")]

contracts = configparser.ConfigParser()
contracts.read(ROOT / ".importlinter")


def listed(contract: str, key: str) -> list[str]:
    return contracts[f"importlinter:contract:{contract}"][key].split("\n")[1:]


def layers() -> list[list[str]]:
    """Return the layers that have modules, from the top."""
    rows = [[name for name in row.split(" | ") if name[0] != "("] for row in listed_layers()]
    return [row for row in rows if row]


def listed_layers() -> list[str]:
    """Return the rows as they stand; a name in brackets may have no module."""
    return listed("layers", "layers")


def parts(package: str) -> set[str]:
    """Return the modules and packages right below a package."""
    folder = ROOT / package.replace(".", "/")
    found = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in folder.glob("*/__init__.py")}
    return {f"{package}.{name}" for name in found}


def module_of(name: str, folder: Path = ROOT) -> Path:
    """Return the file of a module, or of a package's `__init__`."""
    path = folder / name.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def lint(folder: Path = ROOT) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources and contracts in another folder, to plant arrows in."""
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def plant(folder: Path, importer: str, imported: str) -> None:
    """Have a module, or a package's `__init__`, import another one, as if on demand."""
    with module_of(importer, folder).open("a", encoding="utf-8") as file:
        file.write(f"\n\ndef planted() -> None:\n    import {imported}\n")


def refused(told: str) -> set[tuple[str, str]]:
    """Return the arrows that import-linter names: from, to."""
    return set(re.findall(r"^(\S+) is not allowed to import (\S+):$", told, flags=re.M))


def test_the_contracts_are_kept() -> None:
    assert " 0 broken." in lint()


def test_every_room_has_its_layer() -> None:
    named = re.findall(r"[\w.]+", "\n".join(listed_layers()))
    assert len(set(named)) == len(named)
    missing = parts("autograder") | parts(KIT)
    assert missing - set(named) == set(), "add them to the layers of .importlinter"


def test_each_arrow_up_is_refused(copy: Path) -> None:
    """From every layer to the one above it, and between the rooms of one layer."""
    planted = {(low[0], up[0]) for up, low in zip(layers(), layers()[1:], strict=False)}
    planted |= {(row[0], other) for row in layers() for other in row[1:]}
    for importer, imported in planted:
        plant(copy, importer, imported)
    assert planted <= refused(lint(copy))


def test_the_worker_imports_nothing_else_of_the_autograder(copy: Path) -> None:
    others = parts("autograder") - {"autograder.worker"}
    forbidden = set(listed("worker", "forbidden_modules"))
    assert forbidden == others, "name each of them, and no other, in .importlinter"
    for other in others:
        plant(copy, "autograder.worker.serve", other)
    told = lint(copy).partition("\nThe worker knows no expected value\n")[2]
    assert {("autograder.worker", other) for other in others} <= refused(told)


def test_the_worker_does_not_even_reach_it_through_the_kit(copy: Path) -> None:
    plant(copy, f"{KIT}.calls", "autograder.record")
    told = lint(copy).partition("\nThe worker knows no expected value\n")[2]
    assert ("autograder.worker", "autograder.record") in refused(told)


def test_what_lessons_import_knows_no_examiner(copy: Path) -> None:
    assert listed("kit", "source_modules") == LESSONS_IMPORT
    for part in LESSONS_IMPORT:
        plant(copy, part, "autograder.worker.observation")
    told = lint(copy).partition("\nWhat lessons import knows no examiner\n")[2]
    assert {(part, "autograder") for part in LESSONS_IMPORT} <= refused(told)


def test_a_circle_within_a_room_is_refused(copy: Path) -> None:
    plant(copy, "autograder.worker.trace", "autograder.worker.serve")
    plant(copy, "autograder.worker.serve", "autograder.worker.trace")
    assert "No cycles are allowed in autograder.worker." in lint(copy)


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle; none if there are none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_itself_in_a_circle_its_package_included() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    inside = {name for name in graph.modules if name.startswith(("autograder.", f"{KIT}."))}
    arrows = {name: graph.find_modules_directly_imported_by(name) & inside for name in inside}
    assert len(inside) > 100
    assert circle(arrows) == []
    arrows["autograder.claims"] = {"autograder.claims.seen"}
    arrows["autograder.claims.seen"] = {"autograder.claims"}
    assert set(circle(arrows)) == {"autograder.claims", "autograder.claims.seen"}
