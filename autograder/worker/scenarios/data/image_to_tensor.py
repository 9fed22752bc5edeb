"""Small problems for `image_to_tensor`."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from autograder.worker.probe import Probe
from autograder.worker.scenarios import scenario
from autograder.worker.scenarios.instruments.refusals import attempt_each

PICTURE_CALL = "image_to_tensor(image)  # {} {}"


@scenario()
def small_dark_picture(answer: Any, probe: Probe) -> None:
    """5 rows and 7 columns, none of the pixels is white; then three that are less usual."""
    rng = np.random.default_rng(probe.seed)
    usual, turned, row = (rng.integers(1, 200, s, dtype=np.uint8) for s in ((5, 7), (5, 7), (1, 7)))
    black = rng.integers(0, 2, (5, 7), dtype=np.uint8)
    black[0, 0] = 1
    probe.note(tensor=_turned(answer, probe, usual))
    probe.note(of_0_and_1=_turned(answer, probe, black))
    probe.note(of_one_row=_turned(answer, probe, row))
    probe.note(of_a_view=_turned(answer, probe, turned.T))


@scenario()
def picture_with_every_grey(answer: Any, probe: Probe) -> None:
    """28 rows and columns with every value from 0 to 255."""
    greys = np.random.default_rng(probe.seed).permutation(256).astype(np.uint8)
    probe.note(tensor=_turned(answer, probe, np.resize(greys, (28, 28)).copy()))


def _turned(answer: Any, probe: Probe, picture: NDArray[Any]) -> Any:
    return probe.call(PICTURE_CALL.format(picture.dtype, picture.shape), answer, picture)


@scenario()
def picture_and_the_array(answer: Any, probe: Probe) -> None:
    """What changes beside the result: the array, or an earlier result."""
    rng = np.random.default_rng(probe.seed)
    picture, other = rng.integers(1, 200, (2, 5, 7), dtype=np.uint8)
    picture, kept = picture.copy(), picture.copy()
    tensor = _turned(answer, probe, picture)
    earlier = tensor.clone() if isinstance(tensor, Tensor) else None
    changed = []
    if picture.shape != kept.shape:
        changed.append("the shape of the array")
    elif not np.array_equal(picture, kept):
        changed.append("the pixels of the array")
    if not picture.flags.writeable:
        changed.append("whether the array can be written to")
    _turned(answer, probe, other)
    if earlier is not None and not torch.equal(tensor, earlier):
        changed.append("the tensor that it returned before")
    probe.note(changed=changed)


@scenario()
def pictures_of_another_kind(answer: Any, probe: Probe) -> None:
    """Pictures of another type, and arrays with one and with three dimensions."""
    strange: dict[str, list[NDArray[Any]]] = {
        "types": [np.ones((5, 7), dtype=name) for name in ("float32", "int64", "int8", "bool")],
        "shapes": [np.ones(shape, dtype=np.uint8) for shape in ((3, 5, 7), (1, 5, 7), (35,))],
    }
    for name, pictures in strange.items():
        calls = {PICTURE_CALL.format(p.dtype, p.shape): (p,) for p in pictures}
        probe.note(**{name: attempt_each(probe, answer, calls)})
