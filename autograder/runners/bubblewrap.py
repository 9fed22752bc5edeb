"""Puts together how bubblewrap is called: what the sandbox shows, and where."""

import shutil
from pathlib import Path

from autograder.runners import visible

PROGRAM = "bwrap"
COURSE, DATA, SCRATCH = "/course", "/data", "/scratch"
WRITABLE = (SCRATCH, "/dev/shm")
STEPS = "steps"
"""The file among the data in which a training notes how far it is."""
NOBODY = "65534"


def site(place: int) -> str:
    """Return where the sandbox shows a folder of installed packages."""
    return f"/site/{place}"


def command(data: str, size: int, root: bool, without: tuple[str, ...]) -> list[str]:
    """Return the command up to the program that runs inside.

    Args:
        data: folder of the milestone's data, shown as `DATA`; "" for none.
        size: bytes of each folder that can be written to.
        root: whether it is root who calls. It needs no user namespace, in which the limit on its
            processes would not count, and the worker becomes another user by itself.
        without: defences that are left out.
    """
    made = [shutil.which(PROGRAM) or PROGRAM, "--die-with-parent", "--new-session"]
    made += ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--cap-drop", "ALL"]
    made += [] if "network" in without else ["--unshare-net"]
    made += [] if "own processes" in without else ["--unshare-pid"]
    if root:
        for name in ("SETUID", "SETGID", "DAC_READ_SEARCH"):
            made += ["--cap-add", f"CAP_{name}"]
    else:
        made += ["--unshare-user", "--uid", NOBODY, "--gid", NOBODY]
    made += _all() if "files" in without else []
    made += ["--proc", "/proc", "--dev", "/dev"]
    sized = [] if "scratch" in without else ["--size", str(size)]
    for folder in WRITABLE:
        made += ["--perms", "1777", *sized, "--tmpfs", folder]
    made += _shown(data)
    if "files" not in without and not any(p.is_relative_to("/tmp") for p in visible.libraries()):
        made += ["--symlink", SCRATCH, "/tmp"]
    return [*made, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", SCRATCH]


def _all() -> list[str]:
    """Show the whole machine but what the kernel makes; only tests ask for that."""
    tops = [str(top) for top in Path("/").iterdir() if top.name not in ("proc", "dev", "sys")]
    return [word for top in tops for word in ("--ro-bind", top, top)]


def _shown(data: str) -> list[str]:
    made: list[str] = []
    moved = {path: site(place) for place, path in enumerate(visible.sites())}
    places = {str(path): str(path) for path in visible.libraries()}
    places |= {str(path): shown for path, shown in moved.items()}
    for path, shown in places.items():
        made += ["--ro-bind", path, shown]
    for unseen in visible.hidden():
        for real, shown in places.items():
            if unseen.is_relative_to(real):
                made += _masked(unseen, f"{shown}/{unseen.relative_to(real)}")
    for own in visible.own():
        made += ["--ro-bind", str(own), f"{COURSE}/{own.relative_to(visible.ROOT)}"]
    if data:
        made += ["--ro-bind", data, DATA, "--bind", f"{data}/{STEPS}", f"{DATA}/{STEPS}"]
    return made


def _masked(path: Path, shown: str) -> list[str]:
    if path.is_dir():
        return ["--size", "4096", "--tmpfs", shown, "--remount-ro", shown]
    return ["--ro-bind", "/dev/null", shown]
