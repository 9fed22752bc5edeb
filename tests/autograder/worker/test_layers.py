import pytest
import torch
from torch import nn

from autograder.grading.one import judge_answer
from autograder.judge.exam import Exam
from autograder.worker.layers import REST, Layers
from autograder.worker.probe import Probe, run_scenario


class Wrong(nn.Module):
    def __init__(self, *_: object, **__: object):
        super().__init__()
        self.block = nn.Sequential(nn.Conv2d(1, 10, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(1960, 10))

    def forward(self, images):
        return self.head(self.block(images))


def test_every_layer_is_told_up_to_the_one_that_raised():
    with Layers() as layers, pytest.raises(RuntimeError, match="mat1 and mat2"):
        Wrong()(torch.zeros(4, 1, 28, 28))
    assert layers.lines() == (
        "Conv2d(1, 10, kernel_size=(3, 3), stride=(1, 1)): (4, 1, 28, 28) -> (4, 10, 26, 26)",
        "ReLU(): (4, 10, 26, 26) -> (4, 10, 26, 26)",
        "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False):"
        " (4, 10, 26, 26) -> (4, 10, 13, 13)",
        "Flatten(start_dim=1, end_dim=-1): (4, 10, 13, 13) -> (4, 1690)",
        f"Linear(in_features=1960, out_features=10, bias=True): (4, 1690) -> {REST}",
    )


def test_only_the_last_forward_pass_is_told():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    with Layers() as layers:
        model(torch.zeros(3, 2, 2))
        model(torch.zeros(5, 2, 2))
    assert [line.partition(": ")[2] for line in layers.lines()] == [
        "(5, 2, 2) -> (5, 4)",
        "(5, 4) -> (5, 2)",
    ]


def test_a_pass_that_an_answer_caught_does_not_stay():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    with Layers() as layers:
        with pytest.raises(RuntimeError):
            model(torch.zeros(3, 3, 3))
        model(torch.zeros(5, 2, 2))
    assert len(layers.lines()) == 2
    assert "(3, 9)" not in " ".join(layers.lines())


def test_no_hook_stays_behind():
    with Layers() as layers:
        pass
    nn.Linear(1, 1)(torch.zeros(1, 1))
    assert layers.lines() == ()


def test_a_scenario_keeps_the_layers_with_the_error():
    def scenario(answer: object, probe: Probe) -> None:
        probe.call("model(images)", Wrong(), torch.zeros(2, 1, 28, 28))

    error = run_scenario(scenario, None, 0).error
    assert error is not None
    assert error.layers[-1].endswith(f"(2, 1690) -> {REST}")


def test_a_student_reads_the_shape_at_every_layer_once():
    result = judge_answer("FashionMNISTModelV2", Wrong, Exam(3))
    told = "\n".join(check.said("message") for check in result.checks)
    assert told.count("the shape at every layer:") == 1
    assert "Linear(in_features=1960" in told
