"""Remembers in the course folder what each notebook last saved, and keeps what was replaced."""

import contextlib
import hashlib
import itertools
import os
from pathlib import Path

import msgspec

from fashion_course.kit.files import write_whole

FILE = ".fashion-course-saved.json"
KEPT = ".fashion-course-kept"


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


Entries = dict[str, dict[str, Saved]]
"""`"training.train_epoch"` to notebook to what that notebook last saved.

And `"training"` to `ALL` to the whole file as a notebook last left it, with the time at which
somebody else had changed it last.
"""
ALL = "all"


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

    def read(self) -> Entries:
        """Return what the notebooks saved; a lost memory costs a question, never an answer."""
        try:
            return msgspec.json.decode((self.home / FILE).read_bytes(), type=Entries)
        except (OSError, msgspec.MsgspecError):
            return {}

    def is_ours(self, key: str, text: str) -> bool:
        """Say whether a text is what this notebook last saved or saw.

        What another kernel of the same notebook saved since this one was started is not.
        """
        return self.since(key, text) is not None

    def is_surely_ours(self, key: str, text: str) -> bool:
        """Say whether a text is ours although other notebooks may have no name either."""
        entry = self._entry(key, text)
        return entry is not None and (bool(self.notebook) or entry.kernel == self.kernel)

    def since(self, key: str, text: str) -> float | None:
        """Return when this notebook saved a text, if it is the last that it saved."""
        entry = self._entry(key, text)
        return entry.time if entry is not None else None

    def _entry(self, key: str, text: str) -> Saved | None:
        entry = self.read().get(key, {}).get(self.notebook)
        if entry is None or entry.mark != mark_of(text):
            return None
        return entry if entry.kernel == self.kernel or entry.time <= self.started else None

    def saver(self, key: str, text: str) -> tuple[str, float] | None:
        """Return which notebook last saved a text, and when, if any did."""
        found = [
            (name, e.time)
            for name, e in self.read().get(key, {}).items()
            if e.mark == mark_of(text)
        ]
        return max(found, key=lambda each: each[1], default=None)

    def changed(self, unit: str, text: str, time: float) -> float:
        """Return when a file was last changed by somebody who is no notebook.

        Args:
            unit: of the file.
            text: the whole of it.
            time: when it was changed last by whomever, in seconds since 1970.
        """
        entry = self.read().get(unit, {}).get(ALL)
        return entry.time if entry is not None and entry.mark == mark_of(text) else time

    def agree(self, texts: dict[str, str], now: float) -> None:
        """Note that file and notebook agree on the texts of some names."""
        new = {key: text for key, text in texts.items() if not self.is_ours(key, text)}
        notes = {key: Saved(mark_of(text), now, self.kernel) for key, text in new.items()}
        self._note(self.notebook, notes)

    def wrote(self, unit: str, text: str, changed: float) -> None:
        """Note what a notebook made of a whole file, which somebody else had changed before."""
        self._note(ALL, {unit: Saved(mark_of(text), changed)})

    def _note(self, notebook: str, notes: dict[str, Saved]) -> None:
        """Write down; a folder that can't be written to is left without."""
        entries = self.read()
        for key, entry in notes.items():
            entries.setdefault(key, {})[notebook] = entry
        if notes:
            with contextlib.suppress(OSError):
                data = msgspec.json.format(msgspec.json.encode(entries), indent=1)
                write_whole(self.home / FILE, data + b"\n", mode=0o600)


def put_aside(home: Path, unit: str, name: str, text: str) -> Path:
    """Keep a text that is about to be replaced, and return its file.

    Raises:
        OSError: it can't be written; then nothing may be replaced.
    """
    folder = home / KEPT
    folder.mkdir(exist_ok=True)
    path = _new_file(folder, f"{unit}-{name}")
    write_whole(path, (text.replace("\r\n", "\n").rstrip("\n") + "\n").encode())
    return path


def _new_file(folder: Path, stem: str) -> Path:
    """Make a file that was not there before, whoever else makes one in the same moment."""
    for number in itertools.count(1):
        path = folder / f"{stem}-{number}.py"
        with contextlib.suppress(FileExistsError), path.open("xb"):
            return path
    raise AssertionError("numbers do not end")
