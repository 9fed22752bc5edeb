"""Saves the answers of a notebook into the student's modules, and refuses to overwrite work.

What a file holds may be replaced where it is a stub, or what this notebook itself last saved.
Everything else is a conflict, which the student settles. What somebody may miss is put aside first.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course.catalogue import exercises, units
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import Statement
from fashion_course.kit.files import alone
from fashion_course.kit.notebook.memory import Memory, mark_of, put_aside
from fashion_course.kit.notebook.modulefile import ModuleFile, read_module
from fashion_course.kit.notebook.needs import Needs, NotSavedError, needs_of
from fashion_course.kit.notebook.surgery import ModuleText, same_code
from fashion_course.kit.notebook.weaving import woven
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


@dataclass(frozen=True)
class Difference:
    """One name that the file and the notebook define each in its own way."""

    name: str
    in_file: str
    in_notebook: str


@dataclass(frozen=True)
class Conflict:
    """An answer that was changed in the file and is another one in the notebook.

    Attributes:
        differences: the answer itself, and helpers of it.
        file_time: when the file was changed last, in seconds since 1970.
        notebook_time: since when the notebook has its version.
        notebook: which other notebook saved what is in the file, or "".
    """

    exercise: str
    path: Path
    differences: tuple[Difference, ...]
    file_time: float
    notebook_time: float
    notebook: str = ""

    @property
    def file_is_newer(self) -> bool:
        """Whether the file was changed after the notebook got its version."""
        return self.file_time > self.notebook_time


@dataclass
class Report:
    """What became of the answers of one cell.

    Attributes:
        saved: answer to the helpers and constants that went with it.
        lost: answer to the names that it reads and the module does not know.
        other: likewise, that the module knows with a value of its own.
        refused: answer to the reason.
        conflicts: answer to what the student must settle.
        aside: where what was replaced is kept.
    """

    saved: dict[str, list[str]] = field(default_factory=dict)
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)
    other: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    aside: list[Path] = field(default_factory=list)


class Keeper:
    """Saves answers into one course folder on behalf of one notebook.

    Args:
        memory: of the course folder and the notebook.
        try_out: `try_out(unit, text, path)` raises NotSavedError for what can't be imported.
    """

    def __init__(self, memory: Memory, try_out: Callable[[str, str, Path], None]) -> None:
        self.home, self.memory, self.try_out = memory.home, memory, try_out

    def save(
        self, unit: str, names: Sequence[str], defined: Defined, force: bool = False
    ) -> Report:
        """Save answers into the file of their unit, each with what it needs.

        Args:
            unit: whose exercises they are.
            names: of the answers.
            defined: by the notebook.
            force: overwrite what the file holds; it is put aside first.
        """
        try:
            with alone(self.home):
                return self._save(unit, names, defined, force)
        except NotSavedError as error:
            return Report(refused=dict.fromkeys(names, str(error)))
        except TimeoutError:
            told = _("another program is writing {file}. Run the cell again.", file=f"{unit}.py")
            return Report(refused=dict.fromkeys(names, told))
        except OSError as error:
            told = _(
                "{file} could not be read or written: {error}. Mend that, then run the cell again.",
                file=f"{unit}.py",
                error=error.strerror or error,
            )
            return Report(refused=dict.fromkeys(names, told))

    def _save(self, unit: str, names: Sequence[str], defined: Defined, force: bool) -> Report:
        for _ in range(TRIES):
            before = read_module(self.home, unit)
            after, report, replaced = self._put_in(before, unit, names, defined, force)
            if after.text == before.text.text and before.data is not None:
                break
            if self._write(before, unit, after, replaced, report):
                break
        else:
            raise NotSavedError(
                _("another program is writing {file}. Run the cell again.", file=f"{unit}.py")
            )
        agreed = [name for name in names if name not in report.refused | report.conflicts]
        self._agree(unit, agreed, after, defined)
        return report

    def _write(
        self,
        before: ModuleFile,
        unit: str,
        after: ModuleText,
        replaced: Sequence[tuple[str, str]],
        report: Report,
    ) -> bool:
        """Put aside what gives way and write; where that fails, nothing gave way."""
        aside: list[Path] = []
        try:
            for name, text in replaced:
                aside.append(put_aside(self.home, unit, name, text))
            written = before.write(after)
        except (OSError, NotSavedError):
            _forget(aside)
            raise
        if not written:
            _forget(aside)
            return False
        report.aside = aside
        self.memory.wrote(unit, after.text, self._changed(before, unit))
        return True

    def compare(self, name: str, defined: Defined) -> tuple[Conflict | None, Needs]:
        """Return how an answer of the notebook and the file differ, if so; and what it needs.

        Raises:
            NotSavedError: the file can't be read, or the answer can't go into it.
        """
        unit = exercises()[name].unit
        module = read_module(self.home, unit)
        parts, needs = _parts(name, module.text, defined, unit)
        return self._conflict(module, unit, parts, defined), needs

    def _put_in(
        self, module: ModuleFile, unit: str, names: Sequence[str], defined: Defined, force: bool
    ) -> tuple[ModuleText, Report, list[tuple[str, str]]]:
        """Return the module with the answers in it, what became of each, and what gave way."""
        report, replaced = Report(), dict[tuple[str, str], None]()
        for name in names:
            try:
                parts, needs = _parts(name, module.text, defined, unit)
                conflict = self._conflict(module, unit, parts, defined)
                if conflict is not None and not force:
                    report.conflicts[name] = conflict
                    continue
                ours = {p for p in parts if force or self._is_ours(module.text, unit, p)}
                made, gone = woven(module.text, parts, needs.imports, ours)
                if made.text != module.text.text:
                    self.try_out(unit, made.text, module.path)
                    report.saved[name] = _changed(module.text, made, list(parts)[1:])
                    report.lost |= {name: needs.lost} if needs.lost else {}
                    dear = [(n, text) for n, text in gone if self._is_dear(unit, n, text)]
                    replaced |= dict.fromkeys(dear)
                report.other |= {name: needs.other} if needs.other else {}
                module = replace(module, text=made)
            except NotSavedError as error:
                report.refused[name] = str(error)
        return module.text, report, list(replaced)

    def _is_ours(self, module: ModuleText, unit: str, name: str) -> bool:
        here = module.binding(name)
        return here is not None and self.memory.is_ours(f"{unit}.{name}", here.text)

    def _is_dear(self, unit: str, name: str, text: str) -> bool:
        """Say whether somebody may miss a text: not a stub as it was given, nor our last one."""
        if self.memory.is_surely_ours(f"{unit}.{name}", text):
            return False
        given = exercises()[name].stub if name in exercises() else _in_head(unit, name)
        return given is None or mark_of(given) != mark_of(text)

    def _changed(self, module: ModuleFile, unit: str) -> float:
        """Return when somebody who is no notebook changed a file last."""
        return self.memory.changed(unit, module.text.text, module.time)

    def _conflict(
        self, module: ModuleFile, unit: str, parts: Mapping[str, Statement], defined: Defined
    ) -> Conflict | None:
        found: list[Difference] = []
        for name, statement in parts.items():
            here = module.text.binding(name)
            if here is not None and not (
                same_code(here, statement)
                or self.memory.is_ours(f"{unit}.{name}", here.text)
                or _is_given(unit, name, here)
            ):
                found.append(Difference(name, here.text.replace("\r\n", "\n"), statement.text))
        if not found:
            return None
        savers = [self.memory.saver(f"{unit}.{d.name}", d.in_file) for d in found]
        changed = self._changed(module, unit)
        return Conflict(
            exercise=next(iter(parts)),
            path=module.path,
            differences=tuple(found),
            file_time=max(saver[1] if saver else changed for saver in savers),
            notebook_time=max(self._since(f"{unit}.{d.name}", d, defined) for d in found),
            notebook=next((saver[0] for saver in savers if saver), ""),
        )

    def _since(self, key: str, difference: Difference, defined: Defined) -> float:
        """Return since when the notebook has a text: when it saved it, else when it ran it."""
        saved = self.memory.since(key, difference.in_notebook)
        return defined.times.get(difference.name, time.time()) if saved is None else saved

    def _agree(self, unit: str, names: Sequence[str], module: ModuleText, defined: Defined) -> None:
        """Note what file and notebook have in common now."""
        texts = {}
        for name in names:
            for part, statement in _parts(name, module, defined, unit)[0].items():
                here = module.binding(part)
                if here is not None and here.text.replace("\r\n", "\n") == statement.text:
                    texts[f"{unit}.{part}"] = statement.text
        self.memory.agree(texts, time.time())


def _forget(aside: Sequence[Path]) -> None:
    """Delete what was put aside for nothing: the file still has it."""
    for path in aside:
        path.unlink(missing_ok=True)


def _parts(
    name: str, module: ModuleText, defined: Defined, unit: str
) -> tuple[dict[str, Statement], Needs]:
    """Return an answer and the helpers that go with it, the answer first."""
    answer = defined.statements[name]
    needs = needs_of(answer, defined.statements, module, unit)
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


def _changed(before: ModuleText, after: ModuleText, names: Sequence[str]) -> list[str]:
    """Return which helpers and constants came into the module or changed there."""

    def text(module: ModuleText, name: str) -> str | None:
        found = module.binding(name)
        return found.text if found else None

    return [name for name in names if text(before, name) != text(after, name)]
