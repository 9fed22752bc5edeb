"""What differs from one to the next: distributions, runs of a recipe, before and after."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    BLUE,
    COLOURS,
    PALE,
    VERMILION,
    Numbers,
    as_array,
    as_row,
    check_any,
    mark_place,
    new_figure,
    said,
    sentence,
    styled,
)
from fashion_course.kit.words import _

FEW = 30  # values that are drawn one by one, with their mean


@styled
def plot_histograms(
    samples: Mapping[str, Numbers],
    *,
    bins: int | Sequence[float] = 40,
    title: str = "",
    xlabel: str = "",
    places: Mapping[str, float | None] | None = None,
    share: bool = False,
    ylim: tuple[float, float] | None = None,
) -> Figure:
    """Show how often each value comes up, for one sample or several on common bins.

    Args:
        samples: values of any shape, by their names.
        bins: how many, or their edges.
        title: above the picture.
        xlabel: what is measured.
        places: dotted upright lines, with their names; None is left out.
        share: show per cent of all values instead of their number.
        ylim: the ends of the y axis; what is higher is cut off.

    Raises:
        ValueError: there is no sample, or one is empty.
    """
    check_any("samples", samples)
    values = {n: as_row(f"samples[{n!r}]", np.ravel(as_array(s))) for n, s in samples.items()}
    marks = {name: place for name, place in (places or {}).items() if place is not None}
    edges = np.histogram_bin_edges(np.concatenate(list(values.values())), bins)
    told = [title or _("Histogram")]
    figure = new_figure((8, 3.6), "")
    axes = figure.subplots()
    for (name, row), colour in zip(values.items(), COLOURS, strict=False):
        heights = np.histogram(row, edges)[0] * (100 / len(row) if share else 1)
        axes.stairs(heights, edges, fill=True, alpha=0.45, color=colour)
        axes.stairs(heights, edges, color=colour, linewidth=1.5, label=name)
        told.append(_sample_in_words(name, row, heights, edges))
    for row_of_text, (name, place) in enumerate(marks.items()):
        mark_place(axes, name, place, 0.93 - 0.09 * row_of_text)
        told.append(_("A dotted line at {x}: {name}", x=said(place), name=name))
    axes.set(title=title, xlabel=xlabel, ylabel=_("share, %") if share else _("how many"))
    axes.set_ylim(ylim)
    if len(values) > 1:
        axes.legend()
    figure.set_label(" ".join(map(sentence, told)))
    return figure


def _sample_in_words(
    name: str, row: NDArray[Any], heights: NDArray[Any], edges: NDArray[Any]
) -> str:
    low, middle, high = (said(x) for x in np.quantile(row, [0.025, 0.5, 0.975]))
    tallest = int(heights.argmax())
    return _(
        "{name}: {count:,} values, the median {middle}, 95 % from {low} to {high}, the tallest "
        "bar around {place}",
        name=name,
        count=len(row),
        middle=middle,
        low=low,
        high=high,
        place=said(edges[tallest : tallest + 2].mean()),
    )


@styled
def plot_strips(
    samples: Mapping[str, Numbers],
    *,
    title: str = "",
    xlabel: str = "",
    band: tuple[float, float] | None = None,
    band_name: str = "",
    notes: Mapping[str, Sequence[object]] | None = None,
    highlight: Collection[str] = (),
) -> Figure:
    """Show each value as a dot, one strip below the other; of few values the mean as a bar too.

    Args:
        samples: `(N,)` each, by their names: runs of a recipe, or scores of a class.
        title: above the picture.
        xlabel: what is measured.
        band: from where to where a grey band goes behind the strips.
        band_name: what the band is.
        notes: for names what is written below each of its dots.
        highlight: names of strips in vermilion.

    Raises:
        ValueError: there is no sample, or one is no row of numbers.
    """
    check_any("samples", samples)
    rows = {name: as_row(f"samples[{name!r}]", sample) for name, sample in samples.items()}
    told = [title or _("Strips of dots")]
    figure = new_figure((8.5, 1.3 + (0.55 if notes else 0.4) * len(rows)), "")
    axes = figure.subplots()
    for place, (name, row) in enumerate(rows.items()):
        below = [str(note) for note in (notes or {}).get(name, ())]
        _draw_strip(axes, place, row, below, VERMILION if name in highlight else BLUE)
        told.append(_strip_in_words(name, row, below))
    axes.set(yticks=range(len(rows)), yticklabels=list(rows), title=title, xlabel=xlabel)
    axes.set_ylim(len(rows) - 0.4, -1.1 if band else -0.6)
    if band:
        axes.axvspan(*band, color="0.9", zorder=0)
        axes.text(sum(band) / 2, -0.8, band_name, ha="center", va="center")
        low, high = map(said, band)
        told.append(_("A grey band from {a} to {b}: {name}", a=low, b=high, name=band_name))
    axes.grid(axis="x", color="0.92")
    figure.set_label(" ".join(map(sentence, told)))
    return figure


def _draw_strip(
    axes: Axes, place: float, row: NDArray[np.float64], notes: Sequence[str], colour: str
) -> None:
    if len(row) > FEW:
        heights = place + np.random.default_rng(0).uniform(-0.3, 0.3, len(row))
        axes.scatter(row, heights, s=3, alpha=0.5, color=colour)
        return
    axes.scatter(row, [place] * len(row), s=45, color=colour, alpha=0.6)
    axes.plot([row.mean()] * 2, [place - 0.3, place + 0.3], color=colour, linewidth=4)
    for x, note in zip(row, notes, strict=False):
        axes.text(x, place + 0.2, note, color=colour, ha="center", va="top", fontsize=9)


def _strip_in_words(name: str, row: NDArray[np.float64], notes: Sequence[str]) -> str:
    words = _(
        "{name}: {count:,} dots from {low} to {high}, mean {mean}",
        name=name,
        count=len(row),
        low=said(row.min()),
        high=said(row.max()),
        mean=said(row.mean()),
    )
    return words + (_(", below them {notes}", notes=", ".join(notes)) if notes else "")


@styled
def plot_before_after(
    before: Numbers,
    after: Numbers,
    names: Sequence[str],
    *,
    ends: tuple[str, str] = ("before", "after"),
    xlabel: str = "",
) -> Figure:
    """Show pairs of numbers as two dots with a line between them, one pair below the other.

    Args:
        before: `(N,)`, vermilion squares.
        after: `(N,)`, blue dots.
        names: of the N pairs.
        ends: what the two are.
        xlabel: what is measured.

    Raises:
        ValueError: the lengths differ.
    """
    first, second = as_row("before", before), as_row("after", after)
    if not len(first) == len(second) == len(names):
        raise ValueError(
            f"before has {len(first)} entries, after {len(second)} and names {len(names)}: "
            "pass as many"
        )
    told = ", ".join(
        _("{name} {a} to {b}", name=name, a=said(a), b=said(b))
        for name, a, b in zip(names, first, second, strict=True)
    )
    words = _("From {first} to {second}: {told}.", first=ends[0], second=ends[1], told=told)
    figure = new_figure((7.5, 1.3 + 0.26 * len(names)), words)
    axes = figure.subplots()
    rows = range(len(names))
    axes.hlines(rows, first, second, color=PALE, linewidth=4)
    axes.scatter(first, rows, marker="s", s=55, color=VERMILION, zorder=3, label=ends[0])
    axes.scatter(second, rows, s=70, color=BLUE, zorder=3, label=ends[1])
    axes.set(yticks=rows, yticklabels=names, xlabel=xlabel)
    axes.invert_yaxis()
    figure.legend(loc="outside upper right", ncols=2)
    return figure
