"""What makes nbgrader's own `autograde` survive any submission; set in nbgrader_config.py.

nbgrader reads each submitted notebook through its converter's exporter. This one restores lost,
broken and doubled cells first, and forgets the old scores, so that none outlives a resubmission.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde

from autograder.nbgrader.restore import restored
from autograder.reading.submission import MAX_FILE_BYTES


class CourseExporter(NotebookExporter):
    """Reads a submitted notebook leniently; every other notebook as nbgrader does."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, Any]:
        """Return the notebook as text after all preprocessors, and the resources."""
        converter = self.parent
        sanitizing = isinstance(converter, Autograde) and converter._sanitizing
        release = _release(converter, resources) if sanitizing and resources else None
        if release is None or resources is None:
            return super().from_filename(filename, resources=resources, **kw)
        forget_old_scores(**resources["nbgrader"])
        notebook = restored(submitted_bytes(Path(filename)), release)
        convert: Callable[..., tuple[Any, Any]] = self.from_notebook_node
        return convert(notebook, resources, **kw)


def _release(converter: Any, resources: dict[str, Any]) -> nbformat.NotebookNode | None:
    told, course = resources["nbgrader"], converter.coursedir
    folder = course.format_path(course.release_directory, ".", told["assignment"])
    path = Path(folder) / f"{told['notebook']}.ipynb"
    if not path.exists():
        return None
    release: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return release


def submitted_bytes(path: Path) -> bytes:
    """Return what was submitted; b"" for what is missing, a link, too large, or can't be read."""
    if path.is_symlink():
        return b""
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else b""
    except OSError:
        return b""


def forget_old_scores(db_url: str, notebook: str, assignment: str, student: str) -> None:
    """Set the scores that an autograder gave to 0, until the new ones are known."""
    with Gradebook(db_url) as gradebook:
        try:
            found = gradebook.find_submission_notebook(notebook, assignment, student)
        except MissingEntry:
            return
        for grade in found.grades:
            grade.auto_score, grade.needs_manual_grade = 0, True
        gradebook.db.commit()
