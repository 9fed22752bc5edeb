"""How good a model is on the test images, by the reference functions of units 1, 3 and 5."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from fashion_course.kit.data.dataset import FashionMNIST, TensorImages, as_tensors
from fashion_course.kit.types import CLASS_NAMES

BATCH_SIZE = 256  # measuring needs no gradients, so more images fit; the figures are the same


@dataclass(frozen=True)
class Score:
    """What a model reached on some images.

    Attributes:
        loss: mean cross-entropy.
        accuracy: in [0, 1].
        interval: the 95 % Wilson interval of the accuracy.
        recall: of each class, by its name.
        confusion_matrix: counts, `10 x 10`, rows are the truth.
    """

    loss: float
    accuracy: float
    interval: tuple[float, float]
    recall: dict[str, float]
    confusion_matrix: list[list[int]]


def normalised(images: FashionMNIST, mean: float, std: float) -> TensorImages:
    """Return the images as tensors, float32 `(N, 1, 28, 28)`, for a model trained on such."""
    from autograder.course.reference import reference_answer

    transform = reference_answer("build_transform")(mean, std)
    return as_tensors(FashionMNIST(images.images, images.labels, transform))


def score(model: nn.Module, images: TensorImages) -> tuple[Score, Tensor]:
    """Measure `model` on normalised images; also return its probabilities, float32 `(N, 10)`."""
    from autograder.course.reference import reference_answer

    batches = DataLoader(images, BATCH_SIZE, generator=torch.Generator())
    loss = reference_answer("evaluate")(model, batches, nn.CrossEntropyLoss()).loss
    probabilities = reference_answer("predict")(model, batches)  # (N, 10)
    predictions = probabilities.argmax(dim=1)  # (N,)
    confusion = reference_answer("confusion_matrix")(images.labels, predictions, len(CLASS_NAMES))
    _precision, recall = reference_answer("precision_recall")(confusion)  # (10,) each
    correct = int(confusion.trace())
    result = Score(
        loss=loss,
        accuracy=correct / len(images),
        interval=reference_answer("accuracy_interval")(correct, len(images)),
        recall=dict(zip(CLASS_NAMES, recall.tolist(), strict=True)),
        confusion_matrix=confusion.tolist(),
    )
    return result, probabilities
