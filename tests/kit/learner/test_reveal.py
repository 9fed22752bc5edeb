"""Reference answers are shown once an exercise has passed, or on insistence."""

import pytest
from typer.testing import CliRunner

from autograder.claims.registry import checks_of
from autograder.course.catalogue import BEGIN, END, exercises, find_exercise
from fashion_course.kit.cli import app
from fashion_course.kit.learner.reveal import reference_source
from fashion_course.kit.notebook.memory import FILE
from tests.support.shell import make_home
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
NAME = "count_parameters"
HINTS = len(exercises()[NAME].hints) + 1  # the last one is the skeleton
CHECKS = sum(not check.craft for check in checks_of(find_exercise(NAME)))


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.mark.parametrize("name", exercises())
def test_the_reference_is_shown_with_its_docstring_and_without_markers(name):
    source = reference_source(name)
    assert BEGIN not in source
    assert END not in source
    assert '"""' in source
    assert "NotImplementedError" not in source


@pytest.mark.parametrize("command", ["solution", "compare"])
def test_before_the_exercise_has_passed_a_hint_is_offered(notebook, command):
    told = notebook.run(f"{command}('{NAME}')")
    assert "has not passed its check yet" in told.text
    assert f'`hint("{NAME}")` shows hint 1 of {HINTS}.' in told.text
    assert f'`{command}("{NAME}", insist=True)`' in told.text
    assert "numel" not in told.text + told.html
    notebook.run(f"hint('{NAME}')")
    assert f"hint 2 of {HINTS}" in notebook.run(f"{command}('{NAME}')").text


def test_on_insistence_the_solution_is_shown_at_once(notebook):
    told = notebook.run(f"solution('{NAME}', insist=True)")
    assert reference_source(NAME) in told.text
    assert "trainable" in told.html
    assert "<style" not in told.html


def test_once_passed_the_solution_stays_open_in_every_kernel(notebook):
    notebook.run(COUNT, f"check('{NAME}')")
    assert reference_source(NAME) in notebook.run(f"solution('{NAME}')").text
    notebook.run("def count_parameters(model):\n    return 1", f"check('{NAME}')")
    again = notebook.again()
    assert reference_source(NAME) in again.run(f"solution('{NAME}')").text


def test_a_folder_that_cannot_be_written_to_is_no_obstacle(notebook):
    (notebook.home / FILE).mkdir()
    notebook.run(COUNT, f"check('{NAME}')")
    assert reference_source(NAME) in notebook.run(f"solution('{NAME}')").text
    shown = [notebook.run("hint('fit')").text for _ in range(2)]
    assert "Hint 1 of" in shown[0]
    assert "Hint 2 of" in shown[1]


def test_without_a_course_folder_the_kernel_remembers(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    again = notebook.again()
    again.run(COUNT, f"check('{NAME}')")
    assert reference_source(NAME) in again.run(f"solution('{NAME}')").text


def test_an_unknown_name_is_told_with_the_nearest(notebook):
    for call in ("solution('fitt')", "compare('fitt')"):
        assert "Did you mean fit" in str(notebook.run(call).error)


def test_both_are_shown_beside_each_other_with_true_sentences(notebook):
    told = notebook.run(COUNT, f"check('{NAME}')", f"compare('{NAME}')")
    assert f"(-) beside the reference (+). Both pass all {CHECKS} checks." in told.text
    assert "-    return sum(p.numel()" in told.text
    assert "+    trainable = [parameter" in told.text
    assert "yours (-)" in told.html
    assert "- def count_parameters(model):" in told.html
    assert "+     # `parameters` gives" in told.html


def test_equal_docstrings_are_left_out_and_others_are_not(notebook):
    mine = exercises()[NAME].stub.rpartition("    # YOUR CODE HERE")[0] + "    return 3"
    told = notebook.run(mine, f"compare('{NAME}', insist=True)")
    assert "Count the numbers" not in told.text
    assert f"Yours passes 0 of {CHECKS} checks, the reference all of them." in told.text
    told = notebook.run(mine.replace("Count the", "I count the"), f"compare('{NAME}', insist=True)")
    assert '-    """I count the numbers' in told.text
    assert '+    """Count the numbers' in told.text


def test_equal_docstrings_of_methods_are_left_out_too(notebook):
    name = "FashionMNISTModelV0"
    mine = exercises()[name].stub.replace("raise NotImplementedError()", "return images", 2)
    told = notebook.run(mine, f"compare('{name}', insist=True)")
    assert "Make the layers" not in told.text
    assert "Flatten, linear, linear" not in told.text
    assert "-        return images" in told.text


def test_the_same_code_is_said_to_be_the_same(notebook):
    told = notebook.run(reference_source("accuracy"), "compare('accuracy', insist=True)")
    assert "Your `accuracy` and the reference are the same code. Both pass all" in told.text
    assert "+" not in told.text


def test_without_an_answer_there_is_nothing_to_compare(notebook):
    told = notebook.run(f"compare('{NAME}', insist=True)")
    assert "write `count_parameters` first" in told.text
    assert "numel" not in told.text + told.html


@pytest.fixture
def course(tmp_path, monkeypatch):
    home = make_home(tmp_path / "course")
    monkeypatch.chdir(home)
    monkeypatch.delenv("FASHION_COURSE_HOME", raising=False)
    return home


def test_the_command_line_keeps_to_the_same_rule(course):
    for command in ("solution", "compare"):
        locked = run(command, NAME)
        assert locked.exit_code == 1
        assert f"fashion-course hint {NAME}" in locked.output
        assert f"fashion-course {command} {NAME} --insist" in locked.output
        assert "numel" not in locked.output
    module = course / "fashion_course" / "baseline.py"
    module.write_text(module.read_text("utf-8").replace(exercises()[NAME].stub, COUNT), "utf-8")
    assert run("check", NAME).exit_code == 0
    shown = run("solution", NAME)
    assert shown.exit_code == 0
    assert reference_source(NAME) in shown.output
    compared = run("compare", NAME)
    assert f"Both pass all {CHECKS} checks." in compared.output
    assert "-    return sum(p.numel()" in compared.output


def test_the_command_line_names_the_hint_that_comes_next(course):
    run("hint", NAME)
    assert f"shows hint 2 of {HINTS}." in run("solution", NAME).output


def test_the_command_line_shows_on_insistence(course):
    assert reference_source("fit") in run("solution", "fit", "--insist").output
    nothing = run("compare", "fit", "--insist")
    assert nothing.exit_code == 1
    assert "write `fit` first" in nothing.output


@pytest.mark.parametrize("command", ["solution", "compare"])
def test_the_command_line_wants_one_exercise(course, command):
    assert "Did you mean fit" in str(run(command, "fitt").exception)
    assert "training is a unit: name one of" in str(run(command, "training").exception)
    assert f"Example: fashion-course {command}" in run(command, "--help").output
