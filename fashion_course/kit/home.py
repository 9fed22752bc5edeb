"""Where a student's answers live: the course folder around the current one.

A course folder is made by `fashion-course start`; the file `.fashion-course` marks its top.
FASHION_COURSE_HOME names another one, for example a clone of the repository that somebody works on.
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
        marker. Neither a clone nor the installed package is anybody's course folder by itself.
    """
    named = os.environ.get(HOME_VARIABLE)
    try:
        here = (Path(named).expanduser() if named else start or Path.cwd()).resolve()
        up = (f for f in (here, *here.parents) if (f / MARKER).is_file())
        return here if named else next(up, None)
    except OSError:  # the current folder has been deleted, or one may not be read
        return None


def owned_home(start: Path | None = None) -> Path | None:
    """Return the course folder that answers may be saved in, or None.

    Args:
        start: a folder; the current one by default.

    Returns:
        What `find_home` finds, if answers can lie in it, and nothing that nbgrader runs.
    """
    home = find_home(start)
    if home is None or os.environ.get(NBGRADER_VARIABLE) or not (home / "fashion_course").is_dir():
        return None
    here = (start or Path.cwd()).resolve()
    between = [f for f in (here, *here.parents) if f.is_relative_to(home)]
    in_class = any((f / NBGRADER_CONFIG).is_file() for f in between)
    return None if in_class and not os.environ.get(HOME_VARIABLE) else home


def adopt_home(package_path: Iterable[str], start: Path | None = None) -> list[str]:
    """Return where `fashion_course` looks for its modules: the student's folder comes first.

    `fashion_course.kit` stays the package's own, because a course folder has no `kit`.

    Args:
        package_path: where it looks now.
        start: a folder; the current one by default.
    """
    path, home = list(package_path), find_home(start)
    if home is None:
        return path
    answers = home / "fashion_course"
    if not answers.is_dir() or answers.resolve() == PACKAGE or str(answers) in path:
        return path
    return [str(answers), *path]
