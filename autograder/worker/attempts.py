"""Tries what an answer must not be able to do, from where an answer would try it.

`report` is called in a confined worker in the place of `serve`; it needs no torch.
"""

import contextlib
import ctypes
import json
import mmap
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from autograder.worker.confine import (
    FILE_BYTES,
    MEMORY_BYTES,
    Confinement,
    end_all,
    limit,
    prepare,
)

SECONDS = 20.0  # for which those live that should not
Attempt = Callable[[], object]


def report(canaries: list[str], port: int, judge: int, size: int, told: Confinement) -> None:
    """Print, as JSON, each part of the isolation with whether it holds.

    Args:
        canaries: files that must not be readable.
        port: a server on this machine that must not be reachable.
        judge: the process that started this one.
        size: bytes that the folder for writing may take.
        told: how this process is confined.
    """
    attempts = _attempts(canaries, port, judge, size, told)
    confine = prepare(told)
    found, finding = os.pipe()
    if os.fork() == 0:
        with contextlib.suppress(BaseException):
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(null, 2)
            limit(told, 60.0)
            confine()
            _leave_daemon()
            tried = {name: attempt() for name, attempt in attempts.items()}
            os.write(finding, json.dumps(tried).encode())
        os._exit(0)
    os.close(finding)
    told_of = json.loads(_read(found, 60.0) or b"{}")
    end_all(told)
    # Who survives holds the other end open.
    print(json.dumps(told_of | {"survivors": _read(found, 2.0) == b""}))


def _attempts(
    canaries: list[str], port: int, judge: int, size: int, told: Confinement
) -> dict[str, Attempt]:
    """Return what to try, each with whether it fails; the parts are named as defences are."""
    libc: Any = ctypes.CDLL(None)
    return {
        "files": lambda: all(_fails(Path(path).read_bytes) for path in canaries),
        "network": lambda: _fails(lambda: socket.create_connection(("127.0.0.1", port), 1.0)),
        "own processes": lambda: told.alone and os.getppid() == 2,  # the first is bubblewrap's
        "environment": lambda: "PATH" not in os.environ,
        "user": lambda: os.getuid() != 0,
        "scratch": lambda: not told.alone or _capacity() <= size,  # else the judge looks after it
        "signals": lambda: all(_fails(partial(os.kill, p, 0)) for p in (judge, os.getppid())),
        # Calls that do nothing, so that they harm nobody where they are allowed.
        "tracing": lambda: libc.process_vm_readv(os.getpid(), None, 0, None, 0, 0) < 0,
        "namespaces": lambda: libc.unshare(0) < 0,
        "kernel": lambda: libc.personality(0xFFFF_FFFF) < 0,
        "outlasting": lambda: _fails(lambda: os.memfd_create("memory")),
        "programs": lambda: _fails(lambda: os.execv("/nothing", ["nothing"]), PermissionError),
        "memory": lambda: _fails(lambda: mmap.mmap(-1, 2 * MEMORY_BYTES)),
        "file size": lambda: _fails(_write_too_large),
        "cpu": lambda: resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY,
        "processes": lambda: _fails(_fork_many),
        "open files": lambda: _fails(lambda: [os.dup(1) for _ in range(1_000)]),
    }


def _read(descriptor: int, seconds: float) -> bytes | None:
    """Return what comes; b"" at the end, None if nothing does."""
    ready = select.select([descriptor], [], [], seconds)[0]
    return os.read(descriptor, 65_536) if ready else None


def _fails(attempt: Attempt, kind: type[Exception] = OSError) -> bool:
    try:
        attempt()
    except Exception as error:
        return isinstance(error, kind)
    return False


def _write_too_large() -> None:
    with open("large", "wb") as file:
        file.truncate(FILE_BYTES + 1)


def _capacity() -> int:
    told = os.statvfs(".")
    return told.f_blocks * told.f_frsize


def _fork_many() -> None:
    for _ in range(500):
        if os.fork() == 0:
            time.sleep(SECONDS)
            os._exit(0)


def _leave_daemon() -> None:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, signal.NSIG):
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, signal.SIG_IGN)
            time.sleep(SECONDS)
        os._exit(0)
