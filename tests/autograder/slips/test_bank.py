"""Each slip is seen in its wrong example, and in no right answer at all."""

import ast

import pytest

from autograder.slips import all_slips, slips_of
from autograder.slips.code import Code
from tests.support.answers import right_sources, whole

SLIPS = all_slips()
EXAMPLES = [(slip, text) for slip in SLIPS for text in slip.right]


def ids_in(text, exercise):
    return {found.slip.id for found in slips_of(Code(whole(text, exercise), exercise))}


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.id)
def test_a_slip_is_seen_in_its_wrong_example(slip):
    code = Code(whole(slip.wrong, slip.of), slip.of)
    assert list(slip.find(code))


@pytest.mark.parametrize(("slip", "text"), EXAMPLES, ids=[f"{s.id}" for s, _ in EXAMPLES])
def test_what_looks_alike_and_is_right_has_no_slip(slip, text):
    assert list(slip.find(Code(whole(text, slip.of), slip.of))) == []


@pytest.mark.parametrize(
    ("exercise", "text"),
    [pytest.param(exercise, text, id=name) for name, exercise, text in right_sources()],
)
def test_no_right_answer_has_a_slip(exercise, text):
    found = slips_of(Code(text, exercise))
    assert [(each.slip.id, each.quote) for each in found] == []


def test_there_are_many_kinds():
    assert len(SLIPS) >= 60


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.id)
def test_a_slip_quotes_the_line_and_fills_its_braces(slip):
    text = whole(slip.wrong, slip.of)
    found = [f for f in slips_of(Code(text, slip.of)) if f.slip.id == slip.id]
    assert found, "another slip on the same line hides it"
    for each in found:
        assert each.quote == text.splitlines()[each.line - 1].strip()
        assert "{" not in each.told.replace("{}", "")
    ast.parse(text)
