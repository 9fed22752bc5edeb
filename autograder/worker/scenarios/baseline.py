"""Scenarios of unit 2: two small models, their size, the loss and the accuracy."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.bystanders import Bystanders
from autograder.worker.scenarios.models import TorchCalls, form, gradients, plain
from autograder.worker.scenarios.watched import attempt

# --- count_parameters ----------------------------------------------------------------------------


class _Tied(nn.Module):
    """Two layers with one weight, one layer in two places, a parameter of its own, a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(5, 5), nn.Linear(5, 5)
        self.second.weight = self.first.weight
        self.third = self.first
        self.shift = nn.Parameter(torch.zeros(3))
        self.norm = nn.BatchNorm1d(5)


class _Scaled(nn.Module):
    """A single number, without any dimension, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))


@scenario()
def sizes_of_plain_models(answer: Any, probe: Probe) -> None:
    """A layer, layers within layers, layers that look alike, a single number, and no layer."""
    width = int(torch.randint(3, 9, (), generator=probe.generator))
    nested = nn.Sequential(nn.Conv2d(2, width, 3), nn.Sequential(nn.ReLU(), nn.Linear(7, 2)))
    alike = nn.Sequential(nn.Linear(width, width), nn.Linear(width, width))
    equal = nn.Sequential(nn.LayerNorm(width), nn.LayerNorm(width))
    models = {
        f"nn.Linear({width}, 2)": nn.Linear(width, 2),
        f"a convolution of 2 to {width} channels and a nested nn.Linear(7, 2)": nested,
        f"two layers nn.Linear({width}, {width})": alike,
        f"two layers nn.LayerNorm({width}) with equal numbers": equal,
        "a model with one single number": _Scaled(),
        "nn.Flatten()": nn.Flatten(),
    }
    _count_all(answer, probe, models)


@scenario()
def sizes_of_frozen_models(answer: Any, probe: Probe) -> None:
    """Nothing, a part, and all of a model is frozen."""
    partly = nn.Sequential(nn.Linear(6, 4), nn.Linear(4, 3))
    partly[0].requires_grad_(False)
    bias = nn.Linear(6, 4)
    bias.bias.requires_grad_(False)
    frozen = nn.Linear(6, 4).requires_grad_(False)
    models = {"a model with a frozen layer": partly, "a layer with a frozen bias": bias}
    _count_all(answer, probe, {**models, "a frozen model": frozen})


@scenario()
def size_and_everything_else(answer: Any, probe: Probe) -> None:
    """A model in training, with a frozen layer, a layer in eval mode, and gradients."""
    model = nn.Sequential(nn.Linear(6, 4), nn.Dropout(), nn.Linear(4, 3))
    model[0].requires_grad_(False)
    model[1].eval()
    model(torch.randn(2, 6, generator=probe.generator)).sum().backward()
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    with Bystanders(model) as others:
        probe.call("count_parameters(model)", answer, model)
    changed = [
        f"the numbers of `{n}`" for n, v in model.state_dict().items() if not v.equal(kept[n])
    ]
    probe.note(changed=[*others.changed, *changed])


@scenario()
def sizes_of_shared_models(answer: Any, probe: Probe) -> None:
    """Weights that two layers share, a layer in two places, and buffers."""
    layer = nn.Linear(4, 4)
    twice = nn.Sequential(layer, nn.ReLU(), layer)
    models = {
        "a model with one layer in two places": twice,
        "a model with a shared weight": _Tied(),
    }
    _count_all(answer, probe, models)


def _count_all(answer: Any, probe: Probe, models: dict[str, nn.Module]) -> None:
    counts = {}
    for shown, model in models.items():
        count = probe.call(f"count_parameters(model) for {shown}", answer, model)
        # numpy's whole numbers, as `np.prod` gives them, are as good as Python's
        counts[shown] = int(count) if isinstance(count, np.integer) else count
        probe.note(counts=counts)


# --- cross_entropy -------------------------------------------------------------------------------

LOSS = "cross_entropy(logits, labels)"


def _draw(probe: Probe, images: int, classes: int) -> tuple[Tensor, Tensor]:
    logits = 2 * torch.randn(images, classes, generator=probe.generator)
    return logits, torch.randint(classes, (images,), generator=probe.generator)


@scenario()
def losses_of_small_batches(answer: Any, probe: Probe) -> None:
    """7 images and 5 classes, one image, as many images as classes."""
    losses, forms = {}, {}
    for images, classes in ((7, 5), (1, 4), (3, 3)):
        logits, labels = _draw(probe, images, classes)
        labels[0] = logits[0].argmin()  # a loss that is not small, so that rounding is
        shown = f"{LOSS} with logits of shape {(images, classes)}"
        losses[shown] = plain(probe.call(shown, answer, logits, labels))
        forms[shown] = form(losses[shown])
        probe.note(losses=losses, forms=forms)


@scenario()
def loss_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the loss."""
    _inputs_and_everything_else(answer, probe, LOSS)


def _inputs_and_everything_else(answer: Any, probe: Probe, shown: str) -> None:
    """As many images as classes, so that labels of another shape may still fit."""
    logits, labels = _draw(probe, 4, 4)
    given = {"logits": (logits, logits.clone()), "labels": (labels, labels.clone())}
    with Bystanders() as others:
        probe.call(shown, answer, logits, labels)
    changed = list(others.changed)
    for name, (now, before) in given.items():
        if now.shape != before.shape:
            changed.append(f"the shape of {name}")
        elif not torch.equal(now, before):
            changed.append(f"the numbers in {name}")
    probe.note(changed=changed)


@scenario()
def loss_of_large_logits(answer: Any, probe: Probe) -> None:
    """Logits of 1,000, of both signs, for right and for wrong answers; and their gradient."""
    logits = torch.tensor(
        [[1000.0, 990.0, -1000.0], [-1000.0, -999.0, -1001.0], [0.0, 1000.0, 3.0]]
    )
    logits = logits + torch.randint(8, (3, 3), generator=probe.generator) / 4
    losses = []
    for labels in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):  # each time one image costs about 1,000
        shown = f"cross_entropy(logits, labels) with logits up to 1000 and labels {list(labels)}"
        given = logits.clone().requires_grad_()
        losses.append(plain(probe.call(shown, answer, given, torch.tensor(labels))))
        probe.note(losses=losses)
    small, true = _draw(probe, 6, 4)
    # Far apart, so that the shares are 0 or 1 and rounding plays no part.
    probe.note(gradient=_gradient(answer, probe, 300 * (small.argsort(1).float() - 1), true))


def _gradient(answer: Any, probe: Probe, logits: Tensor, labels: Tensor) -> Tensor:
    given = logits.clone().requires_grad_()
    loss = probe.call(LOSS, answer, given, labels)
    return gradients(probe, loss, [given])[0]


@scenario()
def gradient_of_the_loss(answer: Any, probe: Probe) -> None:
    """What the loss asks of each logit."""
    probe.note(gradient=_gradient(answer, probe, *_draw(probe, 6, 4)))


@scenario()
def functions_behind_the_loss(answer: Any, probe: Probe) -> None:
    """Which of torch's ready-made losses are called."""
    logits, labels = _draw(probe, 4, 3)
    with TorchCalls("cross_entropy", "nll_loss", "log_softmax") as spy:
        loss = probe.call(LOSS, answer, logits, labels)
    probe.note(loss=plain(loss), borrowed=spy.told())


@scenario()
def loss_of_what_has_none(answer: Any, probe: Probe) -> None:
    """No images, shapes that do not match, labels that no class has."""
    logits, labels = _draw(probe, 3, 4)
    shapes = {
        "cross_entropy(logits, labels) with no images": (logits[:0], labels[:0]),
        "cross_entropy(logits, labels) with 3 images and 2 labels": (logits, labels[:2]),
        "cross_entropy(logits, labels) with labels of shape (3, 1)": (logits, labels[:, None]),
    }
    probe.note(shapes=[_outcome(probe, shown, answer, *given) for shown, given in shapes.items()])
    values = [(logits, torch.tensor([0, label, 1])) for label in (4, -1)]
    shown = "cross_entropy(logits, labels) with 4 classes and the label {}"
    given = zip((4, -1), values, strict=True)
    probe.note(values=[_outcome(probe, shown.format(at), answer, *each) for at, each in given])


def _outcome(probe: Probe, shown: str, answer: Any, *given: Tensor) -> dict[str, Any]:
    """Try what should be refused; of a number that comes instead only nan matters."""
    outcome = attempt(probe, shown, answer, *given)
    if "returned" not in outcome:
        return outcome
    returned = outcome["returned"]
    is_nan = isinstance(returned, (Tensor, float)) and bool(torch.as_tensor(returned).isnan().all())
    return {**outcome, "returned": "nan" if is_nan else "a value"}


# --- accuracy ------------------------------------------------------------------------------------

SHARE = "accuracy(logits, labels)"


@scenario()
def accuracy_of_small_batches(answer: Any, probe: Probe) -> None:
    """Fewer and more images than classes, as many, one; all right and all wrong."""
    shares = {}
    for images, classes in ((7, 3), (3, 10), (4, 4), (1, 5)):
        logits, labels = _draw(probe, images, classes)
        labels[0] = logits[0].argmax()
        labels[-1] = logits[-1].argmin() if images > 1 else labels[-1]
        shown = f"{SHARE} with logits of shape {(images, classes)}"
        shares[shown] = probe.call(shown, answer, logits, labels)
        probe.note(shares=shares)
    logits, _ = _draw(probe, 6, 4)
    for told, labels in (("right", logits.argmax(1)), ("wrong", logits.argmin(1))):
        shown = f"{SHARE} with every image {told}"
        shares[shown] = probe.call(shown, answer, logits, labels)
        probe.note(shares=shares)


@scenario()
def accuracy_of_a_model_in_training(answer: Any, probe: Probe) -> None:
    """Logits that know how they were computed, as a training loop has them."""
    logits, labels = _draw(probe, 7, 3)
    given = logits.requires_grad_() * 1
    probe.note(share=probe.call(f"{SHARE} with logits that carry a graph", answer, given, labels))


@scenario()
def accuracy_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the share."""
    _inputs_and_everything_else(answer, probe, SHARE)


@scenario()
def accuracy_of_ties(answer: Any, probe: Probe) -> None:
    """Two or more classes share the highest logit."""
    logits = torch.tensor([[2.0, 2.0, 1.0], [0.0, 3.0, 3.0], [1.0, 1.0, 1.0], [5.0, 0.0, 5.0]])
    logits = logits + float(torch.randn((), generator=probe.generator).round())
    shares = []
    for labels in ([0, 1, 0, 0], [1, 2, 2, 2], [0, 2, 1, 0]):
        shown = f"accuracy(logits, labels={labels}) with equal logits in each row"
        shares.append(probe.call(shown, answer, logits, torch.tensor(labels)))
        probe.note(shares=shares)


@scenario()
def accuracy_of_nothing(answer: Any, probe: Probe) -> None:
    """No images at all."""
    logits, labels = torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64)
    probe.note(attempt=attempt(probe, f"{SHARE} with no images", answer, logits, labels))


@scenario()
def accuracy_of_mismatched_shapes(answer: Any, probe: Probe) -> None:
    """More or fewer labels than images, one label for all; and shapes with other dimensions."""
    logits, labels = _draw(probe, 4, 3)
    attempts = []
    for count in (3, 1):
        shown = f"{SHARE} with 4 images and {count} label{'s'[: count - 1]}"
        attempts.append(_outcome(probe, shown, answer, logits, labels[:count]))
    strange = {
        "labels of shape (4, 1)": (logits, labels[:, None]),
        "logits of shape (4,)": (logits[:, 0], labels),
        "logits of shape (4, 3, 1)": (logits[:, :, None], labels),
    }
    refused = {}
    for shown, given in strange.items():
        refused[shown] = "raised" in attempt(probe, f"{SHARE} with {shown}", answer, *given)
    probe.note(attempts=attempts, refused=refused)
