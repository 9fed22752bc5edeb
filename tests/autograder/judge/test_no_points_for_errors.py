"""Some checks want an error where the input makes no sense: no error at all earns their points."""

import pytest

from autograder.course.catalogue import exercises
from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam


@pytest.mark.parametrize("kind", [ValueError, RuntimeError])
@pytest.mark.parametrize("name", exercises())
def test_whoever_always_raises_gets_no_point(name, kind):
    def raises(*args, **more):
        raise kind("no")

    result = judge_answer(name, raises, Exam(4))
    assert result.verdict != "passed"
    assert result.points == 0
    assert result.craft == ()
