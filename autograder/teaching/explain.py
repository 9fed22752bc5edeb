"""Translates the common exceptions of Python and PyTorch into what they mean in this course.

They stand in `exceptions.toml`. What fits none of them is shown as it came.
"""

import re
from pathlib import Path

import msgspec

from autograder.worker.observation import Error
from fashion_course.kit.words import _


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an exception means, and a question that leads on; `exceptions.toml` tells of each."""

    pattern: str | list[str]
    means: str
    question: str
    many: bool = False


EXPLANATIONS = msgspec.toml.decode(
    Path(__file__).with_name("exceptions.toml").read_bytes(), type=dict[str, Explanation]
)


def explain(error: Error) -> Explanation | None:
    """Return what the exception means here, with its own sizes and names; None if unknown.

    What an answer raises itself speaks for itself.
    """
    if error.by == "raise":
        return None
    for entry in EXPLANATIONS.values():
        found = re.match("".join(entry.pattern), f"{error.type}: {error.message}")
        if found:
            groups = [group or "" for group in found.groups()]
            means, question = _(entry.means), _(entry.question)
            told = {"means": means.format(*groups), "question": question.format(*groups)}
            return msgspec.structs.replace(entry, **told)
    return None
