"""Every explanation is met by the real exception of the installed Python and torch.

A new release that changes a text is noticed here: nearly all of the exceptions are raised by code.
"""

import io
import math
import random
import re
import string
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import random_split

from autograder.teaching.explain import EXPLANATIONS, explain
from autograder.worker.observation import OVERWRITTEN, Error
from autograder.worker.trace import describe
from tests.support.submissions import loaded

F = nn.functional
IMAGES = torch.zeros(8, 1, 28, 28)
LOGITS, LABELS = torch.zeros(8, 10), torch.zeros(8, dtype=torch.int64)


def weights():
    return torch.ones(3, requires_grad=True)


def backward_twice():
    loss = weights().exp().sum()
    loss.backward()
    loss.backward()


def in_place():
    x = weights().exp()
    y = x.exp()
    y += 1
    y.sum().backward()


def leaf_in_place():
    x = weights()
    x += 1


def inference_tensor():
    with torch.inference_mode():
        x = torch.ones(3)
    (x * weights()).sum().backward()


def not_initialised():
    class Model(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    Model()


def no_forward():
    class Model(nn.Module):
        def foward(self, images):
            return images

    Model()(IMAGES)


def self_as_size():
    class Model(nn.Module):
        def __init__(in_features=784):  # noqa: N805
            super().__init__()
            in_features.layer = nn.Linear(in_features, 10)

    Model()


def no_self():
    class Model(nn.Module):
        def forward(images):  # noqa: N805
            return images

    Model()(IMAGES)


def no_self_for_super():
    class Model(nn.Module):
        def __init__(*sizes):
            super().__init__()

    Model()


def recursion(n=0):
    return recursion(n + 1)


def typed_in():
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        return input("learning rate? ")
    finally:
        sys.stdin = before


def read_before_assigned():
    for _ in []:
        found = 1
    return found


TORCH = {
    "matmul-shapes": [
        lambda: nn.Linear(490, 10)(torch.zeros(2, 640)),
        lambda: nn.Linear(784, 10)(torch.zeros(3136)),
    ],
    "wants-4d": lambda: nn.Conv2d(1, 2, 3)(torch.zeros(5, 784)),
    "conv-channels": lambda: nn.Conv2d(3, 2, 3)(IMAGES),
    "kernel-too-large": lambda: nn.Conv2d(1, 1, 3)(torch.zeros(1, 1, 2, 2)),
    "pool-too-small": lambda: nn.MaxPool2d(2)(torch.zeros(1, 1, 1, 1)),
    "shape-reshape": lambda: torch.zeros(10).reshape(3, 4),
    "view-not-contiguous": lambda: torch.zeros(3, 4).T.view(-1),
    "sizes-differ": lambda: torch.zeros(3) + torch.zeros(4),
    "stack-of-other-sizes": lambda: torch.stack([LOGITS, LOGITS[:6]]),
    "cat-of-other-sizes": lambda: torch.cat([LOGITS, LOGITS[:, :9]]),
    "missing-dimension": lambda: LABELS.argmax(1),
    "index-out-of-bounds": lambda: LOGITS[:, 10],
    "empty-reduction": [lambda: LABELS[:0].max(), lambda: LOGITS[:0].argmax(0)],
    "batch-sizes-differ": lambda: F.cross_entropy(LOGITS[:3], LABELS),
    "logits-in-one-row": lambda: F.cross_entropy(LOGITS.flatten(), LABELS),
    "labels-in-a-column": lambda: F.cross_entropy(LOGITS, LABELS[:, None]),
    "loss-of-3d": lambda: F.cross_entropy(torch.zeros(8, 10, 28), LABELS),
    "classes-in-place-of-logits": lambda: F.cross_entropy(LOGITS.argmax(1), LABELS),
    "labels-not-long": [
        lambda: F.cross_entropy(LOGITS, LABELS.int()),
        lambda: F.cross_entropy(LOGITS, LABELS.float()),
    ],
    "logits-not-float": lambda: F.cross_entropy(LABELS, LOGITS),
    "whole-numbers": [lambda: LOGITS.long().softmax(1), lambda: LABELS.mean()],
    "class-out-of-range": lambda: F.cross_entropy(LOGITS, LABELS + 10),
    "dtypes-differ": [
        lambda: nn.Linear(2, 2)(torch.zeros(1, 2).double()),
        lambda: nn.Conv2d(1, 2, 3)(IMAGES.double()),
    ],
    "in-place": in_place,
    "leaf-in-place": leaf_in_place,
    "backward-twice": backward_twice,
    "no-graph": lambda: torch.ones(2).sum().backward(),
    "grad-not-scalar": lambda: weights().exp().backward(),
    "numpy-needs-grad": lambda: weights().numpy(),
    "inference-tensor": inference_tensor,
    "several-numbers": [lambda: LOGITS.item(), lambda: float(LOGITS)],
    "ambiguous-truth": lambda: bool(LABELS == LABELS),
    "devices-differ": lambda: nn.Linear(2, 2)(torch.zeros(1, 2, device="meta")),
    "no-forward": no_forward,
    "self-as-size": self_as_size,
    "state-keys": lambda: nn.Linear(2, 2).load_state_dict(nn.Linear(3, 2).state_dict()),
    "not-initialised": not_initialised,
    "no-parameters": lambda: torch.optim.SGD(nn.Flatten().parameters(), 0.1),
    "layers-in-a-list": lambda: nn.Sequential([nn.Flatten()]),
    "lengths-of-a-split": lambda: random_split(range(10), [3, 6]),
    "not-a-tensor": [
        lambda: nn.Linear(2, 2)([1.0, 2.0]),
        lambda: nn.Linear(2, 2)(np.zeros(2)),
    ],
    "memory": lambda: torch.zeros(2**50),
}
PYTHON = {
    "undefined-name": lambda: undefined,  # noqa: F821
    "read-before-assigned": read_before_assigned,
    "missing-module": lambda: __import__("no_such_library"),
    "import-name": lambda: exec("from math import tau_squared"),
    "none-attribute": lambda: None.step(),
    "none-value": [
        lambda: None + 1,
        lambda: len(None),
        lambda: [*None],
        lambda: (lambda x: x[0])(None),
    ],
    "number-attribute": lambda: (0.5).backward(),
    "iterator-attribute": [
        lambda: (x for x in "ab").dataset,
        lambda: iter([]).dataset,
        lambda: zip("a", "b", strict=True).dataset,
    ],
    "module-attribute": lambda: math.no_such_function,
    "no-attribute": lambda: LOGITS.no_such_method,
    "no-self": no_self,
    "no-self-for-super": no_self_for_super,
    "wrong-arguments": [lambda: nn.Linear(3), lambda: (lambda a: a)(1, 2), lambda: recursion(m=1)],
    "not-callable": [lambda: LOGITS(1), lambda: random(1)],
    "recursion": recursion,
    "input": typed_in,
    "exit": lambda: sys.exit(0),
    "not-enough-values": lambda: (lambda a, b: None)(*[x for x, y in [(1,)]]),
    "too-many-values": lambda: [x for x, y in [(1, 2, 3)]],
    "missing-key": lambda: {"model": 1}["model_state_dict"],
    "list-index": [lambda: [1][1], lambda: (1,)[1]],
    "no-length": lambda: len(x for x in "ab"),
    "not-indexable": lambda: iter("ab")[0],
    "not-iterable": [lambda: list(3), lambda: torch.optim.SGD(nn.Linear(1, 1), 0.1)],
    "empty-sequence": [lambda: max([]), lambda: min(())],
    "division-by-zero": lambda: 1 / 0,
    "missing-file": lambda: Path("no_such_folder", "no_such_file").read_text(),
}
RAISERS = [
    (identifier, raiser)
    for identifier, raisers in (TORCH | PYTHON).items()
    for raiser in (raisers if isinstance(raisers, list) else [raisers])
]
OURS = {
    "not-taken": (
        "NameError",
        "name 'keep' is not defined: code cell 2, line 3 is not taken",
    ),
    "overwritten": (OVERWRITTEN, "torch.manual_seed"),
}
"""These texts are the grader's own; that it makes them is tested where it does."""


def entry(identifier):
    return EXPLANATIONS[identifier]


def assert_told_as(identifier, told, text):
    assert told is not None, text
    assert told.question == entry(identifier).question, text
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
    assert EXPLANATIONS.keys() == TORCH.keys() | PYTHON.keys() | OURS.keys() | {"no-cuda"}
    assert all(e.question.endswith("?") and e.means.endswith(".") for e in EXPLANATIONS.values())


@pytest.mark.parametrize("identifier", EXPLANATIONS)
def test_every_brace_is_a_group_of_the_pattern(identifier):
    groups = re.compile("".join(entry(identifier).pattern)).groups
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


def test_what_an_answer_raises_itself_speaks_for_itself():
    answer = loaded("import torch\n\ndef f(x):\n    raise KeyError('loss')\n", "f")
    with pytest.raises(KeyError) as caught:
        answer(1)
    assert explain(describe(caught.value)) is None
