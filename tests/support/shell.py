"""An IPython shell in this process and in a course folder, as a notebook's kernel is, for tests."""

import difflib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

import fashion_course
from autograder.course.catalogue import UNITS, units
from autograder.course.stubs import stub_module
from fashion_course.kit.home import MARKER
from fashion_course.kit.notebook import extension
from fashion_course.kit.notebook.memory import KEPT

LOAD = """%load_ext fashion_course
from torch import Tensor, nn
from autograder import check, compare, hint, keep, reset, solution, status"""


@dataclass(frozen=True)
class Ran:
    """What a cell showed: as text, as HTML, on stderr; and what it raised."""

    text: str
    html: str
    stderr: str
    error: BaseException | None


class Notebook:
    """A shell that runs cells, and knows the course folder that it runs in."""

    def __init__(self, home: Path | None, config: Config) -> None:
        self.home = home
        self.shell: Any = InteractiveShell.instance(config=config)

    def run(self, *cells: str) -> Ran:
        """Run cells; return what the last one showed."""
        for cell in cells:
            with capture_output() as captured:
                result = self.shell.run_cell(cell, store_history=True)
            assert captured.stderr == ""
        bundles = [output.data for output in captured.outputs]
        if hasattr(result.result, "_repr_html_"):  # its text is on stdout
            bundles.append({"text/html": result.result._repr_html_()})
        told = [captured.stdout, *(bundle.get("text/plain", "") for bundle in bundles)]
        html = "\n".join(bundle.get("text/html", "") for bundle in bundles)
        error = result.error_before_exec or result.error_in_exec
        return Ran("\n".join(told), html, captured.stderr, error)

    def again(self, name: str = "") -> "Notebook":
        """Begin anew, as another kernel does; `name` is that of its notebook."""
        close()
        made = Notebook(self.home, quiet())
        if name:
            made.shell.user_ns["__vsc_ipynb_file__"] = name
        made.run(LOAD)
        return made

    def file(self, unit: str = "baseline") -> Path:
        """Return the module of a unit in the course folder."""
        assert self.home is not None
        return self.home / "fashion_course" / f"{unit}.py"

    def text(self, unit: str = "baseline") -> str:
        """Return the text of a module."""
        return self.file(unit).read_bytes().decode()

    def saved(self, name: str, unit: str = "baseline") -> Any:
        """Return an answer as the file defines it, for whoever imports it anew."""
        module: dict[str, Any] = {
            "__name__": f"fashion_course.{unit}", "__package__": "fashion_course",
        }  # fmt: skip
        exec(compile(self.file(unit).read_bytes(), str(self.file(unit)), "exec"), module)
        return module[name]

    def kept(self) -> dict[str, str]:
        """Return the texts that were put aside, by file name."""
        assert self.home is not None
        folder = self.home / KEPT
        return {p.name: p.read_text("utf-8") for p in folder.iterdir()} if folder.exists() else {}

    def edit(self, old: str, new: str, unit: str = "baseline") -> None:
        """Change a module as an editor does."""
        assert self.text(unit).count(old) == 1, self.text(unit)
        self.file(unit).write_bytes(self.text(unit).replace(old, new).encode())


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and the lines that came."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))
    return [x[1:] for x in lines[2:] if x[0] == "-"], [x[1:] for x in lines[2:] if x[0] == "+"]


def quiet() -> Config:
    """Return settings for a shell that leaves nothing behind."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.xmode = "Minimal"
    return config


def make_home(folder: Path) -> Path:
    """Make a course folder of untouched stubs."""
    (folder / "fashion_course").mkdir(parents=True)
    (folder / "exercises").mkdir()
    (folder / MARKER).write_text("")
    for unit in units():
        text = stub_module(unit)
        (folder / "fashion_course" / f"{unit.name}.py").write_text(text, "utf-8", newline="\n")
    return folder


def close() -> None:
    """Forget the shell, and all modules that came from a course folder."""
    if InteractiveShell.initialized():
        extension.unload(InteractiveShell.instance())
        InteractiveShell.clear_instance()
    for unit in UNITS:
        sys.modules.pop(f"fashion_course.{unit}", None)
        vars(fashion_course).pop(unit, None)
