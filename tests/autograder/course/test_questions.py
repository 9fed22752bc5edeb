"""Written questions: complete at the source, graded by a rubric, and never given away."""

import re

import pytest

from autograder.course.catalogue import SourceError, exercises, read_unit, units
from autograder.course.cells import read_cells
from autograder.course.questions import read_questions
from autograder.sync import __main__ as sync
from autograder.sync import assignments

QUESTIONS = [(unit, question) for unit in units() for question in unit.questions]

TASK = '# %% [markdown] question="why" points=3 minutes=5\n# ## Why?\n'
RUBRIC = '# %% [markdown] rubric="why"\n# * 1 point: this.\n# * 2 points: that,\n#   and more.\n'
GOOD = '# %% [markdown] sample="why" score=3\n# This and that.\n'
POOR = '# %% [markdown] sample="why" score=1\n# This.\n'


def read(*parts):
    return read_questions(read_cells("\n".join(parts)), "here.py")


def test_a_question_is_read_with_rubric_and_samples_best_first():
    (question,) = read(TASK, POOR, RUBRIC, GOOD)
    assert (question.name, question.points, question.minutes) == ("why", 3, 5)
    assert question.task == "## Why?"
    assert [(c.points, c.text) for c in question.rubric] == [(1, "this."), (2, "that, and more.")]
    assert [sample.score for sample in question.samples] == [3, 1]
    assert question.rubric_text == "* 1 point: this.\n* 2 points: that, and more."


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ((TASK, GOOD, POOR), "needs one rubric"),
        ((TASK, RUBRIC, RUBRIC, GOOD, POOR), "needs one rubric"),
        ((TASK, RUBRIC, GOOD), "sample answers of different scores"),
        ((TASK, RUBRIC, GOOD, GOOD), "sample answers of different scores"),
        ((TASK, RUBRIC.replace("2 points", "1 point"), GOOD, POOR), "gives 2 points, not 3"),
        ((TASK, RUBRIC.replace("1 point:", "one"), GOOD, POOR), "each line of a rubric"),
        ((TASK, RUBRIC, GOOD, POOR.replace("score=1", "score=4")), "outside 0 to 3"),
        ((TASK, RUBRIC, GOOD, POOR.replace('"why"', '"what"')), "no such question"),
    ],
)
def test_what_is_not_whole_is_refused_by_name(parts, word):
    with pytest.raises(SourceError, match=word):
        read(*parts)


def test_every_unit_has_one_or_two_questions_of_names_of_their_own():
    assert all(1 <= len(unit.questions) <= 2 for unit in units())
    names = [question.name for _, question in QUESTIONS]
    assert len(set(names)) == len(names)
    assert not set(names) & set(exercises())
    assert all(re.fullmatch(r"[a-z][a-z-]+", name) for name in names)


@pytest.mark.parametrize(("unit", "question"), QUESTIONS, ids=lambda x: x.name)
def test_the_best_sample_earns_all_points_and_another_clearly_less(unit, question):
    assert sum(criterion.points for criterion in question.rubric) == question.points
    assert question.samples[0].score == question.points
    assert question.samples[-1].score <= question.points * 2 / 3


@pytest.mark.parametrize(("unit", "question"), QUESTIONS, ids=lambda x: x.name)
def test_rubric_and_samples_are_in_the_instructors_source_alone(unit, question):
    told = [c.text for c in question.rubric] + [s.text for s in question.samples]
    pieces = [" ".join(text.split())[:40] for text in told]
    source = " ".join(assignments.notebook_text(unit, "source").replace("\\n", " ").split())
    given = [assignments.notebook_text(unit, form) for form in ("release", "exercise")]
    for piece in pieces:
        assert piece.replace('"', '\\"') in source
        for text in (*given, sync.stub_module(unit)):
            assert piece not in " ".join(text.replace("\\n", " ").split())


def test_questions_add_nothing_to_the_stub_module():
    text = (
        '# %% [markdown]\n# # Title\n# %%\n"""Doc."""\n'
        '# %% [markdown] exercise="f" difficulty=1 minutes=1\n# ## `f()`\n'
        "# %%\ndef f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
        '# %% [markdown] hints="f"\n# 1. Why?\n#\n# Passed: Yes.\n'
    )
    plain, asked = read_unit("data", text), read_unit("data", text + TASK + RUBRIC + GOOD + POOR)
    assert sync.stub_module(plain) == sync.stub_module(asked)
    assert len(asked.questions) == 1
