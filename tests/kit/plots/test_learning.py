"""How a model learns and computes: places on a map, steps downhill, graphs, windows."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from torch import nn

from fashion_course.kit import alt_text
from fashion_course.kit.plots.figures import BLUE, VERMILION
from fashion_course.kit.plots.graphs import plot_computation_graph, plot_window_places
from fashion_course.kit.plots.learning import plot_decision_regions, plot_descent, plot_regression
from tests.kit.plots.examples import SURFACE, X, graph

PATH = [(0.0, 3.0, 5.0), (1.0, 2.0, 2.0), (1.5, 1.5, 1.0), (2.0, 1.0, 0.0)]


def test_a_line_through_the_points_is_a_place_on_the_map() -> None:
    figure = plot_regression(X, 2 * X + 1, SURFACE, {"guess": (0.0, 3.0), "best": (2.0, 1.0)})
    lines, chart, _colours = figure.axes
    assert np.allclose(lines.lines[0].get_ydata(), 3)
    assert np.allclose(lines.lines[1].get_ydata(), 2 * X + 1)
    assert [line.get_xydata().tolist() for line in chart.lines] == [[[0, 3]], [[2, 1]]]
    assert "best, slope 2.00, intercept 1.00, loss 0." in alt_text(figure)


def test_a_descent_is_a_path_and_some_of_its_lines() -> None:
    figure = plot_descent(X, 2 * X + 1, SURFACE, PATH, steps=(0, -1))
    hill, chart, fits = figure.axes
    assert np.allclose(chart.lines[0].get_xydata(), [step[:2] for step in PATH])
    assert len(hill.lines) == 1
    assert [text.get_text() for text in fits.texts] == ["step 0", "step 3"]
    assert "4 steps" in alt_text(figure)
    assert "slope from 0.00 to 2.00, intercept from 3.00 to 1.00" in alt_text(figure)


def test_surfaces_that_do_not_fit_are_refused() -> None:
    slopes, intercepts, losses = SURFACE
    with pytest.raises(ValueError, match=r"the losses have shape \(11, 9\): .* losses \(9, 11\)"):
        plot_regression(X, X, (slopes, intercepts, losses.T), {"a": (0, 0)})
    with pytest.raises(ValueError, match="x has 20 entries, y 19"):
        plot_descent(X, X[1:], SURFACE, PATH)
    with pytest.raises(ValueError, match="path is empty"):
        plot_descent(X, X, SURFACE, [])
    with pytest.raises(ValueError, match="places is empty"):
        plot_regression(X, X, SURFACE, {})


def test_a_graph_has_values_forwards_and_gradients_backwards() -> None:
    figure = plot_computation_graph(graph())
    (axes,) = figure.axes
    numbers = [(text.get_text(), to_hex(text.get_color()).upper()) for text in axes.texts]
    for value, gradient in (("0.5", "3"), ("3", "0.5"), ("1.5", "1")):
        assert (value, BLUE) in numbers
        assert (gradient, VERMILION) in numbers
    boxes = {
        t.get_text(): t.get_position() for t in axes.texts if t.get_text() in ("w", "x", "loss")
    }
    assert boxes["w"][0] == boxes["x"][0] < boxes["loss"][0]
    assert boxes["w"][1] > boxes["x"][1]
    assert "× to loss: value 1.5, gradient 1." in alt_text(figure)


def test_a_graph_without_gradients_or_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="the tensor from 'a' to 'b' has no gradient"):
        plot_computation_graph([("a", "b", torch.tensor(1.0))])
    (_w, _x, (_start, _end, tensor)) = graph()
    with pytest.raises(ValueError, match="arrows go round in a circle"):
        plot_computation_graph([("a", "b", tensor), ("b", "a", tensor)])
    with pytest.raises(ValueError, match="arrows is empty"):
        plot_computation_graph([])


def test_decision_regions_are_what_the_model_says() -> None:
    model = nn.Linear(2, 2)
    points = torch.tensor([[-1.0, 0.0], [1.0, 0.5], [1.0, -0.5]])
    model.weight.data = torch.tensor([[0.0, 0.0], [5.0, 0.0]])
    model.bias.data.zero_()
    figure = plot_decision_regions(points, [0, 1, 0], lambda xy: model(xy).softmax(dim=1)[:, 1])
    axes = figure.axes[0]
    assert [dots.get_offsets().tolist() for dots in axes.collections[1:]] == [
        [[-1, 0], [1, -0.5]],
        [[1, 0.5]],
    ]
    assert "with 3 points; the model is right about 67% of them" in alt_text(figure)
    assert model.weight.grad is None


def test_decision_regions_of_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"points has shape \(3, 3\): for 3 labels pass \(3, 2\)"):
        plot_decision_regions(torch.zeros(3, 3), [0, 1, 0], lambda xy: xy[:, 0])
    with pytest.raises(ValueError, match=r"returned shape \(6400, 2\): return a number for each"):
        plot_decision_regions(torch.zeros(3, 2), [0, 1, 0], lambda xy: xy)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 0), (2, 1), (3, 2)])
def test_there_are_as_many_places_as_a_convolution_has_outputs(stride: int, padding: int) -> None:
    figure = plot_window_places(8, 3, [(stride, padding)])
    places = nn.Conv1d(1, 1, 3, stride, padding)(torch.zeros(1, 1, 8)).shape[-1]
    axes = figure.axes[0]
    assert len(axes.lines) == places
    assert [len(dots.get_offsets()) for dots in axes.collections] == [8, 2 * padding]
    assert f"stride {stride}, padding {padding}: {places} places." in alt_text(figure)


def test_a_window_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="a window of 9 does not fit 8 numbers"):
        plot_window_places(8, 9, [(1, 0)])
    with pytest.raises(ValueError, match="with stride 0"):
        plot_window_places(8, 3, [(0, 0)])
    with pytest.raises(ValueError, match="settings is empty"):
        plot_window_places(8, 3, [])
