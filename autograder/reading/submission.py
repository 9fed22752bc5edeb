"""Reads a submission of any form into source text, without running a line of it.

A submission is a course folder, a folder of unit modules, one or more notebooks, or an archive of
these.
"""

import ast
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec

from autograder.course.catalogue import UNITS, Exercise, exercises, units
from autograder.course.reference import lendable
from autograder.reading.answer import Answer, builds_on, followed
from autograder.reading.choosing import choose
from autograder.reading.files import SubmissionError as SubmissionError
from autograder.reading.files import files_of, shown
from autograder.reading.reaching import reaching
from autograder.reading.slices import Slice, slices_for, text_of
from autograder.reading.source import Source as Source
from autograder.worker.loading import LENT
from autograder.worker.observation import Error, Frame, Observation
from fashion_course.kit.words import _


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
        below = builds_on(exercise.name, [*nodes, *self._nodes_of_own(exercise)])
        return Answer(exercise, nodes[0], None, below, tuple(nodes), source.text, source.places)

    def _nodes_of_own(self, exercise: Exercise) -> list[ast.AST]:
        """Return what an answer needs of modules that are no unit's."""
        needed = self._needed(exercise)
        return [s.node for name in needed if name not in UNITS for s in needed[name].statements]

    def _needed(self, exercise: Exercise) -> dict[str, Slice]:
        if exercise.name not in self._slices:
            modules = {name: source.statements for name, source in self.sources.items()}
            self._slices[exercise.name] = slices_for(modules, exercise.unit, [exercise.name])
        return self._slices[exercise.name]

    @cached_property
    def _slices(self) -> dict[str, dict[str, Slice]]:
        return {}

    def reaches(self, name: str) -> str:
        """Say where an answer leads out of itself, so that a person has to look; "" if nowhere."""
        answer = self.answers.get(name)
        is_text = answer is not None and answer.live is None and answer.is_attempted
        found = reaching(self._needed(answer.exercise)) if answer and is_text else []
        if not found:
            return ""
        return _(
            "{exercise} reaches for {names}, which no answer needs: it could tell the grader what"
            " it likes. Read it.",
            exercise=name,
            names=", ".join(found),
        )

    def texts(
        self, lent: Sequence[Exercise] = (), wanted: Exercise | None = None
    ) -> dict[str, str]:
        """Return all modules for the worker; a unit not handed in is an untouched stub.

        Args:
            lent: exercises whose reference takes the place of the answer: their names are bound
                anew in the last line of their module.
            wanted: the exercise whose answer is to be loaded: what it does not need is left out;
                None leaves nothing out.
        """
        texts = lendable(exercises().keys())
        texts |= {name: source.text for name, source in self.sources.items()}
        for name, needed in (self._needed(wanted) if wanted else {}).items():
            texts[name] = text_of(texts[name], self.sources[name].statements, needed)
        for each in lent:
            texts[each.unit] += f"\n\nfrom {LENT}.{each.unit} import {each.name}\n"
        return texts


def read_submission(path: str | Path) -> Submission:
    """Read a submission from a folder, an archive, a notebook or a module.

    Raises:
        SubmissionError: nothing is there, or nothing in it belongs to the course.
    """
    place = Path(path)
    files = files_of(place)
    if not files:
        raise SubmissionError(
            f"{shown(place)}: no Python module and no notebook in it. Hand in a course folder, a"
            f" folder of unit modules ({UNITS[0]}.py, {UNITS[1]}.py, …), notebooks, or a zip of"
            " these."
        )
    return assemble(str(place), files)


def assemble(place: str, files: Mapping[PurePosixPath, bytes]) -> Submission:
    """Make a submission of files that were read already; of `Files`, what was left out is told.

    Raises:
        SubmissionError: nothing in them belongs to the course.
    """
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode("utf-8", "surrogateescape"))
        digest.update(files[path])
    found, name = choose(files), shown(place)
    if not any(unit in found.sources for unit in UNITS) and not found.broken:
        told = "".join(f" {why}" for why in [*found.needs_look, *found.problems])
        raise SubmissionError(
            f"{name}: none of its files belongs to the course.{told} Expected"
            f" {', '.join(f'{u.name}.py' for u in units())}, or the exercise notebooks."
        )
    return Submission(
        name,
        found.sources,
        found.broken,
        tuple(found.problems),
        digest.hexdigest(),
        needs_look=tuple(found.needs_look),
    )


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
