"""One kernel with the extension: what happens before and after each cell, and what is told."""

import functools
import importlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from autograder.course.catalogue import exercises
from autograder.reading.attempted import is_attempted
from autograder.reading.statements import DEFINITIONS, plain_python, statements_of
from autograder.report.html import Told
from fashion_course.kit.home import NBGRADER_VARIABLE
from fashion_course.kit.notebook.cells import Cells, earlier_cells
from fashion_course.kit.notebook.memory import KEPT, Memory, put_aside
from fashion_course.kit.notebook.modulefile import module_path, read_module
from fashion_course.kit.notebook.needs import PACKAGE, NotSavedError
from fashion_course.kit.notebook.patches import Patches
from fashion_course.kit.notebook.refresh import Loaded, is_from, try_out
from fashion_course.kit.notebook.saving import Defined, Difference, Keeper
from fashion_course.kit.notebook.telling import (
    age_of,
    file_of,
    homeless_told,
    line,
    listed,
    missed,
    no_definition,
    source_told,
    told_of,
)
from fashion_course.kit.words import _

Version = Literal["notebook", "file"]
Hook = Callable[["Desk", Any], None]


def _calm(hook: Hook) -> Hook:
    """Let no exception of ours reach the student: whatever it is, the cell itself has run."""

    @functools.wraps(hook)
    def calm(desk: "Desk", told: Any) -> None:
        try:
            hook(desk, told)
        except KeyboardInterrupt:
            desk.tell(
                line(_("Interrupted; run the cell again to have its answer saved."), "!", "yellow")
            )
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            desk.tell(
                line(
                    _(
                        "Nothing was saved: the course's notebook extension stumbled over {error}. Run "
                        "the cell again.",
                        error=why,
                    ),
                    "!",
                    "yellow",
                )
            )

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
        self.patches = Patches()
        self.refused: dict[str, str] = {}
        self._said: set[str] = set()
        if home is not None:
            started: float = vars(shell).setdefault("_fashion_course_started", time.time())
            self.keeper = Keeper(Memory(home, notebook, started), try_out)
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
        for name in [name for name in bound if name in exercises()]:
            self._bound(name)
        otherwise = [name for name in self.cells.changed_otherwise() if name not in bound]
        for name in [name for name in otherwise if name in exercises()]:
            if not is_from(self.shell.user_ns[name], f"{PACKAGE}.{exercises()[name].unit}"):
                self.tell_once(no_definition(name, self.shell.user_ns[name]))
        if result.error_before_exec is not None or result.error_in_exec is not None:
            self._tell_not_run(source, bound)
        self._save(self.cells.concerned([*bound, *otherwise]))
        self._tell_patches()

    def tell(self, told: Told) -> None:
        """Show something below the cell."""
        from IPython.display import display

        display(told)

    def tell_once(self, text: str) -> None:
        """Say a text, the same one only once."""
        if text not in self._said:
            self._said.add(text)
            self.tell(line(text, "!", "yellow"))

    def defined(self) -> Defined:
        """Return what the notebook defines now."""
        return Defined(self.cells.alive(), self.cells.times)

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
            why = no_definition(name, self.shell.user_ns[name])
            return [
                _(
                    "Checked: this notebook's version, which is not in {file}: {why}",
                    file=file,
                    why=why,
                )
            ]
        patched = self.patches.told(name, self.shell.user_ns[name])
        told = [patched] if patched else []
        try:
            conflict, needs = self.keeper.compare(name, self.defined())
        except NotSavedError as error:
            return [
                *told,
                _(
                    "Checked: this notebook's version, which is not in {file}: {why}",
                    file=file,
                    why=error,
                ),
            ]
        told += missed(name, needs.lost, needs.other)
        if conflict is not None:
            told += [
                _(
                    "Checked: this notebook's version. {file} holds another one, which other "
                    "notebooks and the command line use.",
                    file=file,
                ),
                age_of(conflict),
            ]
            return [
                *told,
                _(
                    'Keep one: `keep("{name}", "notebook")` or `keep("{name}", "file")`. The other '
                    "goes to {folder}.",
                    name=name,
                    folder=KEPT,
                ),
            ]
        if name in self.refused:
            told.append(
                _(
                    "Checked: this notebook's version, which is not in {file}: {why}",
                    file=file,
                    why=self.refused[name],
                )
            )
        elif not self._in_file(name):
            told.append(
                _(
                    "Checked: this notebook's version. {file} has none: run the answer's cell again.",
                    file=file,
                )
            )
        return told

    def keep(self, name: str, version: Version) -> Told:
        """Settle a conflict; what gives way is put aside."""
        if self.home is None:
            return homeless_told([name])
        try:
            return self._keep_file(name) if version == "file" else self._keep_notebook(name)
        except NotSavedError as error:
            why: object = error
        except OSError as error:
            file = f"{exercises()[name].unit}.py"
            why = _(
                "{file} could not be read or written: {error}. Mend that, then run the cell again.",
                file=file,
                error=error.strerror or error,
            )
        return line(_("`{name}` is not saved: {why}", name=name, why=why), "!", "yellow")

    def _keep_notebook(self, name: str) -> Told:
        unit = exercises()[name].unit
        if name not in self.cells.answers():
            return line(
                _("This notebook has no answer to `{name}`: run its cell first.", name=name),
                "!",
                "yellow",
            )
        report = self.keeper.save(unit, [name], self.defined(), force=True)
        self.refused.pop(name, None)
        self.refused |= report.refused
        self._refresh()
        lines = told_of(report, module_path(self.home or Path(), unit))
        if not lines:
            return line(
                _("`{name}`: notebook and file agree, there is nothing to settle.", name=name),
                "✓",
                "green",
            )
        return Told("\n".join(t.text for t in lines), "".join(t.html for t in lines))

    def _keep_file(self, name: str) -> Told:
        assert self.home is not None
        unit = exercises()[name].unit
        here = read_module(self.home, unit).text.binding(name)
        file = file_of(module_path(self.home, unit))
        if here is None or not is_attempted(here.node):
            return line(
                _(
                    "{file} has no answer to `{name}` that could be kept. Write one there, or keep "
                    'what this notebook has: `keep("{name}", "notebook")`.',
                    name=name,
                    file=file,
                ),
                "!",
                "yellow",
            )
        mine, text = self.cells.answers().get(name), here.text.replace("\r\n", "\n")
        if mine is not None and mine.text != text:
            put_aside(self.home, unit, name, mine.text)
        helpers = self._helpers_apart(name)
        for helper in helpers:
            put_aside(self.home, unit, helper.name, helper.in_notebook)
        self._use_file(name)
        source = "\n\n\n".join([*(helper.in_file for helper in helpers), text])
        self.shell.set_next_input(source)
        return source_told(
            _(
                "`{name}` of {file} is used here from now on. Paste it over the answer's cell, so "
                "that both are the same; what that cell had is kept in {folder}.",
                name=name,
                file=file,
                folder=KEPT,
            ),
            source,
        )

    def _helpers_apart(self, name: str) -> list[Difference]:
        """Return what an answer reads and the file has otherwise than the notebook."""
        if name not in self.cells.answers():
            return []
        try:
            conflict = self.keeper.compare(name, self.defined())[0]
        except NotSavedError:
            return []
        return [d for d in conflict.differences if d.name != name] if conflict else []

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
            told = f"{type(error).__name__}: {error}"
            raise NotSavedError(
                _(
                    "{file} could not be imported: {error}. Mend that first.",
                    file=f"{unit}.py",
                    error=told,
                )
            ) from error
        self.refused.pop(name, None)

    def _bound(self, name: str) -> None:
        """See to an exercise whose name a cell has just given a value."""
        statement, names = self.cells.bindings[name], self.shell.user_ns
        if isinstance(statement.node, DEFINITIONS) and is_attempted(statement.node):
            self.patches.defined(name, names.get(name), statement.node)
        elif statement.is_definition and self._in_file(name) and self.home is not None:
            file = file_of(module_path(self.home, exercises()[name].unit))
            try:
                self._use_file(name)
                self.tell(
                    line(
                        _(
                            "`{name}`: this cell is still the stub, so your answer in {file} is used.",
                            name=name,
                            file=file,
                        ),
                        "○",
                    )
                )
            except NotSavedError as error:
                told = _(
                    "`{name}`: this cell is still the stub, and your answer in {file} can't be used. "
                    "{why}",
                    name=name,
                    file=file,
                    why=error,
                )
                self.tell(line(told, "!", "yellow"))
        elif not statement.is_definition and not _is_import(statement.text) and name in names:
            self.tell_once(no_definition(name, names[name]))

    def _in_file(self, name: str) -> bool:
        """Say whether the file holds an answer."""
        if self.home is None:
            return False
        try:
            here = read_module(self.home, exercises()[name].unit).text.binding(name)
        except NotSavedError:
            return False
        return here is not None and is_attempted(here.node) and not _is_import(here.text)

    def _save(self, names: list[str]) -> None:
        if not names:
            return
        if self.home is None:
            if not os.environ.get(NBGRADER_VARIABLE) and "homeless" not in self._said:
                self._said.add("homeless")
                self.tell(homeless_told(names))
            return
        for unit in dict.fromkeys(exercises()[name].unit for name in names):
            own = [name for name in names if exercises()[name].unit == unit]
            report = self.keeper.save(unit, own, self.defined())
            self.refused = {n: why for n, why in self.refused.items() if n not in own}
            self.refused |= report.refused
            for told in told_of(report, module_path(self.home, unit)):
                self.tell(told)
        self._refresh()

    def _refresh(self) -> None:
        if self.home is None:
            return
        for unit, why in self.loaded.refresh().items():
            self.tell(
                line(
                    _(
                        "{file} was changed; its earlier version stays in use here. {why}",
                        file=f"{unit}.py",
                        why=why,
                    ),
                    "!",
                    "yellow",
                )
            )

    def _tell_not_run(self, source: str, bound: list[str]) -> None:
        missed = [name for name in _written(source) if name not in bound]
        if missed and self.home is not None:
            self.tell(
                line(
                    _("Not saved, because the cell stopped before: {names}.", names=listed(missed)),
                    "○",
                )
            )

    def _tell_patches(self) -> None:
        for name in self.cells.answers():
            patched = self.patches.told(name, self.shell.user_ns[name])
            if patched:
                self.tell_once(patched)


def _written(source: str) -> list[str]:
    """Return the exercises that a cell would have answered, had it run; one may be broken."""
    try:
        statements = statements_of(plain_python(source))
    except (SyntaxError, ValueError, RecursionError):
        names = re.findall(r"^(?:async )?(?:def|class) (\w+)", source, re.M)
    else:
        nodes = [s.node for s in statements]
        names = [n.name for n in nodes if isinstance(n, DEFINITIONS) and is_attempted(n)]
    return [name for name in dict.fromkeys(names) if name in exercises()]


def _is_import(text: str) -> bool:
    return text.startswith(("import ", "from "))
