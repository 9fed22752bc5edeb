"""Scenarios of unit 5: predictions, their table, shares of classes, the surest mistakes, luck."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.probe import Probe
from autograder.scenarios import scenario
from autograder.scenarios.watched import (
    Log,
    Mood,
    Traveller,
    attempt,
    images_for,
    watched_model,
)
from autograder.scenarios.worlds import Batch, one_by_one, unpacked, weights_of

PREDICT_CALL = "predict(model, batches)"
MATRIX_CALL = "confusion_matrix(labels, predictions, classes={})"
SHARES_CALL = "precision_recall(matrix)  # int64 {}"
MISTAKES_CALL = "most_confident_mistakes(probabilities, labels, k={})"


# --- predict -------------------------------------------------------------------------------------


@scenario()
def ragged_predictions(answer: Any, probe: Probe) -> None:
    """22 images in batches of 8, 8 and 6, from a generator, through a model in train mode."""
    log = Log()
    model = watched_model(probe.generator, log, Mood()).train()
    batches = images_for(probe.generator, (8, 8, 6))
    kept = [(images.clone(), labels.clone()) for images, labels in batches]
    before = weights_of(model)
    probabilities = probe.call(PREDICT_CALL, answer, model, one_by_one(batches))
    probe.note(modes=log.modes, recorded=log.recorded, recording_after=torch.is_grad_enabled())
    probe.note(mode_after=model.training, probabilities=probabilities)
    probe.note(graph_kept=isinstance(probabilities, Tensor) and probabilities.requires_grad)
    probe.note(model_untouched=_equal(before, weights_of(model)))
    probe.note(images_untouched=_unchanged(batches, kept))


def _equal(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


def _unchanged(batches: list[Batch], kept: list[Batch]) -> bool:
    pairs = zip(batches, kept, strict=True)
    return all(torch.equal(a[0], b[0]) and torch.equal(a[1], b[1]) for a, b in pairs)


@scenario()
def predictions_of_a_sleeping_model(answer: Any, probe: Probe) -> None:
    """The same images through a model that arrives in eval mode."""
    model = watched_model(probe.generator, Log(), Mood()).eval()
    batches = images_for(probe.generator, (8, 8, 6))
    probabilities = probe.call("predict(model.eval(), batches)", answer, model, batches)
    probe.note(mode_after=model.training, probabilities=_without_graph(probabilities))


def _without_graph(value: object) -> object:
    """Return a tensor's numbers alone: whether it carries a graph is asked elsewhere."""
    return value.detach() if isinstance(value, Tensor) else value


@scenario()
def predictions_from_large_logits(answer: Any, probe: Probe) -> None:
    """A model that is so sure that the exponentials of its logits overflow."""
    model = watched_model(probe.generator, Log(), nn.Identity()).eval()
    with torch.no_grad():
        model.get_parameter("linear.weight").mul_(500)
    batches = images_for(probe.generator, (8, 6))
    probe.note(probabilities=_without_graph(probe.call(PREDICT_CALL, answer, model, batches)))


@scenario()
def predictions_on_a_device(answer: Any, probe: Probe) -> None:
    """On the CPU and on `meta`, which holds shapes only: where do model and images meet?

    Copying from `meta` to the CPU raises, so that a right answer ends with an error there.
    """
    here, there = Log(), Log()
    batches = images_for(probe.generator, (4, 4))
    probe.call(PREDICT_CALL, answer, Traveller(here), batches)
    call = 'predict(model, batches, device="meta")'
    result = probe.attempt(call, answer, Traveller(there), batches, "meta").get("returned")
    probe.note(on_cpu=here.devices[:1], on_meta=there.devices[:1])
    probe.note(result_on="meta" if isinstance(result, Tensor) and result.is_meta else "cpu")


@scenario()
def predictions_of_nothing(answer: Any, probe: Probe) -> None:
    """No batch at all."""
    model = watched_model(probe.generator, Log(), nn.Identity())
    probe.note(attempt=attempt(probe, "predict(model, [])", answer, model, []))


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


@scenario()
def surest_mistakes(answer: Any, probe: Probe) -> None:
    """40 images of 4 classes, some 20 of them mistaken; the 5 surest are wanted."""
    probabilities, labels = _judged(probe.generator, 40, wrong=20)
    kept = probabilities.clone(), labels.clone()
    indices = probe.call(MISTAKES_CALL.format(5), answer, probabilities, labels, 5)
    probe.note(indices=indices, found=_as_list(indices))
    same = torch.equal(probabilities, kept[0]) and torch.equal(labels, kept[1])
    probe.note(untouched=same)


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
    """2 mistakes where 5 are wanted, or more than there are images; none; and `k=0`."""
    few, labels = _judged(probe.generator, 20, wrong=2)
    for name, truth, k in (
        ("two", labels, 5),
        ("no_more", labels, 30),
        ("k_0", labels, 0),
        ("none", few.argmax(1), 5),
    ):
        indices = probe.call(MISTAKES_CALL.format(k), answer, few.clone(), truth.clone(), k)
        probe.note(**{name: indices, f"found_{name}": _as_list(indices)})


@scenario()
def equally_sure_mistakes(answer: Any, probe: Probe) -> None:
    """60 mistakes, of which many are exactly equally sure."""
    tops = torch.tensor([0.5, 0.625, 0.75])[torch.randint(3, (60,), generator=probe.generator)]
    probabilities = (1 - tops).unsqueeze(1).expand(60, 4).clone() / 4
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
