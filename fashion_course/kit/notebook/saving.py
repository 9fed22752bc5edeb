"""Saves the answers of a notebook into the student's modules, and refuses to overwrite work.

What a file holds may be replaced where it is the untouched stub, or what this notebook itself last
saved. Everything else is a conflict, which the student settles.
"""

import ast
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.catalogue import exercises, is_attempted, units
from autograder.messages import say
from autograder.statements import Statement
from fashion_course.kit.notebook.memory import Memory, put_aside
from fashion_course.kit.notebook.modulefile import ModuleFile, read_module
from fashion_course.kit.notebook.needs import Needs, NotSavedError, needs_of
from fashion_course.kit.notebook.surgery import ModuleText, same_code

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
        refused: answer to the reason.
        conflicts: answer to what the student must settle.
        aside: where what was replaced is kept.
    """

    saved: dict[str, list[str]] = field(default_factory=dict)
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)
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
            for _ in range(TRIES):
                before = read_module(self.home, unit)
                after, report, replaced = self._woven(before, unit, names, defined, force)
                if after.text == before.text.text and before.data is not None:
                    break
                report.aside = [put_aside(self.home, unit, d.name, d.in_file) for d in replaced]
                if before.write(after):
                    break
            else:
                raise NotSavedError(say("saving-busy", file=f"{unit}.py"))
        except NotSavedError as error:
            return Report(refused=dict.fromkeys(names, str(error)))
        except OSError as error:
            told = say("saving-failed", file=f"{unit}.py", error=error.strerror or error)
            return Report(refused=dict.fromkeys(names, told))
        agreed = [name for name in names if name not in report.refused | report.conflicts]
        self._agree(unit, agreed, after, defined)
        return report

    def conflict(self, name: str, defined: Defined) -> Conflict | None:
        """Return how an answer of the notebook and the file differ, or None where they agree.

        Raises:
            NotSavedError: the file can't be read, or the answer can't go into it.
        """
        unit = exercises()[name].unit
        module = read_module(self.home, unit)
        parts = _parts(name, module.text, defined, unit)[0]
        return self._conflict(module, unit, parts, defined)

    def _woven(
        self, module: ModuleFile, unit: str, names: Sequence[str], defined: Defined, force: bool
    ) -> tuple[ModuleText, Report, list[Difference]]:
        """Return the module with the answers in it, what became of each, and what gave way."""
        report, replaced = Report(), list[Difference]()
        for name in names:
            try:
                parts, needs = _parts(name, module.text, defined, unit)
                conflict = self._conflict(module, unit, parts, defined)
                if conflict is not None and not force:
                    report.conflicts[name] = conflict
                    continue
                made = self._with(module.text, unit, name, parts, needs, force)
                if made.text != module.text.text:
                    self.try_out(unit, made.text, module.path)
                    report.saved[name] = _changed(module.text, made, list(parts)[1:])
                    report.lost |= {name: needs.lost} if needs.lost else {}
                    replaced += conflict.differences if conflict is not None else ()
                module = replace(module, text=made)
            except NotSavedError as error:
                report.refused[name] = str(error)
        return module.text, report, replaced

    def _with(
        self,
        module: ModuleText,
        unit: str,
        name: str,
        parts: Mapping[str, Statement],
        needs: Needs,
        force: bool,
    ) -> ModuleText:
        """Return the module with an answer and what it needs, each once."""
        made, missing = module.with_imports(needs.imports), []
        for part, statement in parts.items():
            here = made.binding(part)
            if here is None or not _is_replaceable(here):
                missing.append(part)
            elif (
                force
                or not same_code(here, statement)
                or self.memory.is_ours(f"{unit}.{part}", here.text)
            ):
                made = made.replaced(here, statement.text)
        helpers = [parts[part].text for part in missing if part != name]
        anchor = made.binding(name)
        if name in missing or anchor is None:
            return made.appended([*helpers, parts[name].text])
        return made.inserted_above(anchor, helpers)

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
        others = [self.memory.other_notebook(f"{unit}.{d.name}", d.in_file) for d in found]
        return Conflict(
            exercise=next(iter(parts)),
            path=module.path,
            differences=tuple(found),
            file_time=module.time,
            notebook_time=max(self._since(f"{unit}.{d.name}", d, defined) for d in found),
            notebook=next((other for other in others if other), ""),
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


def _parts(
    name: str, module: ModuleText, defined: Defined, unit: str
) -> tuple[dict[str, Statement], Needs]:
    """Return an answer and the helpers that go with it, the answer first."""
    answer = defined.statements[name]
    needs = needs_of(answer, defined.statements, module, unit)
    return {name: answer, **needs.parts}, needs


def _is_replaceable(here: Statement) -> bool:
    """Say whether a statement binds a name and nothing else; an import or an `if` may do more."""
    return here.is_definition or isinstance(here.node, (ast.Assign, ast.AnnAssign))


def _is_given(unit: str, name: str, here: Statement) -> bool:
    """Say whether the file holds what the course gave: a stub, or a line of its head."""
    if name in exercises():
        return here.is_definition and not is_attempted(here.node)
    head = next(each.imports for each in units() if each.name == unit)
    given = ModuleText(head).binding(name)
    return given is not None and same_code(given, here)


def _changed(before: ModuleText, after: ModuleText, names: Sequence[str]) -> list[str]:
    """Return which helpers and constants came into the module or changed there."""

    def text(module: ModuleText, name: str) -> str | None:
        found = module.binding(name)
        return found.text if found else None

    return [name for name in names if text(before, name) != text(after, name)]
