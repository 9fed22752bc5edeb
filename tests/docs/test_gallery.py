"""The gallery: its pictures are there, small and described, and lead to where they come from."""

import importlib.util
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from PIL import Image

from tests.support.lessons import LESSONS

DOCS = Path(__file__).resolve().parents[2] / "docs"
MOST_BYTES_IN_ALL = 1_000_000
REMEDY = "run `python docs/make_gallery.py`"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_gallery", DOCS / "make_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def test_the_choice_names_cells_and_the_page_their_sections(script: ModuleType) -> None:
    page = script.PAGE.read_text("utf-8")
    for stem, names in script.CHOICE.items():
        assert 2 <= len(names) <= 4
        book = nbformat.read(script.LESSONS / f"{stem}.ipynb", nbformat.NO_CONVERT)
        for name in names:
            section = script.heading_above(book, script.place_of(book, name))
            link = f"[{section}](../lessons/{stem}.ipynb#{section.replace(' ', '-')})"
            file = f"images/lessons/{stem[3:]}-{name}.png"
            assert re.search(rf"!\[.+\.\]\({re.escape(file)}\)\n\n{re.escape(link)}", page), name


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_chapter_shows_what_its_lesson_draws(
    script: ModuleType, executed_lesson: Callable[[Path], NotebookNode], path: Path
) -> None:
    """Names and words, not pixels: another version of matplotlib draws other bytes."""
    book = executed_lesson(path)
    chosen = [script.shown_by(book, name) for name in script.CHOICE[path.stem]]
    chapters = script.PAGE.read_text("utf-8").removesuffix("\n").split("\n\n## ")
    place = 1 + list(script.CHOICE).index(path.stem)
    assert f"## {chapters[place]}" == script.chapter(path, book, chosen), REMEDY


def test_the_page_is_an_introduction_and_a_chapter_for_each_lesson(script: ModuleType) -> None:
    opening, *chapters = script.PAGE.read_text("utf-8").split("\n\n## ")
    assert opening == script.INTRODUCTION, REMEDY
    assert len(chapters) == len(script.CHOICE) == len(LESSONS), REMEDY


def test_the_pictures_are_those_of_the_page_and_small(script: ModuleType) -> None:
    named = re.findall(r"\(images/lessons/(.+\.png)\)", script.PAGE.read_text("utf-8"))
    files = list(script.FOLDER.iterdir())
    assert sorted(named) == sorted(path.name for path in files)
    assert max(path.stat().st_size for path in files) <= script.MOST_BYTES
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES_IN_ALL
    for path in files:
        with Image.open(path) as picture:
            assert (picture.format, picture.mode) == ("PNG", "P")


def test_a_picture_loses_colours_until_it_is_small(script: ModuleType) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (270, 270, 3), dtype=np.uint8)
    small = script.shrink(png(noise))
    assert len(png(noise)) > script.MOST_BYTES >= len(small)
    assert Image.open(io.BytesIO(small)).size == (270, 270)


def test_a_thin_line_keeps_its_colour(script: ModuleType) -> None:
    ramp = np.linspace(0, 255, 300, dtype=np.uint8)
    pixels = np.stack([np.add.outer(ramp // 2, ramp // 2)] * 3, axis=-1)
    pixels[150] = (213, 94, 0)
    kept = np.asarray(Image.open(io.BytesIO(script.shrink(png(pixels)))).convert("RGB"))
    assert np.abs(kept[150, 150].astype(int) - (213, 94, 0)).max() <= 16


def test_a_picture_that_cannot_be_small_is_refused(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "MOST_BYTES", 1_000)
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    with pytest.raises(ValueError, match="16 colours: choose another one"):
        script.shrink(png(noise))


def test_a_cell_that_is_not_there_is_named(script: ModuleType) -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="data-01-setup")])
    assert script.place_of(book, "setup") == 0
    with pytest.raises(ValueError, match="0 code cells are called 'wall': mend CHOICE"):
        script.place_of(book, "wall")


def test_a_cell_without_a_picture_is_refused(script: ModuleType) -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="data-01-setup")])
    with pytest.raises(ValueError, match="data-01-setup draws 0 pictures"):
        script.shown_by(book, "setup")


def test_a_check_tells_what_is_stale(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "PAGE", tmp_path / "gallery.md")
    monkeypatch.setattr(script, "FOLDER", tmp_path / "pictures")
    script.FOLDER.mkdir()
    (script.FOLDER / "old.png").write_bytes(b"")
    wall = script.Shown("wall.png", "A wall.", "A section", b"")
    assert script.complaints("the page", [wall]) == [
        "gallery.md is not what the lessons show",
        "wall.png is missing",
        "old.png is not on the page",
    ]
    script.PAGE.write_text("the page", "utf-8")
    (script.FOLDER / "old.png").rename(script.FOLDER / "wall.png")
    assert script.complaints("the page", [wall]) == []
