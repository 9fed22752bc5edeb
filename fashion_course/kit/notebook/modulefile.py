"""Reads and writes a student's module: its bytes, its permissions, and who else may write it."""

import codecs
import contextlib
import io
import os
import stat
import symtable
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path

from autograder.course.catalogue import units
from autograder.course.stubs import stub_module
from fashion_course.kit.files import write_whole
from fashion_course.kit.notebook.needs import NotSavedError
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

    @property
    def unit(self) -> str:
        """The unit that it belongs to."""
        return self.path.stem

    def write(self, text: ModuleText) -> bool:
        """Write a new text, unless another program was there first; say whether it was written.

        Raises:
            NotSavedError: the file is read-only.
            OSError: it can't be written.
        """
        if not self.mode & stat.S_IWUSR or (self.data and not os.access(self.path, os.W_OK)):
            told = _(
                "{file} is read-only. Allow writing to it, then run the cell again.",
                file=self.path.name,
            )
            raise NotSavedError(told)
        mark = BOM if self.data is not None and self.data.startswith(BOM) else b""
        new = mark + text.text.encode()
        return write_whole(self.path.resolve(), new, self.mode, self._is_as_read)

    def _is_as_read(self) -> bool:
        now = None
        with contextlib.suppress(FileNotFoundError):
            now = self.path.read_bytes()
        return now == self.data


def module_path(home: Path, unit: str) -> Path:
    """Return the file of a unit in a course folder."""
    return home / "fashion_course" / f"{unit}.py"


def unreadable(unit: str, error: OSError) -> NotSavedError:
    """Return what to tell of a file, or a folder, that the computer does not let us use."""
    return NotSavedError(
        _(
            "{file} could not be read or written: {error}. Mend that, then run the cell again.",
            file=f"{unit}.py",
            error=error.strerror or error,
        )
    )


def read_module(home: Path, unit: str) -> ModuleFile:
    """Read the module of a unit.

    Raises:
        NotSavedError: it leads out of the course folder, can't be read, or is no Python.
    """
    path = module_path(home, unit)
    try:
        if not path.resolve().is_relative_to(home.resolve()):
            told = _(
                "{file} is a link that leads out of the course folder. Put the file itself in"
                " its place, then run the cell again.",
                file=path.name,
            )
            raise NotSavedError(told)
        data, found = path.read_bytes(), path.stat()
    except FileNotFoundError:
        stubs = stub_module(next(each for each in units() if each.name == unit))
        return ModuleFile(path, ModuleText(stubs), None, 0o644, 0.0)
    except OSError as error:
        raise unreadable(unit, error) from error
    text = _python(data, path.name)
    return ModuleFile(path, text, data, stat.S_IMODE(found.st_mode), found.st_mtime)


def _python(data: bytes, file: str) -> ModuleText:
    if not _is_utf8(data):
        told = _("{file} is not UTF-8 text. Store it as UTF-8, then run the cell again.", file=file)
        raise NotSavedError(told)
    try:
        text = ModuleText(data.decode("utf-8-sig"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(text.text, file, "exec")  # finds what a tree does not show
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        told = _(
            "{file} is no valid Python (line {line}). Mend it, then run the cell again.",
            file=file,
            line=line,
        )
        raise NotSavedError(told) from error
    return text


def _is_utf8(data: bytes) -> bool:
    """Say whether Python too reads a file as UTF-8; a comment on top may name something else."""
    try:
        named = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        data.decode("utf-8-sig")
    except (SyntaxError, UnicodeDecodeError):
        return False
    return codecs.lookup(named).name in ("utf-8", "utf-8-sig")
