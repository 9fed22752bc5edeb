"""What the course gives: the data set, small records, plots, a lens for shapes, live training."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .datafiles import DataError
from .dataset import FashionMNIST, TensorImages, as_tensors, fashion_mnist
from .sealed import SealedTest
from .types import CLASS_NAMES, Epoch, Loaders, Metrics

if TYPE_CHECKING:
    from .figures import show
    from .images import prepare_image
    from .lens import shape_lens
    from .live import LiveTraining
    from .plots import (
        alt_text,
        plot_confusion_matrix,
        plot_curves,
        plot_images,
        plot_mistakes,
        plot_probabilities,
    )

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
    "LiveTraining": "live",
    "prepare_image": "images",
    "shape_lens": "lens",
    "show": "figures",
} | {name: "plots" for name in __all__ if name.startswith("plot_") or name == "alt_text"}


def __getattr__(name: str) -> Any:
    """Import what draws only when it is asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LAZY[name]}", __name__), name)


def __dir__() -> list[str]:
    """List the public names, those that are not imported yet among them."""
    return sorted({*globals(), *__all__})
