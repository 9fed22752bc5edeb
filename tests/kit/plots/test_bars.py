"""Bars: as long as their numbers, under their names; blocks, timelines and signals."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex, to_rgb

from fashion_course.kit import CLASS_NAMES, alt_text
from fashion_course.kit.plots.bars import (
    plot_bars,
    plot_batch_means,
    plot_class_scores,
    plot_signals,
    plot_timelines,
    plot_weight_uses,
)
from fashion_course.kit.plots.figures import BLUE, VERMILION

IMAGES = torch.rand(2, 28, 28)


def test_bars_are_as_long_as_their_numbers_and_say_them() -> None:
    figure = plot_bars({"shop": torch.tensor([500, 6])}, ["Sneaker", "Bag"], highlight=["Sneaker"])
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [500, 6]
    assert [to_hex(bar.get_facecolor()).upper() for bar in axes.patches] == [VERMILION, BLUE]
    assert [text.get_text() for text in axes.texts] == ["500", "6"]
    assert axes.yaxis_inverted()
    assert alt_text(figure) == "Bars, shop: Sneaker 500, Bag 6."


def test_panels_have_one_axis_or_each_its_own() -> None:
    panels = {"parameters": {"V0": 10, "V2": 20}, "multiply-adds": {"V0": 10, "V2": 2000}}
    left, right = plot_bars(panels).axes
    assert left.get_xlim() == right.get_xlim()
    left, right = plot_bars(panels, share=False).axes
    assert right.get_xlim()[1] == 100 * left.get_xlim()[1]


def test_a_guess_is_a_dotted_line_when_there_is_one() -> None:
    bars = {"right": {"seen": 500, "new": 394}}
    assert "guess" not in alt_text(plot_bars(bars, levels={"your guess": None}))
    figure = plot_bars(bars, levels={"your guess": 450})
    assert alt_text(figure).endswith("A dotted line at 450: your guess.")
    assert "your guess" in [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize(
    ("panels", "names", "message"),
    [
        ({}, None, "panels is empty"),
        ({"a": [1, 2]}, ["x"], r"panels\['a'\] has 2 bars for 1 names"),
        ({"a": [1, 2]}, None, "has 2 bars for 0 names: pass as many names, or a dictionary"),
        ({"a": torch.zeros(2, 2)}, ["x", "y"], r"panels\['a'\] has shape \(2, 2\)"),
    ],
)
def test_bars_without_their_names_are_refused(
    panels: dict[str, object], names: list[str] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        plot_bars(panels, names)


def test_scores_stand_below_their_image_with_the_truth_in_vermilion() -> None:
    scores = torch.zeros(2, 10)
    scores[0, 7], scores[1, 5], scores[1, 2] = 42.6, 8.0, -9.0
    figure = plot_class_scores(IMAGES, scores, [7, 2])
    first, second, below, beside = figure.axes
    assert np.array_equal(first.images[0].get_array(), IMAGES[0])
    assert second.get_title() == "truth: Pullover"
    assert np.allclose([bar.get_width() for bar in beside.patches], scores[1])
    vermilion = [bar.get_facecolor()[:3] == to_rgb(VERMILION) for bar in below.patches]
    assert vermilion == [name == "Sneaker" for name in CLASS_NAMES]
    assert "Of Pullover: the longest bar is Sandal, 8; its own is -9." in alt_text(figure)


def test_scores_that_do_not_fit_the_images_are_refused() -> None:
    with pytest.raises(ValueError, match=r"scores has shape \(2, 9\) and labels \(2,\)"):
        plot_class_scores(IMAGES, torch.zeros(2, 9), [1, 1])
    with pytest.raises(ValueError, match=r"and labels \(1,\)"):
        plot_class_scores(IMAGES, torch.zeros(2, 10), [1])


def test_a_batch_is_as_wide_as_its_images_and_as_high_as_its_loss() -> None:
    figure = plot_batch_means([0.5, 3.0], [8, 2], {"average over images": 1.0})
    bars = [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in figure.axes[0].patches]
    assert bars == [(0, 8, 0.5), (8, 2, 3.0)]
    assert "A line at 1.000: average over images." in alt_text(figure)
    with pytest.raises(ValueError, match="means has 1 entries for 2 sizes"):
        plot_batch_means([0.5], [8, 2])


def test_the_area_of_a_block_is_its_multiply_adds() -> None:
    figure = plot_weight_uses({"V0": [(7_840, 1), (100, 1)], "V2": [(90, 784), (4_900, 1)]})
    for axes, total in zip(figure.axes, (7_940, 90 * 784 + 4_900), strict=True):
        assert sum(bar.get_width() * bar.get_height() for bar in axes.patches) == total
        assert f"{total:,} multiply-adds" in axes.get_title("left")
    heights = [np.ptp(axes.get_ylim()) / axes.get_position().height for axes in figure.axes]
    assert heights[0] == pytest.approx(heights[1], rel=0.01)  # one scale
    with pytest.raises(ValueError, match=r"models\['V0'\] is empty"):
        plot_weight_uses({"V0": []})


def test_a_state_lasts_as_long_as_it_was_seen_and_looks_alike_on_each_line() -> None:
    lines = {"write over": ["old", "broken", "broken", "new"], "rename": ["old"] * 3 + ["new"]}
    figure = plot_timelines(lines, title="On disk", ticks={1: "opened"})
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [1, 2, 1, 3, 1]
    colours = [bar.get_facecolor() for bar in axes.patches]
    assert (colours[0], colours[2]) == (colours[3], colours[4])
    assert len(set(colours)) == 3
    assert alt_text(figure) == (
        "On disk. write over: 1 moment old, 2 moments broken, 1 moment new. "
        "rename: 3 moments old, 1 moment new."
    )
    with pytest.raises(ValueError, match=r"lines\['a'\] is empty"):
        plot_timelines({"a": []})


def test_a_shorter_signal_stands_in_the_middle() -> None:
    above, below = plot_signals({"signal": [0, 5, 5, 0], "response": [5, -5]}).axes
    assert [bar.get_x() + bar.get_width() / 2 for bar in above.patches] == [0, 1, 2, 3]
    assert [bar.get_x() + bar.get_width() / 2 for bar in below.patches] == [1, 2]
    assert to_hex(below.patches[1].get_facecolor()).upper() == VERMILION
    with pytest.raises(ValueError, match=r"signals\['a'\] has shape \(0,\)"):
        plot_signals({"a": []})
