"""One file of a submission, read: its text as a module, and which exercises it answers."""

import ast
import codecs
import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from autograder.course.catalogue import UNITS, exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.cells import (
    CellLine,
    NotebookError,
    module_from_cells,
    read_cells,
    syntax_told,
)
from autograder.reading.files import shown
from autograder.reading.statements import Statement, parsed, statements_of
from fashion_course.kit.words import _

MAX_TEXT = 500_000  # characters of Python in one file; all solutions together have 100,000


@dataclass(frozen=True)
class Source:
    """The text of one module and the file that it came from.

    Attributes:
        places: for a notebook, a line of the text to its code cell and the line in it.
        left_out: for a notebook, names that got a value in a cell that was not taken, to the same.
    """

    text: str
    origin: str
    places: Mapping[int, CellLine] = field(default_factory=dict)
    left_out: Mapping[str, CellLine] = field(default_factory=dict)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Its top-level statements; none where it is no Python."""
        with contextlib.suppress(SyntaxError, ValueError):
            return tuple(statements_of(self.text))
        return ()

    @cached_property
    def definitions(self) -> dict[str, ast.AST]:
        """What it defines at its top level, by name; nothing where it is no Python."""
        found = [each for each in self.statements if not _is_of_unit(each.node)]
        return {name: each.node for each in found for name in each.binds}


@dataclass(frozen=True)
class Candidate:
    """A file that may answer exercises.

    Attributes:
        path: in the submission.
        source: what can be loaded of it.
        broken: exercise name to the reason why its answer can't be parsed.
        notes: how it was read.
        doubts: why a person has to look at it.
    """

    path: PurePosixPath
    source: Source
    broken: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def is_module(self) -> bool:
        """Whether it is a .py file."""
        return self.path.suffix == ".py"

    @cached_property
    def answered(self) -> frozenset[str]:
        """The exercises to which somebody wrote an answer in it."""
        found = self.source.definitions
        return frozenset(n for n in found.keys() & exercises().keys() if is_attempted(found[n]))

    @cached_property
    def units(self) -> frozenset[str]:
        """The units of which it has an exercise, answered or not, or whose module it is."""
        own = {self.path.stem} & set(UNITS) if self.is_module else set()
        return units_of(self.source.definitions.keys() | self.broken.keys()) | own

    @property
    def named_unit(self) -> str:
        """The unit whose name is a word of the file's name; "" where it is none, or several."""
        found = [u for u in UNITS if u in re.split(r"[^a-z]+", self.path.stem.lower())]
        return found[0] if len(found) == 1 else ""

    def of(self, unit: str) -> frozenset[str]:
        """Return the exercises of a unit that it answers."""
        return frozenset(name for name in self.answered if exercises()[name].unit == unit)


def units_of(names: Iterable[str]) -> frozenset[str]:
    """Return the units of those names that are exercises."""
    return frozenset(exercises()[name].unit for name in names if name in exercises())


def read_module(path: PurePosixPath, data: bytes) -> Candidate:
    """Return a .py file, read; one that holds too much has that as its only doubt."""
    text, name = decoded(data), shown(path.name)
    if len(text) > MAX_TEXT:
        return _too_long(path, text)
    found = Candidate(path, Source(text, name))
    try:
        parsed(text)
    except (SyntaxError, ValueError) as error:  # ValueError: NUL bytes
        told = f"{name}{syntax_told(error)}"
        names = set(re.findall(r"^(?:async +)?(?:def|class)\s+(\w+)", text, re.MULTILINE))
        units = units_of(names) | {path.stem if path.stem in UNITS else found.named_unit}
        broken = {n: told for n, e in exercises().items() if e.unit in units}
        return Candidate(path, found.source, broken)
    return found


def read_notebook(path: PurePosixPath, data: bytes) -> Candidate:
    """Return a notebook, read; one that is none has that as its only doubt."""
    name, file = shown(path.name), shown(path)
    try:
        cells = read_cells(data)
    except NotebookError as error:
        return Candidate(path, Source("", name), doubts=(f"{file}: {error}",))
    if sum(map(len, cells.code)) > MAX_TEXT:
        return _too_long(path, "".join(cells.code))
    module = module_from_cells(cells.code)
    source = Source(module.text, name, module.places, module.left_out)
    missing = module.broken.keys() & exercises().keys() - source.definitions.keys()
    return Candidate(
        path,
        source,
        {each: f"{name}, {module.broken[each]}" for each in sorted(missing)},
        tuple(f"{file}, {note}" for note in cells.notes),
        tuple(f"{file}, {doubt}" for doubt in cells.hidden),
    )


def _too_long(path: PurePosixPath, text: str) -> Candidate:
    """Return a file that is not read: nobody writes so much, and to look at it takes minutes."""
    told = _(
        "{file} holds {count} characters of Python and is not read: {most} are allowed. Data, or"
        " trained weights, are no part of an answer.",
        file=shown(path),
        count=f"{len(text):,}",
        most=f"{MAX_TEXT:,}",
    )
    return Candidate(path, Source("", shown(path.name)), doubts=(told,))


def decoded(data: bytes) -> str:
    """Return the text of a .py file; what is no UTF-8 or UTF-16 is read as Latin-1.

    In code itself that makes no difference.
    """
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n")


def _is_of_unit(node: ast.stmt) -> bool:
    """Say whether an import brings what another unit answers: that is no answer here."""
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in UNITS
