"""`pytest autograder`: the third way in, on the same engine."""

import json
import re
from pathlib import Path

import pytest

from autograder.claims.registry import all_checks
from autograder.course.catalogue import course_root
from tests.support.programs import Told, run_each
from tests.support.submissions import stubs

PLAIN = [f"-pno:{name}" for name in ("cacheprovider", "hypothesispytest", "timeout", "xdist")]
"""As after `pip install -e .`, which brings no plugins."""

ONE = ("-k", "count_parameters")
SEEDED = ("--grading-seed", "3")
REFERENCE = ("--submission", "solutions")


def calls(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the arguments of each call, by what is asked."""
    wrong = "\n\ndef count_parameters(model):\n    return 1\n"
    mine = ("--submission", str(stubs(folder / "wrong", baseline=wrong)), *ONE)
    return {
        "reference": REFERENCE,
        "stubs": ("--submission", str(stubs(folder / "stubs"))),
        "wrong": mine,
        "seed": (*mine, *SEEDED),
        "seed again": (*mine, *SEEDED),
        "missing": ("--submission", str(folder / "nowhere")),
        "milestone": (
            *(*REFERENCE, *SEEDED, "--full", "--quick", "-q"),
            *("-k", "test_train_cnn or accuracy"),
        ),
        "quick alone": (*REFERENCE, "--quick", *ONE),
    }


@pytest.fixture(scope="module")
def told(made_once) -> dict[str, Told]:
    """What each of the calls told: one interpreter makes them all."""

    def run(folder: Path) -> None:
        asked = calls(folder)
        arguments = [["autograder", *PLAIN, *call] for call in asked.values()]
        done = run_each("pytest:console_main", arguments, course_root())
        (folder / "told.json").write_text(json.dumps(dict(zip(asked, done, strict=True))), "utf-8")

    kept = json.loads((made_once("pytest autograder", run) / "told.json").read_text("utf-8"))
    return {name: Told(*each) for name, each in kept.items()}


@pytest.fixture(scope="module")
def quick() -> int:
    return sum(not check.full for check in all_checks().values())


def last_line(told: Told) -> str:
    return told.text.splitlines()[-1]


def test_the_solutions_pass_every_check(told, quick):
    assert told["reference"].code == 0, told["reference"].text
    assert f"{quick} passed" in told["reference"].text
    assert "skipped" not in last_line(told["reference"])


def test_stubs_fail_no_check_and_pass_none(told, quick):
    assert told["stubs"].code == 0, told["stubs"].text
    assert f"{quick} skipped" in last_line(told["stubs"])
    assert "passed" not in last_line(told["stubs"])
    assert "not attempted: " in told["stubs"].text


def test_a_wrong_answer_fails_with_words_and_without_a_traceback(told):
    assert told["wrong"].code == 1
    assert "failed: count_parameters" in told["wrong"].text
    assert "hint:" in told["wrong"].text
    assert "Traceback" not in told["wrong"].text
    assert "judge.py" not in told["wrong"].text


def test_a_missing_submission_is_a_usage_error(told):
    assert told["missing"].code != 0
    assert "no such file or folder" in told["missing"].text


def test_a_seed_and_the_milestone_are_options_as_those_of_grade(told):
    assert told["milestone"].code == 0, told["milestone"].text
    chosen = [n for n in all_checks() if n.startswith("train_cnn") or "accuracy" in n]
    assert [n for n in chosen if all_checks()[n].full] == ["train_cnn_reaches_the_target_accuracy"]
    assert f"{len(chosen)} passed" in told["milestone"].text


def test_the_same_seed_gives_the_same_words(told):
    one, other = (told[name].text.rpartition("=")[0] for name in ("seed", "seed again"))
    assert "failed: count_parameters" in one
    took = r"in [\d.]+s|=+"  # the line is as wide as it needs
    assert re.sub(took, "", one) == re.sub(took, "", other)


def test_quick_without_full_is_a_usage_error(told):
    assert told["quick alone"].code != 0
    assert "use it together with --full" in told["quick alone"].text
