"""Grids of numbers and of images: matrices, walls of photos, receptive fields, feature maps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    BLACK_UP_TO,
    VERMILION,
    WIDTH,
    Numbers,
    as_array,
    as_images,
    check_any,
    new_figure,
    plain,
    styled,
)
from fashion_course.kit.words import _

Frame = tuple[int, int, int, int]
"""Row and column of the upper left corner, rows, columns."""

MOST_TOLD = 30  # numbers of a matrix that its description lists


@styled
def plot_matrices(
    matrices: Mapping[str, Numbers],
    *,
    pictures: bool | Collection[str] = False,
    numbers: bool | Collection[str] = True,
    form: str = "",
    limits: tuple[float, float] | None = None,
    frames: Mapping[str, Frame] | None = None,
    row_names: Sequence[str] = (),
    column_names: Sequence[str] = (),
    columns: int = 6,
    xlabel: str = "",
    ylabel: str = "",
    alt: str = "",
) -> Figure:
    """Show matrices side by side as colours, with the number of each cell written on it.

    Numbers go from white to blue; where one is negative, from purple over white to orange.
    Matrices without numbers on them are drawn in one size, so that a smaller one looks smaller.

    Args:
        matrices: `(H, W)` each, below its title.
        pictures: whether they are photos, drawn in grey, or titles of those that are.
        numbers: whether to write the numbers, or titles of those that get them.
        form: of a number, as for `str.format`; two decimals at most without it.
        limits: of the colours; without them those of all matrices that are no photos.
        frames: for titles a frame `(row, column, rows, columns)`.
        row_names: of the rows of each matrix.
        column_names: of their columns.
        columns: matrices in a row.
        xlabel: below each matrix.
        ylabel: beside each matrix.
        alt: a sentence on what only an eye can see, for the description.

    Raises:
        ValueError: there is no matrix, or one is none.
    """
    check_any("matrices", matrices)
    grids = {title: as_array(matrix) for title, matrix in matrices.items()}
    for title, grid in grids.items():
        if grid.ndim != 2 or not grid.size:
            raise ValueError(f"matrices[{title!r}] has shape {grid.shape}: pass (H, W)")
    numbered = set(grids if numbers is True else numbers or ())
    photos = set(grids if pictures is True else pictures or ())
    columns = min(columns, len(grids))
    rows = -(-len(grids) // columns)
    figure = new_figure((1, 1), _matrices_in_words(grids, numbered, frames or {}, form) + alt)
    panels = figure.subplots(rows, columns, squeeze=False)
    look = _look([grid for title, grid in grids.items() if title not in photos], limits)
    smaller = [grid.shape for title, grid in grids.items() if title not in numbered]
    for axes, (title, grid) in zip(panels.flat, grids.items(), strict=False):
        colours, scale = look if title not in photos else ("gray", _photo_scale(grid, limits))
        axes.imshow(grid, cmap=colours, norm=scale, aspect="auto" if row_names else "equal")
        axes.set_title(title, loc="left" if row_names else "center")
        _frame(axes, (frames or {}).get(title))
        if title in numbered:
            write_numbers(axes, grid, _dark(grid, colours, scale), form)
        else:
            high, wide = (max(sizes) for sizes in zip(*smaller, strict=True))
            axes.set(xlim=(-0.5, wide - 0.5), ylim=(high - 0.5, -0.5))
        if title not in (frames or {}) or title in numbered:
            _name_cells(axes, row_names, column_names)
        axes.set(xlabel=xlabel, ylabel=ylabel)
    for axes in panels.flat[len(grids) :]:
        axes.set_axis_off()
    side = min(WIDTH / columns, 4.5)
    tall = 0.42 * max(len(grid) for grid in grids.values()) + 0.9 if row_names else side + 0.2
    width = 8 if row_names and columns == 1 else side * columns
    figure.set_size_inches(width, rows * tall)
    return figure


def _look(grids: list[NDArray[Any]], limits: tuple[float, float] | None) -> tuple[str, Normalize]:
    """Return the colours of numbers: one hue, or two where some are negative."""
    low = min((float(grid.min()) for grid in grids), default=0.0)
    high = max((float(grid.max()) for grid in grids), default=1.0)
    if limits is None and low < 0:
        high = max(-low, high)
    low, high = limits or (-high if low < 0 else 0.0, high)
    return ("PuOr_r" if low < 0 else "Blues"), Normalize(low, high or 1)


def _photo_scale(grid: NDArray[Any], limits: tuple[float, float] | None) -> Normalize:
    if limits is None:
        limits = (0, 255) if grid.dtype == np.uint8 else (float(grid.min()), float(grid.max()))
    return Normalize(*limits)


def _dark(grid: NDArray[Any], colours: str, scale: Normalize) -> NDArray[np.bool_]:
    """Return which cells `(H, W)` are so dark that a number on them must be white."""
    red, green, blue, _alpha = np.moveaxis(colormaps[colours](scale(grid)), -1, 0)
    light = 0.299 * red + 0.587 * green + 0.114 * blue  # (H, W)
    return np.asarray(light < (1 - BLACK_UP_TO) + 0.2)


def write_numbers(axes: Axes, grid: NDArray[Any], dark: NDArray[np.bool_], form: str) -> None:
    """Write the number of each cell `(H, W)` on it: white where the cell is dark, else black."""
    for (row, column), number in np.ndenumerate(grid):
        colour = "white" if dark[row, column] else "black"
        text = _written(number, form)
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=9)


def _written(number: float, form: str) -> str:
    if form:
        return form.format(number + 0)
    return f"{round(float(number), 2) + 0:g}"  # `+ 0` makes 0 of -0


def _name_cells(axes: Axes, row_names: Sequence[str], column_names: Sequence[str]) -> None:
    axes.set_yticks(range(len(row_names)), row_names)
    axes.set_xticks(range(len(column_names)), column_names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _frame(axes: Axes, frame: Frame | None) -> None:
    if frame:
        row, column, high, wide = frame
        corner = column - 0.5, row - 0.5
        axes.add_patch(Rectangle(corner, wide, high, fill=False, edgecolor=VERMILION, linewidth=3))


def _matrices_in_words(
    grids: Mapping[str, NDArray[Any]],
    numbered: Collection[str],
    frames: Mapping[str, Frame],
    form: str,
) -> str:
    told = []
    for title, grid in grids.items():
        said = _(
            "{title}, {rows} by {columns}", title=plain(title), rows=len(grid), columns=len(grid[0])
        )
        if title in numbered and grid.size <= MOST_TOLD:
            rows = "; ".join(", ".join(_written(x, form) for x in row) for row in grid)
            said += f": {rows}"
        else:
            low, high = (_written(end, "") for end in (grid.min(), grid.max()))
            said += _(", from {low} to {high}", low=low, high=high)
        if title in frames:
            row, column, high_, wide = frames[title]
            said += _(
                ", a frame around {rows} by {columns} cells from row {row}, column {column}",
                rows=high_,
                columns=wide,
                row=row,
                column=column,
            )
        told.append(said)
    return _("Side by side: {said}. ", said=". ".join(told))


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
    for title, wall in arrays.items():
        if wall.ndim != 4 or len(row_names) not in (0, len(wall)):
            raise ValueError(
                f"walls[{title!r}] has shape {wall.shape} for {len(row_names)} row_names: pass "
                "(R, C, H, W), with a name for each of its R rows or none"
            )
    told = [
        _(
            "{title}: {rows} rows of {columns} images",
            title=plain(title),
            rows=len(wall),
            columns=wall.shape[1],
        )
        for title, wall in arrays.items()
    ]
    names = _("; the rows are {names}", names=", ".join(row_names)) if row_names else ""
    side = 7.4 if len(walls) == 1 else WIDTH
    figure = new_figure((1, 1), f"{'; '.join(told)}{names}. {alt}".strip())
    panels = figure.subplots(1, len(walls), squeeze=False)[0]
    for axes, (title, wall) in zip(panels, arrays.items(), strict=True):
        tiles = tile(wall)
        axes.imshow(tiles, cmap="gray")
        axes.set_title(title)
        rows = len(wall)
        step = (len(tiles) + 1) / rows
        _name_cells(axes, (), ())
        if row_names:
            axes.set_yticks(step * (np.arange(rows) + 0.5) - 1, row_names)
    share = max(
        (len(wall) * wall.shape[2]) / (wall.shape[1] * wall.shape[3]) for wall in arrays.values()
    )
    figure.set_size_inches(side, min(7.5, 0.4 + share * (side / len(walls) - 0.9)))
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
            _frame(axes, (rows.min(), columns.min(), *size))
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


@styled
def plot_batches(loaders: Mapping[str, Sequence[Sequence[int]]]) -> Figure:
    """Show in which batches and in which order items come, as numbered tiles.

    Args:
        loaders: for each name its batches, each a list of the items' numbers.

    Raises:
        ValueError: there is none, or one has no batch.
    """
    check_any("loaders", loaders)
    for name, batches in loaders.items():
        check_any(f"loaders[{name!r}]", batches)
    told = "; ".join(
        f"{name}: {' | '.join(str([*b])[1:-1] for b in batches)}"
        for name, batches in loaders.items()
    )
    figure = new_figure((8, 0.8 + 0.6 * len(loaders)), _("Batches. {told}.", told=told))
    axes = figure.subplots()
    items = [item for batches in loaders.values() for batch in batches for item in batch]
    scale = Normalize(min(items) - 1, 1.1 * max(items) + 1)
    longest = max(len(batch) for batches in loaders.values() for batch in batches)
    for row, batches in enumerate(loaders.values()):
        for number, batch in enumerate(batches):
            tiles = np.array([batch])
            left = number * (longest + 1)
            place = (left - 0.5, left + len(batch) - 0.5, row + 0.4, row - 0.4)
            axes.imshow(tiles, cmap="Blues", norm=scale, extent=place, aspect="auto")
            dark = _dark(tiles, "Blues", scale)[0]
            for step, item in enumerate(batch):
                colour = "white" if dark[step] else "black"
                axes.text(left + step, row, str(item), ha="center", va="center", color=colour)
    most = max(map(len, loaders.values()))
    middles = [number * (longest + 1) + (longest - 1) / 2 for number in range(most)]
    axes.set(xlim=(-0.8, most * (longest + 1) - 1), ylim=(len(loaders) - 0.4, -0.6))
    axes.set_xticks(middles, [_("batch {number}", number=n + 1) for n in range(most)])
    axes.set_yticks(range(len(loaders)), list(loaders))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
