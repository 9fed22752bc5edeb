"""A file under watch, as a crash or a power cut at any moment would leave it: unit 6."""

import contextlib
import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any
from unittest import mock

from autograder.worker.scenarios.instruments.files import safely_read

MAX_SNAPSHOTS = 50
SYNCS = ("fsync", "fdatasync", "sync", "fcntl")  # with fcntl macOS can wait for the disk itself
WRITE_THROUGH = getattr(os, "O_SYNC", 0) | getattr(os, "O_DSYNC", 0)


class PowerCut(BaseException):
    """Stands for the moment at which the computer goes off; nothing should catch it."""


def is_power_cut(error: BaseException | None) -> bool:
    """Say whether it is one, or was raised while one was handled: nothing runs without power."""
    while error is not None and not isinstance(error, PowerCut):
        error = error.__context__
    return error is not None


@contextlib.contextmanager
def disk_of_its_own(folder: Path) -> Iterator[list[str]]:
    """Make a folder look like a disk: nothing from elsewhere can be renamed into it.

    Gives a list that gets a message for every file that was to cross.
    """
    crossed: list[str] = []
    root = Path(os.path.realpath(folder))

    def is_inside(path: Any) -> bool:
        parent, name = os.path.split(os.path.abspath(os.fsdecode(path)))
        return Path(os.path.realpath(parent), name).is_relative_to(root)

    def checked(move: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Any, target: Any, **folders: Any) -> None:
            if not folders and is_inside(source) != is_inside(target):
                crossed.append("a file from another disk was renamed")
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), os.fsdecode(source))
            move(source, target, **folders)

        return moved

    with mock.patch.multiple(os, rename=checked(os.rename), replace=checked(os.replace)):
        yield crossed


class Guard:
    """Looks at a file after every single call, as a crash at that moment would leave it.

    Args:
        path: the file.
        changed: is told the content each time that it changed; it may raise a `PowerCut`.

    Attributes:
        contents: what the file held at first and after each change; None where it was gone.
    """

    def __init__(self, path: Path, changed: Callable[[bytes | None], None] | None = None) -> None:
        self.path = path
        self.changed = changed
        self.contents: list[bytes | None] = []
        self._drafts: list[bool] = []
        self._mark: tuple[int, ...] | None = None
        self._profiler: Any = None
        self._on_disk: set[bytes] = set()
        self._in_time: list[bool] = []
        self._plain_open = os.open
        # Through functions of Python's, so that also a call from C, as by `partial`, is seen.
        patched: dict[str, Any] = {n: _called(getattr(os, n)) for n in SYNCS if hasattr(os, n)}
        self._patched = mock.patch.multiple(os, open=self._opened, **patched)
        self._writes_through = False
        self._thread = threading.get_ident()
        self._cut: PowerCut | None = None

    def __enter__(self) -> "Guard":
        if self.path.exists():
            os.utime(self.path, (1, 1))  # so that any write shows, whatever the clock's grain
        self._note(None if (mark := self._stat()) is None else self.path.read_bytes())
        self._mark = mark
        self._patched.start()
        self._profiler = sys.getprofile(), threading.getprofile()
        threading.setprofile(self._look)
        sys.setprofile(self._look)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        own, others = self._profiler
        sys.setprofile(own)
        threading.setprofile(others)
        self._patched.stop()

    def _opened(self, path: Any, flags: int, *rest: Any, **options: Any) -> int:
        self._writes_through |= bool(flags & WRITE_THROUGH)
        return self._plain_open(path, flags, *rest, **options)

    def _stat(self) -> tuple[int, ...] | None:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _look(self, frame: FrameType, event: str, argument: object) -> None:
        if self._cut is not None and threading.get_ident() == self._thread:
            cut, self._cut = self._cut, None
            raise cut
        if event == "c_return" and getattr(argument, "__name__", "") in SYNCS:
            self._note_disk()
        mark = self._stat()
        if mark == self._mark:
            return
        self._mark = mark
        content = None
        if mark is not None:
            try:
                content = self.path.read_bytes()
            except OSError:  # Windows: somebody else has it open just now
                return
        self._note(content)
        try:
            if self.changed is not None:
                self.changed(content)
        except PowerCut as cut:
            if threading.get_ident() == self._thread:
                raise
            self._cut = cut  # the thread that is watched ends at its own next call

    def _note_disk(self) -> None:
        """Keep what is in the files of the folder, now that something waited for the disk.

        Which file was waited for can't be seen from here, so all of them count.
        """
        for path in self.path.parent.rglob("*"):
            with contextlib.suppress(OSError):
                self._on_disk.add(path.read_bytes())

    def _note(self, content: bytes | None) -> None:
        if len(self.contents) < MAX_SNAPSHOTS:
            self.contents.append(content)
            self._in_time.append(self._writes_through or content in self._on_disk)
            self._drafts.append(any(p != self.path for p in self.path.parent.glob("*")))

    def on_disk(self) -> str:
        """Say when something waited until the file's new contents were on the disk."""
        later = [place for place, content in enumerate(self.contents) if place and content]
        if all(self._in_time[place] for place in later):
            return "before the renaming"
        if any(self.contents[place] in self._on_disk for place in later):
            return "after the renaming"
        return "nowhere to be seen"

    def worst_moment(self) -> str:
        """Say how a crash at the worst moment would have left the file."""
        final = self.path.read_bytes() if self.path.is_file() else None
        fine = {self.contents[0], final or self.contents[0]}
        for content, draft in zip(self.contents, self._drafts, strict=True):
            if content in fine or (content and safely_read(content) is not None):
                continue
            state = "gone" if content is None else "half written" if content else "empty"
            return f"{state}, with a draft beside it" if draft else state
        return "whole"


def _called(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        return function(*arguments, **options)

    return call
