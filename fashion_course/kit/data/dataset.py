"""FashionMNIST as a dataset, from wherever it is found; ready tensors; a sealed test set."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from fashion_course.kit.data import files as datafiles
from fashion_course.kit.data.files import read_array
from fashion_course.kit.data.search import find_data
from fashion_course.kit.words import _

Transform = Callable[[Image.Image], Any]
_told: set[str] = set()  # notices that this process has printed


class FashionMNIST(Dataset[tuple[Any, int]]):
    """Grey images of 28 x 28 pixels, bright articles on black, with labels 0 to 9.

    Attributes:
        images: uint8 `(N, 28, 28)`.
        labels: int64 `(N,)`; `CLASS_NAMES` puts them in words.
        transform: applied to each PIL image as it is read; None leaves it as it is.
        source: where the files were found, in human words.
        is_subset: whether they are the small subset that ships with the course.
    """

    def __init__(
        self,
        images: Tensor,
        labels: Tensor,
        transform: Transform | None = None,
        source: str = "tensors",
        is_subset: bool = False,
    ) -> None:
        """Hold images and labels as they are; `fashion_mnist` is the usual way to get them."""
        if len(images) != len(labels):
            counts = f"{len(images)} and {len(labels)}"
            raise ValueError(
                _("the numbers of images and labels are {n}: pass one label per image", n=counts)
            )
        self.images = images
        self.labels = labels
        self.transform = transform
        self.source = source
        self.is_subset = is_subset

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Return `(image, label)`: a PIL image or what the transform makes of it, and an int."""
        image: Any = Image.fromarray(self.images[index].numpy())
        if self.transform is not None:
            image = self.transform(image)
        return image, int(self.labels[index])

    def __repr__(self) -> str:
        """Say how many images there are and where they come from."""
        return f"FashionMNIST({len(self):,} images from {self.source})"


def fashion_mnist(
    split: str,
    transform: Transform | None = None,
    folder: str | os.PathLike[str] | None = None,
    quick: bool = False,
) -> FashionMNIST:
    """Return the training or the test images; prints once where only a subset could be found.

    Args:
        split: "train" (60,000 images) or "test" (10,000).
        transform: applied to each PIL image as it is read.
        folder: where the files are; by default they are looked for, see `find_data`.
        quick: the shipped subset (5,000 and 1,000 images), whatever else there is.

    Raises:
        ValueError: `split` is neither.
        DataError: the named folder is not whole.
    """
    if split not in ("train", "test"):
        raise ValueError(_('split is {split!r}: pass "train" or "test"', split=split))
    report = find_data(folder, quick=quick)
    if report.notice and report.notice not in _told:
        _told.add(report.notice)
        print(report.notice)
    files = datafiles.SUBSET if report.is_subset else datafiles.FULL
    pair = files[:2] if split == "train" else files[2:]
    # A copy each: the bytes are kept for the next call, and a dataset may be written to.
    images, labels = (
        torch.from_numpy(read_array(Path(report.found.folder), file).copy()) for file in pair
    )  # uint8 (N, 28, 28) and (N,)
    return FashionMNIST(images, labels.long(), transform, report.found.source, report.is_subset)


class TensorImages(Dataset[tuple[Tensor, int]]):
    """Images and labels held in memory, ready for a model.

    Attributes:
        images: float32 `(N, C, H, W)`.
        labels: int64 `(N,)`.
    """

    def __init__(self, images: Tensor, labels: Tensor) -> None:
        """Hold them as they are; `as_tensors` makes them from a dataset."""
        self.images = images
        self.labels = labels

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Return `(image, label)`: float32 `(C, H, W)`, a view of `images`, and an int."""
        return self.images[index], int(self.labels[index])

    def __getitems__(self, indices: Sequence[int]) -> list[tuple[Tensor, int]]:
        """Return the items of one batch; a `DataLoader` that may ask so is a third faster."""
        labels = self.labels[torch.as_tensor(indices)].tolist()
        return [(self.images[index], label) for index, label in zip(indices, labels, strict=True)]


def as_tensors(dataset: Dataset[Any] | Sequence[tuple[Any, Any]]) -> TensorImages:
    """Read every item once and hold the results, so that each epoch costs no transform.

    Args:
        dataset: of `(image, label)`, its transform giving float32 tensors of one shape
            `(C, H, W)`. A random transform is drawn once and for all.

    Returns:
        The same items in the same order; 60,000 images take 188 MB.

    Raises:
        ValueError: it is empty, or an image is no float32 tensor or has another shape.
    """
    count = len(dataset)  # type: ignore[arg-type]  # what has no length is refused by Python
    if count == 0:
        raise ValueError(_("dataset is empty: pass one with at least one image"))
    images, labels = torch.empty(0), torch.empty(count, dtype=torch.int64)  # labels (N,)
    for index in range(count):
        image, label = dataset[index]
        fits = isinstance(image, Tensor) and image.dtype == torch.float32
        if index == 0 and fits:
            images = torch.empty(count, *image.shape)  # (N, C, H, W)
        if not fits or image.shape != images.shape[1:]:
            kind = f"{image.dtype} {tuple(image.shape)}" if isinstance(image, Tensor) else image
            told = _(
                "dataset[{index}] gives {kind}: give the dataset a transform that makes "
                "float32 tensors of the same shape",
                index=index,
                kind=kind,
            )
            raise ValueError(told)
        images[index], labels[index] = image, label
    return TensorImages(images, labels)


class SealedTest:
    """Test images that are handed out for a reason only, with a list of all reasons so far.

    A test score is honest as long as nothing was decided by an earlier one. The list is what you
    publish beside the score. It lasts as long as the object: a new one has forgotten.

    Attributes:
        reasons: why it was opened, in order.
    """

    def __init__(self, images: FashionMNIST | TensorImages) -> None:
        """Seal `images`, usually `fashion_mnist("test")`."""
        self._images = images
        self.reasons: list[str] = []

    @property
    def looks(self) -> int:
        """How often it was opened."""
        return len(self.reasons)

    def open(self, why: str) -> FashionMNIST | TensorImages:
        """Note the reason and return the images.

        Raises:
            ValueError: `why` is empty.
        """
        if not why.strip():
            told = _("why is {why!r}: say which model is tested, and how it was chosen", why=why)
            raise ValueError(told)
        self.reasons.append(why)
        return self._images

    def __repr__(self) -> str:
        """Say how often it was opened, and list the reasons."""
        times = "once" if self.looks == 1 else f"{self.looks} times"
        lines = [f"SealedTest({len(self._images):,} images, opened {times})"]
        return "\n  ".join(lines + [f"{n}. {why}" for n, why in enumerate(self.reasons, start=1)])
