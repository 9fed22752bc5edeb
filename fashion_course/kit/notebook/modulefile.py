"""Reads and writes a student's module: its bytes, its permissions, and who else may write it."""

import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.course.catalogue import units
from autograder.course.stubs import stub_module
from fashion_course.kit.files import write_whole
from fashion_course.kit.notebook.needs import PACKAGE, NotSavedError
from fashion_course.kit.notebook.refresh import quiet
from fashion_course.kit.notebook.surgery import ModuleText
from fashion_course.kit.words import _

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ModuleFile:
    """A module as it was read.

    Attributes:
        text: that of the file; of a missing one, the stubs.
        data: its bytes; None for a missing one.
        mode: its permissions.
        time: when it was changed last, in seconds since 1970.
    """

    path: Path
    text: ModuleText
    data: bytes | None
    mode: int
    time: float

    def write(self, text: ModuleText) -> bool:
        """Write a new text, unless another program was there first; say whether it was written.

        Raises:
            NotSavedError: the file is read-only.
            OSError: it can't be written.
        """
        if not self.mode & stat.S_IWUSR:
            told = _(
                "{file} is read-only. Allow writing to it, then run the cell again.",
                file=self.path.name,
            )
            raise NotSavedError(told)
        mark = BOM if (self.data or b"").startswith(BOM) else b""
        new = mark + text.text.encode()
        return write_whole(self.path.resolve(), new, self.mode, self._is_as_read)

    def _is_as_read(self) -> bool:
        return (self.path.read_bytes() if self.path.exists() else None) == self.data


def unreadable(unit: str, error: OSError) -> NotSavedError:
    """Return what to tell of a file, or a folder, that the computer does not let us use."""
    text = _(
        "{file} could not be read or written: {error}. Fix that, then run the cell again.",
        file=f"{unit}.py",
        error=error.strerror or error,
    )
    return NotSavedError(text)


def read_module(home: Path, unit: str) -> ModuleFile:
    """Read the module of a unit.

    Raises:
        NotSavedError: it leads out of the course folder, can't be read, or is no Python.
    """
    path = home / PACKAGE / f"{unit}.py"
    try:
        if not path.resolve().is_relative_to(home.resolve()):
            told = _(
                "{file} is a link to a place outside the course folder. Put the file itself "
                "in its place, then run the cell again.",
                file=path.name,
            )
            raise NotSavedError(told)
        data, found = path.read_bytes(), path.stat()
    except FileNotFoundError:
        stubs = stub_module(next(each for each in units() if each.name == unit))
        return ModuleFile(path, ModuleText(stubs), None, 0o644, 0.0)
    except OSError as error:
        raise unreadable(unit, error) from error
    try:
        text = data.decode("utf-8-sig")
        with quiet():
            compile(text, path.name, "exec", dont_inherit=True)  # finds what a tree does not show
    except (SyntaxError, ValueError, RecursionError) as error:
        told = _(
            "{file} is not valid Python: {error}. Fix it, then run the cell again.",
            file=path.name,
            error=error,
        )
        raise NotSavedError(told) from error
    return ModuleFile(path, ModuleText(text), data, stat.S_IMODE(found.st_mode), found.st_mtime)
