"""The grader is graded: reference, mistakes and right answers against every check."""

import pytest

from autograder.claims.registry import checks_of
from autograder.course.catalogue import exercises
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.mistakes import Mistake, all_mistakes, mistakes_of
from autograder.right_answers import Right, all_right_answers

SEED = 20


def told(result):
    missed = [c for c in result.checks if c.verdict != "passed"]
    return [f"{c.verdict}: {c.sentence}: {c.message}" for c in missed]


@pytest.mark.parametrize("name", exercises())
def test_the_reference_gets_all_points(name):
    result = judge_answer(name, reference_answer(name), SEED)
    assert told(result) == []
    assert result.points == result.max_points > 0


@pytest.mark.parametrize("mistake", all_mistakes(), ids=lambda m: m.id)
def test_every_mistake_loses_points_without_breaking_the_grader(mistake: Mistake):
    result = judge_answer(mistake.exercise, mistake.answer, SEED)
    assert result.points < result.max_points
    assert result.verdict in ("failed", "crashed"), told(result)


@pytest.mark.parametrize("right", all_right_answers(), ids=lambda r: r.name)
def test_every_right_answer_gets_all_points(right: Right):
    result = judge_answer(right.exercise, right.answer, SEED)
    assert told(result) == []
    assert result.points == result.max_points


@pytest.mark.parametrize("name", exercises())
def test_every_check_rejects_a_stored_mistake(name):
    refused = {
        check.name
        for mistake in mistakes_of(name)
        for check in judge_answer(name, mistake.answer, SEED).checks
        if check.verdict in ("failed", "crashed")
    }
    idle = [check.name for check in checks_of(name, full=False) if check.name not in refused]
    assert idle == []
