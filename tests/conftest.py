"""Small stand-ins for the data set and a search that finds only these; a kernel with a home."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

import fashion_course
from fashion_course.kit.data import dataset
from fashion_course.kit.data import search as datasearch
from fashion_course.kit.data.files import FULL, DataFile, DataFiles, format_idx
from fashion_course.kit.notebook import memory
from tests.support.shell import LOAD, Notebook, close, make_home, quiet

if "PYTEST_XDIST_WORKER" in os.environ:  # tests side by side, and what they start: a core each
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    torch.set_num_threads(1)


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
