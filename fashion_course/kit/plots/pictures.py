"""The course's pictures: images, the confusion matrix, mistakes, probabilities.

Each function returns a matplotlib figure of its own and touches no global state, so the pictures
come out alike in a notebook, in a script and in a test. Each figure carries a sentence that says
what it shows, for readers who cannot see it; `alt_text` returns it, and notebooks store it.

Amounts go from light to dark blue, in one hue, so that they survive a grey print.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    BLACK_UP_TO,
    BLUE,
    VERMILION,
    WIDTH,
    Numbers,
    as_array,
    as_images,
    new_figure,
    plain,
    styled,
)
from fashion_course.kit.types import CLASS_NAMES
from fashion_course.kit.words import _, ngettext

COLUMNS = 8


@styled
def plot_images(
    images: Numbers,
    titles: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    limits: tuple[float, float] | None = None,
    row_names: Sequence[str] = (),
    alt: str = "",
) -> Figure:
    """Show images in a grid, in reading order: rows of up to eight, fewer where titles are long.

    Args:
        images: up to 100 of `(H, W)` or `(1, H, W)`, or `(H, W, 3)` in colour, as one tensor,
            array or a list. Bytes are shown from 0 to 255, floats from the smallest to the
            largest among all of them.
        titles: one above each image.
        columns: images in a row, which then fill the width of a page.
        limits: what is black and what is white.
        row_names: one beside each row.
        alt: a sentence on what only an eye can see, for the description.

    Raises:
        ValueError: there are none or too many, an image has other axes, or titles do not match.
    """
    pages = as_images(images)
    if titles is not None and len(titles) != len(pages):
        raise ValueError(f"titles has {len(titles)} entries for {len(pages)} images: pass as many")
    columns, width, height = _cell(pages, titles or (), columns)
    rows = math.ceil(len(pages) / columns)
    low, high = limits or ((0, 255) if pages.dtype == np.uint8 else (pages.min(), pages.max()))
    words = f"{_images_in_words(pages, titles, (low, high), row_names)} {alt}".rstrip()
    figure = new_figure((min(columns * width, WIDTH + 0.2), rows * height + 0.1), words)
    for index, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        if index < len(pages):
            axes.imshow(pages[index], cmap="gray", vmin=low, vmax=high)
            axes.set_title(titles[index] if titles else "", fontsize=9, loc="center")
        if row_names and index % columns == 0:
            axes.set_ylabel(row_names[index // columns])
    return figure


def _cell(
    pages: NDArray[Any], titles: Sequence[str], columns: int | None
) -> tuple[int, float, float]:
    """Return how many images stand in a row, and the inches of one with its title."""
    lines = [title.split("\n") for title in titles]
    longest = max((len(line) for title in lines for line in title), default=0)
    side = 2.2 if len(pages) == 1 else 1.6 if len(pages) <= 5 else 1.1
    width = max(side, 0.2 + 0.075 * longest)
    if columns:
        side = width = min(3.0, WIDTH / columns)
    columns = columns or min(len(pages), COLUMNS, max(1, int(WIDTH / width)))
    height = side * pages.shape[1] / pages.shape[2]
    return columns, width, height + 0.18 * max(map(len, lines), default=0)


def _images_in_words(
    pages: NDArray[Any],
    titles: Sequence[str] | None,
    limits: tuple[float, float],
    row_names: Sequence[str],
) -> str:
    """Return how many images there are, and what can be counted of each that has a title."""
    words = ngettext("{count} image", "{count} images", len(pages))
    if titles and any(titles):
        told = [
            f"{plain(title)}{look_in_words(page, limits)}"
            for title, page in zip(titles, pages, strict=True)
            if title
        ]
        words += ": " + ", ".join(told)
    if row_names:
        words += _("; the rows are {names}", names=", ".join(row_names))
    return f"{words}."


def look_in_words(page: NDArray[Any], limits: tuple[float, float]) -> str:
    """Return the plain facts of an image in brackets: stripes, or all black or white; or ""."""
    low, high = limits
    if page.ndim == 2 and (page <= low + 0.02 * (high - low)).all():
        return _(" (all black)")
    if page.ndim == 2 and np.isin(page, (low, high)).mean() < 1 and (page >= high).mean() > 0.4:
        return _(" ({share:.0%} white)", share=(page >= high).mean())
    if page.ndim == 3:
        level = (page == page[:, :1]).all()
        upright = (page == page[:1]).all()
        return _(" (upright stripes)") if upright else _(" (stripes)") if level else _(" (mixed)")
    return ""


@styled
def plot_confusion_matrix(matrix: Numbers, class_names: Sequence[str] = CLASS_NAMES) -> Figure:
    """Show how often each class (row) was taken for each class (column).

    Args:
        matrix: counts `(K, K)`, rows are the truth. A cell's blue is its share of its row.
        class_names: K names.

    Raises:
        ValueError: the matrix is not `(K, K)` for K names, or has a negative or broken entry.
    """
    counts = as_array(matrix)
    size = len(class_names)
    if counts.shape != (size, size):
        raise ValueError(
            f"matrix has shape {counts.shape}: pass ({size}, {size}) for {size} class names"
        )
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError("matrix has entries that are no counts: pass numbers of images")
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 2.2 + 0.52 * size
    figure = new_figure((side + 0.4, side), _confusion_in_words(counts, class_names))
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "black" if shares[row, column] < BLACK_UP_TO else "white"
        text = f"{counts[row, column]:,.0f}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=9)
    axes.set_xticks(range(size), class_names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(size), class_names)
    axes.set(xlabel=_("predicted class"), ylabel=_("true class"))
    axes.tick_params(length=0)
    return figure


@styled
def plot_mistakes(
    images: Numbers,
    labels: Numbers,
    probabilities: Numbers,
    indices: Numbers,
    class_names: Sequence[str] = CLASS_NAMES,
) -> Figure:
    """Show images with what the model said, how sure it was, and what they are.

    Args:
        images: all images, `(N, H, W)` or `(N, 1, H, W)`.
        labels: their true classes, `(N,)`.
        probabilities: what the model said, `(N, K)`.
        indices: which ones to show, at most 100, in this order; may be empty.
        class_names: K names.

    Raises:
        ValueError: the sizes do not match, or an index is not among the images.
    """
    truth, said, chosen = as_array(labels), as_array(probabilities), as_array(indices)
    if said.shape != (len(images), len(class_names)) or truth.shape != (len(images),):
        raise ValueError(
            f"labels has shape {truth.shape} and probabilities {said.shape}: for {len(images)} "
            f"images and {len(class_names)} classes pass ({len(images)},) and "
            f"({len(images)}, {len(class_names)})"
        )
    _check_probabilities(said)
    _check_range("labels", truth, len(class_names))
    if chosen.size == 0:
        figure = new_figure((4, 1), _("No mistakes to show."))
        figure.text(0.5, 0.5, _("no mistakes to show"), ha="center", va="center")
        return figure
    _check_range("indices", chosen, len(images))
    titles = []
    for index in chosen.tolist():
        guess, is_ = class_names[said[index].argmax()], class_names[int(truth[index])]
        sure = f"{said[index].max():.0%}"
        told = _("predicted {guess}, {sure}\ntrue: {truth}", guess=guess, sure=sure, truth=is_)
        titles.append(told)
    shown = plot_images([images[index] for index in chosen.tolist()], titles)
    told = "; ".join(titles).replace("\n", ", ")
    shown.set_label(_("The model's mistakes: {mistakes}.", mistakes=told))
    return shown


@styled
def plot_probabilities(probabilities: Numbers, class_names: Sequence[str] = CLASS_NAMES) -> Figure:
    """Show the probabilities of one image as bars, the largest in vermilion.

    Args:
        probabilities: `(K,)`, from 0 to 1.
        class_names: K names.

    Raises:
        ValueError: there is not one probability a class, or one is not in [0, 1].
    """
    shares = as_array(probabilities).astype(np.float64)
    if shares.shape != (len(class_names),):
        raise ValueError(
            f"probabilities has shape {shares.shape}: pass one for each of {len(class_names)} "
            "classes, of one image"
        )
    _check_probabilities(shares)
    order = np.argsort(-shares, kind="stable")[:3]
    best = ", ".join(f"{class_names[i]} {shares[i]:.0%}" for i in order if shares[i] >= 0.005)
    words = _("The model's probabilities: {best}.", best=best)
    figure = new_figure((5.2, 0.9 + 0.26 * len(shares)), words)
    axes = figure.subplots()
    colours = [VERMILION if index == order[0] else BLUE for index in range(len(shares))]
    bars = axes.barh(range(len(shares)), shares, color=colours, height=0.7)
    axes.bar_label(bars, [f"{share:.0%}" for share in shares], padding=3)
    axes.set_yticks(range(len(shares)), class_names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.12)
    axes.tick_params(length=0)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    return figure


def _check_probabilities(shares: NDArray[Any]) -> None:
    if not ((shares >= 0) & (shares <= 1 + 1e-6)).all():
        raise ValueError(
            f"probabilities go from {shares.min():.3g} to {shares.max():.3g}: they must lie in "
            "[0, 1]. Are they logits? softmax makes probabilities of them"
        )


def _check_range(name: str, numbers: NDArray[Any], end: int) -> None:
    if not np.isin(numbers, np.arange(end)).all():
        raise ValueError(
            f"{name} go from {numbers.min()} to {numbers.max()}: pass whole numbers from 0 to "
            f"{end - 1}"
        )


def _confusion_in_words(counts: NDArray[Any], names: Sequence[str]) -> str:
    total, right = counts.sum(), np.trace(counts)
    words = _(
        "Confusion matrix of {total:,.0f} images, {share:.1%} of them on the diagonal.",
        total=total,
        share=right / max(total, 1),
    )
    if right == total:
        return words
    wrong = counts * (1 - np.eye(len(counts), dtype=counts.dtype))  # (K, K)
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    most = _("The most frequent mistake: {truth} predicted as {guess}, {count:,.0f} times.")
    said = most.format(truth=names[row], guess=names[column], count=wrong[row, column])
    return f"{words} {said}"
