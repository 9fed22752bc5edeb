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
NBGRADER_VARIABLE = "NBGRADER_EXECUTION"  # nbgrader sets it while it runs a notebook
NBGRADER_CONFIG = "nbgrader_config.py"  # at the top of every nbgrader course


def find_home(start: Path | None = None) -> Path | None:
    """Return the course folder that answers are read from, or None where there is none.

    Args:
        start: a folder; the current one by default.

    Returns:
        The folder that FASHION_COURSE_HOME names, else the nearest folder upwards that holds the
        marker, else the clone that this package runs from.
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().resolve()
    try:
        here = (start or Path.cwd()).resolve()
    except OSError:  # the current folder has been deleted
        return _clone()
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    return _clone()


def owned_home(start: Path | None = None) -> Path | None:
    """Return the course folder that answers may be saved in, or None.

    Args:
        start: a folder; the current one by default.

    Returns:
        The folder that FASHION_COURSE_HOME names, or the nearest folder upwards that is a course
        folder or the clone. A clone somewhere else is none, nor is anything that nbgrader runs.
    """
    if os.environ.get(NBGRADER_VARIABLE):
        return None
    named = os.environ.get(HOME_VARIABLE)
    try:
        here = (Path(named).expanduser() if named else start or Path.cwd()).resolve()
    except OSError:  # the current folder has been deleted
        return None
    clone = _clone()
    for folder in (here, *here.parents):
        if (folder / NBGRADER_CONFIG).is_file() and not named:
            return None
        if named or (folder / MARKER).is_file() or folder == clone:
            return folder if (folder / "fashion_course").is_dir() else None
    return None


def _clone() -> Path | None:
    clone = PACKAGE.parent
    is_clone = (clone / "solutions").is_dir() and (clone / "pyproject.toml").is_file()
    return clone if is_clone else None


def adopt_home(package_path: Iterable[str], start: Path | None = None) -> list[str]:
    """Return where `fashion_course` looks for its modules: the student's folder comes first.

    `fashion_course.kit` stays the package's own, because a course folder has no `kit`.

    Args:
        package_path: where it looks now.
        start: a folder; the current one by default.
    """
    path = list(package_path)
    try:
        home = find_home(start)
    except OSError:  # a folder may not be read
        return path
    if home is None:
        return path
    answers = home / "fashion_course"
    if not answers.is_dir() or answers.resolve() == PACKAGE or str(answers) in path:
        return path
    return [str(answers), *path]
