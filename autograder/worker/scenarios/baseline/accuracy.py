"""Small problems for `accuracy`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.baseline.shared import (
    draw_logits,
    note_what_else_changes,
)
from autograder.worker.scenarios.instruments.refusals import attempt, attempt_number

SHARE = "accuracy(logits, labels)"


@scenario()
def accuracy_of_small_batches(answer: Any, probe: Probe) -> None:
    """Fewer and more images than classes, as many, one; all right and all wrong."""
    shares = {}
    for images, classes in ((7, 3), (3, 10), (4, 4), (1, 5)):
        logits, labels = draw_logits(probe, images, classes)
        labels[0] = logits[0].argmax()
        labels[-1] = logits[-1].argmin() if images > 1 else labels[-1]
        shown = f"{SHARE} with logits of shape {(images, classes)}"
        shares[shown] = probe.call(shown, answer, logits, labels)
        probe.note(shares=shares)
    logits, _ = draw_logits(probe, 6, 4)
    for told, labels in (("right", logits.argmax(1)), ("wrong", logits.argmin(1))):
        shown = f"{SHARE} with every image {told}"
        shares[shown] = probe.call(shown, answer, logits, labels)
        probe.note(shares=shares)


@scenario()
def accuracy_of_a_model_in_training(answer: Any, probe: Probe) -> None:
    """Logits that know how they were computed, as a training loop has them."""
    logits, labels = draw_logits(probe, 7, 3)
    given = logits.requires_grad_() * 1
    probe.note(share=probe.call(f"{SHARE} with logits that carry a graph", answer, given, labels))


@scenario()
def accuracy_and_everything_else(answer: Any, probe: Probe) -> None:
    """What changes beside the share."""
    note_what_else_changes(answer, probe, SHARE)


@scenario()
def accuracy_of_ties(answer: Any, probe: Probe) -> None:
    """Two or more classes share the highest logit."""
    logits = torch.tensor([[2.0, 2.0, 1.0], [0.0, 3.0, 3.0], [1.0, 1.0, 1.0], [5.0, 0.0, 5.0]])
    logits = logits + float(torch.randn((), generator=probe.generator).round())
    shares = []
    for labels in ([0, 1, 0, 0], [1, 2, 2, 2], [0, 2, 1, 0]):
        shown = f"accuracy(logits, labels={labels}) with equal logits in each row"
        shares.append(probe.call(shown, answer, logits, torch.tensor(labels)))
        probe.note(shares=shares, of=probe.calls)


@scenario()
def accuracy_of_nothing(answer: Any, probe: Probe) -> None:
    """No images at all."""
    logits, labels = torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64)
    probe.note(attempt=attempt(probe, f"{SHARE} with no images", answer, logits, labels))


@scenario()
def accuracy_of_other_labels(answer: Any, probe: Probe) -> None:
    """Labels that `==` would broadcast: a column, and one label for all images."""
    # So that half are right, and each way to compare what does not match gives another share.
    predicted, labels = torch.tensor([0, 1, 1, 2]), torch.tensor([0, 1, 2, 1])
    noise = torch.rand(4, 3, generator=probe.generator)  # (4, 3)
    logits = noise + 2 * torch.nn.functional.one_hot(predicted)  # (4, 3)
    strange = {"labels of shape (4, 1)": labels[:, None], "one label for 4 images": labels[:1]}
    calls = {what: f"{SHARE} with {what}" for what in strange}
    outcomes = {}
    for what, given in strange.items():
        outcomes[what] = _outcome(attempt(probe, calls[what], answer, logits, given))
    probe.note(outcomes=outcomes, of=calls)


def _outcome(tried: dict[str, Any]) -> str:
    """Say in words what came: which error, is the answer's own affair."""
    returned = tried.get("returned")
    number = f"the number {returned:.4g}" if isinstance(returned, float) else "a value"
    return "an error" if "raised" in tried else number


@scenario()
def accuracy_of_mismatched_shapes(answer: Any, probe: Probe) -> None:
    """More or fewer labels than images, one label for all; and shapes with other dimensions."""
    logits, labels = draw_logits(probe, 4, 3)
    attempts = []
    for count in (3, 1):
        shown = f"{SHARE} with 4 images and {count} label{'s'[: count - 1]}"
        attempts.append(attempt_number(probe, shown, answer, logits, labels[:count]))
    strange = {
        "labels of shape (4, 1)": (logits, labels[:, None]),
        "logits of shape (4,)": (logits[:, 0], labels),
        "logits of shape (4, 3, 1)": (logits[:, :, None], labels),
    }
    probe.note(attempts=attempts)
    refused, calls = {}, {what: f"{SHARE} with {what}" for what in strange}
    for what, given in strange.items():
        refused[what] = "raised" in attempt(probe, calls[what], answer, *given)
    probe.note(refused=refused, of=calls)
