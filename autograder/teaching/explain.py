"""Translates the common exceptions of Python and PyTorch into what they mean in this course.

The first entry that fits is used; what fits none is shown as it came.
"""

import re
from typing import NamedTuple

from autograder.teaching.errors_of_python import OF_PYTHON
from autograder.teaching.errors_of_torch import OF_TORCH
from autograder.worker.observation import Error
from fashion_course.kit.words import _

EXPLANATIONS = OF_TORCH | OF_PYTHON


class Meaning(NamedTuple):
    """What an exception means: in words, a question, and whether many mistakes end in it."""

    told: str
    asked: str
    many: bool


def explain(error: Error) -> Meaning | None:
    """Return what the exception means here and a question, or None if it is not known.

    What an answer raises itself speaks for itself.
    """
    if error.by == "raise":
        return None
    text = f"{error.type}: {error.message}"
    for entry in EXPLANATIONS.values():
        found = re.match(entry.pattern, text)
        if found:
            groups = [group or "" for group in found.groups()]
            means = _(entry.means).format(*groups)
            asked = _(entry.question).format(*groups)
            return Meaning(means, asked, entry.many)
    return None
