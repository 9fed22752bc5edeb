"""The finales name whose functions run; the milestone is kept, and then the course is over."""

import msgspec
import numpy as np
import pytest
import torch

from autograder.claims.registry import checks_of
from autograder.course.catalogue import TRAINED, exercises, find_exercise, units
from autograder.course.reference import reference_answer
from autograder.judge.milestone import BARS, SUBSET, Milestone
from autograder.judge.verdicts import Measured, sum_up
from autograder.reading.submission import Submission
from autograder.record import CheckResult
from autograder.sync.assignments import unit_notebook
from fashion_course.kit.learner.progress import reached, remember, standings
from fashion_course.kit.learner.steps import call_here, last_step, next_step
from fashion_course.kit.live.bars import sign_of_life
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
YOURS = "from fashion_course.kit.learner.finale import yours\n"


def test_a_finale_names_whose_functions_run_and_where_to_write_the_missing_ones(notebook):
    told = notebook.run(COUNT, f"{YOURS}my = yours('count_parameters', 'accuracy', 'split')")
    assert "✓ Your own functions run here: `count_parameters`." in told.text
    assert "stand in for `split` until yours pass: unit 1 has the exercises." in told.text
    assert "stand in for `accuracy` until yours pass: unit 2 has the exercises." in told.text
    space = notebook.shell.user_ns
    assert space["my"].count_parameters is space["count_parameters"]
    assert space["my"].accuracy is reference_answer("accuracy")


def test_what_builds_on_a_missing_answer_is_not_run_but_named(notebook):
    fit = "def fit(model, *rest):\n    return [train_epoch(model, *rest)]"
    told = notebook.run(f"{YOURS}{fit}\nmy = yours('fit')")
    assert "stand in for `train_epoch` until yours pass: unit 3" in told.text
    assert notebook.shell.user_ns["my"].fit is reference_answer("fit")


def test_an_answer_that_failed_its_last_check_does_not_run_in_a_finale(notebook):
    wrong = "def count_parameters(model):\n    return 1"
    told = notebook.run(wrong, "check('count_parameters')", f"{YOURS}yours('count_parameters');")
    assert "stand in for `count_parameters`" in told.text
    told = notebook.run(COUNT, "check('count_parameters')", "yours('count_parameters');")
    assert "Your own functions run here: `count_parameters`." in told.text


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_finales_stand_at_the_end_for_learners_alone_and_nobody_grades_them(unit):
    has_one = unit.name in ("baseline", "training", "cnn", "checkpoints")
    cells = unit_notebook(unit, "exercise").cells
    finale = [cell for cell in cells if "finale" in cell.id]
    assert bool(finale) == has_one
    assert finale == cells[len(cells) - len(finale) :]
    assert not any("nbgrader" in cell.metadata for cell in finale)
    assert not has_one or "*Not graded" in finale[0].source
    for form in ("source", "release"):
        assert not [cell for cell in unit_notebook(unit, form).cells if "finale" in cell.id]


def milestone_result(share, name="train_cnn"):
    exercise = find_exercise(name)
    made = []
    for check in checks_of(exercise):
        part = share if check.full else 1
        verdict = "passed" if part == 1 else "failed"
        made.append(
            CheckResult(
                name=check.name, sentence=check.sentence, verdict=verdict,
                points=check.points * part, max_points=check.points,
            )
        )  # fmt: skip
    return sum_up(exercise, made)


def answered():
    from autograder.reading.submission import Source

    texts = {
        unit.name: "\n\n\n".join([unit.imports, *(e.solution for e in unit.exercises)])
        for unit in units()
    }
    return Submission("", {name: Source(text, f"{name}.py") for name, text in texts.items()})


def standing(home):
    return next(s for s in standings(home, answered()) if s.name == "train_cnn")


def test_the_milestone_is_kept_whatever_is_checked_afterwards(tmp_path):
    full, quick = milestone_result(1), milestone_result(1)
    most = full.max_points
    quick = sum_up(find_exercise("train_cnn"), [c for c in full.checks if c.max_points < 10])
    remember(tmp_path, answered(), [quick])
    assert standing(tmp_path).max_points == quick.max_points
    assert not reached(tmp_path)
    remember(tmp_path, answered(), [milestone_result(0.5)])
    assert standing(tmp_path).verdict == "passed"
    assert standing(tmp_path).points == most - 5
    assert not reached(tmp_path)
    remember(tmp_path, answered(), [full])
    remember(tmp_path, answered(), [quick])
    assert (standing(tmp_path).points, standing(tmp_path).max_points) == (most, most)
    assert reached(tmp_path) == {"train_cnn"}


def test_a_milestone_that_passed_with_a_part_of_its_points_is_reached(tmp_path):
    full = milestone_result(1, "train_capstone")
    checks = [
        msgspec.structs.replace(each, points=2.5) if each.max_points == 10 else each
        for each in full.checks
    ]
    remember(tmp_path, answered(), [sum_up(find_exercise("train_capstone"), checks)])
    assert reached(tmp_path) == {"train_capstone"}


def test_the_last_steps_are_the_milestones_and_then_there_is_none():
    result = milestone_result(1)
    told = next_step(result, set(exercises()), None).text
    assert 'Next: `check("train_cnn", full=True)`' in told
    told = next_step(result, set(exercises()), None, reached={"train_cnn"}).text
    assert 'Last step: `check("train_capstone", full=True)`' in told
    told = next_step(result, set(exercises()), None, reached=TRAINED).text
    assert "you have finished the course" in told
    assert "Last step" not in told + last_step(TRAINED, call_here)


def test_the_exercises_that_train_are_those_with_a_check_that_does():
    full = [name for name in exercises() if any(c.full for c in checks_of(find_exercise(name)))]
    assert full == list(TRAINED) == list(BARS)


def test_ten_per_cent_is_told_as_chance():
    labels = torch.arange(10).repeat(100)
    milestone = Milestone("", labels, torch.arange(10), SUBSET)
    counts = {"passes": 5.0, "gradients": 5.0, "test_images": 0}
    for right, is_chance in ((0, True), (30, False)):
        logits = torch.zeros(1000, 10)
        logits[:, 3] = 1
        logits[: right * 10, :] = torch.eye(10)[labels[: right * 10]] * 2
        with pytest.raises(Measured) as told:
            milestone.demand(logits, counts)
        assert ("10 % is chance" in told.value.message) == is_chance


def test_a_training_elsewhere_gives_a_sign_of_life(tmp_path):
    shown = []
    with sign_of_life(str(tmp_path), shown.append):
        np.savetxt(tmp_path / "steps", [[2000, 4000]], fmt="%d")
        while not shown:
            pass
    assert "2,000 updates" in shown[-1]
    assert shown[-1].startswith("█" * 10 + "░" * 10)
