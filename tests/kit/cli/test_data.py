"""`data`: what was found, where, whether it is whole; and `--fetch`, without a network."""

import gzip
import json

import pytest
from typer.testing import CliRunner

from fashion_course.kit.cli import app
from fashion_course.kit.cli.common import UserError
from fashion_course.kit.data import download
from fashion_course.kit.data import files as datafiles
from fashion_course.kit.data import search as datasearch


def run(*arguments):
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


def refused(*arguments):
    result = run(*arguments)
    assert isinstance(result.exception, UserError), result.output
    return str(result.exception), int(result.exception.code)


@pytest.fixture
def whole(fake_data, monkeypatch):
    """Let the small stand-in count as the whole data set."""
    monkeypatch.setattr(datafiles, "FULL", fake_data.files)
    return fake_data


@pytest.fixture
def mirror(whole, monkeypatch):
    """Serve the stand-in without a network; returns the names of the files that were asked for."""
    asked = []

    def fetch(folder=None, progress=None):
        target = datasearch.named_folder(folder) or datasearch.cache_folder()
        target.mkdir(parents=True, exist_ok=True)
        for file in whole.files:
            if datasearch.check_folder("", target, [file]).problem:
                asked.append(file.name)
                progress(file.name, 10, 20)
                (target / file.name).write_bytes(whole.packed[file.name])
        return target

    monkeypatch.setattr(download, "fetch", fetch)
    return asked


def test_a_whole_data_set_is_told_with_its_place(bare_computer, whole):
    whole.write(bare_computer / "cache")
    result = run()
    assert result.exit_code == 0
    assert "FashionMNIST, whole, from the course cache." in result.stdout
    assert result.stdout.count("✓ whole") == 1
    assert str(bare_computer / "cache") in result.stdout


def test_the_subset_is_told_with_the_places_searched_in_vain(bare_computer, whole):
    result = run()
    assert result.exit_code == 0
    assert "A subset of FashionMNIST, from the subset that ships" in result.stdout
    for place in ("cache", "system"):
        assert f"{bare_computer / place} is not a folder." in result.stdout
    assert "data --fetch" in result.stdout


def test_json_holds_every_place(bare_computer, whole):
    whole.write(bare_computer / "cache")
    read = json.loads(run("--json").stdout)
    assert read["is_subset"] is False
    assert read["found"]["folder"] == str(bare_computer / "cache")
    assert [place["problem"] for place in read["searched"]] == [""]


def test_unzipped_files_count(bare_computer, whole):
    whole.write(bare_computer / "mine")
    for path in (bare_computer / "mine").glob("*.gz"):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert "FashionMNIST, whole" in run("--folder", bare_computer / "mine").stdout


def test_a_damaged_file_is_named_with_what_is_wrong(bare_computer, whole):
    whole.write(bare_computer / "cache")
    file = bare_computer / "cache" / whole.files.test_labels.name
    file.write_bytes(file.read_bytes()[:-9])
    result = run()
    assert result.exit_code == 0
    assert "damaged" in result.stdout
    assert str(file) in result.stdout.replace("\n", "")


def test_a_named_folder_that_is_not_whole_has_its_own_exit_code(bare_computer, whole):
    told, code = refused("--folder", bare_computer)
    assert "is not in" in told
    assert code == 3
    told, code = refused("--folder", bare_computer / "nowhere", "--json")
    assert "is not a folder" in told
    assert code == 3


def test_fetching_fills_the_cache_and_reports(bare_computer, whole, mirror):
    result = run("--fetch")
    assert result.exit_code == 0, result.exception
    assert mirror == [file.name for file in whole.files]
    assert "FashionMNIST, whole" in result.stdout


def test_fetching_fills_a_named_folder(bare_computer, whole, mirror):
    read = json.loads(run("--fetch", "--folder", bare_computer / "mine", "--json").stdout)
    assert read["found"]["folder"] == str(bare_computer / "mine")
    assert not read["is_subset"]


def test_fetching_mends_a_damaged_file_though_other_data_would_serve(bare_computer, whole, mirror):
    whole.write(bare_computer / "system")
    whole.write(bare_computer / "cache")
    (bare_computer / "cache" / whole.files.test_images.name).write_bytes(b"broken")
    assert run("--fetch").exit_code == 0
    assert mirror == [whole.files.test_images.name]


def test_nothing_is_fetched_when_all_is_there(bare_computer, whole, mirror):
    whole.write(bare_computer / "system")
    result = run("--fetch")
    assert "Nothing to download: the data are here and complete." in result.stdout
    assert mirror == []


def test_no_network_has_its_own_exit_code(bare_computer, whole, monkeypatch):
    monkeypatch.setattr(download, "default_mirrors", list)
    told, code = refused("--fetch")
    assert "could not be downloaded" in told
    assert code == 3


def test_help_has_an_example():
    assert "Example: fashion-course data --fetch" in run("--help").output
