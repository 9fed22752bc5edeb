"""Grids of numbers: matrices side by side, and the order in which loaders serve items."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from fashion_course.kit.plots.figures import (
    VERMILION,
    WIDTH,
    Numbers,
    as_array,
    check_any,
    new_figure,
    sentence,
    styled,
)
from fashion_course.kit.words import _

Frame = tuple[int, int, int, int]
"""Row and column of the upper left corner, rows, columns."""

MOST_TOLD = 30  # numbers of a matrix that its description lists; of a named one three times that
MIDDLE = 0.18  # the luminance that is as far from black as from white, 4.6 to 1 (WCAG 2.1)


class Grid(NamedTuple):
    """A matrix as it is drawn."""

    title: str
    cells: NDArray[Any]  # (H, W)
    colours: str
    scale: Normalize
    numbered: bool
    frame: Frame | None
    room: tuple[int, int]  # rows and columns that its panel has room for


@styled
def plot_matrices(
    matrices: Mapping[str, Numbers],
    *,
    pictures: bool | Collection[str] = False,
    numbers: bool | Collection[str] = True,
    form: str = "",
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
        frames: for titles a frame `(row, column, rows, columns)`.
        row_names, column_names, xlabel, ylabel: of each matrix.
        columns: matrices in a row.
        alt: a sentence on what only an eye can see, for the description.

    Raises:
        ValueError: there is no matrix, or one is none.
    """
    grids = _grids(matrices, pictures, numbers, frames or {})
    words = f"{_matrices_in_words(grids, form, row_names)} {alt}".rstrip()
    columns = min(columns, len(grids))
    figure = new_figure(_size(grids, columns, bool(row_names)), words)
    panels = figure.subplots(-(-len(grids) // columns), columns, squeeze=False)
    for axes, grid in zip(panels.flat, grids, strict=False):
        _draw_grid(axes, grid, form, bool(row_names))
        axes.set(xlabel=xlabel, ylabel=ylabel)
        if grid.numbered or not grid.frame:  # else the ticks say where the frame is
            name_cells(axes, row_names, column_names)
    for axes in panels.flat[len(grids) :]:
        axes.set_axis_off()
    return figure


def _grids(
    matrices: Mapping[str, Numbers],
    pictures: bool | Collection[str],
    numbers: bool | Collection[str],
    frames: Mapping[str, Frame],
) -> list[Grid]:
    check_any("matrices", matrices)
    arrays = {title: as_array(matrix) for title, matrix in matrices.items()}
    for title, cells in arrays.items():
        if cells.ndim != 2 or not cells.size:
            raise ValueError(f"matrices[{title!r}] has shape {cells.shape}: pass (H, W)")
    numbered = set(arrays if numbers is True else numbers or ())
    photos = set(arrays if pictures is True else pictures or ())
    look = _look([cells for title, cells in arrays.items() if title not in photos])
    plain_ones = [cells.shape for title, cells in arrays.items() if title not in numbered]
    room = tuple(map(max, zip(*plain_ones, strict=True)))
    return [
        Grid(
            title,
            cells,
            *(("gray", _photo_scale(cells)) if title in photos else look),
            title in numbered,
            frames.get(title),
            cells.shape if title in numbered else room,
        )
        for title, cells in arrays.items()
    ]


def _size(grids: list[Grid], columns: int, named: bool) -> tuple[float, float]:
    """Return the inches of a picture: cells are square, but for those of rows with names."""
    side = min(WIDTH / columns, 4.5)
    tall = 0.42 * max(len(grid.cells) for grid in grids) + 0.9 if named else side + 0.35
    tall += 0.2 * max(grid.title.count("\n") for grid in grids)
    return (8 if named and columns == 1 else side * columns), tall * -(-len(grids) // columns)


def _draw_grid(axes: Axes, grid: Grid, form: str, named: bool) -> None:
    shape = "auto" if named else "equal"
    axes.imshow(grid.cells, cmap=grid.colours, norm=grid.scale, aspect=shape)  # type: ignore[arg-type]
    axes.set_title(grid.title, loc="left" if named else "center")
    if grid.frame:
        draw_frame(axes, grid.frame)
    if grid.numbered:
        write_numbers(axes, grid.cells, dark_cells(grid.cells, grid.colours, grid.scale), form)
    axes.set(xlim=(-0.5, grid.room[1] - 0.5), ylim=(grid.room[0] - 0.5, -0.5))


def _look(numbers: list[NDArray[Any]]) -> tuple[str, Normalize]:
    """Return the colours of numbers: one hue, or two where some are negative."""
    low = min((float(cells.min()) for cells in numbers), default=0.0)
    high = max((float(cells.max()) for cells in numbers), default=1.0)
    if low < 0:
        most = max(-low, high)
        return "PuOr_r", Normalize(-most, most)
    return "Blues", Normalize(0, high or 1)


def _photo_scale(cells: NDArray[Any]) -> Normalize:
    if cells.dtype == np.uint8:
        return Normalize(0, 255)
    return Normalize(float(cells.min()), float(cells.max()))


def dark_cells(cells: NDArray[Any], colours: str, scale: Normalize) -> NDArray[np.bool_]:
    """Return which cells `(H, W)` are so dark that a number on them must be white."""
    red, green, blue, _alpha = np.moveaxis(colormaps[colours](scale(cells)) ** 2.2, -1, 0)
    return np.asarray(0.2126 * red + 0.7152 * green + 0.0722 * blue < MIDDLE)  # (H, W)


def write_numbers(axes: Axes, grid: NDArray[Any], dark: NDArray[np.bool_], form: str) -> None:
    """Write the number of each cell `(H, W)` on it: white where the cell is dark, else black."""
    for (row, column), number in np.ndenumerate(grid):
        colour = "white" if dark[row, column] else "black"
        text = _written(number, form)
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=9)


def _written(number: float, form: str) -> str:
    text = form.format(number) if form else f"{round(float(number), 2):g}"
    return text if text.strip("-0.") else text.lstrip("-")  # no -0


def name_cells(axes: Axes, row_names: Sequence[str], column_names: Sequence[str]) -> None:
    """Write names beside rows and below columns, in the place of numbers."""
    axes.set_yticks(range(len(row_names)), row_names)
    axes.set_xticks(range(len(column_names)), column_names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def draw_frame(axes: Axes, frame: Frame) -> None:
    """Draw a frame around some cells."""
    row, column, high, wide = frame
    corner = column - 0.5, row - 0.5
    axes.add_patch(Rectangle(corner, wide, high, fill=False, edgecolor=VERMILION, linewidth=3))


def _matrices_in_words(grids: list[Grid], form: str, row_names: Sequence[str]) -> str:
    told = []
    for grid in grids:
        high, wide = grid.cells.shape
        words = _("{title}, {high} by {wide}", title=grid.title, high=high, wide=wide)
        if grid.numbered and grid.cells.size <= MOST_TOLD * (3 if row_names else 1):
            rows = [", ".join(_written(number, form) for number in row) for row in grid.cells]
            if row_names:
                rows = [f"{name}: {row}" for name, row in zip(row_names, rows, strict=False)]
            words += f": {'; '.join(rows)}"
        else:
            low, high_ = (_written(end, "") for end in (grid.cells.min(), grid.cells.max()))
            words += _(", from {low} to {high}", low=low, high=high_)
        if grid.frame:
            row, column, high, wide = grid.frame
            words += _(
                ", a frame around {high} by {wide} cells from row {row}, column {column}",
                high=high,
                wide=wide,
                row=row,
                column=column,
            )
        told.append(sentence(words))
    return " ".join([_("Side by side:"), *told])


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
            dark = dark_cells(tiles, "Blues", scale)[0]
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
