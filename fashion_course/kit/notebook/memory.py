"""Remembers in one file of the course folder what notebooks saved and what checks found.

What a notebook replaces is kept beside it. Where there is no folder, or none that can be written
to, this process remembers.
"""

import contextlib
import hashlib
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from autograder.record import Verdict
from fashion_course.kit.files import alone, write_whole

FILE = ".fashion-course-memory.json"
KEPT = ".fashion-course-kept"
ALL = "all"


class Saved(msgspec.Struct, frozen=True):
    """What a notebook last saved of a name, or saw to be the same in the file.

    Attributes:
        mark: of the text, see `mark_of`.
        time: when, in seconds since 1970.
        kernel: of the notebook; started anew, it has another.
    """

    mark: str
    time: float
    kernel: str = ""


class Checked(msgspec.Struct, frozen=True):
    """The last verdict of an exercise, and a fingerprint of the answer that it was given for.

    `solved` says whether the exercise has passed at some time: then its solution may be seen.
    `hint` is the number of the hint that was shown last, from 1; 0 where none was.
    """

    verdict: Verdict = "not attempted"
    points: float = 0.0
    max_points: float = 0.0
    answer: str = ""
    solved: bool = False
    hint: int = 0


class Notes(msgspec.Struct):
    """All that a course folder remembers.

    Attributes:
        saved: `"training.train_epoch"` to notebook to what that notebook last saved. And
            `"training"` to `ALL` to the whole file as a notebook last left it, with the time at
            which somebody else had changed it last.
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
        _unwritten[home] = remembered = recall(home)
        change(remembered)
        if home is not None:
            data = msgspec.json.format(msgspec.json.encode(remembered), indent=1)
            with contextlib.suppress(OSError):
                write_whole(home / FILE, data + b"\n", mode=0o600)
                del _unwritten[home]


def mark_of(text: str) -> str:
    """Return a hash of a definition; only the kind of line ends does not change it."""
    plain = "\n".join(text.splitlines()).rstrip()
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


class Memory:
    """What one notebook saved into a course folder; other notebooks share the file.

    Args:
        home: the course folder.
        notebook: a name that stays the same when its kernel is started anew; "" where none is
            known, as in a terminal.
        started: when the kernel was started, in seconds since 1970.
    """

    def __init__(self, home: Path, notebook: str, started: float) -> None:
        self.home, self.notebook = home, notebook
        self.started, self.kernel = started, f"{os.getpid()}-{started}"

    def last(self, key: str, text: str) -> Saved | None:
        """Return when this notebook saved or saw a text, if it is the last that it did.

        What another kernel of the same notebook saved since this one was started is not its own.
        """
        found = recall(self.home).saved.get(key, {}).get(self.notebook)
        if found is None or found.mark != mark_of(text):
            return None
        return found if found.kernel == self.kernel or found.time <= self.started else None

    def is_surely_ours(self, key: str, text: str) -> bool:
        """Say whether a text is ours although other notebooks may have no name either."""
        found = self.last(key, text)
        return found is not None and (bool(self.notebook) or found.kernel == self.kernel)

    def saver(self, key: str, text: str) -> tuple[str, float] | None:
        """Return which notebook last saved a text, and when, if any did."""
        notebooks = recall(self.home).saved.get(key, {}).items()
        found = [(name, saved.time) for name, saved in notebooks if saved.mark == mark_of(text)]
        return max(found, key=lambda each: each[1], default=None)

    def changed(self, unit: str, text: str, time: float) -> float:
        """Return when a file was last changed by somebody who is no notebook.

        Args:
            unit: of the file.
            text: the whole of it.
            time: when it was changed last by whomever, in seconds since 1970.
        """
        found = recall(self.home).saved.get(unit, {}).get(ALL)
        return found.time if found is not None and found.mark == mark_of(text) else time

    def agree(self, texts: dict[str, str], now: float) -> None:
        """Note that file and notebook agree on the texts of some names."""
        new = {
            k: Saved(mark_of(t), now, self.kernel)
            for k, t in texts.items()
            if self.last(k, t) is None
        }
        self._note(self.notebook, new)

    def wrote(self, unit: str, text: str, changed: float) -> None:
        """Note what a notebook made of a whole file, which somebody else had changed before."""
        self._note(ALL, {unit: Saved(mark_of(text), changed)})

    def _note(self, notebook: str, new: dict[str, Saved]) -> None:
        def change(remembered: Notes) -> None:
            for key, saved in new.items():
                remembered.saved.setdefault(key, {})[notebook] = saved

        if new:
            note(self.home, change)


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
