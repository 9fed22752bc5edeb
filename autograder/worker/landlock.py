"""Landlock: which files and folders there are for this process, for good. Linux 5.13 and later."""

import ctypes
import enum
import os
import struct
import sys
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # numbers of the calls; the same on every machine
_PATH_BENEATH = 1
_SIZES = {1: 8, 4: 16, 6: 24}  # bytes of the attributes: files; network, too; scopes, too


class Access(enum.IntFlag):
    """What may be done to a file or a folder, as the kernel counts it."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13  # from version 2
    TRUNCATE = 1 << 14  # from version 3
    IOCTL_DEV = 1 << 15  # from version 5


READ = Access.READ_FILE | Access.READ_DIR
_NEVER = Access.EXECUTE | Access.MAKE_CHAR | Access.MAKE_BLOCK | Access.IOCTL_DEV
_OF_FILES = Access.READ_FILE | Access.WRITE_FILE | Access.TRUNCATE
SCOPES_FROM = 6
"""The version from which a process can be kept from signals and sockets outside of its own."""


def version() -> int:
    """Return the version of Landlock that this kernel has, 0 for none."""
    if sys.platform != "linux":
        return 0
    found: int = ctypes.CDLL(None).syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    return max(0, found)


def ruleset(
    readable: Iterable[str],
    writable: Iterable[str],
    listed: Iterable[str] = (),
    tcp: bool = True,
    scoped: bool = False,
) -> int:
    """Return a ruleset that leaves these files and folders, and no others.

    Args:
        readable: may be read, with all below them.
        writable: may be read and written; without both, files are left as they are.
        listed: folders whose names of files may be read, with those below them.
        tcp: whether TCP is left; from version 4 it can be taken.
        scoped: whether signals and abstract sockets end at this process and what comes of it.

    Raises:
        OSError: the kernel has no Landlock.
    """
    known = _known()
    places = dict.fromkeys(listed, Access.READ_DIR) | dict.fromkeys(readable, READ)
    places |= dict.fromkeys(writable, known & ~_NEVER)
    now = version()
    attributes = struct.pack(
        "QQQ",
        known if places else 0,
        0 if tcp or now < 4 else 0b11,  # to bind and to connect
        0b11 if scoped and now >= SCOPES_FROM else 0,
    )
    size = max(size for since, size in _SIZES.items() if since <= max(now, 1))
    made = _call(_CREATE, attributes, ctypes.c_size_t(size), 0)
    for path, access in places.items():
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:  # what is not there needs no leave
            continue
        given = access if os.path.isdir(path) else access & _OF_FILES
        _call(_ADD, made, _PATH_BENEATH, struct.pack("=Qi", given, place), 0)
        os.close(place)
    return made


def restrict(made: int) -> None:
    """Put a ruleset in force for this thread and all that come of it, and close it.

    Whoever has it open could add to it, and so to what the next process may do.
    """
    _call(_RESTRICT, made, 0)
    os.close(made)


def _known() -> Access:
    now = version()
    count = 13 if now < 2 else 14 if now < 3 else 15 if now < 5 else 16
    return Access((1 << count) - 1)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(number, *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result
