"""Each part of the isolation is tried, and seen to fail; a level that does not hold is refused."""

import dataclasses
import os
import shutil
import subprocess

import pytest

from autograder.runners import levels, sandbox
from autograder.runners.levels import IsolationError, Way, notice, open_runner, try_way
from autograder.runners.sandbox import DEFENCES
from autograder.worker import seccomp
from autograder.worker.landlock import Access
from tests.support.ordinary import run_as_ordinary_user
from tests.support.sandboxes import WAYS

BETTER = "own processes"  # what Landlock can't have


@pytest.mark.parametrize("way", WAYS)
def test_all_parts_hold(way):
    tried = try_way(way)
    assert tried.holds, tried.why
    assert {*tried.parts} == {*DEFENCES}
    assert {*DEFENCES} - {*tried.held} == ({BETTER} if way == "landlock" else set())


@pytest.mark.parametrize("way", WAYS)
def test_all_parts_hold_for_an_ordinary_user(way):
    code = "import os; from autograder.runners.levels import try_way\n"
    told = run_as_ordinary_user(f"{code}print(os.getuid(), *sorted(try_way({way!r}).held))")
    user, *_ = told.split()
    assert user != "0"
    assert told.removeprefix(user).strip() == " ".join(try_way(way).held)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("defence", DEFENCES)
def test_each_part_is_seen_to_fail_without_its_defence(way, defence):
    if way == "landlock" and defence in (BETTER, "scratch"):  # the judge measures the folder
        return
    if defence == "user" and os.getuid():
        return
    tried = try_way(way, (defence,))
    assert tried.parts[defence] is False
    assert defence in tried.why or defence == BETTER
    assert tried.holds == (defence == BETTER)


@pytest.fixture
def nothing_holds(monkeypatch):
    def tried(name, without=()):
        return Way(name, {"files": True, "network": False}, "no network part", "allow it")

    monkeypatch.setattr(levels, "try_way", tried)


@pytest.mark.bubblewrap
def test_the_best_level_is_opened_and_says_its_parts():
    runner = open_runner()
    try:
        assert (runner.level, runner.parts[0]) == ("sandbox", "bubblewrap")
        assert {*runner.parts[1:]} == {*DEFENCES}
        assert notice(runner) == ""
    finally:
        runner.close()


def test_where_no_sandbox_holds_a_process_serves_with_a_notice(nothing_holds):
    runner = open_runner()
    try:
        assert (runner.level, runner.parts) == ("process", ())
        assert "no sandbox here" in notice(runner)
        assert "fashion-course doctor" in notice(runner)
    finally:
        runner.close()


def test_a_demanded_sandbox_that_does_not_hold_is_refused_with_a_remedy(nothing_holds):
    with pytest.raises(IsolationError, match="bubblewrap: no network part allow it"):
        open_runner("sandbox")


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="level is 'castle': pass one of process, sandbox"):
        open_runner("castle")


def test_a_missing_program_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    tried = try_way.__wrapped__("bubblewrap")
    assert not tried.holds
    assert tried.remedy == "apt-get install bubblewrap"


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("bwrap: setting up uid map: Permission denied", "AppArmor"),
        ("bwrap: Unknown option --size", "version 0.7"),
    ],
)
def test_what_bubblewrap_says_leads_to_a_remedy(monkeypatch, said, remedy):
    done = subprocess.CompletedProcess([], 1, b"", said.encode())
    monkeypatch.setattr(sandbox.SandboxRunner, "run", lambda *_: done)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    tried = try_way.__wrapped__("bubblewrap")
    assert (tried.holds, tried.why) == (False, said)
    assert remedy in tried.remedy


def test_a_way_without_a_part_that_a_sandbox_needs_does_not_hold():
    whole = Way("landlock", dict.fromkeys(DEFENCES, True))
    assert whole.holds
    assert not dataclasses.replace(whole, why="These parts do not hold: network.").holds
    assert not Way("landlock", {}).holds


def test_the_filter_jumps_to_its_own_end_and_nowhere_else():
    """A jump past the end would let the kernel refuse the filter; one short of it, a call pass."""
    made = [rule for some in seccomp.rules(7, True, True, True).values() for rule in some]
    for audited, column in seccomp.ARCHITECTURES.values():
        steps = list(seccomp.program(made, audited, column))
        assert {len(step) for step in steps} == {8}
        for place, step in enumerate(steps):
            code, then, otherwise = int.from_bytes(step[:2], "little"), step[2], step[3]
            if code in (0x15, 0x25):
                assert place + 1 + max(then, otherwise) < len(steps)
        assert steps[-1][:2] == b"\x06\x00"


def test_what_is_newer_than_a_kernel_is_not_asked_of_it(monkeypatch):
    from autograder.worker import landlock

    for version, newest in {
        1: Access.MAKE_SYM,
        2: Access.REFER,
        3: Access.TRUNCATE,
        4: Access.TRUNCATE,
        5: Access.IOCTL_DEV,
        9: Access.IOCTL_DEV,
    }.items():
        monkeypatch.setattr(landlock, "version", lambda v=version: v)
        assert landlock._known() == Access(newest * 2 - 1)
