"""The pictures: what they show, what they say in words, and that they touch nothing else."""

import io
import subprocess
import sys

import numpy as np
import pytest
import torch
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from fashion_course.kit import CLASS_NAMES, Epoch, Metrics, alt_text, plot_curves
from fashion_course.kit.plots import pictures as plots
from fashion_course.kit.plots.pictures import (
    plot_confusion_matrix,
    plot_images,
    plot_mistakes,
    plot_probabilities,
)

NAN, INF = float("nan"), float("inf")
HISTORY = [
    Epoch(1, Metrics(0.9, 0.70), Metrics(0.8, 0.72)),
    Epoch(2, Metrics(0.5, 0.82), Metrics(0.6, 0.80)),
    Epoch(3, Metrics(0.3, 0.91), Metrics(0.5, 0.85)),
]
RAMP = torch.arange(28.0).repeat(1, 28, 1)
IMAGES = torch.stack([RAMP, 255 - RAMP] * 6)
"""Float32 `(12, 1, 28, 28)`, whole numbers from 0 to 255, each odd one the negative of an even."""


def png(figure: Figure) -> Image.Image:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer)


def words(figure: Figure) -> list[str]:
    """All text in the figure, empty ones left out."""
    axes_texts = [text for axes in figure.axes for text in axes.findobj(match=_is_text)]
    return [text.get_text() for text in [*axes_texts, *figure.texts] if text.get_text()]


def _is_text(artist: object) -> bool:
    return type(artist).__name__ in ("Text", "Annotation")


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


ALL = {
    "images": lambda: plot_images(IMAGES, ["Shirt"] * 12),
    "curves": lambda: plot_curves(HISTORY),
    "confusion": lambda: plot_confusion_matrix(torch.eye(10, dtype=torch.int64) * 7),
    "mistakes": lambda: plot_mistakes(
        IMAGES, torch.arange(12) % 10, torch.full((12, 10), 0.1), [4]
    ),
    "no mistakes": lambda: plot_mistakes(IMAGES, [0] * 12, np.full((12, 10), 0.1), []),
    "probabilities": lambda: plot_probabilities(torch.full((10,), 0.1)),
}


@pytest.mark.parametrize("name", ALL)
def test_each_picture_can_be_drawn_and_says_in_words_what_it_shows(name: str) -> None:
    figure = ALL[name]()
    width, height = png(figure).size
    assert width <= 920  # fits a notebook's column at 100 dots an inch
    assert height <= 920
    assert alt_text(figure).endswith(".")
    assert len(alt_text(figure)) > 10
    assert "\n" not in alt_text(figure)


def test_no_picture_needs_pyplot_or_its_state() -> None:
    code = (
        "import sys; from fashion_course.kit import plot_probabilities as plot; "
        "plot([0.1] * 10)._repr_mimebundle_(); print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_titles_stand_above_their_images() -> None:
    figure = plot_images(IMAGES[:3], ["a", "b", "c"])
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "c"]
    assert alt_text(figure) == "3 images: a, b, c."


def test_bytes_are_shown_on_their_whole_range_and_floats_on_theirs() -> None:
    dim = torch.full((2, 28, 28), 3, dtype=torch.uint8)
    assert plot_images(dim).axes[0].images[0].get_clim() == (0, 255)
    floats = torch.stack([torch.zeros(28, 28) - 1, torch.ones(28, 28) * 2])
    for axes in plot_images(floats).axes:
        assert axes.images[0].get_clim() == (-1, 2)


def test_titles_must_be_as_many_as_images() -> None:
    with pytest.raises(ValueError, match="titles has 1 entries for 2 images"):
        plot_images(IMAGES[:2], ["one"])


def test_curves_show_every_number_of_the_history() -> None:
    loss, accuracy = plot_curves(HISTORY).axes
    assert [list(line.get_ydata()) for line in loss.lines] == [[0.9, 0.5, 0.3], [0.8, 0.6, 0.5]]
    assert np.allclose([line.get_ydata() for line in accuracy.lines], [[70, 82, 91], [72, 80, 85]])
    assert list(loss.lines[0].get_xdata()) == [1, 2, 3]


def test_curves_are_named_at_their_ends_in_their_colours_and_never_overlap() -> None:
    same = [Epoch(1, Metrics(1.0, 0.5), Metrics(1.0, 0.5)), Epoch(2, *[Metrics(0.5, 0.75)] * 2)]
    for history in (HISTORY, same, HISTORY[:1]):
        figure = plot_curves(history)
        png(figure)  # lays it out
        for axes in figure.axes:
            train, validation = axes.texts
            assert (train.get_text(), validation.get_text()) == ("train", "validation")
            assert train.get_color() == axes.lines[0].get_color()
            assert validation.get_color() == axes.lines[1].get_color()
            assert not train.get_window_extent().overlaps(validation.get_window_extent())


def test_the_higher_line_has_the_higher_name() -> None:
    loss, accuracy = plot_curves(HISTORY).axes
    train, validation = (text.xy[1] for text in loss.texts)
    assert train < validation
    train, validation = (text.xy[1] for text in accuracy.texts)
    assert train > validation


def test_a_tiny_difference_does_not_fill_the_axis() -> None:
    history = [Epoch(1, Metrics(0.5, 0.9), Metrics(0.5001, 0.9001))]
    loss, accuracy = plot_curves(history).axes
    assert np.ptp(loss.get_ylim()) >= 0.05
    assert np.ptp(accuracy.get_ylim()) >= 5


@pytest.mark.parametrize("losses", [[2.3, NAN, NAN], [NAN] * 3, [2.3, INF, 1.0], [2.3, INF, INF]])
def test_a_loss_that_has_become_nan_leaves_a_gap_and_is_said(losses: list[float]) -> None:
    history = [Epoch(i, Metrics(x, 0.1), Metrics(x, 0.1)) for i, x in enumerate(losses, 1)]
    figure = plot_curves(history)
    png(figure)
    broken = int(np.flatnonzero(~np.isfinite(losses))[0]) + 1
    assert f"first non-finite value: epoch {broken}" in figure.axes[0].get_xlabel()
    assert figure.axes[1].get_xlabel() == "epoch"
    first, last = figure.axes[0].get_xlim()
    assert first <= 1
    assert last >= 3
    assert np.ptp(figure.axes[0].get_ylim()) < 2


def test_curves_in_words_give_start_and_end() -> None:
    text = alt_text(plot_curves(HISTORY))
    assert "over 3 epochs" in text
    assert "validation loss from 0.8 to 0.5" in text
    assert "training accuracy (%) from 70 to 91" in text


def test_no_history_is_refused() -> None:
    with pytest.raises(ValueError, match="history is empty"):
        plot_curves([])


def test_the_confusion_matrix_has_the_truth_in_its_rows_and_every_count_in_its_cell() -> None:
    matrix = np.array([[5, 1, 0], [0, 0, 0], [2, 1234, 9]])
    figure = plot_confusion_matrix(matrix, ["cat", "dog", "ox"])
    axes = figure.axes[0]
    found = {tuple(map(int, text.get_position())): text.get_text() for text in axes.texts}
    assert found == {(0, 0): "5", (1, 0): "1", (0, 2): "2", (1, 2): "1,234", (2, 2): "9"}
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("true class", "predicted class")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog", "ox"]
    shares = axes.images[0].get_array()
    assert np.allclose(shares.sum(axis=1), [1, 0, 1])
    assert "ox predicted as dog, 1,234 times" in alt_text(figure)
    assert "1,251 images" in alt_text(figure)


def test_every_count_is_readable_on_its_blue() -> None:
    for right in range(0, 1001, 20):
        figure = plot_confusion_matrix([[right, 1000 - right], [0, 1]], ["a", "b"])
        axes = figure.axes[0]
        shares = axes.images[0].get_array()
        for text in axes.texts:
            column, row = map(int, text.get_position())
            blue = colormaps["Blues"](float(shares[row, column]))
            assert contrast(blue, to_rgb(text.get_color())) > 4.2


@pytest.mark.parametrize("matrix", [np.zeros((10, 10), int), np.eye(10, dtype=int)])
def test_an_empty_or_perfect_confusion_matrix_is_drawn(matrix: np.ndarray) -> None:
    figure = plot_confusion_matrix(matrix)
    png(figure)
    assert "mistake" not in alt_text(figure)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.zeros((9, 10)), r"shape \(9, 10\): pass \(10, 10\)"),
        (np.zeros(10), r"shape \(10,\)"),
        (-np.eye(10), "no counts"),
        (np.full((10, 10), NAN), "no counts"),
    ],
)
def test_what_is_no_confusion_matrix_is_refused(matrix: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_confusion_matrix(matrix)


def test_a_mistake_is_shown_with_guess_probability_and_truth() -> None:
    probabilities = torch.zeros(12, 10)
    probabilities[:, 0] = 1.0
    probabilities[7] = torch.tensor([0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.75, 0.0, 0.0, 0.0])
    figure = plot_mistakes(IMAGES, torch.arange(12) % 10, probabilities, torch.tensor([7, 2]))
    assert [axes.get_title() for axes in figure.axes] == [
        "predicted Shirt, 75%\ntrue: Sneaker",
        "predicted T-shirt/top, 100%\ntrue: Pullover",
    ]
    assert np.array_equal(figure.axes[0].images[0].get_array(), IMAGES[7, 0])
    assert np.array_equal(figure.axes[1].images[0].get_array(), IMAGES[2, 0])
    assert "predicted Shirt, 75%, true: Sneaker; predicted T-shirt/top" in alt_text(figure)


def test_a_model_without_mistakes_gets_a_picture_that_says_so() -> None:
    assert words(ALL["no mistakes"]()) == ["no mistakes to show"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": [0] * 11}, r"labels has shape \(11,\) and probabilities \(12, 10\)"),
        ({"labels": [10] * 12}, "labels go from 10 to 10: pass whole numbers from 0 to 9"),
        ({"probabilities": np.zeros((12, 9))}, r"probabilities \(12, 9\)"),
        ({"probabilities": np.full((12, 10), -3.0)}, "Are they logits"),
        ({"indices": [12]}, "indices go from 12 to 12: pass whole numbers from 0 to 11"),
        ({"indices": [-1]}, "indices go from -1 to -1"),
        ({"indices": [0.5]}, "whole numbers"),
    ],
)
def test_mistakes_that_do_not_fit_together_are_refused(
    change: dict[str, object], message: str
) -> None:
    arguments = {
        "images": IMAGES,
        "labels": [0] * 12,
        "probabilities": np.full((12, 10), 0.1),
        "indices": [0],
    }
    with pytest.raises(ValueError, match=message):
        plot_mistakes(**(arguments | change))


def test_probabilities_are_bars_in_the_order_of_the_classes_and_the_largest_stands_out() -> None:
    shares = torch.tensor([0.05, 0, 0.9, 0, 0.05, 0, 0, 0, 0, 0])
    figure = plot_probabilities(shares)
    axes = figure.axes[0]
    assert np.allclose([bar.get_width() for bar in axes.patches], shares)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(CLASS_NAMES)
    assert axes.yaxis_inverted()
    colours = [bar.get_facecolor()[:3] for bar in axes.patches]
    assert colours[2] == to_rgb(plots.VERMILION)
    assert {*colours} - {colours[2]} == {to_rgb(plots.BLUE)}
    assert alt_text(figure) == "The model's probabilities: Pullover 90%, T-shirt/top 5%, Coat 5%."


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        (torch.full((1, 10), 0.1), r"shape \(1, 10\): pass one for each of 10"),
        (torch.arange(10.0), "go from 0 to 9.* Are they logits"),
        (torch.full((10,), NAN), "must lie in"),
    ],
)
def test_what_is_no_probability_is_refused(probabilities: torch.Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_probabilities(probabilities)


def test_both_colours_stand_out_from_white() -> None:
    assert contrast(to_rgb(plots.BLUE), (1, 1, 1)) > 3
    assert contrast(to_rgb(plots.VERMILION), (1, 1, 1)) > 3


def test_images_in_colour_are_shown_in_their_colours() -> None:
    flag = torch.zeros(2, 3, 3)
    flag[:, 1] = torch.tensor([1.0, 0.5, 0.0])
    figure = plot_images([flag, flag.transpose(0, 1).reshape(2, 3, 3)], ["flag", "cut"])
    assert np.array_equal(figure.axes[0].images[0].get_array(), flag)
    assert alt_text(figure) == "2 images: flag (upright stripes), cut (mixed)."


def test_the_limits_say_what_is_black_and_what_is_white() -> None:
    boots = torch.stack([RAMP[0] * 9, RAMP[0] / 255, RAMP[0] / 255**2])
    figure = plot_images(boots, ["raw", "once", "twice"], limits=(0, 1), columns=3)
    assert {axes.images[0].get_clim() for axes in figure.axes} == {(0, 1)}
    assert alt_text(figure) == "3 images: raw (96% white), once, twice (all black)."


def test_rows_of_images_have_names_and_fill_the_width() -> None:
    names = ("asked", "nearest")
    figure = plot_images(IMAGES, ["a"] * 12, columns=6, row_names=names, alt="Ramps.")
    assert [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()] == list(names)
    assert figure.get_size_inches()[0] == pytest.approx(9)
    assert alt_text(figure).endswith("; the rows are asked, nearest. Ramps.")
