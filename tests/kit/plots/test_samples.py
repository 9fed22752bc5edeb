"""Samples and scores: what is drawn of many numbers, and of what a score is worth."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex, to_rgb

from fashion_course.kit import alt_text
from fashion_course.kit.plots.figures import BLUE, VERMILION
from fashion_course.kit.plots.samples import plot_before_after, plot_histograms, plot_strips
from fashion_course.kit.plots.scores import (
    plot_calibration,
    plot_interval_coverage,
    plot_intervals,
    plot_possible_accuracies,
    plot_sign_test,
)


def test_a_histogram_counts_or_shares() -> None:
    sample = torch.tensor([[0.1, 0.2], [0.3, 0.9]])
    counted = plot_histograms({"pixels": sample}, bins=[0, 0.5, 1]).axes[0].patches[0]
    assert counted.get_data().values.tolist() == [3, 1]
    figure = plot_histograms({"pixels": sample}, bins=[0, 0.5, 1], share=True, ylim=(0, 50))
    assert figure.axes[0].patches[0].get_data().values.tolist() == [75, 25]
    assert figure.axes[0].get_ylim() == (0, 50)
    assert "pixels: 4 values, the median 0.25" in alt_text(figure)


def test_samples_share_their_bins_and_are_named() -> None:
    figure = plot_histograms({"a": [0, 1], "b": [9, 10]}, bins=5, places={"mean": 3, "guess": None})
    (axes,) = figure.axes
    edges = [patch.get_data().edges.tolist() for patch in axes.patches]
    assert edges == [edges[0]] * 4
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
    assert [text.get_text() for text in axes.texts] == ["mean"]
    assert alt_text(figure).endswith("A dotted line at 3: mean.")


def test_samples_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="samples is empty"):
        plot_histograms({})
    with pytest.raises(ValueError, match=r"samples\['a'\] has shape \(0,\)"):
        plot_histograms({"a": []})
    with pytest.raises(ValueError, match=r"samples\['a'\] has shape \(1, 2\)"):
        plot_strips({"a": [[1, 2]]})


def test_few_values_are_dots_with_their_mean_and_many_a_cloud_of_dots() -> None:
    figure = plot_strips({"few": [1, 3], "many": np.arange(40)}, highlight=["many"])
    (axes,) = figure.axes
    few, many = axes.collections
    assert few.get_offsets().tolist() == [[1, 0], [3, 0]]
    assert list(axes.lines[0].get_xdata()) == [2, 2]
    assert len(axes.lines) == 1
    assert np.array_equal(many.get_offsets()[:, 0], np.arange(40))
    assert np.abs(many.get_offsets()[:, 1] - 1).max() <= 0.3
    assert tuple(many.get_facecolor()[0][:3]) == to_rgb(VERMILION)


def test_notes_and_the_band_are_drawn_and_told() -> None:
    figure = plot_strips(
        {"runs": [1, 3]}, title="Runs", band=(0, 2), band_name="luck", notes={"runs": [5, 0]}
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["5", "0", "luck"]
    assert alt_text(figure) == (
        "Runs. runs: 2 dots from 1 to 3, mean 2, below them 5, 0. A grey band from 0 to 2: luck."
    )


def test_a_pair_is_a_square_a_dot_and_a_line_between_them() -> None:
    figure = plot_before_after([0, 90], [94.5, 88], ["Dress", "Coat"], ends=("sick", "mended"))
    (axes,) = figure.axes
    lines, before, after = axes.collections
    assert before.get_offsets().tolist() == [[0, 0], [90, 1]]
    assert after.get_offsets().tolist() == [[94.5, 0], [88, 1]]
    assert lines.get_segments()[0].tolist() == [[0, 0], [94.5, 0]]
    assert alt_text(figure) == "From sick to mended: Dress 0 to 94.5, Coat 90 to 88."
    with pytest.raises(ValueError, match="before has 1 entries, after 2 and names 1"):
        plot_before_after([1], [1, 2], ["a"])


def test_intervals_go_from_low_to_high_and_say_both() -> None:
    panels = {"10 of 10": {"Wilson": (0.72, 1.0)}, "9 of 10": {"Wilson": (0.6, 0.98)}}
    figure = plot_intervals(panels, form="{:.2f}", bands={"9 of 10": (0.5, 0.7)})
    left, right = figure.axes
    assert tuple(left.lines[0].get_xdata()) == (0.72, 1.0)
    assert left.texts[0].get_text() == "0.72 to 1.00"
    assert (len(left.patches), len(right.patches)) == (0, 1)
    assert alt_text(figure) == (
        "Intervals. 10 of 10: Wilson 0.72 to 1.00. 9 of 10: Wilson 0.60 to 0.98."
    )
    with pytest.raises(ValueError, match=r"panels\['b'\] has \['y'\]: pass \['x'\], as the first"):
        plot_intervals({"a": {"x": (0, 1)}, "b": {"y": (0, 1)}})
    with pytest.raises(ValueError, match="panels is empty"):
        plot_intervals({})


def test_intervals_that_miss_the_truth_stand_out() -> None:
    figure = plot_interval_coverage([80, 83, 90], [1, 1, 10], 83)
    (axes,) = figure.axes
    hit, miss = (container.lines[0] for container in axes.containers)
    assert hit.get_xdata().tolist() == [1, 2]
    assert (miss.get_xdata().tolist(), miss.get_color()) == ([0], VERMILION)
    assert alt_text(figure).startswith("3 intervals: 1 miss the truth, 83")
    with pytest.raises(ValueError, match="halves has 1 entries for 2 estimates"):
        plot_interval_coverage([1, 2], [1], 1)


def test_calibration_shows_the_gap_between_claim_and_truth() -> None:
    figure = plot_calibration({"boaster": [(0.6, 0.4, 10), (0.9, 0.8, 30)]})
    (axes,) = figure.axes
    gaps, dots = axes.collections
    assert np.allclose(gaps.get_segments(), [[[0.6, 0.6], [0.6, 0.4]], [[0.9, 0.9], [0.9, 0.8]]])
    assert dots.get_sizes()[0] < dots.get_sizes()[1]
    assert axes.get_title("left") == "boaster: claims 82%, is right 70%"
    assert "60%: 40% (10), 90%: 80% (30)" in alt_text(figure)
    with pytest.raises(ValueError, match=r"models\['a'\] is empty"):
        plot_calibration({"a": []})


def test_an_accuracy_that_cannot_be_stands_between_two_lines() -> None:
    figure = plot_possible_accuracies(1_000, {"A": 69.7, "B": 69.83})
    (axes,) = figure.axes
    assert np.allclose(axes.get_xticks()[:3], [69.5, 69.6, 69.7])
    assert [to_hex(line.get_color()).upper() for line in axes.lines] == [BLUE, VERMILION]
    assert "A, 69.7 %, points at a line, B, 69.83 %, points between two lines" in alt_text(figure)
    whole = alt_text(plot_possible_accuracies(10_000, {"A": 88.38}))
    assert "points at a line" in whole
    with pytest.raises(ValueError, match=r"reports\['A'\] is 101: pass per cent"):
        plot_possible_accuracies(10, {"A": 101})
    with pytest.raises(ValueError, match="reports is empty"):
        plot_possible_accuracies(10, {})


def test_the_sign_test_knows_the_chance_of_fair_coins() -> None:
    figure = plot_sign_test(815, 139, 13, 33, ("linear", "hidden"))
    column, coins = figure.axes
    heads = torch.distributions.Binomial(46, torch.tensor(0.5, dtype=torch.float64))
    chance = heads.log_prob(torch.arange(47.0, dtype=torch.float64)).exp()
    assert np.allclose([bar.get_height() / 100 for bar in coins.patches], chance)
    assert [bar.get_height() for bar in column.patches] == [815, 46, 139]
    uneven = 2 * chance[33:].sum().item()
    assert f"more unevenly, {uneven:.1%} of the time" in alt_text(figure)
    vermilion = [bar.get_facecolor()[:3] == to_rgb(VERMILION) for bar in coins.patches]
    assert [place for place, odd in enumerate(vermilion) if odd] == [*range(14), *range(33, 47)]
    with pytest.raises(ValueError, match="models that never differ need no test"):
        plot_sign_test(10, 0, 0, 0, ("a", "b"))
