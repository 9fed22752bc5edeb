"""Lets nbgrader find the programs that it calls by their names."""

import os
import sys
from pathlib import Path


def find_programs() -> None:
    """Let programs that were installed beside this Python be found, without an activated venv.

    nbgrader calls `alembic` by its name when it makes a gradebook.
    """
    folder = str(Path(sys.executable).parent)
    known = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if folder not in known:
        os.environ["PATH"] = os.pathsep.join([folder, *known])
