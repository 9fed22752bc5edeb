"""What all pictures of the course share: figures that describe themselves, colours, plain arrays.

The colours are blue and vermilion of Okabe and Ito (2008, https://jfly.uni-koeln.de/color), which
stay apart for every kind of colour blindness; line style and labels say the same once more.
"""

import base64
import io
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

BLUE, VERMILION = "#0072B2", "#D55E00"
MOST_IMAGES = 100

Numbers = Tensor | NDArray[Any] | Sequence[Any]
"""A tensor on any device, an array, or a list of numbers or of tensors."""


class DescribedFigure(Figure):
    """A figure that a notebook shows by itself, with its description as alternative text."""

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        # Under `%matplotlib inline` IPython would use its own printer, which knows no alt text.
        return picture_bundle(self, alt_text(self))


def show(figure: Figure, words: str) -> None:
    """Show a finished figure, once: a picture in a notebook, its description in a terminal.

    Args:
        figure: of matplotlib, also one that `pyplot` made; pyplot forgets it.
        words: what the picture shows, for readers who cannot see it. One or two sentences.

    Raises:
        ValueError: `words` is empty.
    """
    words = " ".join(words.split())
    if not words:
        raise ValueError("words is empty: say in a sentence what the picture shows")
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)  # else the inline backend would show it again at the end of the cell
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(words)
        return
    data, metadata = picture_bundle(figure, words)
    ipython.display.display(data, metadata=metadata, raw=True)


def picture_bundle(figure: Figure, words: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return a figure with its words, as data and metadata for every front end.

    JupyterLab reads `alt` from HTML alone.
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    png = base64.b64encode(buffer.getvalue()).decode()
    pages = Environment(loader=PackageLoader(__package__), autoescape=True)
    image = pages.get_template("figure.html").render(words=words, png=png)
    data = {"text/plain": words, "image/png": png, "text/html": image}
    return data, {"image/png": {"alt": words}}


def alt_text(figure: Figure) -> str:
    """Return the sentence that says in words what a figure of the course shows."""
    return str(figure.get_label())


def new_figure(size: tuple[float, float], description: str) -> DescribedFigure:
    """Return an empty figure of `size` in inches at 100 dots an inch."""
    figure = DescribedFigure(figsize=size, dpi=100, layout="constrained")
    figure.set_label(description)
    return figure


def as_images(images: Numbers) -> NDArray[Any]:
    """Return images, each `(H, W)` or `(1, H, W)`, as one array `(N, H, W)`.

    Raises:
        ValueError: there are none or too many, or one has channels or another size.
    """
    if not 0 < len(images) <= MOST_IMAGES:
        raise ValueError(f"images has {len(images)} entries: pass 1 to {MOST_IMAGES} images")
    arrays = [as_array(image) for image in images]
    for index, array in enumerate(arrays):
        if array.ndim == 3 and array.shape[0] == 1:
            arrays[index] = array = array[0]
        if array.ndim != 2 or array.shape != arrays[0].shape:
            raise ValueError(
                f"images[{index}] has shape {array.shape}: pass images of one size, (H, W) or "
                "(1, H, W); a single image needs a list around it"
            )
    return np.stack(arrays)


def as_array(numbers: Any) -> NDArray[Any]:
    """Return a tensor on any device, with or without a gradient, or a list, as an array."""
    return numbers.detach().cpu().numpy() if isinstance(numbers, Tensor) else np.asarray(numbers)
