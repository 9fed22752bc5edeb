"""Scenarios of unit 2: two small models, their size, the loss and the accuracy."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.models import TorchCalls, form, gradients, note_form, note_laws, plain

V0, V1 = "FashionMNISTModelV0", "FashionMNISTModelV1"
IMAGE = (1, 28, 28)
SMALL = (3, 4, 5)  # 60 values: neither one channel nor square, as `in_features` allows


@scenario()
def v0_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments."""
    note_form(answer, probe, V0, IMAGE)


@scenario()
def v0_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Another image, other widths."""
    note_form(answer, probe, V0, SMALL, in_features=60, hidden_units=7, classes=3)


@scenario()
def v0_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes."""
    note_laws(answer, probe, V0, IMAGE)


@scenario()
def v1_by_default(answer: Any, probe: Probe) -> None:
    """The model without arguments."""
    note_form(answer, probe, V1, IMAGE)


@scenario()
def v1_of_other_sizes(answer: Any, probe: Probe) -> None:
    """Another image, other widths."""
    note_form(answer, probe, V1, SMALL, in_features=60, hidden_units=7, classes=3)


@scenario()
def v1_with_known_weights(answer: Any, probe: Probe) -> None:
    """What it computes."""
    note_laws(answer, probe, V1, IMAGE)


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


@scenario()
def sizes_of_plain_models(answer: Any, probe: Probe) -> None:
    """A layer, layers within layers, two layers that look alike, and no layer at all."""
    width = int(torch.randint(3, 9, (), generator=probe.generator))
    nested = nn.Sequential(nn.Conv2d(2, width, 3), nn.Sequential(nn.ReLU(), nn.Linear(7, 2)))
    alike = nn.Sequential(nn.Linear(width, width), nn.Linear(width, width))
    models = {
        f"nn.Linear({width}, 2)": nn.Linear(width, 2),
        f"a convolution of 2 to {width} channels and a nested nn.Linear(7, 2)": nested,
        f"two layers nn.Linear({width}, {width})": alike,
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
    flags = [p.requires_grad for model in (partly, bias, frozen) for p in model.parameters()]
    probe.note(flags=flags)


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
        counts[shown] = probe.call(f"count_parameters(model) for {shown}", answer, model)
        probe.note(counts=counts)


# --- cross_entropy -------------------------------------------------------------------------------

LOSS = "cross_entropy(logits, labels)"


def _draw(probe: Probe, images: int, classes: int) -> tuple[Tensor, Tensor]:
    logits = 2 * torch.randn(images, classes, generator=probe.generator)
    return logits, torch.randint(classes, (images,), generator=probe.generator)


@scenario()
def losses_of_small_batches(answer: Any, probe: Probe) -> None:
    """7 images and 5 classes, one image, as many images as classes."""
    losses, forms, kept = {}, {}, True
    for images, classes in ((7, 5), (1, 4), (3, 3)):
        logits, labels = _draw(probe, images, classes)
        labels[0] = logits[0].argmin()  # a loss that is not small, so that rounding is
        before = logits.clone(), labels.clone()
        shown = f"{LOSS} with logits of shape {(images, classes)}"
        losses[shown] = plain(probe.call(shown, answer, logits, labels))
        forms[shown] = form(losses[shown])
        kept = kept and torch.equal(logits, before[0]) and torch.equal(labels, before[1])
        probe.note(losses=losses, forms=forms, untouched=kept)


@scenario()
def loss_of_large_logits(answer: Any, probe: Probe) -> None:
    """Logits of 1,000, of both signs, for right and for wrong answers."""
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


@scenario()
def gradient_of_the_loss(answer: Any, probe: Probe) -> None:
    """What the loss asks of each logit, small ones and large ones."""
    logits, labels = _draw(probe, 6, 4)
    # Far apart, so that the shares are 0 or 1 and rounding plays no part.
    steep = 300 * (logits.argsort(1).float() - 1)
    for name, values in (("gradient", logits), ("steep_gradient", steep)):
        given = values.clone().requires_grad_()
        loss = probe.call(LOSS, answer, given, labels)
        probe.note(**{name: gradients(probe, loss, [given])[0]})


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
    probe.note(shapes=[probe.attempt(shown, answer, *given) for shown, given in shapes.items()])
    values = [(logits, torch.tensor([0, label, 1])) for label in (4, -1)]
    shown = "cross_entropy(logits, labels) with 4 classes and the label {}"
    given = zip((4, -1), values, strict=True)
    probe.note(values=[probe.attempt(shown.format(at), answer, *each) for at, each in given])


# --- accuracy ------------------------------------------------------------------------------------


@scenario()
def accuracy_of_small_batches(answer: Any, probe: Probe) -> None:
    """Fewer and more images than classes, as many, one; all right and all wrong."""
    shares, kept = {}, True
    for images, classes in ((7, 3), (3, 10), (4, 4), (1, 5)):
        logits, labels = _draw(probe, images, classes)
        labels[0] = logits[0].argmax()
        labels[-1] = logits[-1].argmin() if images > 1 else labels[-1]
        shown = f"accuracy(logits, labels) with logits of shape {(images, classes)}"
        before = logits.clone(), labels.clone()
        shares[shown] = probe.call(shown, answer, logits, labels)
        kept = kept and torch.equal(logits, before[0]) and torch.equal(labels, before[1])
        probe.note(shares=shares, untouched=kept)
    logits, _ = _draw(probe, 6, 4)
    for told, labels in (("right", logits.argmax(1)), ("wrong", logits.argmin(1))):
        shown = f"accuracy(logits, labels) with every image {told}"
        shares[shown] = probe.call(shown, answer, logits, labels)
        probe.note(shares=shares)


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
    shown = "accuracy(logits, labels) with no images"
    probe.note(attempt=probe.attempt(shown, answer, logits, labels))


@scenario()
def accuracy_of_mismatched_shapes(answer: Any, probe: Probe) -> None:
    """More or fewer labels than images, one label for all, and a column of labels."""
    logits, labels = _draw(probe, 4, 3)
    attempts = []
    for count in (3, 1):
        shown = f"accuracy(logits, labels) with 4 images and {count} label{'s'[: count - 1]}"
        attempts.append(probe.attempt(shown, answer, logits, labels[:count]))
    shown = "accuracy(logits, labels) with labels of shape (4, 1)"
    probe.note(attempts=attempts, column=probe.attempt(shown, answer, logits, labels[:, None]))
