"""Whatever an answer returns, lacks or overwrites: the grader's own exception is never told."""

import types
from functools import cache, partial

import numpy as np
import pytest
import torch
from torch import nn

from autograder.claims.registry import checks_of
from autograder.claims.seen import Later
from autograder.course.catalogue import SLOW, exercises
from autograder.course.reference import reference_answer
from autograder.judge.exam import Exam
from autograder.judge.verdicts import judge_exercise
from autograder.worker.scenarios import observe

EXAM = Exam(5)
NAMES = [name for name in exercises() if checks_of(exercises()[name], full=False)]


class Hostile:
    """Raises at whatever is done with it."""

    def _raise(self, *args, **more):
        raise RuntimeError("nothing of me can be read")

    __len__ = __iter__ = __getitem__ = __eq__ = __bool__ = __float__ = __int__ = _raise
    __repr__ = __str__ = __add__ = __array__ = __call__ = _raise
    __hash__ = None


class HostileAttributes:
    def __getattr__(self, name):
        raise RuntimeError("nothing of me can be read")


def itself():
    endless = []
    endless.append(endless)
    return endless


class Odd(dict):
    def items(self):
        raise RuntimeError("no items")


VALUES = {
    "nothing": lambda: None,
    "a number": lambda: 3,
    "nan": lambda: float("nan"),
    "a huge number": lambda: 10**30,
    "a text": lambda: "x",
    "an empty list": list,
    "an empty dict": dict,
    "an odd dict": lambda: Odd(a=1),
    "a list of None": lambda: [None] * 3,
    "a pair": lambda: (1, "x"),
    "a triple": lambda: (None, [], {}),
    "a list of itself": itself,
    "a class": lambda: int,
    "a function": lambda: print,
    "a generator": lambda: (x for x in [1, 2]),
    "an error": lambda: ValueError("x"),
    "a module": lambda: types,
    "a layer": nn.ReLU,
    "a tensor": lambda: torch.zeros(3),
    "a tensor of one": lambda: torch.tensor(1.5),
    "an empty tensor": lambda: torch.zeros(0, 10),
    "a tensor of nan": lambda: torch.full((2, 3), float("nan")),
    "a complex tensor": lambda: torch.zeros(2, dtype=torch.complex64),
    "a sparse tensor": lambda: torch.eye(2).to_sparse(),
    "a meta tensor": lambda: torch.zeros(2, device="meta"),
    "a bool tensor": lambda: torch.ones(2, 2, dtype=torch.bool),
    "an array of objects": lambda: np.array([{}, None], dtype=object),
    "an array": lambda: np.zeros((2, 2)),
    "what nobody can read": Hostile,
    "what has no attributes": HostileAttributes,
}


def returning(make):
    def answer(*args, **more):
        return make()

    return answer


class Everything:
    """Has every method, which all return the same odd value."""

    def __init__(self, make):
        self._make = make

    def __call__(self, *args, **more):
        return self._make()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **more: self._make()


for own in (Hostile, HostileAttributes, Odd, Everything):
    own.__module__ = "answers"


def spoiling(name, value):
    """Return an answer that does its work and overwrites an attribute of all that it was given."""

    def answer_of(reference):
        def answer(*args, **more):
            done = reference(*args, **more)
            for given in (*args, *more.values(), done):
                try:
                    setattr(given, name, value)
                except Exception:  # what can't be overwritten stays
                    continue
            return done

        return answer

    return answer_of


OVERWRITTEN = {
    f"{name} = {value!r}": spoiling(name, value)
    for name in ("state_dict", "parameters", "train", "eval", "forward", "step", "training")
    for value in (None, 3)
} | {
    f"{name} = None": spoiling(name, None)
    for name in ("load_state_dict", "zero_grad", "dataset", "named_parameters", "shape", "grad")
}


def parts_spoilt(reference):
    """Return the result of the reference with an odd thing in each place of it, one at a time."""

    def made(place, odd):
        def answer(*args, **more):
            done = reference(*args, **more)
            if isinstance(done, tuple) and hasattr(done, "_fields") and len(done) > place:
                return done._replace(**{done._fields[place]: odd})
            if isinstance(done, (tuple, list)) and len(done) > place:
                return type(done)([*done[:place], odd, *done[place + 1 :]])
            return odd

        return answer

    return [made(place, odd) for place in (0, 1) for odd in (None, "x", [1], Hostile())]


@cache
def expected_of(name):
    exercise = exercises()[name]
    scenarios = dict.fromkeys(check.scenario for check in checks_of(exercise, full=False))
    return {each: Later(partial(EXAM.expected, exercise, each)) for each in scenarios}


def told_of(name, answer):
    """Return every verdict on an answer, and all that is told of it."""
    exercise = exercises()[name]
    checks, right = checks_of(exercise, full=False), expected_of(name)
    seen = {scenario: observe(scenario, answer, EXAM.seed) for scenario in right}
    result = judge_exercise(exercise, checks, seen, right)
    assert "grader error" not in {check.verdict for check in result.every_check}
    text = "\n".join(part.text for check in result.every_check for part in check.told)
    assert "autograder" not in text
    assert "Traceback" not in text
    return result


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_returns_anything_gets_a_verdict(name):
    for make in VALUES.values():
        assert told_of(name, returning(make)).verdict in ("failed", "crashed")


@pytest.mark.parametrize("name", NAMES)
def test_an_object_whose_methods_return_anything_gets_a_verdict(name):
    for make in VALUES.values():
        told_of(name, returning(lambda make=make: Everything(make)))
        told_of(name, Everything(make))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_answer_at_all_gets_a_verdict(name):
    for make in VALUES.values():
        told_of(name, make())


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SLOW])
def test_an_answer_that_overwrites_what_it_was_given_gets_a_verdict(name):
    for spoilt in OVERWRITTEN.values():
        told_of(name, spoilt(reference_answer(name)))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SLOW])
def test_a_result_with_something_odd_in_it_gets_a_verdict(name):
    for answer in parts_spoilt(reference_answer(name)):
        told_of(name, answer)


METHODS = {"BestModel": ("update", "restore"), "FashionMNISTModelV2": ("forward", "__init__")}


@pytest.mark.parametrize(
    ("name", "method"), [(n, m) for n, all_of in METHODS.items() for m in all_of]
)
@pytest.mark.parametrize("make", [None, *VALUES.values()])
def test_a_class_whose_method_is_missing_or_odd_gets_a_verdict(name, method, make):
    whole = reference_answer(name)
    own = dict(vars(whole))
    own.pop("__dict__", None)
    own.pop("__weakref__", None)
    own.pop(method)
    if make is not None:
        own[method] = returning(make)
    told_of(name, type(name, whole.__bases__, own))
