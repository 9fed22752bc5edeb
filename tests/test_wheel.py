"""An installed course is whole: the wheel holds what its code reads."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COURSE = ("solutions", "lessons", "exercises")


def files(folder: Path) -> set[str]:
    """Return the files of a folder as the wheel should name them; caches are none of them."""
    paths = (path.relative_to(ROOT) for path in folder.rglob("*") if path.is_file())
    hidden = ("__pycache__", ".")
    return {str(path) for path in paths if not any(p.startswith(hidden) for p in path.parts)}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def shipped(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("package", ["autograder", "fashion_course"])
def test_the_wheel_holds_each_file_of_a_package(unpacked: Path, package: str) -> None:
    assert files(ROOT / package) - shipped(unpacked) == set()


def test_the_wheel_holds_the_subset_and_the_style(unpacked: Path) -> None:
    kit = unpacked / "fashion_course" / "kit"
    assert len(list(kit.glob("data/subset/*.gz"))) == 4
    assert (kit / "lesson.mplstyle").is_file()


@pytest.mark.parametrize("folder", COURSE)
def test_the_wheel_holds_the_course(unpacked: Path, folder: str) -> None:
    there = {f"autograder/_course/{name}" for name in files(ROOT / folder)}
    assert there
    assert there - shipped(unpacked) == set()


def test_the_wheel_holds_nothing_else(unpacked: Path) -> None:
    ours = {"autograder", "fashion_course"}
    assert {p.name for p in unpacked.iterdir() if not p.name.endswith(".dist-info")} == ours
    assert {p.name for p in (unpacked / "autograder" / "_course").iterdir()} == set(COURSE)


USED = """
import sys
import autograder
import matplotlib.pyplot as plt
from fashion_course.kit import fashion_mnist
from fashion_course.kit.cli import main

assert autograder.__file__.startswith(sys.argv.pop(1))
assert len(fashion_mnist("train", quick=True).labels) == 5000
plt.style.use("fashion_course.kit.lesson")
main()
"""


def test_the_installed_course_starts_checks_and_draws(unpacked: Path, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(unpacked), "OMP_NUM_THREADS": "1"}

    def course(folder: Path, *arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-c", USED, str(unpacked), *arguments]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    code, told = course(tmp_path, "start", "mine")
    assert code == 0, told
    names = {path.name for path in (tmp_path / "mine" / "lessons").iterdir()}
    assert names >= {path.name for path in ROOT.glob("lessons/*.ipynb")}
    code, told = course(tmp_path / "mine", "check", "count_parameters")
    assert (code, "not attempted" in told) == (1, True), told
