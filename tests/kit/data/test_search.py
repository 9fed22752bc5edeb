"""Where the data are looked for: the order, and what is said about damage."""

import dataclasses
import gzip
import json
from pathlib import Path

import pytest

from fashion_course.kit.data.files import FULL, DataError
from fashion_course.kit.data.search import (
    FOLDER_VARIABLE,
    SYSTEM_FOLDER,
    cache_folder,
    check_folder,
    find_data,
)
from tests.conftest import FakeData


@pytest.fixture(autouse=True)
def full(fake_data: FakeData, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small stand-in count as the whole data set."""
    monkeypatch.setattr("fashion_course.kit.data.files.FULL", fake_data.files)


def spoil(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[:-20])


def test_the_cache_comes_before_the_system_and_the_system_before_the_subset(
    fake_data: FakeData, bare_computer: Path
) -> None:
    assert find_data().is_subset
    fake_data.write(bare_computer / "system")
    report = find_data()
    assert (report.found.source, report.is_subset) == ("the system data set", False)
    fake_data.write(bare_computer / "cache")
    report = find_data()
    assert (report.found.source, report.notice) == ("the course cache", "")


def test_a_named_folder_comes_first_and_the_argument_before_the_variable(
    fake_data: FakeData, bare_computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_data.write(bare_computer / "cache")
    mine = fake_data.write(bare_computer / "mine")
    ours = fake_data.write(bare_computer / "ours")
    monkeypatch.setenv(FOLDER_VARIABLE, str(ours))
    report = find_data()
    assert report.found.folder == str(ours)
    report = find_data(mine)
    assert report.found.folder == str(mine)
    assert report.found.source == "the folder that you named"


def test_a_tilde_in_a_named_folder_is_the_home(
    fake_data: FakeData, bare_computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(bare_computer))
    monkeypatch.setenv("USERPROFILE", str(bare_computer))
    fake_data.write(bare_computer / "data")
    assert find_data("~/data").found.problem == ""


@pytest.mark.usefixtures("bare_computer")
def test_a_computer_without_data_gets_the_subset_and_is_told_how_to_get_the_rest() -> None:
    report = find_data()
    assert report.is_subset
    assert "5,000 training and 1,000 test images" in report.notice
    assert "fashion-course data --fetch" in report.notice
    assert [place.source for place in report.searched] == [
        "the course cache",
        "the system data set",
        "the subset that ships with the course",
    ]


@pytest.mark.usefixtures("bare_computer")
def test_quick_takes_the_subset_without_a_word_and_whatever_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "/nowhere")
    report = find_data("/nowhere/either", quick=True)
    assert report.is_subset
    assert report.notice == ""


def test_a_damaged_file_in_the_cache_is_skipped_with_a_notice(
    fake_data: FakeData, bare_computer: Path
) -> None:
    fake_data.write(bare_computer / "system")
    cache = fake_data.write(bare_computer / "cache")
    spoil(cache, fake_data.files.test_images.name)
    report = find_data()
    assert report.found.source == "the system data set"
    assert "Skipped the course cache: " in report.notice
    assert str(cache / fake_data.files.test_images.name) in report.notice
    assert "`fashion-course data --fetch` repairs it." in report.notice
    assert "is damaged" in report.searched[0].problem


def test_a_half_filled_cache_is_skipped_with_a_notice(
    fake_data: FakeData, bare_computer: Path
) -> None:
    fake_data.write(bare_computer / "system")
    cache = fake_data.write(bare_computer / "cache")
    (cache / fake_data.files.test_images.name).unlink()
    report = find_data()
    assert report.found.source == "the system data set"
    assert f"{fake_data.files.test_images.name} is not in {cache}" in report.notice


def test_an_empty_cache_is_skipped_silently(fake_data: FakeData, bare_computer: Path) -> None:
    fake_data.write(bare_computer / "system")
    (bare_computer / "cache").mkdir()
    report = find_data()
    assert (report.found.source, report.notice) == ("the system data set", "")


def test_a_damaged_file_in_a_named_folder_is_an_error_with_hashes_and_remedy(
    fake_data: FakeData, bare_computer: Path
) -> None:
    fake_data.write(bare_computer / "cache")
    mine = fake_data.write(bare_computer / "mine")
    labels, images = fake_data.files.train_labels, fake_data.files.train_images
    (mine / labels.name).write_bytes(fake_data.packed[images.name])
    with pytest.raises(DataError) as caught:
        find_data(mine)
    message = str(caught.value)
    assert str(mine / labels.name) in message
    (mine / labels.name).write_bytes(gzip.compress(b"\0" * labels.size))
    with pytest.raises(DataError, match=f"should be {labels.sha256} and is [0-9a-f]{{64}}"):
        find_data(mine)
    assert "Name a folder that holds the four files" in message


def test_a_named_folder_that_lacks_a_file_or_is_none_is_an_error(
    fake_data: FakeData, bare_computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = fake_data.write(bare_computer / "mine")
    (mine / fake_data.files.test_labels.name).unlink()
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\.gz is not in "):
        find_data(mine)
    monkeypatch.setenv(FOLDER_VARIABLE, str(mine))
    with pytest.raises(DataError, match=r"is not in .*FASHION_MNIST_DIR unset"):
        find_data()
    with pytest.raises(DataError, match="typo is not a folder"):
        find_data(bare_computer / "typo")


def test_a_hurt_subset_is_an_error_and_not_wrong_data(
    bare_computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fashion_course.kit.data.search.SUBSET_FOLDER", bare_computer)
    with pytest.raises(DataError, match="Reinstall fashion-course to repair"):
        find_data()


def test_the_report_is_plain_data(fake_data: FakeData, bare_computer: Path) -> None:
    cache = fake_data.write(bare_computer / "cache")
    spoil(cache, fake_data.files.train_labels.name)
    fake_data.write(bare_computer / "system")
    report = find_data()
    again = json.loads(json.dumps(dataclasses.asdict(report)))
    assert again["found"]["folder"] == str(bare_computer / "system")
    assert again["found"]["problem"] == ""
    assert "train-labels-idx1-ubyte.gz is damaged" in again["searched"][0]["problem"]


def test_the_cache_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: f"/caches/{name}")
    assert cache_folder() == Path("/caches/fashion-course/fashion-mnist")


@pytest.mark.real_data
def test_debians_package_is_the_data_set_of_the_table() -> None:
    assert check_folder("the system data set", SYSTEM_FOLDER, FULL).problem == ""
