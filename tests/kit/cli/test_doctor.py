"""What the commands say about the isolation of this machine."""

import json

import pytest

from autograder.runners import levels
from autograder.runners.levels import Way, levels_here
from autograder.runners.sandbox import DEFENCES
from tests.kit.cli.test_grading import refused, run
from tests.support.submissions import stubs


@pytest.fixture
def no_network_part(monkeypatch):
    def tried(name, without=()):
        return Way(name, {"files": True, "network": False}, "Parts: network.", "Do allow it.")

    monkeypatch.setattr(levels, "try_way", tried)


def test_doctor_tells_each_part_of_each_way():
    told = json.loads(run("doctor", "--json").stdout)
    assert [way["name"] for way in told["ways"]] == ["bubblewrap", "landlock"]
    assert [way["parts"] for way in told["ways"]] == [way.parts for way in levels_here()]
    lines = run("doctor").output.splitlines()
    assert [part for part in DEFENCES if not any(part in line for line in lines)] == []


def test_doctor_says_what_to_do_where_nothing_holds(no_network_part):
    told = run("doctor").output
    assert "bubblewrap: Parts: network. Do allow it." in told
    assert "Grades come from level process" in told
    assert json.loads(run("doctor", "--json").stdout)["level"] == "process"


def test_grade_says_that_there_is_no_sandbox_unless_a_process_was_asked_for(
    no_network_part, tmp_path
):
    folder = stubs(tmp_path)
    assert "There is no sandbox here" in run("grade", folder).output
    assert "There is no sandbox here" not in run("grade", folder, "--isolation", "process").output


def test_a_level_that_was_named_is_demanded(no_network_part, tmp_path):
    folder = stubs(tmp_path)
    told, code = refused("grade", folder, "--isolation", "sandbox")
    assert (code, "no sandbox holds on this machine" in told) == (2, True)
    assert "Do allow it." in told
    told, code = refused("check", "accuracy", "--submission", folder, "--isolation", "castle")
    assert (told, code) == ("level is 'castle': pass one of process, sandbox", 2)
