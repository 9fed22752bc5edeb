"""Reads a submission of any form into source text, without running a line of it.

A submission is a course folder, a folder of unit modules, one or more notebooks, or a zip of these.
"""

import ast
import contextlib
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec

from autograder.course.catalogue import UNITS, Exercise, exercises, units
from autograder.course.reference import lendable
from autograder.reading.answer import Answer, builds_on, followed
from autograder.reading.attempted import is_attempted
from autograder.reading.cells import (
    CellLine,
    NotebookError,
    code_cells,
    module_from_cells,
    syntax_told,
)
from autograder.reading.files import SubmissionError as SubmissionError
from autograder.reading.files import files_of
from autograder.reading.statements import parsed, statements_of
from autograder.worker.loading import LENT
from autograder.worker.observation import Error, Frame, Observation
from fashion_course.kit.words import _


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
    def definitions(self) -> dict[str, ast.AST]:
        """What it defines at its top level, by name; nothing where it is no Python."""
        with contextlib.suppress(SyntaxError, ValueError):
            found = [s for s in statements_of(self.text) if not _is_of_unit(s.node)]
            return {name: each.node for each in found for name in each.binds}
        return {}

    def answers_any(self, unit: str) -> bool:
        """Say whether somebody wrote an answer to an exercise of this unit."""
        names = (e.name for e in exercises().values() if e.unit == unit)
        return any(n in self.definitions and is_attempted(self.definitions[n]) for n in names)


@dataclass(frozen=True)
class Submission:
    """What a student handed in, as text.

    Attributes:
        sources: module name to source; the units, and modules of the student's own beside them.
        broken: exercise name to the reason why its source can't be parsed, and the line below it.
        problems: remarks on the submission as a whole, for whoever reads the result.
        needs_look: reasons why points may be wrong until a person has looked at the files.
        sha256: of the names and bytes of all files that were read.
        alive: exercise name to answer, of those that live in this interpreter.
    """

    path: str
    sources: dict[str, Source]
    broken: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    sha256: str = ""
    alive: Mapping[str, Answer] = field(default_factory=dict)
    needs_look: tuple[str, ...] = ()

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """The answers that there are, attempted or not, by the name of their exercise."""
        return {e.name: a for e in exercises().values() if (a := self._answer(e)) is not None}

    def _answer(self, exercise: Exercise) -> Answer | None:
        if exercise.name in self.alive:
            return self.alive[exercise.name]
        source = self.sources.get(exercise.unit)
        if source is None or exercise.name not in source.definitions:
            return None
        nodes = followed(exercise.name, source.definitions)
        below = builds_on(exercise.name, nodes)
        return Answer(exercise, nodes[0], None, below, tuple(nodes), source.text, source.places)

    def texts(self, lent: Sequence[Exercise] = ()) -> dict[str, str]:
        """Return all modules for the worker; a unit not handed in is an untouched stub.

        Args:
            lent: exercises whose reference takes the place of the answer: their names are bound
                anew in the last line of their module.
        """
        texts = lendable(exercises().keys())
        texts |= {name: source.text for name, source in self.sources.items()}
        for each in lent:
            texts[each.unit] += f"\n\nfrom {LENT}.{each.unit} import {each.name}\n"
        return texts


def read_submission(path: str | Path) -> Submission:
    """Read a submission from a folder, a zip, a notebook or a module.

    Raises:
        SubmissionError: nothing is there, or nothing in it belongs to the course.
    """
    place = Path(path)
    files = files_of(place)
    if not files:
        raise SubmissionError(
            f"{place}: no Python module and no notebook in it. Hand in a course folder, a folder"
            f" of unit modules ({UNITS[0]}.py, {UNITS[1]}.py, …), notebooks, or a zip of these."
        )
    return assemble(str(place), files)


def assemble(place: str, files: dict[PurePosixPath, bytes]) -> Submission:
    """Make a submission of files that were read already.

    Raises:
        SubmissionError: nothing in them belongs to the course.
    """
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode("utf-8", "surrogateescape"))
        digest.update(files[path])
    broken: dict[str, str] = {}
    problems: list[str] = []
    sources: dict[str, Source] = {}
    for path in _modules(files):
        text = files[path].decode("utf-8-sig", "replace").replace("\r\n", "\n")
        sources[path.stem] = Source(text, path.name)
        broken |= _syntax_errors(path, text)
    _add_notebooks(files, sources, broken, problems)
    if not any(name in UNITS for name in sources) and not broken:
        told = f" {' '.join(problems)}" if problems else ""
        raise SubmissionError(
            f"{place}: none of its files belongs to the course.{told} Expected"
            f" {', '.join(f'{u.name}.py' for u in units())}, or the exercise notebooks."
        )
    return Submission(place, sources, broken, tuple(problems), digest.hexdigest())


def _modules(files: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return the modules of the one folder that is the student's: `fashion_course` if there is."""
    modules = [path for path in files if path.suffix == ".py" and path.stem != "__init__"]
    homes = {path.parent for path in modules if path.stem in UNITS}
    # The highest folder called fashion_course, else the highest folder of unit modules.
    highest = sorted(homes, key=lambda p: (p.name != "fashion_course", len(p.parts), str(p)))
    return [path for path in modules if path.parent in highest[:1]]


def _syntax_errors(path: PurePosixPath, text: str) -> dict[str, str]:
    try:
        parsed(text)
    except (SyntaxError, ValueError) as error:  # ValueError: NUL bytes
        told = f"{path.name}{syntax_told(error)}"
        return {name: told for name, e in exercises().items() if e.unit == path.stem}
    return {}


def _is_of_unit(node: ast.stmt) -> bool:
    """Say whether an import brings what another unit answers: that is no answer here."""
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in UNITS


def _add_notebooks(
    files: dict[PurePosixPath, bytes],
    sources: dict[str, Source],
    broken: dict[str, str],
    problems: list[str],
) -> None:
    """Add the units that notebooks answer; a module in which something is written wins."""
    known = exercises()
    for path in sorted(p for p in files if p.suffix == ".ipynb"):
        try:
            cells = code_cells(files[path])
        except NotebookError as error:
            problems.append(f"{path}: {error}")
            continue
        module = module_from_cells(cells)
        found = Source(module.text, path.name, module.places, module.left_out)
        for unit in {known[name].unit for name in found.definitions if name in known}:
            before = sources.get(unit)
            if before is None or (found.answers_any(unit) and not before.answers_any(unit)):
                sources[unit] = found
        for name, reason in module.broken.items():
            if name in known and name not in found.definitions:
                unit = known[name].unit
                if unit not in sources or sources[unit].origin == path.name:
                    broken[name] = f"{path.name}, {reason}"


def in_cells(observation: Observation, submission: Submission) -> Observation:
    """Return the observation with the lines of its exception as a notebook's author knows them."""
    error = observation.error
    sources = {source.origin: source for source in submission.sources.values() if source.places}
    if error is None or not any(frame.file in sources for frame in error.frames):
        return observation
    frames = [_in_cell(frame, sources.get(frame.file)) for frame in error.frames]
    last = sources.get(error.frames[-1].file)
    message = error.message if last is None else _with_left_out(error, last)
    told = msgspec.structs.replace(error, frames=tuple(frames), message=message)
    return msgspec.structs.replace(observation, error=told)


def _in_cell(frame: Frame, source: Source | None) -> Frame:
    if source is None or frame.line not in source.places:
        return frame
    cell, line = source.places[frame.line]
    file = _("{file}, code cell {cell}", file=frame.file, cell=cell)
    return msgspec.structs.replace(frame, file=file, line=line)


def _with_left_out(error: Error, source: Source) -> str:
    """Return the text of a NameError with the cell where the name gets its value."""
    found = re.match(r"name '(\w+)' is not defined", error.message)
    if error.type != "NameError" or not found or found[1] not in source.left_out:
        return error.message
    cell, line = source.left_out[found[1]]
    return f"{found[0]}: code cell {cell}, line {line} is not taken"
