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

_TAKEN = (
    "IPython PIL autograder fashion_course kit matplotlib mpl_toolkits msgspec numpy pandas scipy"
    " seaborn sklearn solutions torch torchaudio torchmetrics torchvision tqdm"
)
TAKEN = frozenset(_TAKEN.split()) | sys.stdlib_module_names
"""Names that no module of a student's has: Python's own, the libraries' and the course's."""


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
        """Return a spec for a module of this package that the submission has.

        Where the package is the course's, `utils` leads to the same module as
        `fashion_course.utils`: that is how one file imports another that lies beside it.
        """
        name = fullname.removeprefix(f"{self.package}.")
        is_alias = name == fullname
        is_hidden = self._is_taken(name) if is_alias else name == "kit"
        if name not in self.sources or is_hidden:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, _Alias(self.package) if is_alias else self)
        if any(other.startswith(f"{name}.") for other in self.sources):
            spec.submodule_search_locations = []
        return spec

    def _is_taken(self, name: str) -> bool:
        return self.package != COURSE or name.split(".")[0] in TAKEN

    def exec_module(self, module: ModuleType) -> None:
        """Execute the text; its lines can be shown in tracebacks."""
        name = module.__name__.removeprefix(f"{self.package}.")
        file, text = self.mark + self.origins.get(name, f"{name}.py"), self.sources[name]
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        module.__file__ = file
        exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)


@dataclass(frozen=True, eq=False)
class _Alias(importlib.abc.Loader):
    """Gives a module of the package under its short name."""

    package: str

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(f"{self.package}.{spec.name}")
        spec.loader_state = module.__spec__  # importing it under another name writes its own there
        return module

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state


class _NoReference(importlib.abc.MetaPathFinder):
    """Refuses to import the course's answers, checks and mistakes; a file can still be opened."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        top, _, rest = fullname.partition(".")
        is_ours = top == "autograder" and rest and rest.split(".")[0] != "worker"
        if is_ours or top == "solutions":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def hide_reference() -> None:
    """Have no module of the reference or of the examiner be imported from here on."""
    for name in [n for n in sys.modules if n.split(".")[0] == "solutions"]:
        del sys.modules[name]
    if not any(isinstance(finder, _NoReference) for finder in sys.meta_path):
        sys.meta_path.insert(0, _NoReference())


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
        sources: module name, be it `helpers.metrics`, to source text.
        origins: module name to the file name that tracebacks show.
        mark: begins the file names, so that tracebacks tell an answer from the rest.
    """
    for name, module in [*sys.modules.items()]:
        of_package = str(getattr(module, "__name__", "")).startswith(f"{package}.")
        if of_package and not f"{name}.".startswith(f"{package}.kit."):
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
