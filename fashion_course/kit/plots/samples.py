"""What differs from one to the next: distributions, runs of a recipe, before and after."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from fashion_course.kit.plots.figures import (
    BLUE,
    COLOURS,
    PALE,
    VERMILION,
    Numbers,
    as_array,
    as_row,
    check_any,
    new_figure,
    plain,
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
    values = {name: np.ravel(as_array(sample)) for name, sample in samples.items()}
    for name, row in values.items():
        check_any(f"samples[{name!r}]", row)
    edges = np.histogram_bin_edges(np.concatenate(list(values.values())), bins)
    told = []
    figure = new_figure((8, 3.6), "")
    axes = figure.subplots()
    for (name, row), colour in zip(values.items(), COLOURS, strict=False):
        heights = np.histogram(row, edges)[0] * (100 / len(row) if share else 1)
        axes.stairs(heights, edges, fill=True, alpha=0.45, color=colour)
        axes.stairs(heights, edges, color=colour, linewidth=1.5, label=name)
        low, middle, high = np.quantile(row, [0.025, 0.5, 0.975])
        words = _(
            "{name}: {count:,} values, the median {middle:.3g}, 95 % from {low:.3g} to {high:.3g}",
            name=plain(name),
            count=len(row),
            middle=middle,
            low=low,
            high=high,
        )
        tallest = heights.argmax()
        told.append(
            words
            + _(", most of them around {place:.3g}", place=edges[tallest : tallest + 2].mean())
        )
    if ylim:
        axes.set_ylim(*ylim)
    height = 1.0
    for name, place in (places or {}).items():
        if place is not None:
            axes.axvline(place, color="black", linestyle=":", linewidth=1.5)
            axes.annotate(
                name,
                (place, height),
                (5, -4),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                va="top",
            )
            height -= 0.1
            told.append(_("a dotted line at {place:.3g}: {name}", place=place, name=plain(name)))
    axes.set(title=title, xlabel=xlabel, ylabel=_("share, %") if share else _("how many"))
    if len(values) > 1:
        axes.legend()
    figure.set_label(f"{plain(title or _('Histogram'))}. {'; '.join(told)}.")
    return figure


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
    told = [
        _(
            "{name}: {count:,} dots from {low:.3g} to {high:.3g}, mean {mean:.3g}",
            name=plain(name),
            count=len(row),
            low=row.min(),
            high=row.max(),
            mean=row.mean(),
        )
        + (
            _(", below them {notes}", notes=", ".join(map(str, notes[name])))
            if name in (notes or {}) and notes
            else ""
        )
        for name, row in rows.items()
    ]
    if band:
        told.append(
            _(
                "a grey band from {low:.3g} to {high:.3g}: {name}",
                low=band[0],
                high=band[1],
                name=plain(band_name),
            )
        )
    figure = new_figure((8.5, 1.3 + (0.55 if notes else 0.4) * len(rows)), "")
    figure.set_label(f"{plain(title or _('Strips of dots'))}. {'; '.join(told)}.")
    axes = figure.subplots()
    jitter = np.random.default_rng(0)
    for place, (name, row) in enumerate(rows.items()):
        colour = VERMILION if name in highlight else BLUE
        if len(row) > FEW:
            axes.scatter(
                row, place + jitter.uniform(-0.3, 0.3, len(row)), s=3, alpha=0.5, color=colour
            )
            continue
        axes.scatter(row, [place] * len(row), s=45, color=colour, alpha=0.6)
        axes.plot([row.mean()] * 2, [place - 0.3, place + 0.3], color=colour, linewidth=4)
        for x, note in zip(row, (notes or {}).get(name, ()), strict=False):
            axes.text(x, place + 0.2, str(note), color=colour, ha="center", va="top", fontsize=9)
    axes.set(yticks=range(len(rows)), yticklabels=list(rows), title=title, xlabel=xlabel)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    if band:
        axes.axvspan(*band, color="0.9", zorder=0)
        axes.set_ylim(len(rows) - 0.4, -1.1)
        axes.text(sum(band) / 2, -0.8, band_name, ha="center", va="center")
    axes.grid(axis="x", color="0.92")
    return figure


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
        _("{name} {a:.3g} to {b:.3g}", name=name, a=a, b=b)
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
