"""Bars: amounts by name, scores by class, and what is as wide as one number, high as another."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    BLUE,
    COLOURS,
    GREY,
    PALE,
    VERMILION,
    WIDTH,
    Numbers,
    as_array,
    as_images,
    as_row,
    check_any,
    mark_place,
    new_figure,
    plain,
    said,
    sentence,
    styled,
)
from fashion_course.kit.types import CLASS_NAMES
from fashion_course.kit.words import _, ngettext

HATCHES = "", "//", "..", "xx", "", "//", ".."  # of states, so that colour says nothing alone


@styled
def plot_bars(
    panels: Mapping[str, Mapping[str, float] | Numbers],
    names: Sequence[str] | None = None,
    *,
    xlabel: str = "",
    form: str = "{:,.0f}",
    highlight: Collection[str] = (),
    levels: Mapping[str, float | None] | None = None,
    share: bool = True,
) -> Figure:
    """Show amounts as bars with their numbers, one panel below each title, side by side.

    Args:
        panels: for each title K amounts: `{name: amount}`, or `(K,)` with `names`.
        names: of the bars, where the panels have none.
        xlabel: what is counted.
        form: how a number is written behind its bar, as for `str.format`.
        highlight: names of bars in vermilion.
        levels: dotted upright lines, with their names; None is left out.
        share: all panels have the same axis.

    Raises:
        ValueError: there is no panel, or the bars of a panel do not match their names.
    """
    check_any("panels", panels)
    rows = {title: _amounts(title, amounts, names) for title, amounts in panels.items()}
    bars = max(map(len, rows.values()))
    marks = {name: level for name, level in (levels or {}).items() if level is not None}
    size = (8 if len(panels) == 1 else WIDTH), 1.2 + 0.22 * max(3, bars) + 0.3 * bool(marks)
    figure = new_figure(size, _bars_in_words(rows, form, marks))
    shown = figure.subplots(1, len(panels), squeeze=False, sharey=True, sharex=share)[0]
    most = max(max(row.values()) for row in rows.values())
    for axes, (title, row) in zip(shown, rows.items(), strict=True):
        axes.set_title(title, pad=20 if marks else None)
        axes.set_xlabel(xlabel)
        _draw_bars(axes, row, form, highlight)
        if min(row.values()) >= 0:
            axes.set_xlim(0, 1.17 * ((most if share else max(row.values())) or 1))
        for name, level in marks.items():
            mark_place(axes, name, level, 1.0)
    shown[0].invert_yaxis()
    return figure


def _draw_bars(axes: Axes, row: Mapping[str, float], form: str, highlight: Collection[str]) -> None:
    colours = [VERMILION if name in highlight else BLUE for name in row]
    drawn = axes.barh(list(row), list(row.values()), color=colours, height=0.75)
    axes.bar_label(drawn, [form.format(amount) for amount in row.values()], padding=4)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter("{x:,.10g}")


def _amounts(
    title: str, amounts: Mapping[str, float] | Numbers, names: Sequence[str] | None
) -> dict[str, float]:
    if isinstance(amounts, Mapping):
        names, amounts = list(amounts), list(amounts.values())
    row = as_row(f"panels[{title!r}]", amounts)
    if names is None or len(names) != len(row):
        raise ValueError(
            f"panels[{title!r}] has {len(row)} bars for {len(names or ())} names: pass as many "
            "names, or a dictionary"
        )
    return dict(zip(names, row.tolist(), strict=True))


def _bars_in_words(
    rows: Mapping[str, Mapping[str, float]], form: str, marks: Mapping[str, float]
) -> str:
    told = []
    for title, row in rows.items():
        bars = ", ".join(f"{name} {form.format(amount)}" for name, amount in row.items())
        told.append(_("Bars, {title}: {bars}", title=title, bars=bars))
    for name, level in marks.items():
        told.append(_("A dotted line at {level}: {name}", level=said(level), name=name))
    return " ".join(map(sentence, told))


@styled
def plot_class_scores(
    images: Numbers,
    scores: Numbers,
    labels: Sequence[int],
    class_names: Sequence[str] = CLASS_NAMES,
) -> Figure:
    """Show images side by side, with the scores of all classes as bars below each.

    Args:
        images: N of `(H, W)` or `(1, H, W)`.
        scores: `(N, K)`, such as logits.
        labels: the N true classes; their bars are vermilion.
        class_names: K names.

    Raises:
        ValueError: the sizes do not match.
    """
    pages, rows, truth = as_images(images), as_array(scores), as_array(labels)
    if rows.shape != (len(pages), len(class_names)) or truth.shape != (len(pages),):
        raise ValueError(
            f"scores has shape {rows.shape} and labels {truth.shape}: for {len(pages)} images "
            f"and {len(class_names)} classes pass ({len(pages)}, {len(class_names)}) and "
            f"({len(pages)},)"
        )
    words = _scores_in_words(rows, truth.tolist(), class_names)
    figure = new_figure((WIDTH, 5.2), words)
    grid = figure.subplots(2, len(pages), squeeze=False, height_ratios=(1, 1.5), sharey="row")
    for above, below, page, row, label in zip(*grid, pages, rows, truth.tolist(), strict=True):
        above.imshow(page, cmap="gray")
        above.set_title(_("truth: {name}", name=class_names[label]), loc="center")
        above.set_axis_off()
        below.barh(
            class_names, row, color=[VERMILION if k == label else BLUE for k in range(len(row))]
        )
        below.axvline(0, color=GREY, linewidth=1)
        below.set_xlabel(_("score"))
    grid[1, 0].invert_yaxis()
    return figure


def _scores_in_words(rows: NDArray[Any], truth: Sequence[int], names: Sequence[str]) -> str:
    told = [
        _(
            "Of {truth}: the longest bar is {best}, {high}; its own is {own}.",
            truth=names[label],
            best=names[row.argmax()],
            high=said(row.max()),
            own=said(row[label]),
        )
        for row, label in zip(rows, truth, strict=True)
    ]
    return " ".join([_("Images with their scores."), *told])


@styled
def plot_batch_means(
    means: Numbers, sizes: Sequence[int], levels: Mapping[str, float] | None = None
) -> Figure:
    """Show the mean loss of each batch as a bar: as wide as its images, as high as its loss.

    Args:
        means: of B batches, `(B,)`.
        sizes: images of each batch, `(B,)`.
        levels: lines across, with their names.

    Raises:
        ValueError: there are not as many means as sizes.
    """
    heights, widths = as_row("means", means), as_row("sizes", sizes)
    if len(heights) != len(widths):
        raise ValueError(f"means has {len(heights)} entries for {len(widths)} sizes: pass as many")
    left = np.concatenate([[0], widths.cumsum()[:-1]])
    bars = ", ".join(
        _("{size:.0f} images with loss {mean:.3g}", size=size, mean=mean)
        for size, mean in zip(widths, heights, strict=True)
    )
    lines = "".join(
        _(" A line at {level:.3f}: {name}.", level=level, name=name)
        for name, level in (levels or {}).items()
    )
    figure = new_figure((7.5, 3.2), _("Bars as wide as their batches: {bars}.", bars=bars) + lines)
    axes = figure.subplots()
    axes.bar(left, heights, widths, align="edge", color="0.8", edgecolor="white")
    for start, size in zip(left, widths, strict=True):
        text = _("{size:.0f} images", size=size)
        axes.text(start + size / 2, 0.15, text, ha="center", fontsize=9)
    for (name, level), colour in zip((levels or {}).items(), COLOURS, strict=False):
        axes.axhline(level, color=colour)
        axes.text(0.1, level + 0.05, f"{level:.3f} {name}", color=colour)
    axes.set(title=_("As wide as its images, as high as its loss"))
    axes.set(xlabel=_("images"), ylabel=_("mean loss"), xticks=[0, *widths.cumsum()])
    return figure


@styled
def plot_weight_uses(models: Mapping[str, Sequence[tuple[int, int]]]) -> Figure:
    """Show how often weights are used: layers as blocks, whose area is the multiply-adds.

    Args:
        models: for each name its layers, `(weights, times that each is used for an image)`.

    Raises:
        ValueError: there is no model, or one has no layer.
    """
    check_any("models", models)
    for name, layers in models.items():
        check_any(f"models[{name!r}]", layers)
    told = []
    for name, layers in models.items():
        words = ", ".join(_("{w:,} weights x {u:,}", w=w, u=u) for w, u in layers)
        told.append(f"{name}: {words}.")
    words = _("Layers as blocks, as wide as their weights, as high as their uses.")
    figure = new_figure((WIDTH, 1 + 2 * len(models)), f"{words} {' '.join(told)}")
    most = max(uses for layers in models.values() for _w, uses in layers)
    tops = [1.3 * max(0.25 * most, *(uses for _w, uses in layers)) for layers in models.values()]
    grid = figure.subplots(len(models), 1, squeeze=False, sharex=True, height_ratios=tops)[:, 0]
    for axes, (name, layers), top in zip(grid, models.items(), tops, strict=True):
        left, total = 0, sum(weights * uses for weights, uses in layers)
        for index, (weights, uses) in enumerate(layers):
            colour = (BLUE, VERMILION)[index % 2]
            axes.bar(left, uses, weights, align="edge", color=colour)
            axes.plot([left, left + weights], [uses, uses], color=colour, linewidth=3)
            if weights >= 500:
                text = f"{weights:,} x {uses:,}"
                axes.text(left + weights / 2, uses + 0.04 * most, text, ha="center", fontsize=9)
            left += weights
        axes.set_title(_("{name}: {total:,} multiply-adds", name=name, total=total))
        axes.set(ylim=(0, top), ylabel=_("uses"))
    grid[-1].set_xlabel(_("weights, side by side"))
    grid[-1].xaxis.set_major_formatter("{x:,.0f}")
    return figure


@styled
def plot_timelines(
    lines: Mapping[str, Sequence[str]], *, title: str = "", ticks: Mapping[int, str] | None = None
) -> Figure:
    """Show sequences of states as bars of one colour for each state, one below the other.

    Args:
        lines: for each name its states, moment by moment.
        title: above the picture.
        ticks: names of moments.

    Raises:
        ValueError: there is no line, or one has no moment.
    """
    check_any("lines", lines)
    for name, states in lines.items():
        check_any(f"lines[{name!r}]", states)
    kinds = list(dict.fromkeys(state for states in lines.values() for state in states))
    looks = dict(zip(kinds, itertools.cycle(zip(COLOURS, HATCHES, strict=True)), strict=False))
    told = []
    figure = new_figure((WIDTH, 1.2 + 0.6 * len(lines)), "")
    axes = figure.subplots()
    for row, (name, states) in enumerate(lines.items()):
        parts, left = [], 0
        for state, moments in itertools.groupby(states):
            colour, hatch = looks[state]
            width = len(list(moments))
            axes.barh(row, width, 0.7, left=left, color=colour, hatch=hatch, edgecolor="white")
            parts.append(ngettext("{count} moment", "{count} moments", width) + f" {state}")
            left += width
        told.append(f"{name}: {', '.join(parts)}.")
    figure.set_label(" ".join([sentence(title or _("Timelines")), *told]))
    axes.set(title=title, yticks=range(len(lines)), yticklabels=list(lines))
    if ticks:
        axes.set_xticks([moment + 0.5 for moment in ticks], list(ticks.values()))
    axes.invert_yaxis()
    axes.spines[["left"]].set_visible(False)
    axes.tick_params(length=0)
    boxes = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white") for colour, hatch in looks.values()
    ]
    figure.legend(boxes, kinds, loc="outside right center")
    return figure


@styled
def plot_signals(signals: Mapping[str, Numbers]) -> Figure:
    """Show rows of numbers as bars, one row below the other, shorter ones in the middle.

    So each number of a convolution stands below the middle of the window that it comes from.

    Args:
        signals: `(N,)` each, by their titles.

    Raises:
        ValueError: there is none, or one is no row of numbers.
    """
    check_any("signals", signals)
    rows = {title: as_row(f"signals[{title!r}]", numbers) for title, numbers in signals.items()}
    told = [f"{plain(title)}: {', '.join(f'{x:g}' for x in row)}." for title, row in rows.items()]
    figure = new_figure((7, 1.7 * len(rows)), _("Bars: ") + " ".join(told))
    longest = max(map(len, rows.values()))
    grid = figure.subplots(len(rows), 1, squeeze=False, sharex=True)[:, 0]
    for axes, (title, row) in zip(grid, rows.items(), strict=True):
        first = (longest - len(row)) / 2
        colours = [BLUE if number >= 0 else VERMILION for number in row]
        axes.bar(first + np.arange(len(row)), row, color=colours)
        axes.axhline(0, color=PALE, linewidth=1)
        axes.set_title(title)
    return figure
