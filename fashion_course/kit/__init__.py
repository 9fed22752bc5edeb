"""What the course gives: the data set, small records, plots, a lens for shapes, live training."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fashion_course.kit.data.dataset import FashionMNIST, TensorImages, as_tensors, fashion_mnist
from fashion_course.kit.data.files import DataError
from fashion_course.kit.data.sealed import SealedTest

from .types import CLASS_NAMES, Epoch, Loaders, Metrics

if TYPE_CHECKING:
    from fashion_course.kit.data.images import prepare_image
    from fashion_course.kit.live.training import LiveTraining
    from fashion_course.kit.plots.figures import show
    from fashion_course.kit.plots.pictures import (
        alt_text,
        plot_confusion_matrix,
        plot_curves,
        plot_images,
        plot_mistakes,
        plot_probabilities,
    )

    from .lens import shape_lens

__all__ = [
    "CLASS_NAMES",
    "DataError",
    "Epoch",
    "FashionMNIST",
    "LiveTraining",
    "Loaders",
    "Metrics",
    "SealedTest",
    "TensorImages",
    "alt_text",
    "as_tensors",
    "fashion_mnist",
    "plot_confusion_matrix",
    "plot_curves",
    "plot_images",
    "plot_mistakes",
    "plot_probabilities",
    "prepare_image",
    "shape_lens",
    "show",
]

# Matplotlib takes most of a second to import, and a check or a command seldom draws.
_LAZY = {
    "LiveTraining": "live.training",
    "prepare_image": "data.images",
    "shape_lens": "lens",
    "show": "plots.figures",
} | {name: "plots.pictures" for name in __all__ if name.startswith("plot_") or name == "alt_text"}


def __getattr__(name: str) -> Any:
    """Import what draws only when it is asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LAZY[name]}", __name__), name)


def __dir__() -> list[str]:
    """List the public names, those that are not imported yet among them."""
    return sorted({*globals(), *__all__})
