"""What is known of the mistakes beforehand, and what an exam finds out by itself."""

import pytest

from autograder.claims.registry import all_checks, checks_of
from autograder.course.catalogue import exercises, find_exercise
from autograder.judge.effects import (
    EFFECTS,
    Effect,
    effect_of,
    is_fresh,
    stored_effects,
    text_of,
)
from autograder.judge.exam import Exam
from autograder.mistakes import all_mistakes, mistakes_of
from autograder.selftest.run import shown_by

A, B, C = map(frozenset, ("a", "b", "c"))


def test_each_mistake_has_a_stored_effect():
    assert list(stored_effects()) == [each.id for each in all_mistakes()]
    assert EFFECTS.read_text("utf-8") == text_of(stored_effects())


@pytest.mark.parametrize("name", exercises())
def test_an_effect_names_checks_and_scenarios_of_the_exercise(name):
    checks = checks_of(find_exercise(name), full=False)
    claims, scenarios = {check.name for check in checks}, {check.scenario for check in checks}
    for mistake in mistakes_of(find_exercise(name)):
        always, sometimes = stored_effects()[mistake.id]
        assert not always & sometimes
        assert (always | sometimes) & claims
        assert (always | sometimes) & scenarios
        assert always | sometimes <= claims | scenarios


def test_no_check_is_called_as_a_scenario():
    assert not all_checks().keys() & {check.scenario for check in all_checks().values()}


def test_an_effect_has_what_is_seen_always_and_what_is_seen_sometimes():
    assert effect_of([A | B]) == Effect(A | B, frozenset())
    assert effect_of([A | B, A | C, A]) == Effect(A, B | C)


@pytest.mark.parametrize(
    ("seen", "fresh"),
    [
        ([A], True),
        ([A | B, A], True),
        ([A | C, A], True),  # seldom, and so it was not seen when this was stored
        ([A, B], True),
        ([A | C, A | C], False),
        ([B], False),
    ],
)
def test_what_is_stored_is_stale_where_no_seed_shows_it(seen, fresh):
    assert is_fresh(Effect(A, B), seen) is fresh
    assert not is_fresh(None, seen)


def observed(exam):
    """Return the ids of the answers that an exam has run."""
    return {id(answer) for answer, _ in exam._observed.values()}


def test_what_is_stored_is_not_run():
    exam = Exam(3)
    for mistake in mistakes_of(find_exercise("train_batch")):
        always, sometimes = stored_effects()[mistake.id]
        assert not sometimes
        assert shown_by(mistake, exam) == always
    assert not observed(exam)


@pytest.mark.parametrize("seed", [3, 4])
def test_what_depends_on_the_seed_is_found_out_under_the_exams_own(seed):
    name = "build_transform_flips_at_random"
    (mistake,) = (each for each in all_mistakes() if each.id == name)
    exam, always = Exam(seed), stored_effects()[name].always
    shown = shown_by(mistake, exam)
    assert always <= shown <= always | stored_effects()[name].sometimes
    assert id(mistake.answer) in observed(exam)
    assert shown == shown_by(mistake, Exam(seed, effects={}))


def test_what_a_new_mistake_does_is_found_out():
    mistake, *_ = mistakes_of(find_exercise("train_batch"))
    exam = Exam(3, effects={})
    assert shown_by(mistake, exam) == stored_effects()[mistake.id].always
    assert id(mistake.answer) in observed(exam)
