"""Whose functions a command works with: the reference answers, or the student's own."""

import ast
import importlib
from collections.abc import Callable, Iterable
from typing import Any, Literal

from fashion_course.kit.home import find_home
from fashion_course.kit.words import _

Answers = Callable[[str], Any]
"""Gives the function or class of an exercise by its name."""

Whose = Literal["reference", "mine"]


def find_answers(whose: Whose, needed: Iterable[str]) -> Answers:
    """Return the reference answers, or the student's own.

    Args:
        needed: the exercises that will be asked for; those that they build on are added.

    Raises:
        ValueError: some of the student's answers are not written, or their file is broken.
    """
    from autograder.course.catalogue import exercises
    from autograder.course.reference import reference_answer

    if whose == "reference":
        return reference_answer
    if missing := missing_answers(needed):
        told = _(
            "These of your answers are not written yet: {names}. Write them first, or use "
            "--answers reference.",
            names=", ".join(missing),
        )
        raise ValueError(told)

    def answer(name: str) -> Any:
        # Importing runs the student's code, which may raise anything.
        return getattr(importlib.import_module(f"fashion_course.{exercises()[name].unit}"), name)

    return answer


def missing_answers(needed: Iterable[str]) -> list[str]:
    """Return which of the exercises, and of those they build on, the student has not written.

    Raises:
        ValueError: there is no course folder, or a file in it is no Python.
    """
    from autograder.course.catalogue import exercises
    from autograder.reading.answer import names_read
    from autograder.reading.submission import SubmissionError, read_submission

    home = find_home()
    if home is None:
        told = _(
            "there is no course folder here to take your answers from: make one with "
            "`fashion-course start` and change into it, or use --answers reference"
        )
        raise ValueError(told)
    try:
        own = read_submission(home / "fashion_course")
    except SubmissionError as error:
        raise ValueError(str(error)) from error
    wanted, missing = list(needed), set()
    for name in wanted:  # grows while it is gone through
        if name in own.broken:
            place = own.broken[name].splitlines()[0]
            raise ValueError(_("{place}: fix that first", place=place))
        answer = own.answers.get(name)
        if answer is not None and answer.is_attempted:
            builds_on = answer.builds_on
        else:
            missing.add(name)
            builds_on = names_read(ast.parse(exercises()[name].solution)) & exercises().keys()
        wanted += sorted(builds_on - set(wanted))
    return [name for name in exercises() if name in missing]
