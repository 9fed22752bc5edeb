"""An example of each picture."""

from collections.abc import Callable

import numpy as np
import torch
from matplotlib.figure import Figure

from fashion_course.kit import Epoch, Metrics, plots

NUMBERS = np.random.default_rng(0)
PHOTOS = NUMBERS.random((6, 28, 28))
HISTORY = [Epoch(1, Metrics(0.9, 0.7), Metrics(0.8, 0.72)), Epoch(2, *[Metrics(0.5, 0.8)] * 2)]
X = torch.linspace(-1, 1, 20)
SLOPES, INTERCEPTS = torch.linspace(0, 4, 9), torch.linspace(-1, 3, 11)
LOSSES = ((SLOPES[:, None, None] * X + INTERCEPTS[:, None] - 2 * X - 1) ** 2).mean(dim=-1)
SURFACE = SLOPES, INTERCEPTS, LOSSES
INTERVALS = {"Wilson": (0.7, 1.0), "exact": (0.6, 0.9)}


def graph() -> list[tuple[str, str, torch.Tensor]]:
    w, x = torch.tensor(0.5, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    product = w * x
    product.retain_grad()
    product.backward()
    return [("w", "×", w), ("x", "×", x), ("×", "loss", product)]


EXAMPLES: dict[str, Callable[[], Figure]] = {
    "plot_bars": lambda: plots.plot_bars(
        {"one": {"a": 1, "b": 0.5}, "other": {"a": 2, "b": 0}}, levels={"half": 0.5, "guess": None}
    ),
    "plot_batch_means": lambda: plots.plot_batch_means([0.5, 3.0], [8, 2], {"mean": 1.0}),
    "plot_batches": lambda: plots.plot_batches({"in order": [[0, 1], [2]], "mixed": [[2, 0], [1]]}),
    "plot_before_after": lambda: plots.plot_before_after([1, 2], [3, 1], ["a", "b"]),
    "plot_calibration": lambda: plots.plot_calibration(
        {"model": [(0.6, 0.5, 10), (0.9, 0.95, 40)]}
    ),
    "plot_class_scores": lambda: plots.plot_class_scores(PHOTOS[:2], np.eye(2, 10), [1, 1]),
    "plot_computation_graph": lambda: plots.plot_computation_graph(graph()),
    "plot_confusion_matrix": lambda: plots.plot_confusion_matrix(np.eye(10) * 3),
    "plot_curves": lambda: plots.plot_curves(HISTORY),
    "plot_decision_regions": lambda: plots.plot_decision_regions(
        torch.tensor([[-1.0, 0.0], [1.0, 0.0]]), [0, 1], lambda places: places[:, 0].sigmoid()
    ),
    "plot_descent": lambda: plots.plot_descent(
        X, 2 * X + 1, SURFACE, [(0, 3, 5.0), (1, 2, 2.0), (1.5, 1.5, 1.0), (2, 1, 0.0)]
    ),
    "plot_feature_maps": lambda: plots.plot_feature_maps(PHOTOS[0], PHOTOS[:2, :3, :3], PHOTOS[:2]),
    "plot_histograms": lambda: plots.plot_histograms(
        {"a": NUMBERS.normal(size=200)}, places={"mean": 0.0, "guess": None}
    ),
    "plot_image_walls": lambda: plots.plot_image_walls({"wall": PHOTOS.reshape(2, 3, 28, 28)}),
    "plot_images": lambda: plots.plot_images(PHOTOS, ["a"] * 6, columns=3, row_names=("r", "s")),
    "plot_interval_coverage": lambda: plots.plot_interval_coverage([0.8, 0.9], [0.05, 0.2], 0.9),
    "plot_intervals": lambda: plots.plot_intervals(
        {"10 of 10": INTERVALS}, bands={"10 of 10": (0, 1)}
    ),
    "plot_line_panels": lambda: plots.plot_line_panels(
        {"A": {"known": [1, 2], "fresh": [1, 3]}, "B": {"known": [1, 2, 3], "fresh": [0, 0, 0]}}
    ),
    "plot_lines": lambda: plots.plot_lines(
        {"up": [1, 2, 4], "runs": [[3, 2, 1], [4, 3, 2]]},
        levels={"level": 2.0, "guess": None},
        places={"here": 1.0},
        points={"dot": (1.0, 2.0)},
    ),
    "plot_matrices": lambda: plots.plot_matrices({"a": np.eye(3) - 0.5, "b": np.ones((2, 2))}),
    "plot_mistakes": lambda: plots.plot_mistakes(PHOTOS, [0] * 6, np.full((6, 10), 0.1), [1]),
    "plot_possible_accuracies": lambda: plots.plot_possible_accuracies(100, {"A": 70, "B": 70.5}),
    "plot_probabilities": lambda: plots.plot_probabilities([0.1] * 10),
    "plot_receptive_fields": lambda: plots.plot_receptive_fields(PHOTOS[0], {"conv": np.eye(28)}),
    "plot_regression": lambda: plots.plot_regression(X, 2 * X + 1, SURFACE, {"a guess": (0.5, 2)}),
    "plot_sign_test": lambda: plots.plot_sign_test(80, 10, 2, 8, ("first", "second")),
    "plot_signals": lambda: plots.plot_signals({"signal": [0, 1, 1, 0], "response": [1, -1]}),
    "plot_strips": lambda: plots.plot_strips(
        {"few": [1, 2], "many": NUMBERS.normal(size=40)}, band=(0, 1), notes={"few": ["x", "y"]}
    ),
    "plot_timelines": lambda: plots.plot_timelines(
        {"way": ["old", "broken", "new"]}, ticks={1: "x"}
    ),
    "plot_weight_uses": lambda: plots.plot_weight_uses(
        {"V0": [(7840, 1)], "V2": [(90, 784), (900, 1)]}
    ),
    "plot_window_places": lambda: plots.plot_window_places(8, 3, [(1, 0), (2, 1)]),
}
