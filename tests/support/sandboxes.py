"""The ways into the sandbox, as parameters of tests that need them, and who lives in one."""

from pathlib import Path

import pytest

from autograder.runners.process import ProcessRunner

WAYS = [
    pytest.param("bubblewrap", marks=pytest.mark.bubblewrap),
    pytest.param("landlock", marks=pytest.mark.landlock),
]


def processes_of(runner: ProcessRunner) -> set[int]:
    """Return the worker of a runner and all that came of it: ids of processes on this machine."""
    assert runner._server is not None
    found, parents = {runner._server.pid}, _parents()
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            parents[int(entry.name)] = int(told[1])
    return parents
