"""What makes nbgrader's own `autograde` survive any submission; set in nbgrader_config.py.

nbgrader reads each submitted notebook through its converter's exporter. For a notebook of the
course this one restores lost, broken and doubled cells; every other is read as nbgrader does.
"""

import glob
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.utils import find_all_files

from autograder.course.catalogue import exercises, units
from autograder.nbgrader.restore import restored
from autograder.reading.files import MAX_FILE_BYTES
from autograder.sync.assignments import ANSWER, CHECK


def exercise_of(grade_id: str, source: str) -> str:
    """Return the exercise that a released test cell grades; "" for a cell that is not ours."""
    name = grade_id.removesuffix(CHECK)
    ours = name != grade_id and "autograder.nbgrader" in source
    return name if ours and name in exercises() else ""


def course_notebooks(db_url: str, assignment: str) -> list[str]:
    """Return which notebooks of an assignment are the course's, as they were released.

    One with a test cell or a written question of the course is; nobody else's is ever touched.
    """
    questions = {question.name + ANSWER for unit in units() for question in unit.questions}
    with Gradebook(db_url) as gradebook:
        try:
            notebooks = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            return []
        return [
            each.name
            for each in notebooks
            if any(c.name in questions or exercise_of(c.name, c.source) for c in each.source_cells)
        ]


class CourseExporter(NotebookExporter):
    """Reads a submitted notebook of the course leniently."""

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)  # type: ignore[no-untyped-call]
        if isinstance(self.parent, Autograde):  # it has listed by now what is to be graded
            self._complete(self.parent)

    def _complete(self, converter: Any) -> None:
        """Have renamed and missing notebooks graded too; leave out links, which may lead anywhere.

        nbgrader knows a notebook by its file's name alone, and passes over what has another.
        """
        course = converter.coursedir
        names = course_notebooks(course.db_url, course.assignment_id)
        names = [f"{name}.ipynb" for name in names if fnmatch(name, course.notebook_id)]
        pattern = converter._format_source(course.assignment_id, course.student_id)
        for folder in filter(Path.is_dir, map(Path, glob.glob(pattern) if names else [])):
            listed = converter.assignments.setdefault(str(folder), [])
            listed += sorted({str(folder / name) for name in names} - {*listed})
            links = [glob.escape(p) for p in find_all_files(str(folder)) if Path(p).is_symlink()]
            course.ignore = list(dict.fromkeys([*course.ignore, *links]))

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[Any, Any]:
        """Return the notebook as text after all preprocessors, and the resources."""
        convert: Callable[..., tuple[Any, Any]] = super().from_filename
        parent: Any = self.parent
        if resources is None or not getattr(parent, "_sanitizing", False):
            return convert(filename, resources, **kwargs)
        told, course = resources["nbgrader"], parent.coursedir
        path = _release(course, told) / f"{told['notebook']}.ipynb"
        ours = told["notebook"] in course_notebooks(told["db_url"], told["assignment"])
        if not ours or not path.exists():
            return convert(filename, resources, **kwargs)
        made = restored(submitted(course, told), nbformat.read(path, as_version=4))
        restore: Callable[..., tuple[Any, Any]] = self.from_notebook_node
        return restore(made, resources, **kwargs)


def _release(course: Any, told: dict[str, str]) -> Path:
    return Path(course.format_path(course.release_directory, ".", told["assignment"]))


def submitted(course: Any, told: dict[str, str]) -> bytes:
    """Return what a student handed in as a notebook, be it under a name that no notebook has.

    It is b"" for what is missing, a link, too large, or can't be read.
    """
    folder = course.format_path(course.submitted_directory, told["student"], told["assignment"])
    path = Path(folder) / f"{told['notebook']}.ipynb"
    released = {each.name for each in _release(course, told).glob("*.ipynb")}
    others = [each for each in path.parent.glob("*.ipynb") if each.name not in released]
    if len(others) == 1 and not path.exists():
        path = others[0]
    try:
        fits = not path.is_symlink() and path.stat().st_size <= MAX_FILE_BYTES
        return path.read_bytes() if fits else b""
    except OSError:
        return b""
