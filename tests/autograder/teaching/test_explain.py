"""Every explanation is met by the real exception of the installed Python and torch.

A new release that changes a text is noticed here: nearly all of the exceptions are raised by code.
"""

import re
import string

import pytest
import torch

from autograder.teaching.explain import EXPLANATIONS, explain
from autograder.worker.observation import OVERWRITTEN, Error
from autograder.worker.trace import describe
from tests.autograder.teaching.raisers import MORE, PYTHON, TORCH
from tests.autograder.teaching.test_syntax import SYNTAX
from tests.support.submissions import loaded

RAISERS = [
    (identifier, raiser)
    for identifier, raisers in (TORCH | PYTHON | MORE).items()
    for raiser in (raisers if isinstance(raisers, list) else [raisers])
]
OURS = {
    "not-taken": (
        "NameError",
        "name 'keep' is not defined: code cell 2, line 3 is not taken",
    ),
    "overwritten": (OVERWRITTEN, "torch.manual_seed"),
    "file-of-a-gpu": (
        "RuntimeError",
        "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
    ),
    "other-disk": ("OSError", "[Errno 18] Invalid cross-device link: 'a' -> 'b'"),
    "weights-only": ("UnpicklingError", "Weights only load failed, for a reason of tomorrow"),
    "state-keys": ("RuntimeError", "Error(s) in loading state_dict for V2:\n\tsomething new"),
}
"""These texts are the grader's own, or of a machine that is not there."""


def entry(identifier):
    return EXPLANATIONS[identifier]


def matches(words, told):
    """Say whether what is told are these words, with something in place of their braces."""
    parts = re.split(r"\{\d\}", words)
    return re.fullmatch("(.+)".join(map(re.escape, parts)), told) is not None


def assert_told_as(identifier, told, text):
    assert told is not None, text
    assert matches(entry(identifier).question, told.question), text
    assert "{" not in told.means + told.question
    assert told.many == entry(identifier).many


@pytest.mark.parametrize(("identifier", "raiser"), RAISERS, ids=[name for name, _ in RAISERS])
def test_the_real_exception_is_explained(identifier, raiser):
    with pytest.raises(BaseException, match=r"(?s).*") as caught:
        raiser()
    error = describe(caught.value)
    assert_told_as(identifier, explain(error), f"{error.type}: {error.message}")


@pytest.mark.parametrize("identifier", OURS)
def test_what_the_grader_itself_says_is_explained(identifier):
    assert_told_as(identifier, explain(Error(*OURS[identifier])), OURS[identifier])


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU by name is fine here")
def test_a_gpu_by_name_is_explained():
    with pytest.raises((RuntimeError, AssertionError)) as caught:
        torch.zeros(1).cuda()
    error = describe(caught.value)
    assert_told_as("no-cuda", explain(error), error.message)


def test_a_gpu_by_name_in_a_forked_process_is_explained():
    """As the worker meets it; raised only in a fork, by a torch that was built for GPUs."""
    text = (
        "Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must"
        " use the 'spawn' start method"
    )
    assert_told_as("no-cuda", explain(Error("RuntimeError", text)), text)


def test_every_explanation_is_tested_and_asks():
    known = TORCH.keys() | PYTHON.keys() | MORE.keys() | OURS.keys() | SYNTAX.keys()
    assert EXPLANATIONS.keys() == known | {"no-cuda"}
    assert all(e.question.endswith("?") and e.means.endswith(".") for e in EXPLANATIONS.values())


@pytest.mark.parametrize("identifier", EXPLANATIONS)
def test_every_brace_is_a_group_of_the_pattern(identifier):
    patterns = entry(identifier).pattern, entry(identifier).line
    groups = sum(re.compile("".join(pattern)).groups for pattern in patterns)
    words = entry(identifier).means + entry(identifier).question
    named = [name for _, name, _, _ in string.Formatter().parse(words) if name is not None]
    assert all(int(name) < groups for name in named)


def test_concrete_numbers_of_the_exception_are_in_the_words():
    text = "mat1 and mat2 shapes cannot be multiplied (2x640 and 490x10)"
    told = explain(Error("RuntimeError", text))
    assert told is not None
    assert "640" in told.means
    assert "490" in told.means


def test_an_exception_of_the_students_own_is_left_as_it_is():
    assert explain(Error("MyError", "something")) is None


def raised_by(text, *arguments):
    with pytest.raises(BaseException, match=r"(?s).*") as caught:
        loaded(text, "f")(*arguments)
    return describe(caught.value)


def test_a_refusal_of_the_answers_own_is_told_as_its_own():
    error = raised_by("def f(x):\n    if x != 2:\n        raise ValueError('two, please')\n", 1)
    assert_told_as("own-refusal", explain(error), error.message)


@pytest.mark.parametrize("passing_on", ["from error", ""])
def test_what_led_to_an_exception_of_the_answers_own_is_told(passing_on):
    text = f"""
def f(state):
    try:
        return state["model"]
    except KeyError as error:
        raise ValueError("no checkpoint") {passing_on}
"""
    error = raised_by(text, {})
    assert error.cause == "KeyError: 'model'"
    assert_told_as("missing-key", explain(error), error.cause)


def test_what_was_hidden_on_purpose_stays_hidden():
    text = "def f():\n    try:\n        1 / 0\n    except Exception:\n"
    text += "        raise ValueError from None"
    assert raised_by(text).cause == ""
