"""Learning curves: loss and accuracy of each epoch, and within it while training goes on."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import BLUE, VERMILION, new_figure
from fashion_course.kit.types import Epoch, Metrics
from fashion_course.kit.words import plural

SIZE = 9, 3.4  # inches
SETTLED = 0.25  # of an epoch: an average over less of it swings, and would stretch the axis

Running = Sequence[tuple[Sequence[float], Sequence[Metrics]]]
"""For each epoch: places on the axis of epochs, and the averages of the epoch up to there."""
Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def plot_curves(history: Sequence[Epoch]) -> Figure:
    """Show loss and accuracy after each epoch, in training and in validation.

    Raises:
        ValueError: `history` is empty.
    """
    if not history:
        raise ValueError("history is empty: pass the list of at least one Epoch that fit returns")
    figure = new_figure(SIZE, curves_in_words(history))
    left, right = figure.subplots(1, 2)
    draw_curves(left, right, history)
    return figure


def draw_curves(
    left: Axes,
    right: Axes,
    history: Sequence[Epoch],
    running: Running = (),
    until: int | None = None,
) -> None:
    """Draw losses on the left and accuracies on the right; earlier curves go.

    Args:
        left, right: of a figure.
        history: finished epochs; where both numbers of a half are nan there was none.
        running: what training showed within its epochs.
        until: the last epoch that the axis shows.
    """
    for axes, name, scale, at_least in ((left, "loss", 1, 0.05), (right, "accuracy", 100, 5)):
        train = _points([(each.epoch, each.train) for each in history], name, scale)
        validation = _points([(each.epoch, each.validation) for each in history], name, scale)
        lines = [_points(zip(*curve, strict=True), name, scale) for curve in running]
        _prepare(axes, "Loss" if name == "loss" else "Accuracy (%)")
        _panel(axes, train, validation, lines, at_least, until)


def _prepare(axes: Axes, title: str) -> None:
    """Give an axis its look, or take the last curves away from one that has it.

    Making it new each time would double the time for a picture.
    """
    for artist in [*axes.lines, *axes.texts]:
        artist.remove()
    if axes.get_title("left") == title:
        return
    axes.set_title(title, loc="left", y=1.0)  # a place of its own need not be looked for each time
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(axis="y", color="#DDDDDD")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def curves_in_words(history: Sequence[Epoch]) -> str:
    """Return the sentence that says what the curves show, without what was not measured."""
    words = []
    for name, scale, unit in (("loss", 1, ""), ("accuracy", 100, " (%)")):
        for part in ("train", "validation"):
            measured = [
                getattr(epoch, part) for epoch in history if not _is_absent(getattr(epoch, part))
            ]
            if measured:
                first, last = (scale * getattr(each, name) for each in (measured[0], measured[-1]))
                said = "training" if part == "train" else part
                words.append(f"{said} {name}{unit} from {first:.3g} to {last:.3g}")
    count = f"{len(history)} {plural('epoch', len(history))}"
    return f"Learning curves over {count}: {', '.join(words)}."


def _is_absent(metrics: Metrics) -> bool:
    return all(map(math.isnan, metrics))


def _points(measured: Any, name: str, scale: float) -> Points:
    """Return places and values of what was measured, infinite values as nan."""
    seen = [(x, scale * getattr(each, name)) for x, each in measured if not _is_absent(each)]
    xs, ys = np.array(seen, dtype=np.float64).reshape(-1, 2).T
    ys[~np.isfinite(ys)] = np.nan
    return xs, ys


def _panel(
    axes: Axes,
    train: Points,
    validation: Points,
    running: list[Points],
    at_least: float,
    until: int | None,
) -> None:
    """Draw two lines and write their names at their ends, apart from each other.

    `at_least` is the smallest range that the axis shows, so that noise does not look like news.
    A loss that is no number any more (nan or infinite) leaves a gap, and a line below says so.
    """
    for xs, ys in running:
        axes.plot(xs, ys, color=BLUE, linewidth=1, alpha=0.6)
    axes.plot(*train, color=BLUE, linestyle="--", marker="o", markersize=4)
    axes.plot(*validation, color=VERMILION, marker="s", markersize=4)
    broken = [x for xs, ys in (train, validation) for x in xs[np.isnan(ys)]]
    said = f" (first not a finite number: {min(broken):.0f})" if broken else ""
    axes.set_xlabel(f"epoch{said}")
    places = np.concatenate([train[0], validation[0], [0.0] * bool(running), [until or np.nan]])
    _limit(axes.set_xlim, places, 0.0)
    settled = [ys[int(SETTLED * len(ys)) :] for _, ys in running]
    _limit(axes.set_ylim, np.concatenate([train[1], validation[1], *settled]), at_least)
    _name_ends(axes, [train, *running], [validation])


def _limit(set_limit: Any, values: NDArray[np.float64], at_least: float) -> None:
    """Set the limits of an axis so that finite values fit, with a margin on both sides."""
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 0.0)
    missing = max(0.0, at_least - (high - low)) / 2
    margin = 0.05 * ((high - low) or at_least or 1.0)
    set_limit(low - missing - margin, high + missing + margin)


def _name_ends(axes: Axes, train: list[Points], validation: list[Points]) -> None:
    """Write "train" and "validation" beside the last points of their lines."""
    ends = {}
    for text, lines in (("train", train), ("validation", validation)):
        seen = [(x, y) for xs, ys in lines for x, y in zip(xs, ys, strict=True) if np.isfinite(y)]
        if seen:
            ends[text] = max(seen, key=lambda point: point[0])
    low, high = axes.get_ylim()
    height = 0.08 * (high - low)  # of a label
    heights = [y for _, y in ends.values()]
    middle, apart = sum(heights) / max(1, len(heights)), 0.0
    if len(ends) == 2:
        apart = max(abs(heights[0] - heights[1]), height) / 2
    sign = 1 if heights and heights[0] >= heights[-1] else -1
    for (text, (x, _)), side in zip(ends.items(), (sign, -sign), strict=False):
        axes.annotate(
            text,
            (x, middle + side * apart),
            xytext=(8, 0),
            textcoords="offset points",
            color=BLUE if text == "train" else VERMILION,
            va="center",
        )
