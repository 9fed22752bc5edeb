"""Translates the common exceptions of Python and PyTorch into what they mean in this course.

They stand in `exceptions.toml`, those of texts that are no Python in `syntax.toml`. What fits none
of them is shown as it came.
"""

import re
from pathlib import Path

import msgspec

from autograder.worker.observation import Error, Frame
from fashion_course.kit.words import _


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an exception means, and a question that leads on; `exceptions.toml` tells of each."""

    pattern: str | list[str]
    means: str
    question: str
    many: bool = False
    line: str | list[str] = ""
    by: str = ""


EXPLANATIONS = {
    name: explanation
    for file in ("syntax.toml", "exceptions.toml")
    for name, explanation in msgspec.toml.decode(
        Path(__file__).with_name(file).read_bytes(), type=dict[str, Explanation]
    ).items()
}
OWN = "The answer's own: "
"""Begins what is looked up for an exception that a statement of the answer's own raised."""


def explain(error: Error) -> Explanation | None:
    """Return what the exception means here, with its own sizes and names; None if unknown.

    Of one that the answer itself raised, that is what led to it.
    """
    text = f"{error.type}: {error.message}"
    if error.by == "raise":
        return _found(error.cause, error) or _found(f"{OWN}{text}", error)
    return _found(text, error)


def explain_syntax(told: str) -> Explanation | None:
    """Return what a syntax error means, as `told` by the reading of a file; None if unknown."""
    head, _, shown = told.partition("\n")
    message = re.sub(r"^.*?, line \d+: ", "", head)
    at = Frame("", 0, "", shown.partition("\n")[0].strip())
    return explain(Error("SyntaxError", message, (at,)))


def _found(text: str, error: Error) -> Explanation | None:
    line = error.frames[-1].code if error.frames else error.message
    for entry in EXPLANATIONS.values():
        found = re.match("".join(entry.pattern), text)
        where = re.search("".join(entry.line), line)
        if found and where and re.search(entry.by, error.by):
            groups = [group or "" for group in (*found.groups(), *where.groups())]
            means, question = _(entry.means), _(entry.question)
            told = {"means": means.format(*groups), "question": question.format(*groups)}
            return msgspec.structs.replace(entry, **told)
    return None
