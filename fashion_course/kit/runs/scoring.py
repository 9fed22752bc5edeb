"""How good a model is on the test images, by the reference functions of units 1, 3 and 5."""

import contextlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader

from fashion_course.kit.data.dataset import (
    FashionMNIST,
    TensorImages,
    as_tensors,
    fashion_mnist,
)
from fashion_course.kit.runs.restoring import restore
from fashion_course.kit.types import CLASS_NAMES

BATCH_SIZE = 256  # measuring needs no gradients, so more images fit; the figures are the same


@dataclass(frozen=True)
class Score:
    """What a model reached on some images.

    Attributes:
        loss: mean cross-entropy.
        accuracy: in [0, 1].
        interval: the 95 % Wilson interval of the accuracy.
        recall: of each class, in the order of `CLASS_NAMES`.
        confusion: int64 `(10, 10)`, rows are the truth.
        probabilities: float32 `(N, 10)`.
    """

    loss: float
    accuracy: float
    interval: tuple[float, float]
    recall: tuple[float, ...]
    confusion: Tensor
    probabilities: Tensor

    def as_data(self) -> dict[str, Any]:
        """Return the figures for JSON, without the probabilities."""
        return {
            "loss": self.loss,
            "accuracy": self.accuracy,
            "interval": self.interval,
            "recall": dict(zip(CLASS_NAMES, self.recall, strict=True)),
            "confusion_matrix": self.confusion.tolist(),
        }


def normalised(images: FashionMNIST, mean: float, std: float) -> TensorImages:
    """Return the images as tensors, float32 `(N, 1, 28, 28)`, for a model trained on such."""
    from autograder.course.reference import reference_answer

    transform = reference_answer("build_transform")(mean, std)
    return as_tensors(FashionMNIST(images.images, images.labels, transform))


def score(model: nn.Module, images: TensorImages, device: str = "cpu") -> Score:
    """Measure `model` on normalised images."""
    from autograder.course.reference import reference_answer

    batches = DataLoader(images, BATCH_SIZE, generator=torch.Generator())
    loss = reference_answer("evaluate")(model, batches, nn.CrossEntropyLoss(), device).loss
    probabilities = reference_answer("predict")(model, batches, device)  # (N, 10)
    predictions = probabilities.argmax(dim=1)  # (N,)
    confusion = reference_answer("confusion_matrix")(images.labels, predictions, len(CLASS_NAMES))
    correct = int(confusion.trace())
    return Score(
        loss=loss,
        accuracy=correct / len(images),
        interval=reference_answer("accuracy_interval")(correct, len(images)),
        recall=tuple(reference_answer("precision_recall")(confusion)[1].tolist()),
        confusion=confusion,
        probabilities=probabilities,
    )


def logits_of(model: nn.Module, images: TensorImages) -> Tensor:
    """Return the model's logits for normalised images, float32 `(N, 10)`, on the CPU."""
    was_training = model.training
    model.cpu().eval()
    try:
        with torch.inference_mode():
            return torch.cat([model(part) for part in images.images.split(BATCH_SIZE)])
    finally:
        model.train(was_training)


def logits_in_a_fresh_process(checkpoint: Path, quick: bool) -> Tensor:
    """Return the logits of the test images that a new Python computes from a checkpoint alone.

    Args:
        checkpoint: with its `run.json` beside it.
        quick: on the shipped subset.

    Returns:
        float32 `(N, 10)`.

    Raises:
        ValueError, OSError: it cannot be restored, see `restore`.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return torch.from_numpy(fresh.submit(_logits_by, checkpoint, quick).result())


def _logits_by(checkpoint: Path, quick: bool) -> NDArray[np.float32]:
    """Return logits as an array, which is pickled by value: tensors would share memory."""
    restored = restore(checkpoint)
    with contextlib.redirect_stdout(None):  # a notice about the data was printed already
        images = fashion_mnist("test", quick=quick)
    test = normalised(images, restored.mean, restored.std)
    logits: NDArray[np.float32] = logits_of(restored.model, test).numpy()
    return logits
