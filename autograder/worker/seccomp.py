"""seccomp: which calls of the kernel this process may make, for good. x86-64 and ARM64.

What is not listed is allowed, as torch needs much; what the kernel got after this was written is
not. Another architecture's calls kill the process: their numbers mean something else.
"""

import ctypes
import errno
import os
import platform
import struct
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ARCHITECTURES = {"x86_64": (0xC000_003E, 0), "aarch64": (0xC000_00B7, 1)}
"""The machine to its number in the kernel's audit, and its column in calls.toml."""
_CALLS = tomllib.loads(Path(__file__).with_name("calls.toml").read_text("utf-8"))
LAST = 450  # the newest call that is known here
_ANY = 0xFFFF_FFFF
_LOAD, _AND, _EQUAL, _GREATER, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
_KILL, _ERROR, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000
_NEW_NAMESPACES = 0x7E02_0000
_SHARES_MEMORY, _IS_THREAD = 0x100, 0x1_0000
_SENDERS = {"fcntl": (8, 10, 15), "ioctl": (0x8901, 0x8902, 0x5412, 0x541C)}
"""Ways to have the kernel send somebody a signal, or type into a terminal."""


class Rule(NamedTuple):
    """One call that fails, always or where `argument & mask` is as the test says.

    `error` is what the caller is told; 0: it is told that all is well, and nothing was done.
    """

    numbers: tuple[int, int]
    error: int = errno.EPERM
    argument: int = -1
    test: str = "=="
    value: int = 0
    mask: int = _ANY


def rules(parent: int, alone: bool, scoped: bool, shares_files: bool) -> dict[str, list[Rule]]:
    """Return what is refused to this process: the name of a defence to its rules.

    Args:
        parent: the warm parent, which a fork must not touch.
        alone: whether there are no other processes but the parent, and who began them all.
        scoped: whether the kernel keeps its signals from others anyway.
        shares_files: whether files of others can be named, and only Landlock keeps them.
    """
    single, others = _CALLS["single"], _CALLS["of_others"]
    errors = {"outlasting": errno.ENOSYS, "programs": errno.EACCES, "files": 0}
    made = {
        group: [Rule(numbers, errors.get(group, errno.EPERM)) for numbers in listed.values()]
        for group, listed in _CALLS.items()
        if group not in ("single", "of_others")
    }
    for call in (single["kill"], single["tgkill"]):
        if alone or scoped:
            made["signals"] += [Rule(call, argument=0, value=each) for each in (1, parent)]
            made["signals"].append(Rule(call, argument=0, test=">", value=0x7FFF_FFFF))  # -1: all
        else:
            made["signals"].append(Rule(call, argument=0, test="!=", value=os.getpid()))
    for name, commands in _SENDERS.items():
        made["signals"] += [Rule(single[name], argument=1, value=each) for each in commands]
    made["tracing"] += [Rule(numbers, argument=0, test="!=") for numbers in others.values()]
    made["tracing"].append(Rule(single["setpriority"], argument=1, test="!="))
    made["namespaces"] += [
        Rule(single["clone"], argument=0, mask=_NEW_NAMESPACES, test="!="),
        Rule(single["clone3"], errno.ENOSYS),  # its flags can't be seen; libraries then use clone
    ]
    # A copy that shares the memory costs microseconds: too fast to be found and killed.
    mask = _SHARES_MEMORY | _IS_THREAD
    made["programs"].append(Rule(single["clone"], argument=0, mask=mask, value=_SHARES_MEMORY))
    local = 0 if shares_files else 1  # the socket of a service lies in a folder
    made["network"] = [
        Rule(single["socket"], errno.EACCES, argument=0, test="!=", value=local),
        Rule(single["socketpair"], errno.EACCES, argument=0, test="!=", value=1),
    ]
    made["files"] = [*made["files"], Rule(single["truncate"])] if shares_files else []
    # It takes the disk at once; what is written takes time, in which the judge measures.
    taken = Rule(single["fallocate"], errno.EOPNOTSUPP)
    made["scratch"] = [taken] if shares_files else []
    return made


def install(made: list[Rule]) -> None:
    """Put the rules in force for this thread and all that come of it.

    Raises:
        OSError: the kernel has no seccomp, or the machine is none of `ARCHITECTURES`.
    """
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"seccomp: no filter for {machine}")
    code = b"".join(program(made, *ARCHITECTURES[machine]))
    held = ctypes.create_string_buffer(code, len(code))
    filters = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(22, 2, ctypes.c_char_p(filters), 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        error = ctypes.get_errno()
        raise OSError(error, f"seccomp: {os.strerror(error)}")


def program(made: list[Rule], audited: int, column: int) -> Iterator[bytes]:
    """Yield the instructions of the filter: struct sock_filter, 8 bytes each."""
    yield _step(_LOAD, 4)  # the architecture
    yield _step(_EQUAL, audited, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, 0)  # the number of the call; those of x32 lie above all others
    yield _step(_GREATER, LAST, 0, 1)
    yield _step(_RETURN, _ERROR | errno.ENOSYS)
    for rule in made:
        number = rule.numbers[column]
        if number < 0:
            continue
        always = rule.argument < 0
        yield _step(_LOAD, 0)
        yield _step(_EQUAL, number, 0, 1 if always else 4)
        if not always:
            yield _step(_LOAD, 16 + 8 * rule.argument)  # its lower half, which the kernel takes
            yield _step(_AND, rule.mask)
            jumps = (1, 0) if rule.test == "!=" else (0, 1)
            yield _step(_GREATER if rule.test == ">" else _EQUAL, rule.value, *jumps)
        yield _step(_RETURN, _ERROR | rule.error)
    yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)
