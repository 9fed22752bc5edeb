"""Confines a worker for good, so that it can't undo it: user, files, calls, limits.

The warm parent is confined before it imports anything large, and each fork more tightly before it
runs an answer. Nothing here is secret, and nothing of the course is imported.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from autograder.worker import landlock, seccomp

MEMORY_BYTES = 4 * 2**30  # a milestone run needs about 1 GB; a laptop has 8
FILE_BYTES = 256 * 2**20
_PDEATHSIG, _DUMPABLE, _KEEPCAPS, _SUBREAPER, _NO_NEW_PRIVS = 1, 4, 8, 36, 38
_READ_SEARCH = 1 << 2  # the capability to read what others own


@dataclass(frozen=True)
class Confinement:
    """How a worker is confined; by default it has limits and nothing else.

    Attributes:
        sandboxed: whether it is confined at all; the rest counts only then.
        readable: files and folders that Landlock leaves; none where the worker sees no others.
        writable: those that it may write to, likewise.
        listed: folders whose names of files may be read, likewise.
        scratch: folders that are emptied after each submission.
        user: whom it becomes if it is root.
        processes: how many that user may have, threads too.
        alone: whether it has a process namespace of its own.
        without: defences that are left out, so that tests see what each is good for.
    """

    sandboxed: bool = False
    readable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    user: int = 0
    processes: int = 0
    alone: bool = False
    without: tuple[str, ...] = ()

    def has(self, defence: str) -> bool:
        """Say whether a defence of the sandbox is in force."""
        return self.sandboxed and defence not in self.without


LIMITED = Confinement()
"""Limits alone."""


def enter(told: Confinement) -> None:
    """Confine the warm parent; threads that it begins later are confined, too.

    Raises:
        OSError: the kernel refuses a part; nothing may run then.
    """
    if told.alone and os.getpid() > 2:  # else "all processes" would be those of the whole machine
        raise OSError(errno.EPERM, "the worker has no process namespace of its own")
    with contextlib.suppress(OSError):  # where memory is short, this is ended first
        Path("/proc/self/oom_score_adj").write_text("1000")
    if told.user and os.getuid() == 0 and told.has("user"):
        _become(told.user)
    _control(_NO_NEW_PRIVS, 1)
    if told.has("tracing"):
        _control(_DUMPABLE, 0)  # no other process of this user looks into its memory
    if told.readable and told.has("files"):
        readable = (*told.readable, "/proc")  # to find what is left of a submission
        tcp = not told.has("network")
        landlock.restrict(landlock.ruleset(readable, told.writable, told.listed, tcp))
    if not told.alone:
        _leave_keeper(told)
    _control(_SUBREAPER, 1)  # who loses its parent becomes a child of this process: it is found


def _leave_keeper(told: Confinement) -> None:
    """Go on in a fork, and leave a process that ends all that is left once the fork ends.

    It is what a process namespace does by itself. Being told to end, or its own parent's death,
    is the end of all, too.
    """
    if os.fork() == 0:
        die_with_parent()
        return

    def leave(*_: object) -> None:
        end_all(replace(told, scratch=()))
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    _control(_SUBREAPER, 1)
    die_with_parent(politely=True)
    os.wait()
    leave()


def prepare(told: Confinement) -> Callable[[], None]:
    """Return what confines a fork, to be called in it; files are looked up here, once.

    The returned function raises OSError where the kernel refuses a part.
    """
    parent, made = os.getpid(), None
    files = (told.readable, told.writable, told.listed) if told.has("files") else ((), (), ())
    scoped = landlock.version() >= landlock.SCOPES_FROM and told.has("signals")
    if any(files) or scoped:
        made = landlock.ruleset(*files, not told.has("network"), scoped)
    return partial(_confine, told, parent, made, scoped)


def _confine(told: Confinement, parent: int, ruleset: int | None, scoped: bool) -> None:
    if ruleset is not None:
        landlock.restrict(ruleset)
    if told.sandboxed:
        rules = seccomp.rules(parent, told.alone, scoped, shares_files=bool(told.readable))
        seccomp.install([r for name, some in rules.items() if told.has(name) for r in some])


def limit(told: Confinement, seconds: float) -> None:
    """Set the limits of a process that is to run an answer; `seconds` are of computing."""
    import resource

    used = 0  # libraries have mapped gigabytes that they do not use: count from there
    with contextlib.suppress(OSError):  # only Linux tells
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {
        "memory": (resource.RLIMIT_AS, used + MEMORY_BYTES),
        "file size": (resource.RLIMIT_FSIZE, FILE_BYTES),
        "open files": (resource.RLIMIT_NOFILE, 256),
        "core": (resource.RLIMIT_CORE, 0),
    }
    if told.sandboxed:
        limits["cpu"] = (resource.RLIMIT_CPU, int(seconds))
        limits["processes"] = (resource.RLIMIT_NPROC, told.processes)
    for name, (what, value) in limits.items():
        if name not in told.without:
            with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
                resource.setrlimit(what, (value, value))


def end_all(told: Confinement) -> None:
    """Kill all that came of this process until nothing is left, and empty its folders.

    Raises:
        OSError: a folder can't be emptied; another sandbox has to take over.
        RecursionError: likewise.
    """
    while told.has("survivors"):
        # All at once, so that nobody can fork meanwhile; else they are stopped one by one before
        # any is killed: who is stopped can't fork, and leaves no room for a fork of another.
        for each in {-1} if told.alone else _stopped():
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            break
    for folder in told.scratch:
        with os.scandir(folder) as entries:
            for entry in entries:
                remove = shutil.rmtree if entry.is_dir(follow_symlinks=False) else os.unlink
                remove(entry.path)


def inodes(told: Confinement) -> int:
    """Return how many files and folders there are, where the folders are a disk of their own."""
    counts = [os.statvfs(folder) for folder in told.scratch] if told.alone else []
    return sum(each.f_files - each.f_ffree for each in counts)


def memory() -> int:
    """Return the bytes that all that came of this process hold beyond what they got from it."""
    given = _held("self")
    return sum(max(0, _held(each) - given) for each in _descendants())


def _held(process: int | str) -> int:
    """Return the bytes of memory of a process that belong to no file; 0 once it has ended."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        rows = [line.split() for line in lines if line.startswith(("RssAnon:", "RssShmem:"))]
        return sum(1024 * int(row[1]) for row in rows)
    return 0


def _stopped() -> set[int]:
    """Stop all that came of this process, and return their process ids."""
    stopped = set[int]()
    while new := _descendants() - stopped:
        stopped |= new
        for each in new:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGSTOP)
    return stopped


def _descendants() -> set[int]:
    found, left = set[int](), [os.getpid()]
    while left:
        with contextlib.suppress(OSError):  # it ended meanwhile; its children are then ours
            for thread in os.scandir(f"/proc/{left.pop()}/task"):
                listed = {*map(int, Path(thread.path, "children").read_text().split())}
                left += listed - found
                found |= listed
    return found


def die_with_parent(politely: bool = False) -> None:
    """Have this process killed, or told to end, when the one that forked it ends."""
    if sys.platform == "linux":
        _control(_PDEATHSIG, signal.SIGTERM if politely else signal.SIGKILL)


def _become(user: int) -> None:
    """Be nobody else's user; what the worker may see can still be read, whoever owns it."""
    _control(_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    head = struct.pack("Ii", 0x2008_0522, 0)  # the third version of capset
    kept = struct.pack("6I", _READ_SEARCH, _READ_SEARCH, 0, 0, 0, 0)
    if ctypes.CDLL(None, use_errno=True).capset(head, kept):
        raise OSError(ctypes.get_errno(), "capset")


def _control(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl({option})")
