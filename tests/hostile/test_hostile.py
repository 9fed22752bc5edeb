"""Each attack at level `sandbox`, in both ways, as root and as an ordinary user; and without its
defence.

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

from tests.hostile.attack import ATTACKS, ROWS, Attack
from tests.hostile.batch import LARGEST
from tests.hostile.defences import DEFENCES, place_of
from tests.hostile.machine import ROOT
from tests.hostile.run import MODULES
from tests.hostile.without import controls, outside
from tests.support.ordinary import run_as_ordinary_user

USERS = ("root", "ordinary") if os.getuid() == 0 else ("ordinary",)
VARIANTS = [
    pytest.param(f"{way} {user}", marks=getattr(pytest.mark, way))
    for way in ("bubblewrap", "landlock")
    for user in USERS
]
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
    found = [*outcome.get("seen", []), *outcome["touched"], *outcome["survivors"]]
    found += outcome.get("unsafe", [])
    found += [f"the batch: {outcome['judge broke']}"] if "judge broke" in outcome else []
    found += ["the grader failed"] if outcome["verdict"] == "grader error" else []
    found += [f"the judge held {outcome['held']}"] if "held" in outcome else []
    size = outcome.get("size", 0)
    found += [f"{size} bytes of a record"] if size > LARGEST else []
    found += [f"the next answer: {outcome['next']}"] if outcome["next"] != "passed" else []
    waits = attack.looked_at and outcome.get("status") == "needs a look"
    if not attack.earns and not waits and outcome["points"] > deserved(outcomes, attack):
        found.append(f"{outcome['points']} points")
    if attack.honest and outcome["verdict"] != "passed":
        found.append(f"points lost: {outcome['verdict']}")
    return found


def deserved(outcomes: Outcomes, attack: Attack) -> float:
    """Return the points that the answer may have without its attack."""
    if attack.exercise == "save_checkpoint":  # right but for the pickle
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
def test_nothing_is_left_in_the_end(variant: str, graded: Graded) -> None:
    assert graded(variant)["left"] == []


WITHOUT = [
    pytest.param(name, marks=pytest.mark.landlock if place_of(each.off) == "sandbox" else ())
    for name, each in ATTACKS.items()
    if not each.as_root or os.getuid() == 0
]


@pytest.mark.parametrize("name", WITHOUT)
def test_without_its_defence_an_attack_gets_through(name: str, graded: Graded) -> None:
    """Parts of the sandbox by Landlock: there each stands alone, and root stays root."""
    attack = ATTACKS[name]
    in_sandbox = place_of(attack.off) == "sandbox"
    way, off = ("landlock", attack.off[0]) if in_sandbox else ("without", "")
    outcomes = graded(f"{way} {USERS[0]}", off)
    assert reached(outcomes, attack) != [], outcomes["attacks"][name]


@pytest.mark.parametrize("control", controls(), ids=lambda each: each.name)
def test_without_a_defence_others_are_graded_as_before(control: Attack, graded: Graded) -> None:
    """A right answer passes, a wrong one gets no points: so it is the attack that gets through."""
    outcomes = graded(f"without {USERS[0]}")
    outcome = outcomes["attacks"][control.name]
    assert reached(outcomes, control) == [], outcome
    assert outcome["verdict"] in control.verdicts


@pytest.mark.parametrize("row", ROWS)
def test_each_kind_of_attack_is_tried(row: int) -> None:
    assert MODULES
    assert sum(attack.row == row for attack in ATTACKS.values()) >= 2


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_names_its_defence(name: str) -> None:
    off = ATTACKS[name].off
    assert off
    assert {*off} <= DEFENCES.keys()
    assert len(off) == 1 or ATTACKS[name] in outside()  # the sandbox is left by one part


def test_each_defence_is_needed() -> None:
    assert {name for attack in ATTACKS.values() for name in attack.off} == DEFENCES.keys()
