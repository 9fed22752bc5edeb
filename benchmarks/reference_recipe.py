"""The reference recipe of Model V2, as tutorials have it.

FashionMNIST by torchvision's own class, `ToTensor` on each image in each epoch, batches of 32, SGD
with a constant rate of 0.1. `speed.py` and `time_to_accuracy.py` compare with it.
"""

from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset
from torchvision.datasets import FashionMNIST
from torchvision.transforms import ToTensor

from fashion_course.kit.data import files
from fashion_course.kit.data.search import find_data

BATCH_SIZE, LEARNING_RATE = 32, 0.1


def write_raw(root: Path, quick: bool) -> None:
    """Write the data set that the course finds so that torchvision finds it below `root`."""
    folder = root / "FashionMNIST" / "raw"
    folder.mkdir(parents=True)
    found = Path(find_data(quick=quick).found.folder)
    for file in files.SUBSET if quick else files.FULL:
        content = files.format_idx(files.read_array(found, file))
        (folder / file.name.removesuffix(".gz")).write_bytes(content)


def images(root: Path, train: bool) -> Dataset[Any]:
    """Return torchvision's data set, which opens and transforms an image when it is asked for."""
    made: Dataset[Any] = FashionMNIST(root, train=train, transform=ToTensor())
    return made


def loader(data: Dataset[Any], seed: int, workers: int = 0) -> DataLoader[Any]:
    """Serve shuffled batches; `workers` processes, started once, make them ready meanwhile."""
    own = torch.Generator().manual_seed(seed)
    aid = {"num_workers": workers, "persistent_workers": workers > 0}
    return DataLoader(data, BATCH_SIZE, shuffle=True, generator=own, **aid)
