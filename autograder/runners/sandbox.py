"""Runs scenarios on code that nobody trusts: it sees little, reaches nobody, and leaves nothing.

The warm parent starts inside the sandbox and is forked for each submission. Two ways lead there:

*bubblewrap* gives the parent and its forks namespaces of their own: of files, processes, network.
*landlock* serves where namespaces are refused: the kernel then checks each file that is opened.

In both, each fork gives up most calls of the kernel by seccomp, and has limits. A fork can't harm
the warm parent, from which the next one comes: seccomp refuses signals to it, looks into its
memory, changes of its limits; the kernel lets no other process of that user look into it (it is
not "dumpable"); and from version 6 of Landlock signals end at the fork. The parent does not have to
be trusted to end a fork: where it does not answer, it goes with all that came of it.

Root becomes a user that nobody else is. It keeps one capability, to read what it may see, as an
interpreter may lie where only root reads.
"""

import contextlib
import os
import platform
import secrets
import subprocess
import tempfile
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from autograder.runners import bubblewrap, visible
from autograder.runners.process import LOOK_SECONDS, ProcessRunner, end
from autograder.runners.runner import GraderError, Task
from autograder.worker.confine import MEMORY_BYTES, Confinement
from autograder.worker.request import COUNT, END, WEIGH, Request

WAYS = ("bubblewrap", "landlock")
DEFENCES = (
    *("files", "network", "own processes", "environment", "user", "survivors", "scratch"),
    *("signals", "tracing", "namespaces", "kernel", "outlasting", "programs"),  # calls
    *("memory", "cpu", "processes", "open files", "file size"),
)
"""The parts of the isolation, as the record's `isolation_parts` names them."""
PROCESSES = 64  # of one submission, threads too
ALL_MEMORY_BYTES = MEMORY_BYTES  # of its processes together, beyond what each starts with
SCRATCH_BYTES = 256 * 2**20  # of all that one submission may have on the disk
SCRATCH_FILES = 10_000
DEVICES = ("/dev/zero", "/dev/random", "/dev/urandom")


class SandboxRunner(ProcessRunner):
    """Observes answers in forks of a warm worker inside a sandbox.

    Args:
        data: folder of the milestone's data, which the worker may read.
        way: "bubblewrap" or "landlock"; which of them holds here, `levels` finds out.
        without: defences that are left out, so that tests see what each is good for.
        start: whether to start the warm worker at once, and not with the first submission.

    Raises:
        ValueError: there is no such way or defence.
    """

    level = "sandbox"
    _kept: tuple[str, ...] = ("LD_LIBRARY_PATH",)

    def __init__(
        self,
        data: str = "",
        way: str = "bubblewrap",
        without: Collection[str] = (),
        start: bool = True,
    ) -> None:
        if way not in WAYS:
            raise ValueError(f"way is {way!r}: pass one of {', '.join(WAYS)}")
        if unknown := {*without} - {*DEFENCES}:
            raise ValueError(f"without is {sorted(unknown)}: pass some of {', '.join(DEFENCES)}")
        self.way = way
        self.without = tuple(sorted(without))
        if "environment" in self.without:
            self._kept = tuple(os.environ)
        self.parts = (way,)
        self._user = 2_000_000_000 + secrets.randbelow(10**8) if os.getuid() == 0 else 0
        # What the worker may see of the course, by links: Python lists the folders it imports from.
        self._course = tempfile.TemporaryDirectory(prefix="fashion-course-")
        for path in visible.own():
            link = Path(self._course.name, path.relative_to(visible.ROOT))
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
        super().__init__(data, fork=False)
        self.fork = True
        self._next_look = 0.0
        self._steps = os.path.join(data, bubblewrap.STEPS)
        if data:
            Path(self._steps).touch()
            os.chmod(self._steps, 0o666)
        if way == "bubblewrap":
            self._scratch = bubblewrap.SCRATCH
        self.starting = start
        if start:
            self._start()

    def _worker(self, call: str, module: str = "serve", **pipes: Any) -> subprocess.Popen[bytes]:
        os.makedirs(self._folder.name, 0o700, exist_ok=True)  # the last one may have been removed
        if self._user and self.way == "landlock":
            os.chown(self._folder.name, self._user, self._user)
        return super()._worker(call, module, **pipes)

    def run(self, module: str, call: str, seconds: float) -> subprocess.CompletedProcess[bytes]:
        """Run a call of a module of the worker's in the sandbox; its last argument is `told`.

        Raises:
            OSError: a program is not there.
            subprocess.TimeoutExpired: it takes longer.
        """
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = self._worker(call, module, **pipes)
        try:
            out, told = process.communicate(timeout=seconds)
        finally:
            end(process)
        return subprocess.CompletedProcess(process.args, process.returncode, out, told)

    def _command(self, module: str, call: str) -> list[str]:
        shown, root, sites = list[str](), self._course.name, list(map(str, visible.sites()))
        if self.way == "bubblewrap":
            shown = bubblewrap.command(self.data, SCRATCH_BYTES, bool(self._user), self.without)
            root = bubblewrap.COURSE
            sites = [bubblewrap.site(place) for place in range(len(sites))]
        code = (
            f"import sys; sys.path[:] = [{root!r},"
            f" *(p for p in sys.path if not p.endswith('-packages')), *{sites!r}];"
            f" from autograder.worker.confine import Confinement, enter;"
            f" told = {self._confinement()!r}; enter(told);"
            f" from autograder.worker.{module} import *; {call[:-1]}, told)"
        )
        return [*shown, str(visible.PYTHON), "-I", "-c", code]

    def _confinement(self) -> Confinement:
        alone = self.way == "bubblewrap"
        made = Confinement(
            sandboxed=True,
            scratch=bubblewrap.WRITABLE if alone else (self._folder.name,),
            user=self._user,
            processes=PROCESSES + (0 if self._user or (alone and _counts_apart()) else _running()),
            alone=alone and "own processes" not in self.without,
            without=self.without,
        )
        if alone:
            return made
        libraries = [*visible.libraries(), *visible.sites()]
        seen = [*visible.without(libraries, visible.hidden()), *visible.own(), *DEVICES]
        return replace(
            made,
            readable=(*map(str, seen), self._course.name, *([self.data] if self.data else [])),
            writable=(self._folder.name, os.devnull, *([self._steps] if self.data else [])),
            listed=tuple(str(path) for path in libraries if path.is_dir()),
        )

    def _request(self, task: Task, scenarios: tuple[str, ...], seed: int) -> Request:
        made = super()._request(task, scenarios, seed)
        shown = bubblewrap.DATA if self.data and self.way == "bubblewrap" else self.data
        return msgspec.structs.replace(made, data=shown)

    def _ask(self, message: bytes, *descriptors: int) -> int:
        if self._server is None or self._server.poll() is not None:  # the last one took it along
            self._stop()
            self._start()
        return super()._ask(message, *descriptors)

    def _look(self) -> None:
        """Have a submission end that keeps too much, in all its processes or on the disk."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        if "memory" not in self.without and self._ask(WEIGH) > ALL_MEMORY_BYTES:
            raise EOFError
        if "scratch" in self.without:
            return
        if self.way == "landlock":
            _measure(self._folder.name)
        elif self._ask(COUNT) > SCRATCH_FILES:
            raise EOFError

    def _end(self, child: int) -> None:
        """Have the warm parent end the fork, and all that came of it; else both go."""
        try:
            self._ask(END)
        except GraderError:
            self._stop()

    def _stop(self) -> None:
        super()._stop()
        if self.way == "landlock" and os.path.exists(self._folder.name):
            # Python's own way fails on folders that are too deep, and mends modes through links.
            for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
                subprocess.run([*command, "--", self._folder.name], check=False)

    def close(self) -> None:
        """End the sandbox and remove its folders, whatever was made of them."""
        super().close()
        self._course.cleanup()


def _counts_apart() -> bool:
    """Say whether the kernel counts the processes of a user namespace by themselves."""
    major, minor = platform.release().split(".")[:2]
    return (int(major), int(minor)) >= (5, 14)


def _running() -> int:
    """Return how many processes and threads this user has."""
    count = 0
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                count += len(os.listdir(f"{entry.path}/task"))
    return count


def _measure(folder: str) -> None:
    """Raise EOFError if a folder holds too much, or hides what it holds."""
    size, count, folders = 0, 0, [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    count += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if size > SCRATCH_BYTES or count > SCRATCH_FILES:
                        raise EOFError
        except FileNotFoundError:  # it was removed meanwhile
            continue
        except OSError as error:
            raise EOFError from error
