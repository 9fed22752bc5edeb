"""Small worlds that scenarios are set in: seeded data, models with known weights, spies.

Numbers are float64 where an answer may compute in any dtype, so that rounding stays far below the
difference that any mistake makes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from autograder.worker.probe import Probe
from fashion_course.kit import Loaders

SIZES = (8, 8, 6)
"""22 images in ragged batches: an average over batches differs from one over images."""
SIDE = 6
CLASSES = 5
Batch = tuple[Tensor, Tensor]


def draw_batches(
    generator: torch.Generator,
    sizes: Iterable[int] = SIZES,
    side: int = SIDE,
    classes: int = CLASSES,
    dtype: torch.dtype = torch.float64,
) -> list[Batch]:
    """Return batches of images `(B, 1, side, side)` and int64 labels `(B,)`.

    The last batch has larger pixels, so that its loss differs from the others' for sure.
    """
    sizes = tuple(sizes)
    batches = []
    for place, size in enumerate(sizes):
        scale = 3.0 if place == len(sizes) - 1 else 1.0
        images = scale * torch.randn(size, 1, side, side, generator=generator, dtype=dtype)
        batches.append((images, torch.randint(classes, (size,), generator=generator)))
    return batches


def fixed_weights(model: nn.Module, generator: torch.Generator) -> nn.Module:
    """Return `model` in float64 with weights from the generator, whatever its own start was."""
    model.double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    return model


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """Return copies of all parameters and buffers by name."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


MOMENTUM = 0.9
"""So that an optimizer remembers, and one made anew shows in the weights."""


class SpyOptimizer(torch.optim.SGD):
    """Plain SGD that tells when it is used, and with which learning rate.

    Its arguments are SGD's own, because an answer may make another optimizer of the type that it
    was given. Such a one has no probe, and tells nothing.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.probe: Probe | None = None
        self.rates: list[float] = []
        # A `step` of our own around SGD's would run an answer's hooks twice.
        self.register_step_pre_hook(self._note_step)

    def _note_step(self, *_: object) -> None:
        self.rates.append(float(self.param_groups[0]["lr"]))
        self._tell("step")

    def _tell(self, event: str) -> None:
        if self.probe is not None:
            self.probe.events.append(event)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients, and tell."""
        self._tell("zero_grad")
        super().zero_grad(set_to_none)


def spied(model: nn.Module, probe: Probe, lr: float = 0.1, momentum: float = 0.0) -> SpyOptimizer:
    """Return an optimizer of the weights that learn, which tells `probe` what it does."""
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = SpyOptimizer(learning, lr=lr, momentum=momentum)
    optimizer.probe = probe
    return optimizer


def one_by_one(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Yield batches without a length and only once, as a generator does."""
    yield from batches


class WatchedDataset(Dataset[tuple[Tensor, int]]):
    """Images and labels one by one; knows how often they are read, and which."""

    def __init__(self, images: Tensor, labels: Tensor) -> None:
        self.images, self.labels = images, labels
        self.reads = 0
        self.indices: set[int] = set()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        if not 0 <= index < len(self.labels):
            raise IndexError(f"index {index} is out of range for {len(self.labels)} images")
        self.reads += 1
        self.indices.add(int(index))
        return self.images[index], int(self.labels[index])


class CountedImages(TensorDataset):
    """Images and labels as one tensor each; knows how many images are read."""

    reads = 0

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        found = tuple(tensor[index] for tensor in self.tensors)
        self.reads += found[1].numel()
        return found


def numbered_dataset(count: int, first: int = 0) -> WatchedDataset:
    """Return images that can be told apart: all pixels of one hold its number, from `first` on."""
    numbers = torch.arange(first, first + count)
    images = numbers.float().reshape(-1, 1, 1, 1).repeat(1, 1, 2, 2)  # (N, 1, 2, 2)
    return WatchedDataset(images, numbers // 10)  # sorted by label, as files often are


def loaders_of(
    train: WatchedDataset,
    validation: WatchedDataset,
    test: WatchedDataset,
    seed: int,
    size: int = 8,
) -> Loaders:
    """Return loaders as a right `make_loaders` makes them, out of plain torch."""

    def own(offset: int) -> torch.Generator:
        return torch.Generator().manual_seed(seed + offset)

    return Loaders(
        DataLoader(train, batch_size=size, shuffle=True, generator=own(0)),
        DataLoader(validation, batch_size=size, generator=own(1)),
        DataLoader(test, batch_size=size, generator=own(2)),
    )


def unpacked(value: object) -> object:
    """Return the entries of a tuple, list, array or tensor as a list, anything else as it is.

    So an answer may return what it likes, as long as `a, b = answer(...)` works.
    """
    if isinstance(value, (Tensor, np.ndarray)):
        return list(value) if value.ndim else value
    return list(value) if isinstance(value, (tuple, list)) else value


def type_names(entries: object, expected: type) -> str:
    """Return the names of the entries' types, subclasses of `expected` under its own name."""
    entries = unpacked(entries)
    names = []
    for entry in entries if isinstance(entries, list) else [entries]:
        name = expected.__name__ if isinstance(entry, expected) else type(entry).__name__
        inner = type(entry[0]).__name__ if isinstance(entry, list) and entry else ""
        names.append(f"{name} of {inner}" if inner else name)
    return ", ".join(names)


def problem_seed(probe: Probe) -> int:
    """Return a seed that every library can take."""
    return probe.seed % 1_000_000
