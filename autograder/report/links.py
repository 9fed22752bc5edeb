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
        if not anchor:
            return Link(name, address)
        heading, cell = _headings(home / name)[anchor]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a deleted folder, another drive of Windows, half a notebook, no such heading
    # JupyterLab finds a cell in a notebook that it opens just now; a heading, only later.
    target = f"cell-id={cell}" if cell else heading.replace(" ", "-")
    return Link(f"{name}: {heading}", f"{address}#{target}")


def _headings(notebook: Path) -> dict[str, tuple[str, str]]:
    """Return each heading with the id of its cell, or "", by its anchor; the first one counts."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    texts = [c for c in cells if c["cell_type"] == "markdown"]
    headings = [
        (heading, str(cell.get("id", "")))
        for cell in texts
        for heading in re.findall(r"^#+ (.+)$", "".join(cell["source"]), re.M)
    ]
    return {heading.lower().replace(" ", "-"): (heading, cell) for heading, cell in headings[::-1]}
