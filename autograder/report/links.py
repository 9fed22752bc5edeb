"""Finds a section of a lesson from where the student stands, so that a result can link to it."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Link:
    """A place to go: its words, and its address as seen from the current folder."""

    text: str
    href: str


def link_to(home: Path | None, place: str, here: Path | None = None) -> Link | None:
    """Return the link to `lessons/03_training.ipynb#gradients-pile-up`, or to a file without `#`.

    Args:
        home: the course folder, or None.
        place: relative to it; what stands behind `#` is a heading in small letters, with hyphens.
        here: the folder of the page that links; the current one by default.

    Returns:
        None where there is no such file, or it has no such heading.
    """
    name, _, anchor = place.partition("#")
    if home is None or not (home / name).is_file():
        return None
    try:
        start = (here or Path.cwd()).resolve()
        address = Path(os.path.relpath((home / name).resolve(), start)).as_posix()
    except (OSError, ValueError):  # a deleted folder; another drive of Windows
        return None
    if not anchor:
        return Link(name, address)
    found = next(((h, c) for h, c in _headings(home / name) if _slug(h) == anchor), None)
    if found is None:
        return None
    heading, cell = found
    # JupyterLab finds a cell in a notebook that it opens just now; a heading, only later.
    target = f"cell-id={cell}" if cell else heading.replace(" ", "-")
    return Link(f"{name}: {heading}", f"{address}#{target}")


def _headings(notebook: Path) -> Iterator[tuple[str, str]]:
    """Yield each heading with the id of its cell, or ""."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        for cell in cells:
            if cell["cell_type"] == "markdown":
                for heading in re.findall(r"^#+ (.+)$", "".join(cell["source"]), re.M):
                    yield heading, str(cell.get("id", ""))
    except (OSError, ValueError, KeyError, TypeError):
        return


def _slug(heading: str) -> str:
    return heading.lower().replace(" ", "-")
