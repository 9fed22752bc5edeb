"""Turns the source text of a submission into live answers, inside a package of its own.

The text is executed here, so only a worker, or the learner's own kernel, may load a submission.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.worker.trace import ANSWER_FILE

COURSE = "fashion_course"
LENT = "_fashion_course_lent"
"""The package of the references that stand in for what an answer builds on."""


@dataclass(frozen=True, eq=False)
class SourceFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves modules of one package from text: `PACKAGE.training` for `sources["training"]`."""

    package: str
    sources: Mapping[str, str]
    origins: Mapping[str, str]
    mark: str

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a module of this package that the submission has."""
        parent, _, name = fullname.rpartition(".")
        if parent != self.package or name not in self.sources:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the text; its lines can be shown in tracebacks."""
        name = module.__name__.rpartition(".")[2]
        file, text = self.mark + self.origins.get(name, f"{name}.py"), self.sources[name]
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        module.__file__ = file
        exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)


def load(
    package: str,
    sources: Mapping[str, str],
    origins: Mapping[str, str] | None = None,
    mark: str = ANSWER_FILE,
) -> None:
    """Make `PACKAGE.<name>` importable for every source; earlier ones of that package are dropped.

    Args:
        package: "fashion_course" in a worker, where the course's own name must lead to the
            submission; a private name in a process that has a `fashion_course` already.
        sources: module name to source text.
        origins: module name to the file name that tracebacks show.
        mark: begins the file names, so that tracebacks tell an answer from the rest.
    """
    for name in [n for n in sys.modules if n.startswith(f"{package}.")]:
        if name.split(".")[1] != "kit":
            del sys.modules[name]
    sys.meta_path[:] = [
        f for f in sys.meta_path if not (isinstance(f, SourceFinder) and f.package == package)
    ]
    sys.meta_path.insert(0, SourceFinder(package, sources, origins or {}, mark))
    if package != COURSE:
        module = ModuleType(package)
        module.__path__ = []
        sys.modules[package] = module


def find_answer(package: str, unit: str, name: str) -> Any:
    """Return the object called `name` in the unit's module.

    Raises:
        AttributeError: the module has no such name.
        Exception: whatever executing the module raises.
    """
    return getattr(importlib.import_module(f"{package}.{unit}"), name)
