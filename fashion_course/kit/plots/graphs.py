"""How a number is computed: a graph with its gradients, and the places of a window."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

from fashion_course.kit.plots.figures import (
    BLUE,
    GREY,
    VERMILION,
    WIDTH,
    check_any,
    new_figure,
    sentence,
    styled,
)
from fashion_course.kit.words import _

CENTRED: dict[str, Any] = {"ha": "center", "va": "center"}


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
    told = [
        _(
            "Rows of {length} squares, below each the places of a window of {size}.",
            length=length,
            size=kernel_size,
        )
    ]
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
        told.append(_draw_places(axes, length, kernel_size, padding, starts))
    figure.set_label(" ".join(told))
    return figure


def _draw_places(axes: Axes, length: int, kernel_size: int, padding: int, starts: range) -> str:
    """Draw a row of numbers and its windows; return the title as a sentence."""
    rims = [*range(-padding, 0), *range(length, length + padding)]
    look: dict[str, Any] = {"marker": "s", "s": 90, "edgecolor": GREY}
    axes.scatter(range(length), [0] * length, facecolor=GREY, **look)
    axes.scatter(rims, [0] * len(rims), facecolor="none", **look)
    for row, start in enumerate(starts):
        ends = [start - 0.3, start + kernel_size - 0.7]
        axes.plot(ends, [-1 - row] * 2, linewidth=6, color=BLUE)
    title = _(
        "stride {stride}, padding {padding}: {count} places",
        stride=starts.step,
        padding=padding,
        count=len(starts),
    )
    axes.set(title=title, xlim=(-padding - 0.8, length + padding - 0.2))
    axes.set_ylim(-max(5, len(starts) + 1), 1)
    return sentence(title)
