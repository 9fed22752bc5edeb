"""Small problems for `precision_recall`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.refusals import attempt
from autograder.worker.scenarios.instruments.worlds import unpacked

SHARES_CALL = "precision_recall(matrix)  # int64 {}"


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
