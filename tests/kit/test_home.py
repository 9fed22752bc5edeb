"""Where answers are read from, and where alone they may be saved."""

import os

import pytest

from fashion_course.kit import home
from fashion_course.kit.home import MARKER, adopt_home, find_home, owned_home


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A course folder, a clone that this package runs from, and a place that is neither."""
    for name in ("FASHION_COURSE_HOME", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    tmp_path = tmp_path.resolve()
    for folder in ("course/fashion_course", "course/exercises", "course/deep/class/submitted"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "course" / MARKER).write_text("")
    (tmp_path / "course" / "deep" / "class" / "nbgrader_config.py").write_text("")
    for folder in ("clone/fashion_course", "clone/solutions", "clone/exercises", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "clone" / "pyproject.toml").write_text("")
    monkeypatch.setattr(home, "PACKAGE", tmp_path / "clone" / "fashion_course")
    return tmp_path


@pytest.mark.parametrize(
    ("here", "found", "owned"),
    [
        ("course/exercises", "course", "course"),
        ("course/deep", "course", "course"),
        ("course/deep/class/submitted", "course", None),
        ("clone/exercises", None, None),
        ("elsewhere", None, None),
    ],
)
def test_neither_a_clone_nor_the_installed_package_is_anybodys_folder(places, here, found, owned):
    assert find_home(places / here) == (found and places / found)
    assert owned_home(places / here) == (owned and places / owned)


def test_who_works_on_a_clone_names_it(places, monkeypatch):
    monkeypatch.setenv("FASHION_COURSE_HOME", str(places / "clone"))
    assert find_home(places / "clone") == owned_home(places / "clone") == places / "clone"


def test_the_variable_names_a_folder_that_is_saved_to(places, monkeypatch):
    monkeypatch.setenv("FASHION_COURSE_HOME", str(places / "course"))
    assert owned_home(places / "elsewhere") == find_home(places / "elsewhere") == places / "course"
    monkeypatch.setenv("FASHION_COURSE_HOME", str(places / "elsewhere"))
    assert owned_home(places / "course") is None  # no `fashion_course` in it


def test_nothing_that_nbgrader_runs_is_saved(places, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert owned_home(places / "course") is None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the current folder")
def test_a_current_folder_that_was_deleted_is_no_home(places, monkeypatch):
    gone = places / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert owned_home() is None
    assert adopt_home(["package"]) == ["package"]


def test_a_home_is_adopted_once(places, monkeypatch):
    monkeypatch.chdir(places / "course")
    once = adopt_home(["package"])
    assert once == [str(places / "course" / "fashion_course"), "package"]
    assert adopt_home(once) == once
