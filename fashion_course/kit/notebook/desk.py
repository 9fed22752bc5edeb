"""One kernel with the extension: what happens before and after each cell, and what is told."""

import ast
import contextlib
import importlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from IPython.display import display

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import DEFINITIONS, IMPORTS
from autograder.report.html import Told
from fashion_course.kit.home import NBGRADER_VARIABLE
from fashion_course.kit.notebook import telling
from fashion_course.kit.notebook.cells import Cells, earlier_cells
from fashion_course.kit.notebook.memory import KEPT, put_aside
from fashion_course.kit.notebook.modulefile import read_module
from fashion_course.kit.notebook.needs import PACKAGE, NotSavedError
from fashion_course.kit.notebook.readable import defined_in
from fashion_course.kit.notebook.refresh import Loaded, cannot_import, is_from
from fashion_course.kit.notebook.saving import Keeper
from fashion_course.kit.notebook.surgery import ModuleText
from fashion_course.kit.notebook.telling import file_of, line, listed
from fashion_course.kit.words import _


class Desk:
    """One kernel: what its cells define, where that is saved, which modules it has loaded.

    Args:
        shell: IPython's own object for the kernel or the terminal.
        home: the course folder that answers are saved in, or None.
        notebook: its name, the same when the kernel is started anew.
    """

    def __init__(self, shell: Any, home: Path | None, notebook: str) -> None:
        self.shell, self.home = shell, home
        self.cells = Cells(shell.user_ns)
        self._said: set[str] = set()
        self._not_run: dict[str, str] = {}  # name that a cell defines, or "" for the last cell
        if home is not None:
            self.keeper = Keeper(home, notebook, self.cells)
            self.loaded = Loaded(home / PACKAGE, shell.user_ns)

    def begin(self) -> None:
        """Take in what is there when the extension is loaded, and save the answers in it."""
        with self._calm():
            self._refresh()
            self.cells.recall(earlier_cells(self.shell), time.time())
            self._save(list(self.cells.answers()))

    def before(self, info: Any) -> None:
        """Take in what an editor or another notebook changed since the last cell."""
        with self._calm():
            self._refresh()
            self.cells.begin()

    def after(self, result: Any) -> None:
        """Take in what a cell defined, and save the answers."""
        if result is None:
            return
        source, changed = result.info.raw_cell, list[str]()
        with self._calm():
            if result.error_before_exec is None:
                changed = self.cells.ran(source, time.time(), result.error_in_exec)
            self._note_not_run(source, changed, result.error_before_exec or result.error_in_exec)
            if self.home is not None:
                self.loaded.note()
            for name in [name for name in exercises() if name in changed]:
                self._meet(name)
            if not result.success and self.home is not None:
                self._tell_not_run(source, changed)
            self._save(self.cells.concerned(changed))
            for name in self.cells.answers():
                self.say(self._changed_outside(name), once=True)
                if self.home is not None and name in changed:
                    self._take_from_file(self.home, name)

    @contextlib.contextmanager
    def _calm(self) -> Iterator[None]:
        """Let no exception of ours reach the student: whatever it is, the cell itself has run."""
        try:
            yield
        except (Exception, KeyboardInterrupt) as error:
            text = _(
                "Nothing was saved: the course's notebook extension raised {error}. Run the "
                "cell again.",
                error=f"{type(error).__name__}: {error}",
            )
            self.say(text)

    def say(self, text: str, symbol: str = "!", once: bool = False) -> None:
        """Say a text below the cell, if it is not empty; `once` in this kernel."""
        if text and not (once and text in self._said):
            self._said.add(text)
            display(line(text, symbol))

    def forget(self, name: str) -> None:
        """Let an answer's name mean nothing here, and offer its stub as the next cell."""
        self.shell.user_ns.pop(name, None)
        self.cells.bindings.pop(name, None)
        self._refresh()
        self.shell.set_next_input(exercises()[name].stub)

    def mishaps(self, name: str, has_answer: bool) -> list[str]:
        """Return why the cell that was run last may not be what is checked.

        Args:
            name: of the exercise.
            has_answer: whether there is an older version, which is checked.
        """
        told, near = [], self.cells.near_miss(name)
        if why := self._not_run.get(""):
            told.append(_("Your last cell could not be run: {why}.", why=why))
        elif why := self._not_run.get(name):
            text = _("Your last cell with `{name}` could not be run: {why}.", name=name, why=why)
            told.append(text)
        if near:
            text = _("Is `{near}` meant to be `{name}`? Then rename it, and run its cell again.")
            told.append(text.format(near=near, name=name))
        older = _("What is checked is the version before it.")
        return [f"{text} {older}" if has_answer else text for text in told]

    def remarks(self, name: str, in_notebook: bool) -> list[str]:
        """Return what to know of a check: which version it looked at, where there are two.

        Args:
            name: of the exercise.
            in_notebook: whether the notebook's version was checked, not that of the file.
        """
        if self.home is None:
            return []
        file = file_of(name)
        if not in_notebook:
            return [_("Checked: your answer in {file}.", file=file)]
        if name not in self.cells.answers():
            return [_elsewhere(file, telling.no_definition(name, self.shell.user_ns[name]))]
        outcome, told = self.keeper.look(name), [self._changed_outside(name)]
        if outcome.lost.get(name):
            told.append(telling.lost(name, outcome.lost[name]))
        if name in outcome.conflicts:
            text = _(
                "Checked: this notebook's version. {file} holds another one, which other notebooks"
                " and the command line use.",
                file=file,
            )
            told += [text, telling.age_of(outcome.conflicts[name]), telling.keep_one(name)]
        elif name in outcome.refused:
            told.append(_elsewhere(file, outcome.refused[name]))
        elif name in outcome.saved:
            told.append(_elsewhere(file, _("run the answer's cell again.")))
        return [text for text in told if text]

    def keep(self, name: str, version: str) -> Told:
        """Settle a conflict; what gives way is put aside."""
        if self.home is None:
            return line(telling.homeless(), "○")
        try:
            if version == "file":
                return self._keep_file(self.home, name)
            return self._keep_notebook(name)
        except (NotSavedError, OSError) as error:
            return line(telling.not_saved(name, error))

    def _keep_notebook(self, name: str) -> Told:
        if name not in self.cells.answers():
            text = _("This notebook has no answer to `{name}`: run its cell first.", name=name)
            return line(text)
        outcome = self.keeper.save(exercises()[name].unit, [name], force=True)
        self._refresh()
        text = _(
            "`{name}`: notebook and file are the same, so there is nothing to choose.", name=name
        )
        told = telling.told_of(outcome) or [line(text, "✓")]
        return Told("\n".join(t.text for t in told), "".join(t.html for t in told))

    def _keep_file(self, home: Path, name: str) -> Told:
        unit, file = exercises()[name].unit, file_of(name)
        module, mine = read_module(home, unit).text, self.cells.answers().get(name)
        if not _has_answer(module, name):
            text = _(
                "{file} has no answer to `{name}` that could be kept. Write one there, or keep what"
                ' this notebook has: `keep("{name}", "notebook")`.',
                name=name,
                file=file,
            )
            return line(text)
        texts = [module.text_of(name)]
        if mine is not None:
            for part, statement in ({name: mine} | self.keeper.look(name).parts).items():
                if module.text_of(part) not in ("", statement.text):
                    put_aside(home, unit, part, statement.text)
                    if part != name:
                        texts.insert(-1, module.text_of(part))
        self._use_file(name)
        source = "\n\n\n".join(texts)
        self.shell.set_next_input(source)
        text = _(
            "`{name}` of {file} is used here from now on. Paste it over the answer's cell, so that"
            " both are the same; what that cell had is kept in {folder}.",
            name=name,
            file=file,
            folder=KEPT,
        )
        return telling.sentence_told(text, source)

    def _use_file(self, name: str) -> None:
        """Let a name of the notebook mean what the file defines.

        Raises:
            NotSavedError: the file can't be imported.
        """
        self._refresh()
        unit = exercises()[name].unit
        try:
            module = importlib.import_module(f"{PACKAGE}.{unit}")
            self.cells.give(name, getattr(module, name))
        except Exception as error:  # a student's module may raise anything
            raise cannot_import(f"{unit}.py", error) from error

    def _meet(self, name: str) -> None:
        """See to an exercise that got a value just now, from a statement or otherwise."""
        statement, unit = self.cells.bindings.get(name), exercises()[name].unit
        if statement is not None and isinstance(statement.node, (*DEFINITIONS, *IMPORTS)):
            if not is_attempted(statement.node) and self.home is not None:
                self._use_file_for_stub(self.home, name)
        elif name in self.shell.user_ns:
            value = self.shell.user_ns[name]
            if not is_from(value, f"{PACKAGE}.{unit}"):
                self.say(telling.no_definition(name, value), once=True)

    def _use_file_for_stub(self, home: Path, name: str) -> None:
        """Let the answer of the file count where a cell is still the stub."""
        text = _(
            "`{name}`: this cell is still the stub, so your answer in {file} is used.",
            name=name,
            file=file_of(name),
        )
        try:
            if _has_answer(read_module(home, exercises()[name].unit).text, name):
                self._use_file(name)
                self.say(text, "○")
        except NotSavedError as error:
            self.say(str(error))

    def _changed_outside(self, name: str) -> str:
        node, value = self.cells.answers()[name].node, self.shell.user_ns[name]
        return telling.changed_outside(value, node) if isinstance(node, ast.ClassDef) else ""

    def _note_not_run(self, source: str, changed: list[str], error: BaseException | None) -> None:
        """Remember what a cell would have defined; what ran meanwhile, or is no code, is over."""
        for name in ["", *changed]:
            self._not_run.pop(name, None)
        if error is None or not re.search(r"\b(def|class|return)\b", source):
            return
        why = f"{type(error).__name__}: {error}"
        if isinstance(error, SyntaxError):
            code = (error.text or "").strip()
            why = f"{type(error).__name__}: {error.msg}, line {error.lineno}: `{code}`"
        left = [name for name in [*defined_in(source), ""] if name not in changed]
        is_whole = isinstance(error, SyntaxError) or len(left) > 1
        self._not_run |= dict.fromkeys(left if is_whole else (), why)

    def _take_from_file(self, home: Path, name: str) -> None:
        """Give the notebook what an answer reads and only its file has, from an earlier day."""
        unit = exercises()[name].unit
        for read in sorted(self.cells.unknown(name)):
            with contextlib.suppress(Exception):  # of the student's module; it is told elsewhere
                self.cells.give(read, getattr(importlib.import_module(f"{PACKAGE}.{unit}"), read))
                if read not in exercises() or _has_answer(read_module(home, unit).text, read):
                    text = _("`{name}` is that of {file}.", name=read, file=file_of(name))
                    self.say(text, "○", once=True)

    def _tell_not_run(self, source: str, changed: list[str]) -> None:
        written = defined_in(source)
        left = [name for name in exercises() if name in written and name not in changed]
        text = _("Not saved, because the cell stopped before: {names}.", names=listed(left))
        self.say(text if left else "", "○")

    def _save(self, names: list[str]) -> None:
        if names and self.home is None:
            if not os.environ.get(NBGRADER_VARIABLE):
                self.say(telling.homeless(), "○", once=True)
            return
        for unit in dict.fromkeys(exercises()[name].unit for name in names):
            own = [name for name in names if exercises()[name].unit == unit]
            for told in telling.told_of(self.keeper.save(unit, own)):
                display(told)
        if names:
            self._refresh()

    def _refresh(self) -> None:
        for unit, why in self.loaded.refresh().items() if self.home is not None else ():
            text = _(
                "{file} was changed; its earlier version stays in use here. {why}",
                file=f"{unit}.py",
                why=why,
            )
            self.say(text)


def _has_answer(module: ModuleText, name: str) -> bool:
    """Say whether a file holds an answer, and not its stub or an import."""
    here = module.binding(name)
    return here is not None and not isinstance(here.node, IMPORTS) and is_attempted(here.node)


def _elsewhere(file: str, why: object) -> str:
    return _("Checked: this notebook's version, which is not in {file}: {why}", file=file, why=why)
