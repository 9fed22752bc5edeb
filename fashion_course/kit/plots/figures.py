"""What all pictures of the course share: figures that describe themselves, colours, plain arrays.

The colours are blue and vermilion of Okabe and Ito (2008, https://jfly.uni-koeln.de/color), which
stay apart for every kind of colour blindness; line style and labels say the same once more.
"""

import base64
import functools
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np
from jinja2 import Environment, PackageLoader
from matplotlib import rc_context, rc_params_from_file
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

BLUE, VERMILION = "#0072B2", "#D55E00"
COLOURS = BLUE, VERMILION, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#555555"
GREY, PALE = "0.35", "0.75"
BLACK_UP_TO = 0.72  # the share whose blue is as far from black as from white, 4.5 to 1
MOST_IMAGES = 100
WIDTH = 9  # inches, of a picture that fills the page
STYLE = Path(__file__).parents[1] / "lesson.mplstyle"

Given = ParamSpec("Given")
Shown = TypeVar("Shown")

Numbers = Tensor | NDArray[Any] | Sequence[Any]
"""A tensor on any device, an array, or a list of numbers or of tensors."""


def styled(plot: Callable[Given, Shown]) -> Callable[Given, Shown]:
    """Let a function draw in the look of the course, whatever look is set outside."""
    look = rc_params_from_file(STYLE, use_default_template=False)

    @functools.wraps(plot)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> Shown:
        with rc_context(rc=look):
            return plot(*args, **kwargs)

    return drawn


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

    Images in colour, `(H, W, 3)`, become `(N, H, W, 3)`.

    Raises:
        ValueError: there are none or too many, or one has other axes or another size.
    """
    if not 0 < len(images) <= MOST_IMAGES:
        raise ValueError(f"images has {len(images)} entries: pass 1 to {MOST_IMAGES} images")
    arrays = [as_array(image) for image in images]
    for index, array in enumerate(arrays):
        if array.ndim == 3 and array.shape[0] == 1:
            arrays[index] = array = array[0]
        in_colour = array.ndim == 3 and array.shape[2] == 3
        if not (array.ndim == 2 or in_colour) or array.shape != arrays[0].shape:
            raise ValueError(
                f"images[{index}] has shape {array.shape}: pass images of one size, (H, W), "
                "(1, H, W) or (H, W, 3); a single image needs a list around it"
            )
    return np.stack(arrays)


def as_array(numbers: Any) -> NDArray[Any]:
    """Return a tensor on any device, with or without a gradient, or a list, as an array."""
    return numbers.detach().cpu().numpy() if isinstance(numbers, Tensor) else np.asarray(numbers)


def as_row(name: str, numbers: Any) -> NDArray[np.float64]:
    """Return numbers as floats `(N,)`.

    Raises:
        ValueError: there are none, or they are no row; `name` is what the message calls them.
    """
    row = np.asarray(as_array(numbers), dtype=np.float64)
    if row.ndim != 1 or not row.size:
        raise ValueError(f"{name} has shape {row.shape}: pass one row of numbers, (N,)")
    return row


def check_any(name: str, given: Any) -> None:
    """Refuse an empty mapping or sequence.

    Raises:
        ValueError: it is empty; `name` is what the message calls it.
    """
    if not len(given):
        raise ValueError(f"{name} is empty: pass at least one entry")


def plain(text: object) -> str:
    """Return a title as it stands in a sentence: on one line, with one space between words."""
    return " ".join(str(text).split())


def said(number: float) -> str:
    """Return a number as a description says it: three digits, no power of ten."""
    if abs(number) < 1e-6:
        return "0"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def sentence(text: str) -> str:
    """Return a text on one line that ends as a sentence does."""
    text = plain(text)
    return text if text.endswith((".", "?", "!")) else f"{text}."


def mark_place(axes: Axes, name: str, place: float, height: float = 0.0) -> None:
    """Draw a dotted upright line at `place` of the x axis, its name at a share of the height."""
    axes.axvline(place, color=GREY, linestyle=":", linewidth=1.5)
    axes.annotate(
        name,
        (place, height),
        (4, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=GREY,
        annotation_clip=False,
    )
