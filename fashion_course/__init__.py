"""Fashion Course: learn image classification by writing the library yourself.

`fashion_course.data` … `fashion_course.capstone` belong to the student. When Python runs inside a
course folder made by `fashion-course start`, those modules come from there; `fashion_course.kit`
is given and always comes from the installed package. `%load_ext fashion_course` in a notebook
saves its answers into those modules.
"""

import sys as _sys
from typing import Any as _Any

from fashion_course.kit.home import adopt_home as _adopt_home

__version__ = "0.1.0"

__path__ = _adopt_home(__path__)


def load_ipython_extension(shell: _Any) -> None:
    """Begin to save a notebook's answers; IPython calls this on `%load_ext fashion_course`.

    What it imports takes long the first time, so it says so before.
    """
    from IPython.display import display

    from fashion_course.kit.words import _

    if "fashion_course.kit.notebook.extension" not in _sys.modules:
        told = _("The course and PyTorch are loading: the first time, this may take half a minute.")
        display({"text/plain": f"○ {told}"}, raw=True)

    from fashion_course.kit.notebook.extension import load

    load(shell)


def unload_ipython_extension(shell: _Any) -> None:
    """Save no more; IPython calls this on `%unload_ext fashion_course`."""
    from fashion_course.kit.notebook.extension import unload

    unload(shell)
