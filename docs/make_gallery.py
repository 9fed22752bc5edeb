"""Writes docs/gallery.md and its pictures: the best of what the lessons draw.

python docs/make_gallery.py           run the lessons, write the page and the pictures
python docs/make_gallery.py --check   run the lessons, say whether page and pictures are there

A check compares names and words, not pixels: another version of matplotlib draws other bytes.
"""

import argparse
import base64
import io
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.lessons import execute

DOCS = Path(__file__).resolve().parent
LESSONS = DOCS.parent / "lessons"
PAGE = DOCS / "gallery.md"
FOLDER = DOCS / "images" / "lessons"
MOST_BYTES = 80_000  # of one picture; all together stay below 1 MB

CHOICE: dict[str, tuple[str, ...]] = {
    # lesson: the names of code cells, without unit and number, in the order of the page
    "01_data": ("grid", "wall", "wrap", "loader-why"),
    "02_baseline": ("bars", "votes", "case-logits", "relu-cure"),
    "03_training": ("descend", "backwards", "case-lineup", "case-cure"),
    "04_cnn": ("window", "field", "compute-blocks", "sees-patches"),
    "05_evaluation": ("reliability", "promise", "six", "leak-fresh"),
    "06_checkpoints": ("crash-picture", "best-suspects", "equals-suspects"),
    "07_capstone": ("label", "buys-picture", "around-picture", "depend"),
}

INTRODUCTION = """\
<!-- derived by `python docs/make_gallery.py` -->

# Gallery

The best pictures of the lessons, as a lesson draws them in your own notebook from the images that
ship with the course; below each stands the section that asks you for a prediction first."""


class Shown(NamedTuple):
    """A picture of a lesson."""

    file: str
    words: str  # what it shows
    section: str  # the heading that it stands under
    png: bytes


def place_of(book: NotebookNode, name: str) -> int:
    """Return the index of the code cell whose id is `<unit>-<number>-<name>`.

    Raises:
        ValueError: there is not exactly one such cell.
    """
    places = [
        index
        for index, cell in enumerate(book.cells)
        if cell.cell_type == "code" and cell.id.split("-", 2)[2] == name
    ]
    if len(places) != 1:
        raise ValueError(f"{len(places)} code cells are called {name!r}: mend CHOICE")
    return places[0]


def heading_above(book: NotebookNode, place: int) -> str:
    """Return the heading of the section that a cell stands in."""
    text = "\n".join(cell.source for cell in book.cells[:place] if cell.cell_type == "markdown")
    return str(re.findall(r"^## (.+)$", text, flags=re.M)[-1])


def shown_by(book: NotebookNode, name: str) -> Shown:
    """Return the picture that the cell called `name` draws in a lesson that has been run.

    Raises:
        ValueError: there is no such cell, or it draws no picture or several.
    """
    place = place_of(book, name)
    cell = book.cells[place]
    drawn = [output for output in cell.outputs if "image/png" in output.get("data", {})]
    if len(drawn) != 1:
        raise ValueError(f"{cell.id} draws {len(drawn)} pictures: choose a cell with one")
    unit = cell.id.partition("-")[0]
    words = drawn[0].metadata["image/png"]["alt"]
    png = base64.b64decode(drawn[0].data["image/png"])
    return Shown(f"{unit}-{name}.png", words, heading_above(book, place), png)


def shrink(png: bytes) -> bytes:
    """Return a picture with a palette, of as many colours as fit into MOST_BYTES.

    Raises:
        ValueError: even with 16 colours it is too large.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        buffer = io.BytesIO()
        # This method keeps colours that are rare, as those of a thin line are.
        reduced = picture.quantize(
            colours, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
        )
        reduced.save(buffer, format="PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES:
            return buffer.getvalue()
    raise ValueError(f"a picture keeps {buffer.tell()} bytes with 16 colours: choose another one")


def chapter(path: Path, book: NotebookNode, pictures: list[Shown]) -> str:
    """Return the part of the page that shows one lesson."""
    title = book.cells[0].source.partition("\n")[0].removeprefix("# ")
    lesson = f"../lessons/{path.name}"
    parts = [f"## {title}"]
    for picture in pictures:
        parts.append(f"![{picture.words}](images/lessons/{picture.file})")
        section = picture.section
        parts.append(f"[{section}]({lesson}#{section.replace(' ', '-')})")
    return "\n\n".join(parts)


def complaints(page: str, pictures: list[Shown]) -> list[str]:
    """Return what is wrong with the gallery on disk."""
    found = []
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        found.append(f"{PAGE.name} is not what the lessons show")
    there = {path.name for path in FOLDER.glob("*")}
    named = {picture.file for picture in pictures}
    found += [f"{name} is missing" for name in sorted(named - there)]
    found += [f"{name} is not on the page" for name in sorted(there - named)]
    return found


def executed(path: Path) -> NotebookNode:
    """Return a lesson with its outputs."""
    with tempfile.TemporaryDirectory() as folder:
        return execute(path, Path(folder))


def main() -> int:
    """Write the gallery, or check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    asked = parser.parse_args()
    parts, pictures = [INTRODUCTION], []
    for stem, names in CHOICE.items():
        path = LESSONS / f"{stem}.ipynb"
        book = executed(path)
        chosen = [shown_by(book, name) for name in names]
        parts.append(chapter(path, book, chosen))
        pictures += chosen
    page = "\n\n".join(parts) + "\n"
    if asked.check:
        found = complaints(page, pictures)
        for line in found:
            print(line)
        if found:
            print("the gallery is out of date: run `python docs/make_gallery.py`")
        return 1 if found else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.png"):
        path.unlink()
    for picture in pictures:
        (FOLDER / picture.file).write_bytes(shrink(picture.png))
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
