"""Small problems for `conv_output_size`."""

from typing import Any

import torch

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario


@scenario()
def lengths_of_outputs(answer: Any, probe: Probe) -> None:
    """Kernels alone, with padding, with strides that fit and that do not."""
    draws = torch.randint(1, 6, (4, 4), generator=probe.generator).tolist()
    some = [(a + b + 3, b, c + 1, d) for a, b, c, d in draws]
    cases: dict[str, list[tuple[int, ...]]] = {
        "alone": [(28, 3), (28, 5), (7, 7), (5, 1), (9, 4), *((a, b) for a, b, _, _ in some)],
        "padded": [(28, 3, 1, 1), (28, 5, 1, 1), *((a, b, 1, d) for a, b, _, d in some)],
        "strided": [(28, 2, 2), (7, 2, 2), (8, 3, 2), (9, 3, 4), (5, 2, 6)],
        "both": [(28, 3, 2, 1), (1, 3, 2, 1), *some],
    }
    for kind, calls in cases.items():
        lengths = {}
        for given in calls:
            shown = f"conv_output_size({', '.join(map(str, given))})"
            lengths[shown] = probe.call(shown, answer, *given)
        probe.note(**{kind: lengths})
    named = {"size": 11, "kernel_size": 4, "padding": 2, "stride": 3}
    shown = ", ".join(f"{key}={value}" for key, value in named.items())
    probe.note(named=probe.call(f"conv_output_size({shown})", answer, **named))


@scenario()
def lengths_that_cannot_be(answer: Any, probe: Probe) -> None:
    """Arguments that are too small, and kernels that do not fit, some of them by a single pixel."""
    small = [(0, 1), (0, 1, 1, 1), (-3, 2), (5, 0), (5, -1), (5, 3, 0), (5, 3, -1), (5, 3, 1, -1)]
    large = [(3, 4), (2, 3, 2), (3, 6, 1, 1), (2, 9, 3, 2)]
    for kind, calls in (("too_small", small), ("too_large", large)):
        shown = [f"conv_output_size({', '.join(map(str, given))})" for given in calls]
        attempts = [probe.attempt(s, answer, *g) for s, g in zip(shown, calls, strict=True)]
        probe.note(**{kind: attempts})
