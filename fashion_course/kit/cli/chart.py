"""The bar charts of `predict`: one row a picture, what the model saw beside what it said."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

from fashion_course.kit.plots.figures import BLUE, VERMILION, new_figure
from fashion_course.kit.types import CLASS_NAMES


def draw_chart(names: Sequence[str], images: NDArray[np.uint8], probabilities: Tensor) -> Figure:
    """Return one figure with a row for each picture.

    Args:
        names: N titles.
        images: uint8 `(N, 28, 28)`, as the model saw them.
        probabilities: float32 `(N, 10)`.
    """
    best = [f"{CLASS_NAMES[int(shares.argmax())]} {shares.max():.0%}" for shares in probabilities]
    words = "; ".join(f"{name}: {said}" for name, said in zip(names, best, strict=True))
    figure = new_figure((7.6, 2.6 * len(names)), f"{words}.")
    rows = figure.subplots(len(names), 2, squeeze=False)
    for (left, right), name, image, shares in zip(rows, names, images, probabilities, strict=True):
        left.imshow(image, cmap="gray", vmin=0, vmax=255)
        left.set_title(name, loc="left", fontsize=10)
        left.axis("off")
        colours = [VERMILION if share == shares.max() else BLUE for share in shares]
        bars = right.barh(CLASS_NAMES, shares.tolist(), color=colours)
        right.bar_label(bars, [f"{share:.0%}" for share in shares.tolist()], padding=3)
        right.set_xlim(0, 1.12)
        right.invert_yaxis()
        right.xaxis.set_visible(False)
        right.spines[["top", "right", "bottom"]].set_visible(False)
    return figure
