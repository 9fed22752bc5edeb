"""The bar charts of `predict`: one row a picture, what the model saw beside what it said."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps
from torch import Tensor

from fashion_course.kit.plots.pictures import plot_probabilities

MARGIN, HEAD = 16, 28  # pixels
ENLARGED = 9  # 28 pixels become 252, about as high as the bars


def draw_chart(
    names: Sequence[str], images: NDArray[np.uint8], probabilities: Tensor
) -> Image.Image:
    """Return one image with a row for each picture.

    Args:
        names: N titles.
        images: uint8 `(N, 28, 28)`, as the model saw them.
        probabilities: float32 `(N, 10)`.
    """
    rows = [_row(*each) for each in zip(names, images, probabilities, strict=True)]
    page = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
    top = 0
    for row in rows:
        page.paste(row, (0, top))
        top += row.height
    return page


def _row(name: str, image: NDArray[np.uint8], probabilities: Tensor) -> Image.Image:
    buffer = io.BytesIO()
    plot_probabilities(probabilities).savefig(buffer, format="png")
    bars = Image.open(buffer)
    side = ENLARGED * len(image)
    seen = Image.fromarray(image).resize((side, side), Image.Resampling.NEAREST)
    seen = ImageOps.expand(seen.convert("RGB"), border=1, fill="grey")
    row = Image.new(
        "RGB", (side + bars.width + 3 * MARGIN, HEAD + max(side, bars.height) + MARGIN), "white"
    )
    ImageDraw.Draw(row).text((MARGIN, 8), name, "black", ImageFont.load_default(14))
    row.paste(seen, (MARGIN, HEAD + (bars.height - side) // 2))
    row.paste(bars, (side + 2 * MARGIN, HEAD))
    return row
