"""Lines with their names at their ends: what changes with a step, a size or a setting."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    COLOURS,
    GREY,
    PALE,
    VERMILION,
    WIDTH,
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

STYLES, MARKERS = ("-", "--", ":", "-."), "os^D"
FEW = 13  # points of a line that are marked one by one
LEAST = 0.085  # of the height of a panel, from one name to the next

Curves = Mapping[str, Numbers]
"""Lines by their names: each `(N,)`, or `(R, N)` for R runs of it."""


End = tuple[float, str, str]
"""At which y a line ends, its name and its colour."""


class Marks(NamedTuple):
    """What stands in a panel beside its lines; a value of None is left out."""

    levels: Mapping[str, float | None]  # dotted lines across, at heights
    places: Mapping[str, float]  # dotted lines upright, at places on the x axis
    points: Mapping[str, tuple[float, float]]  # dots with names


NO_MARKS = Marks({}, {}, {})


class Line(NamedTuple):
    """One line as it is drawn: its runs `(R, N)` over `x` `(N,)`."""

    name: str
    x: NDArray[np.float64]
    runs: NDArray[np.float64]


@styled
def plot_lines(
    curves: Curves,
    *,
    x: Numbers | None = None,
    start: int = 0,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    log: str = "",
    ylim: tuple[float | None, float | None] | None = None,
    behind: str | None = None,
    levels: Mapping[str, float | None] | None = None,
    places: Mapping[str, float] | None = None,
    points: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Show lines in one panel, each with its name at its end; of several runs mean and band.

    Args:
        curves: `(N,)` each, or `(R, N)`: R runs, drawn as their mean in a band from the lowest
            to the highest.
        x: places of the N numbers; without it they are counted from `start`.
        start: the place of the first number where there is no `x`.
        title: above the panel.
        xlabel: below the x axis.
        ylabel: beside the y axis.
        log: which axes have a logarithmic scale: "", "x", "y" or "xy".
        ylim: the ends of the y axis.
        behind: the name of the line that is drawn wide and grey below the others.
        levels: dotted lines across, with their names; None is left out.
        places: dotted upright lines, with their names.
        points: dots `(x, y)`, with their names.

    Raises:
        ValueError: there is no curve, or one does not fit `x`.
    """
    marks = Marks(levels or {}, places or {}, points or {})
    panel = _lines(curves, x, start)
    figure = new_figure((7.5, 3.7), _in_words(title, {"": panel}, (xlabel, ylabel), marks))
    axes = figure.subplots()
    axes.set(title=title, xlabel=xlabel, ylabel=ylabel)
    _draw(axes, panel, marks, log, ylim, behind, named=True)
    return figure


@styled
def plot_line_panels(
    panels: Mapping[str, Curves],
    *,
    x: Numbers | None = None,
    start: int = 0,
    columns: int = 4,
    xlabel: str = "",
    ylabel: str = "",
    log: str = "",
    ylim: tuple[float | None, float | None] | None = None,
    behind: str | None = None,
    share: bool = True,
) -> Figure:
    """Show lines in several panels, each below its title; a name has one colour in all of them.

    Args:
        panels: the curves of each panel, as `plot_lines` takes them.
        x, start, log, ylim, behind: as in `plot_lines`, for all panels.
        columns: panels in a row.
        xlabel: below the last row.
        ylabel: beside the first panel of a row.
        share: all panels have the same y axis.

    Raises:
        ValueError: there is no panel, one has no curve, or a curve does not fit `x`.
    """
    check_any("panels", panels)
    drawn = {title: _lines(curves, x, start) for title, curves in panels.items()}
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    size = WIDTH, (3.4 if columns < 3 else 2.5) * rows + 0.3
    figure = new_figure(size, _in_words("", drawn, (xlabel, ylabel), NO_MARKS))
    grid = figure.subplots(rows, columns, squeeze=False, sharex="col", sharey=share)
    for axes, (title, panel) in zip(grid.flat, drawn.items(), strict=False):
        axes.set_title(title)
        names = _draw(axes, panel, NO_MARKS, log, ylim, behind, named=False)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    for axes in grid[-1]:
        axes.set_xlabel(xlabel)
    for axes in grid[:, 0]:
        axes.set_ylabel(ylabel)
    if len(names) > 1:
        figure.legend(*zip(*names, strict=True), loc="outside upper center", ncols=len(names))
    return figure


def _lines(curves: Curves, x: Numbers | None, start: int) -> list[Line]:
    """Return the curves of a panel with their places on the x axis."""
    check_any("curves", curves)
    found = []
    for name, numbers in curves.items():
        runs = np.atleast_2d(np.asarray(as_array(numbers), dtype=np.float64))
        length = runs.shape[-1]
        own = np.arange(start, start + length, dtype=np.float64) if x is None else as_row("x", x)
        if runs.ndim != 2 or not runs.size or own.shape != (length,):
            raise ValueError(
                f"the curve {name!r} has shape {runs.shape} over {len(own)} places: pass (N,) or "
                "(R, N), with one number for each place"
            )
        found.append(Line(name, own, runs))
    return found


def _draw(
    axes: Axes,
    panel: list[Line],
    marks: Marks,
    log: str,
    ylim: tuple[float | None, float | None] | None,
    behind: str | None,
    named: bool,
) -> list[tuple[Any, str]]:
    """Draw one panel; return each line as matplotlib has it, with its name."""
    if "x" in log:
        axes.set_xscale("log")
    if "y" in log:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:,g}")
    _prepare_places(axes, panel, "x" in log)
    looks = itertools.cycle(zip(COLOURS, itertools.cycle(STYLES), itertools.cycle(MARKERS)))
    drawn: list[tuple[Any, str]] = []
    ends: list[End] = []
    for line in panel:
        under = line.name == behind
        colour, style, marker = (PALE, "-", "") if under else next(looks)
        middle = line.runs.mean(axis=0)
        if len(line.runs) > 1:
            low, high = line.runs.min(axis=0), line.runs.max(axis=0)
            axes.fill_between(line.x, low, high, color=colour, alpha=0.25, linewidth=0)
        look: dict[str, Any] = {"marker": marker if len(middle) <= FEW else "", "linestyle": style}
        if under:
            look |= {"linewidth": 6 if named else 3, "zorder": 1}
        (one,) = axes.plot(line.x, middle, color=colour, **look)
        drawn.append((one, line.name))
        ends.append((middle[-1], line.name, GREY if under else colour))
    if ylim:
        axes.set_ylim(*ylim)
    levels = _draw_marks(axes, panel, marks)
    if named:
        name_ends(axes, ends + levels)
    return drawn


def _draw_marks(axes: Axes, panel: list[Line], marks: Marks) -> list[End]:
    """Draw what stands beside the lines; return the ends of the levels, for their names."""
    levels = [(name, level) for name, level in marks.levels.items() if level is not None]
    for _name, level in levels:
        axes.axhline(level, color=GREY, linestyle=":", linewidth=1.5, zorder=0)
    for name, place in marks.places.items():
        mark_place(axes, name, place)
    lowest = min(line.runs.mean(axis=0)[1:-1].min(initial=np.inf) for line in panel)
    for name, (x, y) in marks.points.items():
        axes.plot(x, y, "o", color=VERMILION, markersize=8, zorder=4)
        offset = (-12, -17) if abs(y - lowest) < 0.01 * abs(lowest) else (9, 7)
        axes.annotate(name, (x, y), offset, textcoords="offset points", color=GREY)
    return [(level, name, GREY) for name, level in levels]


def _prepare_places(axes: Axes, panel: list[Line], log: bool) -> None:
    """Put marks on the x axis: at each place where there are few, else at whole numbers."""
    x = panel[0].x
    if log:
        axes.xaxis.set_major_formatter("{x:,g}")
    if log and len(x) <= FEW // 2:
        axes.set_xticks(x)
        axes.xaxis.set_minor_formatter("")
    elif not log and (x == x.round()).all():
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))


def name_ends(axes: Axes, ends: Sequence[End]) -> None:
    """Write names at the right of a panel, as high as their lines end, and apart from each other.

    Args:
        axes: with their limits set.
        ends: y, the name and its colour.
    """
    axes.autoscale_view()  # what was drawn last counts too
    place, x = axes.transScale + axes.transLimits, axes.get_xlim()[1]
    # A line may end above or below its panel: its name stays beside it.
    heights = [min(1.0, max(0.0, place.transform((x, y))[1])) for y, _name, _colour in ends]
    order = sorted(range(len(ends)), key=heights.__getitem__)
    for _round in range(100):
        for low, high in itertools.pairwise(order):
            missing = LEAST * (1 + ends[low][1].count("\n")) - (heights[high] - heights[low])
            if missing > 1e-6:
                heights[low] -= missing / 2
                heights[high] += missing / 2
    look: dict[str, Any] = {"va": "center", "annotation_clip": False}
    places: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    for height, (_y, name, colour) in zip(heights, ends, strict=True):
        axes.annotate(name, (1, height), (4, 0), color=colour, **look, **places)


def _in_words(
    title: str, panels: Mapping[str, list[Line]], labels: tuple[str, str], marks: Marks
) -> str:
    """Return what the lines do: start, end, and what lies beyond both."""
    told = [title or _("Lines: {y} against {x}", x=labels[0] or "x", y=labels[1] or "y")]
    for name, lines in panels.items():
        words = "; ".join(map(_line_in_words, lines))
        told.append(f"{name}: {words}" if name else words)
    named = [(name, level) for name, level in marks.levels.items() if level is not None]
    told += [_("A dotted line at {y}: {name}", y=said(y), name=name) for name, y in named]
    told += [
        _("An upright line at {x}: {name}", x=said(x), name=name)
        for name, x in marks.places.items()
    ]
    told += [
        _("A dot at {x}, {y}: {name}", x=said(x), y=said(y), name=name)
        for name, (x, y) in marks.points.items()
    ]
    return " ".join(map(sentence, told))


def _line_in_words(line: Line) -> str:
    middle = line.runs.mean(axis=0)
    words = _("{name} from {a} to {b}", name=line.name, a=said(middle[0]), b=said(middle[-1]))
    low, high = int(middle.argmin()), int(middle.argmax())
    for index, far in ((low, _("lowest")), (high, _("highest"))):
        beyond = abs(middle[index] - middle[[0, -1]]).min() > 0.05 * np.ptp(middle)
        if beyond:
            y, x = said(middle[index]), said(line.x[index])
            words += _(", {far} {y} at {x}", far=far, y=y, x=x)
    if len(line.runs) > 1:
        ends = line.runs[:, -1]
        words += _(
            " (mean of {count} runs that end between {low} and {high})",
            count=len(ends),
            low=said(ends.min()),
            high=said(ends.max()),
        )
    return words
