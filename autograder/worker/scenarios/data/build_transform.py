"""Small problems for `build_transform`."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.refusals import attempt

TRANSFORM_CALL = "build_transform(mean, std)({})"

TRIES = 20
"""A flip that is drawn anew each time stays unseen once in a million."""


@scenario()
def transform_of_a_pil_image(answer: Any, probe: Probe) -> None:
    """A PIL image with 5 rows and 7 columns, many times, and a square one."""
    from PIL import Image

    small, square = _pictures(probe)
    transform = _transform(answer, probe)
    image = Image.fromarray(small)
    first = probe.call(TRANSFORM_CALL.format("image"), transform, image)
    probe.note(small=first)
    tries = [probe.call(TRANSFORM_CALL.format("image"), transform, image) for _ in range(TRIES)]
    probe.note(again=next((each for each in tries if _differ(each, first)), first))
    square_image = Image.fromarray(square)
    probe.note(square=probe.call(TRANSFORM_CALL.format("image"), transform, square_image))


def _differ(one: object, other: object) -> bool:
    both = isinstance(one, Tensor) and isinstance(other, Tensor)
    return both and not torch.equal(one, other)  # type: ignore[arg-type]


@scenario()
def transform_of_an_array(answer: Any, probe: Probe) -> None:
    """The same as uint8 arrays."""
    transform = _transform(answer, probe)
    for name, picture in zip(("small", "square"), _pictures(probe), strict=True):
        kept = picture.copy()
        probe.note(**{name: probe.call(TRANSFORM_CALL.format("array"), transform, picture)})
        probe.note(untouched=bool(np.array_equal(picture, kept)))


@scenario()
def transform_and_the_next_one(answer: Any, probe: Probe) -> None:
    """Two transforms with numbers of their own, built one after the other; then the first works."""
    from PIL import Image

    image = Image.fromarray(_pictures(probe)[0])
    transform = _transform(answer, probe)
    before = probe.call(TRANSFORM_CALL.format("image"), transform, image)
    _transform(answer, probe)
    probe.note(before=before, after=probe.call(TRANSFORM_CALL.format("image"), transform, image))


def _pictures(probe: Probe) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(probe.seed)
    return [rng.integers(0, 256, shape, dtype=np.uint8) for shape in ((5, 7), (28, 28))]


def _transform(answer: Any, probe: Probe) -> Any:
    from torchvision.transforms import v2  # late: it takes as long to import as torch itself

    mean, std = (torch.rand(2, generator=probe.generator) * 0.3 + 0.2).tolist()
    transform = probe.call(f"build_transform(mean={mean:.4g}, std={std:.4g})", answer, mean, std)
    kind = type(transform)
    named = f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
    is_transform = isinstance(transform, v2.Transform)
    kind_told = "torchvision.transforms.v2.Transform" if is_transform else named
    probe.note(kind=kind_told, is_callable=callable(transform))
    return transform


@scenario()
def transform_with_impossible_numbers(answer: Any, probe: Probe) -> None:
    """A spread that nothing can be divided by, and numbers that are none."""
    inf, nan = float("inf"), float("nan")

    def built(mean: float, std: float) -> str:
        transform = answer(mean, std)
        if isinstance(transform, BaseException):
            return "an exception object"
        try:
            transform(np.zeros((5, 7), dtype=np.uint8))
        except Exception:  # it is too late then, whatever it is
            return "a transform that fails when it is used"
        return "a transform"

    stds = [(0.5, 0.0), (0.5, -0.25), (0.5, inf), (0.5, nan)]
    for name, pairs in {"std": stds, "mean": [(nan, 0.25), (inf, 0.25)]}.items():
        calls = {f"build_transform(mean={pair[0]}, std={pair[1]})": pair for pair in pairs}
        tried = [attempt(probe, shown, built, *pair) for shown, pair in calls.items()]
        probe.note(**{name: tried})
