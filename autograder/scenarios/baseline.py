"""Scenarios of unit 2: two linear models, counting, loss, accuracy."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.placing import UseOrder, place_weights, shapes_of

SIZES = {"in_features": 12, "hidden_units": 7, "classes": 5}
MODEL_CALL = "model = {}(in_features=12, hidden_units=7, classes=5)"


def _make(answer: Any, probe: Probe) -> nn.Module:
    name = getattr(answer, "__name__", "Model")
    model: nn.Module = probe.call(MODEL_CALL.format(name), answer, **SIZES)
    return model


def _pictures(probe: Probe, count: int) -> Tensor:
    return torch.randn(count, 1, 3, 4, generator=probe.generator)


def _look_at_model(answer: Any, probe: Probe) -> None:
    model = _make(answer, probe)
    images = _pictures(probe, 4)
    outputs = [probe.call("model(images)  # 4 images", model, images)]
    outputs.append(probe.call("model(images)  # 1 image", model, images[:1]))
    again = probe.call("model(images)  # 4 images", model, images)
    probe.note(shapes=shapes_of(outputs), repeatable=_equal(outputs[0], again))
    parameters = list(model.parameters())
    probe.note(parameters=sum(p.numel() for p in parameters if p.requires_grad))
    place_weights(model, lambda: model(images), probe.seed)
    logits = probe.call("model(images)  # known weights", model, images)
    probe.note(logits=logits)
    if isinstance(logits, Tensor) and logits.requires_grad:
        logits.square().sum().backward()
    probe.note(without_gradient=sum(p.grad is None for p in model.parameters()))


def _equal(first: Any, second: Any) -> bool:
    return isinstance(first, Tensor) and isinstance(second, Tensor) and torch.equal(first, second)


@scenario()
def small_v0(answer: Any, probe: Probe) -> None:
    """A V0 of other sizes than usual, with known weights."""
    _look_at_model(answer, probe)


@scenario()
def small_v1(answer: Any, probe: Probe) -> None:
    """A V1 of other sizes than usual, with known weights."""
    _look_at_model(answer, probe)


@scenario()
def usual_linear_model(answer: Any, probe: Probe) -> None:
    """The model with its defaults: parameters, and one batch of real size."""
    name = getattr(answer, "__name__", "Model")
    model = probe.call(f"model = {name}()", answer)
    probe.note(parameters=sum(p.numel() for p in model.parameters() if p.requires_grad))
    images = torch.rand(2, 1, 28, 28, generator=probe.generator)
    probe.note(shapes=shapes_of([probe.call("model(images)  # (2, 1, 28, 28)", model, images)]))


@scenario()
def models_to_count(answer: Any, probe: Probe) -> None:
    """Models with frozen and shared parameters, with none at all, and a plain one."""
    torch.manual_seed(probe.seed)
    size = 3 + probe.seed % 5
    plain = nn.Sequential(nn.Linear(size, 4), nn.ReLU(), nn.Linear(4, 2, bias=False))
    frozen = nn.Sequential(nn.Linear(size, 4), nn.BatchNorm1d(4))
    frozen[0].requires_grad_(False)
    shared = nn.Sequential(nn.Linear(size, size), nn.ReLU(), nn.Linear(size, size))
    shared[2].weight = shared[0].weight
    probe.note(plain=probe.call("count_parameters(model)", answer, plain))
    probe.note(none=probe.call("count_parameters(nn.ReLU())", answer, nn.ReLU()))
    probe.note(frozen=probe.call("count_parameters(model)  # partly frozen", answer, frozen))
    probe.note(shared=probe.call("count_parameters(model)  # shared weights", answer, shared))
    probe.note(still_frozen=not frozen[0].weight.requires_grad)


@scenario()
def ordinary_logits(answer: Any, probe: Probe) -> None:
    """The loss of 3 rows of 7 logits, its gradient, and what it was computed with."""
    logits = torch.randn(3, 7, generator=probe.generator)
    labels = torch.randint(7, (3,), generator=probe.generator)
    leaf = logits.clone().requires_grad_()
    with UseOrder() as order:
        loss = probe.call("cross_entropy(logits, labels)", answer, leaf, labels)
    probe.note(loss=loss, functions=sorted(set(order.functions)))
    probe.note(inputs_untouched=torch.equal(leaf.detach(), logits))
    if isinstance(loss, Tensor) and loss.requires_grad and loss.numel() == 1:
        loss.sum().backward()
    probe.note(gradient=leaf.grad)


@scenario()
def large_logits(answer: Any, probe: Probe) -> None:
    """Logits of 1,000 and of -1,000, and a batch of one image."""
    logits = torch.tensor([[1000.0, 0.0, -1000.0], [-1000.0, -1000.0, -990.0]])
    logits = logits + torch.rand(1, 1, generator=probe.generator)
    labels = torch.tensor([1, 2])
    probe.note(loss=probe.call("cross_entropy(1000 * …, labels)", answer, logits, labels))
    single = probe.call("cross_entropy(logits, labels)  # 1 image", answer, logits[:1], labels[:1])
    probe.note(single=single)


@scenario()
def loss_of_nothing(answer: Any, probe: Probe) -> None:
    """No images, labels of another number, and labels that no class has."""
    empty = torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64)
    probe.note(empty=probe.attempt("cross_entropy(no logits, no labels)", answer, *empty))
    other = torch.zeros(4, 3), torch.zeros(3, dtype=torch.int64)
    probe.note(other=probe.attempt("cross_entropy(4 rows, 3 labels)", answer, *other))
    one = torch.zeros(4, 3), torch.zeros(1, dtype=torch.int64)
    probe.note(one=probe.attempt("cross_entropy(4 rows, 1 label)", answer, *one))
    rows = torch.zeros(2, 3)
    low, high = torch.tensor([0, -1]), torch.tensor([3, 0])
    probe.note(low=probe.attempt("cross_entropy(3 classes, label -1)", answer, rows, low))
    probe.note(high=probe.attempt("cross_entropy(3 classes, label 3)", answer, rows, high))


@scenario()
def counted_answers(answer: Any, probe: Probe) -> None:
    """Accuracy where images and classes differ in number, with a tie, and of one image."""
    logits = torch.randn(5, 3, generator=probe.generator)
    labels = logits.argmax(1)
    labels[:2] = (labels[:2] + 1) % 3
    tie = torch.tensor([[1.0, 1.0, 0.0], [0.0, 2.0, 2.0], [3.0, 0.0, 3.0]])
    probe.note(some=probe.call("accuracy(logits, labels)", answer, logits, labels))
    probe.note(tie=probe.call("accuracy(ties, labels)", answer, tie, torch.arange(3)))
    square = torch.eye(3)
    probe.note(all=probe.call("accuracy(logits, labels)", answer, square, torch.arange(3)))


@scenario()
def accuracy_of_nothing(answer: Any, probe: Probe) -> None:
    """No images, and labels of another number."""
    empty = torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64)
    probe.note(empty=probe.attempt("accuracy(no logits, no labels)", answer, *empty))
    other = torch.zeros(4, 3), torch.zeros(3, dtype=torch.int64)
    probe.note(other=probe.attempt("accuracy(4 rows, 3 labels)", answer, *other))
    one = torch.zeros(4, 3), torch.zeros(1, dtype=torch.int64)
    probe.note(one=probe.attempt("accuracy(4 rows, 1 label)", answer, *one))
