"""Small problems for `most_confident_mistakes`."""

from typing import Any

import torch
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.worlds import unpacked

MISTAKES_CALL = "most_confident_mistakes(probabilities, labels, k={})"

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
    probabilities = (2 * torch.randn(count, 4, generator=generator)).softmax(1)  # (N, 4)
    confidence, labels = probabilities.max(1)  # (N) and (N)
    chosen = confidence.argsort()[torch.randperm(count - 2, generator=generator)[:wrong]]  # (wrong)
    labels[chosen] = (labels[chosen] + torch.randint(1, 4, (wrong,), generator=generator)) % 4
    probabilities[chosen[0]] = torch.tensor([0.4, 0.35, 0.24999, 0.00001])
    labels[chosen[0]] = 3
    return probabilities, labels


@scenario()
def fewer_mistakes_than_asked(answer: Any, probe: Probe) -> None:
    """2 mistakes where 5 are wanted, or more than there are images; 1, none; and `k=0`."""
    few, labels = _judged(probe.generator, 20, wrong=2)
    one = torch.cat([few.argmax(1)[:1] + 1, few.argmax(1)[1:]]) % 4  # (20)
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
    probabilities = (1 - tops).unsqueeze(1).expand(60, 4).clone() / 3  # (60, 4)
    places = torch.randint(4, (60,), generator=probe.generator)  # (60)
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
