"""Grids and walls: every number in its cell and legible, every image in its place."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from fashion_course.kit import alt_text, plots
from fashion_course.kit.plots.grids import plot_batches, plot_matrices
from fashion_course.kit.plots.sights import SIGHTS, sight
from fashion_course.kit.plots.walls import (
    plot_feature_maps,
    plot_image_walls,
    plot_receptive_fields,
    tile,
)
from tests.kit.plots.test_pictures import contrast
from tests.support.lessons import LESSONS, read

TALLY = torch.tensor([[3, 2, 1], [1, 3, 0], [0, 0, 2]])
PHOTO = torch.arange(784, dtype=torch.float32).view(28, 28)
WALL = torch.rand(2, 3, 4, 5)


def test_each_number_stands_on_its_cell() -> None:
    figure = plot_matrices({"tally": TALLY}, row_names=["cat", "dog", "owl"], xlabel="called")
    (axes,) = figure.axes
    found = {tuple(text.get_position()): text.get_text() for text in axes.texts}
    assert found == {(c, r): str(TALLY[r, c].item()) for r in range(3) for c in range(3)}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog", "owl"]
    assert axes.get_xlabel() == "called"
    assert alt_text(figure) == (
        "Side by side: tally, 3 by 3: cat: 3, 2, 1; dog: 1, 3, 0; owl: 0, 0, 2."
    )


@pytest.mark.parametrize("matrix", [np.linspace(0, 1, 60), np.linspace(-1, 1, 60)])
@pytest.mark.parametrize("pictures", [True, False])
def test_every_number_is_legible_on_its_colour(matrix: np.ndarray, pictures: bool) -> None:
    (axes,) = plot_matrices({"a": matrix[None]}, pictures=pictures).axes
    (image,) = axes.images
    for column, text in enumerate(axes.texts):
        cell = image.cmap(image.norm(matrix[column]))
        assert contrast(cell, to_rgb(text.get_color())) > 4


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (145, "", "145"),
        (-0.001, "", "0"),
        (1.126, "", "1.13"),
        (-0.04, "{:.1f}", "0.0"),
        (-1.0, "{:.1f}", "-1.0"),
    ],
)
def test_a_number_is_written_short_and_never_as_minus_zero(
    number: float, form: str, text: str
) -> None:
    (axes,) = plot_matrices({"a": [[number]]}, form=form).axes
    assert axes.texts[0].get_text() == text


def test_numbers_share_a_scale_with_zero_in_its_middle_and_photos_have_their_own() -> None:
    matrices = {"photo": PHOTO, "map": [[-3.0, 1.0]], "small map": [[0.5, 1.0]]}
    figure = plot_matrices(matrices, pictures=["photo"], numbers=False)
    photo, one, other = (axes.images[0] for axes in figure.axes)
    assert (photo.get_cmap().name, photo.get_clim()) == ("gray", (0, 783))
    assert one.get_clim() == other.get_clim() == (-3, 3)
    bytes_ = plot_matrices({"a": np.full((2, 2), 9, np.uint8)}, pictures=True)
    assert bytes_.axes[0].images[0].get_clim() == (0, 255)


def test_a_smaller_matrix_without_numbers_looks_smaller() -> None:
    figure = plot_matrices({"a": PHOTO, "b": PHOTO[:14]}, pictures=True, numbers=False)
    assert [axes.get_ylim() for axes in figure.axes] == [(27.5, -0.5)] * 2


def test_a_frame_goes_around_its_cells() -> None:
    frames = {"a": (1, 0, 1, 3)}
    figure = plot_matrices({"a": TALLY, "b": TALLY}, frames=frames, alt="The dog's row.")
    (frame,) = figure.axes[0].patches
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((-0.5, 0.5), 3, 1)
    assert not figure.axes[1].patches
    assert "a frame around 1 by 3 cells from row 1, column 0." in alt_text(figure)
    assert alt_text(figure).endswith(" The dog's row.")


@pytest.mark.parametrize(
    ("matrices", "message"),
    [
        ({}, "matrices is empty"),
        ({"a": [1, 2]}, r"matrices\['a'\] has shape \(2,\)"),
        ({"a": np.zeros((0, 2))}, r"pass \(H, W\)"),
    ],
)
def test_what_is_no_matrix_is_refused(matrices: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_matrices(matrices)


def test_batches_are_tiles_in_the_order_in_which_they_come() -> None:
    figure = plot_batches({"in order": [[0, 1], [2]], "shuffled": [[2, 0], [1]]})
    (axes,) = figure.axes
    by_row = sorted(
        (y, x, text.get_text()) for text in axes.texts for x, y in [text.get_position()]
    )
    assert [item for _y, _x, item in by_row] == ["0", "1", "2", "2", "0", "1"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["batch 1", "batch 2"]
    assert alt_text(figure) == "Batches. in order: 0, 1 | 2; shuffled: 2, 0 | 1."
    with pytest.raises(ValueError, match=r"loaders\['a'\] is empty"):
        plot_batches({"a": []})


def test_a_wall_has_each_image_in_its_row_and_column() -> None:
    tiles = tile(WALL.numpy())
    assert tiles.shape == (2 * 5 - 1, 3 * 6 - 1)
    assert np.allclose(tiles[5:9, 12:17], WALL[1, 2])
    assert np.isnan(tiles[4]).all()
    figure = plot_image_walls({"wall": WALL}, ["top", "bottom"], alt="All grey.")
    assert alt_text(figure) == ("wall: 2 rows of 3 images. The rows are top, bottom. All grey.")
    assert figure.axes[0].get_yticks().tolist() == [1.5, 6.5]


@pytest.mark.parametrize(
    ("walls", "message"),
    [
        ({}, "walls is empty"),
        ({"a": WALL[0]}, r"walls\['a'\] has shape \(3, 4, 5\)"),
        ({"a": WALL.transpose(0, 1)}, "for 2 row_names"),
    ],
)
def test_what_is_no_wall_is_refused(walls: dict[str, torch.Tensor], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_image_walls(walls, ["top", "bottom"])


def test_a_receptive_field_is_framed_where_the_gradient_is() -> None:
    field = torch.zeros(28, 28)
    field[10:13, 9:14] = -1
    figure = plot_receptive_fields(PHOTO[None], {"conv": field, "nothing": torch.zeros(28, 28)})
    (frame,) = figure.axes[0].patches
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((8.5, 9.5), 5, 3)
    assert "conv: 3 by 5 pixels; nothing: 0 by 0 pixels" in alt_text(figure)
    with pytest.raises(ValueError, match=r"fields\['conv'\] has shape \(5, 5\)"):
        plot_receptive_fields(PHOTO, {"conv": torch.zeros(5, 5)})
    with pytest.raises(ValueError, match="fields is empty"):
        plot_receptive_fields(PHOTO, {})


def test_a_kernel_stands_above_its_map() -> None:
    kernels, maps = torch.randn(2, 3, 3), torch.rand(2, 26, 26)
    figure = plot_feature_maps(PHOTO, kernels, maps)
    titles = {axes.get_title(): axes for axes in figure.axes if axes.get_title()}
    assert list(titles) == ["kernel 0", "kernel 1", "picture", "map 0", "map 1"]
    assert np.allclose(titles["map 1"].images[0].get_array(), maps[1])
    low, high = titles["kernel 0"].images[0].get_clim()
    assert low == -high
    with pytest.raises(ValueError, match="maps has 1 maps for 2 kernels"):
        plot_feature_maps(PHOTO, kernels, maps[:1])


def test_each_sentence_on_a_sight_is_used_once_and_ends_as_one() -> None:
    cells = [cell.source for path in LESSONS for cell in read(path).cells]
    for name in SIGHTS:
        assert sum(f'plots.sight("{name}")' in source for source in cells) == 1, name
        assert sight(name).endswith(".")
    assert plots.sight("wall") in SIGHTS["wall"]()
    with pytest.raises(ValueError, match="no sentence is called 'hall': pass one of wall, "):
        sight("hall")
