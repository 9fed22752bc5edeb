"""Small problems for `confusion_matrix`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.refusals import attempt

MATRIX_CALL = "confusion_matrix(labels, predictions, classes={})"


@scenario()
def table_of_predictions(answer: Any, probe: Probe) -> None:
    """60 images of 5 classes, of which class 4 is neither true nor predicted."""
    labels = torch.randint(4, (60,), generator=probe.generator)
    guesses = torch.randint(4, (60,), generator=probe.generator)
    # Class 0 is often taken for class 1 and never the other way round: not a symmetric table.
    labels[:20], guesses[:20] = 0, torch.tensor([1] * 15 + [0] * 5)  # (20)
    guesses[(labels == 1) & (guesses == 0)] = 1
    kept = labels.clone(), guesses.clone()
    probe.note(matrix=probe.call(MATRIX_CALL.format(5), answer, labels, guesses, 5))
    probe.note(untouched=torch.equal(labels, kept[0]) and torch.equal(guesses, kept[1]))
    another = probe.call(
        MATRIX_CALL.format(5), answer, guesses[:12].clone(), labels[:12].clone(), 5
    )
    probe.note(another=another)
    zeros = torch.zeros(3, dtype=torch.int64)
    probe.note(single=probe.call(MATRIX_CALL.format(1), answer, zeros, zeros.clone(), 1))


@scenario()
def table_of_no_predictions(answer: Any, probe: Probe) -> None:
    """No image at all, 3 classes."""
    labels, guesses = (torch.zeros(0, dtype=torch.int64) for _ in range(2))
    call = MATRIX_CALL.format(3) + "  # no images"
    probe.note(matrix=probe.call(call, answer, labels, guesses, 3))


@scenario()
def tables_of_odd_input(answer: Any, probe: Probe) -> None:
    """Lengths that differ, classes that there are not, and no classes."""
    for name, labels, guesses, classes in (
        ("lengths", [0, 1, 2], [0, 1], 3),
        ("label_too_large", [0, 3], [0, 1], 3),
        ("label_below_0", [1, -1], [0, 1], 3),
        ("prediction_too_large", [0, 1], [0, 3], 3),
        ("prediction_below_0", [1, 1], [0, -1], 3),
        ("no_classes", [], [], 0),
    ):
        call = f"confusion_matrix({labels}, {guesses}, classes={classes})"
        tensors = (torch.tensor(values, dtype=torch.int64) for values in (labels, guesses))
        probe.note(**{name: attempt(probe, call, answer, *tensors, classes)})
