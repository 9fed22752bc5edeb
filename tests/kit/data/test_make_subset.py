"""The maker of the shipped subset, on a small data set and, where it is there, on the real one."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from fashion_course.kit.data.files import SUBSET, DataFile, DataFiles, read_array
from fashion_course.kit.data.search import SUBSET_FOLDER, SYSTEM_FOLDER
from tests.conftest import FakeData

SCRIPT = Path(__file__).parents[3] / "scripts" / "make_subset.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_subset", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def whole(fake_data: FakeData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("fashion_course.kit.data.files.FULL", fake_data.files)
    return fake_data.write(tmp_path / "whole")


def test_the_first_images_of_each_class_are_taken_in_the_order_of_the_file(
    script: ModuleType, fake_data: FakeData, whole: Path
) -> None:
    contents = script.make_subset(whole, train=2, test=1)
    train_images, train_labels, _, test_labels = contents
    seen: list[int] = []
    chosen = []
    for index, label in enumerate(read_array(whole, fake_data.files.train_labels)):
        if seen.count(label) < 2:
            seen.append(label)
            chosen.append(index)
    for file, content in contents.items():
        (whole / file.name).write_bytes(script.pack(content))
    images = read_array(whole, train_images)
    assert read_array(whole, train_labels).tolist() == seen
    (whole / train_images.name).write_bytes(fake_data.packed[train_images.name])
    assert np.array_equal(images, read_array(whole, fake_data.files.train_images)[chosen])
    assert len(read_array(whole, test_labels)) == 10


def test_two_runs_give_the_same_bytes_without_a_time_or_a_system_in_them(
    script: ModuleType,
) -> None:
    packed = script.pack(b"content" * 100)
    assert packed == script.pack(b"content" * 100)
    assert packed[:10] == b"\x1f\x8b\x08\x00\0\0\0\0\x02\xff"


def test_a_wrong_file_a_missing_file_and_a_wrong_table_are_told(
    script: ModuleType, whole: Path, tmp_path: Path
) -> None:
    contents = script.make_subset(whole, train=2, test=1)
    table = DataFiles(*contents)
    for file, content in contents.items():
        (tmp_path / file.name).write_bytes(script.pack(content))
    assert script.differences(contents, tmp_path, table) == []
    assert script.repacked(contents, tmp_path) == []

    first, second, third, last = table
    (tmp_path / first.name).write_bytes(script.pack(contents[first][:-1] + b"?"))
    (tmp_path / second.name).unlink()
    wrong = DataFiles(first, second, DataFile(third.name, third.shape, "0" * 64), last)
    told = script.differences(contents, tmp_path, wrong)
    assert [name in line for name, line in zip((first.name, second.name), told, strict=False)]
    assert len(told) == 3
    assert f"SUBSET of kit/data/files.py should hold {third}" in told


def test_other_compressed_bytes_are_reported_and_no_error(script: ModuleType, whole: Path) -> None:
    contents = script.make_subset(whole, train=3, test=2)
    contents = {file: content for file, content in contents.items() if "images" in file.name}
    for file, content in contents.items():
        (whole / file.name).write_bytes(script.pack(content))
    name = next(iter(contents)).name
    repacked = bytearray((whole / name).read_bytes())
    repacked[9] = 3  # another operating system in the header, the same data
    (whole / name).write_bytes(repacked)
    assert script.repacked(contents, whole) == [name]


def test_without_the_whole_data_set_the_way_to_it_is_named(
    script: ModuleType, bare_computer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main(["--check"]) == 1
    assert "fashion-course data --fetch" in capsys.readouterr().err
    assert script.main(["--check", "--data", str(bare_computer / "typo")]) == 1
    assert "is not a folder" in capsys.readouterr().err


def test_the_shipped_subset_is_small_and_balanced() -> None:
    paths = [SUBSET_FOLDER / file.name for file in SUBSET]
    assert sum(path.stat().st_size for path in paths) < 3_000_000
    for file, count in ((SUBSET.train_labels, 500), (SUBSET.test_labels, 100)):
        labels = read_array(SUBSET_FOLDER, file)
        assert np.bincount(labels).tolist() == [count] * 10


@pytest.mark.real_data
def test_the_shipped_subset_is_what_the_script_makes(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main(["--check", "--data", str(SYSTEM_FOLDER)]) == 0, capsys.readouterr().err
    assert "make_subset" not in sys.modules
