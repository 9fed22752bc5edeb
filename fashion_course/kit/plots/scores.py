"""What a score is worth: intervals, calibration, possible accuracies, the sign test."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    BLUE,
    GREY,
    PALE,
    VERMILION,
    WIDTH,
    Numbers,
    as_row,
    check_any,
    new_figure,
    sentence,
    styled,
)
from fashion_course.kit.words import _


@styled
def plot_intervals(
    panels: Mapping[str, Mapping[str, tuple[float, float]]],
    *,
    xlabel: str = "",
    bands: Mapping[str, tuple[float, float]] | None = None,
    form: str = "{:.3f}",
    share: bool = True,
) -> Figure:
    """Show intervals from low to high, with both ends written at them, in panels side by side.

    Args:
        panels: for each title `{name: (low, high)}`; all panels have the same names.
        xlabel: what is estimated.
        bands: for titles a grey band behind the intervals.
        form: how an end is written, as for `str.format`.
        share: all panels have the same axis.

    Raises:
        ValueError: there is no panel, or one has other names than the first.
    """
    check_any("panels", panels)
    names = list(next(iter(panels.values())))
    for title, intervals in panels.items():
        if list(intervals) != names:
            raise ValueError(f"panels[{title!r}] has {list(intervals)}: pass {names}, as the first")
    told = [_("Intervals.")]
    figure = new_figure((WIDTH, 1.1 + 0.5 * len(names)), "")
    grid = figure.subplots(1, len(panels), squeeze=False, sharey=True, sharex=share)[0]
    for axes, (title, intervals) in zip(grid, panels.items(), strict=True):
        ends = [(form.format(low), form.format(high)) for low, high in intervals.values()]
        texts = [_("{low} to {high}", low=low, high=high) for low, high in ends]
        for place, (interval, text) in enumerate(zip(intervals.values(), texts, strict=True)):
            axes.plot(interval, [place] * 2, "|-", markersize=13, linewidth=3, color=BLUE)
            axes.text(sum(interval) / 2, place - 0.22, text, ha="center", va="bottom", fontsize=9)
        if title in (bands or {}):
            axes.axvspan(*(bands or {})[title], color="0.9", zorder=0)
        axes.set(title=title, xlabel=xlabel, yticks=range(len(names)), yticklabels=names)
        axes.margins(x=0.2)
        pairs = ", ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
        told.append(sentence(f"{title}: {pairs}"))
    grid[0].set_ylim(len(names) - 0.6, -0.7)
    figure.set_label(" ".join(told))
    return figure


@styled
def plot_interval_coverage(
    estimates: Numbers, halves: Numbers, truth: float, *, ylabel: str = ""
) -> Figure:
    """Show many intervals upright side by side; those that miss the truth are vermilion.

    Args:
        estimates: the middles, `(N,)`.
        halves: half the width of each interval, `(N,)`.
        truth: what they estimate.
        ylabel: what that is.

    Raises:
        ValueError: there are not as many halves as estimates.
    """
    middles, reach = as_row("estimates", estimates), as_row("halves", halves)
    if len(middles) != len(reach):
        raise ValueError(f"halves has {len(reach)} entries for {len(middles)} estimates")
    missed = np.abs(middles - truth) > reach  # (N,)
    title = _("{count} intervals: {missed} miss", count=len(middles), missed=missed.sum())
    words = _(
        "{title} the truth, {truth:g}, a level line; all others cross it.", title=title, truth=truth
    )
    figure = new_figure((WIDTH, 3.4), words)
    axes = figure.subplots()
    for chosen, colour, width in ((~missed, BLUE, 1), (missed, VERMILION, 3)):
        axes.errorbar(
            np.flatnonzero(chosen),
            middles[chosen],
            reach[chosen],
            fmt="o",
            markersize=3,
            color=colour,
            linewidth=width,
        )
    axes.axhline(truth, color="0.2", linewidth=1)
    axes.annotate(_("the truth"), (len(middles) + 1, truth), (4, 3), textcoords="offset points")
    axes.set(title=title, xlabel=_("number of the sample"), ylabel=ylabel)
    axes.set_xlim(-1, 1.1 * len(middles))
    return figure


@styled
def plot_calibration(models: Mapping[str, Sequence[tuple[float, float, int]]]) -> Figure:
    """Show reliability diagrams: how sure a model is, against how often it is right.

    Args:
        models: for each name its bins: mean confidence, share that was right, number of images.

    Raises:
        ValueError: there is no model, or one has no bin.
    """
    check_any("models", models)
    figure = new_figure((min(WIDTH, 4.5 * len(models)), 4.4), "")
    grid = figure.subplots(1, len(models), squeeze=False, sharey=True)[0]
    told = []
    for axes, (name, bins) in zip(grid, models.items(), strict=True):
        check_any(f"models[{name!r}]", bins)
        sure, right, count = np.array([[float(x) for x in one] for one in bins]).T  # (bins,) each
        claims, keeps = np.average(sure, weights=count), np.average(right, weights=count)
        axes.plot([0, 1], [0, 1], ":", color=GREY)
        axes.vlines(sure, sure, right, color=VERMILION, linewidth=3)
        axes.scatter(sure, right, s=20 + 500 * count / count.sum(), color=BLUE, zorder=3)
        title = _(
            "{name}: claims {claims:.0%}, is right {keeps:.0%}",
            name=name,
            claims=claims,
            keeps=keeps,
        )
        low = max(0.0, min(sure.min(), right.min()) - 0.1)
        axes.set(title=title, xlabel=_("claimed confidence"), xlim=(low, 1.05), ylim=(low, 1.05))
        dots = ", ".join(
            f"{x:.0%}: {y:.0%} ({n:.0f})" for x, y, n in zip(sure, right, count, strict=True)
        )
        told.append(
            _("{title}. Confidence and share right (images): {dots}.", title=title, dots=dots)
        )
    grid[0].set_ylabel(_("share that was right"))
    grid[-1].text(
        0.98, 0.05, _("orange: the gap"), color=VERMILION, ha="right", transform=grid[-1].transAxes
    )
    figure.set_label(" ".join(told))
    return figure


@styled
def plot_possible_accuracies(images: int, reports: Mapping[str, float]) -> Figure:
    """Show reported accuracies on a ruler of those that a number of images allows.

    Args:
        images: of the test set; k right answers of them are an accuracy.
        reports: accuracies in per cent, by their names; impossible ones are vermilion.

    Raises:
        ValueError: there is no report, or one is not from 0 to 100.
    """
    check_any("reports", reports)
    for name, said in reports.items():
        if not 0 <= said <= 100:
            raise ValueError(f"reports[{name!r}] is {said}: pass per cent, from 0 to 100")
    counts = [said / 100 * images for said in reports.values()]
    first, last = int(min(counts)) - 2, int(max(counts)) + 4
    ticks = 100 * np.arange(max(0, first), min(images + 1, last)) / images  # (T,)
    possible = {name: abs(n - round(n)) < 1e-6 for name, n in zip(reports, counts, strict=True)}
    told = ", ".join(
        _("{name}, {said:g} %, points at a line", name=name, said=said)
        if possible[name]
        else _("{name}, {said:g} %, points between two lines", name=name, said=said)
        for name, said in reports.items()
    )
    words = _(
        "A ruler with a line for each accuracy that {images:,} images allow: {told}.",
        images=images,
        told=told,
    )
    figure = new_figure((8, 2.2), words)
    axes = figure.subplots()
    axes.vlines(ticks, 0, 0.45, color="0.6", linewidth=1.5)
    for name, said in reports.items():
        colour = BLUE if possible[name] else VERMILION
        axes.plot(said, 0.62, "v", color=colour, markersize=11)
        axes.text(said, 0.85, f"{name}: {said:g} %", color=colour, ha="center")
    axes.set(ylim=(0, 1.1), yticks=[], xlabel=_("accuracy on {n:,} images (%)", n=images))
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks.round(6)])
    axes.spines["left"].set_visible(False)
    axes.set_title(_("Each line is a whole number of right answers"))
    return figure


@styled
def plot_sign_test(
    both: int, neither: int, only_first: int, only_second: int, names: tuple[str, str]
) -> Figure:
    """Show on how many images two models differ, and what fair coins would make of these.

    Args:
        both: images that both models have right.
        neither: images that none has right.
        only_first: images that only the first has right.
        only_second: images that only the second has right.
        names: of the two models.

    Raises:
        ValueError: the models never differ.
    """
    coins = only_first + only_second
    if coins <= 0:
        raise ValueError("only_first and only_second are 0: models that never differ need no test")
    heads = np.arange(coins + 1)
    chance = _heads(coins)  # (coins + 1,)
    uneven = np.abs(heads - coins / 2) >= abs(only_second - coins / 2)
    words = _(
        "{column} Right, the heads of {coins} fair coins as bars: {second} of them, as only {name} "
        "is right, or more unevenly, {luck:.1%} of the time.",
        column=_column_in_words(both, coins, neither),
        coins=coins,
        second=only_second,
        name=names[1],
        luck=chance[uneven].sum(),
    )
    figure = new_figure((WIDTH, 3.6), words)
    left, right = figure.subplots(1, 2, width_ratios=(2, 3))
    _draw_column(left, both, coins, neither)
    right.bar(heads, 100 * chance, 0.9, color=np.where(uneven, VERMILION, PALE))
    right.annotate(
        _("ours: {n} of {coins}", n=only_second, coins=coins),
        (only_second, 100 * chance[only_second]),
        (only_second, 45 * chance.max()),
        color=VERMILION,
        ha="center",
        arrowprops={"arrowstyle": "->", "color": VERMILION},
    )
    right.set(title=_("If they were equal: {coins} coins", coins=coins), ylabel=_("chance in %"))
    right.set_xlabel(_("images that only {name!r} gets right", name=names[1]))
    return figure


def _column_in_words(both: int, one: int, neither: int) -> str:
    return _(
        "Left, a column of images: {both:,} both right, {one:,} exactly one right, {neither:,} "
        "both wrong.",
        both=both,
        one=one,
        neither=neither,
    )


def _draw_column(axes: Axes, both: int, one: int, neither: int) -> None:
    bottom = 0
    for count, colour, text in (
        (both, "0.85", _("both right")),
        (one, BLUE, _("exactly one right")),
        (neither, "0.85", _("both wrong")),
    ):
        axes.bar(0, count, bottom=bottom, color=colour, width=0.9)
        axes.text(0.5, bottom + count / 2, f"{text}: {count}", va="center")
        bottom += count
    axes.set(title=_("{count:,} images, two models", count=bottom), xlim=(-0.5, 1.8))
    axes.set_axis_off()


def _heads(coins: int) -> NDArray[np.float64]:
    """Return the chance of each number of heads among fair coins, `(coins + 1,)`."""
    logs = np.concatenate([[0.0], np.log(np.arange(1, coins + 1)).cumsum()])  # log of factorials
    heads = np.arange(coins + 1)
    return np.asarray(np.exp(logs[coins] - logs[heads] - logs[coins - heads] - coins * np.log(2)))
