"""Scenarios of unit 5: the table of predictions, shares of classes, the surest mistakes, luck."""

from itertools import product
from typing import Any

import torch
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.watched import attempt
from autograder.worker.scenarios.worlds import unpacked

MATRIX_CALL = "confusion_matrix(labels, predictions, classes={})"
SHARES_CALL = "precision_recall(matrix)  # int64 {}"
MISTAKES_CALL = "most_confident_mistakes(probabilities, labels, k={})"


# --- confusion_matrix ----------------------------------------------------------------------------


@scenario()
def table_of_predictions(answer: Any, probe: Probe) -> None:
    """60 images of 5 classes, of which class 4 is neither true nor predicted."""
    labels = torch.randint(4, (60,), generator=probe.generator)
    guesses = torch.randint(4, (60,), generator=probe.generator)
    # Class 0 is often taken for class 1 and never the other way round: not a symmetric table.
    labels[:20], guesses[:20] = 0, torch.tensor([1] * 15 + [0] * 5)
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


# --- precision_recall ----------------------------------------------------------------------------


@scenario()
def shares_of_classes(answer: Any, probe: Probe) -> None:
    """A table of 5 classes without a zero, with more right answers than wrong ones in each."""
    matrix = torch.randint(1, 40, (5, 5), generator=probe.generator)
    matrix += 160 * torch.eye(5, dtype=torch.int64)
    kept = matrix.clone()
    _note_shares(probe, probe.call(SHARES_CALL.format("(5, 5)"), answer, matrix))
    probe.note(untouched=torch.equal(matrix, kept))


@scenario()
def shares_of_empty_classes(answer: Any, probe: Probe) -> None:
    """Class 1 never occurs, class 2 is never predicted, class 4 neither; 3 is one right image."""
    matrix = torch.randint(1, 40, (5, 5), generator=probe.generator)
    matrix[[1, 3, 4]] = 0
    matrix[:, [2, 3, 4]] = 0
    matrix[3, 3] = 1
    _note_shares(probe, probe.call(SHARES_CALL.format("(5, 5)"), answer, matrix))


def _note_shares(probe: Probe, result: object) -> None:
    entries = unpacked(result)
    probe.note(shares=entries)
    if isinstance(entries, list) and len(entries) == 2:
        probe.note(precision=entries[0], recall=entries[1])


@scenario()
def shares_of_an_oblong_table(answer: Any, probe: Probe) -> None:
    """A table with more columns than rows."""
    matrix = torch.ones(2, 3, dtype=torch.int64)
    probe.note(attempt=attempt(probe, SHARES_CALL.format("(2, 3)"), answer, matrix))


# --- most_confident_mistakes ---------------------------------------------------------------------

CLOSE_CALLS = torch.tensor(
    [
        [0.701, 0.299, 0.0, 0.0],  # less spread out than the next, but not as sure
        [0.704, 0.102, 0.098, 0.096],
        [0.699, 0.301, 0.0, 0.0],
        [0.703, 0.297, 0.0, 0.0],
        [0.1, 0.1, 0.1, 0.7],  # the only one that is right
    ]
)
"""Five images of class 3, four of them mistaken, nearly as surely one as the other."""


@scenario()
def surest_mistakes(answer: Any, probe: Probe) -> None:
    """40 images of 4 classes, some 20 of them mistaken; the 5 surest are wanted."""
    probabilities, labels = _judged(probe.generator, 40, wrong=20)
    kept = probabilities.clone(), labels.clone()
    indices = probe.call(MISTAKES_CALL.format(5), answer, probabilities, labels, 5)
    probe.note(indices=indices, found=_as_list(indices))
    same = torch.equal(probabilities, kept[0]) and torch.equal(labels, kept[1])
    probe.note(untouched=same)
    call = MISTAKES_CALL.format(3)
    probe.note(
        close=_as_list(probe.call(call, answer, CLOSE_CALLS.clone(), torch.full((5,), 3), 3))
    )


def _as_list(indices: object) -> object:
    """Return the indices as a list, whatever holds them: their kind is asked once, elsewhere."""
    if not isinstance(indices, Tensor):
        return unpacked(indices)
    readable = indices.layout == torch.strided and not indices.is_meta
    return indices.flatten().tolist() if readable else "a tensor without a row of numbers"


def _judged(generator: torch.Generator, count: int, wrong: int) -> tuple[Tensor, Tensor]:
    """Return probabilities `(count, 4)` and labels of which `wrong` differ from the prediction.

    The two surest predictions of all are right. One mistake is unsure, although the true class
    got next to nothing.
    """
    probabilities = (2 * torch.randn(count, 4, generator=generator)).softmax(1)
    confidence, labels = probabilities.max(1)
    chosen = confidence.argsort()[torch.randperm(count - 2, generator=generator)[:wrong]]
    labels[chosen] = (labels[chosen] + torch.randint(1, 4, (wrong,), generator=generator)) % 4
    probabilities[chosen[0]] = torch.tensor([0.4, 0.35, 0.24999, 0.00001])
    labels[chosen[0]] = 3
    return probabilities, labels


@scenario()
def fewer_mistakes_than_asked(answer: Any, probe: Probe) -> None:
    """2 mistakes where 5 are wanted, or more than there are images; 1, none; and `k=0`."""
    few, labels = _judged(probe.generator, 20, wrong=2)
    one = torch.cat([few.argmax(1)[:1] + 1, few.argmax(1)[1:]]) % 4
    for name, truth, k in (
        ("two", labels, 5),
        ("no_more", labels, 30),
        ("one", one, 5),
        ("k_0", labels, 0),
        ("none", few.argmax(1), 5),
    ):
        indices = probe.call(MISTAKES_CALL.format(k), answer, few.clone(), truth.clone(), k)
        probe.note(**{name: indices, f"found_{name}": _as_list(indices)})


@scenario()
def equally_sure_mistakes(answer: Any, probe: Probe) -> None:
    """60 mistakes, of which many are exactly equally sure."""
    tops = torch.tensor([0.5, 0.625, 0.75])[torch.randint(3, (60,), generator=probe.generator)]
    probabilities = (1 - tops).unsqueeze(1).expand(60, 4).clone() / 3
    places = torch.randint(4, (60,), generator=probe.generator)
    probabilities[torch.arange(60), places] = tops
    call, labels = MISTAKES_CALL.format(40), (places + 1) % 4
    probe.note(found=_as_list(probe.call(call, answer, probabilities, labels, 40)))


@scenario()
def two_classes_equally_sure(answer: Any, probe: Probe) -> None:
    """Rows with two equally high probabilities, where the second of the two is the label."""
    rows = [[0.375, 0.25, 0.375], [0.25, 0.375, 0.375], [0.4375, 0.4375, 0.125]]
    labels = torch.tensor([2, 2, 0])
    call = MISTAKES_CALL.format(2)
    probe.note(found=_as_list(probe.call(call, answer, torch.tensor(rows), labels, 2)))


@scenario()
def mistakes_of_odd_input(answer: Any, probe: Probe) -> None:
    """Shapes that do not match, and a negative number."""
    probabilities, labels = _judged(probe.generator, 6, wrong=3)
    call = "most_confident_mistakes(probabilities, labels, k=2)  # (6, 4) and (5,)"
    probe.note(lengths=attempt(probe, call, answer, probabilities, labels[:5], 2))
    probe.note(negative=attempt(probe, MISTAKES_CALL.format(-1), answer, probabilities, labels, -1))


# --- accuracy_interval ---------------------------------------------------------------------------


def _interval(answer: Any, probe: Probe, *arguments: float) -> object:
    shown = ", ".join(map(str, arguments))
    return unpacked(probe.call(f"accuracy_interval({shown})", answer, *arguments))


def _score(probe: Probe) -> tuple[int, int]:
    total = int(torch.randint(300, 900, (), generator=probe.generator))
    share = 0.8 + 0.15 * float(torch.rand((), generator=probe.generator))
    return round(share * total), total


@scenario()
def interval_of_a_score(answer: Any, probe: Probe) -> None:
    """Some 80 to 95 % of some hundred images, with the default confidence."""
    probe.note(interval=_interval(answer, probe, *_score(probe)))


@scenario()
def intervals_at_other_confidences(answer: Any, probe: Probe) -> None:
    """80 %, 99 % and one that nobody has a table for."""
    correct, total = _score(probe)
    odd = round(0.6 + 0.15 * float(torch.rand((), generator=probe.generator)), 3)
    intervals = [_interval(answer, probe, correct, total, each) for each in (0.8, 0.99, odd)]
    probe.note(intervals=intervals)


@scenario()
def intervals_at_the_ends(answer: Any, probe: Probe) -> None:
    """None, all and all but one of 10, none and all of some hundred images and of one."""
    _, total = _score(probe)
    pairs = ((0, 10), (10, 10), (9, 10), (0, total), (total, total), (0, 1), (1, 1))
    probe.note(intervals=[_interval(answer, probe, *pair) for pair in pairs])


@scenario()
def intervals_to_the_last_digit(answer: Any, probe: Probe) -> None:
    """None and all correct, for totals and confidences at which rounding may lead outside."""
    outside = "none"
    for total, confidence in product((2, 5, 8, 10, 20, 50, 100), (0.5, 0.6, 0.8, 0.9, 0.95)):
        for correct in (0, total):
            ends = _interval(answer, probe, correct, total, confidence)
            for end in ends if isinstance(ends, list) else []:
                if outside == "none" and isinstance(end, float) and not 0 <= end <= 1:
                    outside = f"{float(end)!r} of {probe.calls[-1]}"
    probe.note(outside=outside)


@scenario()
def impossible_scores(answer: Any, probe: Probe) -> None:
    """More right than there are, fewer than none, no images, no such confidence."""
    scores = ((11, 10), (-1, 10), (0, 0), (101, 100, 0.99))
    confidences = ((5, 10, 0.0), (5, 10, 1.0), (5, 10, 95.0))
    for name, calls in {"scores": scores, "confidences": confidences}.items():
        attempts = []
        for arguments in calls:
            call = f"accuracy_interval({', '.join(map(str, arguments))})"
            attempts.append(attempt(probe, call, answer, *arguments))
        probe.note(**{name: attempts})
