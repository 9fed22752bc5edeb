"""The bridge to nbgrader: a course folder for it, in which answers are observed, not run.

`preprocessors` and `exporter` are what nbgrader's own `autograde` uses by the course's settings;
`kernel` is what the cells of an assignment call.
"""

import os
import sys
from pathlib import Path

from autograder.nbgrader.kernel import grade as grade
from autograder.nbgrader.kernel import lend_units_before as lend_units_before

__all__ = ["find_programs", "grade", "lend_units_before"]


def find_programs() -> None:
    """Let programs that were installed beside this Python be found, without an activated venv.

    nbgrader calls `alembic` by its name when it makes a gradebook.
    """
    folder = str(Path(sys.executable).parent)
    if folder not in os.get_exec_path():
        os.environ["PATH"] = os.pathsep.join([folder, *os.get_exec_path()])
