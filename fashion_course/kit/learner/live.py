"""Finds the answers of a learner's own kernel: the notebook's, else the course folder's."""

import importlib
import sys
from collections.abc import Mapping
from functools import partial
from types import ModuleType
from typing import Any

from autograder.course.catalogue import exercises
from autograder.reading.answer import Answer, live_answer
from autograder.reading.attempted import is_attempted
from autograder.reading.sources import source_of
from autograder.reading.statements import parsed, statements_of
from autograder.reading.submission import Source, Submission
from fashion_course.kit.notebook.extension import active
from fashion_course.kit.notebook.refresh import reload_unit


def home_module(unit: str) -> ModuleType:
    """Return the student's module of a unit, as its file stands now.

    Raises:
        Exception: whatever executing the file raises.
    """
    return reload_unit(unit)


def find_live(namespace: Mapping[str, Any], unit: str, exercise: str) -> Any:
    """Return the answer: from the notebook's own names if it is there, else from its home.

    A name that the notebook imported is at home there; a stub in the notebook hides no answer.
    """
    if is_in_notebook(namespace, exercise):
        return namespace[exercise]
    return getattr(home_module(unit), exercise)


def live_submission(namespace: Mapping[str, Any]) -> Submission:
    """Return the live answers with their sources, and what else their homes define."""
    alive: dict[str, Answer] = {}
    texts: dict[str, list[str]] = {}
    for name, exercise in exercises().items():
        text = _source(namespace, name)
        if text != "":
            find = partial(find_live, namespace, exercise.unit, name)
            alive[name] = live_answer(exercise, text, find)
        # An answer that is missing may be there under a wrong name.
        texts.setdefault(exercise.unit, []).append(
            _others(exercise.unit) if text == "" else text or ""
        )
    where = "your notebook"
    sources = {unit: Source("\n\n\n".join(all_of), where) for unit, all_of in texts.items()}
    return Submission(where, sources, alive=alive)


def _source(namespace: Mapping[str, Any], name: str) -> str | None:
    if is_in_notebook(namespace, name):
        return _source_in_notebook(namespace, name)
    return _source_at_home(exercises()[name].unit, name)


def is_in_notebook(namespace: Mapping[str, Any], name: str) -> bool:
    """Say whether the notebook's own answer is looked at, not that of the home."""
    unit = exercises()[name].unit
    own = getattr(namespace.get(name), "__module__", None) != f"fashion_course.{unit}"
    if name not in namespace or not own:
        return False
    return _is_written(_source_in_notebook(namespace, name)) or not _is_written(
        _source_at_home(unit, name, "")
    )


def _is_written(text: str | None) -> bool:
    """Say whether somebody wrote an answer; what has no source was made by somebody."""
    if text is None:
        return True
    try:
        body = parsed(text).body
    except (SyntaxError, ValueError):  # a lambda, cut out of its line
        return True
    return bool(body) and is_attempted(body[0])


def _source_in_notebook(namespace: Mapping[str, Any], name: str) -> str | None:
    desk = active()
    statement = desk.cells.answers().get(name) if desk is not None else None
    return statement.text if statement is not None else source_of(namespace[name])


def _source_at_home(unit: str, name: str, broken: str | None = None) -> str | None:
    """Return the source of an answer at home: "" where there is none, `broken` of such a file."""
    module = _quiet_home(unit)
    if module is None:
        return broken
    return source_of(getattr(module, name)) if hasattr(module, name) else ""


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
    name = f"fashion_course.{unit}"
    if name in sys.modules:
        return sys.modules[name]
    try:
        return importlib.import_module(name)
    except Exception:  # the file is broken; that is told when the exercise itself is checked
        return None
