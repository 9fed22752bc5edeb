"""Keeps `fashion_course.<unit>` in this kernel as the files are, and tries a text out first."""

import contextlib
import importlib
import importlib.util
import io
import itertools
import sys
import warnings
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course.catalogue import UNITS
from fashion_course.kit.notebook.needs import PACKAGE, NotSavedError
from fashion_course.kit.words import _


class Loaded:
    """The modules of the units in this kernel.

    Args:
        folder: the student's `fashion_course`.
        namespace: of the notebook; names imported from a module follow it.
    """

    def __init__(self, folder: Path, namespace: dict[str, Any]) -> None:
        self.folder, self.namespace = folder, namespace
        self._states: dict[str, tuple[int, int] | None] = {}  # another one means another text

    def note(self) -> None:
        """Take modules that were imported just now for what their files are."""
        self._states = self._now() | self._states

    def refresh(self) -> dict[str, str]:
        """Load anew whatever changed, and all that may have imported from it.

        Returns:
            Unit to the reason why it could not be loaded; then its last version stays.
        """
        here, failed = self._now(), dict[str, str]()
        for unit in itertools.dropwhile(lambda u: self._states.get(u) == here[u], here):
            self._states[unit] = here[unit]
            if here[unit] is None:
                continue
            try:
                path = self.folder / f"{unit}.py"
                try_out(path, path.read_text("utf-8-sig"))
                with quiet():
                    self._follow(reload_unit(unit))
            except (OSError, UnicodeDecodeError, NotSavedError) as error:
                failed[unit] = str(error)
        return failed

    def _now(self) -> dict[str, tuple[int, int] | None]:
        """Return time and size of the files whose modules are loaded, None where there is none."""
        states = dict[str, tuple[int, int] | None]()
        for unit in [unit for unit in UNITS if f"{PACKAGE}.{unit}" in sys.modules]:
            states[unit] = None
            with contextlib.suppress(OSError):
                found = (self.folder / f"{unit}.py").stat()
                states[unit] = found.st_mtime_ns, found.st_size
        return states

    def _follow(self, module: ModuleType) -> None:
        """Let names that the notebook imported from a module mean its new objects."""
        for name, value in self.namespace.copy().items():
            if is_from(value, module.__name__):
                self.namespace[name] = getattr(module, value.__name__, value)


def is_from(value: Any, module: str) -> bool:
    """Say whether a function or a class was defined in a module."""
    try:  # a proxy may do anything when it is asked
        return value.__module__ == module and isinstance(value.__name__, str)
    except Exception:
        return False


def reload_unit(unit: str) -> ModuleType:
    """Return the student's module of a unit, as its file stands now.

    Raises:
        Exception: whatever executing the file raises.
    """
    name = f"{PACKAGE}.{unit}"
    importlib.invalidate_caches()
    if name not in sys.modules:
        return importlib.import_module(name)
    # Python takes a compiled file for fresh by the second: two changes in one would be missed.
    with contextlib.suppress(OSError, NotImplementedError):
        Path(importlib.util.cache_from_source(sys.modules[name].__file__ or "")).unlink()
    return importlib.reload(sys.modules[name])


def cannot_import(file: str, error: BaseException) -> NotSavedError:
    """Return what to tell of a module that raises an error."""
    told = f"{type(error).__name__}: {error}"
    text = _("{file} could not be imported: {error}. Fix that first.", file=file, error=told)
    return NotSavedError(text)


def try_out(path: Path, text: str) -> None:
    """Execute a text aside as the module of a file, to see whether it could be imported.

    Raises:
        NotSavedError: it could not; the message says why.
    """
    name = f"{PACKAGE}.{path.stem}"
    module, before = ModuleType(name), sys.modules.get(name)
    module.__file__, module.__package__ = str(path), PACKAGE
    module.__spec__ = ModuleSpec(name, None, origin=str(path))
    sys.modules[name] = module
    try:
        with quiet():
            exec(compile(text, str(path), "exec", dont_inherit=True), module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student's module may raise anything, SystemExit too
        raise cannot_import(path.name, error) from error
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Drop what a module prints and warns of while it is loaded behind the student's back."""
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(action="ignore"),
    ):
        yield
