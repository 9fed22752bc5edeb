"""Finds the answers of a learner's own kernel: the notebook's, else the course folder's."""

import ast
import importlib
import inspect
import linecache
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from autograder.catalogue import exercises, is_attempted
from autograder.submission import Source, Submission
from fashion_course.kit.notebook.extension import active
from fashion_course.kit.notebook.refresh import reload_unit


def namespace_of_user() -> dict[str, Any]:
    """Return the names of the notebook or script that asks for a check."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        return dict(shell.user_ns)
    return dict(vars(sys.modules["__main__"]))


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
    """Return the source text of the live answers, which tells what was attempted.

    An object whose source can't be found counts as attempted.
    """
    sources: dict[str, Source] = {}
    for name, exercise in exercises().items():
        text = _source(namespace, name)
        if text is None:
            text = f"{name} = ..."
        before = sources.get(exercise.unit)
        whole = f"{before.text}\n\n{text}" if before else text
        sources[exercise.unit] = Source(whole, "your notebook")
    return Submission("your notebook", sources)


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
        body = ast.parse(text).body
    except SyntaxError:  # a lambda, cut out of its line
        return True
    return bool(body) and is_attempted(body[0])


def _source_in_notebook(namespace: Mapping[str, Any], name: str) -> str | None:
    desk = active()
    statement = desk.cells.answers().get(name) if desk is not None else None
    return statement.text if statement is not None else source_of(namespace[name])


def _source_at_home(unit: str, name: str, missing: str | None = None) -> str | None:
    try:
        return source_of(getattr(_quiet_home(unit), name))
    except AttributeError:
        return missing


def source_of(answer: Any) -> str | None:
    """Return the source text of a function or class, or None where it can't be found."""
    try:
        text = inspect.getsource(inspect.unwrap(answer))
    except (OSError, TypeError, AttributeError, ImportError):
        return _class_source(answer) if inspect.isclass(answer) else None
    return inspect.cleandoc(text) if text[:1].isspace() else text


def _class_source(answer: type) -> str | None:
    """Find a class by the cell of its methods: a kernel's `__main__` has no file to look in."""
    methods = [value for value in vars(answer).values() if inspect.isfunction(value)]
    for file in {method.__code__.co_filename for method in methods}:
        text = "".join(linecache.getlines(file))
        try:
            nodes = ast.parse(text).body
        except SyntaxError:  # a cell with magic lines
            continue
        for node in reversed(nodes):
            if isinstance(node, ast.ClassDef) and node.name == answer.__name__:
                return ast.get_source_segment(text, node)
    return None


def _quiet_home(unit: str) -> ModuleType | None:
    name = f"fashion_course.{unit}"
    if name in sys.modules:
        return sys.modules[name]
    try:
        return importlib.import_module(name)
    except Exception:  # the file is broken; that is told when the exercise itself is checked
        return None
