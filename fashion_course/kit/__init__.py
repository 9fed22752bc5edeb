"""What the course gives: the data set, small records, plots, a lens for shapes, live training."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fashion_course.kit.data.dataset import FashionMNIST as FashionMNIST
    from fashion_course.kit.data.dataset import SealedTest as SealedTest
    from fashion_course.kit.data.dataset import TensorImages as TensorImages
    from fashion_course.kit.data.dataset import as_tensors as as_tensors
    from fashion_course.kit.data.dataset import fashion_mnist as fashion_mnist
    from fashion_course.kit.data.files import DataError as DataError
    from fashion_course.kit.data.images import prepare_image as prepare_image
    from fashion_course.kit.lens import shape_lens as shape_lens
    from fashion_course.kit.live.training import LiveTraining as LiveTraining
    from fashion_course.kit.plots.curves import plot_curves as plot_curves
    from fashion_course.kit.plots.figures import alt_text as alt_text
    from fashion_course.kit.plots.figures import show as show
    from fashion_course.kit.plots.pictures import plot_confusion_matrix as plot_confusion_matrix
    from fashion_course.kit.plots.pictures import plot_images as plot_images
    from fashion_course.kit.plots.pictures import plot_mistakes as plot_mistakes
    from fashion_course.kit.plots.pictures import plot_probabilities as plot_probabilities
    from fashion_course.kit.types import CLASS_NAMES as CLASS_NAMES
    from fashion_course.kit.types import Epoch as Epoch
    from fashion_course.kit.types import Loaders as Loaders
    from fashion_course.kit.types import Metrics as Metrics

# Each is imported when it is asked for: torch takes seconds and matplotlib most of one, and a
# command such as `fashion-course --help` needs neither.
_NAMES = {
    "data.dataset": "FashionMNIST SealedTest TensorImages as_tensors fashion_mnist",
    "data.files": "DataError",
    "data.images": "prepare_image",
    "lens": "shape_lens",
    "live.training": "LiveTraining",
    "plots.curves": "plot_curves",
    "plots.figures": "alt_text show",
    "plots.pictures": "plot_confusion_matrix plot_images plot_mistakes plot_probabilities",
    "types": "CLASS_NAMES Epoch Loaders Metrics",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}
__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    """List the public names, those that are not imported yet among them."""
    return sorted({*globals(), *__all__})
