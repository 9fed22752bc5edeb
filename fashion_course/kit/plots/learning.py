"""How a model learns and computes: landscapes, graphs, decision regions, windows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
    styled,
)
from fashion_course.kit.words import _

STARS: dict[str, Any] = {
    "color": "white",
    "markeredgecolor": "black",
    "markersize": 13,
    "linestyle": "",
}
GRID = 80  # places a side, at which a plane is shaded
CENTRED: dict[str, Any] = {"ha": "center", "va": "center"}


@styled
def plot_regression(
    x: Numbers,
    y: Numbers,
    surface: tuple[Numbers, Numbers, Numbers],
    places: Mapping[str, tuple[float, float]],
) -> Figure:
    """Show lines through points, and each line as a place on the map of the loss.

    Args:
        x: of the points, `(N,)`.
        y: of the points, `(N,)`.
        surface: slopes `(S,)`, intercepts `(I,)`, and the loss of each line, `(S, I)`.
        places: lines as `(slope, intercept)`, by their names.

    Raises:
        ValueError: the shapes do not match, or there is no line.
    """
    xs, ys, slopes, intercepts, losses = _regression(x, y, surface)
    check_any("places", places)
    figure = new_figure((WIDTH, 3.9), "")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    left.scatter(xs, ys, color="black", s=18)
    told = []
    for (name, (slope, intercept)), colour, style, mark in zip(
        places.items(),
        (VERMILION, BLUE, *COLOURS[2:]),
        ("-", "--", ":", "-."),
        "o*^D",
        strict=False,
    ):
        line = slope * xs + intercept
        left.plot(xs, line, style, color=colour, label=name)
        if mark == "o":
            left.vlines(xs, np.minimum(ys, line), np.maximum(ys, line), color="0.8", zorder=0)
        right.plot(slope, intercept, mark, **STARS)
        right.annotate(name, (slope, intercept), (9, 5), textcoords="offset points", color="white")
        loss = ((line - ys) ** 2).mean()
        told.append(
            _(
                "{name}: slope {slope:.2f}, intercept {intercept:.2f}, loss {loss:.3g}",
                name=name,
                slope=slope,
                intercept=intercept,
                loss=loss,
            )
        )
    left.legend()
    left.set(title=_("Lines ..."), xlabel="x", ylabel="y")
    heights = _map(right, slopes, intercepts, losses)
    figure.colorbar(heights, ax=right, label=_("loss"))
    right.set_title(_("... are places on the map"))
    words = _(
        "Left, {n} points with lines; right, the loss as a map, each line a place on it.", n=len(xs)
    )
    figure.set_label(f"{words} {'; '.join(told)}.")
    return figure


@styled
def plot_descent(
    x: Numbers,
    y: Numbers,
    surface: tuple[Numbers, Numbers, Numbers],
    path: Sequence[tuple[float, float, float]],
    steps: Sequence[int] = (0, 1, 3, -1),
) -> Figure:
    """Show the steps of a line's gradient descent: in the valley, from above, and as lines.

    Args:
        x: of the points, `(N,)`.
        y: of the points, `(N,)`.
        surface: slopes `(S,)`, intercepts `(I,)`, and the loss of each line, `(S, I)`.
        path: slope, intercept and loss of each step.
        steps: those whose lines are drawn.

    Raises:
        ValueError: the shapes do not match, or there is no step.
    """
    xs, ys, slopes, intercepts, losses = _regression(x, y, surface)
    check_any("path", path)
    east, north, height = np.asarray(as_array(path), dtype=np.float64).T  # (steps,) each
    words = _(
        "{n} steps as a path down a valley, on its map and as lines through the points: slope "
        "{a:.2f} to {b:.2f}, intercept {c:.2f} to {d:.2f}, loss {e:.3g} to {f:.3g}.",
        n=len(path),
        a=east[0],
        b=east[-1],
        c=north[0],
        d=north[-1],
        e=height[0],
        f=height[-1],
    )
    figure = new_figure((WIDTH, 3.6), words)
    hill: Any = figure.add_subplot(1, 3, 1, projection="3d")
    chart, fits = figure.add_subplot(1, 3, 2), figure.add_subplot(1, 3, 3)
    flat = np.meshgrid(slopes, intercepts, indexing="ij")
    hill.plot_surface(*flat, losses, cmap="cividis", alpha=0.75, rcount=40, ccount=40)
    hill.plot(east, north, height + 0.02 * np.ptp(losses), ".-", color=VERMILION, zorder=10)
    hill.view_init(elev=38, azim=-125)
    hill.set(xlabel=_("slope"), ylabel=_("intercept"), zlabel=_("loss"), title=_("The valley"))
    _map(chart, slopes, intercepts, losses)
    chart.plot(east, north, ".-", color="white")
    lowest = np.unravel_index(losses.argmin(), losses.shape)
    chart.plot(slopes[lowest[0]], intercepts[lowest[1]], "*", **STARS)
    chart.set_title(_("{n} steps from above", n=len(path)))
    fits.scatter(xs, ys, color="black", s=14)
    for step, shade in zip(steps, np.linspace(0.4, 1, len(steps)), strict=True):
        line = east[step] * xs + north[step]
        fits.plot(xs, line, color=colormaps["Blues"](shade))
        text = _("step {step}", step=range(len(path))[step])
        fits.annotate(
            text,
            (xs[0], line[0]),
            (-4, 0),
            textcoords="offset points",
            va="center",
            ha="right",
            fontsize=9,
        )
    fits.set(title=_("The same steps as lines"), xlabel="x", ylabel="y")
    fits.set_xlim(xs.min() - 0.45 * np.ptp(xs), xs.max() + 0.05 * np.ptp(xs))
    return figure


def _regression(
    x: Numbers, y: Numbers, surface: tuple[Numbers, Numbers, Numbers]
) -> tuple[NDArray[Any], ...]:
    xs, ys = as_row("x", x), as_row("y", y)
    slopes, intercepts = as_row("slopes", surface[0]), as_row("intercepts", surface[1])
    losses = as_array(surface[2])
    if len(xs) != len(ys) or losses.shape != (len(slopes), len(intercepts)):
        raise ValueError(
            f"x has {len(xs)} entries, y {len(ys)}, the losses have shape {losses.shape}: pass as "
            f"many x as y, and losses ({len(slopes)}, {len(intercepts)})"
        )
    return xs, ys, slopes, intercepts, losses


def _map(axes: Axes, slopes: Any, intercepts: Any, losses: NDArray[Any]) -> Any:
    axes.set(xlabel=_("slope"), ylabel=_("intercept"))
    return axes.contourf(slopes, intercepts, losses.T, levels=20, cmap="cividis", zorder=0)


@styled
def plot_computation_graph(arrows: Sequence[tuple[str, str, Tensor]]) -> Figure:
    """Show a computation as boxes: values go forwards on the arrows, gradients backwards.

    Args:
        arrows: from which box, to which box, and the tensor `()` that goes there. It has a
            gradient, so `retain_grad()` was called where it is no leaf.

    Raises:
        ValueError: there is no arrow, a tensor has no gradient, or arrows go round in a circle.
    """
    check_any("arrows", arrows)
    boxes = _layout([(start, end) for start, end, _tensor in arrows])
    steps = [
        (start, end, *_value_and_gradient(start, end, tensor)) for start, end, tensor in arrows
    ]
    told = "; ".join(
        _(
            "{start} to {end}: value {value:g}, gradient {gradient:g}",
            start=start,
            end=end,
            value=value,
            gradient=gradient,
        )
        for start, end, value, gradient in steps
    )
    figure = new_figure((WIDTH, 4), _("A graph of a computation. {told}.", told=told))
    axes = figure.subplots()
    for name, place in boxes.items():
        frame = {"boxstyle": "round,pad=0.4", "facecolor": "0.92"}
        axes.text(*place, name, size=13, bbox=frame, zorder=3, **CENTRED)
    up = np.array([0, 0.18])
    for start, end, value, gradient in steps:
        there = np.array([boxes[start], boxes[end]])  # (2, 2): from, to
        _arrow(axes, there + up, f"{value:g}", BLUE)
        _arrow(axes, (there - up)[::-1], f"{gradient:g}", VERMILION)
    right, top = np.max(list(boxes.values()), axis=0)
    axes.text(right, top, _("→ values, forwards"), color=BLUE, size=12, ha="right")
    words = _("← gradients of the loss, backwards")
    axes.text(right, top - 0.5, words, color=VERMILION, size=12, ha="right")
    axes.set(xlim=(-0.4, right + 0.6), ylim=(-0.5, top + 0.5))
    axes.set_axis_off()
    return figure


def _value_and_gradient(start: str, end: str, tensor: Tensor) -> tuple[float, float]:
    if tensor.grad is None:
        raise ValueError(
            f"the tensor from {start!r} to {end!r} has no gradient: call retain_grad() on it "
            "before backward()"
        )
    return tensor.item(), tensor.grad.item()


def _layout(arrows: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """Place boxes: as many columns from the right as steps to the end, inputs one below another."""
    names = list(dict.fromkeys(name for arrow in arrows for name in arrow))
    after = {name: [end for start, end in arrows if start == name] for name in names}
    before = {name: [start for start, end in arrows if end == name] for name in names}
    steps: dict[str, int] = {}
    while len(steps) < len(names):
        ready = [n for n in names if n not in steps and all(end in steps for end in after[n])]
        if not ready:
            raise ValueError("arrows go round in a circle: a computation comes to an end")
        steps |= {name: 1 + max((steps[end] for end in after[name]), default=-1) for name in ready}
    inputs = [name for name in names if not before[name]]
    heights = {name: 1.35 * (len(inputs) - 1 - row) for row, name in enumerate(inputs)}
    for name in sorted(names, key=lambda name: -steps[name]):
        if before[name]:
            heights[name] = float(np.mean([heights[start] for start in before[name]]))
    most = max(steps.values())
    return {name: (1.5 * (most - steps[name]), heights[name]) for name in names}


def _arrow(axes: Axes, ends: NDArray[Any], text: str, colour: str) -> None:
    tail, head = ends
    style = {"arrowstyle": "->", "shrinkA": 20, "shrinkB": 20, "lw": 1.6, "color": colour}
    axes.annotate("", head, tail, arrowprops=style)
    frame = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    x, y = ends.mean(axis=0)
    axes.text(x, y, text, color=colour, bbox=frame, **CENTRED)


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
    low, high = dots.min(axis=0), dots.max(axis=0)
    sides = [torch.linspace(*ends, GRID) for ends in zip(low - 0.5, high + 0.5, strict=True)]
    places = torch.cartesian_prod(*sides)  # (GRID * GRID, 2)
    with torch.inference_mode():
        shares, own = as_array(probability(places)), as_array(probability(torch.from_numpy(dots)))
    if shares.shape != (GRID * GRID,):
        raise ValueError(
            f"probability returned shape {shares.shape} for ({GRID * GRID}, 2) places: return one "
            f"number for each, ({GRID * GRID},)"
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


@styled
def plot_window_places(
    length: int, kernel_size: int, settings: Sequence[tuple[int, int]]
) -> Figure:
    """Show every place of a convolution's window on a row of numbers, below the row.

    Args:
        length: of the row.
        kernel_size: of the window.
        settings: pairs of stride and padding, one for each panel.

    Raises:
        ValueError: there is no setting, or the window does not fit.
    """
    check_any("settings", settings)
    figure = new_figure((8, 2.5 * -(-len(settings) // 2)), "")
    grid = figure.subplots(-(-len(settings) // 2), 2, squeeze=False)
    told = []
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, (stride, padding) in zip(grid.flat, settings, strict=False):
        room = length + 2 * padding - kernel_size
        if room < 0 or stride < 1:
            raise ValueError(
                f"a window of {kernel_size} does not fit {length} numbers with stride {stride} "
                f"and padding {padding}"
            )
        starts = range(-padding, room - padding + 1, stride)
        rims = [*range(-padding, 0), *range(length, length + padding)]
        look: dict[str, Any] = {"marker": "s", "s": 90, "edgecolor": GREY}
        axes.scatter(range(length), [0] * length, facecolor=GREY, **look)
        axes.scatter(rims, [0] * len(rims), facecolor="none", **look)
        for row, start in enumerate(starts):
            ends = [start - 0.3, start + kernel_size - 0.7]
            axes.plot(ends, [-1 - row] * 2, linewidth=6, color=BLUE)
        title = _(
            "stride {stride}, padding {padding}: {count} places",
            stride=stride,
            padding=padding,
            count=len(starts),
        )
        axes.set(title=title, xlim=(-padding - 0.8, length + padding - 0.2))
        axes.set_ylim(-max(5, len(starts) + 1), 1)
        told.append(title)
    words = _(
        "Rows of {length} squares, below each the places of a window of {size}.",
        length=length,
        size=kernel_size,
    )
    figure.set_label(f"{words} {'; '.join(told)}.")
    return figure
