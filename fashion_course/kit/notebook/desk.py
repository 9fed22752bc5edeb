"""One kernel with the extension: what happens before and after each cell, and what is told."""

import contextlib
import functools
import importlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import DEFINITIONS, IMPORTS, Statement, statements_of_cell
from autograder.report.html import Told
from fashion_course.kit.home import NBGRADER_VARIABLE
from fashion_course.kit.notebook import telling
from fashion_course.kit.notebook.cells import Cells, earlier_cells
from fashion_course.kit.notebook.memory import KEPT, Memory, put_aside
from fashion_course.kit.notebook.modulefile import module_path, read_module, unreadable
from fashion_course.kit.notebook.needs import PACKAGE, NotSavedError
from fashion_course.kit.notebook.patches import from_outside
from fashion_course.kit.notebook.refresh import Loaded, cannot_import, is_from
from fashion_course.kit.notebook.saving import Defined, Keeper
from fashion_course.kit.notebook.telling import file_of, line, listed, no_definition, told_of
from fashion_course.kit.words import _

Hook = Callable[["Desk", Any], None]


def _calm(hook: Hook) -> Hook:
    """Let no exception of ours reach the student: whatever it is, the cell itself has run."""

    @functools.wraps(hook)
    def calm(desk: "Desk", told: Any) -> None:
        try:
            hook(desk, told)
        except KeyboardInterrupt:
            desk.say(_("Interrupted; run the cell again to have its answer saved."))
        except Exception as error:
            text = _(
                "Nothing was saved: the course's notebook extension stumbled over {error}. Run the"
                " cell again.",
                error=f"{type(error).__name__}: {error}",
            )
            desk.say(text)

    return calm


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
        if home is not None:
            started: float = vars(shell).setdefault("_fashion_course_started", time.time())
            self.keeper = Keeper(Memory(home, notebook, started))
            self.loaded = Loaded(home / PACKAGE, shell.user_ns)

    @_calm
    def begin(self, info: Any) -> None:
        """Take in what is there when the extension is loaded, and save the answers in it."""
        self._refresh()
        self.cells.recall(earlier_cells(self.shell), time.time())
        self._save(list(self.cells.answers()))

    @_calm
    def before(self, info: Any) -> None:
        """Take in what an editor or another notebook changed since the last cell."""
        self._refresh()
        self.cells.begin()

    @_calm
    def after(self, result: Any) -> None:
        """Take in what a cell defined, and save the answers."""
        if result is None:
            return
        source: str = result.info.raw_cell
        bound: list[str] = []
        if result.error_before_exec is None:
            bound = self.cells.ran(source, time.time(), result.error_in_exec)
        if self.home is not None:
            self.loaded.note()
        otherwise = [name for name in self.cells.changed_otherwise() if name not in bound]
        for name in exercises():
            if name in bound or name in otherwise:
                self._meet(name, self.cells.bindings[name] if name in bound else None)
        if result.error_before_exec is not None or result.error_in_exec is not None:
            self._tell_not_run([name for name in _written(source) if name not in bound])
        self._save(self.cells.concerned([*bound, *otherwise]))
        for name in self.cells.answers():
            self.say(self._from_outside(name), once=True)

    def say(self, text: str, symbol: str = "!", once: bool = False) -> None:
        """Say a text below the cell, if it is not empty; `once` in this kernel."""
        if text and not (once and text in self._said):
            self._said.add(text)
            self.tell(line(text, symbol))

    def tell(self, told: Told) -> None:
        """Show something below the cell."""
        from IPython.display import display

        display(told)

    def remarks(self, name: str, in_notebook: bool) -> list[str]:
        """Return what to know of a check: which version it looked at, where there are two.

        Args:
            name: of the exercise.
            in_notebook: whether the notebook's version was checked, not that of the file.
        """
        if self.home is None:
            return []
        file = file_of(module_path(self.home, exercises()[name].unit))
        if not in_notebook:
            return [_("Checked: your answer in {file}.", file=file)]
        if name not in self.cells.answers():
            return [_elsewhere(file, no_definition(name, self.shell.user_ns[name]))]
        outcome, patched = self.keeper.look(name, self._defined()), self._from_outside(name)
        told = [patched] if patched else []
        if name in outcome.needs:
            told += telling.missed(name, outcome.needs[name])
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
        return told

    def keep(self, name: str, version: str) -> Told:
        """Settle a conflict; what gives way is put aside."""
        if self.home is None:
            return telling.homeless_told([name])
        try:
            return self._keep_file(name) if version == "file" else self._keep_notebook(name)
        except NotSavedError as error:
            why = error
        except OSError as error:
            why = unreadable(exercises()[name].unit, error)
        return line(telling.not_saved(name, why))

    def _keep_notebook(self, name: str) -> Told:
        unit = exercises()[name].unit
        if name not in self.cells.answers():
            return line(
                _("This notebook has no answer to `{name}`: run its cell first.", name=name)
            )
        outcome = self.keeper.save(unit, [name], self._defined(), force=True)
        self._refresh()
        told = told_of(outcome, module_path(self.keeper.home, unit))
        text = _("`{name}`: notebook and file agree, there is nothing to settle.", name=name)
        return telling.together(told or [line(text, "✓")])

    def _keep_file(self, name: str) -> Told:
        home, unit = self.keeper.home, exercises()[name].unit
        here, file = self._in_file(name), file_of(module_path(home, unit))
        if here is None:
            text = _(
                "{file} has no answer to `{name}` that could be kept. Write one there, or keep what"
                ' this notebook has: `keep("{name}", "notebook")`.',
                name=name,
                file=file,
            )
            return line(text)
        mine, texts = self.cells.answers().get(name), [here.text.replace("\r\n", "\n")]
        if mine is not None:
            if mine.text != texts[0]:
                put_aside(home, unit, name, mine.text)
            conflict = self.keeper.look(name, self._defined()).conflicts.get(name)
            for each in conflict.apart if conflict else ():
                if each.name != name:
                    put_aside(home, unit, each.name, each.in_notebook)
                    texts.insert(-1, each.in_file)
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

    def _meet(self, name: str, statement: Statement | None) -> None:
        """See to an exercise that got a value just now, from a statement or otherwise."""
        value, module = self.shell.user_ns.get(name), f"{PACKAGE}.{exercises()[name].unit}"
        if statement is not None and isinstance(statement.node, (*DEFINITIONS, *IMPORTS)):
            if not is_attempted(statement.node) and self.home is not None:
                self._use_file_for_stub(name)
        elif name in self.shell.user_ns and not is_from(value, module):
            self.say(no_definition(name, value), once=True)

    def _use_file_for_stub(self, name: str) -> None:
        """Let the answer of the file count where a cell is still the stub."""
        file = file_of(module_path(self.keeper.home, exercises()[name].unit))
        text = _(
            "`{name}`: this cell is still the stub, so your answer in {file} is used.",
            name=name,
            file=file,
        )
        with contextlib.suppress(NotSavedError):
            if self._in_file(name) is None:
                return
            try:
                self._use_file(name)
                self.say(text, "○")
            except NotSavedError as error:
                text = _(
                    "`{name}`: this cell is still the stub, and your answer in {file} can't be"
                    " used. {why}",
                    name=name,
                    file=file,
                    why=error,
                )
                self.say(text)

    def _in_file(self, name: str) -> Statement | None:
        """Return the answer that the file holds, if it does.

        Raises:
            NotSavedError: the file can't be read.
        """
        here = read_module(self.keeper.home, exercises()[name].unit).text.binding(name)
        if here is None or isinstance(here.node, IMPORTS) or not is_attempted(here.node):
            return None
        return here

    def _defined(self) -> Defined:
        return Defined(self.cells.alive(), self.cells.times)

    def _from_outside(self, name: str) -> str:
        node = self.cells.answers()[name].node
        assert isinstance(node, DEFINITIONS)
        return from_outside(name, self.shell.user_ns[name], node)

    def _save(self, names: list[str]) -> None:
        if names and self.home is None:
            if not os.environ.get(NBGRADER_VARIABLE) and "homeless" not in self._said:
                self._said.add("homeless")
                self.tell(telling.homeless_told(names))
            return
        for unit in dict.fromkeys(exercises()[name].unit for name in names):
            own = [name for name in names if exercises()[name].unit == unit]
            outcome = self.keeper.save(unit, own, self._defined())
            for told in told_of(outcome, module_path(self.keeper.home, unit)):
                self.tell(told)
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

    def _tell_not_run(self, names: list[str]) -> None:
        if names and self.home is not None:
            text = _("Not saved, because the cell stopped before: {names}.", names=listed(names))
            self.say(text, "○")


def _elsewhere(file: str, why: object) -> str:
    return _("Checked: this notebook's version, which is not in {file}: {why}", file=file, why=why)


def _written(source: str) -> list[str]:
    """Return the exercises that a cell would have answered, had it run; one may be broken."""
    try:
        nodes = [statement.node for statement in statements_of_cell(source)]
    except (SyntaxError, ValueError, RecursionError):
        names = re.findall(r"^(?:async )?(?:def|class) (\w+)", source, re.M)
    else:
        names = [n.name for n in nodes if isinstance(n, DEFINITIONS) and is_attempted(n)]
    return [name for name in dict.fromkeys(names) if name in exercises()]
