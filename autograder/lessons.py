"""Finds a section of a lesson from where the student stands, so that a result can link to it."""

import json
import os
import re
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
    heading = next((h for h in _headings(home / name) if _slug(h) == anchor), None)
    if heading is None:
        return None
    return Link(f"{name}: {heading}", f"{address}#{heading.replace(' ', '-')}")


def _headings(notebook: Path) -> list[str]:
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return re.findall(r"^#+ (.+)$", "\n".join(texts), re.M)


def _slug(heading: str) -> str:
    return heading.lower().replace(" ", "-")
