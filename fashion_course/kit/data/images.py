"""Any picture of an article as an image like those of the data set, to try a model on.

The steps are those by which the data set itself was made (Xiao, Rasul and Vollgraf 2017,
https://arxiv.org/abs/1708.07747, section 2): grey, trimmed to the article, longest edge 28,
centred, bright on black.
"""

import os
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from fashion_course.kit.words import _

SIDE = 28
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
CLOSE = 0.05 * 255  # the paper's: a pixel this close to the background is background
SPECKLED_SIDE = 100  # from here on a lone speck is noise; in a smaller image it may be a strap
WORKING_SIDE = 512  # enough for the edge of the article, and it averages out a camera's noise

Grey = NDArray[np.float64]
"""Grey values from 0 to 255 as float64 `(H, W)`."""


def prepare_image(image: str | os.PathLike[str] | Image.Image) -> NDArray[np.uint8]:
    """Turn a picture into an image like those of FashionMNIST.

    Args:
        image: the path of a PNG, JPEG, GIF, BMP, WebP or TIFF file, or a PIL image, of any size
            and mode. It works best with one article on a plain background.

    Returns:
        uint8 `(28, 28)`, bright on black. An image that has this size already and a dark
        background comes back unchanged.

    Raises:
        ValueError: there is no such file, or it is broken, far too large, or shows nothing.
    """
    name = "image" if isinstance(image, Image.Image) else str(image)
    grey = _read(image, name)
    if grey.size == 0 or grey.max() - grey.min() <= CLOSE:
        told = _("{name} shows nothing: all its pixels are equal, pass another picture", name=name)
        raise ValueError(told)
    # Some articles of the data set fill most of their border, but none more than three quarters.
    if grey.shape == (SIDE, SIDE) and np.quantile(_border(grey), 0.25) < 128:
        return grey.round().astype(np.uint8)
    return _fit(_article(grey, name))


def _read(image: str | os.PathLike[str] | Image.Image, name: str) -> Grey:
    """Decode an image into grey values; whatever is wrong with it is a ValueError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # about damage that does not matter here
            if isinstance(image, Image.Image):
                return _grey(image)
            with Image.open(Path(image), formats=FORMATS) as opened:
                return _grey(opened)
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged bytes
        told = _("{name} cannot be read as an image: {why}; pass a PNG or JPEG file")
        raise ValueError(told.format(name=name, why=error)) from error


def _grey(image: Image.Image) -> Grey:
    """Return grey values, upright, transparent parts white, at most WORKING_SIDE long."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would clip and not scale
        deep = np.asarray(image, dtype=np.float64)
        image = Image.fromarray((deep / (257 if deep.max() > 255 else 1)).round().astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("L")
    if max(image.size) > WORKING_SIDE:
        image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(image, dtype=np.float64)


def _article(grey: Grey, name: str) -> Grey:
    """Return the article's bounding box, the background 0 and everything else brighter.

    The distance from the background inverts what is dark on white, leaves what is bright on
    black, and is right for what lies between.
    """
    distance = np.abs(grey - np.median(_border(grey)))
    distance[distance <= CLOSE] = 0
    article = distance
    if min(grey.shape) >= SPECKLED_SIDE:
        speckled = Image.fromarray(distance.astype(np.uint8))
        article = np.asarray(speckled.filter(ImageFilter.MedianFilter(5)))
    rows, columns = np.flatnonzero(article.any(axis=1)), np.flatnonzero(article.any(axis=0))
    if rows.size == 0:
        told = _(
            "{name} shows no article: nothing differs from the background, pass another picture",
            name=name,
        )
        raise ValueError(told)
    return distance[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit(article: Grey) -> NDArray[np.uint8]:
    """Scale the longest edge to 28, keeping proportions; centre it; use the whole range."""
    height, width = article.shape
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = Image.fromarray(article.astype(np.float32)).resize(size, Image.Resampling.BOX)
    pixels = np.clip(np.asarray(small), 0, None)
    # Every image of the data set reaches 254 or 255.
    pixels = (pixels * (255 / max(pixels.max(), 1))).round().astype(np.uint8)
    fitted = np.zeros((SIDE, SIDE), dtype=np.uint8)
    top, left = (SIDE - pixels.shape[0]) // 2, (SIDE - pixels.shape[1]) // 2
    fitted[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return fitted


def _border(grey: Grey) -> Grey:
    return np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
