"""Who waits for torch: whoever computes, and nobody who reads, asks or looks around."""

import json
import subprocess
import sys

import pytest

from autograder.course.catalogue import units
from fashion_course.kit.cli import app
from fashion_course.kit.notebook.memory import Checked, note
from tests.support.programs import run_each
from tests.support.shell import make_home

MAIN = "fashion_course.kit.cli:main"
SLOW = {"torch", "torchvision", "matplotlib", "scipy", "sympy"}
"""What takes long to import."""

NAME = "train_epoch"
FAILED = Checked("failed", failed=f"{NAME}_x", claim="It is so", asked="Is it?", thought="It is.")
GROUPS = {group.name: group.typer_instance for group in app.registered_groups}
COMMANDS = [
    *([str(command.name)] for command in app.registered_commands),
    *(
        [str(name), command.name or command.callback.__name__.replace("_", "-")]
        for name, group in GROUPS.items()
        for command in group.registered_commands
    ),
]
READS = [
    "start other",
    "status",
    "status --json",
    f"hint {NAME}",
    "hint accuracy",
    f"solution {NAME} --insist",
    f"reset {NAME}",
    "data",
    "doctor --json",
    "export gradescope --out ../autograder.zip",
]
"""What needs no model and no answer that runs."""


def slow(modules):
    return sorted(SLOW.intersection(modules))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A course folder in which a check has failed."""
    folder = make_home(tmp_path_factory.mktemp("startup") / "course")
    note(folder, lambda notes: notes.checked.update({NAME: FAILED}))
    return folder


@pytest.fixture(scope="module")
def told(home):
    """What each command told, one after the other in one process: the first to blame shows."""
    calls = [["--help"], *([*command, "--help"] for command in COMMANDS), *map(str.split, READS)]
    done = run_each(MAIN, calls, home)
    return {" ".join(call): each for call, each in zip(calls, done, strict=True)}


@pytest.mark.parametrize("command", ["", *map(" ".join, COMMANDS)])
def test_no_help_waits_for_torch(told, command):
    done = told[f"{command} --help".strip()]
    assert done.code == 0, done.text
    assert "Usage:" in done.text
    assert slow(done.modules) == []


@pytest.mark.parametrize("call", READS)
def test_what_only_reads_does_not_wait_for_torch(told, call):
    assert told[call].code == 0, told[call].text
    assert slow(told[call].modules) == []


def test_a_hint_about_a_failed_check_needs_no_check(told):
    assert "About “It is so”: Is it?" in " ".join(told[f"hint {NAME}"].text.split())
    assert not any(name.startswith("autograder.checks") for name in told[f"hint {NAME}"].modules)


CHECKS = """
import json, sys
from autograder.runners.process import ProcessRunner
from fashion_course.kit.cli import main

start = ProcessRunner._start

def started(self):
    print(json.dumps(list(sys.modules)))
    start(self)

ProcessRunner._start = started
sys.argv[1:] = ["check", "accuracy"]
try:
    main()
finally:
    print(json.dumps(list(sys.modules)))
"""


@pytest.fixture(scope="module")
def checked(home):
    """What a check of a right answer prints: first as its worker starts, then what is imported."""
    unit = next(unit for unit in units() if unit.name == "baseline")
    text = "\n\n\n".join([unit.imports, *(each.solution for each in unit.exercises)])
    (home / "fashion_course" / "baseline.py").write_text(text, "utf-8")
    command = [sys.executable, "-c", CHECKS]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=True)
    assert "accuracy: passed" in done.stdout
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]


def test_judge_and_worker_import_torch_at_the_same_time(checked):
    assert slow(checked[0]) == []


def test_a_check_imports_nothing_slow_that_its_exercise_does_without(checked):
    assert slow(checked[-1]) == ["torch"]
    assert "torch._dynamo" not in checked[-1]
