"""What `%load_ext fashion_course` does, and `keep`: answers are saved, modules stay fresh."""

import os
from pathlib import Path
from typing import Any

import fashion_course
from autograder.catalogue import find_exercise
from autograder.messages import say
from autograder.page import Told
from fashion_course.kit.home import adopt_home, owned_home
from fashion_course.kit.notebook.desk import Desk, Version
from fashion_course.kit.notebook.telling import line

_desk: Desk | None = None


def active() -> Desk | None:
    """Return the desk of this kernel, if the extension is loaded."""
    return _desk


def load(shell: Any) -> None:
    """Begin to save the answers of a kernel."""
    global _desk
    if _desk is not None:
        unload(_desk.shell)
    # Where the folder was changed since the import, modules come from the new one from now on.
    fashion_course.__path__ = adopt_home(fashion_course.__path__)
    home = owned_home()
    _desk = Desk(shell, home, _notebook_name(shell, home) if home is not None else "")
    _desk.before(None)
    shell.events.register("pre_run_cell", _desk.before)
    shell.events.register("post_run_cell", _desk.after)


def unload(shell: Any) -> None:
    """Save no more."""
    global _desk
    if _desk is not None:
        shell.events.unregister("pre_run_cell", _desk.before)
        shell.events.unregister("post_run_cell", _desk.after)
        _desk = None


def keep(name: str, version: Version) -> Told:
    """Settle an answer that is one thing in this notebook and another in the file.

    Args:
        name: of the exercise, for example "train_epoch".
        version: "notebook" to save what this notebook has, "file" to use what the file has. The
            other one is put aside in the course folder.

    Raises:
        ValueError: there is no exercise of that name, or no such version.
    """
    find_exercise(name)
    if version not in ("notebook", "file"):
        raise ValueError(f'version is {version!r}: pass "notebook" or "file"')
    if _desk is None:
        return line(say("keep-needs-extension"), "!", "yellow")
    return _desk.keep(name, version)


def _notebook_name(shell: Any, home: Path) -> str:
    """Return a name that a notebook keeps when its kernel is started anew; "" where none is told.

    Jupyter's server names the notebook in the environment, VS Code among the names of the kernel.
    """
    told = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    if not isinstance(told, str) or not told:
        return ""
    try:
        here = Path.cwd() / Path(told).name
        return Path(os.path.relpath(here, home)).as_posix()
    except (OSError, ValueError):
        return Path(told).name
