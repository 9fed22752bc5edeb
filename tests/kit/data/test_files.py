"""The four files: reading, verifying, and the IDX format."""

import gzip
import hashlib
import os
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fashion_course.kit.data.files import (
    FULL,
    DataError,
    DataFile,
    format_idx,
    read_array,
    verify,
)
from tests.conftest import FakeData


def test_the_table_has_the_names_that_torchvision_downloads() -> None:
    from torchvision.datasets import FashionMNIST

    names = [name for name, _ in FashionMNIST.resources]
    assert [file.name for file in FULL] == names


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)))
def test_an_idx_file_gives_back_the_array_that_went_in(array: np.ndarray) -> None:
    content = format_idx(array)
    file = DataFile("some-file.gz", array.shape, hashlib.sha256(content).hexdigest())
    assert file.size == len(content)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, file.name).write_bytes(gzip.compress(content))
        found = read_array(Path(folder), file)
    assert found.shape == array.shape
    assert np.array_equal(found, array)


@given(st.binary(max_size=40))
def test_junk_is_a_data_error(junk: bytes) -> None:
    with pytest.raises(DataError, match="is damaged"):
        verify(junk, FULL.train_labels, "junk")


@pytest.mark.parametrize("inner", ["", "FashionMNIST/raw"])
@pytest.mark.parametrize("plain", [False, True])
def test_a_file_is_found_gzipped_or_plain_also_under_a_torchvision_root(
    fake_data: FakeData, tmp_path: Path, inner: str, plain: bool
) -> None:
    fake_data.write(tmp_path / inner)
    for path in (tmp_path / inner).glob("*.gz") if plain else ():
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert read_array(tmp_path, fake_data.files.test_labels).shape == (20,)


def test_a_plain_file_of_something_else_is_refused(fake_data: FakeData, tmp_path: Path) -> None:
    file = fake_data.files.test_labels
    (tmp_path / file.name).with_suffix("").write_bytes(b"junk")
    with pytest.raises(DataError, match=f"is damaged or not {file.name}"):
        read_array(tmp_path, file)


def test_a_missing_file_is_told_from_a_damaged_one(fake_data: FakeData, tmp_path: Path) -> None:
    file = fake_data.files.test_labels
    with pytest.raises(DataError, match=f"{file.name} is not in "):
        read_array(tmp_path, file)
    (tmp_path / file.name).write_bytes(b"junk")
    with pytest.raises(DataError, match="is damaged: Not a gzipped file"):
        read_array(tmp_path, file)


def test_a_wrong_content_names_file_and_both_hashes(fake_data: FakeData) -> None:
    file = fake_data.files.test_labels
    wrong = b"x" * file.size
    found = hashlib.sha256(wrong).hexdigest()
    with pytest.raises(DataError, match=f"here.gz is .* should be {file.sha256} and is {found}"):
        verify(gzip.compress(wrong), file, "here.gz")


@pytest.mark.parametrize("kept", [1, 3, 15, 60, -1])
def test_a_cut_off_file_is_noticed(fake_data: FakeData, kept: int) -> None:
    file = fake_data.files.test_images
    with pytest.raises(DataError, match="is damaged"):
        verify(fake_data.packed[file.name][:kept], file, "here")


def test_a_flipped_bit_is_noticed_wherever_it_is(fake_data: FakeData) -> None:
    file = fake_data.files.test_labels
    content = gzip.decompress(fake_data.packed[file.name])
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1
        with pytest.raises(DataError, match="damaged"):
            verify(gzip.compress(bytes(changed)), file, "here")


def test_a_gzip_bomb_is_not_unpacked(fake_data: FakeData) -> None:
    file = fake_data.files.test_labels
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="is damaged or not"):
            verify(bomb, file, "bomb")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_an_unreadable_file_says_why(
    fake_data: FakeData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = fake_data.files.test_labels
    fake_data.write(tmp_path)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"cannot be read: Permission denied\."):
        read_array(tmp_path, file)


def test_a_file_that_changes_after_it_was_read_is_read_anew(
    fake_data: FakeData, tmp_path: Path
) -> None:
    file = fake_data.files.test_labels
    fake_data.write(tmp_path)
    read_array(tmp_path, file)
    path = tmp_path / file.name
    damaged = bytearray(path.read_bytes())
    damaged[-10] ^= 255
    stat = path.stat()
    path.write_bytes(damaged)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))
    with pytest.raises(DataError, match="damaged"):
        read_array(tmp_path, file)
