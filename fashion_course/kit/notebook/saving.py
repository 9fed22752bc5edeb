"""Saves the answers of a notebook into the student's modules, and refuses to overwrite work.

What a file holds may be replaced where it is a stub, or what this notebook itself last saved.
Everything else is a conflict, which the student settles. What somebody may miss is put aside first.
"""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from autograder.course.catalogue import exercises, units
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import Statement
from fashion_course.kit.files import alone
from fashion_course.kit.notebook.memory import Memory, mark_of, put_aside
from fashion_course.kit.notebook.modulefile import ModuleFile, read_module, unreadable
from fashion_course.kit.notebook.needs import Needs, NotSavedError, needs_of
from fashion_course.kit.notebook.refresh import try_out
from fashion_course.kit.notebook.surgery import ModuleText, same_code, woven
from fashion_course.kit.words import _

TRIES = 3  # another program may write the file between our look at it and our change


@dataclass(frozen=True)
class Defined:
    """What a notebook defines.

    Attributes:
        statements: name to the statement behind it, in the order of running.
        times: name to since when the notebook has it, in seconds since 1970.
    """

    statements: Mapping[str, Statement]
    times: Mapping[str, float]


class Texts(NamedTuple):
    """One name that the file and the notebook define each in its own way."""

    name: str
    in_file: str
    in_notebook: str


@dataclass(frozen=True)
class Conflict:
    """An answer that was changed in the file and is another one in the notebook.

    Attributes:
        apart: the answer itself, and helpers of it.
        file_time: when the file was changed last, in seconds since 1970.
        notebook_time: since when the notebook has its version.
        notebook: which other notebook saved what is in the file, or "".
    """

    exercise: str
    path: Path
    apart: tuple[Texts, ...]
    file_time: float
    notebook_time: float
    notebook: str = ""

    @property
    def file_is_newer(self) -> bool:
        """Whether the file was changed after the notebook got its version."""
        return self.file_time > self.notebook_time


@dataclass
class Saving:
    """What became of the answers of one cell.

    Attributes:
        saved: answer to the helpers and constants that went with it.
        needs: answer to what it reads and the file does not have, or not as the notebook has it.
        refused: answer to the reason.
        conflicts: answer to what the student must settle.
        aside: where what was replaced is kept.
    """

    saved: dict[str, list[str]] = field(default_factory=dict)
    needs: dict[str, Needs] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    aside: list[Path] = field(default_factory=list)


@dataclass
class _Draft:
    """A module with answers in it, before it is written.

    Attributes:
        parts: what the file and the notebook will have in common.
        gone: name and text of what gives way and somebody may miss, each once.
    """

    text: ModuleText
    outcome: Saving = field(default_factory=Saving)
    parts: dict[str, Statement] = field(default_factory=dict)
    gone: dict[tuple[str, str], None] = field(default_factory=dict)


class Keeper:
    """Saves answers into one course folder on behalf of one notebook.

    Args:
        memory: of the course folder and the notebook.
    """

    def __init__(self, memory: Memory) -> None:
        self.home, self.memory = memory.home, memory

    def save(
        self, unit: str, names: Sequence[str], defined: Defined, force: bool = False
    ) -> Saving:
        """Save answers into the file of their unit, each with what it needs.

        Args:
            unit: whose exercises they are.
            names: of the answers.
            defined: by the notebook.
            force: overwrite what the file holds; it is put aside first.
        """
        try:
            with alone(self.home):
                for _try in range(TRIES):
                    before = read_module(self.home, unit)
                    draft = self._draft(before, names, defined, force)
                    if self._write(before, draft):
                        return draft.outcome
            raise TimeoutError
        except NotSavedError as error:
            why = str(error)
        except TimeoutError:
            why = _("another program is writing {file}. Run the cell again.", file=f"{unit}.py")
        except OSError as error:
            why = str(unreadable(unit, error))
        return Saving(refused=dict.fromkeys(names, why))

    def look(self, name: str, defined: Defined) -> Saving:
        """Return what would become of an answer if it were saved now."""
        try:
            module = read_module(self.home, exercises()[name].unit)
        except NotSavedError as error:
            return Saving(refused={name: str(error)})
        return self._draft(module, [name], defined).outcome

    def _write(self, before: ModuleFile, draft: _Draft) -> bool:
        """Put aside what gives way and write; say whether file and notebook agree now."""
        unit, text = before.unit, draft.text
        if text.text != before.text.text or before.data is None:
            with contextlib.ExitStack() as stack:  # where it is not written, nothing gave way
                for name, gone in draft.gone:
                    path = put_aside(self.home, unit, name, gone)
                    stack.callback(path.unlink, missing_ok=True)
                    draft.outcome.aside.append(path)
                if not before.write(text):
                    return False
                stack.pop_all()
            self.memory.wrote(unit, text.text, self._changed(before))
        common = {n: s.text for n, s in draft.parts.items() if _unix(text.binding(n)) == s.text}
        self.memory.agree({f"{unit}.{n}": each for n, each in common.items()}, time.time())
        return True

    def _draft(
        self, module: ModuleFile, names: Sequence[str], defined: Defined, force: bool = False
    ) -> _Draft:
        """Return the module with the answers in it."""
        draft = _Draft(module.text)
        for name in names:
            try:
                self._put_in(draft, replace(module, text=draft.text), name, defined, force)
            except NotSavedError as error:
                draft.outcome.refused[name] = str(error)
        return draft

    def _put_in(
        self, draft: _Draft, module: ModuleFile, name: str, defined: Defined, force: bool
    ) -> None:
        unit, before = module.unit, module.text
        parts, needs = _parts(name, module, defined)
        conflict = self._conflict(module, parts, defined)
        if conflict is not None and not force:
            draft.outcome.conflicts[name] = conflict
            return
        ours = {p for p in parts if force or self._is_ours(unit, p, before.binding(p))}
        made, gone = woven(before, parts, needs.imports, ours)
        if made.text != before.text:
            try_out(unit, made.text, module.path)
            helpers = [
                p for p in list(parts)[1:] if _unix(before.binding(p)) != _unix(made.binding(p))
            ]
            draft.outcome.saved[name] = helpers
            dear = [(n, text) for n, text in gone if self._is_dear(unit, n, text)]
            draft.gone |= dict.fromkeys(dear)
        draft.text = made
        draft.parts |= parts
        draft.outcome.needs[name] = needs

    def _is_ours(self, unit: str, name: str, here: Statement | None) -> bool:
        return here is not None and self.memory.last(f"{unit}.{name}", here.text) is not None

    def _is_dear(self, unit: str, name: str, text: str) -> bool:
        """Say whether somebody may miss a text: not a stub as it was given, nor our last one."""
        if self.memory.is_surely_ours(f"{unit}.{name}", text):
            return False
        given = exercises()[name].stub if name in exercises() else _in_head(unit, name)
        return given is None or mark_of(given) != mark_of(text)

    def _changed(self, module: ModuleFile) -> float:
        """Return when somebody who is no notebook changed a file last."""
        return self.memory.changed(module.unit, module.text.text, module.time)

    def _conflict(
        self, module: ModuleFile, parts: Mapping[str, Statement], defined: Defined
    ) -> Conflict | None:
        unit, apart = module.unit, list[Texts]()
        for name, statement in parts.items():
            here = module.text.binding(name)
            if here is not None and not (
                same_code(here, statement)
                or self._is_ours(unit, name, here)
                or _is_given(unit, name, here)
            ):
                apart.append(Texts(name, _unix(here), statement.text))
        if not apart:
            return None
        savers = [self.memory.saver(f"{unit}.{each.name}", each.in_file) for each in apart]
        changed = self._changed(module)
        return Conflict(
            exercise=next(iter(parts)),
            path=module.path,
            apart=tuple(apart),
            file_time=max(saver[1] if saver else changed for saver in savers),
            notebook_time=max(self._since(unit, each, defined) for each in apart),
            notebook=next((saver[0] for saver in savers if saver), ""),
        )

    def _since(self, unit: str, texts: Texts, defined: Defined) -> float:
        """Return since when the notebook has a text: when it saved it, else when it ran it."""
        saved = self.memory.last(f"{unit}.{texts.name}", texts.in_notebook)
        return saved.time if saved else defined.times.get(texts.name, time.time())


def _unix(here: Statement | None) -> str:
    return here.text.replace("\r\n", "\n") if here is not None else ""


def _parts(name: str, module: ModuleFile, defined: Defined) -> tuple[dict[str, Statement], Needs]:
    """Return an answer and the helpers that go with it, the answer first."""
    answer = defined.statements[name]
    needs = needs_of(answer, defined.statements, module.text, module.unit)
    return {name: answer, **needs.parts}, needs


def _is_given(unit: str, name: str, here: Statement) -> bool:
    """Say whether the file holds what the course gave: a stub, or a line of its head."""
    if name in exercises():
        return here.is_definition and not is_attempted(here.node)
    given = _in_head(unit, name)
    return given is not None and same_code(ModuleText(given).statements[0], here)


def _in_head(unit: str, name: str) -> str | None:
    """Return the line that gives a name its value in what the course puts above its exercises."""
    head = next(each.imports for each in units() if each.name == unit)
    given = ModuleText(head).binding(name)
    return given.text if given is not None else None
