"""Every explanation is met by the real exception of the installed torch."""

import copy

import pytest
import torch
from torch import nn

from autograder.explain import EXPLANATIONS, explain
from autograder.observation import Error

F = nn.functional


def backward_twice():
    loss = torch.ones(2, requires_grad=True).exp().sum()
    loss.backward()
    loss.backward()


def in_place():
    x = torch.ones(2, requires_grad=True).exp()
    y = x.exp()
    y += 1
    y.sum().backward()


def leaf_in_place():
    x = torch.ones(2, requires_grad=True)
    x += 1


def inference_tensor():
    with torch.inference_mode():
        x = torch.ones(2)
    (x * torch.ones(2, requires_grad=True)).sum().backward()


def state_keys():
    nn.Linear(2, 2).load_state_dict(nn.Linear(3, 2).state_dict())


def not_initialised():
    class Model(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    Model()


def recursion(n=0):
    return recursion(n + 1)


def wrong_arguments():
    nn.Linear(3)


RAISERS = {
    "matmul-shapes": lambda: nn.Linear(490, 10)(torch.zeros(2, 640)),
    "wants-4d": lambda: nn.Conv2d(1, 2, 3)(torch.zeros(5, 784)),
    "conv-channels": lambda: nn.Conv2d(3, 2, 3)(torch.zeros(2, 1, 8, 8)),
    "shape-reshape": lambda: torch.zeros(10).reshape(3, 4),
    "sizes-differ": lambda: torch.zeros(3) + torch.zeros(4),
    "batch-sizes-differ": lambda: F.cross_entropy(torch.zeros(3, 5), torch.zeros(4).long()),
    "labels-not-long": lambda: F.cross_entropy(
        torch.zeros(3, 5), torch.zeros(3, dtype=torch.int32)
    ),
    "logits-not-float": lambda: F.cross_entropy(torch.zeros(3).long(), torch.zeros(3, 5)),
    "class-out-of-range": lambda: F.cross_entropy(torch.zeros(1, 5), torch.tensor([7])),
    "dtypes-differ": lambda: nn.Linear(2, 2)(torch.zeros(1, 2, dtype=torch.float64)),
    "in-place": in_place,
    "leaf-in-place": leaf_in_place,
    "backward-twice": backward_twice,
    "no-graph": lambda: torch.ones(2).sum().backward(),
    "grad-not-scalar": lambda: torch.ones(2, requires_grad=True).exp().backward(),
    "numpy-needs-grad": lambda: torch.ones(2, requires_grad=True).numpy(),
    "inference-tensor": inference_tensor,
    "state-keys": state_keys,
    "not-enough-values": lambda: (lambda a, b: None)(*[x for x, y in [(1,)]]),
    "not-initialised": not_initialised,
    "none-returned": lambda: copy.copy(None).loss,
    "no-length": lambda: len(x for x in "ab"),
    "not-indexable": lambda: iter("ab")[0],
    "division-by-zero": lambda: 1 / 0,
    "undefined-name": lambda: undefined,  # noqa: F821
    "wrong-arguments": wrong_arguments,
    "recursion": recursion,
}
# These need a machine with a GPU, or one without; their texts are those of torch's sources.
TEXTS = {
    "linear-vector": ("RuntimeError", "size mismatch, got input (3136), mat (10x784), vec (784)"),
    "devices-differ": (
        "RuntimeError",
        "Expected all tensors to be on the same device, but found at least two devices",
    ),
    "no-cuda": ("AssertionError", "Torch not compiled with CUDA enabled"),
}


def entry(identifier):
    return next(e for e in EXPLANATIONS if e.id == identifier)


@pytest.mark.parametrize("identifier", RAISERS)
def test_the_real_exception_is_explained(identifier):
    with pytest.raises(Exception, match=r".*") as caught:
        RAISERS[identifier]()
    told = explain(Error(type(caught.value).__name__, str(caught.value)))
    assert told is not None, str(caught.value)
    assert told[1] == entry(identifier).question, str(caught.value)
    assert "{" not in told[0]


@pytest.mark.parametrize("identifier", TEXTS)
def test_a_known_text_is_explained(identifier):
    told = explain(Error(*TEXTS[identifier]))
    assert told is not None
    assert told[1] == entry(identifier).question


def test_every_explanation_is_tested_asks_and_has_an_id_of_its_own():
    ids = [e.id for e in EXPLANATIONS]
    assert len(set(ids)) == len(ids)
    assert set(ids) == RAISERS.keys() | TEXTS.keys()
    assert all(e.question.endswith("?") and e.means.endswith(".") for e in EXPLANATIONS)


def test_concrete_numbers_of_the_exception_are_in_the_words():
    text = "mat1 and mat2 shapes cannot be multiplied (2x640 and 490x10)"
    told = explain(Error("RuntimeError", text))
    assert told is not None
    assert "640" in told[0]
    assert "490" in told[0]


def test_an_exception_of_the_students_own_is_left_as_it_is():
    assert explain(Error("MyError", "something")) is None
