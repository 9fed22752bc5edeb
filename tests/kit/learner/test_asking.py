"""Asking: by a name, an object, a unit; within a limit; and of a file that is no Python."""

import dataclasses
import signal
import threading

import pytest

from autograder.claims.registry import checks_of
from autograder.course.catalogue import exercises
from autograder.reading.answer import Answer
from autograder.reading.submission import Submission
from autograder.runners.inline import InlineRunner, _limit
from autograder.runners.runner import Task
from autograder.worker import scenarios
from tests.support.submissions import COUNT

COUNT = COUNT.strip()
ENDLESS = "def accuracy(logits, labels):\n    while True:\n        pass"


@pytest.fixture
def impatient(monkeypatch):
    """Give each scenario of `accuracy` half a second."""
    for check in checks_of(exercises()["accuracy"]):
        usual = scenarios.find_scenario(check.scenario)
        short = dataclasses.replace(usual, seconds=0.5)
        monkeypatch.setitem(scenarios._registry, check.scenario, short)


@pytest.mark.parametrize(
    "asked",
    ["'count_parameters'", "count_parameters", "'COUNT_PARAMETERS'", "' Count_Parameters '"],
)
def test_a_check_takes_a_name_in_any_case_and_the_function_itself(notebook, asked):
    assert "count_parameters: passed" in notebook.run(COUNT, f"check({asked})").text


def test_a_class_and_an_object_of_it_stand_for_their_exercise(notebook):
    model = exercises()["FashionMNISTModelV0"].solution
    for asked in ("FashionMNISTModelV0", "FashionMNISTModelV0()"):
        assert "ModelV0: passed" in notebook.run(model, f"check({asked})").text


@pytest.mark.parametrize("asked", ["'data'", "'Data'", "data"])
def test_a_unit_stands_for_all_its_exercises(notebook, asked):
    told = notebook.run("from fashion_course import data", f"check({asked})").text
    names = [name for name, exercise in exercises().items() if exercise.unit == "data"]
    assert [line.split()[1] for line in told.splitlines() if line.startswith("○")] == [
        f"{name}:" for name in names
    ]


@pytest.mark.parametrize("call", ["check", "hint", "solution", "compare", "reset"])
@pytest.mark.parametrize(
    ("asked", "near"),
    [("image_to_tenser", "image_to_tensor"), ("CONV2DD", "conv2d"), ("count", "count_parameters")],
)
def test_a_misspelt_name_is_one_sentence_with_the_near_name(notebook, call, asked, near):
    told = notebook.run(f"{call}('{asked}')")
    assert isinstance(told.error, ValueError)
    (line,) = told.text.strip().splitlines()
    assert line.startswith(f"! there is no exercise named '{asked}'. Did you mean {near}")


def test_a_call_for_one_exercise_refuses_a_unit_in_one_sentence(notebook):
    (line,) = notebook.run("hint('training')").text.strip().splitlines()
    assert line.startswith("! training is a unit: name one of its exercises, train_batch, ")


def test_an_endless_loop_ends_at_the_limit_with_the_sentence_of_the_command_line(
    notebook, impatient
):
    before = signal.getsignal(signal.SIGALRM)
    told = notebook.run(ENDLESS, "check('accuracy')")
    assert "accuracy: timed out" in told.text
    assert "accuracy did not come back in time. Is there a loop that never ends?" in told.text
    assert "say nothing" in told.text
    assert signal.getsignal(signal.SIGALRM) is before
    assert "count_parameters: passed" in notebook.run(COUNT, "check('count_parameters')").text


@pytest.mark.parametrize(
    "body",
    [
        "import time\n    time.sleep(1e6)",
        "try:\n        while True:\n            pass\n    except Exception:\n        return 1",
        "return accuracy_of(labels)\ndef accuracy_of(n):\n    while True:\n        n = n",
    ],
)
def test_a_loop_ends_whatever_it_waits_for(notebook, impatient, body):
    told = notebook.run(f"def accuracy(logits, labels):\n    {body}", "check('accuracy')")
    assert "did not come back in time" in told.text


def test_an_answer_whose_import_never_ends_is_ended_too(impatient):
    def live():
        while True:
            pass

    accuracy = exercises()["accuracy"]
    task = Task(Submission("", {}), Answer(accuracy, live=live), ("one", "two"))
    scenarios._registry["one"] = scenarios.find_scenario(checks_of(accuracy)[0].scenario)
    try:
        seen = InlineRunner().observe(task, 3)
    finally:
        del scenarios._registry["one"]
    assert [each.stopped for each in seen.values()] == ["timed out", "not run"]


def test_an_interrupt_of_a_check_is_one_line(notebook):
    stop = "    os.kill(os.getpid(), signal.SIGINT)\n    while True: pass"
    wait = f"import os, signal\ndef accuracy(logits, labels):\n{stop}"
    told = notebook.run(wait, "check('accuracy')")
    assert isinstance(told.error, KeyboardInterrupt)
    assert told.text.strip().splitlines() == [
        "! Interrupted: nothing was found out. Ask again when you like."
    ]


def test_in_a_thread_where_no_clock_can_ring_a_check_works_too(notebook):
    done = []

    def look():
        with _limit(0.1):
            done.append(1)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert done == [1]


HEAD = "def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:"
BROKEN = {
    "a colon is missing": HEAD.removesuffix(":"),
    "a bracket stays open": HEAD.replace(") ->", " ->"),
    "a bracket too many": HEAD.replace(") ->", ")) ->"),
}


@pytest.mark.parametrize("again", [False, True], ids=["same kernel", "new kernel"])
@pytest.mark.parametrize("how", BROKEN)
def test_a_module_that_is_no_python_at_one_place_is_told_and_the_rest_is_checked(
    notebook, how, again
):
    notebook.run(COUNT)
    notebook.edit(HEAD, BROKEN[how])
    notebook = notebook.again() if again else notebook
    told = notebook.run(
        "del count_parameters" if not again else "1", "check('count_parameters')"
    ).text
    assert "count_parameters: passed" in told
    sentence = "Fix that; what can be read of the file is checked all the same."
    assert told.count(sentence) == 1
    assert "baseline.py, line " in told
    assert "Traceback" not in told
    told = notebook.run("check('cross_entropy')").text
    assert "cross_entropy: crashed" in told
    assert "SyntaxError: baseline.py, line" in told
    told = notebook.run("check('accuracy')").text
    assert "accuracy: not attempted" in told
    assert sentence in told


def test_status_shows_in_the_notebook_where_one_stands(notebook):
    told = notebook.run(COUNT, "check('count_parameters')", "status()")
    (row,) = [line for line in told.text.splitlines() if "count_parameters" in line]
    assert "✓ passed" in row
    assert '1 of 32 exercises pass. Next: `check("image_to_tensor")`' in told.text
    assert "<table" in told.html
    notebook.run(COUNT.replace("return sum", "return 0 + sum"))
    assert "passed (changed since)" in notebook.run("status()").text
