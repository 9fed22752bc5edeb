"""What a forger gets who sends, word for word, what was right under another seed.

`docs/grading.md` tells these exercises: only a mark of the request and a reader keep them.
"""

from functools import partial

from autograder.claims.registry import checks_of
from autograder.claims.seen import Later
from autograder.course.catalogue import SLOW, Exercise, exercises
from autograder.course.reference import reference_answer
from autograder.judge.exam import Exam
from autograder.judge.verdicts import judge_exercise

SAME_UNDER_EACH_SEED = {
    *("split", "make_loaders", "seed_everything", "load_checkpoint", "BestModel"),
    *("augment", "FashionMNISTModelV3"),
}
SHARE = 0.67


def replayed(exercise: Exercise, sent: Exam, fresh: Exam) -> tuple[float, float]:
    """Return the points that observations under one seed get under another, and the most."""
    checks = tuple(check for check in checks_of(exercise) if not check.full)
    names = dict.fromkeys(check.scenario for check in checks)
    seen = {name: sent.observed(reference_answer(exercise.name), name) for name in names}
    expected = {name: Later(partial(fresh.expected, exercise, name)) for name in names}
    result = judge_exercise(exercise, checks, seen, expected)
    return result.points, result.max_points


def test_what_is_the_same_under_each_seed_is_known() -> None:
    sent, fresh = Exam(101), Exam(202)
    tried = [each for each in exercises().values() if each.name not in SLOW]
    points = {each.name: replayed(each, sent, fresh) for each in tried}
    whole = {name for name, (earned, most) in points.items() if earned == most}
    assert whole == SAME_UNDER_EACH_SEED, "tell it in docs/grading.md, or let the numbers vary"
    earned, most = (sum(each) for each in zip(*points.values(), strict=True))
    assert earned <= SHARE * most


def test_the_same_seed_gives_all_points() -> None:
    exercise = exercises()["conv_output_size"]
    earned, most = replayed(exercise, Exam(101), Exam(101))
    assert earned == most > 0
