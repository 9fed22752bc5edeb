"""Small stand-ins for the data set and a search that finds only these; a kernel with a home.

Tests of real programs and data carry a marker. Where one is missing they are skipped and say what
to install; in CI, `TESTS_MUST_RUN="browser real_data"` makes that a failure.
"""

import functools
import gzip
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from filelock import FileLock
from nbformat import NotebookNode

import fashion_course
from autograder.runners.levels import levels_here, try_way
from fashion_course.kit.data import dataset
from fashion_course.kit.data import search as datasearch
from fashion_course.kit.data.files import FULL, DataFile, DataFiles, format_idx
from fashion_course.kit.notebook import memory
from tests.support.lessons import executed_once
from tests.support.shell import LOAD, Notebook, close, make_home, quiet

if "PYTEST_XDIST_WORKER" in os.environ:  # tests side by side, and what they start: a core each
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    torch.set_num_threads(1)

SECONDS = 900  # of one test, the making of its fixtures included

NEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "browser": (
        lambda: shutil.which("chromium") and shutil.which("chromedriver"),
        "no Chromium: apt-get install chromium chromium-driver",
    ),
    "real_data": (
        lambda: datasearch.SYSTEM_FOLDER.is_dir(),
        "no real data: apt-get install dataset-fashion-mnist",
    ),
    "cuda": (torch.cuda.is_available, "no GPU that PyTorch can use by CUDA"),
    "bubblewrap": (
        lambda: try_way("bubblewrap").parts,
        "no bubblewrap, or no namespaces: apt-get install bubblewrap; see fashion-course doctor",
    ),
    "landlock": (
        lambda: try_way("landlock").parts,
        "no Landlock: Linux 5.13 or later is needed; see fashion-course doctor",
    ),
    "sandbox": (
        lambda: all(way.parts for way in levels_here()),
        "not both ways into the sandbox are there: see fashion-course doctor",
    ),
}
"""A marker of tests: what is there if they can run, and what to do if it is not."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Let a worker that has nothing left take tests from the other; files stay together longer."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """End a test that hangs. A setting would be unknown where pytest-timeout is not installed."""
    if config.pluginmanager.has_plugin("timeout"):
        for item in items:
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program or data are missing, or fail it where it must run."""
    for name, (there, remedy) in NEEDS.items():
        if item.get_closest_marker(name) and not there():
            must = name in os.environ.get("TESTS_MUST_RUN", "").split()
            if must:
                pytest.fail(remedy, pytrace=False)
            pytest.skip(remedy)


@dataclass(frozen=True)
class FakeData:
    """A data set of 30 training and 20 test images: its table, and its four gzipped files."""

    files: DataFiles
    packed: dict[str, bytes]

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.packed.items():
            (folder / name).write_bytes(content)
        return folder


@pytest.fixture(scope="session")
def fake_data() -> FakeData:
    rng = np.random.default_rng(0)
    packed, table = {}, []
    for file, count in zip(FULL, (30, 30, 20, 20), strict=True):
        if len(file.shape) == 3:
            array = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        else:
            array = rng.permutation(np.arange(count, dtype=np.uint8) % 10)
        content = format_idx(array)
        packed[file.name] = gzip.compress(content)
        table.append(DataFile(file.name, array.shape, hashlib.sha256(content).hexdigest()))
    return FakeData(DataFiles(*table), packed)


@pytest.fixture
def bare_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No data but the shipped subset; the course cache is `tmp_path / "cache"`, not yet there."""
    monkeypatch.delenv(datasearch.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(datasearch, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(datasearch, "SYSTEM_FOLDER", tmp_path / "system")
    monkeypatch.setattr(dataset, "_told", set())
    return tmp_path


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A kernel with the extension, in the `exercises` of a new course folder."""
    for name in ("FASHION_COURSE_HOME", "JPY_SESSION_NAME", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(fashion_course, "__path__", list(fashion_course.__path__))
    monkeypatch.setattr(memory, "_unwritten", {})
    home = make_home(tmp_path / "my course")
    monkeypatch.chdir(home / "exercises")
    close()
    made = Notebook(home, quiet())
    try:
        made.run(LOAD)
        yield made
    finally:
        close()


@pytest.fixture(scope="session")
def executed_lesson(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], NotebookNode]:
    """Give a lesson with its outputs; each is run once for all tests and all their processes."""
    shared = shared_folder(tmp_path_factory)
    (shared / "lessons").mkdir(exist_ok=True)
    return functools.cache(partial(executed_once, shared / "lessons"))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give `made_once(name, make)`: a folder that `make(folder)` fills, once for all processes."""

    def made(name: str, make: Callable[[Path], object]) -> Path:
        shared = shared_folder(tmp_path_factory)
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the temporary folder that all processes of this session know."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
