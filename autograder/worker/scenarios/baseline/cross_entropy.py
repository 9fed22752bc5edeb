"""Small problems for `cross_entropy`."""

from typing import Any

import torch
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.baseline.shared import (
    draw_logits,
    note_what_else_changes,
)
from autograder.worker.scenarios.instruments.models import TorchCalls, form, gradients, plain
from autograder.worker.scenarios.instruments.refusals import attempt_number

LOSS = "cross_entropy(logits, labels)"


@scenario()
def losses_of_small_batches(answer: Any, probe: Probe) -> None:
    """7 images and 5 classes, one image, as many images as classes."""
    losses, forms = {}, {}
    for images, classes in ((7, 5), (1, 4), (3, 3)):
        logits, labels = draw_logits(probe, images, classes)
        labels[0] = logits[0].argmin()  # a loss that is not small, so that rounding is
        shown = f"{LOSS} with logits of shape {(images, classes)}"
        losses[shown] = plain(probe.call(shown, answer, logits, labels))
        forms[shown] = form(losses[shown])
        probe.note(losses=losses, forms=forms)


@scenario()
def loss_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the loss."""
    note_what_else_changes(answer, probe, LOSS)


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
        probe.note(losses=losses, of=probe.calls)
    small, true = draw_logits(probe, 6, 4)
    # Far apart, so that the shares are 0 or 1 and rounding plays no part.
    probe.note(gradient=_gradient(answer, probe, 300 * (small.argsort(1).float() - 1), true))


def _gradient(answer: Any, probe: Probe, logits: Tensor, labels: Tensor) -> Tensor:
    given = logits.clone().requires_grad_()
    loss = probe.call(LOSS, answer, given, labels)
    return gradients(probe, loss, [given])[0]


@scenario()
def gradient_of_the_loss(answer: Any, probe: Probe) -> None:
    """What the loss asks of each logit."""
    probe.note(gradient=_gradient(answer, probe, *draw_logits(probe, 6, 4)))


@scenario()
def functions_behind_the_loss(answer: Any, probe: Probe) -> None:
    """Which of torch's ready-made losses are called."""
    logits, labels = draw_logits(probe, 4, 3)
    with TorchCalls("cross_entropy", "nll_loss", "log_softmax") as spy:
        loss = probe.call(LOSS, answer, logits, labels)
    probe.note(loss=plain(loss), borrowed=spy.told())


@scenario()
def loss_of_what_has_none(answer: Any, probe: Probe) -> None:
    """No images, shapes that do not match, labels that no class has."""
    logits, labels = draw_logits(probe, 3, 4)
    shapes = {
        "cross_entropy(logits, labels) with no images": (logits[:0], labels[:0]),
        "cross_entropy(logits, labels) with 3 images and 2 labels": (logits, labels[:2]),
        "cross_entropy(logits, labels) with labels of shape (3, 1)": (logits, labels[:, None]),
    }
    probe.note(
        shapes=[attempt_number(probe, shown, answer, *given) for shown, given in shapes.items()]
    )
    values = [(logits, torch.tensor([0, label, 1])) for label in (4, -1)]
    shown = "cross_entropy(logits, labels) with 4 classes and the label {}"
    given = zip((4, -1), values, strict=True)
    probe.note(
        values=[attempt_number(probe, shown.format(at), answer, *each) for at, each in given]
    )
