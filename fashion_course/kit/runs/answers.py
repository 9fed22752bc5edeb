"""Whose functions a command works with: the reference answers, or the student's own."""

import ast
import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fashion_course.kit.home import find_home

if TYPE_CHECKING:
    from autograder.reading.submission import Submission

Answers = Callable[[str], Any]
"""Gives the function or class of an exercise by its name."""

Whose = Literal["reference", "mine"]


class UnwrittenError(Exception):
    """Answers that a command needs are not there; the message names them and the remedy."""


def find_answers(whose: Whose, needed: Iterable[str] = (), spare: Iterable[str] = ()) -> Answers:
    """Return the reference answers, or the student's own.

    Args:
        whose: "reference" or "mine".
        needed: the exercises that will be asked for; those that they build on are added.
        spare: exercises for which the reference stands in where the student has no answer yet.

    Raises:
        UnwrittenError: some of the student's answers are not written, or their file is broken.
    """
    from autograder.course.reference import reference_answer

    if whose == "reference":
        return reference_answer
    missing = missing_answers(needed)
    if missing:
        raise UnwrittenError(
            f"{len(missing)} of your answers {'is' if len(missing) == 1 else 'are'} not written "
            f"yet: {', '.join(missing)}. Write {'it' if len(missing) == 1 else 'them'} first, or "
            "use --answers reference."
        )
    borrowed = {name for name in spare if missing_answers([name])}
    return lambda name: reference_answer(name) if name in borrowed else own_answer(name)


def own_answer(exercise: str) -> Any:
    """Return what the student's module defines.

    Raises:
        UnwrittenError: the module cannot be imported, or does not define it.
    """
    from autograder.course.catalogue import exercises

    name = f"fashion_course.{exercises()[exercise].unit}"
    try:
        return getattr(importlib.import_module(name), exercise)
    except Exception as error:  # importing runs the student's code, which may raise anything
        raise UnwrittenError(
            f"{exercise} cannot be imported from {name}: {type(error).__name__}: {error}"
        ) from error


def missing_answers(needed: Iterable[str]) -> list[str]:
    """Return which of the exercises, and of those they build on, the student has not written.

    Raises:
        UnwrittenError: there is no course folder, or a file in it is no Python.
    """
    from autograder.course.catalogue import exercises
    from autograder.reading.answer import names_read

    own = _own_submission()
    wanted, missing = list(needed), set()
    for name in wanted:  # grows while it is gone through
        if name in own.broken:
            raise UnwrittenError(f"{own.broken[name].splitlines()[0]}: mend that first")
        answer = own.answers.get(name)
        if answer is not None and answer.is_attempted:
            builds_on = answer.builds_on
        else:
            missing.add(name)
            builds_on = names_read(ast.parse(exercises()[name].solution)) & exercises().keys()
        wanted += sorted(builds_on - set(wanted))
    return [name for name in exercises() if name in missing]


def own_frames(error: BaseException) -> list[str]:
    """Return where in the student's files an exception came from, outermost call first."""
    import traceback

    folder = _own_folder()
    return [
        f"{Path(frame.filename).name}, line {frame.lineno}, in {frame.name}: {frame.line}"
        for frame in traceback.extract_tb(error.__traceback__)
        if folder is not None and Path(frame.filename).parent == folder
    ]


def _own_folder() -> Path | None:
    home = find_home()
    return home / "fashion_course" if home is not None else None


def _own_submission() -> "Submission":
    from autograder.reading.submission import SubmissionError, read_submission

    folder = _own_folder()
    if folder is None:
        raise UnwrittenError(
            "there is no course folder here to take your answers from: make one with "
            "`fashion-course start` and change into it, or use --answers reference"
        )
    try:
        return read_submission(folder)
    except SubmissionError as error:
        raise UnwrittenError(str(error)) from error
