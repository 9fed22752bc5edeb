"""Attacks that want to hurt the next student, the grader or the batch: rows 21 and 22.

They are met in this order by one runner: what one leaves, the next one looks for.
"""

from tests.hostile.attack import PLACES, answer, attack


@attack(22, at_load=True, off="apart")
def patches_the_warm_worker():
    """In its own process: nothing of it may be there at the next answer."""
    import sys

    import torch
    from torch import nn

    nn.Module.parameters = lambda self, recurse=True: iter(())
    torch.nn.Parameter.numel = torch.Tensor.numel = lambda self: 7
    torch.randint.__dict__ if hasattr(torch.randint, "__dict__") else None
    for name in ("autograder.worker.scenarios.baseline.count_parameters",):
        module = sys.modules.get(name)
        if module is not None:
            vars(module)["_count_all"] = lambda *a, **k: None


@attack(22, off="processes")
def writes_into_the_warm_worker():
    """By its memory: the parent's code lies where its own does."""
    import os

    try:
        with open(f"/proc/{os.getppid()}/mem", "r+b", buffering=0) as memory:
            memory.seek(id(None) + 16)
            return f"{len(memory.read(8))} bytes of the parent, to be written"
    except OSError:
        return ""


@attack(22, off="processes")
def lowers_the_limits_of_its_parent():
    """One second of CPU for the warm worker, and no more files."""
    import os
    import resource

    found = []
    for pid in {os.getppid(), PLACES["judge"]} - {0, 1}:
        try:
            held = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, held)
            found.append(f"limits of {pid}")
        except OSError:
            pass
    return found


@attack(22, off="processes")
def slows_its_parent():
    import os

    found = []
    for pid in {os.getppid(), PLACES["judge"]} - {0, 1}:
        try:
            os.sched_setaffinity(pid, os.sched_getaffinity(pid))
            found.append(f"cores of {pid}")
        except OSError:
            pass
    return found


@attack(22, off="limits", as_root=True)
def raises_its_own_limits():
    import resource

    found = []
    for name in ("RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_FSIZE"):
        _, hard = resource.getrlimit(getattr(resource, name))
        try:
            resource.setrlimit(getattr(resource, name), (hard * 2, hard * 2))
            found.append(name if hard != resource.RLIM_INFINITY else f"{name}: none")
        except (OSError, ValueError):
            pass
    return found


@attack(22, off="sandbox")
def leaves_files_for_the_next():
    """Wherever it may write; so it sees nothing itself."""
    import os
    import tempfile

    own = {tempfile.gettempdir(), os.getcwd(), os.path.expanduser("~"), os.environ.get("TMPDIR")}
    for folder in {"/tmp", "/var/tmp", "/dev/shm", "/", "/run", *own} - {None}:
        for name in ("conftest.py", "torch.py", f"{PLACES['mark']}-left"):
            try:
                with open(f"{folder}/{PLACES['mark']}-{name}", "w") as file:
                    file.write("raise SystemExit(0)\n")
            except OSError:
                pass


@attack(22, off="sandbox", before="leaves_files_for_the_next")
def finds_files_of_the_one_before():
    import glob
    import os
    import tempfile

    own = {tempfile.gettempdir(), os.getcwd(), os.path.expanduser("~"), os.environ.get("TMPDIR")}
    found = []
    for folder in {"/tmp", "/var/tmp", "/dev/shm", "/", "/run", *own} - {None}:
        found += glob.glob(f"{folder}/{PLACES['mark']}-*")
    return found


@attack(22, off="apart", before="finds_names_of_the_one_before")
def finds_names_of_the_one_before():
    """In modules, in builtins, in the environment of the warm worker."""
    import os
    import sys

    import torch

    found = [name for name in sys.modules if PLACES["mark"] in name]
    found += [name for name in os.environ if PLACES["mark"] in name]
    found += ["torch"] if hasattr(torch, "hostile") else []
    sys.modules[PLACES["mark"]] = torch
    os.environ[PLACES["mark"]] = "1"
    torch.hostile = True
    return found


@attack(21, "crashed", "passed", wrong=False, off="processes")
def kills_its_parent():
    """The warm worker, or the first process of its sandbox; with it may go what it started."""
    import os
    import signal

    parent = os.getppid()
    if parent > 1 and parent != PLACES["judge"]:
        with open(f"/proc/{parent}/cmdline", "rb") as file:
            ours = b"autograder" in file.read()
        if ours:
            os.kill(parent, signal.SIGKILL)
            return "killed the warm worker"


@attack(21, off="processes")
def kills_its_brothers():
    """A worker of the same user, beside its own.

    `kill(-1)` in its stead would take the whole machine down where the defence is off.
    """
    import os
    import signal

    try:
        with open(f"/proc/{PLACES['brother']}/cmdline", "rb") as file:
            if b"a brother" not in file.read():
                return "it is gone"
    except FileNotFoundError:
        return ""  # of another namespace
    except PermissionError:
        pass
    os.kill(PLACES["brother"], signal.SIGKILL)
    return "killed a brother"


@attack(21, off="own session")
def kills_its_own_group():
    """A group that it shares with nobody."""
    import os

    if os.getpgrp() != os.getpid():
        return "it is in somebody's group"


@attack(22, "crashed", wrong=True, off="empty parent")
def takes_the_socket_of_the_worker():
    """To answer the next request in the worker's place."""
    import gc
    import os
    import socket

    for each in gc.get_objects():
        if isinstance(each, socket.socket) and each.fileno() >= 0:
            raise RuntimeError("REACHED a socket of the worker")
    for number in range(3, 256):
        try:
            socket.socket(fileno=os.dup(number)).recv(1, socket.MSG_DONTWAIT)
        except (OSError, ValueError):
            continue
    os._exit(1)


@answer(22, "conv_output_size", "failed", "crashed", off="escaped")
def has_a_name_that_breaks_pages(size, kernel_size, stride=1, padding=0):
    """A type whose name is markup; rows 17 and 22 meet in reports."""
    name = "<script>alert(1)</script>\x1b[2J=cmd()|'/C calc'!A0\u202e"
    return type(name, (), {"__repr__": lambda self: name})()
