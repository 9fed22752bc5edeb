"""How a submitted notebook becomes what our engine grades."""

import json
from pathlib import PurePosixPath

import pytest

from autograder.course.catalogue import units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.judge.verdicts import same_for_all
from autograder.nbgrader.converter import _comment, _with_earlier_units
from autograder.reading.submission import assemble
from autograder.runners.process import ProcessRunner
from autograder.sync.assignments import unit_notebook


@pytest.fixture(scope="module")
def runner():
    made = ProcessRunner()
    yield made
    made.close()


def test_an_assignment_stands_for_itself_on_the_courses_own_earlier_units(runner):
    """`train_epoch` calls `accuracy` of unit 2, which is not in this notebook."""
    unit = next(u for u in units() if u.name == "training")
    data = json.dumps(unit_notebook(unit, "source")).encode()
    bare = assemble("here", {PurePosixPath("03_training.ipynb"): data})
    assert set(bare.sources) == {"training"}
    assert "autograder" not in bare.sources["training"].text
    lent = _with_earlier_units(bare, ["fit", "train_epoch"])
    assert set(lent.sources) == {"data", "baseline", "training"}
    assert Grading(lent, runner, Exam(3)).exercise("train_epoch").verdict == "passed"


def test_a_comment_is_short_and_shows_foreign_text_as_code():
    from autograder.claims.registry import checks_of

    result = same_for_all("accuracy", checks_of("accuracy"), "crashed", "<script>*x*</script>\x1b")
    told = _comment(result, "seed 3")
    assert told.splitlines()[0] == "! accuracy: crashed, 0 of 6 points"
    assert "    <script>*x*</script>\n" in told + "\n"
    assert told.endswith("(seed 3)")
    assert len(told.splitlines()) < 12
