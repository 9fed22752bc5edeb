"""Remembers in one file of the course folder what notebooks saved and what checks found.

What a notebook replaces is kept beside it. Where there is no folder, or none that can be written
to, this process remembers.
"""

import contextlib
import hashlib
import itertools
from collections.abc import Callable
from pathlib import Path

import msgspec

from autograder.record import Verdict
from fashion_course.kit.files import alone, write_whole

FILE = ".fashion-course-memory.json"
KEPT = ".fashion-course-kept"


class Saved(msgspec.Struct, frozen=True):
    """What a notebook last saved of a name, or saw to be the same in the file.

    Attributes:
        mark: of the text, see `mark_of`.
        time: when, in seconds since 1970.
        along: whether an answer brought it, and nobody asked for it.
    """

    mark: str
    time: float
    along: bool = False


class Checked(msgspec.Struct, frozen=True):
    """The last verdict of an exercise, and a fingerprint of the answer that it was given for.

    `solved` says whether the exercise has passed at some time: then its solution may be seen.
    `hint` is the number of the hint that was shown last, from 1; 0 where none was. `star` says
    whether all of craft was there, too. `failed` is the name of the first check that did not hold,
    `claim` what it claims, `asked` the question that was told there, `thought` the line of thought
    behind it, `craft` whether it is craft: hints need no check then, and no torch. `milestone` are
    the points of the best training in full, earned and in all; `reached` says whether one has
    passed.
    """

    verdict: Verdict = "not attempted"
    points: float = 0.0
    max_points: float = 0.0
    answer: str = ""
    solved: bool = False
    hint: int = 0
    star: bool = False
    failed: str = ""
    claim: str = ""
    asked: str = ""
    thought: str = ""
    craft: bool = False
    milestone: tuple[float, float] = (0.0, 0.0)
    reached: bool = False


class Notes(msgspec.Struct):
    """All that a course folder remembers.

    Attributes:
        saved: `"training.train_epoch"` to notebook to what that notebook last saved.
        checked: exercise to what its last check found.
    """

    saved: dict[str, dict[str, Saved]] = {}
    checked: dict[str, Checked] = {}


_unwritten: dict[Path | None, Notes] = {}


def recall(home: Path | None) -> Notes:
    """Return what is remembered; a lost memory costs a question or a check, never an answer."""
    if home is None or home in _unwritten:
        return _unwritten.get(home, Notes())
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=Notes)
    except (OSError, msgspec.MsgspecError):
        return Notes()


def note(home: Path | None, change: Callable[[Notes], None]) -> None:
    """Change what is remembered, one program at a time."""
    with contextlib.ExitStack() as stack:
        if home is not None:
            with contextlib.suppress(TimeoutError):
                stack.enter_context(alone(home / FILE))
        _unwritten[home] = notes = recall(home)
        change(notes)
        if home is not None:
            data = msgspec.json.format(msgspec.json.encode(notes), indent=1)
            with contextlib.suppress(OSError):
                write_whole(home / FILE, data + b"\n", mode=0o600)
                del _unwritten[home]


def mark_of(text: str) -> str:
    """Return a hash of a definition; only the kind of line ends does not change it."""
    plain = "\n".join(text.splitlines()).rstrip()
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def put_aside(home: Path, unit: str, name: str, text: str) -> Path:
    """Keep a text that is about to be replaced, and return its file.

    Raises:
        OSError: it can't be written; then nothing may be replaced.
    """
    folder = home / KEPT
    folder.mkdir(exist_ok=True)
    for number in itertools.count(1):  # others may put something aside in the same moment
        path = folder / f"{unit}-{name}-{number}.py"
        with contextlib.suppress(FileExistsError), path.open("xb"):
            break
    try:
        write_whole(path, (text.replace("\r\n", "\n").rstrip("\n") + "\n").encode())
    except BaseException:
        path.unlink()
        raise
    return path
