"""What is told of natural wrong answers to unit 2: true of the code, and of nothing else."""

import pytest
import torch
from torch import nn

from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam

EXAM = Exam(3)


def told_of(exercise, answer):
    """Return the mistakes that are named, and all that is explained."""
    result = judge_answer(exercise, answer, EXAM)
    assert result.verdict == "failed"
    named = {mistake for check in result.every_check for mistake in check.mistakes}
    return named, " ".join(check.said("explanation") for check in result.every_check)


class Plain(nn.Module):
    """Plain tensors, as `make` gives them."""

    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        self.w1, self.w2 = self.make(in_features, hidden_units), self.make(hidden_units, classes)
        self.b1, self.b2 = self.make(hidden_units), self.make(classes)

    @staticmethod
    def make(*shape):
        return torch.randn(shape, requires_grad=True)

    def forward(self, images):
        return (images.flatten(1) @ self.w1 + self.b1) @ self.w2 + self.b2


class PlainAndSmall(Plain):
    @staticmethod
    def make(*shape):
        return 0.01 * torch.rand(shape)


class InADict(nn.Module):
    def __init__(self, in_features=784, hidden_units=10, classes=10):
        super().__init__()
        first, second = nn.Linear(in_features, hidden_units), nn.Linear(hidden_units, classes)
        self.layers = {"first": first, "second": second}

    def forward(self, images):
        return self.layers["second"](self.layers["first"](images.flatten(1)))


@pytest.mark.parametrize("answer", [Plain, PlainAndSmall, InADict])
def test_a_model_without_parameters_hears_what_a_module_knows(answer):
    named, told = told_of("FashionMNISTModelV0", answer)
    assert "V0WithLayersInAList" in named
    assert "Your model has no parameters" in told
    assert "sit in a Python list" not in told


def test_parameters_that_come_with_the_first_forward_pass_come_too_late():
    class Late(nn.Module):
        def __init__(self, in_features=784, hidden_units=10, classes=10):
            super().__init__()
            self.sizes = in_features, hidden_units, classes
            self.body = None

        def forward(self, images):
            if self.body is None:
                a, b, c = self.sizes
                self.body = nn.Sequential(nn.Flatten(), nn.Linear(a, b), nn.Linear(b, c))
            return self.body(images)

    result = judge_answer("FashionMNISTModelV0", Late, EXAM)
    (check,) = (c for c in result.checks if c.name.endswith("has_7960_parameters"))
    assert "before the first forward pass is 0, not 7960" in check.said("message")
    assert check.mistakes == ("V0WithLazyLayers",)
    assert "get their sizes in the first forward pass" in check.said("explanation")


@pytest.mark.parametrize("scale", [1, 100])
def test_labels_of_another_shape_are_told_with_the_number_that_came(scale):
    def answer(logits, labels):
        return scale * (logits.argmax(1) == labels).float().mean().item()

    named, told = told_of("accuracy", answer)
    assert named >= {"accuracy_without_a_look_at_shapes"} or "Two things" in told
    assert "zip" not in told
