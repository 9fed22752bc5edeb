"""Each attack at level `sandbox`, in both ways, as root and as an ordinary user.

One process grades all attacks in one way as one user, with one warm runner; it runs once for all
tests and for all their processes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import naive
from tests.hostile.attack import ATTACKS, OFF, ROWS, WRONG, Attack
from tests.hostile.machine import ROOT
from tests.hostile.run import MODULES
from tests.support.ordinary import run_as_ordinary_user

USERS = ("root", "ordinary") if os.getuid() == 0 else ("ordinary",)
VARIANTS = [
    pytest.param(f"{way} {user}", marks=getattr(pytest.mark, way))
    for way in ("bubblewrap", "landlock")
    for user in USERS
]
LARGEST = 200_000  # bytes of the record of one exercise; that of a right answer has 4,000
SECONDS = 850.0
Outcomes = dict[str, Any]
Graded = Callable[..., Outcomes]


def run(user: str, *arguments: str) -> str:
    """Return what `tests.hostile.run` prints."""
    if user == "ordinary":
        code = f"import sys; sys.argv[1:] = {list(arguments)}; import tests.hostile.run as run"
        return run_as_ordinary_user(f"{code}; run.main()", SECONDS)
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.hostile.run", *arguments]
    done = subprocess.run(
        command, env=variables, stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS
    )
    return done.stdout


@pytest.fixture(scope="session")
def graded(made_once: Callable[..., Path]) -> Graded:
    """Give what came of all attacks: `graded("landlock root")`; or with some defences off."""

    def found(variant: str, off: str = "") -> Outcomes:
        way, _, user = variant.partition(" ")
        given = (way, "--off", off) if off else (way,)

        def make(folder: Path) -> None:
            (folder / "outcomes.json").write_text(run(user, *given), "utf-8")

        folder = made_once(f"hostile-{way}-{user}-{off}", make)
        outcomes: Outcomes = json.loads((folder / "outcomes.json").read_text("utf-8"))
        return outcomes

    return found


def reached(outcomes: Outcomes, attack: Attack) -> list[str]:
    """Return all that an attack got through to."""
    outcome = outcomes["attacks"][attack.name]
    found = [*outcome["seen"], *outcome["touched"], *outcome["survivors"]]
    found += [f"the batch: {outcome['judge broke']}"] if "judge broke" in outcome else []
    found += [f"the next answer: {outcome['next']}"] if outcome["next"] != "passed" else []
    if not attack.earns and outcome["points"] > deserved(outcomes, attack):
        found.append(f"{outcome['points']} points")
    return found


def deserved(outcomes: Outcomes, attack: Attack) -> float:
    """Return the points that the answer may have without its attack."""
    if attack.exercise in ("load_checkpoint", "save_checkpoint"):  # right but for the pickle
        return float(outcomes["attacks"][attack.name]["max_points"]) - 1
    return float(outcomes["deserved"].get(attack.exercise, 0.0))


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_no_attack_gets_through(variant: str, name: str, graded: Graded) -> None:
    outcomes, attack = graded(variant), ATTACKS[name]
    outcome = outcomes["attacks"][name]
    assert reached(outcomes, attack) == [], outcome
    assert outcome["verdict"] in attack.verdicts, outcome
    if attack.earns and outcome["verdict"] == "passed":
        assert outcome["points"] == outcome["max_points"] > 0, outcome


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_strangers_say_is_only_shown(variant: str, graded: Graded) -> None:
    """Neither markup nor orders to a terminal, and no more than somebody can read."""
    for name, outcome in graded(variant)["attacks"].items():
        assert outcome.get("unsafe", []) == [], name
        assert outcome.get("size", 0) <= LARGEST, name


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_is_left_in_the_end(variant: str, graded: Graded) -> None:
    assert graded(variant)["left"] == []


def may_get_through() -> list[str]:
    """Return the attacks that a part of the sandbox stops, and that this user could do."""
    able = {name: each for name, each in ATTACKS.items() if each.off}
    return [name for name, each in able.items() if not each.as_root or os.getuid() == 0]


@pytest.mark.landlock
@pytest.mark.parametrize("name", may_get_through())
def test_without_its_defence_an_attack_gets_through(name: str, graded: Graded) -> None:
    """By Landlock: there each defence stands alone, and root stays root."""
    outcomes = graded(f"landlock {USERS[0]}", ATTACKS[name].off)
    assert reached(outcomes, ATTACKS[name]) != [], outcomes["attacks"][name]


FOOLS = (
    "exits_with_0",
    "exits_with_0_while_it_is_loaded",
    "raises_system_exit",
    "becomes_a_program_that_succeeds",
    "leaves_from_a_thread",
    "sends_an_observation_of_its_own",
    "patches_the_comparisons_of_torch",
    "equals_everything",
    "an_int_that_equals_everything",
    "a_float_that_equals_everything",
    "asks_the_reference",
    "imports_the_solutions",
    "asks_the_right_answers",
)


@pytest.mark.parametrize("name", FOOLS)
def test_a_naive_grader_is_fooled(name: str, tmp_path: Path) -> None:
    """What the split stops gets through where answer and comparison share a process."""
    path = ATTACKS[name].make(tmp_path, {"mark": "m", "judge": 0, "root": str(ROOT)})
    assert naive.passes(path.read_text("utf-8"), ATTACKS[name].exercise)


def test_a_naive_grader_refuses_what_is_only_wrong() -> None:
    head = "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    return "
    right = "(size + 2 * padding - kernel_size) // stride + 1\n"
    assert naive.passes(head + right, "conv_output_size")
    assert not naive.passes(head + WRONG["conv_output_size"], "conv_output_size")


@pytest.mark.parametrize("row", ROWS)
def test_each_kind_of_attack_is_tried(row: int) -> None:
    assert MODULES
    assert sum(attack.row == row for attack in ATTACKS.values()) >= 2


def test_each_defence_is_needed() -> None:
    assert {attack.off for attack in ATTACKS.values()} - {""} == OFF.keys()
