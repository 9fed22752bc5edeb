"""Each attack at level `sandbox`, in both ways, as root and as an ordinary user.

One process grades all attacks in one way as one user, with one warm runner; it runs once for all
tests and for all their processes.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import naive
from tests.hostile.attack import ATTACKS, ROWS, Attack
from tests.hostile.machine import ROOT
from tests.hostile.run import MODULES

pytestmark = pytest.mark.sandbox

NOBODY = 65534
USERS = ("root", "ordinary") if os.getuid() == 0 else ("ordinary",)
VARIANTS = [f"{way} {user}" for way in ("bubblewrap", "landlock") for user in USERS]
LARGEST = 200_000  # bytes of a record of one exercise; that of a right answer has 4,000
Outcomes = dict[str, Any]


def run(out: Path, way: str, user: str = USERS[0], without: tuple[str, ...] = ()) -> None:
    """Grade attacks in a process of their own, and write what came of them."""
    other = user == "ordinary" and os.getuid() == 0
    with tempfile.TemporaryDirectory(prefix="hostile-") as place:
        os.chmod(place, 0o777)
        told = Path(place, "outcomes.json")
        variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "SECRET_OF_THE_EXAMINER": secrets.token_hex(16),
        }
        command = [sys.executable, "-m", "tests.hostile.run", way, str(told)]
        command += ["--without", *without] if without else []
        as_other = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if other else {}
        subprocess.run(command, cwd=place, env=variables, check=True, **as_other)
        shutil.copy(told, out / "outcomes.json")


@pytest.fixture(scope="session")
def graded(made_once: Callable[..., Path]) -> Callable[[str], Outcomes]:
    """Give what came of all attacks in one way as one user: "landlock root"."""

    def found(variant: str) -> Outcomes:
        way, _, user = variant.partition(" ")
        folder = made_once(f"hostile-{way}-{user}", lambda out: run(out, way, user or USERS[0]))
        outcomes: Outcomes = json.loads((folder / "outcomes.json").read_text("utf-8"))
        return outcomes

    return found


def reached(outcome: Outcomes, attack: Attack, deserved: float) -> list[str]:
    """Return all that an attack got through to."""
    found = [*outcome["seen"], *outcome["touched"], *outcome["survivors"]]
    found += [f"the batch: {outcome['judge broke']}"] if "judge broke" in outcome else []
    found += [f"the next answer: {outcome['next']}"] if outcome["next"] != "passed" else []
    if not attack.earns and outcome["points"] > deserved:
        found.append(f"{outcome['points']} points")
    return found


def deserved(outcomes: Outcomes, attack: Attack) -> float:
    """Return the points of the answer without its attack."""
    if attack.exercise in ("load_checkpoint", "save_checkpoint"):
        return float(outcomes["attacks"][attack.name]["max_points"]) - 0.5
    return float(outcomes["deserved"].get(f"{attack.exercise} wrong", 0.0))


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_no_attack_gets_through(variant: str, name: str, graded: Callable[[str], Outcomes]) -> None:
    outcomes, attack = graded(variant), ATTACKS[name]
    outcome = outcomes["attacks"][name]
    assert reached(outcome, attack, deserved(outcomes, attack)) == [], outcome
    assert outcome["verdict"] in attack.verdicts, outcome
    if attack.earns and outcome["verdict"] == "passed":
        assert outcome["points"] == outcome["max_points"] > 0, outcome


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_strangers_say_is_only_shown(variant: str, graded: Callable[[str], Outcomes]) -> None:
    """Neither markup nor orders to a terminal, and no more than somebody can read."""
    for name, outcome in graded(variant)["attacks"].items():
        assert outcome.get("unsafe", []) == [], name
        assert outcome.get("size", 0) <= LARGEST, name


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_is_left_in_the_end(variant: str, graded: Callable[[str], Outcomes]) -> None:
    assert graded(variant)["left"] == []


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.off])
def test_without_the_sandbox_an_attack_gets_through(
    name: str, graded: Callable[[str], Outcomes]
) -> None:
    outcomes, attack = graded("process"), ATTACKS[name]
    outcome = outcomes["attacks"][name]
    assert reached(outcome, attack, deserved(outcomes, attack)) != [], outcome


FOOLS = [name for name, attack in ATTACKS.items() if attack.fools_naive]


@pytest.mark.parametrize("name", FOOLS)
def test_a_naive_grader_is_fooled(name: str, tmp_path: Path) -> None:
    path = ATTACKS[name].make(tmp_path, {"mark": "m", "judge": 0, "root": str(ROOT)})
    assert naive.passes(path.read_text("utf-8"), ATTACKS[name].exercise)


def test_a_naive_grader_refuses_what_is_only_wrong() -> None:
    text = "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    return -1\n"
    assert not naive.passes(text, "conv_output_size")
    assert naive.passes(
        text.replace("-1", "(size + 2 * padding - kernel_size) // stride + 1"), "conv_output_size"
    )


@pytest.mark.parametrize("row", ROWS, ids=ROWS.values())
def test_each_kind_of_attack_is_tried(row: int) -> None:
    assert len(MODULES) == 7
    assert sum(attack.row == row for attack in ATTACKS.values()) >= 2
