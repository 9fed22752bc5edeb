"""How a model learns: lines on a landscape of losses, steps downhill, decision regions."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

from fashion_course.kit.plots.figures import (
    BLUE,
    COLOURS,
    GREY,
    VERMILION,
    WIDTH,
    Numbers,
    as_array,
    as_row,
    check_any,
    new_figure,
    said,
    styled,
)
from fashion_course.kit.words import _

LOOKS = ((VERMILION, "-", "o"), (BLUE, "--", "*"), (COLOURS[2], ":", "^"), (GREY, "-.", "D"))
STARS: dict[str, Any] = {
    "color": "white",
    "markeredgecolor": "black",
    "markersize": 13,
    "linestyle": "",
}
Surface = tuple[Numbers, Numbers, Numbers]
"""Slopes `(S,)`, intercepts `(I,)`, and the loss of each line, `(S, I)`."""

GRID = 80  # places a side, at which a plane is shaded


class Landscape(NamedTuple):
    """Points, and the loss of each line through them."""

    x: NDArray[np.float64]  # (N,)
    y: NDArray[np.float64]  # (N,)
    slopes: NDArray[np.float64]  # (S,)
    intercepts: NDArray[np.float64]  # (I,)
    losses: NDArray[np.float64]  # (S, I)


@styled
def plot_regression(
    x: Numbers, y: Numbers, surface: Surface, places: Mapping[str, tuple[float, float]]
) -> Figure:
    """Show lines through points, and each line as a place on the map of the loss.

    Args:
        x, y: of the points, `(N,)` each.
        surface: slopes `(S,)`, intercepts `(I,)`, and the loss of each line, `(S, I)`.
        places: lines as `(slope, intercept)`, by their names.

    Raises:
        ValueError: the shapes do not match, or there is no line.
    """
    land = _landscape(x, y, surface)
    check_any("places", places)
    figure = new_figure((WIDTH, 3.9), "")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    left.scatter(land.x, land.y, color="black", s=18)
    first = next(iter(places))
    told = [
        _(
            "{n} points with lines; beside them the loss as a map, each line a place on it:",
            n=len(land.x),
        )
    ]
    for (name, place), look in zip(places.items(), itertools.cycle(LOOKS)):
        told.append(_draw_line(left, right, land, name, place, look, gaps=name == first))
    left.legend()
    left.set(title=_("Lines ..."), xlabel="x", ylabel="y")
    figure.colorbar(_map(right, land), ax=right, label=_("loss"))
    right.set_title(_("... are places on the map"))
    figure.set_label(" ".join(told))
    return figure


def _draw_line(
    lines: Axes,
    chart: Axes,
    land: Landscape,
    name: str,
    place: tuple[float, float],
    look: tuple[str, str, str],
    gaps: bool,
) -> str:
    """Draw a line through the points and its place on the map; return it in words."""
    colour, style, mark = look
    slope, intercept = place
    line = slope * land.x + intercept  # (N,)
    lines.plot(land.x, line, style, color=colour, label=name)
    if gaps:
        low, high = np.minimum(land.y, line), np.maximum(land.y, line)
        lines.vlines(land.x, low, high, color="0.8", zorder=0)
    chart.plot(slope, intercept, mark, **STARS)
    chart.annotate(name, place, (9, 5), textcoords="offset points", color="white")
    return _(
        "{name}, slope {slope:.2f}, intercept {intercept:.2f}, loss {loss}.",
        name=name,
        slope=slope,
        intercept=intercept,
        loss=said(((line - land.y) ** 2).mean()),
    )


@styled
def plot_descent(
    x: Numbers,
    y: Numbers,
    surface: Surface,
    path: Sequence[tuple[float, float, float]],
    steps: Sequence[int] = (0, 1, 3, -1),
) -> Figure:
    """Show the steps of a line's gradient descent: in the valley, from above, and as lines.

    Args:
        x, y: of the points, `(N,)` each.
        surface: slopes `(S,)`, intercepts `(I,)`, and the loss of each line, `(S, I)`.
        path: slope, intercept and loss of each step.
        steps: those whose lines are drawn.

    Raises:
        ValueError: the shapes do not match, or there is no step.
    """
    land = _landscape(x, y, surface)
    check_any("path", path)
    way = np.asarray(path, dtype=np.float64)  # (steps, 3)
    figure = new_figure((WIDTH, 3.6), _way_in_words(way))
    hill: Any = figure.add_subplot(1, 3, 1, projection="3d")
    chart, fits = figure.add_subplot(1, 3, 2), figure.add_subplot(1, 3, 3)
    flat = np.meshgrid(land.slopes, land.intercepts, indexing="ij")
    hill.plot_surface(*flat, land.losses, cmap="cividis", alpha=0.75, rcount=40, ccount=40)
    above = way + [0, 0, 0.02 * np.ptp(land.losses)]  # noqa: RUF005
    hill.plot(*above.T, ".-", color=VERMILION, zorder=10)
    hill.view_init(elev=38, azim=-125)
    hill.set(xlabel=_("slope"), ylabel=_("intercept"), zlabel=_("loss"), title=_("The valley"))
    _map(chart, land)
    chart.plot(way[:, 0], way[:, 1], ".-", color="white")
    row, column = np.unravel_index(land.losses.argmin(), land.losses.shape)
    chart.plot(land.slopes[row], land.intercepts[column], "*", **STARS)
    chart.set_title(_("{n} steps from above", n=len(way)))
    _draw_fits(fits, land, way, steps)
    return figure


def _way_in_words(way: NDArray[np.float64]) -> str:
    words = (
        _("{name} from {a:.2f} to {b:.2f}", name=name, a=way[0, column], b=way[-1, column])
        for column, name in enumerate((_("slope"), _("intercept"), _("loss")))
    )
    return _(
        "{n} steps as a path down a valley, on its map and as lines through the points: {words}.",
        n=len(way),
        words=", ".join(words),
    )


def _draw_fits(axes: Axes, land: Landscape, way: NDArray[np.float64], steps: Sequence[int]) -> None:
    axes.scatter(land.x, land.y, color="black", s=14)
    for step, shade in zip(steps, np.linspace(0.4, 1, len(steps)), strict=True):
        line = way[step, 0] * land.x + way[step, 1]
        axes.plot(land.x, line, color=colormaps["Blues"](shade))
        text = _("step {step}", step=range(len(way))[step])
        look: dict[str, Any] = {"va": "center", "ha": "right", "fontsize": 9}
        axes.annotate(text, (land.x[0], line[0]), (-4, 0), textcoords="offset points", **look)
    axes.set(title=_("The same steps as lines"), xlabel="x", ylabel="y")
    width = np.ptp(land.x)
    axes.set_xlim(land.x.min() - 0.45 * width, land.x.max() + 0.05 * width)


def _landscape(x: Numbers, y: Numbers, surface: Surface) -> Landscape:
    slopes, intercepts, losses = surface
    land = Landscape(
        as_row("x", x),
        as_row("y", y),
        as_row("slopes", slopes),
        as_row("intercepts", intercepts),
        np.asarray(as_array(losses), dtype=np.float64),
    )
    wanted = len(land.slopes), len(land.intercepts)
    if len(land.x) != len(land.y) or land.losses.shape != wanted:
        raise ValueError(
            f"x has {len(land.x)} entries, y {len(land.y)}, the losses have shape "
            f"{land.losses.shape}: pass as many x as y, and losses {wanted}"
        )
    return land


def _map(axes: Axes, land: Landscape) -> Any:
    axes.set(xlabel=_("slope"), ylabel=_("intercept"))
    look: dict[str, Any] = {"levels": 20, "cmap": "cividis", "zorder": 0}
    return axes.contourf(land.slopes, land.intercepts, land.losses.T, **look)


@styled
def plot_decision_regions(
    points: Numbers, labels: Numbers, probability: Callable[[Tensor], Tensor]
) -> Figure:
    """Show what a model of two features and two classes believes at each place of the plane.

    Args:
        points: `(N, 2)`.
        labels: their classes, 0 or 1, `(N,)`.
        probability: returns that of class 1, `(P,)`, for P places, `(P, 2)`.

    Raises:
        ValueError: the shapes do not match.
    """
    dots, classes = as_array(points), as_array(labels)
    if dots.shape != (len(classes), 2):
        raise ValueError(
            f"points has shape {dots.shape}: for {len(classes)} labels pass ({len(classes)}, 2)"
        )
    ends = zip(dots.min(axis=0) - 0.5, dots.max(axis=0) + 0.5, strict=True)
    sides = [torch.linspace(low, high, GRID) for low, high in ends]
    places = torch.cartesian_prod(*sides)  # (GRID * GRID, 2)
    with torch.inference_mode():
        shares, own = as_array(probability(places)), as_array(probability(torch.from_numpy(dots)))
    if shares.shape != (GRID * GRID,):
        raise ValueError(
            f"probability returned shape {shares.shape}: return a number for each of {len(places)}"
        )
    words = _(
        "A plane of two features, shaded from surely class 0 to surely class 1, with {n} points; "
        "the model is right about {agree:.0%} of them.",
        n=len(dots),
        agree=((own > 0.5) == classes).mean(),
    )
    figure = new_figure((6, 4), words)
    axes = figure.subplots()
    across, up = places.numpy().T.reshape(2, GRID, GRID)
    shades = axes.contourf(across, up, shares.reshape(GRID, GRID), levels=10, cmap="cividis")
    figure.colorbar(shades, ax=axes, label=_("probability of class 1"))
    for number, colour, mark in ((0, "white", "o"), (1, "black", "^")):
        x, y = dots[classes == number].T
        name = _("class {number}", number=number)
        axes.scatter(x, y, color=colour, marker=mark, edgecolor="black", s=26, label=name)
    figure.legend(loc="outside upper center", ncols=2)
    axes.set(xlabel=_("first feature"), ylabel=_("second feature"))
    return figure
