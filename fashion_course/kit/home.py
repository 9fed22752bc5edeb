"""Where a student's answers live: the course folder around the current directory, or the clone.

A course folder is made by `fashion-course start`; the file `.fashion-course` marks its top. A
clone of the repository is a course folder too: its own `fashion_course/` holds the stubs.
"""

import os
from collections.abc import Iterable
from pathlib import Path

MARKER = ".fashion-course"
HOME_VARIABLE = "FASHION_COURSE_HOME"
PACKAGE = Path(__file__).resolve().parent.parent


def find_home(start: Path | None = None) -> Path | None:
    """Return the course folder that `start` lies in, or None outside of any.

    Args:
        start: a folder; the current one by default.

    Returns:
        The folder that FASHION_COURSE_HOME names, else the nearest folder upwards that holds the
        marker, else the clone that this package runs from.
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    clone = PACKAGE.parent
    return (
        clone if (clone / "solutions").is_dir() and (clone / "pyproject.toml").is_file() else None
    )


def adopt_home(package_path: Iterable[str]) -> list[str]:
    """Return where `fashion_course` looks for its modules: the student's folder comes first.

    `fashion_course.kit` stays the package's own, because a course folder has no `kit`.
    """
    path = list(package_path)
    try:
        home = find_home()
    except OSError:  # the current folder has been deleted, or may not be read
        return path
    if home is None:
        return path
    answers = home / "fashion_course"
    if not answers.is_dir() or answers.resolve() == PACKAGE:
        return path
    return [str(answers), *path]
