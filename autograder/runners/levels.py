"""Which level of isolation there is, and which one a grading gets."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.course.catalogue import course_root
from autograder.runners import bubblewrap, visible
from autograder.runners.process import ProcessRunner
from autograder.runners.runner import Runner
from autograder.runners.sandbox import SCRATCH_BYTES, WAYS, SandboxRunner
from fashion_course.kit.words import _

LEVELS = ("process", "sandbox")
EXTRA = ("own processes",)
"""Parts that a sandbox is better for, and can do without."""
SECONDS = 120.0


class IsolationError(Exception):
    """The level that was demanded does not hold on this machine; the message says what to do."""


@dataclass(frozen=True)
class Way:
    """One way into the sandbox, as it was tried on this machine.

    Attributes:
        name: "bubblewrap" or "landlock".
        parts: part of the isolation to whether it holds; empty if the worker did not start.
        why: what went wrong, "" where all holds.
        remedy: what to install or to allow, "" where nothing is needed.
    """

    name: str
    parts: dict[str, bool]
    why: str = ""
    remedy: str = ""

    @property
    def holds(self) -> bool:
        """Whether an answer of a stranger may run this way."""
        return bool(self.parts) and not self.why

    @property
    def held(self) -> tuple[str, ...]:
        """The parts that hold, sorted."""
        return tuple(sorted(name for name, holds in self.parts.items() if holds))


def open_runner(level: str | None = None, data: str = "") -> Runner:
    """Return a runner of this level.

    Args:
        level: "process" or "sandbox"; None for the best that holds here.
        data: folder of the milestone's data, which the worker may read.

    Raises:
        IsolationError: the level does not hold here.
        ValueError: there is no such level.
    """
    if level not in (None, *LEVELS):
        raise ValueError(f"level is {level!r}: pass one of {', '.join(LEVELS)}")
    way = None if level == "process" else best_way()
    if way is not None:
        runner = SandboxRunner(data, way.name)
        runner.parts = (way.name, *way.held)
        return runner
    if level == "sandbox":
        raise IsolationError(no_sandbox())
    return ProcessRunner(data)


def notice(runner: Runner) -> str:
    """Return what must be known of a runner that was not asked for by name; "" for nothing."""
    if runner.level != "process":
        return ""
    told = _(
        "There is no sandbox here: the answers run as you, and may read your files and use the"
        " network. Grade only people whom you trust, or see `fashion-course doctor`."
    )
    return told


def no_sandbox() -> str:
    """Say why no sandbox holds here, and what to do."""
    tried = [f"{way.name}: {way.why} {way.remedy}" for way in levels_here()]
    return _("no sandbox holds on this machine.\n{ways}", ways="\n".join(tried))


def best_way() -> Way | None:
    """Return the first way into the sandbox that holds here, None if none does."""
    return next((way for way in map(try_way, WAYS) if way.holds), None)


def levels_here() -> list[Way]:
    """Return all ways into the sandbox, each tried."""
    return [try_way(name) for name in WAYS]


@cache
def try_way(name: str, without: tuple[str, ...] = ()) -> Way:
    """Try each part of the isolation from where an answer would try it.

    Args:
        name: one of `WAYS`.
        without: defences that are left out, so that tests see the trial fail.
    """
    if sys.platform != "linux":
        told = _("A sandbox needs Linux.")
        return Way(name, {}, told, _("Use the container of docker/Dockerfile."))
    if name == "bubblewrap" and shutil.which(bubblewrap.PROGRAM) is None:
        return Way(name, {}, _("It is not installed."), "apt-get install bubblewrap")
    with _canaries() as (paths, port):
        runner = SandboxRunner(way=name, without=without, start=False)
        call = f"report({paths!r}, {port}, {os.getpid()}, {SCRATCH_BYTES})"
        try:
            done = runner.run("attempts", call, SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Way(name, {}, str(error), _remedy(name, str(error)))
        finally:
            runner.close()
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode or not done.stdout:
        last = said.splitlines()[-1] if said else _("it ended at once")
        return Way(name, {}, last, _remedy(name, said))
    parts: dict[str, bool] = json.loads(done.stdout)
    broken = [part for part, holds in parts.items() if not holds and part not in EXTRA]
    why = _("These parts do not hold: {parts}.", parts=", ".join(broken)) if broken else ""
    return Way(name, parts, why, _remedy(name, said) if broken else "")


@contextlib.contextmanager
def _canaries() -> Iterator[tuple[list[str], int]]:
    """Give files that no answer may read, and the port of a server that none may reach."""
    kept = [course_root() / "solutions", visible.ROOT / "autograder" / "checks"]
    secret = [next(folder.rglob("*.py")) for folder in kept]
    secret.append(visible.ROOT / "fashion_course/kit/data/subset/t10k-labels-idx1-ubyte.gz")
    below = [path.relative_to(visible.ROOT) for path in secret]
    roots = [bubblewrap.COURSE, *(bubblewrap.site(n) for n, _ in enumerate(visible.sites()))]
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        canary = Path(folder, "canary")
        canary.write_text("42")
        paths = [canary, *secret, *(Path(root, path) for root in roots for path in below)]
        yield [str(path) for path in paths], server.getsockname()[1]


def _remedy(name: str, said: str) -> str:
    if name == "landlock":
        return _(
            "It needs Linux 5.13 or later, and `landlock` among the kernel's `lsm=`, which"
            " /sys/kernel/security/lsm shows."
        )
    if "unknown option" in said.lower():
        return _("It is too old: version 0.7 or later is needed.")
    return _(
        "Namespaces seem to be refused. On Ubuntu 24.04 allow them to bubblewrap by an AppArmor"
        " profile; docs/grading.md has it. In a container see docker/Dockerfile."
    )
