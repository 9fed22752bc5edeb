"""What a self-test finds: each target is seen to be missed."""

import pytest

from autograder.claims.registry import checks_of
from autograder.course.catalogue import find_exercise
from autograder.course.reference import reference_answer
from autograder.grading.one import judge_answer
from autograder.judge.effects import stored_effects
from autograder.judge.exam import Exam
from autograder.mistakes import mistakes_of
from autograder.right_answers import Right
from autograder.selftest.figures import Outcome, figures, is_named, outcome, table

NAME = "accuracy"
EXERCISE = find_exercise(NAME)
SEEDS = (3, 4)
CHECKS = checks_of(EXERCISE, full=False)
MISTAKES = mistakes_of(EXERCISE)
ONE = MISTAKES[0].id


CRAFTS = sum(check.craft for check in CHECKS)


def got(verdict, named=(), craft="passed", does=ONE):
    """Return an outcome: one verdict for all of the core, one for all of craft.

    `does` is the id of a mistake, whose stored effect it has.
    """
    judged, effect = (craft,) * (2 * (verdict == "passed")), stored_effects()[does] or frozenset()
    each = (verdict,) * len(CHECKS)
    return Outcome(verdict, each, judged, frozenset(named), "the first: why", effect)


def expected_of(mistake):
    """Return the outcome of a mistake that does what it should."""
    if mistake.craft:
        return got("passed", {mistake.id}, "failed", mistake.id)
    return got("failed", {mistake.id}, does=mistake.id)


@pytest.fixture
def seen():
    """A self-test in which all is well."""
    wrong = {m.id: dict.fromkeys(SEEDS, expected_of(m)) for m in MISTAKES}
    for mistake in MISTAKES:
        for seed, one in wrong[mistake.id].items():
            refused = one._replace(verdicts=("failed",) * len(CHECKS))
            wrong[mistake.id] = {**wrong[mistake.id], seed: refused}
    right = {name: dict.fromkeys(SEEDS, got("passed")) for name in (f"the reference {NAME}", "odd")}
    return right | wrong


def test_all_is_well(seen):
    found = figures([EXERCISE], seen)
    assert found.met
    assert found[:5] == (1, len(CHECKS), len(CHECKS), len(MISTAKES), 2)
    assert not any(found[5:])


@pytest.mark.parametrize("verdict", ["passed", "grader error", "timed out", "blocked"])
def test_a_mistake_that_no_check_refuses(seen, verdict):
    seen[ONE] = {3: got("failed", {ONE}), 4: got(verdict, {ONE})}
    found = figures([EXERCISE], seen)
    assert found.not_refused == {ONE: "seed 4, the first: why"}
    assert not found.met


def test_a_mistake_that_is_not_named(seen):
    seen[ONE] = {3: got("failed", {ONE}), 4: got("failed")}
    found = figures([EXERCISE], seen)
    assert list(found.not_named) == [ONE]
    assert not found.met
    assert found._replace(mistakes=34).met


def test_a_mistake_made_of_two_may_be_named_as_these():
    pair = next(m for m in mistakes_of(find_exercise("train_epoch")) if m.both)
    assert is_named(pair, got("failed", {pair.id}))
    assert is_named(pair, got("failed", pair.both))
    assert not is_named(pair, got("failed", pair.both[:1]))


@pytest.mark.parametrize("one", [got("passed"), got("failed"), got("passed", craft="grader error")])
def test_a_mistake_of_craft_passes_and_is_told(seen, monkeypatch, one):
    crafty = MISTAKES[0].__class__(**{**vars(MISTAKES[0]), "craft": True})
    monkeypatch.setattr(
        "autograder.selftest.figures.mistakes_of", lambda exercise: [crafty, *MISTAKES[1:]]
    )
    seen[ONE] = dict.fromkeys(
        SEEDS, got("passed", {ONE}, "failed")._replace(verdicts=seen[ONE][3].verdicts)
    )
    assert figures([EXERCISE], seen).met
    seen[ONE] = dict.fromkeys(SEEDS, one._replace(named=frozenset({ONE})))
    assert list(figures([EXERCISE], seen).not_refused) == [ONE]


def test_a_right_answer_needs_its_star_unless_it_is_short_on_purpose(seen, monkeypatch):
    seen["odd"] = dict.fromkeys(SEEDS, got("passed", craft="failed"))
    assert list(figures([EXERCISE], seen).not_accepted) == ["odd"]
    short = Right(NAME, "odd", lambda: None, False)
    monkeypatch.setattr("autograder.selftest.figures.right_answers_of", lambda name: [short])
    assert figures([EXERCISE], seen).met


@pytest.mark.parametrize("verdict", ["failed", "grader error"])
@pytest.mark.parametrize("name", [f"the reference {NAME}", "odd"])
def test_a_right_answer_that_is_refused(seen, name, verdict):
    seen[name] = {3: got("passed"), 4: got(verdict)}
    found = figures([EXERCISE], seen)
    assert found.not_accepted == {name: "seed 4, the first: why"}
    assert not found.met


def test_a_check_that_refuses_no_mistake_under_one_of_the_seeds(seen):
    for mistake in MISTAKES:
        one = seen[mistake.id][4]
        seen[mistake.id] = {3: one, 4: one._replace(verdicts=(*one.verdicts[:-1], "blocked"))}
    found = figures([EXERCISE], seen)
    assert found.idle == {CHECKS[-1].name: f"seed 4, {CHECKS[-1].sentence}"}
    assert not found.met


def test_an_exercise_without_mistakes_has_idle_checks(seen, monkeypatch):
    monkeypatch.setattr("autograder.selftest.figures.mistakes_of", lambda exercise: [])
    right = {name: seen[name] for name in seen if name == f"the reference {NAME}"}
    assert len(figures([EXERCISE], right).idle) == len(CHECKS)


def test_a_verdict_that_depends_on_the_seed(seen):
    one = seen[ONE][3]
    seen[ONE] = {3: one, 4: one._replace(verdicts=("crashed", *one.verdicts[1:]))}
    found = figures([EXERCISE], seen)
    assert list(found.flips) == [ONE]
    assert not found.met


def test_a_mistake_that_does_not_do_what_is_stored_of_it(seen):
    seen[ONE] = {seed: one._replace(effect=frozenset()) for seed, one in seen[ONE].items()}
    found = figures([EXERCISE], seen)
    assert found.stale == {
        ONE: "does not do what is stored of it: run `python docs/make_matrix.py`"
    }
    assert not found.met


def test_a_mistake_that_does_now_and_then_what_is_stored_of_it(seen):
    seen[ONE] = {3: seen[ONE][3], 4: seen[ONE][4]._replace(effect=frozenset())}
    assert figures([EXERCISE], seen).met


def test_an_outcome_is_what_counts_of_a_result():
    right = outcome(judge_answer(NAME, reference_answer(NAME), Exam(3)), CRAFTS)
    all_of = ("passed",) * len(CHECKS)
    assert right == Outcome("passed", all_of, ("passed",) * CRAFTS, frozenset(), "")
    wrong = outcome(judge_answer(NAME, MISTAKES[0].answer, Exam(3)), CRAFTS)
    assert len(wrong.verdicts) == len(CHECKS)
    assert ONE in wrong.named
    assert wrong.told.startswith(f"{wrong.verdict} {NAME} ")


def test_the_table_counts_what_missed(seen):
    seen[ONE] = dict.fromkeys(SEEDS, got("passed"))
    columns = table(figures([EXERCISE], seen), 2).columns
    rows = dict(zip(columns[0].cells, columns[1].cells, strict=True))
    assert rows["mistakes refused (craft: told)"].startswith(
        f"{len(MISTAKES) - 1} of {len(MISTAKES)} ("
    )
    assert rows["right answers accepted"] == "2 of 2 (100.0%)"
    assert rows["checks that refuse a mistake"].startswith(f"{len(CHECKS)} of {len(CHECKS)}")
