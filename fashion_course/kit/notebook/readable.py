"""Reads what there is to read in a module that is no Python at some place."""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from autograder.reading.cells import syntax_told
from autograder.reading.statements import parsed

# A decorator belongs to what it decorates.
BEGINS = re.compile(r"^(?:@.*\n)*(?:(?:async +def|def|class|import|from) |\w+ *[:=])", re.M)


class Readable(NamedTuple):
    """The parts of a module that are Python, each in its place, and why the others are not.

    Attributes:
        text: empty lines stand for what is left out.
        broken: what is defined in a part that is left out, to the reason.
        why: the first reason; "" where all is well.
    """

    text: str
    broken: dict[str, str]
    why: str


def parts_of(text: str) -> list[str]:
    """Return a text cut open above each definition, import and assignment at its left margin."""
    starts = [match.start() for match in BEGINS.finditer(text)]
    return [text[a:b] for a, b in zip([0, *starts], [*starts, len(text)], strict=True)]


def defined_in(part: str) -> list[str]:
    """Return what a part defines, be it Python or not."""
    return re.findall(r"^\s*(?:async +)?(?:def|class)\s+(\w+)", part, re.M)


def readable(path: Path) -> Readable:
    """Read a module.

    Raises:
        OSError: it can't be read.
    """
    found = path.stat()
    return _readable(path, (found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=16)
def _readable(path: Path, _state: object) -> Readable:
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    kept, broken, why = "", dict[str, str](), _reason(path.name, text)
    for part in parts_of(text) if why else [text]:
        reason = why and _reason(path.name, "\n" * kept.count("\n") + part)
        broken |= dict.fromkeys(defined_in(part) if reason else (), reason)
        kept += "\n" * part.count("\n") if reason else part
    return Readable(kept, broken, why)


def _reason(file: str, text: str) -> str:
    try:
        parsed(text)
    except (SyntaxError, ValueError, RecursionError) as error:  # ValueError: NUL bytes
        return file + syntax_told(error)
    return ""
