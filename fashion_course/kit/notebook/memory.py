"""Remembers in the course folder what each notebook last saved, and keeps what was replaced."""

import contextlib
import hashlib
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
    """

    mark: str
    time: float


Entries = dict[str, dict[str, Saved]]
"""`"training.train_epoch"` to notebook to what that notebook last saved."""


def mark_of(text: str) -> str:
    """Return a hash of a definition; only the kind of line ends does not change it."""
    plain = "\n".join(text.splitlines()).rstrip()
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


class Memory:
    """What one notebook saved into a course folder; other notebooks share the file.

    Args:
        home: the course folder.
        notebook: a name that stays the same when its kernel is started anew.
    """

    def __init__(self, home: Path, notebook: str) -> None:
        self.home, self.notebook = home, notebook

    def read(self) -> Entries:
        """Return what the notebooks saved; a lost memory costs a question, never an answer."""
        try:
            return msgspec.json.decode((self.home / FILE).read_bytes(), type=Entries)
        except (OSError, msgspec.MsgspecError):
            return {}

    def is_ours(self, key: str, text: str) -> bool:
        """Say whether a text is what this notebook last saved or saw."""
        return self.since(key, text) is not None

    def since(self, key: str, text: str) -> float | None:
        """Return when this notebook saved a text, if it is the last that it saved."""
        entry = self.read().get(key, {}).get(self.notebook)
        return entry.time if entry is not None and entry.mark == mark_of(text) else None

    def other_notebook(self, key: str, text: str) -> str:
        """Return which other notebook last saved a text, or ""."""
        marks = {name: entry.mark for name, entry in self.read().get(key, {}).items()}
        marks.pop(self.notebook, None)
        return next((name for name, mark in marks.items() if mark == mark_of(text)), "")

    def agree(self, texts: dict[str, str], now: float) -> None:
        """Note that file and notebook agree; a folder that can't be written to is left without."""
        entries = self.read()
        new = {key: text for key, text in texts.items() if not self.is_ours(key, text)}
        for key, text in new.items():
            entries.setdefault(key, {})[self.notebook] = Saved(mark_of(text), now)
        if new:
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
    number = 1
    while (path := folder / f"{unit}-{name}-{number}.py").exists():
        number += 1
    write_whole(path, (text.replace("\r\n", "\n").rstrip("\n") + "\n").encode())
    return path
