"""Many images at once: walls of photos, receptive fields, kernels with their feature maps."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    WIDTH,
    Numbers,
    as_array,
    as_images,
    check_any,
    new_figure,
    plain,
    sentence,
    styled,
)
from fashion_course.kit.plots.grids import draw_frame, name_cells
from fashion_course.kit.words import _


@styled
def plot_image_walls(
    walls: Mapping[str, Numbers], row_names: Sequence[str] = (), *, alt: str = ""
) -> Figure:
    """Show many small images side by side without titles, as walls of rows.

    Args:
        walls: R rows of C images, `(R, C, H, W)`, below each title.
        row_names: R names beside the rows.
        alt: a sentence on what only an eye can see, for the description.

    Raises:
        ValueError: there is no wall, one is none, or the names do not match its rows.
    """
    check_any("walls", walls)
    arrays = {title: as_array(wall) for title, wall in walls.items()}
    told, tall = [], 0.0
    for title, wall in arrays.items():
        if wall.ndim != 4 or len(row_names) not in (0, len(wall)):
            raise ValueError(
                f"walls[{title!r}] has shape {wall.shape} for {len(row_names)} row_names: pass "
                "(R, C, H, W), with a name for each of its R rows or none"
            )
        rows, columns, high, wide = wall.shape
        told.append(_("{title}: {r} rows of {c} images", title=title, r=rows, c=columns))
        tall = max(tall, rows * high / (columns * wide))
    if row_names:
        told.append(_("The rows are {names}", names=", ".join(row_names)))
    side = 7.4 if len(walls) == 1 else WIDTH
    size = side, min(7.5, 0.4 + tall * (side / len(walls) - 0.9))
    figure = new_figure(size, " ".join([*map(sentence, told), alt]).rstrip())
    panels = figure.subplots(1, len(walls), squeeze=False)[0]
    for axes, (title, wall) in zip(panels, arrays.items(), strict=True):
        tiles = tile(wall)
        axes.imshow(tiles, cmap="gray")
        axes.set_title(title)
        name_cells(axes, (), ())
        if row_names:
            step = (len(tiles) + 1) / len(wall)
            axes.set_yticks(step * (np.arange(len(wall)) + 0.5) - 1, row_names)
    return figure


def tile(wall: NDArray[Any]) -> NDArray[np.float64]:
    """Lay images `(R, C, H, W)` side by side, with one white pixel between two: one `(h, w)`."""
    rows, columns, high, wide = wall.shape
    framed = np.full((rows, columns, high + 1, wide + 1), np.nan)
    framed[..., :-1, :-1] = wall
    return framed.transpose(0, 2, 1, 3).reshape(rows * (high + 1), -1)[:-1, :-1]


@styled
def plot_receptive_fields(image: Numbers, fields: Mapping[str, Numbers]) -> Figure:
    """Show which pixels of an image a number depends on: lighter where it depends more.

    Args:
        image: `(H, W)` or `(1, H, W)`.
        fields: gradients of a number with respect to the pixels, `(H, W)` each, by their titles.

    Raises:
        ValueError: there is no field, or one has another size than the image.
    """
    check_any("fields", fields)
    (page,) = as_images([image])
    figure = new_figure((WIDTH, 0.4 + WIDTH / max(4, len(fields))), "")
    panels = figure.subplots(1, len(fields), squeeze=False)[0]
    told = []
    for axes, (title, gradient) in zip(panels, fields.items(), strict=True):
        seen = np.abs(as_array(gradient))
        if seen.shape != page.shape:
            raise ValueError(
                f"fields[{title!r}] has shape {seen.shape}: pass {page.shape}, as the image has"
            )
        axes.imshow(page, cmap="gray")
        inside = np.ma.masked_equal(seen / (seen.max() or 1), 0)
        axes.imshow(inside, cmap="cividis", alpha=0.75, vmin=0)
        rows, columns = np.nonzero(seen)
        size = (np.ptp(rows) + 1, np.ptp(columns) + 1) if len(rows) else (0, 0)
        if len(rows):
            draw_frame(axes, (rows.min(), columns.min(), *size))
        axes.set_title(title, loc="center")
        axes.set_axis_off()
        told.append(
            _(
                "{title}: {rows} by {columns} pixels",
                title=plain(title),
                rows=size[0],
                columns=size[1],
            )
        )
    figure.set_label(_("Framed receptive fields on an image. {told}.", told="; ".join(told)))
    return figure


@styled
def plot_feature_maps(image: Numbers, kernels: Numbers, maps: Numbers, *, alt: str = "") -> Figure:
    """Show the kernels of a convolution, and below each the map that it makes of an image.

    Args:
        image: `(H, W)` or `(1, H, W)`.
        kernels: `(C, k, k)`; purple is negative, orange positive.
        maps: `(C, H', W')`; light is a strong answer.
        alt: a sentence on what only an eye can see, for the description.

    Raises:
        ValueError: there are not as many maps as kernels.
    """
    pages, weights, answers = as_images([image]), as_images(kernels), as_images(maps)
    if len(weights) != len(answers):
        raise ValueError(f"maps has {len(answers)} maps for {len(weights)} kernels: pass as many")
    words = _(
        "{count} kernels of {size} x {size}, and below each its map of the image.",
        count=len(weights),
        size=weights.shape[1],
    )
    count = len(weights) + 1
    figure = new_figure((WIDTH, 0.4 + 2 * WIDTH / count), f"{words} {alt}".strip())
    panels = figure.subplots(2, count)
    most = np.abs(weights).max()
    for axes in panels.flat:
        axes.set_axis_off()
    _show(panels[1, :1], pages, [_("picture")], "gray")
    _show(panels[0, 1:], weights, [_("kernel {n}", n=n) for n in range(count)], "PuOr_r", most)
    _show(panels[1, 1:], answers, [_("map {n}", n=n) for n in range(count)], "cividis")
    return figure


def _show(
    panels: Iterable[Axes],
    images: NDArray[Any],
    titles: Sequence[str],
    colours: str,
    most: float | None = None,
) -> None:
    """Draw images in panels; `most` makes the ends of a scale with 0 in its middle."""
    for axes, image, title in zip(panels, images, titles, strict=False):
        axes.imshow(image, cmap=colours, vmin=None if most is None else -most, vmax=most)
        axes.set_title(title, loc="center")
