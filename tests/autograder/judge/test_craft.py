"""Core and craft: the core alone passes; craft is told afterwards, apart, and may be let count."""

import pytest

from autograder.claims.expect import expect
from autograder.claims.registry import Check
from autograder.course.catalogue import find_exercise
from autograder.judge.verdicts import judge_exercise, with_craft_counted
from autograder.report.html import exercise_told
from autograder.report.terminal import exercise_text, headline
from autograder.worker.probe import run_scenario

EXERCISE = find_exercise("train_batch")


def scenario(answer, probe):
    """Note what an answer makes of 1 and of -1."""
    probe.note(one=probe.call("f(1)", answer, 1))
    probe.note(odd=probe.attempt("f(-1)", answer, -1))


def claims(value, what):
    def claim(seen, expected):
        expect(getattr(seen, value), "the result").equals(what)

    return claim


def refuses(seen, expected):
    expect(seen.odd, "a negative number").refuses()


CORE = Check("train_batch_adds_one", "train_batch", "s", 2.0, "Which one?", claims("one", 2))
CRAFT = Check("train_batch_refuses", "train_batch", "s", 0.5, "What if?", refuses, craft=True)


def careful(x):
    if x < 0:
        raise ValueError(f"x is {x}: pass 0 or more")
    return x + 1


def short(x):
    return x + 1


def wrong(x):
    return x


def judged(answer):
    seen = run_scenario(scenario, answer, 0)
    return judge_exercise(EXERCISE, [CORE, CRAFT], {"s": seen}, {"s": None})


@pytest.mark.parametrize(
    ("answer", "verdict", "points", "craft", "star"),
    [
        (careful, "passed", 2, ["passed"], True),
        (short, "passed", 2, ["failed"], False),
        (wrong, "failed", 0, [], False),
    ],
)
def test_the_core_alone_passes_and_craft_is_judged_after_it(answer, verdict, points, craft, star):
    result = judged(answer)
    assert (result.verdict, result.points, result.max_points) == (verdict, points, 2)
    assert [check.verdict for check in result.checks] == [verdict]
    assert [check.verdict for check in result.craft] == craft
    assert result.star is star


@pytest.mark.parametrize(("answer", "points"), [(careful, 2.5), (short, 2), (wrong, 0)])
def test_an_instructor_may_let_craft_count(answer, points):
    result = with_craft_counted(judged(answer), [CORE, CRAFT])
    assert (result.points, result.max_points) == (points, 2.5)


def test_who_has_the_core_reads_passed_and_suggestions_below_it():
    result = judged(short)
    assert headline(result) == "✓ train_batch: passed, 2 of 2 points"
    text = exercise_text(result)
    core, _, craft = text.partition("☆ Craft: 0 of 1 hold.")
    assert "refuses" not in core
    assert "failed" not in text
    assert "☆ train_batch refuses" in craft
    page = exercise_told(result).html
    before, _, folded = page.partition("☆ Craft: 0 of 1 hold.")
    assert before.rpartition("<")[2].startswith("summary")
    assert "failed" not in page
    assert "<strong>train_batch refuses</strong>" in folded


def test_all_of_craft_earns_a_star():
    result = judged(careful)
    assert headline(result).endswith("points ★")
    assert "★ Craft: your code has all that a careful library would add." in exercise_text(result)
    assert "points ★" in exercise_told(result).html


def test_before_the_core_holds_nothing_is_said_of_craft():
    result = judged(wrong)
    for said in (exercise_text(result), exercise_told(result).html):
        assert "Craft" not in said
        assert "★" not in said
