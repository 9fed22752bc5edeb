"""Saves the answers of a notebook into the student's modules, and refuses to overwrite work.

What a file holds may be replaced where it is a stub, or what this notebook itself last saved.
Everything else is a conflict, which the student settles. What somebody may miss is put aside first.
"""

import contextlib
import itertools
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import IMPORTS, Statement
from fashion_course.kit.files import alone
from fashion_course.kit.notebook.cells import Cells
from fashion_course.kit.notebook.memory import Notes, Saved, mark_of, note, put_aside, recall
from fashion_course.kit.notebook.modulefile import ModuleFile, read_module, unreadable
from fashion_course.kit.notebook.needs import Needs, NotSavedError, is_same_import
from fashion_course.kit.notebook.refresh import try_out
from fashion_course.kit.notebook.surgery import ModuleText, same_code, woven
from fashion_course.kit.words import _

TRIES = 3  # another program may write the file between our look at it and our change


class Conflict(NamedTuple):
    """What file and notebook define each in its own way, an answer or helpers of it.

    `file_time` says when the file was changed last, in seconds since 1970, and `notebook_time`
    since when the notebook has its version.
    """

    in_file: str
    in_notebook: str
    file_time: float
    notebook_time: float


@dataclass
class Saving:
    """What becomes of the answers of one cell, and of the module that they go to.

    Attributes:
        saved: answer to the helpers and constants that went with it.
        lost: answer to the names that it reads and the file does not know as the notebook does.
        refused: answer to the reason.
        conflicts: answer to what the student must settle.
        aside: where what was replaced is kept.
        text: of the module with the answers in it.
        parts: what the notebook has of these answers and their helpers.
        gone: name and text of what gives way and somebody may miss, each once.
        imports: by name, the lines that these answers brought.
    """

    saved: dict[str, list[str]] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    aside: list[Path] = field(default_factory=list)
    text: ModuleText = field(default_factory=lambda: ModuleText(""))
    parts: dict[str, Statement] = field(default_factory=dict)
    gone: dict[tuple[str, str], None] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)


class Keeper:
    """Saves answers into one course folder on behalf of one notebook.

    Args:
        home: the course folder.
        notebook: a name that stays the same when its kernel is started anew.
        cells: of the notebook.
    """

    def __init__(self, home: Path, notebook: str, cells: Cells) -> None:
        self.home, self.notebook, self.cells = home, notebook, cells
        self._own: set[tuple[str, str]] = set()  # names and marks of what this kernel saved or saw

    def save(self, unit: str, names: Sequence[str], force: bool = False) -> Saving:
        """Save answers into the file of their unit, each with what it needs.

        Args:
            unit: whose exercises they are.
            names: of the answers.
            force: overwrite what the file holds; it is put aside first.
        """
        try:
            with alone(self.home):
                for _try in range(TRIES):
                    before = read_module(self.home, unit)
                    saving = self._draft(before, names, force)
                    if self._write(before, saving):
                        return saving
            raise TimeoutError
        except NotSavedError as error:
            why = str(error)
        except TimeoutError:
            why = _("another program is writing {file}. Run the cell again.", file=f"{unit}.py")
        except OSError as error:
            why = str(unreadable(unit, error))
        return Saving(refused=dict.fromkeys(names, why))

    def look(self, name: str) -> Saving:
        """Return what would become of an answer if it were saved now."""
        try:
            return self._draft(read_module(self.home, exercises()[name].unit), [name])
        except NotSavedError as error:
            return Saving(refused={name: str(error)})

    def _write(self, before: ModuleFile, saving: Saving) -> bool:
        """Put aside what gives way and write; say whether file and notebook agree now."""
        unit, text = before.path.stem, saving.text
        if text.text != before.text.text or before.data is None:
            with contextlib.ExitStack() as stack:  # where it is not written, nothing gave way
                for name, gone in saving.gone:
                    path = put_aside(self.home, unit, name, gone)
                    stack.callback(path.unlink, missing_ok=True)
                    saving.aside.append(path)
                if not before.write(text):
                    return False
                stack.pop_all()
        both = saving.imports | {name: part.text for name, part in saving.parts.items()}
        came = {*saving.imports, *itertools.chain(*saving.saved.values())}
        self._agree(unit, {n: t for n, t in both.items() if text.text_of(n) == t}, came)
        return True

    def _draft(self, module: ModuleFile, names: Sequence[str], force: bool = False) -> Saving:
        """Return the module with the answers in it."""
        saving = Saving(text=module.text)
        for name in names:
            try:
                self._put_in(saving, module, name, force)
            except NotSavedError as error:
                saving.refused[name] = str(error)
        return saving

    def _put_in(self, saving: Saving, module: ModuleFile, name: str, force: bool) -> None:
        unit, before, notebook = module.path.stem, saving.text, self.cells.bindings
        base = self._shed(before, unit, saving, self._means_another)
        needs = Needs(notebook[name], notebook, base, unit)
        parts = {name: notebook[name], **needs.parts}
        saving.parts |= parts
        here = {part: old for part in parts if (old := base.binding(part)) is not None}
        ours = {part for part, old in here.items() if self._last(unit, part, old.text)}
        apart = [
            part
            for part, old in here.items()
            if not (part in ours or same_code(old, parts[part]) or _is_stub(part, old))
        ]
        if apart and not force:
            times = [self._since(unit, part, parts[part].text) for part in apart]
            theirs = "\n\n\n".join(before.text_of(part) for part in apart)
            mine = "\n\n\n".join(parts[part].text for part in apart)
            saving.conflicts[name] = Conflict(theirs, mine, module.time, max(times))
            return
        made, gone = woven(base, parts, [*needs.imports.values()], parts if force else ours)
        if made.text != before.text:
            made = self._shed(made, unit, saving, _is_unread)
            try_out(module.path, made.text)
            came = [part for part in needs.parts if before.text_of(part) != made.text_of(part)]
            saving.saved[name] = came
            saving.gone |= dict.fromkeys(each for each in gone if self._is_dear(unit, *each))
            saving.imports |= needs.imports
        saving.text = made
        saving.lost[name] = needs.lost

    def _shed(
        self,
        module: ModuleText,
        unit: str,
        saving: Saving,
        is_over: Callable[[str, Statement, ModuleText], bool],
    ) -> ModuleText:
        """Take out imports and values that answers of this notebook brought and that are over."""
        for key, notebooks in recall(self.home).saved.items():
            there, _dot, name = key.partition(".")
            last, here = notebooks.get(self.notebook), module.binding(name)
            if there != unit or last is None or here is None or not last.along:
                continue
            is_ours = last.mark == mark_of(here.text) and here.binds == {name}
            if is_ours and not here.is_definition and is_over(name, here, module):
                module = module.without(here)
                if not isinstance(here.node, IMPORTS) and self._is_dear(unit, name, here.text):
                    saving.gone[name, here.text] = None
        return module

    def _means_another(self, name: str, here: Statement, _module: ModuleText) -> bool:
        """Say whether a name is imported otherwise in the notebook now, or no longer, or newly."""
        now = self.cells.bindings.get(name, here)
        kinds = [isinstance(each.node, IMPORTS) for each in (here, now)]
        return any(kinds) and not (all(kinds) and is_same_import(here.node, now.node, name))

    def _is_dear(self, unit: str, name: str, text: str) -> bool:
        """Say whether somebody may miss a text: not a stub as it was given, nor this kernel's own.

        Another kernel of the same notebook, an earlier one too, may still want what it saved.
        """
        is_stub = name in exercises() and mark_of(exercises()[name].stub) == mark_of(text)
        return not is_stub and (f"{unit}.{name}", mark_of(text)) not in self._own

    def _last(self, unit: str, name: str, text: str) -> Saved | None:
        """Return when this notebook saved or saw a text, if it is the last that it did."""
        found = recall(self.home).saved.get(f"{unit}.{name}", {}).get(self.notebook)
        return found if found is not None and found.mark == mark_of(text) else None

    def _since(self, unit: str, name: str, text: str) -> float:
        """Return since when this notebook has a text, also if another kernel ran it first."""
        last = self._last(unit, name, text)
        return last.time if last is not None else self.cells.times[name]

    def _agree(self, unit: str, texts: dict[str, str], came: Collection[str]) -> None:
        """Note that file and notebook agree on the texts of some names; some came along."""
        self._own |= {(f"{unit}.{name}", mark_of(text)) for name, text in texts.items()}
        new = {name: text for name, text in texts.items() if not self._last(unit, name, text)}

        def change(notes: Notes) -> None:
            for name, text in new.items():
                notebooks = notes.saved.setdefault(f"{unit}.{name}", {})
                notebooks[self.notebook] = Saved(mark_of(text), time.time(), name in came)

        if new:
            note(self.home, change)


def _is_unread(name: str, here: Statement, module: ModuleText) -> bool:
    return not any(name in each.reads for each in module.statements if each is not here)


def _is_stub(name: str, here: Statement) -> bool:
    return name in exercises() and here.is_definition and not is_attempted(here.node)
