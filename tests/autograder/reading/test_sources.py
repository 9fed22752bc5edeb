"""The source of what lives in a kernel is found, in whatever way it came to live there."""

import pytest

from autograder.course.catalogue import exercises
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
INDENTED = COUNT.replace("\n", "\n    ")
LAMBDA = "lambda m: sum(p.numel() for p in m.parameters() if p.requires_grad)"
WAYS = {
    "in an if": f"if True:\n    {INDENTED}",
    "in an if, with a comment": f"if True:\n  # first\n    # second\n    {INDENTED}",
    "lambda": f"count_parameters = {LAMBDA}",
    "lambda in a list": (
        "count_parameters = [\n"
        f"    {LAMBDA},\n][0]"
    ),
    "alias": f"{COUNT.replace('count_parameters', 'other')}\n\ncount_parameters = other",
    "by a decorator": f"import functools\n\n@functools.lru_cache\n{COUNT}",
    "partial": f"import functools\n{COUNT}\ncount_parameters = functools.partial(count_parameters)",
    "object": (
        "class Counter:\n"
        "    def __call__(self, m):\n"
        "        return sum(p.numel() for p in m.parameters() if p.requires_grad)\n\n"
        "count_parameters = Counter()"
    ),
}  # fmt: skip


@pytest.mark.parametrize("extension", [True, False])
@pytest.mark.parametrize("cell", WAYS.values(), ids=WAYS)
def test_a_right_answer_passes_and_spoils_no_other(notebook, cell, extension):
    if not extension:
        notebook.run("%unload_ext fashion_course")
    notebook.run(cell, exercises()["accuracy"].solution)
    assert "count_parameters: passed" in notebook.run("check('count_parameters')").text
    assert "accuracy: passed" in notebook.run("check('accuracy')").text
    told = notebook.run("compare('count_parameters', insist=True)")
    assert told.error is None
    assert "write `count_parameters` first" not in told.text
    assert ("has no source code to compare" in told.text) or "count_parameters` (-)" in told.text


def test_a_class_by_another_name_is_looked_at(notebook):
    mine = exercises()["FashionMNISTModelV0"].solution.replace("FashionMNISTModelV0", "Mine")
    notebook.run(f"{mine}\n\nFashionMNISTModelV0 = Mine")
    assert "FashionMNISTModelV0: passed" in notebook.run("check('FashionMNISTModelV0')").text


def test_an_answer_that_the_file_does_not_define_is_not_attempted(notebook):
    notebook.edit("def count_parameters(", "def count_params(")
    told = notebook.run("check('count_parameters')")
    assert "not attempted" in told.text
    assert "Did you mean `count_params`?" in told.text
    assert told.error is None
