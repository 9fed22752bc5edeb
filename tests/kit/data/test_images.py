"""Pictures of a learner's own as images like those of the data set."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fashion_course.kit import fashion_mnist, prepare_image

FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "bmp": "BMP", "webp": "WEBP", "tif": "TIFF"}


def shirt(width: int = 300, height: int = 400, background: int = 255, ink: int = 60) -> Image.Image:
    """A plain T-shirt, taller than wide, away from the middle of a picture."""
    image = Image.new("L", (width, height), background)
    corners = [(0.2, 0.1), (0.5, 0.1), (0.6, 0.3), (0.5, 0.3), (0.5, 0.7), (0.2, 0.7), (0.2, 0.3)]
    ImageDraw.Draw(image).polygon([(x * width, y * height) for x, y in corners], fill=ink)
    return image


def alike(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two prepared images differ by little, as rounding and JPEG make them differ."""
    return float(np.abs(first.astype(float) - second.astype(float)).mean()) < 6


def test_an_image_of_the_data_set_comes_back_unchanged() -> None:
    images = fashion_mnist("test", quick=True).images.numpy()
    for image in images:
        assert np.array_equal(prepare_image(Image.fromarray(image)), image)


def test_an_article_that_fills_most_of_its_border_is_not_taken_for_the_background() -> None:
    image = np.zeros((28, 28), dtype=np.uint8)
    image[:, :11] = image[:, 17:] = 200
    assert np.median(np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])) > 127
    image[:10, 17:] = 0
    assert np.array_equal(prepare_image(Image.fromarray(image)), image)


@pytest.mark.parametrize("light", [True, False])
def test_an_image_of_the_data_set_survives_the_way_through_a_photo(light: bool) -> None:
    images = fashion_mnist("test", quick=True).images.numpy()[:40]
    differences = []
    for image in images:
        large = Image.fromarray(255 - image if light else image).resize((280, 280))
        photo = Image.new("RGB", (500, 400), (255,) * 3 if light else (0,) * 3)
        photo.paste(large, (30, 90))
        buffer = io.BytesIO()
        photo.save(buffer, "JPEG", quality=85)
        found = prepare_image(Image.open(buffer))
        differences.append(np.abs(found.astype(float) - image).mean())
    assert np.median(differences) < 20  # of 255; an inverted or shifted image is above 60


def test_the_article_is_bright_on_black_fills_the_longest_side_and_is_centred() -> None:
    found = prepare_image(shirt())
    assert (found.dtype, found.shape) == (np.uint8, (28, 28))
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    assert (rows[0], rows[-1]) == (0, 27)
    assert columns[0] + columns[-1] in (26, 27, 28)
    proportion = (0.6 - 0.2) * 300 / ((0.7 - 0.1) * 400)
    assert abs(len(columns) / len(rows) - proportion) < 0.08
    assert found.max() == 255
    assert found[:, 0].max() == 0


def test_light_grey_and_dark_backgrounds_give_the_same_article() -> None:
    wanted = prepare_image(shirt())
    assert alike(prepare_image(shirt(background=0, ink=200)), wanted)
    assert alike(prepare_image(shirt(background=200, ink=40)), wanted)
    assert alike(prepare_image(shirt(background=120, ink=250)), wanted)
    assert alike(prepare_image(shirt(90, 120)), prepare_image(shirt(1800, 2400)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I"])
def test_every_mode_gives_the_same_article(mode: str) -> None:
    image = shirt(ink=0)
    converted = image.convert("RGB").convert(mode) if mode in ("P", "HSV") else image.convert(mode)
    assert alike(prepare_image(converted), prepare_image(image))


@pytest.mark.parametrize("kind", ["<u2", ">u2"])
def test_sixteen_bits_are_scaled_and_not_clipped(kind: str, tmp_path: Path) -> None:
    image = shirt(ink=128)
    deep = (np.asarray(image).astype(np.uint16) * 257).astype(kind)
    path = tmp_path / "deep.png"
    Image.fromarray(deep.astype(np.uint16)).save(path)
    assert alike(prepare_image(path), prepare_image(image))
    path = tmp_path / "deep.tif"
    Image.fromarray(deep).save(path)
    assert alike(prepare_image(path), prepare_image(image))


def test_what_is_transparent_is_white() -> None:
    image = shirt()
    colours = image.convert("RGBA")
    colours.putalpha(Image.fromarray(np.where(np.asarray(image) < 255, 255, 0).astype(np.uint8)))
    hidden = np.array(colours)
    hidden[np.asarray(image) == 255, :3] = (0, 90, 0)  # colour that nobody sees
    assert alike(prepare_image(Image.fromarray(hidden)), prepare_image(image))


def test_a_palette_with_a_transparent_colour_is_understood(tmp_path: Path) -> None:
    palette = Image.new("P", (90, 120), 1)
    palette.putpalette([0, 0, 0, 9, 9, 9])
    ImageDraw.Draw(palette).rectangle((30, 20, 60, 100), fill=0)
    palette.save(tmp_path / "it.gif", transparency=1)
    found = prepare_image(tmp_path / "it.gif")
    assert found.max() == 255
    assert found[:, 0].max() == 0


def test_a_camera_held_sideways_is_set_upright(tmp_path: Path) -> None:
    image = shirt()
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn clockwise by a quarter to see it upright
    image.rotate(90, expand=True).save(tmp_path / "it.jpg", exif=exif)
    assert alike(prepare_image(tmp_path / "it.jpg"), prepare_image(image))


@pytest.mark.parametrize(("ending", "name"), FORMATS.items())
def test_every_format_is_read_from_a_path_or_its_text(
    tmp_path: Path, ending: str, name: str
) -> None:
    path = tmp_path / f"shirt.{ending}"
    shirt().save(path, name)
    assert alike(prepare_image(path), prepare_image(shirt()))
    assert np.array_equal(prepare_image(str(path)), prepare_image(path))


def test_a_cameras_noise_does_not_hide_the_article() -> None:
    image = np.asarray(shirt(900, 1200, background=225)).astype(float)
    noisy = (image + np.random.default_rng(0).normal(0, 12, image.shape)).clip(0, 255)
    found = prepare_image(Image.fromarray(noisy.astype(np.uint8)))
    assert alike(found, prepare_image(shirt(900, 1200, background=225)))


@pytest.mark.parametrize("size", [(1, 400), (3000, 2), (29, 28), (28, 27), (5, 5)])
def test_odd_sizes_come_out_as_28_by_28(size: tuple[int, int]) -> None:
    image = Image.new("L", size, 255)
    image.putpixel((size[0] // 2, size[1] // 2), 0)
    image.putpixel((size[0] // 2, size[1] // 2 - 1), 0)
    assert prepare_image(image).shape == (28, 28)


def test_the_callers_image_is_left_alone() -> None:
    image = shirt(2000, 3000)
    before = image.copy()
    prepare_image(image)
    assert image == before


@pytest.mark.parametrize("size", [(0, 0), (28, 28), (300, 200)])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_blank_image_is_refused(size: tuple[int, int], shade: int) -> None:
    with pytest.raises(ValueError, match="shows nothing"):
        prepare_image(Image.new("L", size, shade))


def test_lone_specks_are_no_article() -> None:
    image = Image.new("L", (300, 300), 255)
    image.putpixel((100, 100), 0)
    with pytest.raises(ValueError, match="shows no article"):
        prepare_image(image)


def png(width: int, height: int) -> bytes:
    """A PNG whose header announces any size, with hardly any data behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    image = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + image + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_goes_off(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png(side, side))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in a notebook that has silenced them
        with pytest.raises(ValueError, match=r"bomb\.png cannot be read .*exceeds limit"):
            prepare_image(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"no image at all",
        lambda _: b"\x89PNG\r\n\x1a\n",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:40] + bytes(200) + whole[240:],
        lambda _: b"%PDF-1.4 a page",
        lambda _: b"GIF89a",
        lambda _: png(300, 300),
    ],
)
def test_what_is_no_whole_image_is_refused_with_its_name_and_a_remedy(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "thing.png"
    shirt().save(path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=r"thing\.png cannot be read .*pass a PNG or JPEG file"):
        prepare_image(path)


@pytest.mark.parametrize("name", FORMATS.values())
def test_a_damaged_file_gives_an_image_or_a_value_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / "damaged"
    shirt(60, 80).save(path, name)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(whole)
        for position in rng.integers(0, min(len(broken), 300), size=3):
            broken[position] = rng.integers(0, 256)
        path.write_bytes(broken)
        with suppress(ValueError):
            assert prepare_image(path).shape == (28, 28)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"shirt\.png cannot be read .*No such file"):
        prepare_image(tmp_path / "shirt.png")
    with pytest.raises(ValueError, match="cannot be read as an image"):
        prepare_image(tmp_path)
