"""The same answer gets the same verdict at every level of isolation."""

import ast

import pytest

from autograder.course.catalogue import TRAINED, exercises, units
from autograder.grading.one import Grading
from autograder.judge.exam import Exam
from autograder.reading.submission import Source, Submission
from autograder.runners.inline import InlineRunner
from autograder.runners.process import ProcessRunner
from tests.support.submissions import alive

EXAM = Exam(5)  # one for all: it knows what the mistakes do


def without_its_last_statement(source):
    """Return a definition whose last function lacks its last statement: mostly a return."""
    tree = ast.parse(source)
    function = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)][-1]
    function.body = function.body[:-1] or [ast.Pass()]
    return ast.unparse(ast.fix_missing_locations(tree))


def submission(exercise, change):
    """Return the reference answers with one of them changed."""
    sources = {}
    for unit in units():
        bodies = (
            change(each.solution) if each.name == exercise else each.solution
            for each in unit.exercises
        )
        text = "\n\n\n".join([unit.imports, *bodies]) + "\n"
        sources[unit.name] = Source(text, f"{unit.name}.py")
    return Submission("test", sources)


def live(handed_in, exercise):
    """Return what a learner's own kernel would hold: the unit's source, executed here."""
    unit = exercises()[exercise].unit
    text = handed_in.sources[unit].text
    space = {"__name__": f"answers_{unit}"}
    code = compile(text.replace("from .", "from solutions."), f"<answer>/{unit}.py", "exec")
    exec(code, space)
    return alive(space, text)


@pytest.fixture(scope="module")
def process():
    runner = ProcessRunner()
    yield runner
    runner.close()


def outcome(result):
    return result.verdict, result.points, [(c.name, c.verdict) for c in result.checks]


@pytest.mark.parametrize("exercise", [name for name in exercises() if name not in TRAINED])
@pytest.mark.parametrize("change", [str, without_its_last_statement], ids=["right", "wrong"])
def test_inline_and_process_agree(exercise, change, process):
    handed_in = submission(exercise, change)
    inline = Grading(live(handed_in, exercise), InlineRunner(), EXAM).exercise(exercise)
    forked = Grading(handed_in, process, EXAM).exercise(exercise)
    assert outcome(inline) == outcome(forked)
    assert (inline.verdict == "passed") == (change is str)


@pytest.mark.parametrize("exercise", ["train_epoch", "FashionMNISTModelV2", "load_checkpoint"])
@pytest.mark.parametrize("change", [str, without_its_last_statement], ids=["right", "wrong"])
def test_a_fresh_interpreter_agrees_where_there_is_no_fork(exercise, change, process):
    handed_in = submission(exercise, change)
    alone = ProcessRunner(fork=False)
    try:
        fresh = Grading(handed_in, alone, EXAM).exercise(exercise)
    finally:
        alone.close()
    assert outcome(fresh) == outcome(Grading(handed_in, process, EXAM).exercise(exercise))
