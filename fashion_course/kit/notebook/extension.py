"""What `%load_ext fashion_course` does, and `keep`: answers are saved, modules stay fresh."""

import os
from pathlib import Path
from typing import Any, Literal

import fashion_course
from autograder.course.catalogue import find_exercise
from autograder.report.html import Told
from fashion_course.kit.home import adopt_home, owned_home
from fashion_course.kit.notebook.desk import Desk
from fashion_course.kit.notebook.telling import line
from fashion_course.kit.words import _

_desk: Desk | None = None


def active() -> Desk | None:
    """Return the desk of this kernel, if the extension is loaded."""
    return _desk


def load(shell: Any) -> None:
    """Begin to save the answers of a kernel."""
    global _desk
    if _desk is not None:
        unload(_desk.shell)
    notebook = _notebook(shell)
    folder = notebook.parent if notebook is not None else None
    # Where the folder was changed since the import, modules come from the new one from now on.
    fashion_course.__path__ = adopt_home(fashion_course.__path__, folder)
    home = owned_home(folder)
    # Its name stays when its kernel is started anew, and when the course folder is moved.
    name = str(notebook).removeprefix(str(home)) if notebook else f"kernel {os.getpid()}"
    _desk = Desk(shell, home, name)
    _desk.begin()
    shell.events.register("pre_run_cell", _desk.before)
    shell.events.register("post_run_cell", _desk.after)


def unload(shell: Any) -> None:
    """Save no more."""
    global _desk
    if _desk is not None:
        shell.events.unregister("pre_run_cell", _desk.before)
        shell.events.unregister("post_run_cell", _desk.after)
        _desk = None


def keep(name: str, version: Literal["notebook", "file"]) -> Told:
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
        return line(_("Run `%load_ext fashion_course` first: it saves answers."))
    return _desk.keep(name, version)


def _notebook(shell: Any) -> Path | None:
    """Return the file of the notebook, or None where none is told.

    Jupyter's server names it in the environment, VS Code among the names of the kernel.
    """
    told = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    if not isinstance(told, str) or not told:
        return None
    here = Path(told)
    is_here = here.is_absolute() and here.parent.is_dir()
    return here.resolve() if is_here else Path.cwd() / here.name
