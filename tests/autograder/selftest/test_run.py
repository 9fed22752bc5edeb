"""`python -m autograder.selftest`: which answers it grades, under which seeds, and what it says."""

import msgspec
import pytest

from autograder.course.reference import reference_answer
from autograder.right_answers import all_right_answers
from autograder.selftest import run as selftest
from autograder.selftest.figures import Outcome
from autograder.worker import scenarios
from autograder.worker.scenarios import Scenario, find_scenario

NAME = "count_parameters"


def seeds_of(seen):
    """Return the seeds that the answers of each exercise were graded under."""
    return {name.removeprefix("the reference "): list(got) for name, got in seen.items()}


@pytest.fixture
def graded(monkeypatch):
    """The tasks of a self-test that grades nothing."""
    tasks = []

    def grade_stored(exercise, seed):
        tasks.append((exercise, seed))
        return {f"the reference {exercise}": Outcome("passed", (), (), frozenset(), "")}

    monkeypatch.setattr(selftest, "grade_stored", grade_stored)
    return tasks


def test_seeds_move_with_the_text_and_stay_with_it():
    one, other = selftest.seeds_from("3739e64", 3), selftest.seeds_from("39efcc5", 3)
    assert one == selftest.seeds_from("3739e64", 3) == [303525052, 573617206, 1153755785]
    assert len({*one, *other}) == 6


def test_each_exercise_is_graded_under_each_seed(graded):
    seen = selftest.run([5, 6], ["accuracy", NAME])
    assert seeds_of(seen) == {"accuracy": [5, 6], NAME: [5, 6]}


def test_those_named_once_come_first_and_see_the_first_seed_only(graded):
    seen = selftest.run([5, 6], [NAME, "train_cnn"], once=["train_cnn"])
    assert graded == [("train_cnn", 5), (NAME, 5), (NAME, 6)]
    assert seeds_of(seen) == {"train_cnn": [5], NAME: [5, 6]}


def test_both_banks_and_the_reference_are_graded(capsys, tmp_path):
    file = tmp_path / "outcomes.json"
    arguments = [NAME, "--seeds", "1", "--jobs", "1", "--outcomes", str(file)]
    assert selftest.main([*arguments, "--seeds-from", "a commit"]) == 0
    told = capsys.readouterr().out
    assert "seeds from a commit: " in told
    assert "graded under 1 seeds" in told
    assert "(100.0%)" in told
    seen = msgspec.json.decode(file.read_bytes(), type=dict[str, dict[int, Outcome]])
    (one,) = seen[f"the reference {NAME}"].values()
    assert one.verdict == "passed"


def test_what_missed_its_target_is_named_and_gives_exit_code_1(monkeypatch, capsys):
    graded = selftest.grade_stored(NAME, 0)
    wrong = dict.fromkeys(graded, graded[f"the reference {NAME}"])
    monkeypatch.setattr(selftest, "grade_stored", lambda exercise, seed: wrong)
    assert selftest.main([NAME, "--seeds", "1", "--jobs", "1"]) == 1
    told = capsys.readouterr().out
    assert "\nnot refused: count_parameters_" in told
    assert "\nidle: count_parameters_" in told


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--seeds", "0"], "--seeds is 0: pass 1 or more"),
        (["--jobs", "-1"], "--jobs is -1: pass 1 or more"),
        (["acuracy"], "acuracy"),
        (["--once", "acuracy"], "acuracy"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused(arguments, why, capsys):
    with pytest.raises(SystemExit) as stopped:
        selftest.main(arguments)
    assert stopped.value.code == 2
    assert why in capsys.readouterr().err


@pytest.fixture
def plant(monkeypatch):
    """Let a scenario of `accuracy` stumble by a slip of its own over the answers that it hits."""

    def planted(*hit):
        whole = find_scenario("accuracy_of_small_batches")

        def accuracy_of_small_batches(answer, probe):
            if answer in hit:
                probe.events["a slip of whoever wrote this"]
            whole.run(answer, probe)

        slipped = Scenario(accuracy_of_small_batches, whole.seconds)
        monkeypatch.setitem(scenarios._registry, "accuracy_of_small_batches", slipped)

    return planted


SELFTEST = ["accuracy", "--seeds", "1", "--jobs", "1"]


def test_a_scenarios_own_slip_over_a_right_answer_is_reported(plant, capsys):
    right = next(each for each in all_right_answers() if each.exercise == "accuracy")
    plant(right.answer)
    assert selftest.main(SELFTEST) == 1
    assert f"not accepted: {right.name}: seed 0, failed " in capsys.readouterr().out


def test_a_scenarios_own_slip_over_the_reference_ends_the_self_test(plant):
    plant(reference_answer("accuracy"))
    with pytest.raises(RuntimeError, match=r"the reference for accuracy failed in .*TypeError"):
        selftest.main(SELFTEST)


def test_without_a_slip_the_self_test_of_the_same_exercise_is_content(plant):
    plant()
    assert selftest.main(SELFTEST) == 0
