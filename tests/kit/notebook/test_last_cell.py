"""What happened in the last cell is told before the verdict on an older version."""

import contextlib

import pytest

from autograder.course.catalogue import exercises
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
NAME = "count_parameters"
OLDER = "What is checked is the version before it."


def ran(notebook, cell):
    """Run a cell that may write on stderr, as a traceback does."""
    with contextlib.suppress(AssertionError):
        notebook.run(cell)


def lines(told):
    return [line.strip() for line in told.text.splitlines()]


@pytest.mark.parametrize(
    "cell",
    [
        f"def {NAME}(model)\n    return 1",
        f"def {NAME}(model):\nreturn 1",
        f"def {NAME}(model):\n    return “1”",
        f"dfe {NAME}(model):\n    return 1",
        f"def {NAME}(model):\n    return sum(p.numel() for p in model.parameters()",
        "def helper(values)\n    return 1",
    ],
)
def test_a_cell_that_is_no_python_is_told_before_the_older_version_passes(notebook, cell):
    notebook.run(COUNT)
    ran(notebook, cell)
    told = lines(notebook.run(f"check('{NAME}')"))
    place = next(n for n, line in enumerate(told) if "could not be run" in line)
    assert told[place].startswith("Your last cell could not be run: ")
    assert told[place].endswith(OLDER)
    assert "line " in told[place]
    assert place < next(n for n, line in enumerate(told) if line.startswith("✓ count_parameters a"))


def test_an_older_failed_cell_is_told_with_its_name_until_it_runs(notebook):
    notebook.run(COUNT)
    ran(notebook, f"def {NAME}(model)\n    return 1")
    told = notebook.run("two = 1 + 1", f"check('{NAME}')")
    assert f"Your last cell with `{NAME}` could not be run: SyntaxError" in told.text
    told = notebook.run("check('accuracy')")
    assert "could not be run" not in told.text
    assert "could not be run" not in notebook.run(COUNT, f"check('{NAME}')").text


def test_a_cell_that_stopped_before_its_definition_is_told_with_the_error(notebook):
    notebook.run(COUNT)
    ran(notebook, f"1 / 0\n{COUNT}")
    told = notebook.run(f"check('{NAME}')").text
    assert "Your last cell could not be run: ZeroDivisionError: division by zero." in told


@pytest.mark.parametrize("cell", ["1 / 0", f"{COUNT}\n\n1 / 0", "check('fit'", "print(1"])
def test_errors_that_say_nothing_of_the_answer_are_not_told_again(notebook, cell):
    notebook.run(COUNT)
    ran(notebook, cell)
    assert "could not be run" not in notebook.run(f"check('{NAME}')").text


def test_without_an_older_version_the_cell_is_told_alone(notebook):
    ran(notebook, "def accuracy(logits, labels)\n    return 1")
    told = notebook.run("check('accuracy')").text
    assert "accuracy: not attempted" in told
    assert "Your last cell could not be run: SyntaxError" in told
    assert OLDER not in told


@pytest.mark.parametrize("wrong", ["count_paramters", "Count_Parameters", "count_parameter"])
def test_a_name_that_nearly_fits_is_told_before_the_older_version(notebook, wrong):
    notebook.run(COUNT, COUNT.replace(NAME, wrong))
    told = notebook.run(f"check('{NAME}')").text
    assert f"Is `{wrong}` meant to be `{NAME}`? Then rename it, and run its cell again." in told
    assert OLDER in told
    assert "meant to be" not in notebook.run(COUNT, f"check('{NAME}')").text


def test_a_name_that_nearly_fits_is_told_where_there_is_no_answer_at_all(notebook):
    told = notebook.run("def acuracy(logits, labels):\n    return 0.5", "check('accuracy')").text
    assert "accuracy: not attempted" in told
    assert "Is `acuracy` meant to be `accuracy`?" in told
    assert OLDER not in told


@pytest.mark.parametrize("helper", ["count_parameters_", "train_batches", "size"])
def test_a_helper_and_what_is_nearer_to_another_exercise_are_no_near_miss(notebook, helper):
    notebook.run(COUNT, f"def {helper}(model):\n    return 1")
    notebook.run(f"def {NAME}(model):\n    return {helper}(model)")
    assert "meant to be" not in notebook.run(f"check('{NAME}')").text


def test_the_next_day_what_the_file_has_is_found(notebook):
    block, model = exercises()["conv_block"].solution, exercises()["FashionMNISTModelV2"].solution
    notebook.run(block)
    again = notebook.again("04.ipynb")
    told = again.run(model)
    assert "○ `conv_block` is that of fashion_course/cnn.py." in told.text
    assert "FashionMNISTModelV2: passed" in again.run("check('FashionMNISTModelV2')").text
    assert (
        "(1, 4, 14, 14)"
        in again.run(
            "import torch\nprint(tuple(conv_block(1, 4)(torch.zeros(1, 1, 28, 28)).shape))"
        ).text
    )


def test_the_next_day_helpers_constants_and_imports_of_the_file_are_found_too(notebook):
    notebook.run(
        "import math\nHALF = 0.5\ndef half(n):\n    return math.floor(n * HALF) * 2 + n % 2"
    )
    sizes = COUNT.replace("return sum(", "return half(sum(") + ")"
    notebook.run(sizes)
    again = notebook.again("02.ipynb")
    assert "✓ Saved" not in again.run(sizes).text
    told = again.run(f"check('{NAME}')")
    assert f"{NAME}: passed" in told.text
    assert "never defined" not in told.text


def test_a_stub_of_the_file_is_lent_without_a_word(notebook):
    told = notebook.run(exercises()["FashionMNISTModelV2"].solution)
    assert "is that of" not in told.text
    told = notebook.run("check('FashionMNISTModelV2')")
    assert "used but never defined" not in told.text
