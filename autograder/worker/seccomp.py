"""seccomp: which calls of the kernel this process may make, for good. x86-64 and ARM64.

What is not listed is allowed, as torch needs much; what the kernel got after this was written is
not. Another architecture's calls kill the process: their numbers mean something else.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator
from typing import NamedTuple

ARCHITECTURES = {"x86_64": (0xC000_003E, 0), "aarch64": (0xC000_00B7, 1)}
LAST = 450  # the newest call that is known here
_X32 = 0x4000_0000
_ANY = 0xFFFF_FFFF
_LOAD, _AND, _EQUAL, _GREATER, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
_KILL, _ERROR, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000


class Rule(NamedTuple):
    """One call that fails, always or where `argument & mask` is as the test says.

    `error` is what the caller is told; 0: it is told that all is well, and nothing was done.
    """

    numbers: tuple[int | None, int | None]
    error: int = errno.EPERM
    argument: int = -1
    test: str = "=="
    value: int = 0
    mask: int = _ANY


# Numbers of calls: on x86-64, on ARM64. Named by what an answer could do with them.
TRACING = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "ioprio_set": (251, 30),
}
OF_OTHERS = {  # of itself (0) each may ask these
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
}
SIGNALS = {
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
}
KILL, TGKILL = (62, 129), (234, 131)
SETPRIORITY, FCNTL, IOCTL, CLONE = (141, 140), (72, 25), (16, 29), (56, 220)
SOCKET, SOCKETPAIR, CLONE3 = (41, 198), (53, 199), (435, 435)
MOUNTS = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
}
KERNEL = {
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "personality": (135, 92),
    "lookup_dcookie": (212, 18),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
}
OUTLASTING = {  # memory that belongs to no process, and that no limit counts
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
}
PROGRAMS = {"execve": (59, 221), "execveat": (322, 281), "vfork": (58, None)}
OWNERSHIP = {  # of files by their names, which Landlock does not rule
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
}
TRUNCATE = (76, 45)
_NEW_NAMESPACES = 0x7E02_0000
_SHARES_MEMORY, _IS_THREAD = 0x100, 0x1_0000
_SENDERS = {FCNTL: (8, 10, 15), IOCTL: (0x8901, 0x8902, 0x5412, 0x541C)}
"""Ways to have the kernel send somebody a signal, or type into a terminal."""


def rules(parent: int, alone: bool, scoped: bool, shares_files: bool) -> dict[str, list[Rule]]:
    """Return what is refused to this process: the name of a defence to its rules.

    Args:
        parent: the warm parent, which a fork must not touch.
        alone: whether there are no other processes but the parent, and who began them all.
        scoped: whether the kernel keeps its signals from others anyway.
        shares_files: whether files of others can be named, and only Landlock keeps them.
    """
    signals = [Rule(numbers) for numbers in SIGNALS.values()]
    for call in (KILL, TGKILL):
        if alone or scoped:
            signals += [Rule(call, argument=0, value=each) for each in (1, parent)]
            signals.append(Rule(call, argument=0, test=">", value=0x7FFF_FFFF))  # -1: everybody
        else:
            signals.append(Rule(call, argument=0, test="!=", value=os.getpid()))
    for call, commands in _SENDERS.items():
        signals += [Rule(call, argument=1, value=each) for each in commands]
    tracing = [Rule(numbers) for numbers in TRACING.values()]
    tracing += [Rule(numbers, argument=0, test="!=") for numbers in OF_OTHERS.values()]
    tracing.append(Rule(SETPRIORITY, argument=1, test="!="))
    namespaces = [Rule(numbers) for numbers in MOUNTS.values()]
    namespaces.append(Rule(CLONE, argument=0, mask=_NEW_NAMESPACES, test="!="))
    namespaces.append(Rule(CLONE3, errno.ENOSYS))  # its flags can't be seen; libraries use clone
    local = 0 if shares_files else 1  # the socket of a service lies in a folder
    made = {
        "signals": signals,
        "tracing": tracing,
        "namespaces": namespaces,
        "kernel": [Rule(numbers) for numbers in KERNEL.values()],
        "outlasting": [Rule(numbers, errno.ENOSYS) for numbers in OUTLASTING.values()],
        "programs": [
            *(Rule(numbers, errno.EACCES) for numbers in PROGRAMS.values()),
            # A copy that shares the memory costs microseconds: too fast to be found and killed.
            Rule(CLONE, mask=_SHARES_MEMORY | _IS_THREAD, argument=0, value=_SHARES_MEMORY),
        ],
        "network": [
            Rule(SOCKET, errno.EACCES, argument=0, test="!=", value=local),
            Rule(SOCKETPAIR, errno.EACCES, argument=0, test="!=", value=1),
        ],
    }
    if shares_files:
        made["files"] = [Rule(numbers, 0) for numbers in OWNERSHIP.values()] + [Rule(TRUNCATE)]
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
        if number is None:
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
