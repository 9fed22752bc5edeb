"""Lines: each number is drawn, names stand apart at the ends, and words say start and end."""

import itertools

import numpy as np
import pytest
import torch

from fashion_course.kit import alt_text
from fashion_course.kit.plots.figures import BLUE, PALE, VERMILION
from fashion_course.kit.plots.lines import plot_line_panels, plot_lines

RUNS = torch.tensor([[1.0, 4.0], [3.0, 8.0]])  # (2, 2)


def test_a_line_is_drawn_over_its_places() -> None:
    (axes,) = plot_lines({"loss": [3, 2, 1]}, x=[1, 10, 100], log="x").axes
    (line,) = axes.lines
    assert line.get_xydata().tolist() == [[1, 3], [10, 2], [100, 1]]
    assert axes.get_xscale() == "log"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "10", "100"]


def test_places_are_counted_from_where_the_caller_says() -> None:
    (axes,) = plot_lines({"loss": [3, 2, 1]}, start=1).axes
    assert axes.lines[0].get_xdata().tolist() == [1, 2, 3]


def test_several_runs_are_a_mean_in_a_band() -> None:
    figure = plot_lines({"accuracy": RUNS})
    (axes,) = figure.axes
    assert axes.lines[0].get_ydata().tolist() == [2, 6]
    low, high = np.ptp(axes.collections[0].get_paths()[0].vertices, axis=0)
    assert (low, high) == (1, 7)
    assert "accuracy from 2 to 6 (mean of 2 runs that end between 4 and 8)" in alt_text(figure)


def test_names_stand_at_the_ends_in_the_colours_of_their_lines_and_apart() -> None:
    same = {"a": [1, 2], "b\nin two rows": [2, 2], "c": [0, 2]}
    figure = plot_lines(same, levels={"level": 2, "a guess": None}, ylim=(0, 3))
    figure.draw_without_rendering()
    (axes,) = figure.axes
    names = {text.get_text(): text for text in axes.texts}
    assert set(names) == {*same, "level"}
    assert [names[name].get_color() for name in ("a", "b\nin two rows")] == [BLUE, VERMILION]
    places = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in itertools.pairwise(places))


def test_a_line_that_leaves_its_panel_keeps_its_name_beside_it() -> None:
    (axes,) = plot_lines({"far": [0, 100]}, ylim=(0, 1)).axes
    assert axes.texts[0].xy[1] == 1


def test_the_line_behind_is_wide_and_grey_and_takes_no_colour() -> None:
    (axes,) = plot_lines({"model": [1, 2], "kept": [1, 1]}, behind="model").axes
    under, over = axes.lines
    assert (under.get_color(), over.get_color()) == (PALE, BLUE)
    assert under.get_linewidth() > over.get_linewidth()


def test_marks_are_drawn_and_told() -> None:
    figure = plot_lines(
        {"loss": [3, 1, 2]},
        xlabel="step",
        ylabel="loss",
        levels={"chance": 2.303},
        places={"best epoch": 1},
        points={"lowest": (1, 1)},
    )
    assert alt_text(figure) == (
        "Lines: loss against step. loss from 3 to 2, lowest 1 at 1. A dotted line at 2.3: chance. "
        "An upright line at 1: best epoch. A dot at 1, 1: lowest."
    )


def test_panels_share_their_colours_and_have_one_legend() -> None:
    panels = {"A": {"known": [1, 2], "fresh": [1, 1]}, "B": {"known": [1, 3], "fresh": [0, 1]}}
    figure = plot_line_panels(panels, ylabel="accuracy", ylim=(0, 4))
    left, right = figure.axes
    assert [axes.get_title("left") for axes in figure.axes] == ["A", "B"]
    assert [line.get_color() for line in left.lines] == [line.get_color() for line in right.lines]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["known", "fresh"]
    assert (left.get_ylabel(), right.get_ylabel()) == ("accuracy", "")
    assert left.get_ylim() == right.get_ylim() == (0, 4)


@pytest.mark.parametrize(
    ("curves", "options", "message"),
    [
        ({}, {}, "curves is empty"),
        ({"a": []}, {}, r"the curve 'a' has shape \(1, 0\)"),
        ({"a": [1, 2]}, {"x": [1, 2, 3]}, r"'a' has shape \(1, 2\) over 3 places"),
        ({"a": np.zeros((2, 2, 2))}, {}, r"pass \(N,\) or \(R, N\)"),
        ({"a": [1, 2]}, {"x": [[1, 2]]}, r"x has shape \(1, 2\): pass one row"),
    ],
)
def test_what_is_no_line_is_refused(
    curves: dict[str, object], options: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        plot_lines(curves, **options)


def test_panels_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="panels is empty"):
        plot_line_panels({})
    with pytest.raises(ValueError, match="curves is empty"):
        plot_line_panels({"A": {}})
