"""What is known of the mistakes beforehand, and what an exam finds out by itself."""

import pytest

from autograder.claims.registry import all_checks, checks_of
from autograder.course.catalogue import exercises, find_exercise
from autograder.judge import effects
from autograder.judge.effects import is_fresh, stored_effects
from autograder.judge.exam import Exam
from autograder.mistakes import all_mistakes, mistakes_of

A, B, C = map(frozenset, ("a", "b", "c"))
TRAIN_BATCH = mistakes_of(find_exercise("train_batch"))


def test_each_mistake_has_its_line():
    assert list(stored_effects()) == [mistake.id for mistake in all_mistakes()]


@pytest.mark.parametrize("name", exercises())
def test_an_effect_names_checks_and_scenarios_of_the_exercise(name):
    checks = checks_of(find_exercise(name), full=False)
    claims, scenarios = {check.name for check in checks}, {check.scenario for check in checks}
    stored = [stored_effects()[mistake.id] for mistake in mistakes_of(find_exercise(name))]
    assert sum(effect is None for effect in stored) <= len(stored) / 2
    for effect in filter(None, stored):
        assert effect & claims
        assert effect & scenarios
        assert effect <= claims | scenarios
    assert frozenset() not in stored


def test_no_check_is_called_as_a_scenario():
    assert not all_checks().keys() & {check.scenario for check in all_checks().values()}


@pytest.mark.parametrize(
    ("stored", "seen", "fresh"),
    [
        (A, [A], True),
        (A, [A | B, A], True),  # seldom, and so it was not seen when this was stored
        (A | B, [A, A | B], True),
        (A, [A | C, A | C], False),
        (A | B, [A, A | C], False),
        (A, [B], False),
        (None, [A, B], True),
    ],
)
def test_what_is_stored_is_stale_where_no_seed_shows_it(monkeypatch, stored, seen, fresh):
    monkeypatch.setattr(effects, "stored_effects", lambda: {"one": stored})
    assert is_fresh("one", seen) is fresh
    assert not is_fresh("new", seen)


def observed(exam):
    """Return the ids of the answers that an exam has run."""
    return {id(answer) for answer, _ in exam._observed.values()}


def test_what_is_stored_is_not_run():
    exam = Exam(3)
    for mistake in TRAIN_BATCH:
        assert exam.effect(mistake) == stored_effects()[mistake.id] is not None
    assert not observed(exam)


@pytest.mark.parametrize("seed", [3, 4])
def test_what_depends_on_the_seed_is_found_out_under_the_exams_own(seed):
    name = "build_transform_flips_at_random"
    (mistake,) = (each for each in all_mistakes() if each.id == name)
    assert stored_effects()[name] is None
    exam = Exam(seed)
    assert exam.effect(mistake) == Exam(seed, effects={}).effect(mistake) != frozenset()
    assert id(mistake.answer) in observed(exam)


def test_what_a_new_mistake_does_is_found_out_once():
    exam = Exam(3, effects={})
    assert exam.effect(TRAIN_BATCH[0]) == stored_effects()[TRAIN_BATCH[0].id]
    assert exam.effect(TRAIN_BATCH[0]) is exam.effect(TRAIN_BATCH[0])
    assert id(TRAIN_BATCH[0].answer) in observed(exam)
