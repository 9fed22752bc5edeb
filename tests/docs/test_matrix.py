"""The page of checks and mistakes: the same for every seed under which the targets are met."""

import pytest

from autograder.claims.registry import checks_of
from autograder.course.catalogue import find_exercise
from autograder.mistakes import mistakes_of
from autograder.selftest.figures import Outcome
from docs.make_matrix import COMMAND, effects, page

EXERCISE = find_exercise("train_epoch")
CHECKS = checks_of(EXERCISE, full=False)
MISTAKES = mistakes_of(EXERCISE)
PAIR = next(mistake for mistake in MISTAKES if mistake.both)


def row(named):
    """Return the row of a mistake that the first check fails, and after which `named` is said."""
    verdicts = ("failed", "blocked", *["passed"] * (len(CHECKS) - 2))
    seen = {m.id: Outcome("failed", verdicts, (), frozenset(named), "") for m in MISTAKES}
    return next(
        line for line in page([EXERCISE], seen).splitlines() if line.startswith(f"| `{PAIR.id}`")
    )


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({PAIR.id}, "itself"),
        ({PAIR.id, "another"}, "itself"),
        (PAIR.both, "both of its mistakes"),
        (PAIR.both[:1], f"`{PAIR.both[0]}`"),
        ((), "the symptom"),
    ],
)
def test_a_row_has_each_verdict_and_what_was_told(named, told):
    holds = " | ".join("·" * (len(CHECKS) - 2))
    assert row(named) == f"| `{PAIR.id}` | ✗ | ⊘ | {holds} | {told} |"


def test_the_legend_has_each_check_and_the_milestone_is_left_out():
    exercise = find_exercise("train_cnn")
    nothing = {m.id: Outcome("failed", (), (), frozenset(), "") for m in mistakes_of(exercise)}
    text = page([exercise], nothing)
    quick = [check.sentence for check in checks_of(exercise, full=False)]
    (late,) = [check.sentence for check in checks_of(exercise) if check.full]
    assert f"1. {quick[0]}\n" in text
    assert f"{len(quick)}. ★ {quick[-1]}\n" in text
    assert late not in text


def test_the_page_says_which_command_wrote_it():
    nothing = {m.id: Outcome("failed", (), (), frozenset(), "") for m in MISTAKES}
    text = page([EXERCISE], nothing)
    assert text.startswith(f"<!-- derived by `{COMMAND}` -->")
    assert f"\n## {EXERCISE.name}\n" in text


def test_the_file_of_effects_has_a_line_a_mistake_and_null_where_seeds_disagree(monkeypatch):
    monkeypatch.setattr("docs.make_matrix.all_mistakes", lambda: MISTAKES[:2])
    outcomes = [
        {7: Outcome("failed", (), (), frozenset(), "", frozenset(names))} for names in ("ba", "c")
    ]
    seen = dict(zip((mistake.id for mistake in MISTAKES[:2]), outcomes, strict=True))
    one, other = seen
    assert effects(seen) == f'{{\n"{one}": ["a","b"],\n"{other}": ["c"]\n}}\n'
    seen[other][8] = seen[one][7]
    assert effects(seen) == f'{{\n"{one}": ["a","b"],\n"{other}": null\n}}\n'


def test_a_null_stays_in_the_file_as_another_seed_may_have_shown_it(monkeypatch):
    (mistake, *_) = MISTAKES
    seen = {mistake.id: {7: Outcome("failed", (), (), frozenset(), "", frozenset("a"))}}
    monkeypatch.setattr("docs.make_matrix.all_mistakes", lambda: [mistake])
    for before, after in (({mistake.id: None}, "null"), ({}, '["a"]')):
        monkeypatch.setattr("docs.make_matrix.stored_effects", before.copy)
        assert effects(seen) == f'{{\n"{mistake.id}": {after}\n}}\n'
