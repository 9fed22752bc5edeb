"""Learning curves: loss and accuracy of each epoch, and within it while training goes on."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import BLUE, VERMILION, new_figure, styled
from fashion_course.kit.types import Epoch, Metrics
from fashion_course.kit.words import _, ngettext

SIZE = 9, 3.4  # inches
SETTLED = 0.25  # of an epoch: an average over less of it swings, and would stretch the axis

Running = Sequence[tuple[Sequence[float], Sequence[Metrics]]]
"""For each epoch: places on the axis of epochs, and the averages of the epoch up to there."""
Points = tuple[NDArray[np.float64], NDArray[np.float64]]


@styled
def plot_curves(history: Sequence[Epoch]) -> Figure:
    """Show loss and accuracy after each epoch, in training and in validation.

    Raises:
        ValueError: `history` is empty.
    """
    if not history:
        raise ValueError("history is empty: pass the list of at least one Epoch that fit returns")
    figure = new_figure(SIZE, curves_in_words(history))
    draw_curves(figure.subplots(1, 2), history)
    return figure


def draw_curves(
    both: Iterable[Axes], history: Sequence[Epoch], running: Running = (), until: int | None = None
) -> None:
    """Draw losses on the left and accuracies on the right; earlier curves go.

    A number that is none any more (nan or infinite) leaves a gap, and a line below says so.

    Args:
        both: of a figure.
        history: finished epochs; where both numbers of a half are nan there was none.
        running: what training showed within its epochs.
        until: the last epoch that the axis shows.
    """
    # The last number is the smallest range that an axis shows: noise should not look like news.
    panels = (_("Loss"), "loss", 1, 0.05), (_("Accuracy (%)"), "accuracy", 100, 5)
    for axes, (title, name, scale, at_least) in zip(both, panels, strict=True):
        _prepare(axes, title)
        train = _points([(each.epoch, each.train) for each in history], name, scale)
        validation = _points([(each.epoch, each.validation) for each in history], name, scale)
        lines = [_points(zip(*curve, strict=True), name, scale) for curve in running]
        for xs, ys in lines:
            axes.plot(xs, ys, color=BLUE, linewidth=1, alpha=0.6)
        axes.plot(*train, color=BLUE, linestyle="--", marker="o", markersize=4)
        axes.plot(*validation, color=VERMILION, marker="s", markersize=4)
        broken = [x for xs, ys in (train, validation) for x in xs[np.isnan(ys)]]
        said = _("epoch (first non-finite value: epoch {epoch:.0f})", epoch=min(broken, default=0))
        axes.set_xlabel(said if broken else _("epoch"))
        places: list[Any] = [train[0], validation[0], [0.0] * bool(lines), [until or np.nan]]
        _limit(axes.set_xlim, np.concatenate(places), 0.0)
        settled = [ys[int(SETTLED * len(ys)) :] for _xs, ys in lines]
        _limit(axes.set_ylim, np.concatenate([train[1], validation[1], *settled]), at_least)
        _name_ends(axes, [train, *lines], [validation])


def _prepare(axes: Axes, title: str) -> None:
    for artist in [*axes.lines, *axes.texts]:
        artist.remove()
    if axes.get_title("left") == title:  # to clear it all would take half as long again
        return
    axes.set_title(title, loc="left", y=1.0)  # a place of its own need not be looked for each time
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(axis="y", color="#DDDDDD")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def curves_in_words(history: Sequence[Epoch]) -> str:
    """Return the sentence that says what the curves show, without what was not measured."""
    curves = (
        ("train", "loss", 1, _("training loss")),
        ("validation", "loss", 1, _("validation loss")),
        ("train", "accuracy", 100, _("training accuracy (%)")),
        ("validation", "accuracy", 100, _("validation accuracy (%)")),
    )
    words = []
    for part, name, scale, curve in curves:
        halves = [half for half in (getattr(each, part) for each in history) if is_measured(half)]
        if halves:
            first, last = (scale * getattr(half, name) for half in (halves[0], halves[-1]))
            said = _("{curve} from {first:.3g} to {last:.3g}", curve=curve, first=first, last=last)
            words.append(said)
    return ngettext(
        "Learning curves over {count} epoch: {curves}.",
        "Learning curves over {count} epochs: {curves}.",
        len(history),
        curves=", ".join(words),
    )


def is_measured(metrics: Metrics) -> bool:
    """Say whether there are numbers: where nothing was measured both are nan."""
    return not all(map(math.isnan, metrics))


def _points(measured: Any, name: str, scale: float) -> Points:
    """Return places and values of what was measured, infinite values as nan."""
    seen = [(x, scale * getattr(each, name)) for x, each in measured if is_measured(each)]
    xs, ys = np.array(seen, dtype=np.float64).reshape(-1, 2).T  # (N,) each
    ys[~np.isfinite(ys)] = np.nan
    return xs, ys


def _limit(set_limit: Any, values: NDArray[np.float64], at_least: float) -> None:
    """Set the limits of an axis so that finite values fit, with a margin on both sides."""
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 0.0)
    missing = max(0.0, at_least - (high - low)) / 2
    margin = 0.05 * ((high - low) or at_least or 1.0)
    set_limit(low - missing - margin, high + missing + margin)


def _name_ends(axes: Axes, train: list[Points], validation: list[Points]) -> None:
    """Write "train" and "validation" beside the last points of their lines, apart from each other.

    The higher line has the higher name.
    """
    ends = []
    named = (_("train"), BLUE, train), (_("validation"), VERMILION, validation)
    for text, colour, lines in named:
        seen = [(x, y) for xs, ys in lines for x, y in zip(xs, ys, strict=True) if np.isfinite(y)]
        if seen:
            x, y = max(seen, key=lambda point: point[0])
            ends.append([y, x, text, colour])
    least = 0.08 * np.ptp(axes.get_ylim())  # from one name to the other
    if len(ends) == 2:
        low, high = sorted(ends)
        missing = max(0.0, least - (high[0] - low[0])) / 2
        low[0], high[0] = low[0] - missing, high[0] + missing
    for y, x, text, colour in ends:
        axes.annotate(text, (x, y), (8, 0), textcoords="offset points", color=colour, va="center")
