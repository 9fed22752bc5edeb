"""Finds the answers of a learner's own kernel: the notebook's, else the course folder's."""

import importlib
import sys
from collections.abc import Mapping
from functools import partial
from types import ModuleType
from typing import Any

from autograder.course.catalogue import Exercise, exercises
from autograder.reading.answer import Answer, live_answer
from autograder.reading.attempted import is_attempted
from autograder.reading.sources import source_of
from autograder.reading.statements import parsed, statements_of
from autograder.reading.submission import Source, Submission
from fashion_course.kit.notebook.extension import active
from fashion_course.kit.notebook.refresh import reload_unit


def namespace_of_user() -> dict[str, Any]:
    """Return the names of the notebook or script that asks for a check."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        return dict(shell.user_ns)
    return dict(vars(sys.modules["__main__"]))


def find_live(namespace: Mapping[str, Any], exercise: Exercise) -> Any:
    """Return the answer: from the notebook's own names if it is there, else from its home.

    A name that the notebook imported is at home there; a stub in the notebook hides no answer.

    Raises:
        Exception: whatever executing the file of its home raises.
    """
    if is_in_notebook(namespace, exercise.name):
        return namespace[exercise.name]
    return getattr(reload_unit(exercise.unit), exercise.name)


def live_submission(namespace: Mapping[str, Any]) -> Submission:
    """Return the live answers with their sources, and what else their homes define."""
    alive: dict[str, Answer] = {}
    texts: dict[str, list[str]] = {}
    for name, exercise in exercises().items():
        text = _looked_at(namespace, name)[1]
        if text != "":
            alive[name] = live_answer(exercise, text, partial(find_live, namespace, exercise))
        else:  # it may be there under a wrong name
            text = _others(exercise.unit)
        texts.setdefault(exercise.unit, []).append(text or "")
    where = "your notebook"
    sources = {unit: Source("\n\n\n".join(all_of), where) for unit, all_of in texts.items()}
    return Submission(where, sources, alive=alive)


def is_in_notebook(namespace: Mapping[str, Any], name: str) -> bool:
    """Say whether the notebook's own answer is looked at, not that of the home."""
    return _looked_at(namespace, name)[0]


def _looked_at(namespace: Mapping[str, Any], name: str) -> tuple[bool, str | None]:
    """Say whether the notebook's own answer is looked at, and return the source of what is.

    The source is "" where there is no answer, and None where it can't be found.
    """
    unit = exercises()[name].unit
    module = _quiet_home(unit)
    home = None if module is None else ""
    if hasattr(module, name):
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


def _others(unit: str) -> str:
    """Return what else a module defines: one of them may be an answer, under a wrong name."""
    module = _quiet_home(unit)
    found = statements_of(source_of(module) or "") if module is not None else []
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
