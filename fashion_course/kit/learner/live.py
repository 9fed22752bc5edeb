"""Finds the answers of a learner's own kernel: the notebook's, else the course folder's."""

import contextlib
import importlib
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import fashion_course
from autograder.course.catalogue import Exercise, exercises
from autograder.reading.answer import Answer, live_answer
from autograder.reading.attempted import is_attempted
from autograder.reading.sources import source_of
from autograder.reading.statements import parsed, statements_of
from autograder.reading.submission import Source, Submission
from fashion_course.kit.notebook.extension import active
from fashion_course.kit.notebook.readable import Readable, readable
from fashion_course.kit.notebook.refresh import quiet, reload_unit
from fashion_course.kit.words import _


def namespace_of_user() -> dict[str, Any]:
    """Return the names of the notebook or script that asks for a check."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        return dict(shell.user_ns)
    return dict(vars(sys.modules["__main__"]))


def find_live(namespace: Mapping[str, Any], exercise: Exercise) -> Any:
    """Return the answer: from the notebook's own names if it is there, else from its home.

    A name that the notebook imported is at home there; a stub in the notebook hides no answer. Of
    a home that is no Python at some place, what can be read is loaded.

    Raises:
        Exception: whatever executing the file of its home raises.
    """
    name, unit = exercise.name, exercise.unit
    if is_in_notebook(namespace, name):
        return namespace[name]
    found, path = _read(unit)
    if not found.why:
        return getattr(reload_unit(unit), name)
    made = {"__name__": f"fashion_course.{unit}", "__package__": "fashion_course"}
    with quiet():
        exec(compile(found.text, path, "exec", dont_inherit=True), made)
    return made[name]


def live_submission(namespace: Mapping[str, Any]) -> Submission:
    """Return the live answers with their sources, and what else their homes define."""
    alive: dict[str, Answer] = {}
    texts: dict[str, list[str]] = {}
    broken: dict[str, str] = {}
    for name, exercise in exercises().items():
        own, text = _looked_at(namespace, name)
        if not own and name in (there := _read(exercise.unit)[0].broken):
            broken[name] = there[name]
        if text != "":
            alive[name] = live_answer(exercise, text, partial(find_live, namespace, exercise))
        else:  # it may be there under a wrong name
            text = _others(exercise.unit)
        texts.setdefault(exercise.unit, []).append(text or "")
    where = "your notebook"
    sources = {unit: Source("\n\n\n".join(all_of), where) for unit, all_of in texts.items()}
    return Submission(where, sources, broken, alive=alive)


def unreadable(unit: str) -> str:
    """Return what is no Python in the file of a unit, in one line; "" where all is well."""
    why = _read(unit)[0].why.partition("\n")[0]
    if not why:
        return ""
    return _("{place}. Fix that; what can be read of the file is checked all the same.", place=why)


def is_in_notebook(namespace: Mapping[str, Any], name: str) -> bool:
    """Say whether the notebook's own answer is looked at, not that of the home."""
    return _looked_at(namespace, name)[0]


def _looked_at(namespace: Mapping[str, Any], name: str) -> tuple[bool, str | None]:
    """Say whether the notebook's own answer is looked at, and return the source of what is.

    The source is "" where there is no answer, and None where it can't be found.
    """
    unit = exercises()[name].unit
    found, _path = _read(unit)
    module = None if found.why else _quiet_home(unit)
    home = None if module is None else ""
    if found.why:
        parts = (s.text for s in statements_of(found.text) if name in s.binds)
        home = "\n".join(parts)
    elif hasattr(module, name):
        home = source_of(getattr(module, name))
    is_own = getattr(namespace.get(name), "__module__", None) != f"fashion_course.{unit}"
    if name not in namespace or not is_own:
        return False, home
    desk = active()
    statement = desk.cells.answers().get(name) if desk is not None else None
    own = statement.text if statement is not None else source_of(namespace[name])
    return (True, own) if _is_written(own) or not _is_written(home) else (False, home)


def _is_written(text: str | None) -> bool:
    """Say whether somebody wrote an answer; what has no source was made by somebody."""
    if text is None:
        return True
    try:
        body = parsed(text).body
    except (SyntaxError, ValueError):  # a lambda, cut out of its line
        return True
    return bool(body) and is_attempted(body[0])


def _read(unit: str) -> tuple[Readable, str]:
    """Return what can be read of a unit's file, and its path; nothing where there is no file."""
    for folder in fashion_course.__path__:
        path = Path(folder) / f"{unit}.py"
        with contextlib.suppress(OSError):
            return readable(path), str(path)
    return Readable("", {}, ""), ""


def _others(unit: str) -> str:
    """Return what else a module defines: one of them may be an answer, under a wrong name."""
    found = statements_of(_read(unit)[0].text)
    return "\n\n\n".join(
        statement.text
        for statement in found
        if statement.is_definition and statement.binds.isdisjoint(exercises())
    )


def _quiet_home(unit: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"fashion_course.{unit}")
    except Exception:  # the file is broken; that is told when the exercise itself is checked
        return None
